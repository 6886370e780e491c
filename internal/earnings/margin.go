package earnings

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
)

//go:embed sql/margin.sql
var marginSQL string

// Source is where a part of the reseller's margin comes from.
type Source string

// Sources of margin in the provider's currency. Each difference between what a
// line costs and what is charged for it is in exactly one of them.
const (
	FromReservations      Source = "reservations"       // cost alone less unblended, of what they cover; fees and upfront fees the reseller pays
	FromSavingsPlans      Source = "savings-plans"      // the same of savings plans
	FromOtherCommitments  Source = "other-commitments"  // of commitments whose kind the export does not tell
	FromVolumeTiers       Source = "volume-tiers"       // the provider's tiers for all, less those of each group alone
	FromProviderDiscounts Source = "provider-discounts" // R11: lines of discounts, or unblended less net cost
	FromOtherBasis        Source = "other-basis"        // list, net, amortized or blended cost less unblended
	FromPriceBook         Source = "price-book"         // price less cost on the basis
	FromManaged           Source = "managed"            // what is charged for managing, beside the price
	FromExcluded          Source = "excluded"           // usage that a price rule keeps off the invoice
	FromOwnUse            Source = "own-use"            // usage of the reseller's own accounts, and of nobody's
	FromEntries           Source = "entries"            // fees, credits and refunds that are on no invoice (R27)
	FromTax               Source = "tax"                // the provider's tax: input tax, cost of the proof, no cost of the reseller
)

// marginSources are all sources of margin in the order they are shown in.
var marginSources = []Source{
	FromReservations, FromSavingsPlans, FromOtherCommitments, FromVolumeTiers, FromProviderDiscounts,
	FromOtherBasis, FromPriceBook, FromManaged, FromExcluded, FromOwnUse, FromEntries, FromTax,
}

// Margin is what the reseller earns in a month, and by what (R16, R32 f).
// Amounts are exact, before customers' tax.
type Margin struct {
	Period   billing.Period  `json:"period"`
	Preview  bool            `json:"preview,omitempty"`
	Revision string          `json:"revision"`        // of the charges
	Totals   []MarginSum     `json:"totals"`          // per currency of the provider
	Groups   []GroupMargin   `json:"groups"`          // by id; reseller and unassigned are the last
	Invoices []InvoiceMargin `json:"invoices"`        // what the reseller's documents add, in their own currency
	Tiers    []TierMargin    `json:"tiers,omitempty"` // of the billing groups that resell, by id; none with a group
}

// MarginSum is margin in one currency of the provider, before exchange.
type MarginSum struct {
	Currency money.Currency `json:"currency"`
	Sell     money.Decimal  `json:"sell"`   // what the reseller charges its own buyers for their lines
	Billed   money.Decimal  `json:"billed"` // unblended cost of all lines, with the provider's tax
	Cost     money.Decimal  `json:"cost"`   // the same after discounts in net columns: what the reseller pays
	Sources  []SourceMargin `json:"sources"`
	// BeforeTax is the margin without the provider's tax, which the reseller
	// reclaims. Margin counts it as cost, as the certificate does.
	BeforeTax money.Decimal `json:"before_tax"`
	Margin    money.Decimal `json:"margin"`  // Sell − Cost
	Residue   money.Decimal `json:"residue"` // Margin − Σ sources; 0, or the charges are not the lines and statements
}

// SourceMargin is the part of one source; less than zero where it costs.
type SourceMargin struct {
	Source Source        `json:"source"`
	Amount money.Decimal `json:"amount"`
}

// GroupMargin is the margin of one billing group that buys from the reseller,
// or of reseller or unassigned. What a group buys and resells is in it.
type GroupMargin struct {
	Group string `json:"group"`
	MarginSum
}

// InvoiceMargin is what a document adds to the margin of its lines, in its
// currency. BeforeTax is the sum of all amounts before it, and of Residue.
type InvoiceMargin struct {
	ID        string         `json:"id"`
	Group     string         `json:"group"`
	State     invoice.State  `json:"state"`
	Currency  money.Currency `json:"currency"`
	Usage     money.Decimal  `json:"usage"`    // what usage and marketplace charge, at the common rate; at the document's rate where there is no common one
	Entries   money.Decimal  `json:"entries"`  // adjusting entries that are applied (R27), at the same rate
	Exchange  money.Decimal  `json:"exchange"` // what the document's own rates make of both (R19)
	Rounding  money.Decimal  `json:"rounding"` // of both (R20)
	Discount  money.Decimal  `json:"discount"` // negative where it lowers the document
	Support   money.Decimal  `json:"support"`
	Agency    money.Decimal  `json:"agency"`
	Services  money.Decimal  `json:"billing_services"`
	Shortfall money.Decimal  `json:"shortfalls"` // what a minimum and a commitment to spend add
	Items     money.Decimal  `json:"items"`      // additional ones
	Coupons   money.Decimal  `json:"coupons"`    // negative where they lower the document
	// Charges are what other charges come to, in the order of section E; none of 0.
	Charges   []invoice.PartSum `json:"charges,omitempty"`
	BeforeTax money.Decimal     `json:"before_tax"`
	Residue   money.Decimal     `json:"residue"`
}

