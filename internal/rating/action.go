package rating

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// action is one thing that a price rule can do, by its field in the
// configuration. One more is a value in a file of its own, and its place in one
// of the lists below.
//
// What it makes of the price of a charge is said twice, once for all charges of
// a month in SQL and once for one charge in Go, and has to be the same to the
// last of 24 digits: the tests hold one against the other, with the values that
// the files of testdata/rule give to the field.
type action struct {
	name  string                              // of the field
	given func(billing.PriceRule) bool        // tells whether a rule says it
	check func(RuleCheck, billing.PriceRule)  // of what a rule says that has it; nil where nothing can be wrong
	term  term                                // what a decision says of it
	sql   string                              // of the new price, where the term is not null; see query.acted
	price func(Decision, priced, *Step) error // the same: changes the price of the step
	tell  func(Step, Sale) []Figure           // the line of the explanation's arithmetic, where it did something
}

// term is what a decision says of an action: a column of the table decisions,
// which is there only where a rule has the action.
type term struct {
	column string // its name, where it is not that of the field
	kind   string // SQL type; none where the action has no term
	value  func(Decision) any
	// perUnit is for what is charged by quantity: not for usage that a commitment
	// covers, which its fee pays for.
	perUnit bool
	always  bool // the column is there anyhow: charges show it
}

// column is the name of the action's term in the table decisions.
func (a *action) column() string { return cmp.Or(a.term.column, a.name) }

// A rule does what it does in this order: it makes the price of each charge by
// itself; then what these come to in a month may decide, and is split back; each
// part is kept between bounds; and something may be charged beside it. The first
// list and the third work charge by charge.
var (
	making  = []*action{&byPercent, &byUnitPrice, &freeTier, &roundUnit}
	monthly = []*action{&tiers, &fee, &floor, &ceiling}
	bounded = []*action{&notBelow, &notAbove}
	others  = []*action{&managing, &keep, &exclude}
	actions = slices.Concat(making, monthly, bounded, others)
)

// ways are the actions that say how to price; the others change what comes of
// it. A rule has one way, or none: then the price is the base.
var ways = []*action{&byPercent, &byUnitPrice, &tiers, &keep, &exclude}

// RuleCheck takes what is wrong with a rule, by its fields.
type RuleCheck interface {
	// Fail is for what is wrong with a field; the message begins with a verb.
	// The field is empty for the rule as a whole.
	Fail(field, format string, args ...any)
	// Number refuses more decimals than these, and numbers that no bill has.
	Number(field string, d *money.Decimal, decimals int32)
	// AtLeast is Number for what may not go below a bound; why says so.
	AtLeast(field string, d *money.Decimal, decimals int32, bound int64, why string)
	// Basis refuses what is not one of the words.
	Basis(field string, word billing.Basis, words []billing.Basis)
}

// CheckRule checks what a rule does: that it does something, by one way to price
// at most, and what the fields of its actions say. Tiers, which are a list, are
// checked by config.
func CheckRule(c RuleCheck, r billing.PriceRule) {
	isGiven := func(a *action) bool { return a.given(r) }
	var way, change []string
	for _, a := range actions {
		switch {
		case !isGiven(a):
		case slices.Contains(ways, a):
			way = append(way, a.name)
		default:
			change = append(change, a.name)
		}
	}
	switch all := namesOfActions(ways); {
	case len(way) == 0 && len(change) == 0:
		c.Fail("", "does not say how to price; give one of %s", all)
	case len(way) > 1:
		c.Fail("", "has %s; of %s a rule has one", listed(way), all)
	case r.Exclude && len(change) > 0:
		c.Fail(change[0], "has no effect beside exclude, which leaves the lines out; remove one of the two")
	}
	for _, a := range actions {
		if a.check != nil && isGiven(a) {
			a.check(c, r)
		}
	}
}

func namesOfActions(all []*action) string {
	var names []string
	for _, a := range all {
		names = append(names, a.name)
	}
	return listed(names)
}

// listed writes "a, b and c".
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
