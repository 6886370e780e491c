package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SavedView is a page of the web application with its filters, kept by a name.
type SavedView struct {
	ID           string // a ULID
	Organization string // it can be opened by users of this organization alone
	User         string // id of who made it; empty when that user is gone
	Owner        string // their name
	Name         string
	Page         string
	Query        string // what stands behind ? in the page's address
	Shared       bool   // with everybody of the organization
	Version      int64  // set by the store, from 1
	CreatedAt    time.Time
	ChangedAt    time.Time // set by the store
}

const selectSavedViews = `SELECT v.id, v.organization, COALESCE(v.user_id, ''), COALESCE(u.name, ''), v.name, v.page, v.query, v.shared, v.version, v.created_at, v.changed_at
	FROM saved_view v LEFT JOIN user_account u ON u.id = v.user_id`

func scanSavedView(r row) (v SavedView, err error) {
	err = r.Scan(&v.ID, &v.Organization, &v.User, &v.Owner, &v.Name, &v.Page, &v.Query, &v.Shared, &v.Version, text{&v.CreatedAt}, text{&v.ChangedAt})
	return v, err
}

// SavedViews returns those of an organization that a user may open: their own, and
// the shared ones, in the order in which they were made.
func (s *Store) SavedViews(ctx context.Context, organization, user string) ([]SavedView, error) {
	all, err := list(ctx, s.db, scanSavedView, selectSavedViews+` WHERE v.organization = $1 AND (v.shared OR v.user_id = $2) ORDER BY v.id`, organization, user)
	if err != nil {
		return nil, fmt.Errorf("read the saved views: %w", err)
	}
	return all, nil
}

// SavedView returns a saved view, or ErrNotFound.
func (s *Store) SavedView(ctx context.Context, id string) (SavedView, error) {
	return savedView(ctx, s.db, id)
}

func savedView(ctx context.Context, q querier, id string) (SavedView, error) {
	return oneOf(ctx, q, "saved view "+id, scanSavedView, selectSavedViews+` WHERE v.id = $1`, id)
}

// AddSavedView records a new view and audits it as by's. It refuses more than most of
// a user in an organization.
func (s *Store) AddSavedView(ctx context.Context, v SavedView, by string, most int) (added SavedView, err error) {
	err = s.writeAside(ctx, "save the view", func(tx *sql.Tx) error {
		if err := require("its id", v.ID, "its organization", v.Organization, "its user", v.User, "its name", v.Name, "its page", v.Page, "the name of who saves it", by); err != nil {
			return err
		}
		// What nobody can open any more.
		if _, err := tx.ExecContext(ctx, `DELETE FROM saved_view WHERE user_id IS NULL AND NOT shared`); err != nil {
			return err
		}
		there, _, err := first(ctx, tx, scanOne[int], `SELECT COUNT(*) FROM saved_view WHERE organization = $1 AND user_id = $2`, v.Organization, v.User)
		if err != nil {
			return err
		}
		if there >= most {
			return fmt.Errorf("you have %d saved views already; remove one first", there)
		}
		at := now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO saved_view (id, organization, user_id, name, page, query, shared, version, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			v.ID, v.Organization, v.User, storable(v.Name), v.Page, storable(v.Query), v.Shared, 1, timeText(at), timeText(at)); err != nil {
			return err
		}
		if added, err = savedView(ctx, tx, v.ID); err != nil || !added.Shared {
			return err
		}
		return auditSavedView(ctx, tx, added, by, "saved-view.add")
	})
	return added, err
}

// ChangeSavedView changes the name, the query and who may open a view, and audits
// it where it is or becomes shared; ErrNotFound where there is none.
func (s *Store) ChangeSavedView(ctx context.Context, id, by string, change func(*SavedView) error) (changed SavedView, err error) {
	err = s.writeAside(ctx, "change the saved view", func(tx *sql.Tx) error {
		if err := require("the name of who changes it", by); err != nil {
			return err
		}
		was, err := savedView(ctx, tx, id)
		if err != nil {
			return err
		}
		changed = was
		if err := change(&changed); err != nil {
			return err
		}
		changed.Version, changed.ChangedAt = was.Version+1, now()
		if _, err := tx.ExecContext(ctx, `UPDATE saved_view SET name = $2, query = $3, shared = $4, version = $5, changed_at = $6 WHERE id = $1`,
			id, storable(changed.Name), storable(changed.Query), changed.Shared, changed.Version, timeText(changed.ChangedAt)); err != nil {
			return err
		}
		if !was.Shared && !changed.Shared {
			return nil
		}
		return auditSavedView(ctx, tx, changed, by, "saved-view.change")
	})
	return changed, err
}

// RemoveSavedView forgets a view, and audits it of a shared one; ErrNotFound where there
// is none.
func (s *Store) RemoveSavedView(ctx context.Context, id, by string) error {
	return s.writeAside(ctx, "remove the saved view", func(tx *sql.Tx) error {
		was, err := savedView(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM saved_view WHERE id = $1`, id); err != nil || !was.Shared {
			return err
		}
		return auditSavedView(ctx, tx, was, by, "saved-view.remove")
	})
}

// auditSavedView audits what is done to a view that others see, too; what is somebody's
// own is not in the audit.
func auditSavedView(ctx context.Context, tx *sql.Tx, v SavedView, by, action string) error {
	return appendAudit(ctx, tx, AuditEntry{
		At: now(), By: by, Action: action, Subject: "saved-view/" + v.ID, Detail: v.Name, After: facts("organization", v.Organization, "page", v.Page, "query", v.Query),
	})
}
