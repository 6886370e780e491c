package ingest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strings"
)

// maxRow bounds one row of a file: a cost line is about a kilobyte, so a row
// of megabytes is a broken quote or an attack.
const maxRow = 4 << 20

// rowError is a fault of one row; the caller adds the name of the file.
type rowError struct {
	row int64
	msg string
}

func (e *rowError) Error() string { return fmt.Sprintf("row %d: %s", e.row, e.msg) }

// csvReader splits RFC 4180 text into fields without copying: a row is valid
// until the next one is read. It takes LF and CRLF, skips a byte order mark
// and blank lines, and keeps a quote inside an unquoted field as it is.
type csvReader struct {
	r          io.Reader
	buf        []byte
	start, end int
	begun      bool // the first bytes were read
	eof        bool // the text is read to its end
	closed     bool // and was given the line feed it lacked
	nul        bool // a NUL byte was seen: look for its row

	row     int64    // rows returned so far, the header being row 0
	header  bool     // whether the header was read
	names   []string // that it has
	fields  [][]byte // of the current row, part of cells
	filled  []int    // which of them are not empty: few, in a cost line
	cells   [][]byte // room for fields; all but the filled ones are nil
	doubled []int    // fields of the current row that hold doubled quotes
}

func newCSVReader(r io.Reader) *csvReader {
	return &csvReader{r: r, buf: make([]byte, 1<<20)}
}

// next returns the next row. io.EOF says that the text ended after a whole row.
func (c *csvReader) next() ([][]byte, error) {
	for {
		n, ok, err := c.split()
		if err != nil {
			return nil, c.fault(err.Error())
		}
		if !ok {
			if err := c.fill(); err != nil {
				return nil, err
			}
			continue
		}
		line := c.buf[c.start:n]
		c.start = n
		if len(c.fields) == 1 && len(c.fields[0]) == 0 && len(c.doubled) == 0 && line[0] != '"' {
			continue // a blank line
		}
		if c.header {
			c.row++
		}
		c.header = true
		if c.nul && bytes.IndexByte(line, 0) >= 0 {
			return nil, &rowError{c.row, "has a NUL byte: the file is damaged or not text; ask for a new delivery"}
		}
		for _, i := range c.doubled {
			c.fields[i] = bytes.ReplaceAll(c.fields[i], []byte(`""`), []byte(`"`))
		}
		return c.fields, nil
	}
}

// columns reads the header.
func (c *csvReader) columns() ([]string, error) {
	fields, err := c.next()
	for _, f := range fields {
		c.names = append(c.names, readable(bytes.TrimSpace(f)))
	}
	return c.names, err
}

func (c *csvReader) settle(*format) []string { return c.names }

// more returns nil: all columns are in the header.
func (c *csvReader) more() []string { return nil }

func (c *csvReader) place() (int64, []int) { return c.row, c.filled }

// fault is an error of the row that is being read.
func (c *csvReader) fault(msg string) error {
	row := c.row
	if c.header {
		row++
	}
	return &rowError{row, msg}
}

// fill moves the unread rest to the front and reads more behind it.
func (c *csvReader) fill() error {
	if c.eof {
		if c.start == c.end {
			return io.EOF
		}
		if c.closed {
			return c.fault("a quote is left open, or the file ends in the middle of a row")
		}
		c.closed = true
		c.r = strings.NewReader("\n") // the last row has no line feed: give it one
	}
	copy(c.buf, c.buf[c.start:c.end])
	c.end -= c.start
	c.start = 0
	if c.end == len(c.buf) {
		if len(c.buf) >= maxRow {
			return c.fault(fmt.Sprintf("is longer than %d MB: a quote is left open, or this is no cost line", maxRow>>20))
		}
		c.buf = append(c.buf, make([]byte, len(c.buf))...)
	}
	n, err := c.read()
	fresh := c.buf[c.end : c.end+n]
	c.nul = c.nul || bytes.IndexByte(fresh, 0) >= 0
	c.end += n
	if errors.Is(err, io.EOF) {
		c.eof = true
		return nil
	}
	return err
}

