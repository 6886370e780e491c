package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

// Why explains a price (R17). id names a charge, 2026-10/123, or a line of the
// provider's file, LOAD:FILE:ROW with the load's id and numbers as in x_file
// and x_row. A charge is explained by the parts of lines it is made of, a line
// by its parts and the charges they went to.
func (p *Pipeline) Why(ctx context.Context, id string) (x rating.Explanation, err error) {
	asked, err := p.asked(ctx, id)
	if err != nil {
		return x, err
	}
	err = p.explain(ctx, asked.period, func(m *month, e rating.Explainer) error {
		if asked.load == "" {
			x, err = e.Charge(ctx, asked.charge)
		} else {
			x, err = e.Line(ctx, asked.load, asked.file, asked.row)
		}
		x.Config = ruling(m.config)
		m.nameFiles(x)
		return err
	})
	return x, err
}

// WhyAs explains a price to a billing group, which sees what it pays and what
// is sold on below it, and no cost above it (R5, R16). It is an error when the
// group has no part in it.
func (p *Pipeline) WhyAs(ctx context.Context, id, group string) (x rating.TierExplanation, err error) {
	asked, err := p.asked(ctx, id)
	if err != nil {
		return x, err
	}
	err = p.explain(ctx, asked.period, func(m *month, e rating.Explainer) error {
		if !hasGroup(m.config, group) || group == assign.Reseller || group == assign.Unassigned {
			return fmt.Errorf("%s was not closed with a billing group %q", asked.period, group)
		}
		if asked.load == "" {
			x, err = e.ChargeAs(ctx, asked.charge, group)
		} else {
			x, err = e.LineAs(ctx, asked.load, asked.file, asked.row, group)
		}
		x.Config = ruling(m.config)
		return err
	})
	return x, err
}

// question is a charge, or a line where there is a load.
type question struct {
	period            billing.Period
	load              string
	charge, file, row int64
}

// asked reads an id of Why.
func (p *Pipeline) asked(ctx context.Context, id string) (question, error) {
	if period, number, ok := strings.Cut(id, "/"); ok {
		month, err := billing.ParsePeriod(period)
		if err != nil {
			return question{}, err
		}
		charge, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return question{}, fmt.Errorf("%q is not the number of a charge", number)
		}
		return question{period: month, charge: charge}, nil
	}
	parts := strings.Split(id, ":")
	if len(parts) != 3 {
		return question{}, fmt.Errorf("%q is neither a charge (2026-10/123) nor a line (LOAD:FILE:ROW)", id)
	}
	file, err1 := strconv.ParseInt(parts[1], 10, 32)
	row, err2 := strconv.ParseInt(parts[2], 10, 64)
	if errors.Join(err1, err2) != nil {
		return question{}, fmt.Errorf("%q: file and row of a line are numbers, such as %s:0:17", id, parts[0])
	}
	load, err := p.Store.Load(ctx, parts[0])
	return question{period: load.Period, load: load.ID, file: file, row: row}, err
}

// explain asks the explainer of a month as it was rated last.
func (p *Pipeline) explain(ctx context.Context, period billing.Period, ask func(*month, rating.Explainer) error) error {
	m, err := p.openRated(ctx, period)
	if err != nil {
		return err
	}
	defer m.session.Close()
	work, err := p.assigned(m)
	if err != nil {
		return err
	}
	_, detail, err := p.currentRating(ctx, period)
	if err != nil {
		return err
	}
	documents, err := p.documentLines(ctx, m)
	if err != nil {
		return err
	}
	return ask(m, rating.Explainer{Session: m.session, Input: rating.Input{Month: work}, Versions: detail.BookVersions, Documents: documents})
}

// nameFiles puts the names of the provider's files to the lines.
func (m *month) nameFiles(x rating.Explanation) {
	files := map[string][]store.LoadFile{}
	for _, l := range m.loads {
		files[l.ID] = l.Files
	}
	lines := []*rating.Line{x.Line}
	for _, part := range x.Parts {
		lines = append(lines, part.Line)
	}
	for _, line := range lines {
		if line == nil {
			continue
		}
		if known := files[line.Load]; int(line.File) < len(known) {
			line.FileName = known[line.File].Key
		}
	}
}

