package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
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

// ApplyBecause is Apply with the reason for it, which must be given (R18): an
// entry "resource.reason" for every resource, in the same transaction.
func (s *Store) ApplyBecause(ctx context.Context, by, reason string, put []Resource, remove []ResourceKey) error {
	return s.write(ctx, "apply resources", func(tx *sql.Tx) error {
		if err := require("the name of who applies them", by, "the reason", strings.TrimSpace(reason)); err != nil {
			return err
		}
		apply := applying{ctx: ctx, tx: tx, by: by, at: now(), seen: map[ResourceKey]bool{}}
		explain := func(key ResourceKey) error {
			return appendAudit(ctx, tx, AuditEntry{At: apply.at, By: by, Action: "resource.reason", Subject: key.String(), Detail: reason})
		}
		for _, resource := range put {
			if err := errors.Join(apply.put(resource), explain(resource.Key())); err != nil {
				return err
			}
		}
		for _, key := range remove {
			if err := errors.Join(apply.remove(key), explain(key)); err != nil {
				return err
			}
		}
		return nil
	})
}
