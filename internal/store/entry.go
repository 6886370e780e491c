package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Entry is an adjusting entry on record (R27), with what it is looked up by.
type Entry struct {
	ID        string          // such as E-0123456789ab
	Period    billing.Period  // in which it occurred
	AppliedTo billing.Period  // zero while it is on no invoice
	Due       billing.Period  // of a part: in which it is to be applied; else zero
	Document  json.RawMessage // kept byte for byte
}

// EntryChange is what is done to entries in one step.
type EntryChange struct {
	Put    []Entry  // new, or in the place of those with the same ids
	Remove []string // ids
	// Collected says from which loads the entries of a period are now; nil where
	// the change is no collection.
	Collected *Collection
	Audit     []AuditEntry // who did it and why; At is set by the store
}

// Collection says from which loads a period's entries were collected.
type Collection struct {
	Period billing.Period
	Loads  []string // ids
}

const selectEntries = `SELECT id, period, applied_to, due, document FROM adjusting_entry`

func scanEntry(r row) (e Entry, err error) {
	err = r.Scan(&e.ID, text{&e.Period}, optionalPeriod{&e.AppliedTo}, optionalPeriod{&e.Due}, (*[]byte)(&e.Document))
	return e, err
}

// optionalPeriod reads what periodText writes: empty text is the zero period.
type optionalPeriod struct{ into *billing.Period }

// Scan implements sql.Scanner.
func (p optionalPeriod) Scan(column any) error {
	if column == "" {
		*p.into = billing.Period{}
		return nil
	}
	return text{p.into}.Scan(column)
}

// Entries returns the entries that occurred in a period, are applied to it, or
// are due in it, by id.
func (s *Store) Entries(ctx context.Context, period billing.Period) ([]Entry, error) {
	entries, err := list(ctx, s.db, scanEntry, selectEntries+` WHERE period = $1 OR applied_to = $1 OR due = $1 ORDER BY id`, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the adjusting entries of %s: %w", period, err)
	}
	return entries, nil
}

// Entry returns an entry by its id, or ErrNotFound.
func (s *Store) Entry(ctx context.Context, id string) (Entry, error) {
	e, found, err := first(ctx, s.db, scanEntry, selectEntries+` WHERE id = $1`, id)
	if err != nil {
		return Entry{}, fmt.Errorf("read adjusting entry %s: %w", id, err)
	}
	if !found {
		return Entry{}, fmt.Errorf("adjusting entry %s %w; `sluice entry list` with a month shows those that are", id, ErrNotFound)
	}
	return e, nil
}

// EntryLoads returns the ids of the loads that a period's entries were collected
// from, sorted; found is false when they never were.
func (s *Store) EntryLoads(ctx context.Context, period billing.Period) (loads []string, found bool, err error) {
	ids, found, err := first(ctx, s.db, scanOne[string], `SELECT loads FROM entry_collection WHERE period = $1`, period.String())
	if err != nil {
		return nil, false, fmt.Errorf("read what the adjusting entries of %s were collected from: %w", period, err)
	}
	return strings.Fields(ids), found, nil
}

// ChangeEntries does all of a change, or nothing. An id that is to be removed and
// is not on record is an error.
func (s *Store) ChangeEntries(ctx context.Context, change EntryChange) error {
	return s.write(ctx, "record adjusting entries", func(tx *sql.Tx) error {
		was, err := entryDocuments(ctx, tx, change)
		if err != nil {
			return err
		}
		for _, id := range change.Remove {
			done, err := tx.ExecContext(ctx, `DELETE FROM adjusting_entry WHERE id = $1`, id)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 {
				return fmt.Errorf("adjusting entry %s %w", id, ErrNotFound)
			}
		}
		for _, e := range change.Put {
			if err := putEntry(ctx, tx, e); err != nil {
				return fmt.Errorf("adjusting entry %s: %w", e.ID, err)
			}
		}
		if c := change.Collected; c != nil {
			loads := strings.Join(slices.Sorted(slices.Values(c.Loads)), " ")
			if _, err := tx.ExecContext(ctx,
				`INSERT INTO entry_collection (period, loads) VALUES ($1, $2)
				 ON CONFLICT (period) DO UPDATE SET loads = excluded.loads`, periodText(c.Period), loads); err != nil {
				return err
			}
		}
		return auditEntries(ctx, tx, change, was)
	})
}

// entryDocuments returns the documents of the entries that a change puts or
// removes, as they are before it.
func entryDocuments(ctx context.Context, tx *sql.Tx, change EntryChange) (map[string]json.RawMessage, error) {
	ids := slices.Clone(change.Remove)
	for _, e := range change.Put {
		ids = append(ids, e.ID)
	}
	was := map[string]json.RawMessage{}
	for _, id := range ids {
		e, found, err := first(ctx, tx, scanEntry, selectEntries+` WHERE id = $1`, id)
		if err != nil {
			return nil, err
		}
		if found {
			was[id] = e.Document
		}
	}
	return was, nil
}

// auditEntries adds the audit entries of a change, each with what the entry was and
// became, and an event for each.
func auditEntries(ctx context.Context, tx *sql.Tx, change EntryChange, was map[string]json.RawMessage) error {
	became := map[string]json.RawMessage{}
	for _, e := range change.Put {
		became[e.ID] = e.Document
	}
	at := now()
	for _, a := range change.Audit {
		a.At, a.Before, a.After = at, was[a.Subject], became[a.Subject]
		if err := appendAudit(ctx, tx, a); err != nil {
			return err
		}
		event := OutboxEvent{Kind: a.Action, Subject: a.Subject, Payload: facts("entry", a.Subject)}
		if a.Action == "entry.apply" {
			event.Kind = "entry.applied"
		}
		if err := announce(ctx, tx, event); err != nil {
			return err
		}
	}
	return nil
}

func putEntry(ctx context.Context, tx *sql.Tx, e Entry) error {
	if err := require("its id", e.ID, "its period", periodText(e.Period)); err != nil {
		return err
	}
	if err := requireJSON("its document", e.Document); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx,
		`INSERT INTO adjusting_entry (id, period, applied_to, due, document) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (id) DO UPDATE SET period = excluded.period, applied_to = excluded.applied_to, due = excluded.due, document = excluded.document`,
		e.ID, periodText(e.Period), periodText(e.AppliedTo), periodText(e.Due), string(e.Document))
	return err
}
