package ingest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// notes collects what is worth a finding while files are read: one finding a
// code and subject, with the first place and the count. One notes belongs to
// one goroutine.
type notes struct {
	file     string // that is being read
	number   int32  // of that file in the delivery
	row      int64
	amount   money.Atto // cost of the row, once it is known
	currency string     // of the cost
	found    map[string]*note
}

// note is a finding with the number of its file: the first place is the one in
// the file that stands first in the delivery, whichever worker came first.
type note struct {
	billing.Finding
	number int32
}

// before tells whether the first place of f stands before that of o.
func (f *note) before(o *note) bool {
	return f.number < o.number || f.number == o.number && f.Row < o.Row
}

func newNotes() *notes { return &notes{found: map[string]*note{}} }

// add counts one more case. The message is of the first one.
func (n *notes) add(severity billing.Severity, code, subject, message string, amount money.Decimal) {
	n.put(&note{billing.Finding{
		Code: code, Severity: severity, Subject: subject, File: n.file, Row: n.row, Count: 1, Amount: amount, Message: message,
	}, n.number})
}

// addMoney is add for the cost of the row: one finding a currency, because
// amounts of two currencies have no sum.
func (n *notes) addMoney(severity billing.Severity, code, subject, message string) {
	n.put(&note{billing.Finding{
		Code: code, Severity: severity, Subject: subject, File: n.file, Row: n.row, Count: 1,
		Amount: n.amount.Decimal(), Currency: n.currency, Message: message,
	}, n.number})
}

// put takes a finding in, or adds it to the one there is.
func (n *notes) put(f *note) {
	id := noteID(f.Code, f.Subject, f.Currency)
	mine, ok := n.found[id]
	if !ok {
		n.found[id] = f
		return
	}
	mine.Count += f.Count
	mine.Amount = mine.Amount.Add(f.Amount)
	if f.before(mine) {
		mine.File, mine.Row, mine.Message, mine.number = f.File, f.Row, f.Message, f.number
	}
}

func noteID(code, subject, currency string) string {
	return code + "\x00" + subject + "\x00" + currency
}

// seen tells whether a case of this code and subject is known already, so that
// a loop need not build the message again.
func (n *notes) seen(code, subject string) *note { return n.found[noteID(code, subject, "")] }

// first returns the finding of the code that comes first in the delivery; there
// must be one.
func (n *notes) first(code string) *note {
	var first *note
	for _, f := range n.found {
		if f.Code == code && (first == nil || f.before(first)) {
			first = f
		}
	}
	return first
}

// merge adds the other's findings.
func (n *notes) merge(o *notes) {
	for _, f := range o.found {
		n.put(f)
	}
}

// findings returns them sorted by code, subject and currency: the same files
// give the same list, whichever worker read which.
func (n *notes) findings() []billing.Finding {
	list := make([]billing.Finding, 0, len(n.found))
	for _, id := range slices.Sorted(maps.Keys(n.found)) {
		list = append(list, n.found[id].Finding)
	}
	return list
}

// assume notes that something the file does not say was taken for granted.
func (n *notes) assume(subject, message string) {
	if f := n.seen("assumed", subject); f != nil {
		f.Count++
		return
	}
	n.add(billing.Info, "assumed", subject, message, money.Zero)
}

// unknownType notes a line type or charge category that is new to Sluice (R10).
func (n *notes) unknownType(line *row) {
	kind := string(line.text[lake.LineItemType])
	n.addMoney(billing.Hold, "unknown-line-type", kind,
		fmt.Sprintf("lines of the unknown type %q are kept as adjustments that no customer is billed for; look at them, then waive this", kind))
}

// lostDigits notes a number of more than 18 fractional digits. Its amount is
// in the unit of the column, so it names no currency.
func (n *notes) lostDigits(column string, text []byte, kept money.Atto) {
	difference := money.Zero
	if exact, err := money.Parse(string(text)); err == nil {
		difference = exact.Sub(kept.Decimal())
	}
	n.add(billing.Warn, "lost-digits", column,
		column+" has more than 18 fractional digits; the rest is rounded away half to even, and its sum is the amount here", difference)
}
