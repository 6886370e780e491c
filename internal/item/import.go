package item

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/sheet"
	"github.com/sluice-billing/sluice/internal/store"
)

// Mode is what an import does with the items of the month.
type Mode string

const (
	DryRun  Mode = "dry-run"       // says what merge would do, and does nothing
	Replace Mode = "replace-month" // the month has the items of the file and no others, in its order
	Merge   Mode = "merge"         // items of the file are added, or take the place of those of the same group and name
)

// Modes lists every mode there is.
var Modes = []Mode{DryRun, Replace, Merge}

// File is a file of additional items for one month.
type File struct {
	Name   string // for messages
	Data   []byte
	Period billing.Period
	Mode   Mode
	// Key names the import: the same file with the same key is imported into a
	// month once. Mode and hash of the file where it is empty.
	Key string
}

// Imported is what an import did, or would do.
type Imported struct {
	Period billing.Period `json:"period"`
	Mode   Mode           `json:"mode"`
	Key    string         `json:"key"`
	Hash   string         `json:"sha256"` // of the file
	// Done tells whether the items are on record now. Nothing is where a row
	// failed, in a dry run, or where the import was done before.
	Done   bool      `json:"done"`
	Before *Before   `json:"done_before,omitempty"` // the import that has used the key
	Rows   []Outcome `json:"rows"`                  // those of the file, then what is deleted
	Counts Counts    `json:"counts"`
	Others int       `json:"not_in_file"` // items of the month that the file does not name: replace-month deletes them
}

