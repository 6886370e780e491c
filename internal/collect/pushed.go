package collect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/store"
)

// Bounds of what is pushed.
const (
	MostLines = 10_000 // of one bill or register
	MostBills = 10_000 // of one source and month
	mostText  = 1024   // bytes of a text
	mostTags  = 50     // of a line

	mostFaults   = 20 // that are said at once
	mostFraction = 18 // digits of an amount after the point, as the lake keeps them
)

// Bill is a bill or a register that is sent to Sluice: a bill is what an account owes
// for a month; a register is an estimate of it, for one day or for the whole month.
// The bills of an account take the place of its registers; registers add up. Amounts
// are exact decimals, without tax, but on lines of category Tax.
type Bill struct {
	ID       string         `json:"id"`   // the sender's; sent again, it replaces what it said
	Kind     string         `json:"kind"` // bill | register
	Source   string         `json:"source"`
	Provider string         `json:"provider,omitempty"` // of the source's payer; it may be left out
	Period   billing.Period `json:"period"`
	// Day of a register, in UTC; without one it is of the whole month.
	Day         *billing.Day `json:"day,omitempty"`
	Account     string       `json:"account,omitempty"` // the provider's id; lines without an owner are unassigned
	AccountName string       `json:"account_name,omitempty"`
	Invoice     string       `json:"invoice,omitempty"` // number of the provider's invoice; of a bill that names none, its id
	Currency    string       `json:"currency"`          // ISO 4217, of lines that name none
	Lines       []BillLine   `json:"lines"`
}

// BillLine is an amount of a bill or register.
type BillLine struct {
	Category    string            `json:"category,omitempty"` // Usage (where it is left out), Purchase, Tax, Credit or Adjustment
	Service     string            `json:"service"`
	UsageType   string            `json:"usage_type,omitempty"`
	Region      string            `json:"region,omitempty"`
	Resource    string            `json:"resource,omitempty"`
	Description string            `json:"description,omitempty"`
	Quantity    *money.Decimal    `json:"quantity,omitempty"`
	Unit        string            `json:"unit,omitempty"`
	Amount      money.Decimal     `json:"amount"`
	ListAmount  *money.Decimal    `json:"list_amount,omitempty"` // at public prices
	Currency    string            `json:"currency,omitempty"`
	Day         *billing.Day      `json:"day,omitempty"` // of a line of a bill that tells days
	Tags        map[string]string `json:"tags,omitempty"`
}

// Fault is what is wrong with a bill, and where: such as lines[3].amount.
type Fault struct{ At, Says string }

// BillError says what is wrong with a bill. Nothing of it was taken.
type BillError struct{ Faults []Fault }

// Error names the first fault, and how many there are.
func (e *BillError) Error() string {
	text := e.Faults[0].At + " " + e.Faults[0].Says
	if more := len(e.Faults) - 1; more > 0 {
		text += fmt.Sprintf("; %d more faults", more)
	}
	return text
}

