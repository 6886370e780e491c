package focus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// paper is a document of a data set, or a billing group's month that has none.
type paper struct {
	doc      int32 // number in this data set, from 1
	group    billing.BillingGroup
	revision string // of the charges it was made from
	known    bool   // there is a document
	invoice.Invoice
}

// charged tells whether the charges of the lake are its rows. A note has those of the
// differences that it states.
func (p paper) charged() bool { return p.Corrects == nil }

// findPapers reads the documents of the scope's groups. A group without one has its
// charges as they were priced last, unconverted.
func (w *work) findPapers(ctx context.Context) error {
	rated, err := w.home.Store.CurrentRated(ctx, w.scope.period)
	switch {
	case err == nil:
		w.current, w.loads = rated.Revision, slices.Sorted(slices.Values(rated.Loads))
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if w.scope.ofReseller() {
		return nil
	}
	documents, err := w.home.Documents(ctx, w.scope.period)
	if err != nil {
		return err
	}
	shown, err := w.shown(ctx, documents)
	if err != nil {
		return err
	}
	facts, err := w.home.Store.InvoiceFacts(ctx, w.scope.period)
	if err != nil {
		return err
	}
	revisions := map[string]string{}
	for _, f := range facts {
		revisions[f.ID] = f.Rated
	}
	for _, id := range w.scope.groups {
		at := slices.IndexFunc(w.config.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == id })
		if at < 0 {
			return fmt.Errorf("billing group %s %w", id, store.ErrNotFound)
		}
		group := w.config.BillingGroups[at]
		if group.Name == "" {
			group.Name = w.customer(group.Customer)
		}
		found, hidden := false, false // documents that have charges
		for _, inv := range documents {
			switch {
			case inv.Group != id:
			case shown[inv.ID]:
				found = found || inv.Corrects == nil
				w.papers = append(w.papers, paper{int32(len(w.papers) + 1), group, revisions[inv.ID], true, inv})
			default:
				hidden = hidden || inv.Corrects == nil
			}
		}
		if (!found || hidden) && w.current != "" {
			blank := invoice.Invoice{Period: w.scope.period, Group: id, Seller: invoice.Party{Name: w.sellerOf(group)}}
			w.papers = append(w.papers, paper{int32(len(w.papers) + 1), group, w.current, false, blank})
		}
	}
	return nil
}

// shown tells by id which documents the scope knows of.
func (w *work) shown(ctx context.Context, documents []invoice.Invoice) (map[string]bool, error) {
	shown := map[string]bool{}
	for _, inv := range documents {
		switch {
		case w.scope.with == EveryDocument:
			shown[inv.ID] = true
		case w.scope.with == NoDocument, inv.State != invoice.Issued, !slices.Contains(w.scope.groups, inv.Group):
		case w.scope.with == IssuedDocuments:
			shown[inv.ID] = true
		default:
			events, err := w.home.Store.Events(ctx, inv.ID)
			if err != nil {
				return nil, err
			}
			shown[inv.ID] = inv.Standing("", events, nil, false, 0).Published
		}
	}
	return shown, nil
}

func (w *work) customer(id string) string {
	for _, c := range w.config.Customers {
		if c.ID == id {
			return c.Name
		}
	}
	return id
}

// sellerOf is who sells to a group.
func (w *work) sellerOf(group billing.BillingGroup) string {
	for _, above := range w.config.BillingGroups {
		if group.Parent != "" && above.ID == group.Parent {
			return w.customer(above.Customer)
		}
	}
	if w.config.Reseller != nil {
		return w.config.Reseller.Name
	}
	return ""
}

// revisions are those of the charges that are read, sorted.
func (w *work) revisions() []string {
	if w.scope.ofReseller() {
		return []string{w.current}
	}
	var all []string
	for _, p := range w.papers {
		all = append(all, p.revision)
	}
	slices.Sort(all)
	return slices.Concat([]string{}, slices.Compact(all))
}

// draft tells whether something in the data set may still change.
func (w *work) draft() bool {
	if w.scope.ofReseller() {
		return false
	}
	return slices.ContainsFunc(w.papers, func(p paper) bool { return p.State != invoice.Issued })
}

// openDocuments makes the table of documents.
func (w *work) openDocuments(ctx context.Context) error {
	rows := make([][]any, 0, len(w.papers)+1)
	if w.scope.ofReseller() {
		rows = append(rows, []any{int32(0), nil, nil, nil, nil, nil, nil, nil})
	}
	for _, p := range w.papers {
		var number, document, correction, currency any
		if p.State == invoice.Issued {
			number = p.Number
		}
		if p.known {
			document, currency = p.ID, string(p.Currency)
		}
		if !p.charged() {
			correction = "Correction"
		}
		rows = append(rows, []any{p.doc, p.group.ID, p.group.Name, p.Seller.Name, number, document, correction, currency})
	}
	return w.small(ctx, "focus_documents", "doc INTEGER, group VARCHAR, name VARCHAR, issuer VARCHAR, invoice VARCHAR, document VARCHAR, charge_class VARCHAR, currency VARCHAR", rows)
}

