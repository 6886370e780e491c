package house

import (
	"fmt"
	"regexp"
	"strings"
)

// reasons is the page that says of each direct dependency why it is one.
const reasons = "docs/decisions/0015-dependencies.md"

// Dependency is a module that the repository's own code imports.
type Dependency struct {
	Module string
	Why    string // the sentence of the page; empty where it has none
}

var (
	requireBlock = regexp.MustCompile(`(?ms)^require \((.*?)^\)`)
	requireLine  = regexp.MustCompile(`(?m)^require ([^(\s]\S* .*)$`)
	reasonRow    = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.*?) \\|$")
)

// Dependencies lists what go.mod requires without “// indirect”, in its order,
// each with its sentence from the page of reasons. The complaints name those
// without a sentence, and sentences whose module is no direct dependency.
func Dependencies(t Tree) (direct []Dependency, complaints []string) {
	why := map[string]string{}
	rows := reasonRow.FindAllStringSubmatch(string(t.Text(reasons)), -1)
	for _, row := range rows {
		why[row[1]] = row[2]
	}
	required := map[string]bool{}
	for _, module := range directModules(string(t.Text("go.mod"))) {
		required[module] = true
		direct = append(direct, Dependency{module, why[module]})
		if why[module] == "" {
			complaints = append(complaints, fmt.Sprintf("go.mod: %s has no sentence in %s; say there why it and not our own code", module, reasons))
		}
	}
	for _, row := range rows {
		if !required[row[1]] {
			complaints = append(complaints, fmt.Sprintf("%s: %s is no direct dependency; remove its row", reasons, row[1]))
		}
	}
	return direct, complaints
}

// directModules are the paths that a go.mod requires without “// indirect”.
func directModules(mod string) (modules []string) {
	var lines []string
	for _, block := range requireBlock.FindAllStringSubmatch(mod, -1) {
		lines = append(lines, strings.Split(block[1], "\n")...)
	}
	for _, line := range requireLine.FindAllStringSubmatch(mod, -1) {
		lines = append(lines, line[1])
	}
	for _, line := range lines {
		requirement, comment, _ := strings.Cut(line, "//")
		fields := strings.Fields(requirement)
		if len(fields) == 2 && !strings.HasPrefix(strings.TrimSpace(comment), "indirect") {
			modules = append(modules, fields[0])
		}
	}
	return modules
}