var (
	categories = []string{"Usage", "Purchase", "Tax", "Credit", "Adjustment"}
	billID     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@-]{0,199}$`)
)

// check completes a bill from the configuration, and says what is wrong with it.
func (b *Bill) check(c billing.Config) error {
	var faults []Fault
	fail := func(at, says string, args ...any) {
		if len(faults) < mostFaults {
			faults = append(faults, Fault{at, fmt.Sprintf(says, args...)})
		}
	}
	text := func(at, value string) {
		if len(value) > mostText || strings.ContainsRune(value, 0) {
			fail(at, "is not a text of at most %d bytes", mostText)
		}
	}
	b.checkSource(c, fail)
	if !billID.MatchString(b.ID) {
		fail("id", "%.60q is not an id; use at most 200 letters, digits and . _ : @ -", b.ID)
	}
	if b.Kind != store.PushedKindBill && b.Kind != store.PushedKindRegister {
		fail("kind", "%.60q is not a kind; write bill or register", b.Kind)
	}
	if b.Period.IsZero() {
		fail("period", "is missing; write the month, such as 2026-10")
	}
	if b.Day != nil && b.Kind == store.PushedKindBill {
		fail("day", "is of registers; a bill is of the whole month, and its lines may have days")
	}
	if b.Day != nil && !b.Period.Contains(*b.Day) {
		fail("day", "%s is not in %s", *b.Day, b.Period)
	}
	for at, value := range map[string]string{"account": b.Account, "account_name": b.AccountName, "invoice": b.Invoice} {
		text(at, value)
	}
	if n := len(b.Lines); n == 0 || n > MostLines {
		fail("lines", "are %d; send 1 to %d of them", n, MostLines)
		return &BillError{faults}
	}
	for i := range b.Lines {
		b.checkLine(i, fail, text)
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(x, y Fault) int { return cmp.Compare(x.At, y.At) })
		return &BillError{faults}
	}
	return nil
}

// checkSource finds the source of a bill: the one that it names, or the only one to
// which bills of its provider are pushed.
func (b *Bill) checkSource(c billing.Config, fail func(at, says string, args ...any)) {
	var of []string
	for _, s := range c.Sources {
		payer, err := month.PayerOf(c, s.Payer)
		if s.Kind != billing.Pushed || s.Ended || err != nil || b.Source != "" && s.Name != b.Source || b.Source == "" && payer.Provider != b.Provider {
			continue
		}
		if b.Provider != "" && payer.Provider != b.Provider {
			fail("provider", "is %q, and source %s is of %s; send it to another source", b.Provider, s.Name, payer.Provider)
		}
		of = append(of, s.Name)
	}
	switch {
	case len(of) == 1:
		b.Source = of[0]
	case len(of) > 1:
		fail("source", "is missing, and bills of %s are pushed to %s; name one of them", b.Provider, strings.Join(of, ", "))
	case b.Source != "":
		fail("source", "%q is no source of kind pushed; declare it among sources, or correct it here", b.Source)
	default:
		fail("source", "is missing, and there is no source of kind pushed whose payer is of provider %q; declare one, or name one", b.Provider)
	}
}

func (b *Bill) checkLine(i int, fail func(at, says string, args ...any), text func(at, value string)) {
	l := &b.Lines[i]
	at := fmt.Sprintf("lines[%d]", i)
	l.Currency = cmp.Or(l.Currency, b.Currency)
	if err := money.Currency(l.Currency).Check(); err != nil {
		fail(at+".currency", "%s", err)
	}
	if l.Category = cmp.Or(l.Category, "Usage"); !slices.Contains(categories, l.Category) {
		fail(at+".category", "%.60q is not a category; write one of %s", l.Category, strings.Join(categories, ", "))
	}
	if l.Service == "" {
		fail(at+".service", "is missing; say what the amount is for")
	}
	if l.Day != nil && !b.Period.Contains(*l.Day) {
		fail(at+".day", "%s is not in %s", *l.Day, b.Period)
	}
	if l.Day != nil && b.Day != nil && *l.Day != *b.Day {
		fail(at+".day", "%s is another day than the register's, %s", *l.Day, *b.Day)
	}
	exact := func(field string, n *money.Decimal) {
		if n != nil && (n.Scale() > mostFraction || len(n.String()) > 40) {
			fail(at+"."+field, "has too many digits; send at most %d after the point, and 20 before it", mostFraction)
		}
	}
	exact("amount", &l.Amount)
	exact("list_amount", l.ListAmount)
	exact("quantity", l.Quantity)
	for field, value := range map[string]string{
		"service": l.Service, "usage_type": l.UsageType, "region": l.Region, "resource": l.Resource, "description": l.Description, "unit": l.Unit,
	} {
		text(at+"."+field, value)
	}
	if len(l.Tags) > mostTags {
		fail(at+".tags", "are %d; send at most %d", len(l.Tags), mostTags)
	}
	for key, value := range l.Tags {
		text(at+".tags", key+value)
	}
}

// Pushed is a bill or register as it is on record, without its lines.
type Pushed struct {
	Source  string         `json:"source"`
	Period  billing.Period `json:"period"`
	ID      string         `json:"id"`
	Kind    string         `json:"kind"`
	Account string         `json:"account,omitempty"`
	Day     *billing.Day   `json:"day,omitempty"`
	Version int64          `json:"version"` // from 1
	Removed bool           `json:"removed"` // taken back
	// Counts says that its lines are in the month's sum: it was not taken back, and it
	// is a bill, or there is no bill of its account.
	Counts bool          `json:"counts"`
	Lines  int64         `json:"lines"`
	Sum    billing.Money `json:"sum"`
	At     time.Time     `json:"pushed_at"` // UTC
	By     string        `json:"pushed_by"`
}

// Push takes a bill or register in. The same one again changes nothing, and fresh is
// false; another content under the same id is its next version. A *BillError says what
// is wrong with it. The month's load follows when the month is next ingested.
func (c *Collector) Push(ctx context.Context, config billing.Config, b Bill, by string) (kept Pushed, fresh bool, err error) {
	b.Lines = slices.Clone(b.Lines)
	if err := b.check(config); err != nil {
		return Pushed{}, false, err
	}
	text, err := json.Marshal(b)
	if err != nil {
		return Pushed{}, false, err
	}
	hash, sums := sha256.Sum256(text), billing.Money{}
	for _, l := range b.Lines {
		sums.Add(money.Currency(l.Currency), l.Amount)
	}
	record, fresh, err := c.home.Store.PushBill(ctx, store.PushedBill{
		Source: b.Source, Period: b.Period, ID: b.ID, Kind: b.Kind, Account: b.Account, Day: b.Day,
		Digest: hex.EncodeToString(hash[:]), Content: text, Lines: int64(len(b.Lines)), Sums: sums, PushedBy: by,
	}, MostBills)
	if err != nil {
		return Pushed{}, false, err
	}
	all, err := c.Pushed(ctx, b.Source, b.Period)
	i := slices.IndexFunc(all, func(p Pushed) bool { return p.ID == record.ID })
	if err != nil || i < 0 {
		return Pushed{}, fresh, err
	}
	return all[i], fresh, nil
}

// Remove takes back what was pushed: it stays on record and is in no sum any more.
// store.ErrNotFound where it is not in force.
func (c *Collector) Remove(ctx context.Context, source string, period billing.Period, id, by string) error {
	_, err := c.home.Store.RemovePushed(ctx, source, period, id, by)
	return err
}

// Pushed returns what was pushed of a source for a month, by id, also what does not
// count.
func (c *Collector) Pushed(ctx context.Context, source string, period billing.Period) ([]Pushed, error) {
	records, err := c.home.Store.PushedBills(ctx, source, period)
	if err != nil {
		return nil, err
	}
	billed := map[string]bool{} // accounts
	for _, r := range records {
		if r.Kind == store.PushedKindBill && !r.Removed {
			billed[r.Account] = true
		}
	}
	all := make([]Pushed, len(records))
	for i, r := range records {
		all[i] = Pushed{
			Source: r.Source, Period: r.Period, ID: r.ID, Kind: r.Kind, Account: r.Account, Day: r.Day, Version: r.Version, Removed: r.Removed,
			Counts: !r.Removed && (r.Kind == store.PushedKindBill || !billed[r.Account]),
			Lines:  r.Lines, Sum: r.Sums, At: r.PushedAt, By: r.PushedBy,
		}
	}
	return all, nil
}

// Bill returns the newest version of what was pushed, with its lines; store.ErrNotFound
// where nothing was.
func (c *Collector) Bill(ctx context.Context, source string, period billing.Period, id string) (Pushed, Bill, error) {
	all, err := c.Pushed(ctx, source, period)
	if err != nil {
		return Pushed{}, Bill{}, err
	}
	i := slices.IndexFunc(all, func(p Pushed) bool { return p.ID == id })
	if i < 0 {
		return Pushed{}, Bill{}, fmt.Errorf("%s of source %s and %s %w", id, source, period, store.ErrNotFound)
	}
	b, err := c.bill(ctx, all[i])
	return all[i], b, err
}

func (c *Collector) bill(ctx context.Context, p Pushed) (b Bill, err error) {
	text, err := c.home.Store.PushedContent(ctx, p.Source, p.Period, p.ID, p.Version)
	if err != nil {
		return b, err
	}
	if err := json.Unmarshal(text, &b); err != nil {
		return b, fmt.Errorf("%s %s of source %s cannot be read from the records; send it again: %w", p.Kind, p.ID, p.Source, err)
	}
	return b, nil
}

// fromPushed writes the lines of what was pushed and counts, one bill at a time.
func (c *Collector) fromPushed(ctx context.Context, config billing.Config, s billing.Source, period billing.Period, w *writer) error {
	all, err := c.Pushed(ctx, s.Name, period)
	if err != nil {
		return err
	}
	w.from = rulesOf(nil, config, s.Name)
	sum := billing.Money{}
	for i, p := range all {
		billing.Step(ctx, "collect "+s.Name, int64(i), int64(len(all)))
		if !p.Counts {
			continue
		}
		for currency, amount := range p.Sum {
			sum.Add(currency, amount)
		}
		b, err := c.bill(ctx, p)
		if err != nil {
			return err
		}
		for _, l := range b.Lines {
			if err := w.add(b.row(l)); err != nil {
				return fmt.Errorf("%s %s: %w", p.Kind, p.ID, err)
			}
		}
	}
	if difference := sum.Minus(w.cost); len(difference) > 0 {
		return fmt.Errorf("what was pushed to source %s for %s differs by %v from what was written; this is a fault of Sluice, report it", s.Name, period, difference)
	}
	return nil
}

// row is a line of a bill as all that is collected is written.
func (b Bill) row(l BillLine) plugin.Row {
	row := plugin.Row{
		Day: b.Period.FirstDay(), Monthly: true, Account: b.Account, AccountName: b.AccountName, Category: l.Category, Service: l.Service,
		Region: l.Region, UsageType: l.UsageType, Resource: l.Resource, Description: l.Description, Unit: l.Unit,
		Cost: l.Amount, ListCost: l.ListAmount, Currency: l.Currency, Tags: l.Tags,
	}
	if l.Quantity != nil {
		row.Quantity = *l.Quantity
	}
	if day := cmp.Or(l.Day, b.Day); day != nil {
		row.Day, row.Monthly = *day, false
	}
	if b.Kind == store.PushedKindBill {
		row.InvoiceID = cmp.Or(b.Invoice, b.ID)
	}
	return row
}
