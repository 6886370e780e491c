package ingest

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// row is one line item on its way into the lake. Text is only valid until the
// next row of the file is read.
type row struct {
	text    [lake.TextColumns][]byte
	number  [lake.NumberColumns]money.Atto
	given   [lake.NumberColumns]bool   // whether number holds a value
	instant [lake.InstantColumns]int64 // microseconds since 1970, or noTime
	maps    [lake.MapColumns][]byte    // as mapColumn takes them
	file    int32
	row     int64
	asked   [maxAsked][]byte // cells that the format asks for, by their place in its list
	parts   []part           // of the row, besides this line
}

const noTime = int64(-1 << 63)

// set gives a number column a value.
func (r *row) set(c lake.Number, v money.Atto) { r.number[c], r.given[c] = v, true }

// rowBits is how many bits a row number takes inside a run.
const rowBits = 20

// run is a part of a file in columns: as many rows as are sorted at once.
type run struct {
	texts    [lake.LineItemID]textColumn
	ids      plainColumn // LineItemID
	numbers  [lake.NumberColumns]numberColumn
	instants [lake.InstantColumns][]int64
	maps     [lake.MapColumns]mapColumn
	files    []int32
	rows     []int64
	keys     []int32

	all     *keySet
	known   map[keyIDs]int32 // keys of this run by the ids of its texts
	lastIDs keyIDs
	lastKey int32
}

// startRows is the room a run starts with; it grows to what it is given.
const startRows = 1 << 16

// keyIDs are a row's pricing key as indices into the run's text columns.
type keyIDs [lake.KeyTexts]int32

// newRun makes a run of up to that many rows.
func newRun(keys *keySet, rows int) *run {
	r := &run{all: keys, known: map[keyIDs]int32{}, lastKey: null}
	rows = min(rows, startRows)
	for i := range r.texts {
		r.texts[i] = newTextColumn(rows)
	}
	for i := range r.maps {
		r.maps[i] = mapColumn{newTextColumn(rows)}
	}
	return r
}

func (r *run) len() int { return len(r.rows) }

func (r *run) add(line *row) {
	var ids keyIDs
	n := r.len()
	for i := range r.texts {
		id := r.texts[i].add(n, line.text[i])
		if i < lake.KeyTexts {
			ids[i] = id
		}
	}
	r.ids.add(line.text[lake.LineItemID])
	for i := range r.numbers {
		if line.given[i] {
			r.numbers[i].add(n, line.number[i])
		}
	}
	for i := range r.instants {
		r.instants[i] = append(r.instants[i], line.instant[i])
	}
	for i := range r.maps {
		r.maps[i].add(n, line.maps[i])
	}
	r.files = append(r.files, line.file)
	r.rows = append(r.rows, line.row)
	r.keys = append(r.keys, r.key(ids))
}

// key returns the number of the row's pricing key in the load.
func (r *run) key(ids keyIDs) int32 {
	if r.lastKey != null && ids == r.lastIDs {
		return r.lastKey
	}
	key, ok := r.known[ids]
	if !ok {
		var texts [lake.KeyTexts]string
		for i, id := range ids {
			if id != null {
				texts[i] = r.texts[i].values[id]
			}
		}
		key = r.all.number(texts)
		r.known[ids] = key
	}
	r.lastIDs, r.lastKey = ids, key
	return key
}

// order returns the rows by account, then service, then as they came: one
// customer's month is then a small part of the file.
func (r *run) order() []int32 {
	accounts, services := ranks(r.texts[lake.SubAccountID]), ranks(r.texts[lake.ServiceCode])
	sortable := make([]uint64, r.len())
	for i := range sortable {
		sortable[i] = uint64(rank(accounts, r.texts[lake.SubAccountID].at(int32(i))))<<(2*rowBits) |
			uint64(rank(services, r.texts[lake.ServiceCode].at(int32(i))))<<rowBits | uint64(i)
	}
	slices.Sort(sortable)
	order := make([]int32, len(sortable))
	for i, key := range sortable {
		order[i] = int32(key & (1<<rowBits - 1))
	}
	return order
}

// ranks gives each value of a column its place in alphabetical order, from 1.
func ranks(c textColumn) []int32 {
	byValue := make([]int32, len(c.values))
	for i := range byValue {
		byValue[i] = int32(i)
	}
	slices.SortFunc(byValue, func(a, b int32) int {
		if c.values[a] < c.values[b] {
			return -1
		}
		return 1
	})
	ranks := make([]int32, len(byValue))
	for place, id := range byValue {
		ranks[id] = int32(place) + 1
	}
	return ranks
}

func rank(ranks []int32, id int32) int32 {
	if id == null {
		return 0
	}
	return ranks[id]
}

// reset makes the run empty and keeps its memory.
func (r *run) reset() {
	for i := range r.texts {
		r.texts[i].reset()
	}
	r.ids.reset()
	for i := range r.numbers {
		r.numbers[i].reset()
	}
	for i := range r.instants {
		r.instants[i] = r.instants[i][:0]
	}
	for i := range r.maps {
		r.maps[i].reset()
	}
	r.files, r.rows, r.keys = r.files[:0], r.rows[:0], r.keys[:0]
	clear(r.known)
	r.lastKey = null
}