// read reads once; the first time it reads enough to see a byte order mark,
// and drops it.
func (c *csvReader) read() (int, error) {
	if c.begun {
		return c.r.Read(c.buf[c.end:])
	}
	c.begun = true
	const mark = byteOrderMark
	n, err := io.ReadAtLeast(c.r, c.buf, len(mark))
	if errors.Is(err, io.ErrUnexpectedEOF) && n < len(mark) {
		err = io.EOF
	}
	if bytes.HasPrefix(c.buf[:n], []byte(mark)) {
		n = copy(c.buf, c.buf[len(mark):n])
	}
	return n, err
}

const (
	lows   = 0x0101010101010101
	highs  = 0x8080808080808080
	commas = ',' * lows
	feeds  = '\n' * lows
)

// split finds the fields of the row at start. ok is false when the buffer
// ends before the row does. after is where the next row begins.
func (c *csvReader) split() (after int, ok bool, err error) {
	for _, i := range c.filled {
		c.cells[i] = nil
	}
	c.filled, c.doubled = c.filled[:0], c.doubled[:0]
	buf, p, n := c.buf[:c.end], c.start, 0
	for p < len(buf) {
		q := p
		switch buf[p] {
		case ',':
			for p+8 <= len(buf) && binary.LittleEndian.Uint64(buf[p:]) == commas {
				p, n = p+8, n+8
			}
			if p < len(buf) && buf[p] == ',' {
				p, n = p+1, n+1
			}
			continue
		case '"':
			closing, escaped := closingQuote(buf, p+1)
			if closing < 0 {
				return 0, false, nil
			}
			q = closing + 1
			if q < len(buf) && buf[q] == '\r' {
				q++
			}
			if q >= len(buf) {
				return 0, false, nil
			}
			if buf[q] != ',' && buf[q] != '\n' {
				return 0, false, fmt.Errorf("column %d has text after its closing quote: a quote inside a field must be doubled", n+1)
			}
			c.put(n, buf[p+1:closing])
			if escaped {
				c.doubled = append(c.doubled, n)
			}
		default:
			q = delimiter(buf, p)
			if q < 0 {
				return 0, false, nil
			}
			end := q
			if buf[q] == '\n' && q > p && buf[q-1] == '\r' {
				end--
			}
			c.put(n, buf[p:end])
		}
		p, n = q+1, n+1
		if buf[q] == '\n' {
			c.grow(n)
			c.fields = c.cells[:n]
			return p, true, nil
		}
	}
	return 0, false, nil
}

// put sets a field of the row; empty ones need not be set.
func (c *csvReader) put(n int, field []byte) {
	if len(field) > 0 {
		c.grow(n + 1)
		c.cells[n] = field
		c.filled = append(c.filled, n)
	}
}

func (c *csvReader) grow(n int) {
	for len(c.cells) < n {
		c.cells = append(c.cells, nil)
	}
}

// delimiter returns the index of the first comma or line feed from p on, or -1.
// It looks at eight bytes at a time: a byte is zero in x after the xor where
// it was the one looked for.
func delimiter(buf []byte, p int) int {
	for ; p+8 <= len(buf); p += 8 {
		word := binary.LittleEndian.Uint64(buf[p:])
		x, y := word^commas, word^feeds
		if found := ((x - lows) &^ x & highs) | ((y - lows) &^ y & highs); found != 0 {
			return p + bits.TrailingZeros64(found)>>3
		}
	}
	for ; p < len(buf); p++ {
		if buf[p] == ',' || buf[p] == '\n' {
			return p
		}
	}
	return -1
}

// closingQuote returns the index of the quote that ends a quoted field whose
// text begins at p, or -1 when the buffer ends first.
func closingQuote(buf []byte, p int) (at int, escaped bool) {
	for {
		i := bytes.IndexByte(buf[p:], '"')
		if i < 0 || p+i+1 >= len(buf) {
			return -1, false // the next byte tells whether the quote is doubled
		}
		p += i
		if buf[p+1] != '"' {
			return p, escaped
		}
		escaped = true
		p += 2
	}
}
