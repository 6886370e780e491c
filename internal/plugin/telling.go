package plugin

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"

	"golang.org/x/text/currency"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// told is a row as a backend told it: Row has the texts that need no check.
type told struct {
	Row
	date, cost, quantity, listCost string
}

// rowError is about what a backend told: its text is whole.
type rowError struct{ text string }

// Error is the sentence.
func (e *rowError) Error() string { return e.text }

// telling follows the rows of one task: it checks them, sums them up, and knows them
// again when they are told a second time.
type telling struct {
	backend  string
	period   billing.Period
	currency string // of rows that name none; may be empty
	// others lets rows of other months pass by: the protocol cannot ask for one month.
	others bool

	rows int64 // told in this attempt
	cost map[string]money.Decimal
	hash maphash.Hash // of the rows told in this attempt

	passed     int64 // rows of other months in this attempt
	before     int64 // rows that the attempt before yielded
	beforeHash uint64
	known      map[string]bool // currencies that were looked up
}

func (s *telling) fault(form string, values ...any) error {
	return &rowError{"backend " + s.backend + " " + fmt.Sprintf(form, values...)}
}

// again begins anew: what was told so far must be told again.
func (s *telling) again() {
	s.before, s.beforeHash = s.rows, s.hash.Sum64()
	s.rows, s.passed, s.cost = 0, 0, nil
	s.hash.Reset()
}

// row checks a row, and tells whether it is to be taken: not one of another month where
// that is no fault, and not one that was taken in the attempt before.
func (s *telling) row(t told) (Row, bool, error) {
	row := t.Row
	day, err := billing.ParseDay(t.date)
	if err != nil {
		return row, false, s.wrong("has the date %q, which is none; it writes dates as 2026-10-31", cut(t.date))
	}
	if !s.period.Contains(day) {
		if s.others {
			s.passed++
			return row, false, nil
		}
		return row, false, s.wrong("is of %s, and %s was asked for", t.date, s.period)
	}
	row.Day, row.Monthly = day, len(t.date) == len("2006-01")
	if row.Cost, err = money.Parse(t.cost); err != nil {
		return row, false, s.wrong("has the cost %q, which is no decimal number", cut(t.cost))
	}
	if t.quantity != "" {
		if row.Quantity, err = money.Parse(t.quantity); err != nil {
			return row, false, s.wrong("has the quantity %q, which is no decimal number", cut(t.quantity))
		}
	}
	if t.listCost != "" {
		list, err := money.Parse(t.listCost)
		if err != nil {
			return row, false, s.wrong("has the list cost %q, which is no decimal number", cut(t.listCost))
		}
		row.ListCost = &list
	}
	if row.Currency == "" {
		row.Currency = s.currency
	}
	if err := s.checkCurrency(row.Currency); err != nil {
		return row, false, err
	}
	if !slices.Contains([]string{"", "Usage", "Purchase", "Tax", "Credit", "Adjustment"}, row.Category) {
		return row, false, s.wrong("has the category %q; it knows Usage, Purchase, Tax, Credit and Adjustment", cut(row.Category))
	}
	return s.take(row, t)
}

// take adds a row up. One that was yielded before is not yielded again; after the last of
// them it is known whether they were the same.
func (s *telling) take(row Row, t told) (Row, bool, error) {
	s.rows++
	if s.cost == nil {
		s.cost = map[string]money.Decimal{}
	}
	s.cost[row.Currency] = s.cost[row.Currency].Add(row.Cost)
	s.mark(row, t)
	if s.rows == s.before && s.hash.Sum64() != s.beforeHash {
		return row, false, s.changed()
	}
	return row, s.rows > s.before, nil
}

func (s *telling) changed() error {
	return s.fault("lost its connection, and told other rows when it was asked again; nothing of the month is taken, try again later")
}

// mark adds a row to the hash, a zero behind each text.
func (s *telling) mark(row Row, t told) {
	write := func(texts ...string) {
		for _, text := range texts {
			s.hash.WriteString(text)
			s.hash.WriteByte(0)
		}
	}
	write(t.date, t.cost, t.quantity, t.listCost, row.Account, row.AccountName, row.Category, row.Service, row.Region,
		row.UsageType, row.Resource, row.Description, row.Unit, row.Currency, row.InvoiceID)
	for _, texts := range []map[string]string{row.Tags, row.Measures} {
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			write(key, texts[key])
		}
		write("")
	}
}

func (s *telling) checkCurrency(code string) error {
	if s.known[code] {
		return nil
	}
	if code == "" {
		return s.wrong("names no currency, and neither does the backend; give the backend a currency in the configuration")
	}
	found, err := currency.ParseISO(code)
	// The zero unit is the code for no currency; the other one is for tests.
	if err != nil || money.Currency(code).Check() != nil || found == (currency.Unit{}) || found == currency.XTS {
		return s.wrong("has the currency %q, which ISO 4217 does not know", cut(code))
	}
	if s.known == nil {
		s.known = map[string]bool{}
	}
	s.known[code] = true
	return nil
}

// wrong is about the row that is being told.
func (s *telling) wrong(form string, values ...any) error {
	text := fmt.Sprintf(form, values...)
	return s.fault("told a row that cannot be billed: row %d of the task %s", s.rows+1, withAdvice(text, "nothing of the month is taken; report it to who wrote the backend"))
}

// finish checks a task that was told to its end against what the backend says of it.
func (s *telling) finish(total *Total) error {
	if s.rows < s.before {
		return s.changed()
	}
	if total.Rows < 0 {
		return nil
	}
	if total.Rows != s.rows {
		return s.fault("says that it told %d rows, and told %d; nothing of the month is taken, try again, and report it to who wrote the backend", total.Rows, s.rows)
	}
	for _, code := range slices.Sorted(maps.Keys(s.cost)) {
		if said, sum := total.Cost[code], s.cost[code]; !said.Equal(sum) {
			return s.disagrees(code, said, sum)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(total.Cost)) {
		if _, ok := s.cost[code]; !ok && !total.Cost[code].IsZero() {
			return s.disagrees(code, total.Cost[code], money.Zero)
		}
	}
	return nil
}

func (s *telling) disagrees(code string, said, sum money.Decimal) error {
	return s.fault("says that it told %s %s, and its rows come to %s; nothing of the month is taken, try again, and report it to who wrote the backend", said, cut(code), sum)
}

// cut shortens what a backend wrote, for a sentence.
func cut(text string) string {
	if len(text) > 60 {
		return text[:57] + "..."
	}
	return text
}
