package config

import (
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Problem is one thing wrong with a configuration.
type Problem struct {
	Path    string `json:"path"` // such as billing_groups[acme-main].claims[0].from
	Message string `json:"message"`

	// Spots are the resources that the problem is in or between, the one of Path first.
	Spots []Spot `json:"-"`

	others []string // while checking: other places that the problem is between
}

// Spot is a place within a resource, however the sections around it are sorted.
type Spot struct {
	Kind  string `json:"kind"`
	ID    string `json:"id,omitempty"`
	Inner string `json:"inner,omitempty"` // path in the resource, with indexes and a dot in front
}

// String writes "path: message".
func (p Problem) String() string { return p.Path + ": " + p.Message }

// Problems are all the things wrong with a configuration. As an error they are
// what Declaration.Locate finds the lines of.
type Problems []Problem

// Error writes one problem a line.
func (p Problems) Error() string { return listed(p, Problem.String) }

// Check says what is wrong with a whole configuration: the file merged with
// what the store holds. It covers each resource by itself (required fields,
// known words, digits) and all of them together: references, resources
// declared twice, accounts claimed or pooled twice for the same day (R2), tag
// claims of two groups that a line can meet both (R3), parents in a circle and
// books that would show a reseller below what the reseller pays (R16),
// commitments decided on twice for the same month (R8). Problems of single
// resources come first, each in the order of the file. There are none when
// Problems is empty.
func Check(c billing.Config) Problems {
	k := checker{}
	k.resources(c)
	k.together(c)
	sections := map[string][]resource{}
	for i := range k.problems {
		p := &k.problems[i]
		for _, path := range append([]string{p.Path}, p.others...) {
			p.Spots = append(p.Spots, spotOf(c, path, sections))
		}
		p.Path, p.others = display(c, p.Path), nil
	}
	return k.problems
}

// spotOf takes a path with indexes apart; sections remembers what is in them.
func spotOf(c billing.Config, path string, sections map[string][]resource) Spot {
	section, inner := path, ""
	if i := strings.IndexAny(path, ".["); i >= 0 {
		section, inner = path[:i], path[i:]
	}
	k, known := kindNamed(section)
	if !known || k.single {
		return Spot{section, section, inner}
	}
	index, inner, _ := strings.Cut(strings.TrimPrefix(inner, "["), "]")
	if sections[section] == nil {
		sections[section] = k.list(c)
	}
	i, err := strconv.Atoi(index)
	if err != nil || i >= len(sections[section]) {
		return Spot{Kind: section}
	}
	return Spot{section, sections[section][i].id, inner}
}
