package invoice

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// DefaultReminders are the steps of a reseller who names none.
var DefaultReminders = []billing.Reminder{{After: 7}, {After: 21}, {After: 51}}

// reminderFields are what a reminder's text can name in braces.
var reminderFields = []string{"customer", "seller", "number", "issued", "due", "total", "open", "days", "today", "payment"}

// Reminder is a letter that is to be written about a document.
type Reminder struct {
	Step    int // counted from 1
	Invoice Invoice
	Open    money.Decimal // what is left to be paid, with tax
	Days    int           // since the due date
	Today   billing.Day
}

// NextReminder tells which step is due on a day for a document that stands
// overdue, if any is. The first one is due that many days after the due date.
// Each later one also keeps its distance to the one before, so that a customer
// who was reminded late has as long to pay as others.
func NextReminder(steps []billing.Reminder, days int, reminded []Event, today billing.Day) (step int, is bool) {
	if len(steps) == 0 {
		steps = DefaultReminders
	}
	last, on := 0, billing.Day(0)
	for _, e := range reminded {
		if e.Kind == EventReminded && e.Step > last {
			last, on = e.Step, e.On
		}
	}
	if last >= len(steps) || days < steps[last].After {
		return 0, false
	}
	if last > 0 && int(today-on) < steps[last].After-steps[last-1].After {
		return 0, false
	}
	return last + 1, true
}

var reminderField = regexp.MustCompile(`\{[^{}]*\}`)

// Letter returns the text of the reminder in the document's language: the
// reseller's own of that step where there is one, else the one that comes with
// Sluice; English for a language that has none. It is an error when the text
// names something that is not in reminderFields.
func (r Reminder) Letter(steps []billing.Reminder) (string, error) {
	l := letterFor(r.Invoice.Language)
	text := l.text(r.Step)
	if len(steps) >= r.Step {
		if own, is := ownText(steps[r.Step-1].Text, r.Invoice.Language); is {
			text = own
		}
	}
	text, unknown := FillFields(text, r.fields(l))
	if unknown != "" {
		return "", fmt.Errorf("the text of reminder %d names %s; it can name {%s}", r.Step, unknown, strings.Join(reminderFields, "}, {"))
	}
	text = strings.ReplaceAll(text, "\n\n\n\n", "\n\n") // around payment lines that there are none of
	return strings.TrimRight(text, "\n ") + "\n", nil
}

// FillFields puts values in the places of a text that name them in braces. It
// returns a name that has no value, with its braces, where there is one.
func FillFields(text string, values map[string]string) (filled, unknown string) {
	filled = reminderField.ReplaceAllStringFunc(text, func(field string) string {
		value, known := values[strings.Trim(field, "{}")]
		if !known {
			unknown = field
		}
		return value
	})
	return filled, unknown
}

// LetterAmount writes an amount as letters in a language do, such as 1.234,50 USD.
// It is rounded to that many digits already.
func LetterAmount(language string, amount money.Decimal, digits int32, currency money.Currency) string {
	return letterFor(language).amount(amount, digits, currency)
}

// LetterDay writes a date as letters in a language do, such as 31.12.2026.
func LetterDay(language string, day billing.Day) string {
	return day.Time().Format(letterFor(language).date)
}

func (r Reminder) fields(l letter) map[string]string {
	amount := func(d money.Decimal) string { return l.amount(d, r.Invoice.Digits, r.Invoice.Currency) }
	date := func(d *billing.Day) string {
		if d == nil {
			return ""
		}
		return d.Time().Format(l.date)
	}
	return map[string]string{
		"customer": r.Invoice.Buyer.Name, "seller": r.Invoice.Seller.Name, "number": r.Invoice.Number,
		"issued": date(r.Invoice.IssueDate), "due": date(r.Invoice.DueDate), "today": date(&r.Today),
		"total": amount(r.Invoice.Total), "open": amount(r.Open), "days": strconv.Itoa(r.Days),
		"payment": strings.Join(r.Invoice.Payment, "\n"),
	}
}

// ownText is the text of the longest tag that the language begins with.
func ownText(texts map[string]string, language string) (text string, is bool) {
	for tag := language; tag != ""; tag = shorter(tag) {
		if text, is = texts[tag]; is {
			return text, true
		}
	}
	return "", false
}

// shorter takes the last part off a language tag: de-AT is de, de is nothing.
func shorter(tag string) string { return tag[:max(0, strings.LastIndexByte(tag, '-'))] }

// letter is what a reminder says in one language, and how numbers and dates are
// written there.
type letter struct {
	tags         []string  // BCP 47
	steps        [3]string // first, second, last
	group, point string
	date         string // layout of package time
}

// letterFor returns the letter of the longest tag the language begins with, else
// the English one.
func letterFor(language string) letter {
	for tag := language; tag != ""; tag = shorter(tag) {
		for _, l := range letters {
			if slices.ContainsFunc(l.tags, func(t string) bool { return strings.EqualFold(t, tag) }) {
				return l
			}
		}
	}
	return letters[0]
}

// text of a step; steps beyond the third have the text of the last.
func (l letter) text(step int) string { return l.steps[min(step, len(l.steps))-1] }

func (l letter) amount(d money.Decimal, digits int32, currency money.Currency) string {
	return l.number(d.Fixed(digits)) + " " + string(currency)
}

// number puts the language's signs into a plain decimal number.
func (l letter) number(plain string) string {
	digits, negative := strings.CutPrefix(plain, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + l.group + whole[i:]
	}
	if pointed {
		whole += l.point + fraction
	}
	if negative {
		return "-" + whole
	}
	return whole
}
