package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// AccountingMapping says in which accounts and codes of an accounting system documents
// are booked. The text is YAML that package accounting reads.
type AccountingMapping struct {
	System    string
	Text      string
	Version   int64     // set by the store, from 1
	ChangedAt time.Time // set by the store
	ChangedBy string
}

const accountingMappingColumns = `system, document, version, changed_at, changed_by`

func scanAccountingMapping(r row) (m AccountingMapping, err error) {
	err = r.Scan(&m.System, &m.Text, &m.Version, text{&m.ChangedAt}, &m.ChangedBy)
	return m, err
}

// AccountingMappings returns the mappings that were saved, by system.
func (s *Store) AccountingMappings(ctx context.Context) ([]AccountingMapping, error) {
	all, err := list(ctx, s.db, scanAccountingMapping, `SELECT `+accountingMappingColumns+` FROM booking_mapping ORDER BY system`)
	if err != nil {
		return nil, fmt.Errorf("read the mappings of accounting: %w", err)
	}
	return all, nil
}

// AccountingMapping returns the mapping of a system, or ErrNotFound.
func (s *Store) AccountingMapping(ctx context.Context, system string) (AccountingMapping, error) {
	return accountingMapping(ctx, s.db, system)
}

func accountingMapping(ctx context.Context, q querier, system string) (AccountingMapping, error) {
	return oneOf(ctx, q, "a mapping of "+system, scanAccountingMapping, `SELECT `+accountingMappingColumns+` FROM booking_mapping WHERE system = $1`, system)
}

// SaveAccountingMapping puts a mapping in force, as a new version and audited; what is in
// force already is left as it is.
func (s *Store) SaveAccountingMapping(ctx context.Context, m AccountingMapping) (saved AccountingMapping, err error) {
	err = s.write(ctx, "save the mapping of "+m.System, func(tx *sql.Tx) error {
		if err := require("its system", m.System, "its text", m.Text, "the name of who saves it", m.ChangedBy); err != nil {
			return err
		}
		was, err := accountingMapping(ctx, tx, m.System)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if was.Version > 0 && was.Text == m.Text {
			saved = was
			return nil
		}
		saved = m
		saved.Version, saved.ChangedAt = was.Version+1, now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO booking_mapping (`+accountingMappingColumns+`) VALUES ($1, $2, $3, $4, $5)
			 ON CONFLICT (system) DO UPDATE SET document = excluded.document, version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			m.System, m.Text, saved.Version, timeText(saved.ChangedAt), m.ChangedBy); err != nil {
			return err
		}
		return auditMapping(ctx, tx, "save", m.ChangedBy, was, saved)
	})
	return saved, err
}

// RemoveAccountingMapping forgets the mapping of a system, and audits it; ErrNotFound
// where there is none.
func (s *Store) RemoveAccountingMapping(ctx context.Context, system, by string) error {
	return s.write(ctx, "remove the mapping of "+system, func(tx *sql.Tx) error {
		if err := require("the name of who removes it", by); err != nil {
			return err
		}
		was, err := accountingMapping(ctx, tx, system)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM booking_mapping WHERE system = $1`, system); err != nil {
			return err
		}
		return auditMapping(ctx, tx, "remove", by, was, AccountingMapping{System: system, ChangedAt: now()})
	})
}

// auditMapping has the texts before and after, as JSON.
func auditMapping(ctx context.Context, tx *sql.Tx, what, by string, was, is AccountingMapping) error {
	e := AuditEntry{At: is.ChangedAt, By: by, Action: "accounting-mapping." + what, Subject: "accounting-mapping/" + is.System}
	if is.Version > 0 {
		e.Detail = fmt.Sprintf("version %d", is.Version)
	}
	var err error
	if was.Text != "" {
		e.Before, err = json.Marshal(was.Text)
	}
	if is.Text != "" && err == nil {
		e.After, err = json.Marshal(is.Text)
	}
	return errors.Join(err, appendAudit(ctx, tx, e))
}
