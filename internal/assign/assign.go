// Package assign opens a month for the stages: its line items and pricing
// keys, and who owns each line on each day (R1–R4).
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
//	owners  load, account, tag_set, from_day, to_day (inclusive), owner: a billing group,
//	        Reseller or the id of a pool; what nobody claims or enrols is not in it
//
// and the view tagged_lines, which is line_items with the column x_tag_set
// (INTEGER, never null): the number of the TagSet that decides, with the account
// and the day, who owns the line, and with its pricing key what it costs. To know
// it costs a look at every line's tags: who does not ask reads line_items.
func Open(ctx context.Context, s engine.Session, m Month) error {
	if err := OpenKeys(ctx, s, m); err != nil {
		return err
	}
	lots, err := m.openLines(ctx, s)
	if err != nil {
		return err
	}
	month := []engine.TableColumn{{Name: "first_day", Type: "DATE"}, {Name: "last_day", Type: "DATE"}}
	if err := s.Table(ctx, "month", month, [][]any{{m.Period.FirstDay(), m.Period.LastDay()}}); err != nil {
		return err
	}
	return m.openOwners(ctx, s, lots)
}

// OpenKeys makes the view pricing_keys alone.
func OpenKeys(ctx context.Context, s engine.Session, m Month) error {
	files := make([]string, len(m.Loads))
	for i, l := range m.Loads {
		files[i] = l.Keys
	}
	return s.View(ctx, "pricing_keys", files)
}
