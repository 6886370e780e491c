package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Announcement is what the reseller tells its customers in the portal. The document
// is JSON that package notice reads.
type Announcement struct {
	ID        string // a ULID
	Document  json.RawMessage
	Version   int64     // set by the store, from 1
	ChangedAt time.Time // set by the store
	ChangedBy string
}

const selectAnnouncements = `SELECT id, document, version, changed_at, changed_by FROM announcement`

func scanAnnouncement(r row) (a Announcement, err error) {
	err = r.Scan(&a.ID, (*[]byte)(&a.Document), &a.Version, text{&a.ChangedAt}, &a.ChangedBy)
	return a, err
}

// Announcements returns all announcements, the newest first.
func (s *Store) Announcements(ctx context.Context) ([]Announcement, error) {
	all, err := list(ctx, s.db, scanAnnouncement, selectAnnouncements+` ORDER BY id DESC`)
	if err != nil {
		return nil, fmt.Errorf("read the announcements: %w", err)
	}
	return all, nil
}

// Announcement returns an announcement, or ErrNotFound.
func (s *Store) Announcement(ctx context.Context, id string) (Announcement, error) {
	return announcement(ctx, s.db, id)
}

func announcement(ctx context.Context, q querier, id string) (Announcement, error) {
	return oneOf(ctx, q, "announcement "+id, scanAnnouncement, selectAnnouncements+` WHERE id = $1`, id)
}

// AddAnnouncement records a new announcement and audits it. It refuses more than most.
func (s *Store) AddAnnouncement(ctx context.Context, a Announcement, most int) (added Announcement, err error) {
	err = s.write(ctx, "add the announcement", func(tx *sql.Tx) error {
		there, _, err := first(ctx, tx, scanOne[int], `SELECT COUNT(*) FROM announcement`)
		if err != nil {
			return err
		}
		if there >= most {
			return fmt.Errorf("there are %d announcements already; remove old ones first", there)
		}
		added, err = saveAnnouncement(ctx, tx, Announcement{}, a, "announcement.add")
		return err
	})
	return added, err
}

// SaveAnnouncement puts another document in the place of an announcement's, and audits
// it; ErrNotFound where there is none.
func (s *Store) SaveAnnouncement(ctx context.Context, a Announcement) (saved Announcement, err error) {
	err = s.write(ctx, "save the announcement", func(tx *sql.Tx) error {
		was, err := announcement(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		saved, err = saveAnnouncement(ctx, tx, was, a, "announcement.save")
		return err
	})
	return saved, err
}

func saveAnnouncement(ctx context.Context, tx *sql.Tx, was, a Announcement, action string) (Announcement, error) {
	if err := errors.Join(require("its id", a.ID, "the name of who saves it", a.ChangedBy), requireJSON("the text", a.Document)); err != nil {
		return a, err
	}
	a.Version, a.ChangedAt = was.Version+1, now()
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO announcement (id, document, version, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (id) DO UPDATE SET document = excluded.document, version = excluded.version, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
		a.ID, string(a.Document), a.Version, timeText(a.ChangedAt), a.ChangedBy); err != nil {
		return a, err
	}
	return a, appendAudit(ctx, tx, AuditEntry{
		At: a.ChangedAt, By: a.ChangedBy, Action: action, Subject: "announcement/" + a.ID, Detail: fmt.Sprintf("version %d", a.Version), Before: was.Document, After: a.Document,
	})
}

// RemoveAnnouncement forgets an announcement and audits it; ErrNotFound where there
// is none.
func (s *Store) RemoveAnnouncement(ctx context.Context, id, by string) error {
	return s.write(ctx, "remove the announcement", func(tx *sql.Tx) error {
		if err := require("the name of who removes it", by); err != nil {
			return err
		}
		was, err := announcement(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM announcement WHERE id = $1`, id); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "announcement.remove", Subject: "announcement/" + id, Before: was.Document})
	})
}
