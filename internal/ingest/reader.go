package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// reader turns the rows of one file into line items.
type reader struct {
	rows      rowSource
	watch     *utf8Watch
	format    *format
	columns   []column
	steps     []step // what to do with each column, small enough to stay in the cache
	rest      []int  // columns whose place another column may have taken already
	effective int    // column of lake.EffectiveCost
	notes     *notes
	line      row

	extra     []byte // raw form of the row's unbound columns
	lastExtra []byte
	extras    map[string][]byte // raw form → JSON
	extraJSON []byte
	mapsBuf   [lake.MapColumns][]byte
	part      int64 // how many parts of the row were given out
}

// column says what to do with one column of the file.
type column struct {
	name string
	do   action
	to   int // lake.Text, lake.Number, lake.Instant or lake.Map
	key  string
	// The last text and what it became: costs and dates come in runs.
	last    []byte
	number  money.Atto
	lost    bool // number is rounded
	instant int64
	spread  map[string]column  // JSON maps that are columns: by plain name of the entry
	maps    map[string][]byte  // JSON maps: cell → as mapColumn takes it
	entries map[string][]entry // JSON maps that are columns: cell → entries
}

type action uint8

// step is the part of a column that every field needs.
type step struct {
	do    action
	to    uint8
	later bool
}

const (
	keepExtra action = iota
	takeText
	takeNumber
	takeInstant
	takeTag
	takeMap
	takeSpread
	takeAsked
	keepEntries
)

// newReader reads the header and binds its columns.
func newReader(text io.Reader, file int32, notes *notes) (*reader, error) {
	watch := &utf8Watch{r: text}
	rows, err := rowsOf(watch)
	if err != nil {
		return nil, err
	}
	r := &reader{rows: rows, watch: watch, notes: notes, extras: map[string][]byte{}}
	r.line.file = file
	header, err := rows.columns()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: it has not even a header")
	}
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for i, name := range header {
		if first, again := seen[name]; again {
			return nil, fmt.Errorf("the header names %q twice, as column %d and %d: it cannot be told which one counts", clip(name, 80), first+1, i+1)
		}
		seen[name] = i
	}
	if r.format, err = formatOf(header); err != nil {
		return nil, err
	}
	if text, ok := rows.(*csvReader); ok && len(r.format.nested) > 0 {
		r.rows = unfoldedCSV(text, header, r.format.nested)
	}
	r.bind(r.rows.settle(r.format))
	return r, nil
}

// bind finds the place of each column. Of several columns for one place the
// first of the format's list takes it directly; the others only where it is
// empty on a row, and are kept in x_columns where it is not. Where rows bring new
// columns it binds all anew; those that were known keep their number.
func (r *reader) bind(header []string) {
	r.columns, r.rest = make([]column, len(header)), nil
	taken, mapped := map[string]bool{}, map[mapping]bool{}
	priority := map[int]int{}
	for i, name := range header {
		c := column{name: name}
		plain := plainName(name)
		if m, ok := r.format.mapped(name); ok && !mapped[m] {
			mapped[m] = true // a map takes a key once
			c = bindMap(name, m, r.format)
		} else if at, to, ok := find(r.format.texts, plain); ok {
			c.do, c.to, priority[i] = takeText, int(to), at
		} else if _, to, ok := find(r.format.numbers, plain); ok && !taken[plain] {
			c.do, c.to = takeNumber, int(to)
			if to == lake.EffectiveCost {
				r.effective = i
			}
		} else if _, to, ok := find(r.format.instants, plain); ok && !taken[plain] {
			c.do, c.to = takeInstant, int(to)
		} else if at := slices.Index(r.format.asks, plain); at >= 0 && !taken[plain] {
			c.do, c.to = takeAsked, at
		}
		taken[plain] = true
		r.columns[i] = c
	}
	for i, c := range r.columns {
		if c.do == takeSpread {
			r.rest = append(r.rest, i)
		}
		for j, d := range r.columns {
			if c.do == takeText && d.do == takeText && c.to == d.to && (priority[j] < priority[i] || priority[j] == priority[i] && j < i) {
				r.rest = append(r.rest, i)
				break
			}
		}
	}
	sort.SliceStable(r.rest, func(a, b int) bool { return priority[r.rest[a]] < priority[r.rest[b]] })
	r.steps = make([]step, len(header))
	for i, c := range r.columns {
		r.steps[i] = step{do: c.do, to: uint8(c.to)}
	}
	for _, i := range r.rest {
		r.steps[i].later = true
	}
}

