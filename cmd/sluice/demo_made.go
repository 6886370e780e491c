package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/artwork"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/sample"
)

// madeFile marks the folder of a demo that is served, from before its first file
// on, so that no other folder is ever taken for one.
const madeFile = "served-demo.json"

// demoMade is what madeFile says.
type demoMade struct {
	Seed uint64 `json:"seed"`
	Done bool   `json:"done"` // it was made to its end
	// Vendor is the address of its backend; empty until what belongs to it is in force.
	Vendor string `json:"vendor,omitempty"`
}

func (m demoMade) write(dir string) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, madeFile), append(data, '\n'), 0o644)
}

// isServedDemo tells whether a folder is that of a demo that is served.
func isServedDemo(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, madeFile))
	return err == nil
}

// makeServedDemo makes the demo that is served, where it is not there. What was not
// made to its end is begun anew: nobody has worked in it.
func makeServedDemo(c *cli, cmd *cobra.Command, seed uint64) error {
	entries, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		made, err := readDemoMade(cmd, c.dir)
		if err != nil {
			return err
		}
		if made.Done && cmd.Flags().Changed("seed") && made.Seed != seed {
			e := wrong(cmd, fmt.Sprintf("%s holds the demo of seed %d", c.dir, made.Seed))
			e.hint = "name another folder with --dir, or remove this one"
			return e
		}
		if made.Done {
			return nil
		}
		if err := os.RemoveAll(c.dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	if err := (demoMade{Seed: seed}).write(c.dir); err != nil {
		return err
	}
	fmt.Fprintf(c.stderr, "Making the demo in %s. This takes about half a minute, once.\n", c.dir)
	var past pastClock
	err = c.open(cmd, app.Options{Dir: c.dir, Now: past.now}, func(ctx context.Context, a *app.App) error {
		if err := sample.OpenDemo(ctx, c.dir, seed); err != nil {
			return err
		}
		seal, _ := sample.DemoSeal()
		if _, err := artwork.New(a.Store).Add(ctx, "kakuin.png", seal, a.User); err != nil {
			return err
		}
		return past.live(ctx, a, filepath.Join(c.dir, "reseller.yaml"))
	})
	if err != nil {
		return err
	}
	return demoMade{Seed: seed, Done: true}.write(c.dir)
}

// readDemoMade refuses a folder that holds anything but a demo to serve.
func readDemoMade(cmd *cobra.Command, dir string) (made demoMade, err error) {
	data, err := os.ReadFile(filepath.Join(dir, madeFile))
	if errors.Is(err, os.ErrNotExist) {
		e := wrong(cmd, fmt.Sprintf("%s is not empty and holds no demo that can be served", dir))
		e.hint = "name another folder with --dir"
		return made, e
	}
	if err == nil {
		err = json.Unmarshal(data, &made)
	}
	if err != nil {
		return made, fmt.Errorf("%s: %w; remove the folder and begin anew", filepath.Join(dir, madeFile), err)
	}
	return made, nil
}

// pastClock is the clock by which the demo's reseller has worked so far.
type pastClock struct{ at time.Time }

func (p *pastClock) now() time.Time { return p.at }

func (p *pastClock) to(month time.Month, day int) billing.Day {
	p.at = time.Date(2026, month, day, 9, 0, 0, 0, time.UTC)
	return billing.DayOf(p.at)
}

// live does what the reseller has done until the first days of October, which are looked
// at when the vendor is there.
func (p *pastClock) live(ctx context.Context, a *app.App, file string) error {
	began := p.to(time.July, 1)
	months, err := applyDemo(ctx, a, file)
	if err != nil {
		return err
	}
	if err := payAhead(ctx, a, began); err != nil {
		return err
	}
	bill := func(month billing.Period, on billing.Day) error {
		if _, err := a.Pipeline.Close(ctx, month, false); err != nil {
			return err
		}
		return issueDemo(ctx, a, month, on)
	}
	if err := bill(months[0], p.to(time.August, 6)); err != nil {
		return err
	}
	if err := payDemo(ctx, a, months[0], p.to(time.August, 28)); err != nil {
		return err
	}
	if err := bill(months[1], p.to(time.September, 7)); err != nil {
		return err
	}
	p.at = demoDay
	_, err = a.Pipeline.Close(ctx, months[2], false)
	return err
}

// issueDemo issues and publishes the drafts of a month.
func issueDemo(ctx context.Context, a *app.App, month billing.Period, on billing.Day) error {
	drafts, err := a.Documents.Invoices(ctx, month)
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range drafts {
		if _, err := a.Documents.Accept(ctx, d.ID, "looked at, and as agreed"); err != nil {
			return err
		}
		ids = append(ids, d.ID)
	}
	if _, err := a.Documents.Issue(ctx, ids, on); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := a.Documents.Publish(ctx, id, true); err != nil {
			return err
		}
	}
	return nil
}

// demoPaid is what customers have paid of their first invoice; all of it where it
// is nil. The others have not paid, or pay somebody else than the reseller.
var demoPaid = map[string]*money.Decimal{
	"hokuto": nil, "sakura": nil, "gruenwald": nil, "hanbit": nil, "pinecrest": nil,
	"aozora": new(money.FromInt(30_000)), "mueller": new(money.FromInt(500)),
}

func payDemo(ctx context.Context, a *app.App, month billing.Period, on billing.Day) error {
	documents, err := a.Documents.Invoices(ctx, month)
	if err != nil {
		return err
	}
	for _, d := range documents {
		paid, pays := demoPaid[d.Customer]
		if !pays {
			continue
		}
		if paid == nil {
			paid = &d.Payable
		}
		order := receivable.PaymentOrder{Documents: []string{d.ID}}
		order.Payment = invoice.Payment{
			Key: "demo/" + d.ID, Customer: d.Customer, On: on, Amount: *paid, Currency: d.Currency, Payer: d.Buyer.Name, Method: "bank transfer", Reference: d.Number,
		}
		if _, err := a.Receivables.Add(ctx, order); err != nil {
			return err
		}
	}
	return nil
}
