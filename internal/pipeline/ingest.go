package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/source"
	"github.com/sluice-billing/sluice/internal/store"
)

// Loaded says what became of one report's month.
type Loaded struct {
	Source   string            `json:"source,omitempty"`
	Payer    string            `json:"payer"`
	Report   string            `json:"report"`
	Version  string            `json:"version"`
	Load     string            `json:"load"`
	UpToDate bool              `json:"up_to_date"` // this version was loaded before
	Format   string            `json:"format"`
	Files    int               `json:"files"`
	Rows     int64             `json:"rows"`
	Billed   billing.Money     `json:"billed"`
	Findings []billing.Finding `json:"findings,omitempty"`
}

// Ingest loads what is new of a month from all declared sources, or from the
// named one. What was loaded before stays in force until its successor is
// whole.
func (p *Pipeline) Ingest(ctx context.Context, period billing.Period, only string) ([]Loaded, error) {
	ctx, c, unlock, err := p.home.LockConfig(ctx, period)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if only != "" && !month.HasSource(c, only) {
		return nil, fmt.Errorf("no source is called %q; `sluice status` lists the declared ones", only)
	}
	return p.ingestSources(ctx, c, period, only)
}

func (p *Pipeline) ingestSources(ctx context.Context, c billing.Config, period billing.Period, only string) ([]Loaded, error) {
	var all []Loaded
	for _, s := range c.Sources {
		if only != "" && s.Name != only {
			continue
		}
		loaded, err := p.ingestSource(ctx, c, s, period)
		if err = p.noteSource(ctx, s, period, loaded, err); err != nil {
			return all, fmt.Errorf("source %s: %w", s.Name, err)
		}
		all = append(all, loaded...)
	}
	return all, p.entries.Collect(ctx, c, period)
}

// attempts bounds how often an export that is replaced under the reader is
// read again.
const attempts = 3

func (p *Pipeline) ingestSource(ctx context.Context, c billing.Config, s billing.Source, period billing.Period) ([]Loaded, error) {
	if s.Ended { // what was loaded of it stays
		return nil, nil
	}
	payer, err := month.PayerOf(c, s.Payer)
	if err != nil {
		return nil, err
	}
	if collect.Collects(s.Kind) {
		return p.ingestCollected(ctx, c, s, payer, period)
	}
	access, err := credential.Access(ctx, p.home, c, s)
	if err != nil {
		return nil, err
	}
	place, err := source.Open(ctx, s.URL, access)
	if err != nil {
		return nil, err
	}
	defer place.Close()
	for attempt := 1; ; attempt++ {
		deliveries, err := place.Deliveries(ctx, s.Kind, period)
		if err != nil {
			return nil, err
		}
		var all []Loaded
		for _, d := range deliveries {
			var loaded Loaded
			if loaded, err = p.load(ctx, place, d, payer, s.Name); err != nil {
				break
			}
			all = append(all, loaded)
		}
		if err == nil || !errors.Is(err, source.ErrChanged) || attempt == attempts {
			return all, err
		}
	}
}

// IngestFiles loads named files of a payer's month that have no manifest. They
// together are one report; loading others later replaces them.
func (p *Pipeline) IngestFiles(ctx context.Context, payerID string, period billing.Period, paths []string) (Loaded, error) {
	ctx, c, unlock, err := p.home.LockConfig(ctx, period)
	if err != nil {
		return Loaded{}, err
	}
	defer unlock()
	payer, err := month.PayerOf(c, payerID)
	if err != nil {
		return Loaded{}, err
	}
	place, delivery, err := source.LocalFiles(ctx, paths, period)
	if err != nil {
		return Loaded{}, err
	}
	defer place.Close()
	loaded, err := p.load(ctx, place, delivery, payer, month.ByHand)
	if err != nil {
		return loaded, err
	}
	return loaded, p.entries.Collect(ctx, c, period)
}

// load brings one delivery into the lake, unless it is there already.
func (p *Pipeline) load(ctx context.Context, place *source.Place, d source.Delivery, payer billing.Payer, sourceName string) (Loaded, error) {
	key := store.LoadKey{Payer: payer.ID, Source: sourceName, Report: d.Report, Period: d.Period}
	current, err := p.home.Store.CurrentLoad(ctx, key)
	switch {
	case err == nil && current.Version == d.Version && month.CheckLayout(current) == nil:
		if err := p.putLoaded(ctx, d.Period, payer, false); err != nil {
			return Loaded{}, err
		}
		return loadedOf(current, true, nil)
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return Loaded{}, err
	}
	if err := p.sweepLoads(ctx, d.Period, payer.ID); err != nil {
		return Loaded{}, err
	}
	id := ulid.Make().String()
	result, err := ingest.Load(ctx, ingest.Input{
		Place: place, Delivery: d, Payer: payer, Engine: p.home.Engine,
		Dir:  p.home.Lake.LoadDir(d.Period, payer.ID, id),
		Keys: p.home.Lake.Keys(d.Period, payer.ID, id),
	})
	if err != nil {
		return Loaded{}, err
	}
	totals, err := json.Marshal(result.Totals)
	if err != nil {
		return Loaded{}, err
	}
	record := store.Load{
		ID: id, Source: sourceName, Report: d.Report, Payer: payer.ID, Period: d.Period,
		Version: d.Version, Format: result.Format, Rows: result.Totals.Rows, Totals: totals,
	}
	for _, f := range result.Files {
		record.Files = append(record.Files, store.LoadFile{Key: f.Key, Size: f.Size, ETag: f.ETag, SHA256: f.SHA256, Rows: f.Rows})
	}
	if err := p.home.Store.SwapLoad(ctx, record, result.Findings); err != nil {
		return Loaded{}, err
	}
	if err := p.putLoaded(ctx, d.Period, payer, true); err != nil {
		return Loaded{}, err
	}
	return loadedOf(record, false, result.Findings)
}

func loadedOf(l store.Load, upToDate bool, fresh []billing.Finding) (Loaded, error) {
	totals, err := month.TotalsOf(l)
	if err != nil {
		return Loaded{}, err
	}
	return Loaded{
		Source: l.Source, Payer: l.Payer, Report: l.Report, Version: l.Version, Load: l.ID, UpToDate: upToDate,
		Format: l.Format, Files: len(l.Files), Rows: l.Rows, Billed: totals.Money(), Findings: fresh,
	}, nil
}

// sweepLoads removes what an interrupted ingest of a payer's month left in the
// lake: folders that no record names.
func (p *Pipeline) sweepLoads(ctx context.Context, period billing.Period, payer string) error {
	parent := filepath.Dir(p.home.Lake.LoadDir(period, payer, "any"))
	entries, err := os.ReadDir(parent)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		id := strings.TrimPrefix(e.Name(), "load=")
		if _, err := p.home.Store.Load(ctx, id); errors.Is(err, store.ErrNotFound) {
			if err := os.RemoveAll(filepath.Join(parent, e.Name())); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
	}
	return nil
}