// Before is an import of the same file that was done already.
type Before struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// Counts count the rows by what became of them.
type Counts struct {
	Inserted  int `json:"inserted"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Deleted   int `json:"deleted"`
	Failed    int `json:"failed"`
}

// What becomes of a row.
const (
	Insert    = "insert"
	Update    = "update"
	Unchanged = "unchanged"
	Delete    = "delete" // an item of the month that the file does not have
	Failed    = "failed"
)

// Outcome is what becomes of one row.
type Outcome struct {
	Line   int    `json:"line,omitempty"` // of the file; 0 for an item that is deleted
	Action string `json:"action"`
	sheet.Item
	Previous *billing.AdditionalItem `json:"previous,omitempty"` // what was on record
	Errors   []string                `json:"errors,omitempty"`
}

// KeyError says that the key of an import stands for another one.
type KeyError struct{ Key, UsedFor string }

// Error says what the key stands for.
func (e *KeyError) Error() string {
	return fmt.Sprintf("key %q was used for %s; give this import a key of its own", e.Key, e.UsedFor)
}

// Import reads a file of additional items and puts them on record for a
// month, all of them or none. A row that cannot be taken is in the result, with
// its errors, and no error of the call. A *sheet.FileError
// is of a file that is no such table, an *KeyError of a key that another file
// or mode has used.
func (its *Items) Import(ctx context.Context, f File) (Imported, error) {
	sum := sha256.Sum256(f.Data)
	result := Imported{Period: f.Period, Mode: f.Mode, Key: f.Key, Hash: hex.EncodeToString(sum[:]), Rows: []Outcome{}}
	if result.Key == "" {
		result.Key = string(f.Mode) + ":" + result.Hash
	}
	rows, err := sheet.ReadItems(f.Name, f.Data)
	if err != nil {
		return result, err
	}
	ctx, unlock, err := its.home.Lock(ctx, f.Period)
	if err != nil {
		return result, err
	}
	defer unlock()
	if done, err := its.importedBefore(ctx, &result); done || err != nil {
		return result, err
	}
	month, err := its.itemMonth(ctx, f.Period)
	if err != nil {
		return result, err
	}
	changes := result.compare(month, rows)
	if f.Mode == DryRun || result.Counts.Failed > 0 {
		return result, nil
	}
	changes.By = its.home.User
	if err := its.home.Store.ChangeItems(ctx, changes); err != nil {
		return result, err
	}
	result.Done = true
	return result, nil
}

// importedBefore tells whether the same import was done already; it is an error
// where its key stands for another one.
func (its *Items) importedBefore(ctx context.Context, r *Imported) (bool, error) {
	used, found, err := its.home.Store.ItemImport(ctx, r.Period, r.Key)
	if err != nil || !found {
		return false, err
	}
	if used.Hash != r.Hash {
		return false, &KeyError{r.Key, fmt.Sprintf("another file in %s, on %s by %s", r.Period, used.At.Format(time.DateOnly), used.By)}
	}
	if r.Mode != DryRun && used.Mode != string(r.Mode) {
		return false, &KeyError{r.Key, fmt.Sprintf("this file in %s with mode %s", r.Period, used.Mode)}
	}
	r.Before = &Before{used.At, used.By}
	return true, nil
}

// compare says of each row what becomes of it, and returns the changes that make
// it so.
func (r *Imported) compare(m itemMonth, rows []sheet.ItemRow) store.ItemChanges {
	if r.Mode == Replace { // positions are those of the file
		m.last = map[string]int64{}
	}
	c := itemComparison{itemMonth: m, result: r, lines: map[store.ItemKey]int{}, changes: store.ItemChanges{
		Period: r.Period, Import: &store.ItemImport{Key: r.Key, Hash: r.Hash, Mode: string(r.Mode)},
	}}
	for _, row := range rows {
		c.row(row)
	}
	for _, item := range m.now {
		if _, named := c.lines[item.Key()]; !named {
			c.absent(item)
		}
	}
	return c.changes
}

// itemComparison is the comparison of a file with the items of its month.
type itemComparison struct {
	itemMonth
	result  *Imported
	changes store.ItemChanges
	lines   map[store.ItemKey]int // where the file names an item first
}

// row compares a row of the file with the item of its key. An item that stays as
// it is may be one of an issued document.
func (c *itemComparison) row(row sheet.ItemRow) {
	key := keyOf(row.Item)
	present, there := c.at[key]
	same := there && sameItem(present.Item, row.AdditionalItem)
	o := Outcome{Line: row.Line, Item: row.Item, Errors: c.errorsOf(row, same)}
	if there {
		o.Previous = &present.Item
	}
	wanted := MonthItem{Group: row.Group, Item: row.AdditionalItem, Position: present.Position, Source: store.ItemCSV}
	if c.result.Mode == Replace || !there {
		wanted.Position = c.behind(row.Group)
	}
	switch {
	case len(o.Errors) > 0:
		o.Action = Failed
	case same:
		o.Action = Unchanged
		if wanted.Position != present.Position && c.frozen(row.Group) == "" {
			c.changes.Move = append(c.changes.Move, wanted)
		}
	case there:
		o.Action = Update
		c.changes.Put = append(c.changes.Put, wanted)
	default:
		o.Action = Insert
		c.changes.Put = append(c.changes.Put, wanted)
	}
	c.result.add(o)
}

// errorsOf says why a row cannot be taken. What cannot be read is not compared.
func (c *itemComparison) errorsOf(row sheet.ItemRow, same bool) []string {
	if len(row.Errors) > 0 {
		return row.Errors
	}
	key := keyOf(row.Item)
	if line, twice := c.lines[key]; twice {
		return []string{fmt.Sprintf("line %d has the same item of the same group; make one row of the two, or give them different names", line)}
	}
	c.lines[key] = row.Line
	if same {
		return nil
	}
	return c.against(row.Item)
}

// absent says what becomes of an item that the file does not have.
func (c *itemComparison) absent(item MonthItem) {
	c.result.Others++
	if c.result.Mode != Replace {
		return
	}
	o := Outcome{Action: Delete, Item: sheet.Item{Group: item.Group, AdditionalItem: item.Item}, Previous: &item.Item}
	if reason := c.frozen(item.Group); reason != "" {
		o.Action, o.Errors = Failed, []string{"is not in the file and would be deleted, but " + reason}
	} else {
		c.changes.Remove = append(c.changes.Remove, item.Key())
	}
	c.result.add(o)
}

func (r *Imported) add(o Outcome) {
	r.Rows = append(r.Rows, o)
	switch o.Action {
	case Insert:
		r.Counts.Inserted++
	case Update:
		r.Counts.Updated++
	case Unchanged:
		r.Counts.Unchanged++
	case Delete:
		r.Counts.Deleted++
	case Failed:
		r.Counts.Failed++
	}
}

// Check returns an error unless the mode is one of Modes.
func (m Mode) Check() error {
	var names []string
	for _, known := range Modes {
		if m == known {
			return nil
		}
		names = append(names, string(known))
	}
	return fmt.Errorf("%q is no mode; use %s", string(m), strings.Join(names, ", "))
}
