package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// Needs is what must be done for the documents of a month to be what is agreed and
// charged now.
type Needs struct {
	Period billing.Period `json:"period"`
	// Rating names what has changed that decides on prices: the month must be closed
	// again. The documents are not looked at then.
	Rating []string `json:"rating,omitempty"`
	// Drafts are the documents that would become others if they were drafted again.
	Drafts []DraftNeed `json:"drafts,omitempty"`
	// Masters are the groups whose master has other settings than the month.
	Masters []MonthSettings `json:"masters,omitempty"`
}

// DraftNeed is a document that is not what it would be made now. Amounts are in
// its currency, with tax.
type DraftNeed struct {
	ID       string               `json:"id"`
	Group    string               `json:"group"`
	Document invoice.DocumentKind `json:"document"` // as it would be made; of one that goes, as it is
	Change   string               `json:"change"`   // new | changed | gone | undraftable
	Why      []string             `json:"why"`      // what differs, in words
	Currency money.Currency       `json:"currency"`
	Digits   int32                `json:"digits"`
	Total    Amounts              `json:"total"`
}

// Undraftable is the change of a document that cannot be made now, such as for a
// missing exchange rate. It says why, and has no amounts.
const Undraftable = "undraftable"

// Needs compares a month with what is declared, agreed and loaded now. Nothing is
// changed. A month that is not rated needs to be closed.
func (docs *Documents) Needs(ctx context.Context, period billing.Period) (Needs, error) {
	n := Needs{Period: period}
	c, err := docs.home.Config(ctx)
	if err != nil {
		return n, err
	}
	n.Rating, err = docs.reratingNeeds(ctx, c, period)
	if err != nil || len(n.Rating) > 0 {
		return n, err
	}
	m, err := docs.home.OpenCharges(ctx, c, period)
	if err != nil {
		return n, err
	}
	defer m.Session.Close()
	if n.Drafts, err = docs.draftNeeds(ctx, m); err != nil {
		return n, err
	}
	all, err := docs.MonthSettings(ctx, period, nil)
	for _, s := range all {
		if s.Saved && len(s.Differs) > 0 {
			n.Masters = append(n.Masters, s)
		}
	}
	return n, err
}

// reratingNeeds names what has changed since the month was rated that decides on
// its prices; none where its charges are what they would be.
func (docs *Documents) reratingNeeds(ctx context.Context, c billing.Config, period billing.Period) (why []string, err error) {
	r, detail, err := docs.home.CurrentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) {
		return []string{"everything: it is not rated yet"}, nil
	}
	if err != nil {
		return nil, err
	}
	loads, _, err := docs.home.InForce(ctx, c, period)
	if err != nil {
		return nil, err
	}
	if !month.Stale(r, c, loads) {
		return nil, nil
	}
	for _, l := range loads {
		if !slices.Contains(r.Loads, l.ID) {
			why = append(why, fmt.Sprintf("the export %s of payer %s", l.Report, l.Payer))
		}
	}
	if r.Config != month.Ruling(c) {
		named := month.Changed(detail.Config, c, period, nil)
		if len(named) == 0 {
			named = []string{"the configuration of prices"}
		}
		why = append(why, named...)
	}
	if len(why) == 0 {
		why = []string{"an export that was taken away"}
	}
	return why, nil
}

// RatedAsDeclared returns an error where the month must be closed again before its
// documents can be made, and says what changed.
func (docs *Documents) RatedAsDeclared(ctx context.Context, c billing.Config, period billing.Period) error {
	why, err := docs.reratingNeeds(ctx, c, period)
	if err != nil || len(why) == 0 {
		return err
	}
	return fmt.Errorf("%s must be closed again before its documents can be made: %s changed since it was rated", period, enumerated(why))
}

// draftNeeds drafts the month's documents and compares them with those on record.
func (docs *Documents) draftNeeds(ctx context.Context, m *month.Work) ([]DraftNeed, error) {
	d, err := docs.openDesk(ctx, m, "")
	if err != nil {
		return nil, err
	}
	documents, err := docs.home.Documents(ctx, m.Period)
	if err != nil {
		return nil, err
	}
	present := map[string]invoice.Invoice{}
	for _, x := range documents {
		if x.State == invoice.Draft {
			present[x.ID] = x
		}
	}
	var needs []DraftNeed
	for _, g := range m.Config.BillingGroups {
		drafts, err := d.documentsOf(g)
		if err != nil {
			needs = append(needs, undraftable(g, m.Period, present, err)...)
			continue
		}
		for _, anew := range drafts {
			was, known := present[anew.ID]
			delete(present, anew.ID)
			if need, differs := compareDrafts(was, known, anew); differs {
				needs = append(needs, need)
			}
		}
	}
	for _, x := range documents {
		if _, gone := present[x.ID]; gone {
			need := needOf(x, "gone", []string{"there is nothing to bill or to correct any more"})
			need.Total = Compared(x.Total, money.Zero)
			needs = append(needs, need)
		}
	}
	return needs, nil
}