// small makes a table of Go values; columns are names and types.
func (w *work) small(ctx context.Context, name, columns string, rows [][]any) error {
	var list []engine.TableColumn
	for _, c := range strings.Split(columns, ", ") {
		column, kind, _ := strings.Cut(c, " ")
		list = append(list, engine.TableColumn{Name: column, Type: strings.ReplaceAll(kind, ",", ", ")})
	}
	return w.session.Table(ctx, name, list, rows)
}

// line is a row of a document beside its charges.
type line struct {
	part, service, description string
	category                   string // FOCUS ChargeCategory; empty for what is used up in the month
	frequency                  string
	account                    string
	first, end                 billing.Day
	amount                     money.Decimal
}

// lines are what is on a document beside its charges, in its order: entries, fees,
// discounts, items, taxes, what is prepaid and carried, and, last, what rounding and
// conversion leave of the charges' own sum. All lines and charges together come to
// what is payable; it is an error where the document's own parts do not.
func (p paper) lines(charged money.Decimal) ([]line, error) {
	if !p.known {
		return nil, nil
	}
	var all []line
	sum := charged
	add := func(l line) {
		if l.first == 0 {
			l.first, l.end = p.Period.FirstDay(), p.Period.Next().FirstDay()
		}
		sum = sum.Add(l.amount)
		all = append(all, l)
	}
	for _, a := range p.Accounts {
		for _, l := range a.Lines {
			if l.Kind == statement.Entry || !p.charged() {
				add(line{part: string(l.Kind), service: l.Service, description: l.Service, category: adjusting(l.Amount), account: a.Account, amount: l.Amount})
			}
		}
	}
	rounding := p.UsageTotal.Sub(sum)
	for c := range p.Charges() {
		add(p.charge(c))
	}
	for _, t := range p.Taxes {
		add(line{part: "tax", service: "Tax", description: strings.TrimSpace(fmt.Sprintf("%s %s%% on %s", taxName(t), t.Percent, t.Base)), category: "Tax", amount: t.Amount})
	}
	if !p.PrepaidUsed.IsZero() {
		add(line{part: "prepaid", service: "Prepaid balance", description: "Paid from the prepaid balance", category: adjusting(p.PrepaidUsed.Neg()), amount: p.PrepaidUsed.Neg()})
	}
	if !p.Carried.IsZero() {
		add(line{part: "carried", service: "Prepaid balance", description: "Carried to the balance instead of being paid out", category: "Adjustment", amount: p.Carried})
	}
	if !rounding.IsZero() {
		add(line{part: "rounding", service: "Rounding", description: "What rounding and conversion on the invoice leave of its rows", category: "Adjustment", amount: rounding})
	}
	if !sum.Equal(p.Payable) {
		return nil, fmt.Errorf("document %s asks for %s %s, and its parts come to %s; draft it again, or report this", p.ID, p.Payable, p.Currency, sum)
	}
	return all, nil
}

// charge is a line of section E. A discount or coupon is a credit; what costs
// something is used up in its month; on a note all are corrections.
func (p paper) charge(c invoice.Charge) line {
	l := line{part: c.Part, service: serviceName(c.Part), description: c.Name(), frequency: "Recurring", account: c.Account, amount: c.Amount}
	if c.First != nil && c.Last != nil {
		l.first, l.end = c.First.FirstDay(), c.Last.Next().FirstDay()
	}
	if c.Amount.Sign() < 0 || !p.charged() {
		l.category = adjusting(c.Amount)
	}
	return l
}

func adjusting(amount money.Decimal) string {
	if amount.Sign() < 0 {
		return "Credit"
	}
	return "Adjustment"
}

func taxName(t invoice.Tax) string {
	if t.Label != "" {
		return t.Label
	}
	return t.Category
}

// serviceName tells a part of an invoice from the services of providers.
func serviceName(part string) string { return "Invoice: " + part }

// openLines makes the table of what is on documents beside charges, and checks it.
// charged is what the charges of each document come to, by its number.
func (w *work) openLines(ctx context.Context, charged map[int32]money.Decimal) error {
	rows := [][]any{}
	for _, p := range w.papers {
		lines, err := p.lines(charged[p.doc])
		if err != nil {
			return err
		}
		for i, l := range lines {
			row := []any{p.doc, int32(i + 1), l.part, l.service, l.description, "Adjustment", "One-Time", nil, l.first, l.end, l.amount, nil, nil, nil, nil}
			if l.category != "" {
				row[5] = l.category
			} else {
				row[5], row[6], row[11], row[12], row[13], row[14] = "Usage", l.frequency, money.FromInt(1), "Count", l.amount, "sluice/"+strings.ReplaceAll(l.part, " ", "-")
			}
			if l.account != "" {
				row[7] = l.account
			}
			rows = append(rows, row)
		}
	}
	return w.small(ctx, "focus_lines", "doc INTEGER, line INTEGER, part VARCHAR, service VARCHAR, description VARCHAR, category VARCHAR, frequency VARCHAR, account VARCHAR, "+
		"first_day DATE, end_day DATE, amount DECIMAL(38,24), quantity DECIMAL(38,18), unit VARCHAR, unit_price DECIMAL(38,24), sku VARCHAR", rows)
}
