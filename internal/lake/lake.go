// Package lake knows where line items and charges lie: immutable Parquet
// files, one folder per load or revision, and the schema of both.
package lake

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Lake is a folder of Parquet files. Readers are told by the store which
// folders are in force; a folder that the store does not name is left over
// from an interrupted run and harmless.
type Lake struct{ root string }

// At returns the lake in the given folder, which need not exist yet.
func At(root string) Lake { return Lake{root} }

// Root is the folder of the lake.
func (l Lake) Root() string { return l.root }

// Aside makes a lake below this one, on the same disk, for what is only looked
// at. remove takes it away; what a crash leaves of it is harmless.
func (l Lake) Aside() (aside Lake, remove func() error, err error) {
	err = os.MkdirAll(l.root, 0o755)
	folder := ""
	if err == nil {
		folder, err = os.MkdirTemp(l.root, "aside-")
	}
	if err != nil {
		return aside, nil, fmt.Errorf("a folder for prices that are only looked at: %w", err)
	}
	return At(folder), func() error { return os.RemoveAll(folder) }, nil
}

// Collected is the folder, beside the lake, of what backends told and people pushed: a
// source is a folder in it, with <month>/<version>. It is not of the lake: nothing reads
// it but the load that is made of it.
func (l Lake) Collected() string { return filepath.Join(filepath.Dir(l.root), "collected") }

// segment makes any id a folder name of its own.
func segment(key, value string) string { return key + "=" + url.PathEscape(value) }

// LoadDir is the folder of one load of a payer's month.
func (l Lake) LoadDir(period billing.Period, payer, load string) string {
	return filepath.Join(l.root, "line_items", segment("period", period.String()), segment("payer", payer), segment("load", load))
}

// LineItems are the Parquet files of a load.
func (l Lake) LineItems(period billing.Period, payer, load string) ([]string, error) {
	return parquetFiles(l.LoadDir(period, payer, load), "part-")
}

// Keys is the file of a load's pricing keys.
func (l Lake) Keys(period billing.Period, payer, load string) string {
	return filepath.Join(l.LoadDir(period, payer, load), "keys.parquet")
}

// AppliedDir is the folder of one revision of a month's commitments: parts, the
// lines that have to do with them, and hours, what became of each.
func (l Lake) AppliedDir(period billing.Period, revision string) string {
	return filepath.Join(l.root, "commitments", segment("period", period.String()), segment("rev", revision))
}

// RatedDir is the folder of one revision of a month's charges. Below it each
// billing group has a folder of its own, so that one customer's month is a
// file that holds nothing of anybody else.
func (l Lake) RatedDir(period billing.Period, revision string) string {
	return filepath.Join(l.root, "charges", segment("period", period.String()), segment("rev", revision))
}

// Charges are the Parquet files of a revision; group "" means all groups. A group
// that used nothing in the month has none.
func (l Lake) Charges(period billing.Period, revision, group string) ([]string, error) {
	dir := l.RatedDir(period, revision)
	groups, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("charges of %s: %w", period, err)
	}
	var files []string
	for _, g := range groups {
		if group != "" && g.Name() != segment("group", group) {
			continue
		}
		more, err := parquetFiles(filepath.Join(dir, g.Name()), "")
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return files, nil
}

func parquetFiles(dir, prefix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the lake lacks a folder that is in force: %w", err)
	}
	var files []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && strings.HasSuffix(e.Name(), ".parquet") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}
