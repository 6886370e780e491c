package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// desk is all that the documents of a month are drafted from: what is charged,
// applied entries included, and what is agreed. It is read once; drafting from it
// is arithmetic.
type desk struct {
	period     billing.Period
	config     billing.Config
	inputs     invoice.Inputs
	previews   func(group string) bool
	statements map[string]statement.Statement // by group
	settings   map[string]store.MonthSetting  // of the month, by group; none where it was never drafted
	items      map[string][]billing.AdditionalItem
	balances   map[string]money.Decimal     // prepaid, by group, in the currency of its invoice
	issued     map[string][]invoice.Invoice // by group, in the order they were issued in
	earlier    map[string][]invoice.Invoice // of months before that count to commitments to spend, by group
	rates      []billing.ExchangeRate       // of the month
}

// openDesk reads what the month's documents are drafted from, of one billing group
// alone where it is named. The month's charges are open; its configuration is the one
// in force, or one that is tried.
func (docs *Documents) openDesk(ctx context.Context, m *month.Work, only string) (*desk, error) {
	statements, err := m.Statements(ctx)
	if err != nil {
		return nil, err
	}
	d := &desk{
		period: m.Period, config: m.Config, previews: m.Previews, statements: map[string]statement.Statement{},
		balances: map[string]money.Decimal{}, issued: map[string][]invoice.Invoice{}, earlier: map[string][]invoice.Invoice{},
	}
	if d.inputs, err = m.Inputs(); err != nil {
		return nil, err
	}
	withEntries, err := docs.entries.Onto(ctx, m.Period, m.Config, statements)
	if err != nil {
		return nil, err
	}
	for _, s := range withEntries {
		d.statements[s.Group] = ProvidersOf(s, m.Config)
	}
	d.rates = RatesOf(m.Config, m.Period)
	if d.settings, err = docs.home.Store.MonthSettings(ctx, m.Period); err != nil {
		return nil, err
	}
	if d.items, err = docs.items.OfMonth(ctx, m.Period); err != nil {
		return nil, err
	}
	documents, err := docs.recorded(ctx, m.Period, only)
	if err != nil {
		return nil, err
	}
	for _, x := range documents {
		if x.State == invoice.Issued {
			d.issued[x.Group] = append(d.issued[x.Group], x)
		}
	}
	return d, docs.readBalances(ctx, d, only)
}

// recorded are the documents of a month on record, of one billing group alone where
// it is named.
func (docs *Documents) recorded(ctx context.Context, period billing.Period, only string) (documents []invoice.Invoice, err error) {
	if only == "" {
		return docs.home.Documents(ctx, period)
	}
	stored, err := docs.home.Store.InvoicesOf(ctx, only)
	if err != nil {
		return nil, err
	}
	for _, s := range stored {
		if s.Period != period {
			continue
		}
		var inv invoice.Invoice
		if err := json.Unmarshal(s.Document, &inv); err != nil {
			return nil, fmt.Errorf("the document of %s: %w", s.ID, err)
		}
		documents = append(documents, inv)
	}
	return documents, nil
}

// readBalances reads what groups have prepaid, and what months before count to
// commitments to spend, of the groups that have agreed on them, or of one.
func (docs *Documents) readBalances(ctx context.Context, d *desk, only string) error {
	months := map[billing.Period][]invoice.Invoice{}
	for _, g := range d.config.BillingGroups {
		if only != "" && g.ID != only {
			continue
		}
		settings, _, err := d.settingsOf(g)
		if err != nil {
			return err
		}
		if settings.Prepaid {
			balance, err := docs.home.Store.Available(ctx, g.ID, money.Currency(d.inCurrency(g).Currency), billing.DayOf(docs.home.Now()))
			if err != nil {
				return err
			}
			d.balances[g.ID] = balance
		}
		if settings.SpendCommitment == nil {
			continue
		}
		first, _, ok := invoice.Interval(*settings.SpendCommitment, d.period)
		for month := first; ok && month.Before(d.period); month = month.Next() {
			if _, read := months[month]; !read {
				if months[month], err = docs.recorded(ctx, month, only); err != nil {
					return err
				}
			}
			for _, x := range months[month] {
				if x.Group == g.ID {
					d.earlier[g.ID] = append(d.earlier[g.ID], x)
				}
			}
		}
	}
	return nil
}

// ProvidersOf names the provider of each account of a statement.
func ProvidersOf(s statement.Statement, c billing.Config) statement.Statement {
	s.Accounts = slices.Clone(s.Accounts)
	for i, a := range s.Accounts {
		if payer, err := month.PayerOf(c, a.Payer); err == nil {
			s.Accounts[i].Provider = payer.Provider
		}
	}
	return s
}

