package ingest

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// notes collects what is worth a finding while files are read: one finding a
// code and subject, with the first place and the count. One notes belongs to
// one goroutine.
type notes struct {
	file     string // that is being read
	row      int64
	amount   money.Atto // cost of the row, once it is known
	currency string
	found    map[string]*billing.Finding
	order    []string
}

func newNotes() *notes { return &notes{found: map[string]*billing.Finding{}} }

// add counts one more case. The message is of the first one.
func (n *notes) add(severity billing.Severity, code, subject, message string, amount money.Decimal) {
	id := code + "\x00" + subject
	f, ok := n.found[id]
	if !ok {
		f = &billing.Finding{Code: code, Severity: severity, Subject: subject, File: n.file, Row: n.row, Currency: n.currency, Message: message}
		n.found[id] = f
		n.order = append(n.order, id)
	}
	f.Count++
	f.Amount = f.Amount.Add(amount)
}

// seen tells whether a case of this code and subject is known already, so that
// a loop need not build the message again.
func (n *notes) seen(code, subject string) *billing.Finding { return n.found[code+"\x00"+subject] }

// merge adds the other's findings; the first place is the smaller one.
func (n *notes) merge(o *notes) {
	for _, id := range o.order {
		f := o.found[id]
		mine, ok := n.found[id]
		if !ok {
			n.found[id] = f
			n.order = append(n.order, id)
			continue
		}
		mine.Count += f.Count
		mine.Amount = mine.Amount.Add(f.Amount)
		if f.File < mine.File || f.File == mine.File && f.Row < mine.Row {
			mine.File, mine.Row = f.File, f.Row
		}
	}
}

func (n *notes) findings() []billing.Finding {
	list := make([]billing.Finding, 0, len(n.order))
	for _, id := range n.order {
		list = append(list, *n.found[id])
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
	n.add(billing.Hold, "unknown-line-type", kind,
		fmt.Sprintf("lines of the unknown type %q are kept as adjustments that no customer is billed for; look at them, then waive this", kind),
		line.number[lake.BilledCost].Decimal())
}

// lostDigits notes a number of more than 18 fractional digits.
func (n *notes) lostDigits(column string, text []byte, kept money.Atto) {
	difference := money.Zero
	if exact, err := money.Parse(string(text)); err == nil {
		difference = exact.Sub(kept.Decimal())
	}
	n.add(billing.Warn, "lost-digits", column,
		column+" has more than 18 fractional digits; the rest is rounded away half to even, and its sum is the amount here", difference)
}