func find[T any](places []place[T], plain string) (at int, to T, ok bool) {
	for i, p := range places {
		if p.plain == plain {
			return i, p.to, true
		}
	}
	return 0, to, false
}

// has tells whether the file has a column for the text.
func (r *reader) has(t lake.Text) bool {
	for _, c := range r.columns {
		if c.do == takeText && c.to == int(t) {
			return true
		}
	}
	return false
}

// next reads the next line item; io.EOF after the last. The line is valid
// until the next call.
func (r *reader) next() (*row, error) {
	if len(r.line.parts) > 0 {
		return r.nextPart()
	}
	fields, err := r.rows.next()
	if err != nil {
		return nil, err
	}
	if names := r.rows.more(); names != nil {
		r.bind(names)
	}
	row, filled := r.rows.place()
	r.begin(row)
	if len(fields) != len(r.columns) {
		fields = r.ragged(fields)
	}
	if r.watch.bad {
		r.checkUTF8(fields)
	}
	for _, i := range filled {
		if i >= len(fields) {
			break // ragged kept it
		}
		if err := r.take(i, fields[i]); err != nil {
			return nil, err
		}
	}
	for _, i := range r.rest {
		if i < len(fields) && !r.absent(fields[i]) {
			if err := r.takeLate(i, fields[i]); err != nil {
				return nil, err
			}
		}
	}
	line := &r.line
	for i := range line.maps {
		line.maps[i] = r.mapsBuf[i]
	}
	effective := line.number[lake.EffectiveCost]
	if err := r.check(); err != nil {
		return nil, err
	}
	if !effective.IsZero() && line.number[lake.EffectiveCost] != effective {
		r.keep(r.effective, fields[r.effective]) // finish put the amortized cost there (R6)
	}
	if len(r.extra) > 0 {
		line.text[lake.Extra] = r.extraText()
	}
	return line, nil
}

// begin empties the line for the next row.
func (r *reader) begin(number int64) {
	line := &r.line
	line.text = [lake.TextColumns][]byte{}
	line.given = [lake.NumberColumns]bool{}
	line.number = [lake.NumberColumns]money.Atto{}
	line.instant = [lake.InstantColumns]int64{noTime, noTime, noTime, noTime}
	for i := range r.mapsBuf {
		r.mapsBuf[i] = r.mapsBuf[i][:0]
	}
	r.extra = r.extra[:0]
	line.asked, line.parts, r.part = [maxAsked][]byte{}, line.parts[:0], 0
	line.row = number
	r.notes.row = line.row
}

// take puts a field where its column belongs.
func (r *reader) take(i int, field []byte) error {
	if r.absent(field) {
		return nil
	}
	line := &r.line
	switch s := r.steps[i]; s.do {
	case keepExtra:
		r.keep(i, field)
	case takeText:
		if !s.later { // takeLate sees to it
			line.text[s.to] = field
		}
	case takeNumber:
		c := &r.columns[i]
		if !bytes.Equal(field, c.last) {
			if err := r.parseNumber(c, field); err != nil {
				return err
			}
		} else if c.lost {
			r.notes.lostDigits(c.name, field, c.number)
		}
		line.set(lake.Number(c.to), c.number)
	case takeInstant:
		c := &r.columns[i]
		if !bytes.Equal(field, c.last) {
			micros, ok := r.format.clock.read(field, r.format.clock.zone)
			if !ok {
				return r.bad(c, field, r.format.clock.want)
			}
			c.last, c.instant = append(c.last[:0], field...), micros
		}
		line.instant[c.to] = c.instant
	case takeTag:
		r.tag(int(s.to), r.columns[i].key, field)
	case takeMap:
		return r.takeMap(&r.columns[i], field)
	case takeAsked:
		line.asked[s.to] = field
		r.keep(i, field)
	case keepEntries:
		if _, err := r.format.cells.read(field); err != nil {
			return r.bad(&r.columns[i], field, r.format.cells.want)
		}
		r.keep(i, field)
	}
	return nil
}

