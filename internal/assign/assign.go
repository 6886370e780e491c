// Package assign opens a month for the stages: its line items and pricing
// keys, and who owns each account on each day (R1–R4).
package assign

import (
	"context"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// Month is what the stages work on: the loads in force and the configuration.
type Month struct {
	Period billing.Period
	Loads  []Load
	Config billing.Config
}

// Load is one load of the month.
type Load struct {
	ID    string
	Payer billing.Payer
	Files []string // its line items
	Keys  string   // its pricing keys
}

// Open makes what the SQL of the stages reads: the views line_items and
// pricing_keys of all loads, and the tables
//
//	month   first_day, last_day
//	owners  load, account, from_day, to_day (inclusive), owner: a billing group or Reseller;
//	        accounts and days that nobody claims are not in it
func Open(ctx context.Context, s engine.Session, m Month) error {
	if err := OpenKeys(ctx, s, m); err != nil {
		return err
	}
	var files []string
	for _, l := range m.Loads {
		files = append(files, l.Files...)
	}
	if err := s.View(ctx, "line_items", files); err != nil {
		return err
	}
	month := []engine.TableColumn{{Name: "first_day", Type: "DATE"}, {Name: "last_day", Type: "DATE"}}
	if err := s.Table(ctx, "month", month, [][]any{{m.Period.FirstDay(), m.Period.LastDay()}}); err != nil {
		return err
	}
	var rows [][]any
	for _, l := range m.Loads {
		for _, o := range m.Ownerships(l) {
			rows = append(rows, []any{l.ID, o.Account, o.From, o.To, o.Group})
		}
	}
	return s.Table(ctx, "owners", []engine.TableColumn{
		{Name: "load", Type: "VARCHAR"}, {Name: "account", Type: "VARCHAR"},
		{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}, {Name: "owner", Type: "VARCHAR"},
	}, rows)
}

// OpenKeys makes the view pricing_keys alone.
func OpenKeys(ctx context.Context, s engine.Session, m Month) error {
	files := make([]string, len(m.Loads))
	for i, l := range m.Loads {
		files[i] = l.Keys
	}
	return s.View(ctx, "pricing_keys", files)
}
