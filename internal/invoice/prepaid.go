package invoice

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// LedgerKind says what an entry of the prepaid ledger is.
type LedgerKind string

const (
	LedgerTopUp      LedgerKind = "top-up"     // paid in advance
	LedgerCredit     LedgerKind = "credit"     // a negative total that is carried on
	LedgerUse        LedgerKind = "use"        // pays for a document, when it is issued
	LedgerRefund     LedgerKind = "refund"     // paid back
	LedgerCorrection LedgerKind = "correction" // up or down
	// LedgerExpiry is what is left of a top-up on the day it expires. It follows
	// from the others and is never posted.
	LedgerExpiry LedgerKind = "expiry"
)

// LedgerEntry is a change of the prepaid balance of a billing group in one
// currency. Entries are only ever added.
type LedgerEntry struct {
	Key       string         `json:"key"` // the same key twice is the same entry
	Group     string         `json:"group"`
	Currency  money.Currency `json:"currency"`
	Kind      LedgerKind     `json:"kind"`
	On        billing.Day    `json:"on"`
	Amount    money.Decimal  `json:"amount"`            // exact; negative where the balance goes down
	Expires   *billing.Day   `json:"expires,omitempty"` // first day on which it cannot be used any more
	Invoice   string         `json:"invoice,omitempty"` // id of the document
	Reference string         `json:"reference,omitempty"`
	At        time.Time      `json:"at"`
	By        string         `json:"by"`
}

// Check returns an error unless the entry can be posted to some ledger.
func (e LedgerEntry) Check() error {
	if err := e.Currency.Check(); err != nil {
		return err
	}
	sign := map[LedgerKind]int{LedgerTopUp: 1, LedgerCredit: 1, LedgerUse: -1, LedgerRefund: -1, LedgerCorrection: e.Amount.Sign()}
	wanted, known := sign[e.Kind]
	switch {
	case e.Key == "" || e.Group == "":
		return fmt.Errorf("an entry of the prepaid ledger names a key and a billing group")
	case !known:
		return fmt.Errorf("%q is no kind of entry; use top-up, credit, use, refund or correction", e.Kind)
	case e.Amount.IsZero():
		return fmt.Errorf("the amount of a %s is 0, which changes nothing", e.Kind)
	case e.Amount.Sign() != wanted:
		return fmt.Errorf("the amount of a %s is %s: what comes in is positive, what goes out negative", e.Kind, e.Amount)
	case e.Expires != nil && e.Amount.Sign() < 0:
		return fmt.Errorf("a %s of %s expires on %s: only what comes in can expire", e.Kind, e.Amount, e.Expires)
	case e.Expires != nil && *e.Expires <= e.On:
		return fmt.Errorf("it is of %s and expires on %s: it could never be used", e.On, e.Expires)
	}
	return nil
}

// SameFacts tells whether two entries say the same, whoever posted them when.
func (e LedgerEntry) SameFacts(f LedgerEntry) bool {
	expires := (e.Expires == nil) == (f.Expires == nil) && (e.Expires == nil || *e.Expires == *f.Expires)
	amount := e.Amount.Equal(f.Amount)
	e.Expires, e.Amount, e.At, e.By = f.Expires, f.Amount, f.At, f.By
	return expires && amount && e == f
}

// ShortError says that the balance does not go far enough.
type ShortError struct {
	Group    string
	Currency money.Currency
	On       billing.Day
	Balance  money.Decimal // on that day, before what goes out
	Need     money.Decimal // what goes out
}

// Error says the balance, the need and what can be done.
func (e *ShortError) Error() string {
	return fmt.Sprintf("the prepaid balance of %s on %s is %s %s, and %s %s is needed; top it up with `sluice prepaid add`, or use less",
		e.Group, e.On, e.Balance, e.Currency, e.Need, e.Currency)
}

// LedgerLine is an entry with the balance after it.
type LedgerLine struct {
	LedgerEntry
	Balance money.Decimal `json:"balance"`
}

