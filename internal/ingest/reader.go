package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// reader turns the rows of one file into line items.
type reader struct {
	csv     *csvReader
	format  *format
	columns []column
	rest    []int // columns whose place another column may have taken already
	notes   *notes
	line    row

	extra     []byte // raw form of the row's unbound columns
	lastExtra []byte
	extras    map[string][]byte // raw form → JSON
	extraJSON []byte
	mapsBuf   [lake.MapColumns][]byte
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
	instant int64
	spread  map[string]column  // JSON maps that are columns: by plain name of the entry
	maps    map[string][]byte  // JSON maps: cell → as mapColumn takes it
	entries map[string][]entry // JSON maps that are columns: cell → entries
}

type action int

const (
	keepExtra action = iota
	takeText
	takeNumber
	takeInstant
	takeTag
	takeMap
	takeSpread
)

type entry struct{ key, value string }

// newReader reads the header and binds its columns.
func newReader(text io.Reader, file int32, notes *notes) (*reader, error) {
	r := &reader{csv: newCSVReader(text), notes: notes, extras: map[string][]byte{}}
	r.line.file = file
	fields, err := r.csv.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: it has not even a header")
	}
	if err != nil {
		return nil, err
	}
	header := make([]string, len(fields))
	seen := map[string]int{}
	for i, f := range fields {
		header[i] = string(bytes.TrimSpace(f))
		if first, again := seen[header[i]]; again {
			return nil, fmt.Errorf("the header names %q twice, as column %d and %d: it cannot be told which one counts", clip(header[i], 80), first+1, i+1)
		}
		seen[header[i]] = i
	}
	if r.format, err = formatOf(header); err != nil {
		return nil, err
	}
	r.bind(header)
	return r, nil
}

// bind finds the place of each column. Of several columns for one place the
// first of the format's list takes it directly; the others only where it is
// empty on a row, and are kept in x_columns where it is not.
func (r *reader) bind(header []string) {
	r.columns = make([]column, len(header))
	taken := map[string]bool{}
	priority := map[int]int{}
	for i, name := range header {
		c := column{name: name}
		plain := plainName(name)
		if m, ok := r.format.mapped(name); ok {
			c = bindMap(name, m, r.format)
		} else if at, to, ok := find(r.format.texts, plain); ok {
			c.do, c.to, priority[i] = takeText, int(to), at
		} else if _, to, ok := find(r.format.numbers, plain); ok && !taken[plain] {
			c.do, c.to = takeNumber, int(to)
		} else if _, to, ok := find(r.format.instants, plain); ok && !taken[plain] {
			c.do, c.to = takeInstant, int(to)
		}
		taken[plain] = true
		r.columns[i] = c
	}
	for i, c := range r.columns {
		if c.do == takeSpread {
			r.rest = append(r.rest, i)
		}
		for j, d := range r.columns {
			if c.do == takeText && d.do == takeText && i != j && c.to == d.to && priority[j] < priority[i] {
				r.rest = append(r.rest, i)
				break
			}
		}
	}
	sort.Slice(r.rest, func(a, b int) bool { return priority[r.rest[a]] < priority[r.rest[b]] })
	for _, i := range r.rest {
		if r.columns[i].do == takeText {
			r.columns[i].key = "later"
		}
	}
}

func bindMap(name string, m mapping, f *format) column {
	c := column{name: name, to: int(m.to), key: m.key}
	switch {
	case m.spread != "":
		c.do, c.entries, c.spread = takeSpread, map[string][]entry{}, map[string]column{}
		for _, p := range f.texts {
			if len(p.plain) > len(m.spread) && p.plain[:len(m.spread)] == m.spread {
				c.spread[p.plain[len(m.spread):]] = column{do: takeText, to: int(p.to)}
			}
		}
	case m.key != "":
		c.do = takeTag
	default:
		c.do, c.maps = takeMap, map[string][]byte{}
	}
	return c
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
	fields, err := r.csv.next()
	if err != nil {
		return nil, err
	}
	line := &r.line
	line.text = [lake.TextColumns][]byte{}
	line.given = [lake.NumberColumns]bool{}
	line.number = [lake.NumberColumns]money.Atto{}
	line.instant = [lake.InstantColumns]int64{noTime, noTime, noTime, noTime}
	for i := range r.mapsBuf {
		r.mapsBuf[i] = r.mapsBuf[i][:0]
	}
	r.extra = r.extra[:0]
	line.row = r.csv.row
	r.notes.row = line.row
	if len(fields) != len(r.columns) {
		fields = r.ragged(fields)
	}
	for i, field := range fields {
		if len(field) == 0 || r.format.null != "" && string(field) == r.format.null {
			continue
		}
		c := &r.columns[i]
		switch c.do {
		case keepExtra:
			r.keep(i, field)
		case takeText:
			if c.key == "" {
				line.text[c.to] = field
			}
		case takeNumber:
			if !bytes.Equal(field, c.last) {
				if err := r.parseNumber(c, field); err != nil {
					return nil, err
				}
			} else if len(c.last) > 18 {
				if _, lost, _ := money.ParseAtto(field); lost {
					r.notes.lostDigits(c.name, field, c.number)
				}
			}
			line.set(lake.Number(c.to), c.number)
		case takeInstant:
			if !bytes.Equal(field, c.last) {
				micros, ok := parseInstant(field)
				if !ok {
					return nil, r.bad(c, field, "a UTC time such as 2018-10-01T00:00:00Z")
				}
				c.last, c.instant = append(c.last[:0], field...), micros
			}
			line.instant[c.to] = c.instant
		case takeTag:
			r.tag(c.to, c.key, string(field))
		case takeMap:
			if err := r.takeMap(c, field); err != nil {
				return nil, err
			}
		}
	}
	for _, i := range r.rest {
		if i >= len(fields) || len(fields[i]) == 0 || r.format.null != "" && string(fields[i]) == r.format.null {
			continue
		}
		switch c := &r.columns[i]; {
		case c.do == takeSpread:
			if err := r.spread(c, i, fields[i]); err != nil {
				return nil, err
			}
		case len(line.text[c.to]) == 0:
			line.text[c.to] = fields[i]
		default:
			r.keep(i, fields[i])
		}
	}
	for i := range line.maps {
		line.maps[i] = r.mapsBuf[i]
	}
	if len(r.extra) > 0 {
		line.text[lake.Extra] = r.extraText()
	}
	return line, r.check()
}

