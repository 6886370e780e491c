package ingest

import (
	"encoding/json"
	"sort"
	"strings"
)

// entry is one entry of a map.
type entry struct{ key, value string }

// cells is how a format writes a whole map into one cell.
type cells struct {
	read func(cell []byte) ([]entry, error) // sorted by key, each key once
	want string                             // what read takes, for errors
}

// jsonCells are most providers'.
var jsonCells = cells{jsonEntries, "a JSON object"}

func bindMap(name string, m mapping, f *format) column {
	c := column{name: name, to: int(m.to), key: m.key}
	switch {
	case m.kept:
		c.do = keepEntries
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

func (r *reader) tag(to int, key string, value []byte) {
	b := append(r.mapsBuf[to], key...)
	b = append(append(append(b, 0), value...), 0)
	r.mapsBuf[to] = b
}

// cacheSize bounds what is remembered of the distinct maps of a file.
const cacheSize = 1 << 16

func (r *reader) takeMap(c *column, field []byte) error {
	pairs, ok := c.maps[string(field)]
	if !ok {
		entries, err := r.format.cells.read(field)
		if err != nil {
			return r.bad(c, field, r.format.cells.want)
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

// spread takes the entries of a map as columns: CUR 2.0 keeps what the
// legacy report has as product/… columns in one.
func (r *reader) spread(c *column, index int, field []byte) error {
	entries, ok := c.entries[string(field)]
	if !ok {
		var err error
		if entries, err = r.format.cells.read(field); err != nil {
			return r.bad(c, field, r.format.cells.want)
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
		if value != "" && string(raw) != "null" {
			entries = append(entries, entry{noNUL(key), noNUL(value)})
		}
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].key < entries[j].key })
	return entries, nil
}

// noNUL puts the replacement character where JSON has \u0000: no provider means
// one, and it ends a text in the lake's maps.
func noNUL(s string) string { return strings.ReplaceAll(s, "\x00", "\uFFFD") }