// Ledger replays the entries of one group and currency up to the end of a day,
// in any order, and returns them by day with the balance after each. What expires
// first is used first; what is left of it on the day it expires is a line of its
// own. Within a day what expires goes first, then what comes in, then what goes
// out, so that the order in which entries were posted does not matter. The
// balance is never negative: it is a ShortError when something goes out that is
// not there.
func Ledger(entries []LedgerEntry, asOf billing.Day) ([]LedgerLine, error) {
	entries = slices.DeleteFunc(slices.Clone(entries), func(e LedgerEntry) bool { return e.On > asOf })
	slices.SortFunc(entries, func(a, b LedgerEntry) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(b.Amount.Sign(), a.Amount.Sign()), cmp.Compare(a.Key, b.Key))
	})
	var p purse
	for _, e := range entries {
		p.expire(e.On)
		if e.Amount.Sign() > 0 {
			p.put(e)
		} else if err := p.take(e); err != nil {
			return nil, err
		}
	}
	p.expire(asOf)
	return p.lines, nil
}

// LedgerBalance is the balance at the end of a day.
func LedgerBalance(entries []LedgerEntry, asOf billing.Day) (money.Decimal, error) {
	lines, err := Ledger(entries, asOf)
	if err != nil || len(lines) == 0 {
		return money.Zero, err
	}
	return lines[len(lines)-1].Balance, nil
}

// LedgerAvailable is the most that can go out on a day and leave enough for
// everything that is posted for later days.
func LedgerAvailable(entries []LedgerEntry, on billing.Day) (money.Decimal, error) {
	most, err := LedgerBalance(entries, on)
	if err != nil {
		return money.Zero, err
	}
	for most.Sign() > 0 {
		// "\uffff" sorts after every key, so it goes out last on its day.
		probe := LedgerEntry{Key: "\uffff", Kind: LedgerUse, On: on, Amount: most.Neg()}
		_, err := Ledger(append(slices.Clone(entries), probe), endOfTime)
		short, is := err.(*ShortError)
		if !is {
			return most, err
		}
		most = most.Sub(short.Need.Sub(short.Balance))
	}
	return money.Zero, nil
}

// endOfTime is after every day that can be written.
const endOfTime = billing.Day(1<<31 - 1)

// CheckLedger returns a ShortError when the entries overdraw the balance on any
// day.
func CheckLedger(entries []LedgerEntry) error {
	_, err := Ledger(entries, endOfTime)
	return err
}

// purse is what is there while a ledger is replayed.
type purse struct {
	lots    []lot // what expires first comes first
	balance money.Decimal
	lines   []LedgerLine
}

// lot is what is left of an entry that came in.
type lot struct {
	entry LedgerEntry
	left  money.Decimal
}

func (l lot) expires() billing.Day {
	if l.entry.Expires == nil {
		return endOfTime
	}
	return *l.entry.Expires
}

func (p *purse) put(e LedgerEntry) {
	p.lots = append(p.lots, lot{e, e.Amount})
	slices.SortStableFunc(p.lots, func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.expires(), b.expires()), cmp.Compare(a.entry.On, b.entry.On), cmp.Compare(a.entry.Key, b.entry.Key))
	})
	p.line(e)
}

func (p *purse) take(e LedgerEntry) error {
	need := e.Amount.Neg()
	if need.Cmp(p.balance) > 0 {
		return &ShortError{Group: e.Group, Currency: e.Currency, On: e.On, Balance: p.balance, Need: need}
	}
	for need.Sign() > 0 {
		part := least(p.lots[0].left, need)
		need = need.Sub(part)
		if p.lots[0].left = p.lots[0].left.Sub(part); p.lots[0].left.IsZero() {
			p.lots = p.lots[1:]
		}
	}
	p.line(e)
	return nil
}

// expire takes out what cannot be used on the day any more.
func (p *purse) expire(day billing.Day) {
	for len(p.lots) > 0 && p.lots[0].entry.Expires != nil && p.lots[0].expires() <= day {
		l := p.lots[0]
		p.lots = p.lots[1:]
		p.line(LedgerEntry{
			Key: l.entry.Key, Group: l.entry.Group, Currency: l.entry.Currency, Kind: LedgerExpiry, On: *l.entry.Expires,
			Amount: l.left.Neg(), Reference: l.entry.Reference,
		})
	}
}

func (p *purse) line(e LedgerEntry) {
	p.balance = p.balance.Add(e.Amount)
	p.lines = append(p.lines, LedgerLine{e, p.balance})
}
