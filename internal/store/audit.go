package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
)

// AuditEntry says who did what to which thing. Entries are only ever added.
type AuditEntry struct {
	At      time.Time
	By      string // the person or process
	Action  string // such as "resource.put", "finding.waive", "invoice.issue"
	Subject string // such as "customer/acme" or "2026-10/F-0123456789ab"
	Detail  string // for people: the version, the reason, the number
}

// Audit returns the newest entries first, at most limit of them; 0 is all.
func (s *Store) Audit(ctx context.Context, limit int) ([]AuditEntry, error) {
	if limit <= 0 {
		limit = math.MaxInt32
	}
	entries, err := list(ctx, s.db, scanAuditEntry,
		`SELECT done_at, done_by, action, subject, detail FROM audit ORDER BY seq DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return entries, nil
}

func scanAuditEntry(r row) (e AuditEntry, err error) {
	err = r.Scan(text{&e.At}, &e.By, &e.Action, &e.Subject, &e.Detail)
	return e, err
}

// appendAudit adds an entry in the transaction of what it tells of, so that
// neither is there without the other.
func appendAudit(ctx context.Context, tx *sql.Tx, e AuditEntry) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO audit (seq, done_at, done_by, action, subject, detail)
		 SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5 FROM audit`,
		timeText(e.At), e.By, e.Action, e.Subject, e.Detail)
	return err
}
