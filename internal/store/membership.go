package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
)

// Member is an account of a payer's organization at the provider, as it was seen
// last. Times are UTC.
type Member struct {
	Payer     string    `json:"payer"`
	Account   string    `json:"account"`
	Name      string    `json:"name,omitempty"`
	Email     string    `json:"email,omitempty"`
	State     string    `json:"state"`               // as the provider says it
	JoinedBy  string    `json:"joined_by,omitempty"` // CREATED or INVITED
	JoinedAt  time.Time `json:"joined_at,omitzero"`
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
	LeftAt    time.Time `json:"left_at,omitzero"`   // or when it was seen for the last time; zero while it is there
	MissedAt  time.Time `json:"missed_at,omitzero"` // when it was noticed that it left
}

// MemberEvent is something that happened to such an account.
type MemberEvent struct {
	ID        string    `json:"id"` // set by the store: a ULID
	Payer     string    `json:"payer"`
	Account   string    `json:"account"`
	Kind      string    `json:"kind"`
	At        time.Time `json:"at"`
	Other     string    `json:"other_payer,omitempty"`
	State     string    `json:"state,omitempty"`
	NoticedAt time.Time `json:"noticed_at"`
}

// MemberSync says when the members of a payer were read last, and what went wrong
// the last time.
type MemberSync struct {
	Payer   string    `json:"payer"`
	At      time.Time `json:"at,omitzero"` // zero where it never went well
	Members int       `json:"members"`
	TriedAt time.Time `json:"tried_at"`
	Problem string    `json:"problem,omitempty"`
}

const (
	memberColumns      = `payer, account, name, email, state, joined_by, joined_at, first_seen, last_seen, left_at, missed_at`
	memberEventColumns = `id, payer, account, kind, at, other, state, noticed_at`
)

func scanMember(r row) (m Member, err error) {
	err = r.Scan(&m.Payer, &m.Account, &m.Name, &m.Email, &m.State, &m.JoinedBy, maybe{&m.JoinedAt}, text{&m.FirstSeen}, text{&m.LastSeen}, maybe{&m.LeftAt}, maybe{&m.MissedAt})
	return m, err
}

func scanMemberEvent(r row) (e MemberEvent, err error) {
	err = r.Scan(&e.ID, &e.Payer, &e.Account, &e.Kind, text{&e.At}, &e.Other, &e.State, text{&e.NoticedAt})
	return e, err
}

// Members returns the accounts of a payer, or of all where it is empty, by payer and
// account; also those that left.
func (s *Store) Members(ctx context.Context, payer string) ([]Member, error) {
	all, err := members(ctx, s.db, payer)
	if err != nil {
		return nil, fmt.Errorf("read the members of %s: %w", payer, err)
	}
	return all, nil
}

func members(ctx context.Context, q querier, payer string) ([]Member, error) {
	if neverStored([]any{payer}) {
		return nil, nil
	}
	return list(ctx, q, scanMember, `SELECT `+memberColumns+` FROM member WHERE (payer = $1 OR $1 = '') ORDER BY payer, account`, payer)
}

// Seen is what reading the members of a payer came to.
type Seen struct {
	Changed []Member      // as they are now; also of other payers, which an account has left
	Events  []MemberEvent // one that is on record already is not recorded twice
}

// RecordMembers records that the members of a payer were read at a time. decide is
// given all members on record, of all payers, in the transaction, and says what is
// recorded of them. Where something happened, it is audited.
func (s *Store) RecordMembers(ctx context.Context, payer string, at time.Time, by string, decide func(known []Member) (Seen, int)) (events []MemberEvent, err error) {
	err = s.write(ctx, "record the members of "+payer, func(tx *sql.Tx) error {
		events = nil
		if err := require("the payer", payer, "the name of who reads them", by); err != nil {
			return err
		}
		known, err := members(ctx, tx, "")
		if err != nil {
			return err
		}
		seen, there := decide(known)
		for _, m := range seen.Changed {
			if err := writeMember(ctx, tx, m); err != nil {
				return err
			}
		}
		for _, e := range seen.Events {
			e.ID, e.NoticedAt = ulid.Make().String(), at
			done, err := tx.ExecContext(ctx, `INSERT INTO member_event (`+memberEventColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (payer, account, kind, at) DO NOTHING`,
				e.ID, e.Payer, e.Account, e.Kind, timeText(e.At), e.Other, e.State, timeText(at))
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil {
				return err
			} else if n > 0 {
				events = append(events, e)
			}
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO member_sync (payer, at, members, tried_at, problem) VALUES ($1, $2, $3, $2, '')
			ON CONFLICT (payer) DO UPDATE SET at = excluded.at, members = excluded.members, tried_at = excluded.tried_at, problem = ''`,
			payer, timeText(at), there); err != nil {
			return err
		}
		if len(events) == 0 {
			return nil
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: now(), By: by, Action: "membership.sync", Subject: "payer/" + payer, Detail: fmt.Sprintf("%d accounts, %d events", there, len(events)),
		})
	})
	return events, err
}

func writeMember(ctx context.Context, tx *sql.Tx, m Member) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO member (`+memberColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (payer, account) DO UPDATE SET name = excluded.name, email = excluded.email, state = excluded.state, joined_by = excluded.joined_by,
		  joined_at = excluded.joined_at, last_seen = excluded.last_seen, left_at = excluded.left_at, missed_at = excluded.missed_at`,
		m.Payer, m.Account, storable(m.Name), storable(m.Email), storable(m.State), storable(m.JoinedBy), maybeText(m.JoinedAt), timeText(m.FirstSeen), timeText(m.LastSeen), maybeText(m.LeftAt), maybeText(m.MissedAt))
	return err
}

// RecordSyncProblem records why the members of a payer could not be read at a time.
// What was read before stays.
func (s *Store) RecordSyncProblem(ctx context.Context, payer string, at time.Time, problem string) error {
	return s.writeAside(ctx, "record a problem with the members of "+payer, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO member_sync (payer, at, members, tried_at, problem) VALUES ($1, '', 0, $2, $3)
			ON CONFLICT (payer) DO UPDATE SET tried_at = excluded.tried_at, problem = excluded.problem`, payer, timeText(at), storable(problem))
		return err
	})
}

// MemberSyncs returns when the members of each payer were read, by payer.
func (s *Store) MemberSyncs(ctx context.Context) ([]MemberSync, error) {
	all, err := list(ctx, s.db, func(r row) (m MemberSync, err error) {
		err = r.Scan(&m.Payer, maybe{&m.At}, &m.Members, text{&m.TriedAt}, &m.Problem)
		return m, err
	}, `SELECT payer, at, members, tried_at, problem FROM member_sync ORDER BY payer`)
	if err != nil {
		return nil, fmt.Errorf("read when members were read: %w", err)
	}
	return all, nil
}

// MemberEvents returns what happened to accounts of a payer, or to one account,
// where they are given, the newest first; at most 10,000.
func (s *Store) MemberEvents(ctx context.Context, payer, account string) ([]MemberEvent, error) {
	const most = 10_000
	if neverStored([]any{payer, account}) {
		return nil, nil
	}
	all, err := list(ctx, s.db, scanMemberEvent, `SELECT `+memberEventColumns+` FROM member_event
		WHERE (payer = $1 OR other = $1 OR $1 = '') AND (account = $2 OR $2 = '') ORDER BY at DESC, id DESC LIMIT $3`, payer, account, most)
	if err != nil {
		return nil, fmt.Errorf("read what happened to members: %w", err)
	}
	return all, nil
}
