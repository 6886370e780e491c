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
)

// HandoverRoute says what of a customer's documents and data goes where.
type HandoverRoute struct {
	ID        string // a ULID
	Owner     string // the organization that set it up
	Customer  string // the organization whose documents and data they are
	Route     json.RawMessage
	Secret    string // sealed; empty where it needs none
	Enabled   bool
	Since     int64     // events after it are for the route; set by the store
	Due       time.Time // when its schedule is due next; zero where it has none
	CreatedAt time.Time
	CreatedBy string
	Version   int64 // 1 at first, set by the store
}

const handoverRouteColumns = `id, owner, customer, route, secret, enabled, since, due, created_at, created_by, version`

func scanHandoverRoute(r row) (x HandoverRoute, err error) {
	err = r.Scan(&x.ID, &x.Owner, &x.Customer, (*[]byte)(&x.Route), &x.Secret, &x.Enabled, &x.Since, maybe{&x.Due}, text{&x.CreatedAt}, &x.CreatedBy, &x.Version)
	return x, err
}

// HandoverRoutes returns the routes of all organizations, by id, which is the order
// in which they were made.
func (s *Store) HandoverRoutes(ctx context.Context) ([]HandoverRoute, error) {
	all, err := list(ctx, s.db, scanHandoverRoute, `SELECT `+handoverRouteColumns+` FROM handover_route`)
	if err != nil {
		return nil, fmt.Errorf("read the routes of hand-overs: %w", err)
	}
	slices.SortFunc(all, func(a, b HandoverRoute) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// HandoverRoute returns a route, or ErrNotFound.
func (s *Store) HandoverRoute(ctx context.Context, id string) (HandoverRoute, error) {
	x, err := handoverRoute(ctx, s.db, id)
	if err != nil {
		return x, fmt.Errorf("read the route %s: %w", id, err)
	}
	return x, nil
}

func handoverRoute(ctx context.Context, q querier, id string) (HandoverRoute, error) {
	return oneOf(ctx, q, "it", scanHandoverRoute, `SELECT `+handoverRouteColumns+` FROM handover_route WHERE id = $1`, id)
}

// described is the route as the audit has it, without its secret.
func (x HandoverRoute) described() (json.RawMessage, error) {
	return json.Marshal(struct {
		Owner    string          `json:"owner"`
		Customer string          `json:"customer"`
		Route    json.RawMessage `json:"route"`
		Enabled  bool            `json:"enabled"`
	}{x.Owner, x.Customer, x.Route, x.Enabled})
}

// AddHandoverRoute records a new route and audits it. It gets the events from now on.
func (s *Store) AddHandoverRoute(ctx context.Context, x HandoverRoute) (added HandoverRoute, err error) {
	err = s.write(ctx, "add the route", func(tx *sql.Tx) error {
		if err := errors.Join(
			require("its id", x.ID, "the organization that sets it up", x.Owner, "its customer", x.Customer, "the name of who adds it", x.CreatedBy),
			requireJSON("the route", x.Route)); err != nil {
			return err
		}
		added = x
		added.CreatedAt, added.Version = now(), 1
		if added.Since, err = lastEvent(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO handover_position (id, position) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, added.Since); err != nil {
			return err
		}
		if err := writeHandoverRoute(ctx, tx, added); err != nil {
			return err
		}
		after, err := added.described()
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: added.CreatedAt, By: x.CreatedBy, Action: "handover.add-route", Subject: "handover-route/" + x.ID, Detail: "of " + x.Customer, After: after,
		})
	})
	return added, err
}

// writeHandoverRoute writes all columns of a route.
func writeHandoverRoute(ctx context.Context, tx *sql.Tx, x HandoverRoute) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO handover_route (`+handoverRouteColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		 ON CONFLICT (id) DO UPDATE SET route = excluded.route, secret = excluded.secret, enabled = excluded.enabled, since = excluded.since,
		   due = excluded.due, version = excluded.version`,
		x.ID, x.Owner, x.Customer, storable(string(x.Route)), x.Secret, x.Enabled, x.Since, maybeText(x.Due), timeText(x.CreatedAt), x.CreatedBy, x.Version)
	return err
}

// ChangeHandoverRoute changes a route and audits it. Version 0 is whichever is in
// force; another one that is not in force is refused with ErrChangedMeanwhile. Whose
// it is and how it came to be stay as they are. One that is enabled again gets the
// events from now on. ErrNotFound where there is none.
func (s *Store) ChangeHandoverRoute(ctx context.Context, id string, version int64, by string, change func(*HandoverRoute) error) (changed HandoverRoute, err error) {
	err = s.write(ctx, "change the route "+id, func(tx *sql.Tx) error {
		if err := require("the name of who changes it", by); err != nil {
			return err
		}
		was, err := handoverRoute(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return fmt.Errorf("it %w", ErrChangedMeanwhile)
		}
		changed = was
		if err := change(&changed); err != nil {
			return err
		}
		changed.Version++
		if changed.Enabled && !was.Enabled {
			if changed.Since, err = lastEvent(ctx, tx); err != nil {
				return err
			}
		}
		if err := writeHandoverRoute(ctx, tx, changed); err != nil {
			return err
		}
		before, err := was.described()
		after, errAfter := changed.described()
		if err := errors.Join(err, errAfter); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: now(), By: by, Action: "handover.change-route", Subject: "handover-route/" + id, Detail: "of " + was.Customer, Before: before, After: after,
		})
	})
	return changed, err
}

// DeleteHandoverRoute forgets a route with its hand-overs and audits it; ErrNotFound
// where there is none. That a document was sent stays with the document.
func (s *Store) DeleteHandoverRoute(ctx context.Context, id, by string) error {
	return s.write(ctx, "delete the route "+id, func(tx *sql.Tx) error {
		if err := require("the name of who deletes it", by); err != nil {
			return err
		}
		was, err := handoverRoute(ctx, tx, id)
		if err != nil {
			return err
		}
		before, err := was.described()
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM handover_route WHERE id = $1`, id)
		return errors.Join(err, appendAudit(ctx, tx, AuditEntry{
			At: now(), By: by, Action: "handover.delete-route", Subject: "handover-route/" + id, Detail: "of " + was.Customer, Before: before,
		}))
	})
}
