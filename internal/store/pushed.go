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

	"github.com/sluice-billing/sluice/internal/billing"
)

// Kinds of what is pushed.
const (
	PushedKindBill     = "bill"     // takes the place of the registers of its account and month
	PushedKindRegister = "register" // an estimate: of a day, or of the month
)

// PushedBill is a version of a bill or register that was sent to Sluice.
type PushedBill struct {
	Source   string
	Period   billing.Period
	ID       string // the sender's; the same one again is another version
	Version  int64  // from 1, set by the store
	Kind     string // bill | register
	Account  string // the provider's id; may be empty
	Day      *billing.Day
	Digest   string          // SHA-256 of Content, hexadecimal
	Content  json.RawMessage // opaque; lists leave it out
	Lines    int64           // in Content
	Sums     billing.Money   // what they come to, by currency, exact
	Removed  bool            // it was taken back
	PushedAt time.Time       // set by the store
	PushedBy string
}

const selectPushed = `SELECT source, period, id, version, kind, account, day, digest, lines, sums, removed, pushed_at, pushed_by FROM pushed_bill b`

func scanPushed(r row) (b PushedBill, err error) {
	day := ""
	err = r.Scan(&b.Source, text{&b.Period}, &b.ID, &b.Version, &b.Kind, &b.Account, &day, &b.Digest, &b.Lines, inJSON{&b.Sums}, &b.Removed, text{&b.PushedAt}, &b.PushedBy)
	if err == nil && day != "" {
		var d billing.Day
		d, err = billing.ParseDay(day)
		b.Day = &d
	}
	return b, err
}

// newestPushed leaves the newest version of each.
const newestPushed = ` AND version = (SELECT MAX(n.version) FROM pushed_bill n WHERE n.source = b.source AND n.period = b.period AND n.id = b.id)`

