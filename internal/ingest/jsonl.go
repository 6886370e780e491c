package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// rowSource is where rows of named cells come from: CSV text, or JSON lines.
type rowSource interface {
	// columns are the names of the cells, as far as they are known before the rows
	// are read. The format of the file is told from them.
	columns() ([]string, error)
	// settle is told the format, and returns the names of the cells as next gives
	// them.
	settle(f *format) []string
	// next returns the next row; io.EOF after the last. It is valid until the next
	// call.
	next() ([][]byte, error)
	// more returns all names when the last row brought new ones, otherwise nil.
	more() []string
	// place is the number of the last row, from 1, and which of its cells are not
	// empty.
	place() (row int64, filled []int)
}

// rowsOf tells from the first character what a text is: JSON lines begin with a
// brace, which begins no header.
func rowsOf(text io.Reader) (rowSource, error) {
	ahead := bufio.NewReader(text)
	for n := len(byteOrderMark); ; n++ {
		head, err := ahead.Peek(n)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte(byteOrderMark)), " \t\r\n"); len(head) > 0 {
			switch head[0] {
			case '{':
				return newJSONLines(ahead), nil
			case '[':
				return nil, errors.New("the file is one JSON array; it must have one JSON object a line, as exports in JSON have (JSON lines)")
			}
			return newCSVReader(ahead), nil
		}
		if err != nil || n == ahead.Size() {
			return newCSVReader(ahead), nil
		}
	}
}

// byteOrderMark begins texts of some programs.
const byteOrderMark = "\xef\xbb\xbf"

// Bounds of JSON, besides maxRow for the length of a line: no export comes near
// them.
const (
	maxDepth   = 16   // of objects inside objects
	maxColumns = 4096 // different names in a file
)

// unfolding puts the members of JSON objects into cells of their own: that of
// {"invoice": {"month": "202405"}} is called invoice.month. Lists stay JSON. Names
// are numbered as they come; no number changes its name.
type unfolding struct {
	names  []string
	index  map[string]int
	cells  [][]byte
	filled []int
	known  int                    // how many names whoever reads has been told
	whole  func(name string) bool // whether an object stays one cell
	wholes map[string]bool        // what whole said
	name   []byte                 // of the member in work
}

func newUnfolding() unfolding {
	return unfolding{index: map[string]int{}, whole: func(string) bool { return false }, wholes: map[string]bool{}}
}

// clear begins a row.
func (u *unfolding) clear() {
	for _, i := range u.filled {
		u.cells[i] = nil
	}
	u.filled = u.filled[:0]
}

func (u *unfolding) more() []string {
	if u.known == len(u.names) {
		return nil
	}
	u.known = len(u.names)
	return slices.Clone(u.names)
}

// column numbers a name.
func (u *unfolding) column(name []byte) (int, error) {
	i, ok := u.index[string(name)]
	if ok {
		return i, nil
	}
	if !utf8.Valid(name) {
		return u.column([]byte(readable(name)))
	}
	if len(u.names) == maxColumns {
		return 0, fmt.Errorf("brings the name %q, and the file has %d different ones already: it is no cost export", clip(string(name), 60), maxColumns)
	}
	i = len(u.names)
	u.names = append(u.names, string(name))
	u.index[string(name)] = i
	u.cells = append(u.cells, nil)
	return i, nil
}

// readable is the name of a column with U+FFFD for each byte that is not UTF-8, as JSON
// writes it: names that are the same then are seen to be.
func readable(name []byte) string { return string([]rune(string(name))) }

// put sets a cell; an empty one need not be set.
func (u *unfolding) put(name, value []byte) error {
	i, err := u.column(name)
	if err != nil || len(value) == 0 {
		return err
	}
	if u.cells[i] != nil {
		return fmt.Errorf("names %q twice: it cannot be told which one counts", clip(string(name), 60))
	}
	u.cells[i] = value
	u.filled = append(u.filled, i)
	return nil
}

// object puts the members of the object that begins at text[at] into cells whose
// names begin with u.name. It returns where the object ends. The text must be valid
// JSON.
func (u *unfolding) object(text []byte, at, depth int) (end int, err error) {
	if depth > maxDepth {
		return 0, fmt.Errorf("has objects inside objects, over %d deep: it is no cost line", maxDepth)
	}
	before := len(u.name)
	defer func() { u.name = u.name[:before] }()
	for at = skipSpace(text, at+1); text[at] != '}'; at = skipSpace(text, at) {
		if text[at] == ',' {
			at = skipSpace(text, at+1)
		}
		end := stringEnd(text, at)
		key, err := unquoted(text[at:end])
		if err != nil {
			return 0, err
		}
		u.name = append(u.name[:before], key...)
		at = skipSpace(text, skipSpace(text, end)+1) // behind the colon
		if text[at] == '{' && !u.isWhole() {
			u.name = append(u.name, '.')
			if at, err = u.object(text, at, depth+1); err != nil {
				return 0, err
			}
			continue
		}
		end = valueEnd(text, at)
		value, err := cellOf(text[at:end])
		if err != nil {
			return 0, err
		}
		if err := u.put(u.name, value); err != nil {
			return 0, err
		}
		at = end
	}
	return at + 1, nil
}

// isWhole tells whether the object that is called u.name stays one cell.
func (u *unfolding) isWhole() bool {
	whole, known := u.wholes[string(u.name)]
	if !known {
		whole = u.whole(string(u.name))
		if len(u.wholes) < maxColumns {
			u.wholes[string(u.name)] = whole
		}
	}
	return whole
}

