package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// DryRunInput says what to price, and what to compare it with.
type DryRunInput struct {
	Period billing.Period
	Config billing.Config // by which the month is priced; config.Check finds nothing in it
	Group  string         // one billing group alone; all when empty
	// AgainstIssued proposes corrections of the month's issued documents, too.
	AgainstIssued bool
	// Draft drafts the documents of Group, too, as if nothing were issued to it.
	Draft bool
}

// DryRun is what a configuration makes of a month, compared with the rating in
// force. Amounts of differences are exact, tax out, as on the statement: before
// discount, additional items and rounding.
type DryRun struct {
	Period billing.Period `json:"period"`
	// Rated says that it is compared with the rating in force; else the month was
	// loaded only, and is compared with what the configuration in force makes of it.
	Rated bool `json:"rated"`
	// ConfigChanged says that the configuration in force is not the one the month
	// was rated with: what that moves is in the differences, too.
	ConfigChanged bool `json:"config_changed,omitempty"`
	// NewerData says that other data is loaded now than the month was rated from.
	// Both sides are of the data it was rated from.
	NewerData bool `json:"newer_data,omitempty"`
	// Totals are what the reseller itself charges, for each currency of the
	// provider: without the sales of tiers below it (R16).
	Totals []Difference      `json:"totals"`
	Groups []GroupDifference `json:"groups"` // all that pay before or after, by id
	// Proposals are given where they are asked for: one for each issued document.
	Proposals []Proposal `json:"proposals,omitempty"`
	// Documents are given where they are asked for: those of the one group, as they would
	// be drafted. They have no numbers, and nothing of them is kept.
	Documents []invoice.Invoice `json:"documents,omitempty"`
}

// Difference is what customers pay before and after, exact.
type Difference struct {
	Currency money.Currency `json:"currency"` // the provider's
	desk.Amounts
	// Invoiced is the same in the currency of the group's invoice, both sides at
	// the rate of the configuration that is tried (R19), not rounded. There is
	// none where a rate is missing, nor in totals over groups.
	Invoiced *desk.Amounts `json:"invoiced,omitempty"`
}

// GroupDifference is the difference of one billing group. The sums of Services
// and of Rules are those of Totals, to the last digit.
type GroupDifference struct {
	Group    string         `json:"group"`
	Customer string         `json:"customer,omitempty"`
	Seller   string         `json:"seller,omitempty"` // billing group that sells to it (R16); empty for the reseller itself
	Currency money.Currency `json:"currency"`         // of its invoice
	// MissingRates say why nothing is in the invoice's currency; never taken as 1.
	MissingRates []string            `json:"missing_rates,omitempty"`
	Totals       []Difference        `json:"totals"` // for each currency of the provider
	Services     []ServiceDifference `json:"services"`
	Rules        []RuleDifference    `json:"rules"`
}

// ServiceDifference is the difference of one service.
type ServiceDifference struct {
	Kind    statement.Kind `json:"kind"`
	Code    string         `json:"code"`    // by which the provider tells services apart
	Service string         `json:"service"` // as on the invoice
	Difference
}

// RuleDifference is the difference of what one rule priced before and one after;
// nil where the group did not pay on that side at all.
type RuleDifference struct {
	RuleBefore    *PricedBy `json:"rule_before"`
	RuleAfter     *PricedBy `json:"rule_after"`
	ChargesBefore int64     `json:"charges_before"`
	ChargesAfter  int64     `json:"charges_after"`
	Difference
}

// PricedBy is what priced some charges.
type PricedBy struct {
	Book string `json:"book,omitempty"`
	Rule string `json:"rule,omitempty"` // empty where no rule matched: the price is the base
	Base string `json:"base,omitempty"` // a cost basis, cost (what the seller pays), or price, of managed services
	// Several says that lines that the other side prices as one have different
	// rules here, because of their tags.
	Several bool `json:"several,omitempty"`
}

