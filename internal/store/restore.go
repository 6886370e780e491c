package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Filling is records into which a copy is written.
type Filling struct {
	tables map[string]Table
	filled map[string]bool
	tx     *sql.Tx
}

// Restore makes new records at a place. It brings the tables to the version that
// the copy was made of, calls fill to write all rows in one transaction, and then
// brings the tables up to date. It refuses records that hold something already,
// and copies of a newer program. After an error nothing but empty tables is there.
func Restore(ctx context.Context, at string, version int64, fill func(*Filling) error) (err error) {
	s, err := connect(ctx, at)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.restore(ctx, version, fill)
}

func (s *Store) restore(ctx context.Context, version int64, fill func(*Filling) error) error {
	known, err := s.knows(ctx, version)
	if err != nil {
		return fmt.Errorf("restore into %s: %w", s.place, err)
	}
	if !known {
		return fmt.Errorf("a newer Sluice has made this copy: its tables have version %d, which this program does not know; use the newer program", version)
	}
	before, _, err := s.migrate(ctx, version)
	if err != nil {
		return fmt.Errorf("restore into %s: %w", s.place, err)
	}
	err = s.writeOnce(ctx, func(tx *sql.Tx) error {
		if before > version { // an empty installation of this program, whose tables are those of now
			return fmt.Errorf("its tables have version %d already, and those of the copy %d; name a place where there is nothing yet", before, version)
		}
		tables, err := s.tables(ctx, tx)
		if err != nil {
			return err
		}
		f := &Filling{tables: map[string]Table{}, filled: map[string]bool{}, tx: tx}
		for _, t := range tables {
			f.tables[t.Name] = t
			if err := empty(ctx, tx, t); err != nil {
				return err
			}
		}
		return fill(f)
	})
	if err != nil {
		return fmt.Errorf("restore into %s: %w", s.place, err)
	}
	if _, _, err := s.migrate(ctx, newest); err != nil {
		return fmt.Errorf("restore into %s: %w", s.place, err)
	}
	return nil
}

// empty refuses a table with rows.
func empty(ctx context.Context, tx *sql.Tx, t Table) error {
	rows, _, err := first(ctx, tx, scanOne[int64], `SELECT COUNT(*) FROM `+quoted(t.Name))
	if err == nil && rows > 0 {
		err = fmt.Errorf("there are %d rows of %s already; a copy is restored only where there is nothing yet", rows, t.Name)
	}
	return err
}

// Read writes rows that Snapshot.Write has written, and returns how many. A row
// that is not one of the table is an error that names its number.
func (f *Filling) Read(ctx context.Context, table string, from io.Reader) (rows int64, err error) {
	t, known := f.tables[table]
	if !known {
		return 0, fmt.Errorf("there is no table %s", table)
	}
	f.filled[table] = true
	insert, err := f.tx.PrepareContext(ctx, insertInto(t))
	if err != nil {
		return 0, fmt.Errorf("table %s: %w", table, err)
	}
	defer insert.Close()
	lines := json.NewDecoder(from)
	for {
		var line map[string]json.RawMessage
		if err := lines.Decode(&line); errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return rows, fmt.Errorf("table %s, row %d: %w", table, rows+1, err)
		}
		rows++
		values, err := t.values(line)
		if err == nil {
			_, err = insert.ExecContext(ctx, values...)
		}
		if err != nil {
			return rows, fmt.Errorf("table %s, row %d: %w", table, rows, err)
		}
	}
}

// Snapshot is what was written so far.
func (f *Filling) Snapshot() *Snapshot { return &Snapshot{tx: f.tx} }

// Missing are the tables that nothing was read into, by name.
func (f *Filling) Missing() (names []string) {
	for name := range f.tables {
		if !f.filled[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Table is the table of a name.
func (f *Filling) Table(name string) (t Table, known bool) {
	t, known = f.tables[name]
	return t, known
}

func insertInto(t Table) string {
	var columns, places []string
	for i, c := range t.Columns {
		columns = append(columns, quoted(c.Name))
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	return `INSERT INTO ` + quoted(t.Name) + ` (` + strings.Join(columns, ", ") + `) VALUES (` + strings.Join(places, ", ") + `)`
}

// values are those of a line, in the order of the columns; all must be there, and
// no others.
func (t Table) values(line map[string]json.RawMessage) ([]any, error) {
	if len(line) != len(t.Columns) {
		return nil, fmt.Errorf("it has %d columns, the table has %d", len(line), len(t.Columns))
	}
	values := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		raw, there := line[c.Name]
		if !there {
			return nil, fmt.Errorf("column %s is missing", c.Name)
		}
		var err error
		if values[i], err = c.read(raw); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return values, nil
}

// read is a value that lineOf has written.
func (c Column) read(raw json.RawMessage) (any, error) {
	if bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	var err error
	switch c.Type {
	case "BOOLEAN":
		var flag bool
		err = json.Unmarshal(raw, &flag)
		return flag, err
	case "BIGINT", "INTEGER":
		var number int64
		err = json.Unmarshal(raw, &number)
		return number, err
	}
	if bytes.HasPrefix(raw, []byte("{")) {
		var encoded map[string][]byte
		err = json.Unmarshal(raw, &encoded)
		return string(encoded[base64Key]), err
	}
	var text string
	err = json.Unmarshal(raw, &text)
	return text, err
}