// cellOf is a JSON value as a cell: texts without their quotes, null and what is
// empty as nothing, all else as it is.
func cellOf(value []byte) ([]byte, error) {
	switch {
	case value[0] == '"':
		return unquoted(value)
	case string(value) == "null", string(value) == "[]", string(value) == "{}":
		return nil, nil
	}
	return value, nil
}

// unquoted is the text of a JSON string.
func unquoted(quoted []byte) ([]byte, error) {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1], nil
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return nil, err
	}
	return []byte(noNUL(text)), nil
}

func skipSpace(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n') {
		at++
	}
	return at
}

// stringEnd is the index behind the string that begins at text[at].
func stringEnd(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// valueEnd is the index behind the value that begins at text[at].
func valueEnd(text []byte, at int) int {
	switch text[at] {
	case '"':
		return stringEnd(text, at)
	case '{', '[':
		for open := 0; ; {
			switch text[at] {
			case '"':
				at = stringEnd(text, at)
				continue
			case '{', '[':
				open++
			case '}', ']':
				if open--; open == 0 {
					return at + 1
				}
			}
			at++
		}
	}
	for at < len(text) && bytes.IndexByte([]byte(",}] \t\r\n"), text[at]) < 0 {
		at++
	}
	return at
}

// jsonLines reads one JSON object a line. Names may come with any line.
type jsonLines struct {
	unfolding
	text *bufio.Reader
	line []byte
	row  int64
	held bool // the first line was read for its names and is yet to be given out
}

func newJSONLines(text *bufio.Reader) *jsonLines {
	return &jsonLines{unfolding: newUnfolding(), text: text}
}

func (j *jsonLines) columns() ([]string, error) {
	if err := j.read(); err != nil {
		return nil, err
	}
	j.held = true
	return j.names, j.unfold()
}

// settle unfolds the first line anew, now that it is known which members of it
// the format takes as a whole: maps, and what it asks for.
func (j *jsonLines) settle(f *format) []string {
	j.unfolding = newUnfolding()
	j.whole = func(name string) bool {
		_, mapped := f.mapped(name)
		return mapped || slices.Contains(f.asks, plainName(name))
	}
	if err := j.unfold(); err != nil {
		return nil // it was unfolded before, into more
	}
	return j.more()
}

func (j *jsonLines) next() ([][]byte, error) {
	if j.held {
		j.held = false
		return j.cells, nil
	}
	if err := j.read(); err != nil {
		return nil, err
	}
	return j.cells, j.unfold()
}

func (j *jsonLines) place() (int64, []int) { return j.row, j.filled }

// unfold puts the line in work into cells.
func (j *jsonLines) unfold() error {
	j.clear()
	j.name = j.name[:0]
	if _, err := j.object(j.line, 0, 1); err != nil {
		return &rowError{j.row, err.Error()}
	}
	return nil
}

// read reads the next line that is not blank.
func (j *jsonLines) read() error {
	for {
		j.line = j.line[:0]
		for {
			part, err := j.text.ReadSlice('\n')
			j.line = append(j.line, part...)
			if len(j.line) > maxRow {
				return &rowError{j.row + 1, fmt.Sprintf("is longer than %d MB: this is no cost line", maxRow>>20)}
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && (!errors.Is(err, io.EOF) || len(j.line) == 0) {
				return err
			}
			break
		}
		if j.row == 0 {
			j.line = bytes.TrimPrefix(j.line, []byte(byteOrderMark))
		}
		j.line = bytes.TrimSpace(j.line)
		if len(j.line) == 0 {
			continue
		}
		j.row++
		if j.line[0] != '{' || !json.Valid(j.line) {
			return &rowError{j.row, "is not one JSON object on one line: the file is damaged, was not copied whole, or is not in JSON lines"}
		}
		return nil
	}
}

// unfolded is CSV of which some cells are JSON objects, as Parquet files with nested
// columns become.
type unfolded struct {
	unfolding
	text   *csvReader
	header []string
	nested []bool // which of its columns hold objects
}

// unfoldedCSV is the text itself where none of the columns is nested.
func unfoldedCSV(text *csvReader, header []string, nested []string) rowSource {
	u := &unfolded{unfolding: newUnfolding(), text: text, header: header, nested: make([]bool, len(header))}
	for i, name := range header {
		u.nested[i] = slices.Contains(nested, plainName(name))
	}
	if !slices.Contains(u.nested, true) {
		return text
	}
	return u
}

func (u *unfolded) columns() ([]string, error) { return u.header, nil }

func (u *unfolded) settle(*format) []string {
	for i, name := range u.header {
		if !u.nested[i] {
			_, _ = u.column([]byte(name)) // a header has fewer names than a file may have
		}
	}
	return u.more()
}

func (u *unfolded) next() ([][]byte, error) {
	u.clear()
	fields, err := u.text.next()
	if err != nil {
		return nil, err
	}
	if len(fields) != len(u.header) {
		return nil, &rowError{u.text.row, fmt.Sprintf("has %d fields, and the header has %d", len(fields), len(u.header))}
	}
	for _, i := range u.text.filled {
		u.name = append(u.name[:0], u.header[i]...)
		if u.nested[i] && fields[i][0] == '{' && json.Valid(fields[i]) {
			u.name = append(u.name, '.')
			_, err = u.object(fields[i], 0, 1)
		} else {
			err = u.put(u.name, fields[i])
		}
		if err != nil {
			return nil, &rowError{u.text.row, err.Error()}
		}
	}
	return u.cells, nil
}

func (u *unfolded) place() (int64, []int) { return u.text.row, u.filled }
