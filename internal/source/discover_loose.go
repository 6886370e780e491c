package source

import (
	"cmp"
	"context"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Tell looks into a file and says of which kind of source it is, or, for people, why that
// cannot be told. It reads no more than it must.
type Tell func(ctx context.Context, p *Place, f File) (kind string, err error)

// mostTold bounds the files that are looked into.
const mostTold = 200

// loose are files of a layout that need no manifest, below one folder.
type loose struct {
	layout *layout
	home   string
	months map[billing.Period][]string // keys
}

// withoutManifests finds the reports whose files need no manifest. What lies where a
// report with manifests does, of whatever kind, is of that one.
func (d *discovery) withoutManifests(ctx context.Context) error {
	var all []loose
	for _, l := range layouts {
		all = append(all, d.loose(l)...)
	}
	claims := map[string]int{} // how many layouts a file may be of
	for _, x := range all {
		for _, keys := range x.months {
			for _, key := range keys {
				claims[key]++
			}
		}
	}
	asked := map[string]bool{} // files, and whether one of the layouts is that of their kind
	for _, x := range all {
		if d.tell != nil && x.claimed(claims) {
			sample := d.sample(x)
			kind, err := d.kindOf(ctx, sample)
			if err != nil {
				return err
			}
			asked[sample] = asked[sample] || kind == x.layout.kind || kind == ""
			if kind != x.layout.kind {
				continue
			}
		}
		r := Report{Kind: x.layout.kind, Name: path.Base(cmp.Or(x.home, strings.TrimSuffix(d.place.name, "/"))), Folder: x.home}
		for period, keys := range x.months {
			r.put(d.looseMonth(period, keys), nil)
		}
		d.found.Reports = append(d.found.Reports, r)
	}
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		if !asked[key] {
			d.warn("file %s in %s is of kind %s, whose exports do not lie so; copy them with their manifests and folders", key, d.place.name, d.told[key])
		}
	}
	return nil
}

// loose are the files of a layout without a manifest, by folder.
func (d *discovery) loose(l *layout) (all []loose) {
	best, found := d.sort(l)
	for _, home := range slices.Sorted(maps.Keys(found)) {
		below := func(r Report) bool { return home == r.Folder || strings.HasPrefix(home, r.Folder+"/") }
		above := func(c candidate) bool {
			return home == "" || strings.HasPrefix(strings.Join(segments(c.key), "/"), home+"/")
		}
		if slices.ContainsFunc(d.found.Reports, below) || slices.ContainsFunc(slices.Collect(maps.Values(best)), above) {
			continue
		}
		all = append(all, loose{l, home, found[home]})
	}
	return all
}

// claimed tells whether files may be of another layout, too.
func (x loose) claimed(claims map[string]int) bool {
	for _, keys := range x.months {
		if slices.ContainsFunc(keys, func(key string) bool { return claims[key] > 1 }) {
			return true
		}
	}
	return false
}

// sample is the file to look into: the smallest of the newest month that is not empty.
func (d *discovery) sample(x loose) string {
	newest := slices.MaxFunc(slices.Collect(maps.Keys(x.months)), func(a, b billing.Period) int { return a.Start().Compare(b.Start()) })
	size := func(key string) int64 { return d.objects[key].Size }
	return slices.MinFunc(x.months[newest], func(a, b string) int {
		if (size(a) == 0) != (size(b) == 0) {
			return cmp.Compare(size(b), size(a))
		}
		return cmp.Or(cmp.Compare(size(a), size(b)), strings.Compare(a, b))
	})
}

// kindOf asks of which kind a file is, once. Where that cannot be told it is empty, and
// a warning says why.
func (d *discovery) kindOf(ctx context.Context, key string) (string, error) {
	if kind, known := d.told[key]; known {
		return kind, nil
	}
	d.told[key] = ""
	if len(d.told) > mostTold {
		if len(d.told) == mostTold+1 {
			d.found.Whole = false
			d.warn("there are more than %d folders in %s whose files may be of several kinds, and the others were not looked into; name a folder further down in the address", mostTold, d.place.name)
		}
		return "", nil
	}
	billing.Step(ctx, "look into files of "+d.place.name, int64(len(d.told)), 0)
	object := d.objects[key]
	kind, err := d.tell(ctx, d.place, File{Key: key, Size: object.Size, Compression: compression(key), Parquet: hasEnding(key, ".parquet"), modified: object.ModTime.UTC()})
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case err != nil:
		d.warn("of which kind the files beside %s in %s are cannot be told: %s", key, d.place.name, err)
		return "", nil
	}
	d.told[key] = kind
	return kind, nil
}

func (d *discovery) looseMonth(period billing.Period, keys []string) ReportMonth {
	month := ReportMonth{Period: period, Files: len(keys)}
	for _, key := range keys {
		object := d.objects[key]
		month.Bytes += object.Size
		if at := object.ModTime.UTC(); at.After(month.Delivered) {
			month.Delivered = at
		}
	}
	return month
}
