package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Identities reads who may sign in, and with what.
type Identities struct{ q querier }

// Identities reads outside of any change.
func (s *Store) Identities() Identities { return Identities{s.db} }

// IdentityChange is one change of who may sign in: what it reads stays true until
// its end, and what it writes is there as a whole or not at all.
type IdentityChange struct {
	Identities
	tx *sql.Tx
}

// ChangeIdentities makes one change. The error of anything that goes wrong begins
// with action, such as "invite ann@example.com", and wraps what change returned.
// Change may be called again where the records were busy, and must not keep the
// lock long: what takes time, such as the hash of a password, is done before.
func (s *Store) ChangeIdentities(ctx context.Context, action string, change func(c IdentityChange) error) error {
	return s.write(ctx, action, func(tx *sql.Tx) error {
		return change(IdentityChange{Identities{tx}, tx})
	})
}

// NoteIdentities is ChangeIdentities for when somebody was seen last, which is not
// worth a revision of the records.
func (s *Store) NoteIdentities(ctx context.Context, action string, change func(c IdentityChange) error) error {
	return s.writeAside(ctx, action, func(tx *sql.Tx) error {
		return change(IdentityChange{Identities{tx}, tx})
	})
}

// Audit adds an entry to the audit, in the same transaction.
func (c IdentityChange) Audit(ctx context.Context, e AuditEntry) error {
	if err := require("the name of who does it", e.By, "what is done", e.Action, "to which thing", e.Subject); err != nil {
		return err
	}
	return errors.Join(appendAudit(ctx, c.tx, e), announceUser(ctx, c.tx, e))
}

// announceUser records as an event what was done to a user or a grant. Who signs in,
// and how, is not for other programs.
func announceUser(ctx context.Context, tx *sql.Tx, e AuditEntry) error {
	kind := e.Action
	if grant, ok := strings.CutPrefix(kind, "grant."); ok {
		kind = "user.grant-" + grant
	}
	if !strings.HasPrefix(kind, "user.") || e.Action == "user.password" {
		return nil
	}
	return announce(ctx, tx, OutboxEvent{Kind: kind, Subject: e.Subject, Payload: facts("user", strings.TrimPrefix(e.Subject, "user/"))})
}

// run runs a statement and says how many rows it changed.
func (c IdentityChange) run(ctx context.Context, statement string, args ...any) (int64, error) {
	result, err := c.tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// must runs a statement that changes exactly one row; thing is what it is of.
func (c IdentityChange) must(ctx context.Context, thing, statement string, args ...any) error {
	if neverStored(args) {
		return fmt.Errorf("%s %w", thing, ErrNotFound)
	}
	n, err := c.run(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", thing, err)
	}
	if n != 1 {
		return fmt.Errorf("%s %w", thing, ErrNotFound)
	}
	return nil
}

// oneOf returns the first row of a query, and ErrNotFound with the name of the
// thing where it has none.
func oneOf[T any](ctx context.Context, q querier, thing string, scan func(row) (T, error), query string, args ...any) (T, error) {
	if neverStored(args) {
		var none T
		return none, fmt.Errorf("%s %w", thing, ErrNotFound)
	}
	item, found, err := first(ctx, q, scan, query, args...)
	switch {
	case err != nil:
		return item, fmt.Errorf("read %s: %w", thing, err)
	case !found:
		return item, fmt.Errorf("%s %w", thing, ErrNotFound)
	}
	return item, nil
}

// neverStored tells whether a text among the arguments is none that a record could
// have: PostgreSQL refuses to look for it. Ids come from whoever asks.
func neverStored(args []any) bool {
	return slices.ContainsFunc(args, func(arg any) bool {
		s, ok := arg.(string)
		return ok && (!utf8.ValidString(s) || strings.Contains(s, "\x00"))
	})
}

// maybe reads a time that may not have come yet: empty text is the zero time.
type maybe struct{ into *time.Time }

// Scan implements sql.Scanner.
func (m maybe) Scan(column any) error {
	if column == "" {
		*m.into = time.Time{}
		return nil
	}
	return text{m.into}.Scan(column)
}

// maybeText writes a time that may not have come yet.
func maybeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return timeText(t)
}

// inJSON reads and writes a column that holds JSON.
type inJSON struct{ of any }

// Scan implements sql.Scanner.
func (j inJSON) Scan(column any) error {
	s, ok := column.(string)
	if !ok {
		return fmt.Errorf("column holds %T instead of text", column)
	}
	return json.Unmarshal([]byte(s), j.of)
}

// text is what the column gets.
func (j inJSON) text() (string, error) {
	document, err := json.Marshal(j.of)
	return string(document), err
}
