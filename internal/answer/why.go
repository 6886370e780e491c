package answer

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
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/store"
)

// Why explains a price (R17). id names a charge, 2026-10/123, or a line of the
// provider's file, LOAD:FILE:ROW with the load's id and numbers as in x_file
// and x_row. A charge is explained by the parts of lines it is made of, a line
// by its parts and the charges they went to.
func (as *Answers) Why(ctx context.Context, id string) (x rating.Explanation, err error) {
	asked, err := as.asked(ctx, id)
	if err != nil {
		return x, err
	}
	err = as.explain(ctx, asked.period, func(m *month.Work, e rating.Explainer) error {
		if asked.load == "" {
			x, err = e.Charge(ctx, asked.charge)
		} else {
			x, err = e.Line(ctx, asked.load, asked.file, asked.row)
		}
		x.Config = month.Ruling(m.Config)
		nameFiles(m, x)
		return err
	})
	return x, err
}

// WhyAs explains a price to a billing group, which sees what it pays and what
// is sold on below it, and no cost above it (R5, R16). It is an error when the
// group has no part in it.
func (as *Answers) WhyAs(ctx context.Context, id, group string) (x rating.TierExplanation, err error) {
	asked, err := as.asked(ctx, id)
	if err != nil {
		return x, err
	}
	err = as.explain(ctx, asked.period, func(m *month.Work, e rating.Explainer) error {
		if !month.HasOwner(m.Config, group) || group == assign.Reseller || group == assign.Unassigned {
			return fmt.Errorf("%s was not closed with a billing group %q", asked.period, group)
		}
		if asked.load == "" {
			x, err = e.ChargeAs(ctx, asked.charge, group)
		} else {
			x, err = e.LineAs(ctx, asked.load, asked.file, asked.row, group)
		}
		x.Config = month.Ruling(m.Config)
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
func (as *Answers) asked(ctx context.Context, id string) (question, error) {
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
	load, err := as.home.Store.Load(ctx, parts[0])
	return question{period: load.Period, load: load.ID, file: file, row: row}, err
}

// openRated opens a month as it was rated last, with who has which of its lines;
// its session is to be closed.
func (as *Answers) openRated(ctx context.Context, period billing.Period) (m *month.Work, work assign.Month, err error) {
	if m, err = as.home.OpenRated(ctx, period); err != nil {
		return nil, work, err
	}
	if work, err = as.home.Assigned(m); err != nil {
		return nil, work, errors.Join(err, m.Session.Close())
	}
	return m, work, nil
}

// explain asks the explainer of a month as it was rated last.
func (as *Answers) explain(ctx context.Context, period billing.Period, ask func(*month.Work, rating.Explainer) error) error {
	m, work, err := as.openRated(ctx, period)
	if err != nil {
		return err
	}
	defer m.Session.Close()
	_, detail, err := as.home.CurrentRating(ctx, period)
	if err != nil {
		return err
	}
	documents, err := as.documentLines(ctx, m)
	if err != nil {
		return err
	}
	return ask(m, rating.Explainer{Session: m.Session, Input: rating.Input{Month: work}, Versions: detail.BookVersions, Documents: documents})
}

// nameFiles puts the names of the provider's files to the lines.
func nameFiles(m *month.Work, x rating.Explanation) {
	files := map[string][]store.LoadFile{}
	for _, l := range m.Loads {
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
func (as *Answers) documentLines(ctx context.Context, m *month.Work) (rating.Documents, error) {
	stored, err := as.home.Store.Invoices(ctx, m.Period)
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
			if s.Rated == m.Revision {
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
