package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Kinds of MemberInvitation.
const (
	InvitedAccount  = "account"  // into the payer's organization
	InvitedTransfer = "transfer" // to have another organization's bills paid by the payer
)

// MemberInvitation is an invitation on record. Times are UTC.
type MemberInvitation struct {
	ID           string // a ULID
	Kind         string
	Payer        string
	Target       string // id of an account or e-mail address
	Customer     string // empty where it is not known yet
	State        string
	Settled      bool   // nothing is left to be done
	Handshake    string // the provider's id; empty until it is known
	Expires      time.Time
	Details      json.RawMessage
	TokenHash    string // SHA-256 of the token of the customer's page, hexadecimal; empty where there is none
	TokenExpires time.Time
	CreatedAt    time.Time
	CreatedBy    string
	Version      int64 // 1 at first, set by the store
}

// MemberInvitationState is a state that an invitation was in.
type MemberInvitationState struct {
	State     string    `json:"state"`
	At        time.Time `json:"at"` // when it came to be, as far as is known
	NoticedAt time.Time `json:"noticed_at"`
	Detail    string    `json:"detail,omitempty"`
}

const memberInvitationColumns = `id, kind, payer, target, customer, state, settled, handshake, expires, details, token_hash, token_expires, created_at, created_by, version`

func scanMemberInvitation(r row) (i MemberInvitation, err error) {
	err = r.Scan(&i.ID, &i.Kind, &i.Payer, &i.Target, &i.Customer, &i.State, &i.Settled, &i.Handshake, maybe{&i.Expires}, (*[]byte)(&i.Details),
		&i.TokenHash, maybe{&i.TokenExpires}, text{&i.CreatedAt}, &i.CreatedBy, &i.Version)
	return i, err
}

// OpenInvitationError says that a target has an open invitation already.
type OpenInvitationError struct{ ID, Target, State string }

// Error names the invitation that is open.
func (e *OpenInvitationError) Error() string {
	return fmt.Sprintf("%s has an open invitation already, %s (%s); wait for its answer, send it again, or cancel it first", e.Target, e.ID, e.State)
}

// AddMemberInvitation records a new invitation with its first state and audits it. An
// *OpenInvitationError is of a target that the payer has invited already, where that
// has not come to an end: ended names the states in which it has.
func (s *Store) AddMemberInvitation(ctx context.Context, i MemberInvitation, first MemberInvitationState, ended []string) (added MemberInvitation, err error) {
	err = s.write(ctx, "invite "+i.Target, func(tx *sql.Tx) error {
		if err := errors.Join(require("its id", i.ID, "its kind", i.Kind, "the payer", i.Payer, "who is invited", i.Target, "its state", i.State, "the name of who invites", i.CreatedBy),
			requireJSON("the invitation", i.Details)); err != nil {
			return err
		}
		before, err := list(ctx, tx, scanMemberInvitation, `SELECT `+memberInvitationColumns+` FROM member_invitation WHERE kind = $1 AND payer = $2 AND target = $3`, i.Kind, i.Payer, i.Target)
		if err != nil {
			return err
		}
		for _, b := range before {
			if !inAny(b.State, ended) {
				return &OpenInvitationError{b.ID, b.Target, b.State}
			}
		}
		added = i
		added.Version = 1
		if err := writeMemberInvitation(ctx, tx, added); err != nil {
			return err
		}
		if err := addMemberState(ctx, tx, i.ID, first); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: now(), By: i.CreatedBy, Action: "membership.invite", Subject: "invitation/" + i.ID, Detail: i.Target + " by " + i.Payer, After: i.Details,
		})
	})
	return added, err
}

func inAny(state string, all []string) bool {
	for _, s := range all {
		if s == state {
			return true
		}
	}
	return false
}

func writeMemberInvitation(ctx context.Context, tx *sql.Tx, i MemberInvitation) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO member_invitation (`+memberInvitationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, state = excluded.state, settled = excluded.settled, handshake = excluded.handshake,
		  expires = excluded.expires, details = excluded.details, token_hash = excluded.token_hash, token_expires = excluded.token_expires, version = excluded.version`,
		i.ID, i.Kind, i.Payer, i.Target, i.Customer, i.State, i.Settled, i.Handshake, maybeText(i.Expires), storable(string(i.Details)),
		i.TokenHash, maybeText(i.TokenExpires), timeText(i.CreatedAt), i.CreatedBy, i.Version)
	return err
}

