package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// keep remembers a cell whose column has no place in the lake.
func (r *reader) keep(index int, field []byte) {
	r.extra = append(r.extra, byte(index), byte(index>>8), byte(index>>16))
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
		index := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
		end := 3 + bytes.IndexByte(rest[3:], 0)
		name := fmt.Sprintf("column %d", index+1) // of a row longer than the header
		if index < len(r.columns) {
			name = r.columns[index].name
		}
		cell := rest[3:end]
		rest = rest[end+1:]
		if index < len(r.columns) && r.columns[index].do == keepEntries {
			entries, err := r.format.cells.read(cell)
			if err != nil {
				panic(err) // take has read it
			}
			for _, e := range entries {
				object[name+"."+e.key] = e.value
			}
			continue
		}
		object[name] = string(cell)
	}
	text, err := json.Marshal(object)
	if err != nil {
		panic(err) // a map of strings
	}
	return text
}
