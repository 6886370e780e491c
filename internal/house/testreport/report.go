package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// event is one line of go test -json.
type event struct {
	Action      string // run, output, pass, fail, skip, build-output …
	Package     string
	Test        string // empty when the event is about the package
	Output      string
	ImportPath  string      // with build-output: what was built
	FailedBuild string      // with fail: the ImportPath that did not build
	Elapsed     json.Number // seconds that a test or a package took
}

// took is how long a test or a package ran.
func (e event) took() time.Duration {
	d, err := time.ParseDuration(e.Elapsed.String() + "s")
	if err != nil {
		return 0 // it has not ended
	}
	return d.Round(100 * time.Millisecond)
}

// name of a test, or of a package.
type name struct{ pkg, test string }

func (n name) String() string { return strings.TrimSpace(n.pkg + " " + n.test) }

// parent is the test that runs a subtest.
func (n name) parent() (parent name, ok bool) {
	at := strings.LastIndexByte(n.test, '/')
	if at < 0 {
		return name{}, false
	}
	return name{n.pkg, n.test[:at]}, true
}

type report struct {
	w       io.Writer
	output  map[name]*strings.Builder // of tests that are not done
	built   map[string]string         // output of the compiler by import path
	parents map[name]bool             // tests that have subtests
	broken  map[name]bool             // tests and packages in which something failed
	passed  int
	failed  []string
	skipped []string // name: reason
	times   []timed  // of tests that are in no other
}

type timed struct {
	name
	took time.Duration
}

func newReport(w io.Writer) *report {
	return &report{w: w, output: map[name]*strings.Builder{}, built: map[string]string{}, parents: map[name]bool{}, broken: map[name]bool{}}
}

// read takes events until the input ends. Lines that are no events are passed on.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		switch {
		case len(line) == 0:
		case json.Unmarshal(line, &e) != nil:
			fmt.Fprintf(r.w, "%s", line)
		case e.Test != "":
			r.test(name{e.Package, e.Test}, e)
		default:
			r.pkg(e)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) test(n name, e event) {
	if _, inner := n.parent(); !inner && e.took() > 0 {
		r.times = append(r.times, timed{n, e.took()})
	}
	switch e.Action {
	case "run":
		r.output[n] = &strings.Builder{}
		if parent, ok := n.parent(); ok {
			r.parents[parent] = true
		}
	case "output":
		r.keep(n, e.Output)
	case "pass":
		if !r.parents[n] { // else its subtests have been counted
			r.passed++
		}
		delete(r.output, n)
	case "skip":
		r.skipped = append(r.skipped, n.String()+": "+reason(r.take(n)))
	case "fail":
		r.fail(n)
	}
}

// fail prints a test that failed. It counts unless one of its subtests has.
func (r *report) fail(n name) {
	output := r.take(n)
	if !r.broken[n] {
		r.failed = append(r.failed, n.String())
	}
	fmt.Fprintf(r.w, "\nFAIL %s\n%s", n, output)
	r.broken[name{pkg: n.pkg}] = true
	if parent, ok := n.parent(); ok {
		r.broken[parent] = true
	}
}

func (r *report) pkg(e event) {
	n := name{pkg: e.Package}
	switch e.Action {
	case "build-output":
		r.built[e.ImportPath] += e.Output
	case "output":
		r.keep(n, e.Output)
	case "pass":
		fmt.Fprintln(r.w, "ok  ", n, e.took())
		delete(r.output, n)
	case "fail":
		for _, running := range r.running(n) { // the process died in the middle of them
			r.fail(running)
		}
		if !r.broken[n] {
			r.failed = append(r.failed, n.String())
		}
		fmt.Fprintf(r.w, "\nFAIL %s\n%s%s", n, r.built[e.FailedBuild], r.take(n))
	}
}

// running are the tests of a package that have not ended, subtests first.
func (r *report) running(pkg name) (tests []name) {
	for n := range r.output {
		if n.pkg == pkg.pkg && n.test != "" {
			tests = append(tests, n)
		}
	}
	slices.SortFunc(tests, func(a, b name) int { return strings.Compare(b.test, a.test) })
	return tests
}

func (r *report) keep(n name, output string) {
	if r.output[n] == nil {
		r.output[n] = &strings.Builder{}
	}
	r.output[n].WriteString(output)
}

func (r *report) take(n name) string {
	kept := r.output[n]
	delete(r.output, n)
	if kept == nil {
		return ""
	}
	return kept.String()
}

var position = regexp.MustCompile(`^\S+\.go:\d+: `)

// reason is what a skipped test said, without the marks of go test.
func reason(output string) string {
	var said []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			said = append(said, position.ReplaceAllString(line, ""))
		}
	}
	if said == nil {
		return "no reason given"
	}
	return strings.Join(said, " ")
}

// slowest prints the tests that took longest.
func (r *report) slowest(n int) {
	slices.SortStableFunc(r.times, func(a, b timed) int { return cmp.Compare(b.took, a.took) })
	if len(r.times) > 0 {
		fmt.Fprintln(r.w, "\nSlowest:")
	}
	for _, t := range r.times[:min(n, len(r.times))] {
		fmt.Fprintf(r.w, "  %7s  %s\n", t.took, t.name)
	}
}

// close prints what was skipped, the names of what failed and the counts, and
// tells whether all is well. A run without a single test is not.
func (r *report) close() bool {
	for _, part := range []struct {
		title string
		lines []string
	}{{"Skipped:", r.skipped}, {"Failed:", r.failed}} {
		if len(part.lines) > 0 {
			fmt.Fprintln(r.w, "\n"+part.title)
			for _, line := range part.lines {
				fmt.Fprintln(r.w, "  "+line)
			}
		}
	}
	r.slowest(10)
	fmt.Fprintf(r.w, "\n%d passed, %d failed, %d skipped\n", r.passed, len(r.failed), len(r.skipped))
	return len(r.failed) == 0 && r.passed > 0
}