// RatesOf are the exchange rates of a month.
func RatesOf(c billing.Config, period billing.Period) (rates []billing.ExchangeRate) {
	for _, r := range c.ExchangeRates {
		if r.Month == period {
			rates = append(rates, r)
		}
	}
	return rates
}

// masterOf is what a group's documents are made with where a month says nothing
// else. Groups that name no series are numbered by who sells to them.
func masterOf(c billing.Config, g billing.BillingGroup) billing.InvoiceSettings {
	master := g.Invoice
	for _, t := range c.InvoiceTemplates {
		if t.ID == g.Template {
			master = invoice.Master(g.Invoice, t.Invoice)
		}
	}
	if master.Series == "" {
		master.Series = numberingOf(c, g)
	}
	if master.Layout == "" && g.Parent == "" {
		master.Layout = c.Reseller.Layout
	}
	return master
}

// layoutOf is the layout of that id; nil for none, and for one that is not declared
// any more: then documents look as they do without.
func layoutOf(c billing.Config, id string) *billing.Layout {
	for _, l := range c.InvoiceLayouts {
		if l.ID == id {
			return &l
		}
	}
	return nil
}

// settingsOf are a group's settings of the month: those saved for it, else the
// master's. version is 0 for the latter.
func (d *desk) settingsOf(g billing.BillingGroup) (settings billing.InvoiceSettings, version int, err error) {
	saved, ok := d.settings[g.ID]
	if !ok {
		return masterOf(d.config, g), 0, nil
	}
	if settings, err = invoice.ParseSettings(saved.Settings); err != nil {
		return settings, 0, fmt.Errorf("the settings of %s for %s: %w", g.ID, d.period, err)
	}
	return settings, saved.Version, nil
}

// agreed is what a group's document is made with, of one provider where it is for
// that alone. What a month is charged once stands on the document of one provider,
// the bearer.
func (d *desk) agreed(g billing.BillingGroup, settings billing.InvoiceSettings, provider string, isBearer bool) invoice.Settings {
	g.Invoice = settings
	set := invoice.Settings{
		Reseller: sellerTo(d.config, g), Customer: customerOf(d.config, g), Group: g, Provider: provider, Rates: d.rates,
		Services: d.config.BillingServices, Coupons: d.config.Coupons, Items: d.items[g.ID], Balance: d.balances[g.ID],
		Layout: layoutOf(d.config, settings.Layout), Providers: d.config.Providers,
	}
	if !isBearer {
		set = set.OfEachProvider()
		settings = set.Group.Invoice
	}
	if settings.SpendCommitment != nil {
		for _, x := range d.earlier[g.ID] {
			if x.Currency == money.Currency(g.Currency) {
				set.Spent = set.Spent.Add(invoice.Counted(x, *settings.SpendCommitment))
			}
		}
	}
	return set
}

// documentsOf drafts a group's documents: an invoice where nothing is issued yet,
// else the note that makes of what is issued what it comes to now; none where
// there is nothing to bill or to correct.
func (d *desk) documentsOf(g billing.BillingGroup) (drafts []invoice.Invoice, err error) {
	g = d.inCurrency(g)
	settings, version, err := d.settingsOf(g)
	if err != nil {
		return nil, err
	}
	version = max(version, 1) // a final draft saves the master's as the first
	s := d.statements[g.ID]
	s.Group, s.Period = g.ID, d.period
	// Each document finds the balance that those before it leave, as it does when
	// they are issued in this order.
	if balance, prepaid := d.balances[g.ID]; prepaid {
		defer func() { d.balances[g.ID] = balance }()
	}
	providers := d.providers(g, settings, s)
	bearer, home := d.bearer(g.ID, version, providers), d.home(g.ID, providers)
	for _, provider := range providers {
		set := d.agreed(g, settings, provider, provider == bearer)
		draft, there, err := d.documentOf(g, set, version, PartOf(s, provider, provider == home))
		if err != nil {
			return nil, fmt.Errorf("the invoice of %s for %s: %w", g.ID, d.period, err)
		}
		if !there {
			continue
		}
		drafts = append(drafts, draft)
		if balance, prepaid := d.balances[g.ID]; prepaid {
			d.balances[g.ID] = balance.Sub(draft.PrepaidUsed).Add(draft.Carried)
		}
	}
	return drafts, nil
}

// inCurrency is a group with the currency that its documents of the month are
// issued in: amounts of two cannot be taken off each other, so that a new one is
// for the months where nothing is in force.
func (d *desk) inCurrency(g billing.BillingGroup) billing.BillingGroup {
	for _, inForce := range d.inForce(g.ID) {
		g.Currency = string(inForce[0].Currency)
	}
	return g
}

