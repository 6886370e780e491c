package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Snapshot is the records as they were at one moment; what others write
// meanwhile does not show in it, and is not held up by it.
type Snapshot struct {
	Version int64   // of the tables
	Tables  []Table // each after those that it refers to
	tx      *sql.Tx
}

// Table is a table of the records.
type Table struct {
	Name    string
	Columns []Column // in their order
}

// Column is a column of a table.
type Column struct {
	Name string
	Type string // TEXT, BIGINT or BOOLEAN, on both databases
	key  int64  // its place in the primary key, from 1; 0 where it is not in it
}

// passing are tables of which no copy is made: what runs now, and the version of
// the tables, which a copy has by itself.
var passing = []string{"lock", "revision", "goose_db_version"}

// Snapshot calls use with the records of this moment. It must not be used after
// that.
func (s *Store) Snapshot(ctx context.Context, use func(*Snapshot) error) error {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: s.kind.snapshot(), ReadOnly: true})
	if err != nil {
		return fmt.Errorf("read all records: %w", err)
	}
	defer tx.Rollback() // nothing was written
	version, _, err := first(ctx, tx, scanOne[int64], `SELECT MAX(version_id) FROM goose_db_version`)
	if err != nil {
		return fmt.Errorf("read the version of the tables: %w", err)
	}
	tables, err := s.tables(ctx, tx)
	if err != nil {
		return fmt.Errorf("read what tables there are: %w", err)
	}
	return use(&Snapshot{Version: version, Tables: tables, tx: tx})
}

// tables are those that a copy is made of, each after those that it refers to, and
// by name as far as that allows.
func (s *Store) tables(ctx context.Context, tx *sql.Tx) ([]Table, error) {
	byName := map[string]*Table{}
	_, err := list(ctx, tx, func(r row) (none struct{}, err error) {
		var table string
		var c Column
		if err := r.Scan(&table, &c.Name, &c.Type, &c.key); err != nil {
			return none, err
		}
		c.Type = strings.ToUpper(c.Type)
		if byName[table] == nil {
			byName[table] = &Table{Name: table}
		}
		byName[table].Columns = append(byName[table].Columns, c)
		return none, nil
	}, s.kind.catalogue())
	if err != nil {
		return nil, err
	}
	refers := map[string][]string{}
	if _, err := list(ctx, tx, func(r row) (none struct{}, err error) {
		var from, to string
		err = r.Scan(&from, &to)
		refers[from] = append(refers[from], to)
		return none, err
	}, s.kind.references()); err != nil {
		return nil, err
	}
	for _, name := range passing {
		delete(byName, name)
	}
	return inOrder(byName, refers)
}

// inOrder puts tables behind those that they refer to.
func inOrder(byName map[string]*Table, refers map[string][]string) ([]Table, error) {
	names := make([]string, 0, len(byName))
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []Table
	done := map[string]bool{}
	for len(all) < len(names) {
		before := len(all)
		for _, name := range names {
			waits := slices.ContainsFunc(refers[name], func(to string) bool { return to != name && byName[to] != nil && !done[to] })
			if !done[name] && !waits {
				done[name] = true
				all = append(all, *byName[name])
			}
		}
		if len(all) == before {
			return nil, fmt.Errorf("tables refer to each other in a circle, so that no order fits them")
		}
	}
	return all, nil
}

// Write writes the rows of a table as lines of JSON, an object for each, by their
// primary key, and returns how many there are. The same rows give the same bytes
// on both databases.
func (x *Snapshot) Write(ctx context.Context, t Table, w io.Writer) (rows int64, err error) {
	out := bufio.NewWriter(w)
	err = x.Each(ctx, t, func(values []any) error {
		rows++
		line, err := lineOf(t, values)
		if err != nil {
			return err
		}
		_, err = out.Write(line)
		return err
	})
	if err != nil {
		return rows, fmt.Errorf("copy the records of %s: %w", t.Name, err)
	}
	return rows, out.Flush()
}

