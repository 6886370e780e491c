package source

import (
	"fmt"
	"regexp"
	"strings"
)

// layout is how a provider puts its exports into a place: which files are
// manifests, what they say, and which files need none. What a layout does not
// have is nil. A new one is a file with one of these, and its name in layouts.
type layout struct {
	kind  string // the word for it in a source
	about string // what it is and what it comes as, for the documentation
	files string
	// isManifest tells from its name whether a file may be a manifest.
	isManifest func(name string) bool
	// read takes what a manifest says. ours is false where it is the manifest of
	// an export of another kind.
	read func(m *manifest, text []byte) (ours bool, err error)
	// instead says what to do where a place has this manifest of the kind's sort, and
	// none that is read; empty where nothing can be said. It gives m the month.
	instead func(m *manifest, text []byte) string
	// inMonth says that the manifest directly in the month's folder is the current
	// one, and that those in folders below it are copies.
	inMonth bool
	// loose matches the paths of data files that need no manifest. Its groups are
	// the path of their report, the year and the month; all files of a report and
	// month are one delivery.
	loose *regexp.Regexp
	// runs says that a fifth group of loose is the run that wrote a file, and that each
	// run holds the whole month: the newest is in force.
	runs bool
}

// looseFile tells whether the file of a path needs no manifest, and of which
// report and month (YYYY-MM) it is.
func (l *layout) looseFile(path string) (report, month string, ok bool) {
	if l.loose == nil {
		return "", "", false
	}
	m := l.loose.FindStringSubmatch(path)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2] + "-" + m[3], true
}

// run is which run wrote a file that looseFile knows; empty where there are none.
func (l *layout) run(path string) string {
	if !l.runs {
		return ""
	}
	return l.loose.FindStringSubmatch(path)[5]
}

// Alibaba is the kind of Alibaba Cloud's own bill details. Its FOCUS exports are of the
// kind focus.
const Alibaba = "alibaba"

// layouts lists what is known, as the documentation does.
var layouts = []*layout{
	awsCUR,
	awsCUR2,
	focus,
	{kind: Alibaba, about: "Alibaba Cloud bill detail by instance", files: "CSV (gzip, zip)",
		loose: regexp.MustCompile(`^(.*_(?:Partner)?InstanceDetail)_(\d{4})(\d{2})(?:_\d+)*(?:\.(?i:csv|csv\.gz|csv\.zip))?$`)},
	azureCosts,
	partnerCenter,
	googleCosts,
	collected,
}

// Kinds lists the kinds of source there are.
func Kinds() []string {
	kinds := make([]string, len(layouts))
	for i, l := range layouts {
		kinds[i] = l.kind
	}
	return kinds
}

func layoutOf(kind string) (*layout, error) {
	for _, l := range layouts {
		if l.kind == kind {
			return l, nil
		}
	}
	kinds := Kinds()
	last := len(kinds) - 1
	return nil, fmt.Errorf("%q is not a kind of source; use %s or %s", kind, strings.Join(kinds[:last], ", "), kinds[last])
}
