// Package press puts together what a document is printed with: the pictures and fonts
// of its layout, and the annexes that the layout asks for. What a document comes to is
// in the document; nothing here adds to it.
package press

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/answer"
	"github.com/sluice-billing/sluice/internal/artwork"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Press prints the documents of an installation. It is safe for use by several
// goroutines.
type Press struct {
	home      *month.Installation
	documents *desk.Documents
	entries   *adjustment.Entries
	answers   *answer.Answers
	explorer  *explore.Explorer
	artwork   *artwork.Artwork
}

// New returns the press of an installation.
func New(home *month.Installation, documents *desk.Documents, entries *adjustment.Entries, answers *answer.Answers, explorer *explore.Explorer) *Press {
	return &Press{home, documents, entries, answers, explorer, artwork.New(home.Store)}
}

// Write writes a document in a format, with nothing chosen. A format that divides by a
// tag is refused.
func (p *Press) Write(ctx context.Context, w io.Writer, inv invoice.Invoice, format deliver.Format) error {
	return p.WriteAs(ctx, w, inv, Choice{Format: format})
}

// Document is an invoice with what its layout asks for. An annex that has nothing to
// say is empty. It is an error where a picture is missing.
func (p *Press) Document(ctx context.Context, inv invoice.Invoice) (deliver.Document, error) {
	doc := deliver.Document{Invoice: inv}
	layout := inv.Frozen.Layout
	if layout == nil {
		return doc, nil
	}
	var err error
	if doc.Pictures, err = p.artwork.Of(ctx, layout); err != nil {
		return doc, err
	}
	for _, annex := range layout.Annexes {
		if err := annexes[annex](p, ctx, &doc); err != nil {
			return doc, err
		}
	}
	return doc, nil
}

// annexes fill in what the annexes of a layout print, by their names.
var annexes = map[string]func(*Press, context.Context, *deliver.Document) error{
	"changes":     (*Press).changes,
	"usage":       (*Press).usage,
	"commitments": (*Press).commitments,
	"adjustments": (*Press).adjustments,
}

// changes are since the month before; there are none of a note, nor of a document
// that was voided.
func (p *Press) changes(ctx context.Context, doc *deliver.Document) error {
	if doc.Corrects != nil {
		return nil
	}
	since, err := p.documents.Compare(ctx, doc.ID, "")
	if errors.Is(err, desk.ErrVoided) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(since.Before.Documents) > 0 {
		doc.Annex.Changes = &since
	}
	return nil
}

// usage is what was used, as the month was priced last. It is left out where that is
// not what the document bills: the month was priced again since, or it is a note.
func (p *Press) usage(ctx context.Context, doc *deliver.Document) error {
	if doc.Corrects != nil {
		return nil
	}
	rows, err := p.explorer.Prices(ctx, explore.Question{
		From: doc.Period, By: []explore.Dimension{explore.Account, explore.Service, explore.Region, explore.UsageType},
	}, []string{doc.Group})
	if err != nil {
		return err
	}
	names := map[string]string{}
	billed := map[money.Currency]money.Decimal{}
	for _, a := range doc.Accounts {
		names[a.Account] = a.Name
		for _, l := range a.Lines {
			if l.Kind != statement.Entry {
				billed[l.CostCurrency] = billed[l.CostCurrency].Add(l.Cost)
			}
		}
	}
	for _, r := range rows {
		name, billedHere := names[r.Keys[0]]
		if !billedHere { // on the document of another provider
			continue
		}
		row := deliver.UsageRow{
			Account: r.Keys[0], AccountName: name, Service: r.Keys[1], Region: r.Keys[2], UsageType: r.Keys[3], Unit: r.Unit, Cost: r.Price, Currency: r.Currency,
		}
		if r.Quantity != nil {
			row.Quantity = *r.Quantity
		}
		doc.Annex.Usage = append(doc.Annex.Usage, row)
		billed[r.Currency] = billed[r.Currency].Sub(r.Price)
	}
	for _, left := range billed {
		if !left.IsZero() {
			doc.Annex.Usage = nil
		}
	}
	return nil
}

// commitments are those that the group has of its own or was given, with what they
// saved.
func (p *Press) commitments(ctx context.Context, doc *deliver.Document) error {
	own, err := p.answers.OwnCommitments(ctx, doc.Period, []string{doc.Group})
	if err != nil {
		return err
	}
	for _, o := range own {
		if o.Saving == nil || doc.Provider != "" && o.Commitment.Provider != doc.Provider {
			continue
		}
		row := deliver.CommitmentRow{ID: o.Commitment.ID, Kind: string(o.Commitment.Kind), Account: o.Commitment.Owner, Saved: o.Saving.Saved(), Currency: o.Commitment.Currency}
		if o.Given { // whose it is, is the reseller's business
			row.ID, row.Account = o.Commitment.ID[strings.LastIndexAny(o.Commitment.ID, "/:")+1:], ""
		}
		if o.Utilization != nil {
			percent := o.Utilization.Mul(money.FromInt(100))
			row.Percent = &percent
		}
		if o.Commitment.End != nil {
			last := billing.DayOf(*o.Commitment.End) - 1
			row.Until = &last
		}
		doc.Annex.Commitments = append(doc.Annex.Commitments, row)
	}
	return nil
}

// adjustments are the entries that the document bills, with the day that each is of.
func (p *Press) adjustments(ctx context.Context, doc *deliver.Document) error {
	listed, err := p.entries.List(ctx, doc.Period, adjustment.Filter{})
	if err != nil {
		return err
	}
	for _, a := range doc.Accounts {
		for _, l := range a.Lines {
			if l.Kind != statement.Entry {
				continue
			}
			row := deliver.AdjustmentRow{Account: a.Account, Label: l.Service, Cost: l.Cost, Currency: l.CostCurrency}
			if i := slices.IndexFunc(listed, func(e adjustment.Listed) bool { return e.ID == l.Entry }); i >= 0 {
				row.Day = &listed[i].Start
			}
			doc.Annex.Adjustments = append(doc.Annex.Adjustments, row)
		}
	}
	return nil
}