// Margin explains the margin of a month as it was closed last. With a group it
// is of that billing group alone, or of "reseller" or "unassigned". The cost of
// a line is its net cost where the export has one: where discounts are columns,
// that is what the provider bills in the end. It is an error when the month is
// not rated or has no such group, or when the group buys from a tier: TierMargin
// is for that.
func (es *Earnings) Margin(ctx context.Context, period billing.Period, group string) (Margin, error) {
	m, err := es.home.OpenRated(ctx, period)
	if err != nil {
		return Margin{}, err
	}
	defer m.Session.Close()
	if group != "" && !month.HasOwner(m.Config, group) {
		return Margin{}, fmt.Errorf("%s was not closed with a billing group %q; `sluice margin %s --by group` lists them", period, group, period)
	}
	tiers := ResaleOf(m.Config)
	if seller := tiers.Parent[group]; seller != "" {
		return Margin{}, fmt.Errorf("billing group %s buys from %s, not from the reseller: `sluice margin %s --tier %s` shows what is earned by it", group, seller, period, seller)
	}
	out := Margin{Period: period, Preview: m.Preview, Revision: m.Revision, Totals: []MarginSum{}, Groups: []GroupMargin{}, Invoices: []InvoiceMargin{}}
	sums, err := readMargins(ctx, m)
	if err != nil {
		return out, err
	}
	totals, err := sums.total(ctx, m)
	if err != nil {
		return out, err
	}
	for _, g := range sums.ordered() {
		if group == "" || g.Group == group {
			out.Groups = append(out.Groups, g.GroupMargin)
		}
	}
	out.Totals = totals
	if group != "" {
		out.Totals = out.Totals[:0]
		for _, g := range out.Groups {
			out.Totals = append(out.Totals, g.MarginSum)
		}
	}
	documents, err := es.home.Documents(ctx, period)
	if err != nil {
		return out, err
	}
	for _, d := range documents {
		if tiers.Parent[d.Group] == "" && (group == "" || d.Group == group) {
			out.Invoices = append(out.Invoices, invoiceMargin(m, d))
		}
	}
	if group == "" {
		out.Tiers, err = tierMargins(ctx, m, documents)
	}
	return out, err
}

// marginKey names one margin.
type marginKey struct {
	group    string
	currency money.Currency
}

// groupSums is a group's margin while it is added up.
type groupSums struct {
	GroupMargin
	bySource map[Source]money.Decimal
}

type allSums map[marginKey]*groupSums

// readMargins adds up what the charges cost and where their margin comes from,
// and what the statements say is charged.
func readMargins(ctx context.Context, m *month.Work) (allSums, error) {
	sums := allSums{}
	if err := sums.addSources(ctx, m); err != nil {
		return nil, err
	}
	if err := sums.addCosts(ctx, m); err != nil {
		return nil, err
	}
	statements, err := m.Statements(ctx)
	if err != nil {
		return nil, err
	}
	tiers := ResaleOf(m.Config)
	for _, st := range statements {
		if tiers.Parent[st.Group] != "" {
			continue // a tier's sale, not the reseller's
		}
		for currency, sell := range st.Total() {
			sums.of(st.Group, currency).Sell = sell
		}
	}
	for _, s := range sums {
		s.finish(s.bySource)
	}
	return sums, nil
}

func (sums allSums) of(group string, currency money.Currency) *groupSums {
	key := marginKey{group, currency}
	if sums[key] == nil {
		sums[key] = &groupSums{GroupMargin{Group: group, MarginSum: MarginSum{Currency: currency}}, map[Source]money.Decimal{}}
	}
	return sums[key]
}

func (sums allSums) addSources(ctx context.Context, m *month.Work) error {
	type row struct {
		currency money.Currency
		group    string
		source   Source
		amount   money.Decimal
	}
	steps, err := engine.Collect(ctx, m.Session, func(r *row) []any { return []any{&r.currency, &r.group, &r.source, engine.Exact(&r.amount)} }, marginSQL)
	if err != nil {
		return fmt.Errorf("summing the margin of %s: %w", m.Period, err)
	}
	for _, r := range steps {
		sums.of(r.group, r.currency).bySource[r.source] = r.amount
	}
	return nil
}

func (sums allSums) addCosts(ctx context.Context, m *month.Work) error {
	type cost struct {
		currency    money.Currency
		group       string
		billed, net money.Decimal
	}
	costs, err := engine.Collect(ctx, m.Session, func(c *cost) []any {
		return []any{&c.currency, &c.group, engine.Exact(&c.billed), engine.Exact(&c.net)}
	}, `
		SELECT billing_currency, "group", CAST(SUM(x_cost) AS VARCHAR), CAST(SUM(x_net_cost) AS VARCHAR)
		FROM charges WHERE x_seller IS NULL GROUP BY billing_currency, "group"`)
	if err != nil {
		return fmt.Errorf("summing the cost of %s: %w", m.Period, err)
	}
	for _, c := range costs {
		s := sums.of(c.group, c.currency)
		s.Billed, s.Cost = c.billed, c.net
	}
	return nil
}