// documentLines finds lines of the month's documents as they are now.
func (p *Pipeline) documentLines(ctx context.Context, m *month) (rating.Documents, error) {
	stored, err := p.Store.Invoices(ctx, m.period)
	if err != nil {
		return nil, err
	}
	return func(at rating.Position) *rating.InvoiceLine {
		for _, s := range stored {
			var d invoice.Invoice
			if s.Group != at.Group || json.Unmarshal(s.Document, &d) != nil || d.Corrects != nil || d.Provider != "" && !holds(d, at) {
				continue
			}
			line := &rating.InvoiceLine{Invoice: d.ID, Number: d.Number, State: string(d.State), Outdated: true}
			if s.Rated == m.revision {
				findLine(d, at, line)
			}
			return line
		}
		return nil
	}, nil
}

// holds tells whether a document has the account of a position.
func holds(d invoice.Invoice, at rating.Position) bool {
	return slices.ContainsFunc(d.Accounts, func(a invoice.Account) bool { return a.Account == at.Account && a.Payer == at.Payer })
}

// findLine reads from a document the line that a position is on.
func findLine(d invoice.Invoice, at rating.Position, line *rating.InvoiceLine) {
	all := money.Zero // exact, of all accounts
	for _, a := range d.Accounts {
		account := money.Zero
		for _, l := range a.Lines {
			account = account.Add(l.Exact)
			if a.Account != at.Account || a.Payer != at.Payer || string(l.Kind) != at.Kind || l.Service != at.Service ||
				l.CostCurrency != at.Currency || !l.Cost.Equal(at.Cost) {
				continue
			}
			line.Outdated = false
			line.Kind, line.Service, line.Cost, line.Rate, line.Exact, line.Amount = at.Kind, l.Service, l.Cost, l.Rate, l.Exact, l.Amount
			line.Residue = l.Amount.Sub(l.Exact)
			for _, r := range d.Rates {
				if r.From == l.CostCurrency && r.Rate.Equal(l.Rate) && (r.Payer == "" || r.Payer == a.Payer) {
					line.Level = r.Level
				}
			}
		}
		all = all.Add(account)
		if a.Account == at.Account && a.Payer == at.Payer && d.Rounding.Point == "account" {
			line.Residue = a.Total.Sub(account)
		}
	}
	line.Currency, line.Rounding, line.Digits, line.Point = d.Currency, string(d.Rounding.Mode), d.Digits, d.Rounding.Point
	if d.Rounding.Point == "invoice" {
		line.Residue = d.UsageTotal.Sub(all)
	}
}

// bookVersions returns the version of each price book that is attached in a
// configuration. The newest one is that, unless the book was changed since the
// configuration was read.
func (p *Pipeline) bookVersions(ctx context.Context, c billing.Config) (map[string]int, error) {
	resources, err := p.Store.Resources(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]store.Resource{}
	for _, r := range resources {
		if r.Kind == bookKind {
			newest[r.ID] = r
		}
	}
	used, versions := attachedBooks(c), map[string]int{}
	for _, b := range c.PriceBooks {
		if !used[b.ID] {
			continue
		}
		wanted, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		all := []store.Resource{newest[b.ID]}
		if !sameBook(all[0].Spec, wanted) {
			if all, err = p.Store.ResourceVersions(ctx, store.ResourceKey{Kind: bookKind, ID: b.ID}); errors.Is(err, store.ErrNotFound) {
				continue // declared in a try-out alone
			} else if err != nil {
				return nil, err
			}
		}
		for _, r := range all {
			if sameBook(r.Spec, wanted) {
				versions[b.ID] = r.Version
			}
		}
	}
	return versions, nil
}

// attachedBooks are the books that can price something.
func attachedBooks(c billing.Config) map[string]bool {
	used := map[string]bool{}
	add := func(all billing.Attachments) {
		for _, a := range all {
			used[a.Book] = true
		}
	}
	if c.Reseller != nil {
		add(c.Reseller.SellingBook)
	}
	for _, a := range c.Accounts {
		add(a.PriceBook)
	}
	for _, x := range c.Customers {
		add(x.PriceBook)
		add(x.SellingBook)
	}
	for _, g := range c.BillingGroups {
		add(g.PriceBook)
	}
	return used
}

// bookKind is the kind of price books among the declared resources.
const bookKind = "price_books"

// sameBook tells whether a stored book is the one of a configuration, whatever
// the fields that were not there yet when it was stored.
func sameBook(spec, wanted []byte) bool {
	var b billing.PriceBook
	if json.Unmarshal(spec, &b) != nil {
		return false
	}
	stored, err := json.Marshal(b)
	return err == nil && string(stored) == string(wanted)
}