// DryRun prices a month by a configuration, beside everything in force, and
// compares. A rated month is priced from the loads it was rated from, one that
// is only loaded from those in force. Nothing in force changes, and other runs
// may work on the same month; what is written lies in a temporary folder that is
// gone in the end. It is an error when nothing is loaded, or when the group is in
// neither configuration.
func (ts *Trials) DryRun(ctx context.Context, in DryRunInput) (DryRun, error) {
	run := DryRun{Period: in.Period, Totals: []Difference{}, Groups: []GroupDifference{}}
	now, err := ts.home.Config(ctx)
	if err != nil {
		return run, err
	}
	loads, _, err := ts.home.InForce(ctx, now, in.Period)
	if err != nil {
		return run, err
	}
	var m *month.Work
	r, _, err := ts.home.CurrentRating(ctx, in.Period)
	switch {
	case errors.Is(err, store.ErrNotFound):
		m, err = ts.home.Open(ctx, now, in.Period)
	case err == nil:
		run.Rated, run.ConfigChanged = true, r.Config != month.Ruling(now)
		r.Config = month.Ruling(now)
		run.NewerData = month.Stale(r, now, loads)
		m, err = ts.home.OpenRated(ctx, in.Period)
	}
	if err != nil {
		return run, err
	}
	defer m.Session.Close()
	if in.Group != "" && !month.HasGroup(m.Config, in.Group) && !month.HasGroup(in.Config, in.Group) {
		return run, fmt.Errorf("there is no billing group %q, neither in force for %s nor in the files", in.Group, in.Period)
	}
	if run.Rated {
		before, err := ts.home.Lake.Charges(m.Period, m.Revision, "")
		if err != nil {
			return run, err
		}
		return run, ts.try(ctx, m, before, in, &run)
	}
	return run, ts.priceAside(ctx, m, func(before []string) error { return ts.try(ctx, m, before, in, &run) })
}

// try prices an open month anew and compares it with the charges before.
func (ts *Trials) try(ctx context.Context, m *month.Work, before []string, in DryRunInput, run *DryRun) error {
	was := m.Config
	m.Config = in.Config
	return ts.priceAside(ctx, m, func(after []string) error {
		step := "compare " + in.Period.String()
		billing.Step(ctx, step, 0, 0)
		if err := m.Session.View(ctx, "charges_before", before); err != nil {
			return err
		}
		if err := m.Session.View(ctx, "charges_after", after); err != nil {
			return err
		}
		cells, err := readCells(ctx, m.Session, month.SameTags(was, in.Config, in.Period))
		if err != nil {
			return fmt.Errorf("comparing two pricings of %s: %w", in.Period, err)
		}
		if in.Group != "" {
			cells = slices.DeleteFunc(cells, func(c cell) bool { return c.group != in.Group })
		}
		run.Totals, run.Groups = compare(cells, func(id string) buyer { return buyerOf(m, id, was) })
		if in.AgainstIssued {
			if run.Proposals, err = ts.proposals(ctx, m, in.Group); err != nil {
				return err
			}
		}
		if in.Draft && in.Group != "" {
			if run.Documents, err = ts.documents.DraftAside(ctx, m, in.Group); err != nil {
				return err
			}
		}
		billing.Step(ctx, step, int64(len(run.Groups)), int64(len(run.Groups)))
		return nil
	})
}

// buyer is a billing group, and the exchange of its invoice.
type buyer struct {
	billing.BillingGroup
	rate func(from money.Currency, payer string) (money.Decimal, error)
}

// buyerOf finds a group in the month's configuration, else in the one before.
func buyerOf(m *month.Work, id string, was billing.Config) buyer {
	var found buyer
	for _, c := range []billing.Config{was, m.Config} {
		for _, g := range c.BillingGroups {
			if g.ID == id {
				found.BillingGroup = g
			}
		}
	}
	found.rate = func(from money.Currency, payer string) (money.Decimal, error) {
		return rateOf(m, found.BillingGroup, from, payer)
	}
	return found
}

// rateOf is what one unit of the provider's currency is on a group's invoice for
// usage under a payer (R19): a document over that one unit tells.
func rateOf(m *month.Work, g billing.BillingGroup, from money.Currency, payer string) (money.Decimal, error) {
	set := desk.DeclaredSettings(m, g)
	set.Group.Invoice = billing.InvoiceSettings{Exchange: g.Invoice.Exchange}
	unit := statement.Line{Kind: statement.Usage, Currency: from, Amount: money.FromInt(1)}
	inv, err := invoice.New(statement.Statement{
		Group: g.ID, Period: m.Period, Accounts: []statement.Account{{Payer: payer, Lines: []statement.Line{unit}}},
	}, set, invoice.Inputs{}, false)
	if err != nil {
		for within := errors.Unwrap(err); within != nil; within = errors.Unwrap(err) {
			err = within // where in the document is no news
		}
		return money.Zero, err
	}
	return inv.Accounts[0].Lines[0].Rate, nil
}
