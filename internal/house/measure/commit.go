package main

import (
	"bytes"
	"cmp"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
)

// commits says how many files a change touches.
type commits struct {
	Absent string   `json:"absent,omitempty"` // why there are none
	Count  int      `json:"count"`
	All    touched  `json:"all"`
	Code   touched  `json:"code"` // without docs, changelog and testdata
	Most   []commit `json:"most"` // ten at most
}

type touched struct {
	Median number `json:"median"`
	P90    number `json:"p90"`
}

// commit is one change with the number of files in it.
type commit struct {
	ID      string `json:"id"`
	Subject string `json:"subject"`
	Files   int    `json:"files"`
	Code    int    `json:"code"` // without docs, changelog and testdata
}

// readCommits reads git's history of the folder, merges left out. Without git,
// or outside of a repository, it says so.
func readCommits(root string) commits {
	if _, err := exec.LookPath("git"); err != nil {
		return commits{Absent: "git is not installed: nothing is known of commits"}
	}
	log := exec.Command("git", "-C", root, "-c", "core.quotePath=false", "log", "--no-merges", "--numstat", "-M", "--format=%x00%h %s")
	var said bytes.Buffer
	log.Stderr = &said
	history, err := log.Output()
	if err != nil {
		return commits{Absent: "git has no history here: " + cmp.Or(strings.TrimSpace(said.String()), err.Error())}
	}
	return summarize(parseLog(string(history)))
}

// parseLog reads what git log --numstat says: per commit a NUL with id and
// subject, then a line for each file. A moved file is one file. go.sum is written
// by the go command and does not count.
func parseLog(history string) (all []commit) {
	for entry := range strings.SplitSeq(history, "\x00") {
		head, files, _ := strings.Cut(entry, "\n")
		id, subject, ok := strings.Cut(head, " ")
		if !ok {
			continue
		}
		c := commit{ID: id, Subject: subject}
		for line := range strings.Lines(files) {
			fields := strings.SplitN(strings.TrimSpace(line), "\t", 3) // added, removed, path
			if len(fields) < 3 || path.Base(fields[2]) == "go.sum" {
				continue
			}
			c.Files++
			if !besideCode(newPath(fields[2])) {
				c.Code++
			}
		}
		all = append(all, c)
	}
	return all
}

// inPath is how git writes what a moved file's paths do not share.
var inPath = regexp.MustCompile(`\{[^{}]* => ([^{}]*)\}`)

// newPath is where a file went that git reports as “old => new” or
// “folder/{old => new}/file”; any other path is its own.
func newPath(moved string) string {
	moved = inPath.ReplaceAllString(moved, "$1")
	if _, to, ok := strings.Cut(moved, " => "); ok {
		return to
	}
	return path.Clean(moved)
}

// besideCode tells whether a file is documentation, changelog or test data.
func besideCode(file string) bool {
	folders := strings.Split(path.Dir(file), "/")
	return slices.Contains([]string{"docs", "changelog"}, folders[0]) || path.Ext(file) == ".md" || slices.Contains(folders, "testdata")
}

// summarize ranks commits by their files. The aims are what small, well-cut
// programs reach: a feature is a few files of code, its tests among them, and as
// many again of pages and test data.
func summarize(all []commit) commits {
	var files, code []int
	for _, c := range all {
		files, code = append(files, c.Files), append(code, c.Code)
	}
	most := slices.SortedStableFunc(slices.Values(all), func(a, b commit) int { return cmp.Compare(b.Files, a.Files) })
	return commits{
		Count: len(all),
		All:   touched{atMost(8, rank(files, 50)), atMost(25, rank(files, 90))},
		Code:  touched{atMost(4, rank(code, 50)), atMost(15, rank(code, 90))},
		Most:  most[:min(10, len(most))],
	}
}
