package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// Where an additional item of a month came from.
const (
	ItemCSV = "csv" // imported from a file
	ItemUI  = "ui"  // typed by a person, in the console or on the command line
	ItemAPI = "api" // sent by another program
)

// MonthItem is an additional item that a billing group is charged for in one
// month. A group has one item of a label a month.
type MonthItem struct {
	Period    billing.Period
	Group     string                 // id of the billing group
	Item      billing.AdditionalItem // in the currency of the group's invoices, tax out; without dates
	Position  int64                  // order among the group's items
	Source    string                 // ItemCSV, ItemUI or ItemAPI
	ChangedAt time.Time              // set by the store
	ChangedBy string                 // set by the store
}

// ItemKey names an item within its month.
type ItemKey struct{ Group, Label string }

// String writes the key as group: label.
func (k ItemKey) String() string { return k.Group + ": " + k.Label }

// Key names the item.
func (i MonthItem) Key() ItemKey { return ItemKey{i.Group, i.Item.Label} }

const itemColumns = `period, billing_group, label, position, unit_price, quantity, tax, tax_free, source, changed_at, changed_by`

func scanItem(r row) (i MonthItem, err error) {
	err = r.Scan(text{&i.Period}, &i.Group, &i.Item.Label, &i.Position, text{&i.Item.UnitPrice}, text{&i.Item.Quantity}, &i.Item.Tax, &i.Item.TaxFree,
		&i.Source, text{&i.ChangedAt}, &i.ChangedBy)
	return i, err
}

// MonthItems returns the additional items of a month, by group, then in their
// order.
func (s *Store) MonthItems(ctx context.Context, period billing.Period) ([]MonthItem, error) {
	items, err := list(ctx, s.db, scanItem, `SELECT `+itemColumns+` FROM month_item WHERE period = $1`, periodText(period))
	if err != nil {
		return nil, fmt.Errorf("read the items of %s: %w", period, err)
	}
	slices.SortFunc(items, func(a, b MonthItem) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Item.Label, b.Item.Label))
	})
	return items, nil
}

// ItemChanges are changes of a month's items, all or none.
type ItemChanges struct {
	Period billing.Period
	By     string
	Put    []MonthItem // new ones, and those that are there under the same key
	Move   []MonthItem // only their position changes
	Remove []ItemKey
	Import *ItemImport // the file that the changes are of; nil for others
}

// ItemImport is a file that was imported into a month.
type ItemImport struct {
	Key  string // whose second import does nothing
	Hash string // SHA-256 of the file, hexadecimal
	Mode string
	At   time.Time // set by the store
	By   string    // set by the store
}

// ItemImport returns the import that has used a key in a month; found is false
// where none has.
func (s *Store) ItemImport(ctx context.Context, period billing.Period, key string) (used ItemImport, found bool, err error) {
	used, found, err = first(ctx, s.db, scanItemImport,
		`SELECT import_key, file_hash, mode, imported_at, imported_by FROM month_item_import WHERE period = $1 AND import_key = $2`, periodText(period), key)
	if err != nil {
		err = fmt.Errorf("read the imports of %s: %w", period, err)
	}
	return used, found, err
}

func scanItemImport(r row) (i ItemImport, err error) {
	err = r.Scan(&i.Key, &i.Hash, &i.Mode, text{&i.At}, &i.By)
	return i, err
}

// IssuedGroups returns the billing groups that have an issued document of a month
// in force, each with the number of one. What is voided can be billed anew.
func (s *Store) IssuedGroups(ctx context.Context, period billing.Period) (map[string]string, error) {
	issued, err := issuedGroups(ctx, s.db, period)
	if err != nil {
		return nil, fmt.Errorf("read the issued documents of %s: %w", period, err)
	}
	return issued, nil
}

func issuedGroups(ctx context.Context, q querier, period billing.Period) (map[string]string, error) {
	issued, err := list(ctx, q, scanInvoice, selectInvoices+` WHERE period = $1 AND number IS NOT NULL`, periodText(period))
	if err != nil {
		return nil, err
	}
	documents := make([]invoice.Invoice, len(issued))
	for i, x := range issued {
		if err := json.Unmarshal(x.Document, &documents[i]); err != nil {
			return nil, fmt.Errorf("the document of %s: %w", x.ID, err)
		}
		documents[i].State, documents[i].Group, documents[i].Number = invoice.Issued, x.Group, x.Number
	}
	return invoice.NumbersInForce(documents), nil
}

