package main

import (
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// follow is the script command `follow FILE [WORDS]`: it does what a page of the
// documentation says, from top to bottom, and wants that each command prints what
// stands below it. A block of YAML is what the configuration file has from there
// on; a command that contains WORDS is left out.
func follow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: follow FILE [WORDS]")
	}
	added := ""
	for _, step := range pageSteps(ts.ReadFile(args[0])) {
		if step.command == "" {
			added += strings.Join(step.lines, "\n") + "\n"
			continue
		}
		if len(args) == 2 && strings.Contains(step.command, args[1]) {
			continue
		}
		// What a file does not name stays as it is, so the new part is enough.
		if added != "" {
			ts.Check(os.WriteFile(ts.MkAbs("reseller.yaml"), []byte(added), 0o644))
		}
		words := strings.Fields(step.command)
		// A command that fails says so in what it prints.
		_ = ts.Exec(words[0], words[1:]...)
		printed := printedLines(ts.ReadFile("stdout"), ts.ReadFile("stderr"))
		if missing, ok := shownIn(step.lines, printed); !ok {
			ts.Fatalf("%s does not say what `%s` prints. It has the line\n%s\nbut printed was\n%s",
				args[0], step.command, missing, strings.Join(printed, "\n"))
		}
		if strings.Contains(step.command, " apply ") {
			added = ""
		}
	}
}

// pageStep is a command of a page with the lines shown below it, or, without a
// command, a block of YAML.
type pageStep struct {
	command string
	lines   []string
}

// pageSteps reads a page of Markdown. Between two blocks of one command's output,
// and where a line has … alone, the page leaves something out.
func pageSteps(page string) []pageStep {
	var steps []pageStep
	block, first := "", false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, " \n")
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```") && block == "":
			block, first = line, true
			if block == "```yaml" {
				steps = append(steps, pageStep{})
			}
			continue
		case strings.HasPrefix(line, "```"):
			block = ""
		case block == "```" && isCommand:
			steps = append(steps, pageStep{command: command})
		case block != "":
			last := &steps[len(steps)-1]
			if first && block == "```" {
				last.lines = append(last.lines, "…")
			}
			last.lines = append(last.lines, line)
		}
		first = false
	}
	return steps
}

// printedLines is what a page shows of a command's output: all but the progress.
func printedLines(stdout, stderr string) []string {
	var lines []string
	for line := range strings.Lines(stdout) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "sluice: ") {
			lines = append(lines, strings.TrimRight(line, " \n"))
		}
	}
	return lines
}

// changing is what another run prints otherwise: times, ids and links made anew, and
// the packed bytes, which another version of Go makes otherwise.
var changing = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC|\b01[0-9A-Z]{24}\b|[\d,]+ bytes, sha256 [0-9a-f]{64}|/invitation#[\w-]{43}`)

// shownIn says whether the shown lines are the printed ones, but for empty lines
// and for what stands at a line of … alone; and if not, which line is not.
func shownIn(shown, printed []string) (string, bool) {
	plain := func(lines []string) []string {
		var kept []string
		for _, line := range lines {
			if line != "" {
				kept = append(kept, changing.ReplaceAllString(line, "(changing)"))
			}
		}
		return kept
	}
	rest, leftOut := plain(printed), false
	for _, line := range plain(shown) {
		if line == "…" {
			leftOut = true
			continue
		}
		at := slices.Index(rest, line)
		if at < 0 || at > 0 && !leftOut {
			return line, false
		}
		rest, leftOut = rest[at+1:], false
	}
	return "the last one", leftOut || len(rest) == 0
}
