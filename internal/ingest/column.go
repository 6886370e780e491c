package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/money"
)

// null is the index of a value that is not there.
const null = int32(-1)

// textColumn collects a column of text as indices into its distinct values:
// a month has few of them, in long runs. Rows beyond the last value are null,
// so that the many columns that are empty cost nothing.
type textColumn struct {
	ids    map[string]int32
	values []string
	rows   []int32
	room   int // rows to make room for once the first value comes
	// recent remembers values by a few of their bytes, plus 1: providers write
	// lines of some resources in turn, and a comparison is cheaper than the map.
	recent [32]int32
}

func newTextColumn(room int) textColumn { return textColumn{ids: map[string]int32{}, room: room} }

func slot(text []byte) int {
	n := len(text)
	return (n*7 + int(text[n-1])*5 + int(text[n/2])*3) & 31
}

// add gives a row, which must be the next or a later one, a value; empty is null.
func (c *textColumn) add(row int, text []byte) int32 {
	if len(text) == 0 {
		return null
	}
	n := len(c.rows)
	if n > 0 && n == row {
		if last := c.rows[n-1]; last != null && c.values[last] == string(text) {
			c.rows = append(c.rows, last)
			return last
		}
	}
	at := slot(text)
	id := c.recent[at] - 1
	if id == null || c.values[id] != string(text) {
		id = c.id(text)
		c.recent[at] = id + 1
	}
	if c.rows == nil {
		c.rows = make([]int32, 0, c.room)
	}
	c.rows = append(padded(c.rows, row), id)
	return id
}

func padded(rows []int32, to int) []int32 {
	for len(rows) < to {
		rows = append(rows, null)
	}
	return rows
}

// at returns the index of a row's value.
func (c *textColumn) at(row int32) int32 { return at(c.rows, row) }

func at(rows []int32, row int32) int32 {
	if int(row) >= len(rows) {
		return null
	}
	return rows[row]
}

func (c *textColumn) id(text []byte) int32 {
	id, ok := c.ids[string(text)]
	if !ok {
		id = int32(len(c.values))
		value := string(text)
		c.ids[value] = id
		if !utf8.ValidString(value) {
			value = strings.ToValidUTF8(value, "\uFFFD")
		}
		c.values = append(c.values, value)
	}
	return id
}

func (c *textColumn) reset() {
	clear(c.ids)
	c.values, c.rows = c.values[:0], c.rows[:0]
	c.recent = [32]int32{}
}

// plainColumn collects text that is different on every row.
type plainColumn struct {
	text []byte
	ends []int
}

func (c *plainColumn) add(text []byte) {
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	c.text = append(c.text, text...)
	c.ends = append(c.ends, len(c.text))
}

func (c *plainColumn) at(row int32) []byte {
	from := 0
	if row > 0 {
		from = c.ends[row-1]
	}
	return c.text[from:c.ends[row]]
}

func (c *plainColumn) reset() { c.text, c.ends = c.text[:0], c.ends[:0] }

// numberColumn collects exact numbers as indices into the given ones. Rows
// beyond the last value are null.
type numberColumn struct {
	values []money.Atto
	rows   []int32
}

func (c *numberColumn) add(row int, value money.Atto) {
	n := len(c.values)
	if n == 0 || c.values[n-1] != value {
		c.values = append(c.values, value)
		n++
	}
	c.rows = append(padded(c.rows, row), int32(n-1))
}

func (c *numberColumn) reset() { c.values, c.rows = c.values[:0], c.rows[:0] }

// mapColumn collects maps. A row's map comes as key 0 value 0 key 0 value 0 …,
// which makes equal maps one entry of a text column.
type mapColumn struct{ textColumn }

// entries takes the map of an index apart.
func (c *mapColumn) entries(id int32) []entry {
	var all []entry
	for rest := c.values[id]; rest != ""; {
		var e entry
		e.key, rest, _ = strings.Cut(rest, "\x00")
		e.value, rest, _ = strings.Cut(rest, "\x00")
		all = append(all, e)
	}
	return all
}