// providers are those that a group has documents of their own for; one empty
// name, where it has one for all. What is issued and not voided decides for the
// rest of the month.
func (d *desk) providers(g billing.BillingGroup, settings billing.InvoiceSettings, s statement.Statement) []string {
	apart := settings.PerProvider
	var names []string
	for _, inForce := range d.inForce(g.ID) {
		apart = inForce[0].Provider != ""
		names = append(names, inForce[0].Provider)
	}
	for _, a := range s.Accounts {
		if a.Provider != "" { // what is of no provider stands on the document of one; see home
			names = append(names, a.Provider)
		}
	}
	if !apart || len(names) == 0 {
		return []string{""}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// bearer is the provider on whose document stands what a month is charged once:
// that on whose issued one it stands, else the first by name whose document is made
// with the settings of now.
func (d *desk) bearer(group string, version int, providers []string) string {
	var settled []string
	for _, inForce := range d.inForce(group) {
		last := inForce[len(inForce)-1]
		if last.BearsOnce() {
			return last.Provider
		}
		if last.Inputs.Settings == version {
			settled = append(settled, last.Provider)
		}
	}
	for _, provider := range providers {
		if !slices.Contains(settled, provider) {
			return provider
		}
	}
	return providers[0]
}

// InForce are the issued documents of a group that are not voided, those of each
// chain together.
func (d *desk) inForce(group string) (chains [][]invoice.Invoice) {
	for _, chain := range ChainsOf(d.issued[group]) {
		if inForce := invoice.InForce(chain); len(inForce) > 0 {
			chains = append(chains, inForce)
		}
	}
	return chains
}

// home is the provider on whose document stand entries of no provider, such as one
// that is written for the group: that on whose issued one they stand, else the
// first by name.
func (d *desk) home(group string, providers []string) string {
	for _, inForce := range d.inForce(group) {
		if IsHome(inForce) {
			return inForce[0].Provider
		}
	}
	return providers[0]
}

// documentOf drafts one document of a group; there is none where it would say
// nothing.
func (d *desk) documentOf(g billing.BillingGroup, set invoice.Settings, version int, s statement.Statement) (_ invoice.Invoice, there bool, err error) {
	chain := chainOf(d.issued[g.ID], set.Provider)
	inForce := invoice.InForce(chain)
	inputs := d.inputsOf(s)
	inputs.Settings = version
	if len(inForce) == 0 {
		inv, err := invoice.New(s, set, inputs, d.previews(g.ID))
		if len(chain) > 0 {
			inv.ID = invoice.NextID(chain)
		}
		return inv, err == nil && !inv.Empty(), err
	}
	last := inForce[len(inForce)-1]
	var anew invoice.Invoice
	if last.Inputs.Settings == inputs.Settings {
		inForce = slices.Clone(inForce)
		inForce[len(inForce)-1].Frozen.Balance = set.Balance
		anew, err = invoice.Again(inForce, s, d.rates...)
		anew.NameProviders(set.Providers) // of what has come since
	} else {
		set.Rates = invoice.FrozenRates(inForce, d.rates...)
		anew, err = invoice.New(s, set, inputs, false)
	}
	if err != nil {
		return anew, false, err
	}
	anew.Inputs, anew.Preview = inputs, d.previews(g.ID)
	note, needed := invoice.Correct(chain, anew, whyCorrected(last.Inputs, inputs))
	return note, needed, nil
}

// inputsOf leaves of the month's inputs what a document is made from: the loads of
// the payers that its accounts are under. Those of others are nobody's business who
// reads it.
func (d *desk) inputsOf(s statement.Statement) invoice.Inputs {
	in := d.inputs
	in.Loads = slices.DeleteFunc(slices.Clone(in.Loads), func(load string) bool {
		return !slices.ContainsFunc(s.Accounts, func(a statement.Account) bool { return strings.HasPrefix(load, a.Payer+" ") })
	})
	return in
}

// whyCorrected names what has changed since a document was made.
func whyCorrected(was, is invoice.Inputs) string {
	switch {
	case !slices.Equal(was.Loads, is.Loads):
		return invoice.Restated
	case was.Settings != is.Settings:
		return invoice.Resettled
	default:
		return invoice.Repriced
	}
}

// stored writes a draft down for the records.
func stored(inv invoice.Invoice, revision string) (store.Invoice, error) {
	document, err := json.Marshal(inv)
	return store.Invoice{ID: inv.ID, Group: inv.Group, Period: inv.Period, Document: document, Rated: revision}, err
}