// takeLate puts a field of a column whose place another may have taken already.
func (r *reader) takeLate(i int, field []byte) error {
	c := &r.columns[i]
	if c.do == takeSpread {
		return r.spread(c, i, field)
	}
	if len(r.line.text[c.to]) == 0 {
		r.line.text[c.to] = field
	} else {
		r.keep(i, field)
	}
	return nil
}

// absent tells whether a cell says that there is no value.
func (r *reader) absent(cell []byte) bool {
	return len(cell) == 0 || r.format.null != "" && string(cell) == r.format.null
}

// ragged makes a row of another length fit: it is aligned at the left, and a
// finding holds the close until a person has looked.
func (r *reader) ragged(fields [][]byte) [][]byte {
	r.notes.add(billing.Hold, "ragged-rows", r.notes.file, fmt.Sprintf(
		"rows have another number of fields than the header (%d instead of %d); they were read from the left, so look whether values stand under the right names, then waive this",
		len(fields), len(r.columns)), money.Zero)
	if len(fields) <= len(r.columns) {
		return fields
	}
	for i, surplus := range fields[len(r.columns):] {
		if len(surplus) > 0 {
			r.keep(len(r.columns)+i, surplus)
		}
	}
	return fields[:len(r.columns)]
}

// checkUTF8 notes cells whose text will be mended.
func (r *reader) checkUTF8(fields [][]byte) {
	for i, field := range fields {
		if !utf8.Valid(field) {
			r.notes.add(billing.Warn, "not-utf8", r.columns[i].name, r.columns[i].name+
				" has text that is not UTF-8; what cannot be read became U+FFFD, so rules and tags may miss these lines", money.Zero)
		}
	}
}

func (r *reader) parseNumber(c *column, field []byte) error {
	value, lost, err := money.ParseAtto(field)
	if errors.Is(err, money.ErrRange) {
		return r.bad(c, field, "a number of at most 20 digits before the point")
	}
	if err != nil {
		return r.bad(c, field, "a decimal number")
	}
	if lost {
		r.notes.lostDigits(c.name, field, value)
	}
	c.last, c.number, c.lost = append(c.last[:0], field...), value, lost
	return nil
}

func (r *reader) bad(c *column, field []byte, want string) error {
	if string(field) == c.name {
		return &rowError{r.line.row, "repeats the header: the file was put together from several; load them one by one"}
	}
	return &rowError{r.line.row, fmt.Sprintf("%s is %q, which is not %s", c.name, clip(string(field), 60), want)}
}

// check refuses what would silently become wrong money.
func (r *reader) check() error {
	line := &r.line
	if !line.given[lake.BilledCost] {
		return &rowError{line.row, "has no cost: " + r.nameOf(takeNumber, int(lake.BilledCost)) + " is empty"}
	}
	for _, t := range []lake.Text{lake.SubAccountID, lake.BillingAccountID} {
		if mangledID(line.text[t]) {
			return &rowError{line.row, fmt.Sprintf("%s is %q: a spreadsheet program has opened and saved this file and destroyed the account ids; load the provider's original",
				r.nameOf(takeText, int(t)), line.text[t])}
		}
	}
	if len(line.text[lake.BillingCurrency]) == 0 {
		assumed := r.format.currency
		if assumed == "" {
			return &rowError{line.row, "has no currency, and nothing else in the file says which it is"}
		}
		line.text[lake.BillingCurrency] = constant(assumed)
		r.notes.assume("currency", "lines do not say their currency; their costs are taken for "+assumed)
	}
	r.notes.amount = line.number[lake.BilledCost]
	if currency := line.text[lake.BillingCurrency]; string(currency) != r.notes.currency {
		r.notes.currency = string(currency)
	}
	if err := r.format.finish(line, r.notes); err != nil {
		return err
	}
	if line.instant[lake.ChargePeriodStart] == noTime {
		return &rowError{line.row, "has no start: " + r.nameOf(takeInstant, int(lake.ChargePeriodStart)) + " is empty"}
	}
	return nil
}

// mangledID finds ids such as 1.23457E+12.
func mangledID(id []byte) bool {
	e := bytes.Index(id, []byte("E+"))
	return e > 0 && bytes.IndexByte(id[:e], '.') > 0 && len(bytes.Trim(id[:e], "0123456789.")) == 0
}

func (r *reader) nameOf(do action, to int) string {
	for _, c := range r.columns {
		if c.do == do && c.to == to {
			return c.name
		}
	}
	return ""
}
