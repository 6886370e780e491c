package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gocloud.dev/gcerrors"
	"golang.org/x/sync/errgroup"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Delivery is one version of one report's month.
type Delivery struct {
	Report   string
	Period   billing.Period
	Version  string   // the provider's id of this version, or a hash of what it consists of
	Manifest string   // its key; empty where the export has none
	Files    []File   // in the manifest's order, by key without one; never empty
	Columns  []string // as the manifest lists them, category/name where it has categories; may be nil
	Account  string   // the manifest's account; may be empty

	Delivered    time.Time // when the manifest was written, or the newest file; UTC
	Integrations []string  // services that the files are made for, such as ATHENA

	layout *layout // that the manifest was read by
}

// ErrChanged says that an export was replaced while it was read. Read the
// month's deliveries again.
var ErrChanged = errors.New("the export was replaced while it was read; read it again")

func changed(key string) error {
	return fmt.Errorf("file %s is not as it was listed: %w", key, ErrChanged)
}

// statsAtOnce bounds the questions to the store in flight.
const statsAtOnce = 16

// Deliveries returns the current version of every report of the kind (one of
// Kinds) for the period, sorted by report and manifest. No report is
// no error. The files are those the manifest names and no others; it is an
// error when one is missing, named twice or lies outside the place, and when a
// manifest cannot be understood.
func (p *Place) Deliveries(ctx context.Context, kind string, period billing.Period) ([]Delivery, error) {
	l, err := layoutOf(kind)
	if err != nil {
		return nil, err
	}
	found, err := p.survey(ctx, l, period)
	if err != nil {
		return nil, err
	}
	manifests, err := found.read(ctx)
	if err != nil {
		return nil, err
	}
	var deliveries []Delivery
	for _, m := range manifests {
		d, err := p.delivery(ctx, m, period)
		if err != nil {
			return nil, err
		}
		d.layout = l
		deliveries = append(deliveries, d)
	}
	for home, keys := range found.unmanaged() {
		d, err := p.unmanaged(ctx, home, keys, period)
		if err != nil {
			return nil, err
		}
		deliveries = append(deliveries, d)
	}
	slices.SortFunc(deliveries, func(a, b Delivery) int {
		if c := strings.Compare(a.Report, b.Report); c != 0 {
			return c
		}
		return strings.Compare(a.Manifest, b.Manifest)
	})
	return deliveries, nil
}

// read reads the manifests that are of the survey's kind and period, one for
// each report.
func (s *survey) read(ctx context.Context) (map[string]*manifest, error) {
	manifests := map[string]*manifest{}
	chosen := map[string]candidate{}
	for _, c := range s.current() {
		m, err := s.place.readManifest(ctx, s.layout, c.key)
		if err != nil {
			return nil, err
		}
		if m == nil {
			continue
		}
		period, err := m.period()
		if err != nil {
			return nil, err
		}
		if period != s.period {
			continue
		}
		id := m.identity(c)
		if manifests[id] == nil || s.supersedes(c, chosen[id]) {
			manifests[id], chosen[id] = m, c
		}
	}
	if len(manifests) == 0 && len(s.unmanaged()) == 0 {
		return nil, s.instead(ctx)
	}
	return manifests, nil
}

// instead is an error that says what else the place has of the period, if the layout
// knows what to do about it.
func (s *survey) instead(ctx context.Context) error {
	if s.layout.instead == nil {
		return nil
	}
	for _, c := range s.current() {
		m, text, err := s.place.manifestText(ctx, c.key)
		if err != nil {
			return err
		}
		if advice := s.layout.instead(m, text); advice != "" && m.month == s.period {
			return fmt.Errorf("%s has nothing of the kind %s for %s: %s", s.place.name, s.layout.kind, s.period, advice)
		}
	}
	return nil
}

// delivery finds the files of a manifest.
func (p *Place) delivery(ctx context.Context, m *manifest, period billing.Period) (Delivery, error) {
	files, err := p.resolveAll(ctx, m)
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{
		Report:   m.report(),
		Period:   period,
		Version:  m.versionOf(files),
		Manifest: m.key,
		Files:    files,
		Columns:  m.columns,
		Account:  m.account,

		Delivered:    m.modified,
		Integrations: m.integrations,
	}, nil
}

// unmanaged makes a delivery of a month's files that have no manifest; home is
// the path of their report.
func (p *Place) unmanaged(ctx context.Context, home string, keys []string, period billing.Period) (Delivery, error) {
	slices.Sort(keys)
	files, err := statAll(ctx, keys, p.stat)
	if err != nil {
		return Delivery{}, fmt.Errorf("a file in %s cannot be read: %w", p.name, err)
	}
	report := path.Base(home)
	if home == "" {
		report = path.Base(p.name)
	}
	d := Delivery{Report: report, Period: period, Version: hashOf(files), Files: files}
	for _, f := range files {
		if f.modified.After(d.Delivered) {
			d.Delivered = f.modified
		}
	}
	return d, nil
}

// statAll asks for many files at once; the answers are in the keys' order.
func statAll(ctx context.Context, keys []string, stat func(context.Context, string) (File, error)) ([]File, error) {
	files := make([]File, len(keys))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(statsAtOnce)
	for i, key := range keys {
		group.Go(func() (err error) {
			files[i], err = stat(ctx, key)
			return err
		})
	}
	return files, group.Wait()
}

// Verify asks the store again whether every file of the delivery is still as
// listed and the manifest still says the same version. Call it when all files
// have been read: exports are overwritten in place, and a reader may have got
// half of each. It returns ErrChanged when they are not.
func (p *Place) Verify(ctx context.Context, d Delivery) error {
	keys := make([]string, len(d.Files))
	for i, f := range d.Files {
		keys[i] = f.Key
	}
	now, err := statAll(ctx, keys, func(ctx context.Context, key string) (File, error) {
		f, err := p.stat(ctx, key)
		if gcerrors.Code(err) == gcerrors.NotFound {
			return f, changed(key)
		}
		return f, err
	})
	if err != nil {
		return fmt.Errorf("report %s of %s cannot be verified: %w", d.Report, d.Period, err)
	}
	for i, f := range d.Files {
		if now[i].Size != f.Size || now[i].ETag != f.ETag {
			return changed(f.Key)
		}
	}
	if d.Manifest == "" {
		return nil
	}
	m, err := p.readManifest(ctx, d.layout, d.Manifest)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return changed(d.Manifest)
	}
	if err != nil {
		return err
	}
	if m == nil || m.versionOf(d.Files) != d.Version {
		return changed(d.Manifest)
	}
	return nil
}
