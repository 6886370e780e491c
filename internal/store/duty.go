package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Duty is periodic work that one process does for all.
type Duty struct {
	Name    string    `json:"name"`
	Owner   string    `json:"-"`                 // who does it; empty when nobody does
	Until   time.Time `json:"-"`                 // when the lease ends
	Ran     time.Time `json:"ran,omitzero"`      // when it was begun last
	Problem string    `json:"problem,omitempty"` // of the last time; empty when it went well
}

func scanDuty(r row) (d Duty, err error) {
	err = r.Scan(&d.Name, &d.Owner, maybe{&d.Until}, maybe{&d.Ran}, &d.Problem)
	return d, err
}

const selectDuties = `SELECT name, lease_owner, lease_until, ran, problem FROM duty`

// Duties returns the periodic duties by name.
func (s *Store) Duties(ctx context.Context) ([]Duty, error) {
	duties, err := list(ctx, s.db, scanDuty, selectDuties+` ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("read the duties: %w", err)
	}
	return duties, nil
}

// HoldDuty leases a duty to owner until a time, or extends the lease it has.
// held is false where another one has it; what is recorded of the last time is
// returned in both cases.
func (s *Store) HoldDuty(ctx context.Context, name, owner string, now, until time.Time) (d Duty, held bool, err error) {
	d, found, err := first(ctx, s.db, scanDuty, selectDuties+` WHERE name = $1`, name)
	if err != nil {
		return d, false, fmt.Errorf("read the duty %s: %w", name, err)
	}
	if found && d.Owner != owner && d.Until.After(now) {
		return d, false, nil // without a write, which all processes would wait for
	}
	err = s.writeAside(ctx, "take the duty "+name, func(tx *sql.Tx) error {
		if err := require("the owner", owner); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO duty (name, lease_owner, lease_until, ran, problem) VALUES ($1, $2, $3, '', '')
			ON CONFLICT (name) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
			WHERE duty.lease_owner = excluded.lease_owner OR duty.lease_until <= $4`,
			name, owner, timeText(until), timeText(now)); err != nil {
			return err
		}
		d, _, err = first(ctx, tx, scanDuty, selectDuties+` WHERE name = $1`, name)
		return err
	})
	return d, err == nil && d.Owner == owner, err
}

// RanDuty records that a duty was begun at a time, and what went wrong with it.
// It changes nothing for who does not have the duty.
func (s *Store) RanDuty(ctx context.Context, name, owner string, at time.Time, problem string) error {
	return s.writeAside(ctx, "record that the duty "+name+" was done", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE duty SET ran = $3, problem = $4 WHERE name = $1 AND lease_owner = $2`, name, owner, timeText(at), problem)
		return err
	})
}

// LeaveDuties gives up what owner has, so that another process need not wait
// until the leases end.
func (s *Store) LeaveDuties(ctx context.Context, owner string) error {
	return s.writeAside(ctx, "give up the duties", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE duty SET lease_owner = '', lease_until = '' WHERE lease_owner = $1`, owner)
		return err
	})
}