// Each calls do with the values of each row of a table, by its primary key: text
// as string or as []byte where it is no UTF-8, numbers as int64, flags as bool,
// nil for nothing.
func (x *Snapshot) Each(ctx context.Context, t Table, do func(values []any) error) error {
	rows, err := x.tx.QueryContext(ctx, selectAll(t))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values := make([]any, len(t.Columns))
		into := make([]any, len(t.Columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			if values[i], err = c.value(values[i]); err != nil {
				return fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
		if err := do(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

func selectAll(t Table) string {
	var columns, keys []string
	byKey := slices.SortedFunc(slices.Values(t.Columns), func(a, b Column) int { return int(a.key - b.key) })
	for _, c := range t.Columns {
		columns = append(columns, quoted(c.Name))
	}
	for _, c := range byKey {
		if c.key > 0 {
			keys = append(keys, quoted(c.Name))
		}
	}
	if keys == nil {
		keys = columns
	}
	return `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + quoted(t.Name) + ` ORDER BY ` + strings.Join(keys, ", ")
}

// quoted is a name as SQL has it; names are those of the migrations.
func quoted(name string) string { return `"` + name + `"` }

// value is what a driver gives, as one of few types.
func (c Column) value(v any) (any, error) {
	switch c.Type {
	case "TEXT":
		switch v := v.(type) {
		case nil:
			return nil, nil
		case string:
			if !utf8.ValidString(v) {
				return []byte(v), nil
			}
			return v, nil
		}
	case "BIGINT", "INTEGER":
		switch v := v.(type) {
		case nil, int64:
			return v, nil
		}
	case "BOOLEAN":
		switch v := v.(type) {
		case nil, bool:
			return v, nil
		case int64:
			return v != 0, nil
		}
	}
	return nil, fmt.Errorf("a value of type %T cannot be copied from a column of type %s", v, c.Type)
}

// lineOf is a row as JSON, with the columns in their order.
func lineOf(t Table, values []any) ([]byte, error) {
	var line bytes.Buffer
	between := "{"
	text := json.NewEncoder(&line)
	text.SetEscapeHTML(false)
	for i, c := range t.Columns {
		fmt.Fprintf(&line, "%s%q:", between, c.Name)
		between = ","
		value := values[i]
		if raw, ok := value.([]byte); ok {
			value = map[string][]byte{base64Key: raw}
		}
		if err := text.Encode(value); err != nil {
			return nil, err
		}
		line.Truncate(line.Len() - 1) // without the end of the line
	}
	line.WriteString("}\n")
	return line.Bytes(), nil
}

// base64Key marks bytes that are no text.
const base64Key = "base64"

// Kept is a folder of the lake that the records name.
type Kept struct {
	Period billing.Period
	Payer  string // of a load; empty for a revision
	ID     string // of the load or the revision
	Needed bool   // it is in force, or a document was made from it
	// Source and Version are of a load: under them lies what was collected for it.
	Source, Version string
}

// Loads are the loads on record; those in force are needed.
func (x *Snapshot) Loads(ctx context.Context) ([]Kept, error) {
	loads, err := list(ctx, x.tx, func(r row) (k Kept, err error) {
		err = r.Scan(text{&k.Period}, &k.Payer, &k.ID, &k.Needed, &k.Source, &k.Version)
		return k, err
	}, `SELECT l.period, l.payer, l.id, c.load_id IS NOT NULL, l.source, l.version FROM load l LEFT JOIN current_load c ON c.load_id = l.id ORDER BY l.period, l.payer, l.id`)
	if err != nil {
		return nil, fmt.Errorf("read the loads: %w", err)
	}
	return loads, nil
}

// Revisions are the ratings on record; those in force are needed, and those that
// documents were made from.
func (x *Snapshot) Revisions(ctx context.Context) ([]Kept, error) {
	revisions, err := list(ctx, x.tx, func(r row) (k Kept, err error) {
		err = r.Scan(text{&k.Period}, &k.ID, &k.Needed)
		return k, err
	}, `SELECT r.period, r.revision, EXISTS (SELECT 1 FROM current_rated c WHERE c.revision = r.revision) OR EXISTS (SELECT 1 FROM invoice i WHERE i.rated = r.revision)
		FROM rated r ORDER BY r.period, r.revision`)
	if err != nil {
		return nil, fmt.Errorf("read the ratings: %w", err)
	}
	return revisions, nil
}
