package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// page writes the report for a person, at most 120 columns wide.
type page struct {
	w       io.Writer
	verbose bool
	err     error // the first
}

const width = 120

// line writes one line, cut at the page's width unless -v is given.
func (p *page) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if letters := []rune(text); len(letters) > width && !p.verbose {
		text = string(letters[:width-1]) + "…"
	}
	if _, err := fmt.Fprintln(p.w, text); err != nil && p.err == nil {
		p.err = err
	}
}

// String is the value with its aim, and a mark where that is missed.
func (n number) String() string { return fmt.Sprintf("%d (aim %s)", n.Value, n.mark()) }

// mark is the aim alone, for a table that has the value in another row.
func (n number) mark() string {
	if n.Missed {
		return n.Aim + " MISSED"
	}
	return n.Aim
}

func (r report) writeText(w io.Writer, verbose bool) error {
	p := &page{w: w, verbose: verbose}
	p.summary(r)
	p.line("")
	p.sideBySide("Functions", r.Functions, "Functions of tests", r.TestFunctions)
	p.sideBySide("Files", r.Files, "Files of tests", r.TestFiles)
	p.symbols(r.Undocumented)
	p.packages(r.Packages)
	p.seams(r.Interfaces)
	p.repeats(r.Repeats)
	p.dependencies(r.Dependencies)
	p.commits(r.Commits)
	return p.err
}

func (p *page) summary(r report) {
	aims, missed := r.aims(), 0
	for _, n := range aims {
		if n.Missed {
			missed++
		}
	}
	p.line("%d lines of Go in %d files, %d lines of tests in %d files; %d of %d aims missed",
		r.Packages.Lines, r.Files.Count, r.Packages.Tests, r.TestFiles.Count, missed, len(aims))
	for _, note := range r.Notes {
		p.line("NOTE: %s", note)
	}
}

// list writes the first lines, or all with -v.
func (p *page) list(most int, lines []string) {
	shown := lines
	if !p.verbose && len(lines) > most {
		shown = lines[:most]
	}
	for _, one := range shown {
		p.line("  %s", one)
	}
	if rest := len(lines) - len(shown); rest > 0 {
		p.line("  … and %d more with -v", rest)
	}
}

// column is the width of the left of two columns.
const column = 58

// sideBySide writes the lengths of code and of tests in two columns.
func (p *page) sideBySide(leftTitle string, left lengths, rightTitle string, right lengths) {
	p.line("%-*s  %s", column, title(leftTitle, left), title(rightTitle, right))
	p.line("  %-*s  %s", column, middles(left), middles(right))
	for i := range max(len(left.Longest), len(right.Longest)) {
		p.line("%-*s  %s", column, cell(left.Longest, i), cell(right.Longest, i))
	}
}

func title(what string, l lengths) string {
	return fmt.Sprintf("%s: %d; lengths in lines", what, l.Count)
}

func middles(l lengths) string { return fmt.Sprintf("median %s, p90 %s", l.Median, l.P90) }

// cell is an entry of a list in a column, its path cut on the left to fit;
// empty behind the end of the list.
func cell(all []long, i int) string {
	if i >= len(all) {
		return ""
	}
	one := all[i]
	text := fmt.Sprintf("  %4d  %s  %s", one.Lines, one.At, one.Name)
	at := one.At
	for strings.Contains(at, "/") && len([]rune(text)) > column {
		_, at, _ = strings.Cut(at, "/")
		text = fmt.Sprintf("  %4d  …/%s  %s", one.Lines, at, one.Name)
	}
	letters := []rune(text)
	return string(letters[:min(len(letters), column)])
}

func (p *page) symbols(l list[symbol]) {
	p.line("")
	p.line("Exported names without a doc comment: %s", l.Count)
	var lines []string
	for _, one := range l.All {
		lines = append(lines, one.At+"  "+one.Name)
	}
	p.list(3, lines)
}

func (p *page) packages(t packageTable) {
	p.line("")
	p.line("Packages                    lines   tests  tests/lines  exported  unused outside  imported by  imports  against order")
	for _, r := range t.Rows {
		p.line("  %-24s %6d  %6d  %9d %%  %8d  %14d  %11d  %7d  %13d", r.Folder, r.Lines, r.Tests, r.Percent, r.Exported, len(r.Unused), r.FanIn, r.FanOut, len(r.Against))
		for _, why := range r.Against {
			p.line("    against the order: %s", why)
		}
		for _, one := range r.Unused {
			if p.verbose {
				p.line("    unused outside: %s  %s", one.At, one.Name)
			}
		}
	}
	p.line("  all: tests/lines %d %% (aim %s), unused %s, %d of them constants; against %s",
		t.Percent.Value, t.Percent.mark(), t.Unused, t.Constants, t.Against)
}

func (p *page) seams(l list[seam]) {
	p.line("")
	p.line("Interfaces with fewer than two implementations outside of tests: %s", l.Count)
	var lines []string
	for _, one := range l.All {
		lines = append(lines, fmt.Sprintf("%-24s %d in code, %d in tests, %d in other modules  %s", one.Name, one.Code, one.Tests, one.Others, one.At))
	}
	p.list(4, lines)
}

func (p *page) repeats(l list[repeat]) {
	p.line("")
	p.line("Runs of %d or more equal lines in two places of code: %s", window, l.Count)
	var lines []string
	for _, r := range l.All {
		lines = append(lines, fmt.Sprintf("%4d  %s", r.Lines, strings.Join(r.Places, "  ")))
	}
	p.list(10, lines)
}

func (p *page) dependencies(d dependencies) {
	p.line("")
	p.line("Direct dependencies: %d; without a reason, or reasons without a dependency: %s", d.Direct, d.Complaints)
	p.list(len(d.Said), d.Said)
	longest := 0
	for _, one := range d.Modules {
		longest = max(longest, len(one.Module))
	}
	for _, one := range d.Modules {
		p.line("  %-*s  %s", longest, one.Module, cmp.Or(one.Why, "NO REASON"))
	}
}

func (p *page) commits(c commits) {
	p.line("")
	if c.Absent != "" {
		p.line("Commits: %s", c.Absent)
		return
	}
	p.line("Files touched by a commit, of %d: median %s, p90 %s", c.Count, c.All.Median, c.All.P90)
	p.line("  without docs, changelog and testdata: median %s, p90 %s", c.Code.Median, c.Code.P90)
	p.line("   all  without, in the commits with most")
	for _, one := range c.Most {
		p.line("  %4d  %7d  %s  %s", one.Files, one.Code, one.ID, one.Subject)
	}
}
