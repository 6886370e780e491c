package rating

import (
	"context"
	"fmt"
	"math"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Explanation says why something costs what it costs (R17): a charge, by the
// parts of lines it is made of, or a line, by its parts and the charges that
// each went to. Amounts are exact, in the line's currency, before exchange,
// rounding and tax, but for those of InvoiceLine.
type Explanation struct {
	Period billing.Period `json:"period"`
	Config string         `json:"config"` // hash of the rules that were in force
	// Asked is the number that was asked about where it is not Charge's own: one
	// of its later sales, or what is charged for managing it.
	Asked  int64   `json:"asked,omitempty"`
	Charge *Charge `json:"charge,omitempty"` // what was asked about: a charge,
	Line   *Line   `json:"line,omitempty"`   // or a line
	// PartCount is how many parts there are; of a charge Parts has the first.
	PartCount int64  `json:"part_count"`
	Parts     []Part `json:"parts"`
}

// Charge is what the reseller sells of what the provider bills, and the sales
// by resellers below it that follow (R16).
type Charge struct {
	Sale
	Cost       money.Decimal `json:"cost"` // what the provider bills the reseller
	Treatment  string        `json:"treatment,omitempty"`
	Commitment string        `json:"commitment,omitempty"` // that covers it when the group is alone
	Share      *Share        `json:"share,omitempty"`      // of a pool (R4)
	// Tiers are the provider's volume tiers of the product, where the group's
	// usage was tiered alone.
	Tiers []commitment.Tier `json:"tiers,omitempty"`
	Sales []Sale            `json:"sales,omitempty"` // the first is by the group that buys from the reseller
}

// Explainer explains the charges and lines of a session that is open
// (assign.Open) and has the views charges, parts and hours. Input holds the
// configuration the charges were rated with.
type Explainer struct {
	Session engine.Session
	Input   Input
	// Versions of the price books that the charges were rated with, by id; nil
	// where they were not kept.
	Versions map[string]int
	// Documents finds the line of an invoice; nil where there are no invoices.
	Documents Documents
}

// shownParts is how many parts of a charge an explanation lists.
const shownParts = 24

// Charge explains a charge by its number, with all sales of what it is for. It
// is an error when what is stored does not lead to the price that is stored.
func (e Explainer) Charge(ctx context.Context, number int64) (Explanation, error) {
	x := Explanation{Period: e.Input.Period}
	m, err := e.open(ctx)
	if err != nil {
		return x, err
	}
	f, err := m.familyOf(ctx, number)
	if err != nil {
		return x, err
	}
	c, err := m.charge(ctx, f)
	if err != nil {
		return x, err
	}
	x.Charge = &c
	if number != c.Number {
		x.Asked = number
	}
	pieces, count, err := m.piecesOf(ctx, f)
	if err != nil {
		return x, err
	}
	x.PartCount = count
	for i := range pieces {
		part, err := m.part(ctx, pieces[i], c)
		if err != nil {
			return x, err
		}
		part.Line = &pieces[i].Line
		x.Parts = append(x.Parts, part)
	}
	return x, nil
}

// Line explains a line by its parts and the charges they went to. It is an
// error when what is stored does not lead to the prices that are stored.
func (e Explainer) Line(ctx context.Context, load string, file, row int64) (Explanation, error) {
	x := Explanation{Period: e.Input.Period}
	m, pieces, err := e.openAt(ctx, load, file, row)
	if err != nil {
		return x, err
	}
	x.Line, x.PartCount = &pieces[0].Line, int64(len(pieces))
	for _, p := range pieces {
		found, err := m.familiesOf(ctx, p)
		if err != nil {
			return x, err
		}
		var all []Charge
		for _, f := range found {
			c, err := m.charge(ctx, f)
			if err != nil {
				return x, err
			}
			all = append(all, c)
		}
		part, err := m.part(ctx, p, all[0])
		if err != nil {
			return x, err
		}
		if part.Charge = &all[0]; part.Charge.Pool != "" {
			part.Charge, part.Bearers = nil, all
		}
		x.Parts = append(x.Parts, part)
	}
	return x, nil
}

// openAt opens the month and reads all parts of a line.
func (e Explainer) openAt(ctx context.Context, load string, file, row int64) (*opened, []piece, error) {
	m, err := e.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	pieces, _, err := m.pieces(ctx, math.MaxInt32, "l.load = $1 AND l.x_file = $2 AND l.x_row = $3", load, file, row)
	if err == nil && len(pieces) == 0 {
		err = fmt.Errorf("line %s:%d:%d of %s is not among the charges; a line that repeats others is fenced and has none", load, file, row, m.Input.Period)
	}
	return m, pieces, err
}

// opened is an Explainer with the month's pricing keys, and what is read or
// worked out of the month when first asked for.
type opened struct {
	Explainer
	tree     assign.Tree
	keys     []assign.Key
	payers   map[string]string // of loads
	holdings *holdings
	matchers map[string]*Matcher
	beyond   map[keyID]*money.Decimal // what ratesBeyondFree returns
	rates    *query                   // the month as it was rated
	divided  bool                     // the table bearers is made
	sets     map[int32]assign.TagSet
}

func (e Explainer) open(ctx context.Context) (*opened, error) {
	if err := assign.OpenKeys(ctx, e.Session, e.Input.Month); err != nil {
		return nil, err
	}
	keys, err := e.Input.ReadKeys(ctx, e.Session)
	if err != nil {
		return nil, err
	}
	m := &opened{Explainer: e, tree: assign.TreeOf(e.Input.Config), keys: keys, payers: map[string]string{}, matchers: map[string]*Matcher{}}
	for _, l := range e.Input.Loads {
		m.payers[l.ID] = l.Payer.ID
	}
	return m, nil
}

// keyOf is the key of a charge; set is its tag set.
func (m *opened) keyOf(load string, number, set int32) assign.Key {
	if !m.Input.RulesUseTags() {
		set = 0
	}
	for _, k := range m.keys {
		if k.Load == load && k.Number == number && k.Set == set {
			return k
		}
	}
	return assign.Key{Load: load, Number: number, TagSet: assign.TagSet{Set: set}}
}

// lost is the error of what the lake should have, and has not.
func lost(format string, args ...any) error {
	return fmt.Errorf(format+"; the lake's files were changed or lost. Close the month again", args...)
}

// optionalExact reads a number that left the engine as text; null is nil.
type optionalExact struct{ to **money.Decimal }

func (n optionalExact) Scan(value any) error {
	if value == nil {
		*n.to = nil
		return nil
	}
	*n.to = new(money.Decimal)
	return engine.Exact(*n.to).Scan(value)
}
