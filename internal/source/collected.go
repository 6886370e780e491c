package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// CollectedKind is the kind of files in the columns that Sluice itself writes.
const CollectedKind = "collected"

// collected files lie in folders of months, without a manifest.
var collected = &layout{
	kind:  CollectedKind,
	about: "Sluice's own columns, for whoever writes exports by a program of their own",
	files: "CSV (gzip, zip) and Parquet",
	loose: regexp.MustCompile(`^(?:(.*)/)?(\d{4})-(\d{2})/[^/]+\.(?i:csv|csv\.gz|csv\.zip|parquet)$`),
}

// Collected opens what Sluice collected of a source's month: the files part-… in
// folder/<month>/<version>, where folder is that of the source. The report is the
// source's name. Close the place when it is read.
func Collected(ctx context.Context, folder, report string, period billing.Period, version string) (*Place, Delivery, error) {
	below := filepath.Join(period.String(), version)
	entries, err := os.ReadDir(filepath.Join(folder, below))
	if err != nil {
		return nil, Delivery{}, fmt.Errorf("what was collected of %s for %s cannot be read; collect it again: %w", report, period, err)
	}
	var keys []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), "part-") {
			keys = append(keys, filepath.ToSlash(filepath.Join(below, e.Name())))
		}
	}
	if len(keys) == 0 {
		return nil, Delivery{}, fmt.Errorf("what was collected of %s for %s has no files; collect it again", report, period)
	}
	slices.Sort(keys)
	place, err := openFolder(folder)
	if err != nil {
		return nil, Delivery{}, err
	}
	files, err := statAll(ctx, keys, place.stat)
	if err != nil {
		place.Close()
		return nil, Delivery{}, fmt.Errorf("a file in %s cannot be read: %w", place, err)
	}
	return place, Delivery{Report: report, Period: period, Version: version, Files: files}, nil
}