// undraftable are the needs of a group whose documents cannot be made: one for each
// draft it has, or for the one it would have. The drafts are taken out of present.
func undraftable(g billing.BillingGroup, period billing.Period, present map[string]invoice.Invoice, why error) (needs []DraftNeed) {
	for _, id := range slices.Sorted(maps.Keys(present)) {
		if present[id].Group == g.ID {
			needs = append(needs, needOf(present[id], Undraftable, []string{why.Error()}))
			delete(present, id)
		}
	}
	if len(needs) == 0 {
		currency := money.Currency(g.Currency)
		inv := invoice.Invoice{ID: invoice.ID(period, g.ID, ""), Group: g.ID, Document: invoice.DocumentInvoice, Currency: currency, Digits: currency.Digits()}
		needs = append(needs, needOf(inv, Undraftable, []string{why.Error()}))
	}
	return needs
}

func needOf(inv invoice.Invoice, change string, why []string) DraftNeed {
	return DraftNeed{
		ID: inv.ID, Group: inv.Group, Document: inv.Document, Change: change, Why: why, Currency: inv.Currency, Digits: inv.Digits,
	}
}

// compareDrafts tells whether a draft would be another one, and why.
func compareDrafts(was invoice.Invoice, known bool, anew invoice.Invoice) (DraftNeed, bool) {
	if !known {
		need := needOf(anew, "new", []string{"there is no draft of it"})
		need.Total = Compared(money.Zero, anew.Total)
		return need, true
	}
	if bytes.Equal(asKept(was), asKept(anew)) {
		return DraftNeed{}, false
	}
	need := needOf(anew, "changed", whyDiffers(was, anew))
	need.Total = Compared(was.Total, anew.Total)
	return need, true
}

// whyDiffers names what two drafts of one document were made with otherwise.
func whyDiffers(was, is invoice.Invoice) (why []string) {
	for _, name := range invoice.DifferentSettings(was.Frozen.Invoice, is.Frozen.Invoice) {
		why = append(why, "setting "+name)
	}
	if len(why) == 0 && was.Inputs.Settings != is.Inputs.Settings {
		why = append(why, fmt.Sprintf("settings, which are version %d and the same", is.Inputs.Settings))
	}
	differ := func(a, b any, what string) {
		if !bytes.Equal(asKept(a), asKept(b)) {
			why = append(why, what)
		}
	}
	differ(was.Rates, is.Rates, "exchange rates")
	differ(appliedLines(was), appliedLines(is), "applied entries")
	differ(accountNames(was, is), accountNames(is, was), "names of accounts")
	differ(was.Frozen.Items, is.Frozen.Items, "additional items of the month")
	differ(was.Frozen.Services, is.Frozen.Services, "billing services")
	differ(was.Frozen.Coupons, is.Frozen.Coupons, "coupons")
	differ(was.Frozen.Balance, is.Frozen.Balance, "the prepaid balance")
	differ(was.Frozen.Spent, is.Frozen.Spent, "what counts to the commitment to spend")
	differ([]any{was.Seller, was.Payment}, []any{is.Seller, is.Payment}, "the seller's details")
	differ([]any{was.Buyer, was.Customer, was.Language}, []any{is.Buyer, is.Customer, is.Language}, "the buyer's details")
	differ([]any{was.Currency, was.Provider}, []any{is.Currency, is.Provider}, "the currency or provider of the invoice")
	differ(was.Preview, is.Preview, "whether it is a preview")
	if len(why) == 0 {
		why = append(why, "usage")
	}
	return why
}

// asKept is a part of a document as it is kept, where no list is an empty list.
func asKept(part any) []byte {
	text, err := json.Marshal(part)
	if err != nil {
		panic(err) // documents can always be written
	}
	if bytes.Equal(text, []byte("null")) {
		return []byte("[]")
	}
	return text
}

// accountNames are the names of the accounts of usage. Where an account comes or
// goes, it is usage that differs.
func accountNames(inv, other invoice.Invoice) map[string]string {
	names := map[string]string{}
	for _, a := range inv.Accounts {
		if slices.ContainsFunc(other.Accounts, func(o invoice.Account) bool { return o.Account == a.Account }) {
			names[a.Account] = a.Name
		}
	}
	return names
}

func appliedLines(inv invoice.Invoice) (lines []invoice.Line) {
	for _, a := range inv.Accounts {
		for _, l := range a.Lines {
			if l.Kind == statement.Entry {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// Amounts are a sum before and after.
type Amounts struct {
	Before     money.Decimal `json:"before"`
	After      money.Decimal `json:"after"`
	Difference money.Decimal `json:"difference"` // After − Before
}

// Compared compares two of them.
func Compared(before, after money.Decimal) Amounts { return Amounts{before, after, after.Sub(before)} }

// Plus adds both sides up.
func (a Amounts) Plus(b Amounts) Amounts {
	return Compared(a.Before.Add(b.Before), a.After.Add(b.After))
}
