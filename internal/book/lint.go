package book

import (
	"cmp"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// Severity says how bad a remark is.
type Severity string

const (
	Error   Severity = "error"   // the rule never does anything
	Warning Severity = "warning" // most likely not what is meant
	Note    Severity = "note"    // worth knowing
)

// Severities lists them, the worst first.
var Severities = []Severity{Error, Warning, Note}

// Code names a kind of remark; it is stable.
type Code string

const (
	ClassLeftOut Code = "class-left-out"   // names what is not usage, and has no class (R14)
	NeverWins    Code = "never-wins"       // an earlier rule takes all that it could match
	ListOfFees   Code = "list-of-fees"     // starts from list prices, at which fees cost nothing
	PriceUndone  Code = "price-undone"     // a bound takes back what the percent does
	SameDays     Code = "same-days"        // two rules for the same on the same days
	DaysBetween  Code = "days-between"     // two rules for the same leave days out
	Ended        Code = "ended"            // the last day is over
	PlainRegex   Code = "plain-regex"      // a regular expression where simpler words would do
	NeverMatches Code = "never-matches"    // nothing in the month
	Shadowed     Code = "shadowed"         // all that it matches in the month is won by others
	PartShadowed Code = "partly-shadowed"  // some of it is, by rules that are not part of it
	Changes      Code = "changes-in-month" // two rules win for the same product, on different days
	Gap          Code = "gap"              // no rule prices it
	UnknownName  Code = "unknown-name"     // no bill of the month has it
	LowMargin    Code = "low-margin"       // below the floor
	FarTier      Code = "tier-not-reached" // by no group in the month
	MixedUnits   Code = "mixed-units"      // a unit price for units of several kinds
)

// Remark is something about a book that a person should know.
type Remark struct {
	Code       Code          `json:"code"`
	Severity   Severity      `json:"severity"`
	Rule       string        `json:"rule,omitempty"` // the rule it is about; empty where it is about none
	Message    string        `json:"message"`
	Suggestion string        `json:"suggestion,omitempty"` // what to do about it
	Money      billing.Money `json:"money,omitempty"`      // concerned in the month, at cost; exact, tax out
}

// Options of Lint.
type Options struct {
	Today billing.Day
	// Month is looked at where it is given; else only what the book itself tells.
	Month *Month
	// MarginFloor is the margin, in percent of the price, below which a rule is
	// remarked on; nil where any is fine. It needs a Month.
	MarginFloor *money.Decimal
}

// linter is a book that is looked at.
type linter struct {
	Options
	book    billing.PriceBook
	matcher *rating.Matcher
	rules   []billing.PriceRule // the matcher's, in the order in which they win
	remarks []Remark
	// explained are rules, by place in rules, of which was said already why they do nothing.
	explained map[int]bool
}

// Lint returns what there is to say of a book: errors first, then in the order
// of its rules, and what is about no rule last. The book is one that
// config.Check lets pass.
func Lint(b billing.PriceBook, o Options) []Remark {
	m := rating.NewMatcher(b)
	l := &linter{Options: o, book: b, matcher: m, rules: m.Rules, explained: map[int]bool{}}
	for i, r := range l.rules {
		l.rule(i, r)
	}
	l.covered()
	l.sameMatch()
	if o.Month != nil {
		l.month()
	}
	place := map[string]int{"": len(b.Rules)}
	for i, r := range b.Rules {
		place[r.Name] = i
	}
	slices.SortStableFunc(l.remarks, func(a, b Remark) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Severities, a.Severity), slices.Index(Severities, b.Severity)),
			cmp.Compare(place[a.Rule], place[b.Rule]), cmp.Compare(a.Code, b.Code))
	})
	return l.remarks
}

// say adds a remark on a rule.
func (l *linter) say(code Code, severity Severity, rule, message, suggestion string) *Remark {
	l.remarks = append(l.remarks, Remark{Code: code, Severity: severity, Rule: rule, Message: message, Suggestion: suggestion})
	return &l.remarks[len(l.remarks)-1]
}