// PushedBills returns what was pushed of a source for a month, by id: the newest
// version of each, also of those that were taken back.
func (s *Store) PushedBills(ctx context.Context, source string, period billing.Period) ([]PushedBill, error) {
	all, err := list(ctx, s.db, scanPushed, selectPushed+` WHERE source = $1 AND period = $2`+newestPushed, source, period.String())
	if err != nil {
		return nil, fmt.Errorf("read what was pushed of source %s for %s: %w", source, period, err)
	}
	slices.SortFunc(all, func(a, b PushedBill) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// PushedVersions returns every version of one that was pushed, the oldest first; none
// where it never was.
func (s *Store) PushedVersions(ctx context.Context, source string, period billing.Period, id string) ([]PushedBill, error) {
	all, err := list(ctx, s.db, scanPushed, selectPushed+` WHERE source = $1 AND period = $2 AND id = $3 ORDER BY version`, source, period.String(), id)
	if err != nil {
		return nil, fmt.Errorf("read the versions of %s: %w", id, err)
	}
	return all, nil
}

// PushedContent returns the content of a version, or ErrNotFound.
func (s *Store) PushedContent(ctx context.Context, source string, period billing.Period, id string, version int64) (json.RawMessage, error) {
	text, err := oneOf(ctx, s.db, "it", scanOne[string], `SELECT content FROM pushed_bill WHERE source = $1 AND period = $2 AND id = $3 AND version = $4`,
		source, period.String(), id, version)
	if err != nil {
		return nil, fmt.Errorf("read what was pushed as %s: %w", id, err)
	}
	return json.RawMessage(text), nil
}

// PushBill records a version of what is pushed, and audits it. Where the newest
// version says the same, nothing changes, and that one is returned, with fresh false.
// More than most of a source and month are refused with ErrTooMany.
func (s *Store) PushBill(ctx context.Context, b PushedBill, most int) (kept PushedBill, fresh bool, err error) {
	err = s.write(ctx, "record "+b.Kind+" "+b.ID, func(tx *sql.Tx) error {
		if err := errors.Join(
			require("its id", b.ID, "its source", b.Source, "its month", periodText(b.Period), "its kind", b.Kind, "its digest", b.Digest, "the name of who pushes it", b.PushedBy),
			requireJSON("its content", b.Content)); err != nil {
			return err
		}
		was, found, err := newestOfPushed(ctx, tx, b)
		if err != nil {
			return err
		}
		if kept, fresh = was, false; found && !was.Removed && was.Digest == b.Digest {
			return nil
		}
		if !found {
			n, _, err := first(ctx, tx, scanOne[int64], `SELECT COUNT(DISTINCT id) FROM pushed_bill WHERE source = $1 AND period = $2`, b.Source, b.Period.String())
			if err != nil {
				return err
			}
			if n >= int64(most) {
				return fmt.Errorf("source %s has %d bills and registers for %s; send fewer, with more lines each: %w", b.Source, n, b.Period, ErrTooMany)
			}
		}
		kept, fresh = b, true
		kept.Version, kept.PushedAt, kept.Removed = was.Version+1, now(), false
		return kept.insert(ctx, tx, was, "bill.push")
	})
	return kept, fresh, err
}

// ErrTooMany says that there is no room for another one.
var ErrTooMany = errors.New("there are too many")

// RemovePushed takes back what was pushed, and audits it: it stays on record, and is
// in no sum any more. ErrNotFound where it is not in force.
func (s *Store) RemovePushed(ctx context.Context, source string, period billing.Period, id, by string) (kept PushedBill, err error) {
	err = s.write(ctx, "take back "+id, func(tx *sql.Tx) error {
		if err := require("the name of who takes it back", by); err != nil {
			return err
		}
		was, found, err := newestOfPushed(ctx, tx, PushedBill{Source: source, Period: period, ID: id})
		if err != nil {
			return err
		}
		if !found || was.Removed {
			return fmt.Errorf("%s of source %s and %s %w", id, source, period, ErrNotFound)
		}
		kept = was
		kept.Version, kept.PushedAt, kept.PushedBy, kept.Removed = was.Version+1, now(), by, true
		content, _, err := first(ctx, tx, scanOne[string], `SELECT content FROM pushed_bill WHERE source = $1 AND period = $2 AND id = $3 AND version = $4`,
			source, period.String(), id, was.Version)
		if err != nil {
			return err
		}
		kept.Content = json.RawMessage(content)
		return kept.insert(ctx, tx, was, "bill.remove")
	})
	return kept, err
}

func newestOfPushed(ctx context.Context, tx *sql.Tx, b PushedBill) (PushedBill, bool, error) {
	return first(ctx, tx, scanPushed, selectPushed+` WHERE source = $1 AND period = $2 AND id = $3 ORDER BY version DESC LIMIT 1`, b.Source, b.Period.String(), b.ID)
}

func (b PushedBill) insert(ctx context.Context, tx *sql.Tx, was PushedBill, action string) error {
	day := ""
	if b.Day != nil {
		day = b.Day.String()
	}
	sums, err := inJSON{b.Sums}.text()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO pushed_bill (source, period, id, version, kind, account, day, digest, content, lines, sums, removed, pushed_at, pushed_by)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		b.Source, b.Period.String(), b.ID, b.Version, b.Kind, b.Account, day, b.Digest, storable(string(b.Content)), b.Lines, sums, b.Removed,
		timeText(b.PushedAt), b.PushedBy); err != nil {
		return err
	}
	entry := AuditEntry{
		At: b.PushedAt, By: b.PushedBy, Action: action, Subject: "pushed/" + b.Source + "/" + b.Period.String() + "/" + b.ID,
		Detail: fmt.Sprintf("%s of account %s, version %d", b.Kind, cmp.Or(b.Account, "(none)"), b.Version),
	}
	if was.Version > 0 {
		entry.Before, err = was.described()
	}
	if err == nil && !b.Removed {
		entry.After, err = b.described()
	}
	return errors.Join(err, appendAudit(ctx, tx, entry))
}

// described is a version as the audit has it: its lines are by their digest.
func (b PushedBill) described() (json.RawMessage, error) {
	return json.Marshal(struct {
		Digest string        `json:"digest"`
		Lines  int64         `json:"lines"`
		Sums   billing.Money `json:"sums"`
	}{b.Digest, b.Lines, b.Sums})
}
