package paper

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
)

// file is a PDF file being put together: streams one after another, and all
// other objects packed in object streams (ISO 32000-1, 7.5.7), because a tagged
// table is thousands of small ones.
type file struct {
	out    []byte
	places []place // by object number; 0 is the head of the list of free ones
	packed []byte  // the bodies of the objects for the next object stream
	inside []int   // their numbers
	starts []int   // where each begins in packed
}

// place is where an object is: at a byte of the file, or in an object stream.
type place struct {
	kind  byte // 1: at says the byte; 2: at says the stream's number, index which it is inside
	at    int
	index int
}

// mostInside is how many objects one object stream holds: a reader unpacks it
// whole for one of them.
const mostInside = 400

func newFile() *file {
	// The comment of four bytes above 127 tells programs that the file is not text.
	return &file{out: []byte("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"), places: make([]place, 1)}
}

// reserve gives the number of an object that is written later.
func (f *file) reserve() int {
	f.places = append(f.places, place{})
	return len(f.places) - 1
}

// put writes a reserved object that is no stream.
func (f *file) put(number int, body []byte) {
	f.places[number] = place{kind: 2, index: len(f.inside)}
	f.inside = append(f.inside, number)
	f.starts = append(f.starts, len(f.packed))
	f.packed = append(append(f.packed, body...), '\n')
	if len(f.inside) == mostInside {
		f.pack()
	}
}

// add writes an object that is no stream and gives its number.
func (f *file) add(body []byte) int {
	number := f.reserve()
	f.put(number, body)
	return number
}

// pack writes the object stream that has come together.
func (f *file) pack() {
	if len(f.inside) == 0 {
		return
	}
	number := f.reserve()
	var index []byte
	for i, inside := range f.inside {
		f.places[inside].at = number
		index = fmt.Appendf(index, "%d %d ", inside, f.starts[i])
	}
	dictionary := fmt.Sprintf("/Type/ObjStm/N %d/First %d", len(f.inside), len(index))
	f.stream(number, dictionary, append(index, f.packed...))
	f.packed, f.inside, f.starts = f.packed[:0], f.inside[:0], f.starts[:0]
}

// stream writes a reserved object that is a stream, compressed. The dictionary
// is what is said of it besides its length and filter.
func (f *file) stream(number int, dictionary string, data []byte) {
	f.raw(number, dictionary+"/Filter/FlateDecode", deflate(data))
}

// raw writes a reserved object that is a stream as it is.
func (f *file) raw(number int, dictionary string, data []byte) {
	f.places[number] = place{kind: 1, at: len(f.out)}
	f.out = fmt.Appendf(f.out, "%d 0 obj\n<<%s/Length %d>>\nstream\n", number, dictionary, len(data))
	f.out = append(f.out, data...)
	f.out = append(f.out, "\nendstream\nendobj\n"...)
}

// finish writes the cross-reference stream, which is the trailer too. The
// file's identity is taken from its content.
func (f *file) finish(catalog, info int) []byte {
	f.pack()
	sum := sha256.Sum256(f.out)
	id := hex.EncodeToString(sum[:16])
	number := f.reserve()
	f.places[number] = place{kind: 1, at: len(f.out)}
	entries := make([]byte, 0, 7*len(f.places))
	for _, p := range f.places {
		if p.kind == 0 {
			p.index = 0xFFFF // free, never to be used
		}
		entries = append(entries, p.kind)
		entries = binary.BigEndian.AppendUint32(entries, uint32(p.at))
		entries = binary.BigEndian.AppendUint16(entries, uint16(p.index))
	}
	start := len(f.out)
	f.stream(number, fmt.Sprintf("/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]",
		len(f.places), catalog, info, id, id), entries)
	f.out = append(f.out, "startxref\n"...)
	f.out = strconv.AppendInt(f.out, int64(start), 10)
	f.out = append(f.out, "\n%%EOF\n"...)
	return f.out
}

// compressors are kept because each takes more memory than a document.
var compressors = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(nil, 5)
	if err != nil {
		panic(err) // the level is one there is
	}
	return w
}}

// deflate compresses the data, always in the same way.
func deflate(data []byte) []byte {
	w := compressors.Get().(*zlib.Writer)
	defer compressors.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	// A buffer in memory takes everything: neither of the two fails.
	_, _ = w.Write(data)
	_ = w.Close()
	return out.Bytes()
}
