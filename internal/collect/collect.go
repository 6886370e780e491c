// Package collect brings in what has no place to be read from: what backends tell of
// a month, and the bills and registers that are pushed. It says by rules whose each
// row is, and writes all of it as files of Sluice's own, in a folder of the
// installation, which are then loaded as any provider's export is: so each line leads
// back to a file and a row, no money goes away, and what was loaded before stays in
// force when collecting fails.
package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/source"
	"github.com/sluice-billing/sluice/internal/store"
)

// Dial reaches a backend; plugin.Dial does.
type Dial func(ctx context.Context, b billing.Backend) (plugin.Backend, error)

// Collector collects for an installation.
type Collector struct {
	home *month.Installation
	dial Dial
}

// New returns the collector of an installation, which reaches backends by dial.
func New(home *month.Installation, dial Dial) *Collector { return &Collector{home, dial} }

// Collects tells whether sources of a kind are collected, and have no place.
func Collects(kind string) bool { return kind == billing.FromBackend || kind == billing.Pushed }

// Collected is what was written of a source's month.
type Collected struct {
	Source  string         `json:"source"`
	Payer   string         `json:"payer"`
	Period  billing.Period `json:"period"`
	Version string         `json:"version"` // a hash of the rows, whatever their order
	Rows    int64          `json:"rows"`
	Cost    billing.Money  `json:"cost"` // exact, as it was told
	// Rules counts the rows that each rule of sources decided.
	Rules map[string]int64 `json:"rules,omitempty"`
	From  string           `json:"from"` // the backend, its version and protocol, or pushed
	// Nothing says that there are no rows, and that none were loaded before.
	Nothing bool `json:"-"`

	folder string // of the source
}

// Open opens what was collected, to be loaded. Close the place when it is read.
func (c Collected) Open(ctx context.Context) (*source.Place, source.Delivery, error) {
	return source.Collected(ctx, c.folder, c.Source, c.Period, c.Version)
}

// Folder is where what is collected of a source lies: <month>/<version> in it.
func (c *Collector) Folder(source string) string {
	return filepath.Join(c.home.Lake.Collected(), source)
}

// Collect writes what a source of kind backend or pushed has of a month, whole or not
// at all. The same rows are the same version. Hold the lock of the month. Versions
// that no load on record is of are removed first.
func (c *Collector) Collect(ctx context.Context, config billing.Config, s billing.Source, period billing.Period) (Collected, error) {
	payer, err := month.PayerOf(config, s.Payer)
	if err != nil {
		return Collected{}, err
	}
	folder := filepath.Join(c.Folder(s.Name), period.String())
	if err := c.sweep(ctx, folder, s.Name, period); err != nil {
		return Collected{}, err
	}
	out := Collected{Source: s.Name, Payer: payer.ID, Period: period, folder: c.Folder(s.Name)}
	w, err := newWriter(folder, payer, period)
	if err != nil {
		return Collected{}, err
	}
	defer w.discard()
	switch s.Kind {
	case billing.FromBackend:
		out.From, err = c.fromBackend(ctx, config, s, payer, period, w)
	case billing.Pushed:
		out.From, err = "pushed", c.fromPushed(ctx, config, s, period, w)
	default:
		err = fmt.Errorf("source %s is of kind %s, which is read from its place", s.Name, s.Kind)
	}
	if err != nil {
		return Collected{}, err
	}
	out.Rows, out.Cost, out.Rules = w.rows, w.cost, w.decided
	if out.Rows == 0 {
		_, err := c.home.Store.CurrentLoad(ctx, store.LoadKey{Payer: payer.ID, Source: s.Name, Report: s.Name, Period: period})
		if out.Nothing = errors.Is(err, store.ErrNotFound); out.Nothing || err != nil {
			return out, errorUnless(out.Nothing, err)
		}
	}
	if out.Version, err = w.finish(); err != nil {
		return Collected{}, err
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return Collected{}, err
	}
	return out, w.keep(filepath.Join(folder, out.Version), append(text, '\n'))
}

func errorUnless(fine bool, err error) error {
	if fine {
		return nil
	}
	return err
}

// partial begins the names of folders in which something is being written.
const partial = "partial-"

// sweep removes what an interrupted collection left, and versions that were never
// loaded.
func (c *Collector) sweep(ctx context.Context, folder, source string, period billing.Period) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	loaded, err := c.home.Store.LoadVersions(ctx, source, period)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), partial) || !loaded[e.Name()] {
			if err := os.RemoveAll(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Agrees is an error where what was loaded is not what was collected.
func (c Collected) Agrees(rows int64, billed billing.Money) error {
	if difference := billed.Minus(c.Cost); rows != c.Rows || len(difference) > 0 {
		return fmt.Errorf("%d rows of %s were collected from source %s and %d of them loaded, which differ by %v; this is a fault of Sluice, report it with the folder %s",
			c.Rows, c.Period, c.Source, rows, difference, filepath.Join(c.folder, c.Period.String(), c.Version))
	}
	return nil
}
