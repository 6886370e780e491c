package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/statement"
)

// proveDocuments shows R32 d and e.
func (p *Pipeline) proveDocuments(ctx context.Context, m *month.Work, c *proof.Certificate, charged map[string]billing.Money) error {
	statements, err := m.Statements(ctx)
	if err != nil {
		return err
	}
	stated := map[string]billing.Money{}
	for _, s := range statements {
		stated[s.Group] = s.Total()
	}
	if statements, err = p.entries.Onto(ctx, m.Period, m.Config, statements); err != nil {
		return err
	}
	documents, err := p.home.Documents(ctx, m.Period)
	if err != nil {
		return err
	}
	byGroup := map[string][]invoice.Invoice{}
	for _, d := range documents {
		byGroup[d.Group] = append(byGroup[d.Group], d)
		proveDocument(c, d)
	}
	for _, group := range slices.Sorted(maps.Keys(byGroup)) {
		owed := statement.Statement{Group: group, Period: m.Period}
		if at := slices.IndexFunc(statements, func(s statement.Statement) bool { return s.Group == group }); at >= 0 {
			owed = desk.ProvidersOf(statements[at], m.Config)
		}
		proveGroup(c, byGroup[group], charged[group], stated[group], owed, desk.RatesOf(m.Config, m.Period))
		delete(charged, group)
	}
	for _, group := range slices.Sorted(maps.Keys(charged)) {
		for _, currency := range slices.Sorted(maps.Keys(charged[group])) {
			c.Residue("(d) group %s has charges of %s %s and no invoice", group, charged[group][currency], currency)
		}
	}
	return nil
}

// proveGroup proves that the lines of a group's documents, those of the notes that
// correct it included, are its charges (R32 d), and that their entries are those
// that are applied. owed is what the documents are of, entries included; rates are
// the month's.
func proveGroup(c *proof.Certificate, documents []invoice.Invoice, charged, stated billing.Money, owed statement.Statement, rates []billing.ExchangeRate) {
	written, entries, issued := billing.Money{}, billing.Money{}, false
	for _, d := range documents {
		issued = issued || d.State == invoice.Issued
		for _, a := range d.Accounts {
			for _, l := range a.Lines {
				if l.Kind == statement.Entry {
					entries.Add(l.CostCurrency, l.Cost)
				} else {
					written.Add(l.CostCurrency, l.Cost)
				}
			}
		}
	}
	for _, a := range owed.Accounts {
		for _, l := range a.Lines {
			if l.Kind == statement.Entry {
				entries.Add(l.Currency, l.Amount.Neg())
			}
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(entries)) {
		if !entries[currency].IsZero() {
			c.Residue("(d) %s: its documents have applied entries of %s %s more than are applied; make its drafts again with `sluice invoice draft %s`",
				owed.Group, entries[currency], currency, c.Period)
		}
	}
	currencies := billing.Money{}
	for _, sums := range []billing.Money{charged, stated, written} {
		for currency := range sums {
			currencies[currency] = money.Zero
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(currencies)) {
		one := proof.GroupProof{
			Group: owed.Group, Currency: currency, Issued: issued,
			Charges: charged[currency], Statement: stated[currency], Documents: written[currency],
		}
		one.Residue = proof.Largest(one.Charges.Sub(one.Statement), one.Statement.Sub(one.Documents))
		one.Below = !one.Residue.IsZero() && one.Charges.Equal(one.Statement) && uncorrectable(documents, owed, rates)
		if !one.Residue.IsZero() && !one.Below {
			why := ""
			switch {
			case voided(documents):
				why = fmt.Sprintf(": all its documents are voided; `sluice invoice draft %s` makes one anew", c.Period)
			case issued:
				why = ": the month changed after a document was issued; close it again, and issue the note that corrects it"
			}
			c.Residue("(d) %s: charges %s, statement %s, documents %s %s%s", one.Group, one.Charges, one.Statement, one.Documents, currency, why)
		}
		c.Billed = append(c.Billed, one)
	}
}

// voided tells whether all documents of a group are issued and taken back.
func voided(documents []invoice.Invoice) bool {
	for _, chain := range desk.ChainsOf(documents) {
		if len(invoice.InForce(chain)) > 0 {
			return false
		}
	}
	return len(documents) > 0 && !slices.ContainsFunc(documents, func(d invoice.Invoice) bool { return d.State != invoice.Issued })
}

// uncorrectable tells whether all documents of a group are issued, and a note that
// made of them what is owed would be over no money at all: the difference is below
// what their currency can show.
func uncorrectable(documents []invoice.Invoice, owed statement.Statement, rates []billing.ExchangeRate) bool {
	if slices.ContainsFunc(documents, func(d invoice.Invoice) bool { return d.State != invoice.Issued }) {
		return false
	}
	for _, chain := range desk.ChainsOf(documents) {
		inForce := invoice.InForce(chain)
		if len(inForce) == 0 {
			return false
		}
		anew, err := invoice.Again(inForce, desk.PartOf(owed, inForce[0].Provider, desk.IsHome(inForce)), rates...)
		if err != nil {
			return false
		}
		if _, needed := invoice.Correct(chain, anew, invoice.Repriced); needed {
			return false
		}
	}
	return true
}

// proveDocument proves the rounding of a document, and all its figures (R32 e).
func proveDocument(c *proof.Certificate, d invoice.Invoice) {
	exact := money.Zero
	for _, a := range d.Accounts {
		for _, l := range a.Lines {
			exact = exact.Add(l.Exact)
		}
	}
	c.Documents = append(c.Documents, proof.DocumentProof{
		ID: d.ID, Group: d.Group, State: d.State, Document: d.Document, Currency: d.Currency,
		Exact: exact, Rounded: d.UsageTotal, RoundingShare: d.UsageResidue, Total: d.Total,
	})
	if share := d.UsageTotal.Sub(exact); !share.Equal(d.UsageResidue) {
		c.Residue("(e) %s: billed usage %s less exact usage %s is %s, the document says %s", d.ID, d.UsageTotal, exact, share, d.UsageResidue)
	}
	for _, difference := range invoice.Check(d) {
		c.Residue("(e) %s: %s is %s, its other figures make it %s", d.ID, difference.Name, difference.Got, difference.Want)
	}
}