// ChangeItems makes the changes in one transaction, with an audit entry for each
// item that is put or removed, and one for the import. It refuses a group that
// has an issued document of the month in force, a key of an import that is used already,
// and, with ErrNotFound, to move or remove what is not there.
func (s *Store) ChangeItems(ctx context.Context, c ItemChanges) error {
	return s.write(ctx, fmt.Sprintf("change the items of %s", c.Period), func(tx *sql.Tx) error {
		if err := require("the month", periodText(c.Period), "the name of who changes them", c.By); err != nil {
			return err
		}
		issued, err := issuedGroups(ctx, tx, c.Period)
		if err != nil {
			return err
		}
		w := itemWriting{ctx: ctx, tx: tx, changes: c, at: now(), issued: issued}
		for _, step := range []func() error{w.put, w.move, w.remove, w.imported} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

// itemWriting is one ChangeItems under way.
type itemWriting struct {
	ctx     context.Context
	tx      *sql.Tx
	changes ItemChanges
	at      time.Time
	issued  map[string]string
}

// open refuses a group whose document is issued.
func (w itemWriting) open(key ItemKey) error {
	if number, ok := w.issued[key.Group]; ok {
		return fmt.Errorf("%s: document %s of %s is issued and never changes; put the item into a later month, or correct the document", key, number, w.changes.Period)
	}
	return require("the billing group of an item", key.Group, "the label of an item of "+key.Group, key.Label)
}

// audit adds what was done to an item, or to all by an import; before and after are
// nil where the item was not, or is not any more.
func (w itemWriting) audit(action, subject, detail string, before, after *billing.AdditionalItem) error {
	e := AuditEntry{At: w.at, By: w.changes.By, Action: action, Subject: w.changes.Period.String() + "/" + subject, Detail: detail}
	for _, side := range []struct {
		item *billing.AdditionalItem
		into *json.RawMessage
	}{{before, &e.Before}, {after, &e.After}} {
		if side.item == nil {
			continue
		}
		document, err := json.Marshal(side.item)
		if err != nil {
			return err
		}
		*side.into = document
	}
	return appendAudit(w.ctx, w.tx, e)
}

// present returns the item that is there under a key; found is false where none is.
func (w itemWriting) present(key ItemKey) (item MonthItem, found bool, err error) {
	return first(w.ctx, w.tx, scanItem,
		`SELECT `+itemColumns+` FROM month_item WHERE period = $1 AND billing_group = $2 AND label = $3`, periodText(w.changes.Period), key.Group, key.Label)
}

func (w itemWriting) put() error {
	for _, i := range w.changes.Put {
		if err := w.open(i.Key()); err != nil {
			return err
		}
		before, found, err := w.present(i.Key())
		if err != nil {
			return err
		}
		if _, err := w.tx.ExecContext(w.ctx,
			`INSERT INTO month_item (`+itemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			 ON CONFLICT (period, billing_group, label) DO UPDATE SET position = excluded.position, unit_price = excluded.unit_price,
			 quantity = excluded.quantity, tax = excluded.tax, tax_free = excluded.tax_free, source = excluded.source,
			 changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			periodText(w.changes.Period), i.Group, i.Item.Label, i.Position, i.Item.UnitPrice.String(), i.Item.Quantity.String(), i.Item.Tax, i.Item.TaxFree,
			i.Source, timeText(w.at), w.changes.By); err != nil {
			return fmt.Errorf("%s: %w", i.Key(), err)
		}
		var was *billing.AdditionalItem
		if found {
			was = &before.Item
		}
		if err := w.audit("item.put", i.Key().String(), described(i.Item)+", by "+i.Source, was, &i.Item); err != nil {
			return err
		}
	}
	return nil
}

// described is an item as the audit keeps it.
func described(i billing.AdditionalItem) string {
	text := fmt.Sprintf("%s × %s", i.Quantity, i.UnitPrice)
	if i.Tax != "" {
		text += ", tax " + i.Tax
	}
	if i.TaxFree {
		text += ", free of tax"
	}
	return text
}

func (w itemWriting) move() error {
	for _, i := range w.changes.Move {
		if err := w.open(i.Key()); err != nil {
			return err
		}
		if err := w.one(i.Key(), `UPDATE month_item SET position = $4 WHERE period = $1 AND billing_group = $2 AND label = $3`, i.Position); err != nil {
			return err
		}
	}
	return nil
}

func (w itemWriting) remove() error {
	for _, key := range w.changes.Remove {
		if err := w.open(key); err != nil {
			return err
		}
		present, found, err := w.present(key)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%s %w", key, ErrNotFound)
		}
		if err := w.one(key, `DELETE FROM month_item WHERE period = $1 AND billing_group = $2 AND label = $3`); err != nil {
			return err
		}
		if err := w.audit("item.remove", key.String(), "was "+described(present.Item), &present.Item, nil); err != nil {
			return err
		}
	}
	return nil
}

// one runs a statement that must change one row; its first three arguments are
// the item's key.
func (w itemWriting) one(key ItemKey, statement string, more ...any) error {
	result, err := w.tx.ExecContext(w.ctx, statement, append([]any{periodText(w.changes.Period), key.Group, key.Label}, more...)...)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fmt.Errorf("%s %w", key, ErrNotFound), err)
	}
	return nil
}

func (w itemWriting) imported() error {
	i := w.changes.Import
	if i == nil {
		return nil
	}
	if err := require("the key of the import", i.Key, "the hash of the file", i.Hash, "the mode of the import", i.Mode); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx,
		`INSERT INTO month_item_import (period, import_key, file_hash, mode, imported_at, imported_by) VALUES ($1, $2, $3, $4, $5, $6)`,
		periodText(w.changes.Period), i.Key, i.Hash, i.Mode, timeText(w.at), w.changes.By); err != nil {
		return fmt.Errorf("the import with key %s: %w", i.Key, err)
	}
	return w.audit("item.import", i.Key, fmt.Sprintf("%s, sha256 %s: %d put, %d removed", i.Mode, i.Hash, len(w.changes.Put), len(w.changes.Remove)), nil, nil)
}
