package entry

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Terms are how an entry is applied.
type Terms struct {
	Into    billing.Period // month of the invoice
	Group   string         // billing group of the invoice
	Rate    *money.Decimal // its own exchange rate to the group's currency; nil for that of its account
	TaxFree bool
	Rule    string // id of the rule that does it; empty for a person
}

// Apply puts an open entry on an invoice. It is an error for one that is not
// open, or when the terms lack a group or have no rate above 0.
func (e Entry) Apply(t Terms) (Entry, error) {
	if err := e.mustBeOpen("applied"); err != nil {
		return e, err
	}
	if t.Group == "" {
		return e, fmt.Errorf("entry %s: no billing group is named that it is for", e.ID)
	}
	if t.Rate != nil && t.Rate.Sign() <= 0 {
		return e, fmt.Errorf("entry %s: an exchange rate of %s is not possible; it must be above 0", e.ID, t.Rate)
	}
	e.State, e.Into, e.Group, e.Rate, e.TaxFree = Applied, &t.Into, t.Group, t.Rate, t.TaxFree
	e.Rule, e.Decided = t.Rule, t.Rule == ""
	return e, nil
}

// Keep leaves an open entry with the reseller, and is never asked about again.
// rule is the id of the rule that does it; empty for a person.
func (e Entry) Keep(rule string) (Entry, error) {
	if err := e.mustBeOpen("kept"); err != nil {
		return e, err
	}
	e.State, e.Rule, e.Decided = Kept, rule, rule == ""
	return e, nil
}

// Restore makes an applied or kept entry open again, by a person: no rule touches
// it from then on.
func (e Entry) Restore() (Entry, error) {
	switch e.State {
	case Applied, Kept:
		e = e.asOpen()
		e.Decided = true
		return e, nil
	case SplitUp, Allocated:
		return e, fmt.Errorf("entry %s is neither applied nor kept: it is %s; `sluice entry undo %s` takes its parts back", e.ID, e.State, e.ID)
	}
	return e, fmt.Errorf("entry %s is neither applied nor kept: it is %s", e.ID, e.State)
}

// mustBeOpen says what to do about an entry that cannot be decided on.
func (e Entry) mustBeOpen(done string) error {
	switch e.State {
	case Open:
		return nil
	case Applied:
		return fmt.Errorf("entry %s cannot be %s: it is applied to %s for %s; `sluice entry restore %s` first", e.ID, done, e.Into, e.Group, e.ID)
	case Kept:
		return fmt.Errorf("entry %s cannot be %s: it is kept by the reseller; `sluice entry restore %s` first", e.ID, done, e.ID)
	case Priced:
		return fmt.Errorf("entry %s cannot be %s: a price rule of class entry bills it with the usage of %s, and it would be billed twice; take it out of the rule and close %s again first", e.ID, done, e.Month, e.Month)
	}
	return fmt.Errorf("entry %s cannot be %s: it is %s, and its parts stand in its place; `sluice entry list %s` shows them, `sluice entry undo %s` takes them back", e.ID, done, e.State, e.Month, e.ID)
}
