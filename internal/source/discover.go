package source

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/blob"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Report is an export that was found in a place, with all its months.
type Report struct {
	Kind    string        `json:"kind"`              // of source, one of Kinds
	Name    string        `json:"name"`              // as the provider calls it
	Folder  string        `json:"folder"`            // below which it lies, from the bucket or folder on
	Account string        `json:"account,omitempty"` // whose money it is, where its manifest says so
	Months  []ReportMonth `json:"months"`            // the newest first; never none
	Files   int           `json:"files"`             // of all months
	Bytes   int64         `json:"bytes"`             // as stored
	// Delivered is when the newest file or manifest was written, UTC.
	Delivered time.Time `json:"delivered"`
	// Columns of the newest month as its manifest lists them; none where it does not.
	Columns []string `json:"columns,omitempty"`
	// ResourceIDs tells whether there is a column for them: yes, no, or unknown without
	// a list of columns.
	ResourceIDs string `json:"resource_ids"`
	// Integrations are services that the files are made for, such as ATHENA.
	Integrations []string `json:"integrations,omitempty"`

	manifests bool // it has some
	aws       bool // its manifest is one of AWS
}

// ReportMonth is the current version of a month of a report.
type ReportMonth struct {
	Period    billing.Period `json:"period"`
	Files     int            `json:"files"`
	Bytes     int64          `json:"bytes"`
	Delivered time.Time      `json:"delivered"`         // UTC
	Missing   int            `json:"missing,omitempty"` // files that the manifest names and that are not there
	Problem   string         `json:"problem,omitempty"` // why it cannot be loaded as it is
}

// Found is what lies in a place.
type Found struct {
	Reports  []Report `json:"reports"`            // by kind, name and folder
	Warnings []string `json:"warnings,omitempty"` // for people
	Objects  int      `json:"objects"`            // that were looked at
	// Whole is false where there are more objects than are looked at.
	Whole bool `json:"whole"`
}

// Bounds of one look through a place.
const (
	mostObjects   = 500_000
	mostManifests = 3_000
)

// Reports looks through the whole place for exports of every kind, and reports its
// progress as objects that were seen. Files without a manifest may lie as those of
// several kinds do: one of them is asked of what kind it is. Without tell they are found
// as every kind that they may be.
func (p *Place) Reports(ctx context.Context, tell Tell) (Found, error) {
	d := discovery{place: p, tell: tell, objects: map[string]*blob.ListObject{}, texts: map[string][]byte{}, told: map[string]string{}}
	if err := d.list(ctx); err != nil {
		return Found{}, err
	}
	for _, l := range layouts {
		if err := d.withManifests(ctx, l); err != nil {
			return Found{}, err
		}
	}
	if err := d.withoutManifests(ctx); err != nil {
		return Found{}, err
	}
	slices.SortFunc(d.found.Reports, func(a, b Report) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Folder, b.Folder))
	})
	d.warnOfTwice()
	return d.found, nil
}

// Folders lists the first folders at the top of the bucket, or of the place where it
// is a folder, for people who look for the right one; at most 20.
func (p *Place) Folders(ctx context.Context) ([]string, error) {
	const most = 20
	page, _, err := p.bucket.ListPage(ctx, blob.FirstPageToken, 200, &blob.ListOptions{Delimiter: "/"})
	if err != nil {
		return nil, fmt.Errorf("the folders of %s cannot be listed: %w", p.name, err)
	}
	var names []string
	for _, o := range page {
		if o.IsDir && len(names) < most {
			names = append(names, o.Key)
		}
	}
	return names, nil
}

// discovery is one look through a place.
type discovery struct {
	place     *Place
	tell      Tell
	told      map[string]string // kinds of files that were asked, by key; empty where nobody knows
	objects   map[string]*blob.ListObject
	keys      []string // of the objects, in the order of the listing
	texts     map[string][]byte
	manifests int // that were read
	found     Found
}

func (d *discovery) list(ctx context.Context) error {
	d.found.Whole = true
	list := d.place.bucket.List(&blob.ListOptions{Prefix: d.place.root})
	for {
		object, err := list.Next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return fmt.Errorf("%s cannot be listed: %w", d.place.name, err)
		}
		if len(d.keys) == mostObjects {
			d.found.Whole = false
			d.warn("there are more than %d objects in %s, and the others were not looked at; name a folder further down in the address", mostObjects, d.place.name)
			break
		}
		d.objects[object.Key] = object
		d.keys = append(d.keys, object.Key)
		if len(d.keys)%1000 == 0 {
			billing.Step(ctx, "look through "+d.place.name, int64(len(d.keys)), 0)
		}
	}
	d.found.Objects = len(d.keys)
	return nil
}