func addMemberState(ctx context.Context, tx *sql.Tx, invitation string, state MemberInvitationState) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO member_invitation_state (invitation, number, state, at, noticed_at, detail)
		SELECT $1, COUNT(*) + 1, $2, $3, $4, $5 FROM member_invitation_state WHERE invitation = $1`,
		invitation, state.State, timeText(state.At), timeText(state.NoticedAt), storable(state.Detail))
	return err
}

// ChangeMemberInvitation changes an invitation and audits it as the action. change
// returns the state that it came into, or nil where that stays. It may be run more
// than once. Kind, payer and target stay. Where nothing of it is another one,
// nothing is recorded. ErrNotFound where there is none.
func (s *Store) ChangeMemberInvitation(ctx context.Context, id, by, action string, change func(*MemberInvitation) (*MemberInvitationState, error)) (changed MemberInvitation, err error) {
	err = s.write(ctx, "change the invitation "+id, func(tx *sql.Tx) error {
		if err := require("the name of who changes it", by); err != nil {
			return err
		}
		was, err := memberInvitation(ctx, tx, id)
		if err != nil {
			return err
		}
		changed = was
		state, err := change(&changed)
		if err != nil {
			return err
		}
		if state == nil && same(was, changed) {
			return nil
		}
		changed.Version++
		if err := writeMemberInvitation(ctx, tx, changed); err != nil {
			return err
		}
		detail := was.Target
		if state != nil {
			detail += ": " + state.State
			if err := addMemberState(ctx, tx, id, *state); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: action, Subject: "invitation/" + id, Detail: detail, Before: was.Details, After: changed.Details})
	})
	return changed, err
}

func same(a, b MemberInvitation) bool {
	return a.Customer == b.Customer && a.State == b.State && a.Settled == b.Settled && a.Handshake == b.Handshake && a.Expires.Equal(b.Expires) &&
		string(a.Details) == string(b.Details) && a.TokenHash == b.TokenHash && a.TokenExpires.Equal(b.TokenExpires)
}

func memberInvitation(ctx context.Context, q querier, id string) (MemberInvitation, error) {
	return oneOf(ctx, q, "it", scanMemberInvitation, `SELECT `+memberInvitationColumns+` FROM member_invitation WHERE id = $1`, id)
}

// MemberInvitation returns an invitation with the states that it was in, the first
// first; ErrNotFound where there is none.
func (s *Store) MemberInvitation(ctx context.Context, id string) (i MemberInvitation, states []MemberInvitationState, err error) {
	if i, err = memberInvitation(ctx, s.db, id); err == nil {
		states, err = list(ctx, s.db, func(r row) (x MemberInvitationState, err error) {
			err = r.Scan(&x.State, text{&x.At}, text{&x.NoticedAt}, &x.Detail)
			return x, err
		}, `SELECT state, at, noticed_at, detail FROM member_invitation_state WHERE invitation = $1 ORDER BY number`, id)
	}
	if err != nil {
		return i, nil, fmt.Errorf("invitation %.200s: %w", id, err)
	}
	return i, states, nil
}

// LastMemberInvitation returns the invitation of a target by a payer that was added
// last; ErrNotFound where there is none.
func (s *Store) LastMemberInvitation(ctx context.Context, kind, payer, target string) (MemberInvitation, error) {
	return oneOf(ctx, s.db, "an invitation", scanMemberInvitation, `SELECT `+memberInvitationColumns+` FROM member_invitation
		WHERE kind = $1 AND payer = $2 AND target = $3 ORDER BY id DESC LIMIT 1`, kind, payer, target)
}

// MemberInvitationOf returns the invitation whose customer's page has that token;
// ErrNotFound where there is none.
func (s *Store) MemberInvitationOf(ctx context.Context, tokenHash string) (MemberInvitation, error) {
	return oneOf(ctx, s.db, "the page", scanMemberInvitation, `SELECT `+memberInvitationColumns+` FROM member_invitation WHERE token_hash = $1 AND token_hash <> ''`, tokenHash)
}

// MemberInvitationFilter says which invitations are asked for; what is empty is any.
type MemberInvitationFilter struct {
	Kind, Payer, Customer string
	Open                  bool // only those with something left to be done
}

// MemberInvitations returns invitations, the newest first; at most 10,000.
func (s *Store) MemberInvitations(ctx context.Context, f MemberInvitationFilter) ([]MemberInvitation, error) {
	const most = 10_000
	if neverStored([]any{f.Kind, f.Payer, f.Customer}) {
		return nil, nil
	}
	query := `SELECT ` + memberInvitationColumns + ` FROM member_invitation
		WHERE (kind = $1 OR $1 = '') AND (payer = $2 OR $2 = '') AND (customer = $3 OR $3 = '')`
	if f.Open {
		query += ` AND NOT settled`
	}
	all, err := list(ctx, s.db, scanMemberInvitation, query+` ORDER BY id DESC LIMIT $4`, f.Kind, f.Payer, f.Customer, most)
	if err != nil {
		return nil, fmt.Errorf("read the invitations: %w", err)
	}
	return all, nil
}
