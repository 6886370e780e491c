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
// a month has few of them, in long runs.
type textColumn struct {
	ids    map[string]int32
	values []string
	rows   []int32
	bad    int64 // values that were not UTF-8 and were mended
}

func newTextColumn() textColumn { return textColumn{ids: map[string]int32{}} }

// add appends a value; empty is null.
func (c *textColumn) add(text []byte) int32 {
	id := null
	if len(text) > 0 {
		if n := len(c.rows); n > 0 && c.rows[n-1] != null && c.values[c.rows[n-1]] == string(text) {
			id = c.rows[n-1]
		} else {
			id = c.id(text)
		}
	}
	c.rows = append(c.rows, id)
	return id
}

func (c *textColumn) id(text []byte) int32 {
	id, ok := c.ids[string(text)]
	if !ok {
		id = int32(len(c.values))
		value := string(text)
		c.ids[value] = id
		if !utf8.ValidString(value) {
			value = strings.ToValidUTF8(value, "\uFFFD")
			c.bad++
		}
		c.values = append(c.values, value)
	}
	return id
}

func (c *textColumn) reset() {
	clear(c.ids)
	c.values, c.rows, c.bad = c.values[:0], c.rows[:0], 0
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

// numberColumn collects exact numbers as indices into the given ones; most
// columns are empty on most rows.
type numberColumn struct {
	values []money.Atto
	rows   []int32
}

func (c *numberColumn) add(value money.Atto, given bool) {
	id := null
	if given {
		if n := len(c.values); n > 0 && c.values[n-1] == value {
			id = int32(n - 1)
		} else {
			id = int32(n)
			c.values = append(c.values, value)
		}
	}
	c.rows = append(c.rows, id)
}

func (c *numberColumn) reset() { c.values, c.rows = c.values[:0], c.rows[:0] }

// mapColumn collects maps. A row's map comes as key 0 value 0 key 0 value 0 …,
// which makes equal maps one entry of a text column.
type mapColumn struct{ textColumn }

// pairs takes the map of an entry apart.
func (c *mapColumn) pairs(id int32, each func(key, value string)) {
	rest := c.values[id]
	for rest != "" {
		key, after, _ := strings.Cut(rest, "\x00")
		value, after, _ := strings.Cut(after, "\x00")
		each(key, value)
		rest = after
	}
}