// ordered are the sums by group and currency.
func (sums allSums) ordered() []*groupSums {
	return slices.SortedFunc(maps.Values(sums), func(a, b *groupSums) int {
		return cmp.Or(cmp.Compare(lastly(a.Group), lastly(b.Group)), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Currency, b.Currency))
	})
}

// lastly puts what is nobody's bill behind the billing groups.
func lastly(group string) int {
	return slices.Index([]string{assign.Reseller, assign.Unassigned}, group)
}

// total is the margin of the month. Its cost is summed over the provider's
// lines, so that its residue also tells of lines that became no charge.
func (sums allSums) total(ctx context.Context, m *month.Work) ([]MarginSum, error) {
	type row struct {
		currency    money.Currency
		billed, net money.Decimal
	}
	lines, err := engine.Collect(ctx, m.Session, func(r *row) []any { return []any{&r.currency, engine.Exact(&r.billed), engine.Exact(&r.net)} }, `
		SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR), CAST(SUM(COALESCE(x_net_cost, billed_cost)) AS VARCHAR)
		FROM line_items WHERE x_fence IS NULL OR x_fence <> 'split-cost'
		GROUP BY billing_currency ORDER BY billing_currency`)
	if err != nil {
		return nil, fmt.Errorf("summing the lines of %s: %w", m.Period, err)
	}
	totals := []MarginSum{}
	for _, l := range lines {
		total := MarginSum{Currency: l.currency, Billed: l.billed, Cost: l.net}
		bySource := map[Source]money.Decimal{}
		for _, g := range sums {
			if g.Currency != total.Currency {
				continue
			}
			total.Sell = total.Sell.Add(g.Sell)
			for source, amount := range g.bySource {
				bySource[source] = bySource[source].Add(amount)
			}
		}
		total.finish(bySource)
		totals = append(totals, total)
	}
	return totals, nil
}

// finish works out the margin, and what its sources leave of it.
func (s *MarginSum) finish(bySource map[Source]money.Decimal) {
	s.Margin = s.Sell.Sub(s.Cost)
	s.BeforeTax = s.Margin.Sub(bySource[FromTax])
	s.Residue = s.Margin
	s.Sources = make([]SourceMargin, len(marginSources))
	for i, source := range marginSources {
		s.Sources[i] = SourceMargin{source, bySource[source]}
		s.Residue = s.Residue.Sub(bySource[source])
	}
}

// invoiceMargin reads from a document what it adds to its lines.
func invoiceMargin(m *month.Work, d invoice.Invoice) InvoiceMargin {
	out := InvoiceMargin{
		ID: d.ID, Group: d.Group, State: d.State, Currency: d.Currency,
		Rounding: d.UsageResidue, BeforeTax: d.BeforeTax,
	}
	for _, a := range d.Accounts {
		for _, l := range a.Lines {
			at := l.Cost.Mul(commonRate(m, l.CostCurrency, d.Currency, l.Rate))
			if l.Kind == statement.Entry {
				out.Entries = out.Entries.Add(at)
			} else {
				out.Usage = out.Usage.Add(at)
			}
			out.Exchange = out.Exchange.Add(l.Exact.Sub(at))
		}
	}
	out.Residue = out.BeforeTax.Sub(money.Sum(out.Usage, out.Entries, out.Exchange, out.Rounding))
	for _, sum := range d.Sums() {
		out.Residue = out.Residue.Sub(sum.Amount)
		if own := out.part(sum.Part); own != nil {
			*own = sum.Amount
		} else if !sum.Amount.IsZero() {
			out.Charges = append(out.Charges, sum)
		}
	}
	return out
}

// part is where a part of section E has a place of its own; nil for Charges.
func (i *InvoiceMargin) part(part string) *money.Decimal {
	return map[string]*money.Decimal{
		invoice.PartDiscounts: &i.Discount, invoice.PartSupport: &i.Support, invoice.PartAgency: &i.Agency,
		invoice.PartBillingServices: &i.Services, invoice.PartShortfalls: &i.Shortfall,
		invoice.PartAdditionalItems: &i.Items, invoice.PartCoupons: &i.Coupons,
	}[part]
}

// commonRate is the month's common rate of R19, or the rate that was used where
// there is none to compare it with.
func commonRate(m *month.Work, from, to money.Currency, used money.Decimal) money.Decimal {
	for _, r := range m.Config.ExchangeRates {
		if r.Month == m.Period && r.From == from && r.To == to && r.Level == "common" {
			return r.Rate
		}
	}
	return used
}