func (d *discovery) warn(format string, args ...any) {
	d.found.Warnings = append(d.found.Warnings, fmt.Sprintf(format, args...))
}

// withManifests finds the reports of a layout that have some.
func (d *discovery) withManifests(ctx context.Context, l *layout) error {
	best, _ := d.sort(l)
	reports := map[string]*Report{}
	chosen := map[string]map[billing.Period]candidate{}
	s := &survey{place: d.place, layout: l}
	for _, c := range slices.SortedFunc(maps.Values(best), func(a, b candidate) int { return strings.Compare(a.key, b.key) }) {
		m, err := d.read(ctx, l, c.key)
		if err != nil {
			return err
		}
		if m == nil {
			continue
		}
		id := m.identity(c)
		if c.dated { // its folder is the same for all months, whatever they say of themselves
			id = c.report
		}
		if reports[id] == nil {
			reports[id] = &Report{Kind: l.kind, Name: m.report(), Folder: reportFolder(c), manifests: true}
			chosen[id] = map[billing.Period]candidate{}
		}
		period, err := m.period()
		if err != nil {
			d.warn("%s", err)
			continue
		}
		if other, twice := chosen[id][period]; twice && !s.supersedes(c, other) {
			continue
		}
		chosen[id][period] = c
		reports[id].put(d.month(m, c, period), m)
	}
	for _, r := range reports {
		if len(r.Months) > 0 {
			d.found.Reports = append(d.found.Reports, *r)
		}
	}
	return nil
}

// sort tells manifests, one for each report and month as their folders say it, from
// files that need none, by the path of their report and their month.
func (d *discovery) sort(l *layout) (best map[string]candidate, loose map[string]map[billing.Period][]string) {
	best, loose = map[string]candidate{}, map[string]map[billing.Period][]string{}
	s := &survey{place: d.place, layout: l}
	for _, key := range d.keys {
		if l.isManifest != nil && l.isManifest(path.Base(key)) {
			c := newCandidate(d.objects[key])
			at := c.report + "\x00" + monthOfFolders(key)
			if b, known := best[at]; !known || s.supersedes(c, b) {
				best[at] = c
			}
			continue
		}
		report, month, ok := l.looseFile(strings.Join(segments(key), "/"))
		if !ok {
			continue
		}
		period, err := billing.ParsePeriod(month)
		if err != nil {
			continue // such as 2024/13: the folders are something else
		}
		if loose[report] == nil {
			loose[report] = map[billing.Period][]string{}
		}
		loose[report][period] = append(loose[report][period], key)
	}
	return best, loose
}

// monthOfFolders is the month that the folders of a key name, as YYYY-MM; empty where
// they name none.
func monthOfFolders(key string) string {
	year := ""
	for _, folder := range segments(folderOf(key)) {
		if m := rangeFolder.FindStringSubmatch(folder); m != nil {
			return m[1] + "-" + m[2]
		}
		if m := periodFolder.FindStringSubmatch(folder); m != nil {
			return m[1] + "-" + m[2]
		}
		if m := yearFolder.FindStringSubmatch(folder); m != nil {
			year = m[1]
		}
		if m := monthFolder.FindStringSubmatch(folder); m != nil && year != "" {
			if n, err := strconv.Atoi(m[1]); err == nil {
				return fmt.Sprintf("%s-%02d", year, n)
			}
		}
	}
	return ""
}

// reportFolder is the folder below which all versions of a manifest's report lie.
func reportFolder(c candidate) string {
	folder := strings.TrimSuffix(folderOf(c.report), "/")
	if parent, last := path.Split(folder); last == "metadata" {
		folder = strings.TrimSuffix(parent, "/")
	}
	return folder
}