// ragged makes a row of another length fit: it is aligned at the left, and a
// finding holds the close until a person has looked.
func (r *reader) ragged(fields [][]byte) [][]byte {
	r.notes.add(billing.Hold, "ragged-rows", r.notes.file, fmt.Sprintf(
		"rows have another number of fields than the header (%d instead of %d); they were read from the left, so look whether values stand under the right names, then waive this",
		len(fields), len(r.columns)), money.Zero)
	if len(fields) > len(r.columns) {
		return fields[:len(r.columns)]
	}
	return fields
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
	c.last, c.number = append(c.last[:0], field...), value
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
	if line.instant[lake.ChargePeriodStart] == noTime {
		return &rowError{line.row, "has no start: " + r.nameOf(takeInstant, int(lake.ChargePeriodStart)) + " is empty"}
	}
	for _, t := range []lake.Text{lake.SubAccountID, lake.BillingAccountID} {
		if mangledID(line.text[t]) {
			return &rowError{line.row, fmt.Sprintf("%s is %q: a spreadsheet program has opened and saved this file and destroyed the account ids; load the provider's original",
				r.nameOf(takeText, int(t)), line.text[t])}
		}
	}
	r.notes.amount = line.number[lake.BilledCost]
	return r.format.finish(line, r.notes)
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

func (r *reader) tag(to int, key, value string) {
	b := append(r.mapsBuf[to], key...)
	b = append(append(append(b, 0), value...), 0)
	r.mapsBuf[to] = b
}

// cacheSize bounds what is remembered of the distinct maps of a file.
const cacheSize = 1 << 16

func (r *reader) takeMap(c *column, field []byte) error {
	pairs, ok := c.maps[string(field)]
	if !ok {
		entries, err := jsonEntries(field)
		if err != nil {
			return r.bad(c, field, "a JSON object")
		}
		for _, e := range entries {
			pairs = append(append(append(append(pairs, e.key...), 0), e.value...), 0)
		}
		if len(c.maps) >= cacheSize {
			clear(c.maps)
		}
		c.maps[string(field)] = pairs
	}
	r.mapsBuf[c.to] = append(r.mapsBuf[c.to], pairs...)
	return nil
}

// spread takes the entries of a JSON map as columns: CUR 2.0 keeps what the
// legacy report has as product/… columns in one.
func (r *reader) spread(c *column, index int, field []byte) error {
	entries, ok := c.entries[string(field)]
	if !ok {
		var err error
		if entries, err = jsonEntries(field); err != nil {
			return r.bad(c, field, "a JSON object")
		}
		if len(c.entries) >= cacheSize {
			clear(c.entries)
		}
		c.entries[string(field)] = entries
	}
	unused := false
	for _, e := range entries {
		place, ok := c.spread[plainName(e.key)]
		if ok && len(r.line.text[place.to]) == 0 {
			r.line.text[place.to] = []byte(e.value)
		} else {
			unused = true
		}
	}
	if unused {
		r.keep(index, field)
	}
	return nil
}

// jsonEntries reads a flat JSON object, sorted by key. Values that are not
// texts keep their JSON; null and empty ones are left out.
func jsonEntries(field []byte) ([]entry, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(field, &object); err != nil {
		return nil, err
	}
	entries := make([]entry, 0, len(object))
	for key, raw := range object {
		value := string(raw)
		if len(raw) > 0 && raw[0] == '"' {
			if err := json.Unmarshal(raw, &value); err != nil {
				return nil, err
			}
		}
		if value != "" && value != "null" {
			entries = append(entries, entry{key, value})
		}
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].key < entries[j].key })
	return entries, nil
}

// keep remembers a cell whose column has no place in the lake.
func (r *reader) keep(index int, field []byte) {
	r.extra = append(r.extra, byte(index), byte(index>>8))
	r.extra = append(r.extra, field...)
	r.extra = append(r.extra, 0)
}

// extraText returns the kept cells as a JSON object.
func (r *reader) extraText() []byte {
	if bytes.Equal(r.extra, r.lastExtra) {
		return r.extraJSON
	}
	text, ok := r.extras[string(r.extra)]
	if !ok {
		text = r.encodeExtra()
		if len(r.extras) >= cacheSize {
			clear(r.extras)
		}
		r.extras[string(r.extra)] = text
	}
	r.lastExtra, r.extraJSON = append(r.lastExtra[:0], r.extra...), text
	return text
}

func (r *reader) encodeExtra() []byte {
	object := map[string]string{}
	for rest := r.extra; len(rest) > 0; {
		index := int(rest[0]) | int(rest[1])<<8
		end := 2 + bytes.IndexByte(rest[2:], 0)
		object[r.columns[index].name] = string(rest[2:end])
		rest = rest[end+1:]
	}
	text, err := json.Marshal(object)
	if err != nil {
		panic(err) // a map of strings
	}
	return text
}