// read reads a manifest, once for all layouts. One that cannot be read is a warning.
func (d *discovery) read(ctx context.Context, l *layout, key string) (*manifest, error) {
	text, known := d.texts[key]
	object := d.objects[key]
	if !known {
		d.manifests++
		if d.manifests > mostManifests {
			if d.manifests == mostManifests+1 {
				d.found.Whole = false
				d.warn("there are more than %d manifests in %s, and the others were not read; name a folder further down in the address", mostManifests, d.place.name)
			}
			return nil, nil
		}
		billing.Step(ctx, "look into manifests of "+d.place.name, int64(d.manifests), 0)
		var err error
		if text, err = d.text(ctx, object); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			d.warn("%s", err)
		}
		d.texts[key] = text
	}
	if text == nil {
		return nil, nil
	}
	m := &manifest{place: d.place.name, key: key, modified: object.ModTime.UTC()}
	ours, err := l.read(m, text)
	switch {
	case err != nil:
		if !slices.Contains(d.found.Warnings, err.Error()) { // others say the same of it
			d.warn("%s", err)
		}
		return nil, nil
	case !ours:
		return nil, nil
	}
	return m, nil
}

func (d *discovery) text(ctx context.Context, object *blob.ListObject) ([]byte, error) {
	if object.Size > maxManifest {
		return nil, fmt.Errorf("%s in %s has %d bytes and is not read; it is no manifest of an export", object.Key, d.place.name, object.Size)
	}
	body, err := d.place.Open(ctx, File{Key: object.Key, Size: object.Size})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// month adds up the files that a manifest names.
func (d *discovery) month(m *manifest, c candidate, period billing.Period) ReportMonth {
	month := ReportMonth{Period: period, Delivered: c.modified.UTC()}
	for _, name := range m.names {
		key, err := keyOf(name)
		if err != nil {
			month.Problem = fmt.Sprintf("manifest %s: %s", m.key, err)
			continue
		}
		month.Missing++
		for _, candidate := range d.place.candidates(m, key) {
			if object := d.objects[candidate]; object != nil {
				month.Missing--
				month.Files++
				month.Bytes += object.Size
				break
			}
		}
	}
	switch {
	case month.Problem != "":
	case len(m.names) == 0:
		month.Problem = "its manifest names no files; wait for the provider's next delivery"
	case month.Missing > 0 && d.found.Whole:
		month.Problem = fmt.Sprintf("%d files that its manifest names are not there; copy the month again, or wait until its delivery is complete", month.Missing)
	case month.Missing > 0:
		month.Missing = 0 // not all objects were looked at
	}
	return month
}

// put adds a month in the place of an older version of it, the newest first.
func (r *Report) put(month ReportMonth, m *manifest) {
	r.Months = slices.DeleteFunc(r.Months, func(x ReportMonth) bool { return x.Period == month.Period })
	r.Months = append(r.Months, month)
	slices.SortFunc(r.Months, func(a, b ReportMonth) int { return b.Period.Start().Compare(a.Period.Start()) })
	r.Files, r.Bytes = 0, 0
	for _, x := range r.Months {
		r.Files, r.Bytes = r.Files+x.Files, r.Bytes+x.Bytes
		if x.Delivered.After(r.Delivered) {
			r.Delivered = x.Delivered
		}
	}
	if r.Months[0].Period != month.Period {
		return
	}
	r.ResourceIDs = "unknown"
	if m == nil {
		return
	}
	r.Name, r.Account, r.Columns, r.Integrations, r.aws = m.report(), m.account, m.columns, m.integrations, isAWSManifest(m.key)
	if len(m.columns) > 0 {
		r.ResourceIDs = "no"
		if slices.ContainsFunc(m.columns, isResourceID) {
			r.ResourceIDs = "yes"
		}
	}
}

// isResourceID tells whether a column holds the ids of what was used, as AWS and FOCUS
// name it.
func isResourceID(column string) bool {
	switch strings.ToLower(column) {
	case "lineitem/resourceid", "line_item_resource_id", "resourceid", "resource_id":
		return true
	}
	return false
}

// warnOfTwice says which reports tell the same money: those of one account, and those of
// AWS that do not say of which account they are.
func (d *discovery) warnOfTwice() {
	all := d.found.Reports
	for i, a := range all {
		for _, b := range all[i+1:] {
			same := a.Account != "" && a.Account == b.Account
			unsaid := a.aws && b.aws && (a.Account == "" || b.Account == "")
			at := slices.IndexFunc(a.Months, func(m ReportMonth) bool {
				return slices.ContainsFunc(b.Months, func(n ReportMonth) bool { return n.Period == m.Period })
			})
			if at < 0 || !same && !unsaid {
				continue
			}
			whose := "may both have the money"
			if same {
				whose = "both have the money of account " + a.Account
			}
			d.warn("the reports %s (%s) and %s (%s) %s of %s; read one of them alone, by its folder in the source's address, or every line counts twice",
				a.Name, a.Kind, b.Name, b.Kind, whose, a.Months[at].Period)
		}
	}
}
