package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Finding is a finding of a period on record.
type Finding struct {
	billing.Finding
	// ID names the finding within its period, such as F-0123456789ab. It is
	// made of stage, scope, code, subject and currency, so a run that finds the
	// same thing again gives it the same id.
	ID     string         `json:"id"`
	Period billing.Period `json:"period"`
	Stage  string         `json:"stage"` // that found it
	Scope  string         `json:"scope"` // the part of the stage's work it belongs to, replaced as a whole
	Waived *Waiver        `json:"waived,omitempty"`
}

// Waiver says that someone accepts a finding as it is. It holds for exactly
// what was seen: the same finding with the same severity, count, amount and
// currency.
type Waiver struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

const selectFindings = `
	SELECT f.period, f.id, f.stage, f.scope, f.code, f.severity, f.subject, f.file, f.file_row, f.row_count, f.amount,
	       f.currency, f.message, w.waived_by, w.reason, w.waived_at
	FROM finding f LEFT JOIN waiver w
	  ON w.period = f.period AND w.finding = f.id AND w.severity = f.severity
	 AND w.row_count = f.row_count AND w.amount = f.amount AND w.currency = f.currency`

func scanFinding(r row) (f Finding, err error) {
	var by, reason, at sql.Null[string]
	if err := r.Scan(text{&f.Period}, &f.ID, &f.Stage, &f.Scope, &f.Code, &f.Severity, &f.Subject, &f.File, &f.Row,
		&f.Count, text{&f.Amount}, &f.Currency, &f.Message, &by, &reason, &at); err != nil {
		return Finding{}, err
	}
	if by.Valid {
		f.Waived = &Waiver{By: by.V, Reason: reason.V}
		err = f.Waived.At.UnmarshalText([]byte(at.V))
	}
	return f, err
}

// Findings returns the findings of a period: those that hold the close first,
// then warnings, then information; within each by stage, scope, code and
// subject.
func (s *Store) Findings(ctx context.Context, period billing.Period) ([]Finding, error) {
	findings, err := list(ctx, s.db, scanFinding, selectFindings+` WHERE f.period = $1`, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the findings of %s: %w", period, err)
	}
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
			cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Scope, b.Scope),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject),
			cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.ID, b.ID))
	})
	return findings, nil
}

// severities in the order in which findings are shown.
var severities = []billing.Severity{billing.Hold, billing.Warn, billing.Info}

// ReplaceFindings puts the findings in the place of those that the stage left
// for the same scope of the period. No findings is a clean bill.
func (s *Store) ReplaceFindings(ctx context.Context, period billing.Period, stage, scope string, findings []billing.Finding) error {
	return s.write(ctx, fmt.Sprintf("record the findings of %s for %s", stage, period), func(tx *sql.Tx) error {
		return replaceFindings(ctx, tx, period, stage, scope, findings)
	})
}

func replaceFindings(ctx context.Context, tx *sql.Tx, period billing.Period, stage, scope string, findings []billing.Finding) error {
	if err := require("the period", periodText(period), "the stage", stage); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		`DELETE FROM finding WHERE period = $1 AND stage = $2 AND scope = $3`, periodText(period), stage, scope); err != nil {
		return err
	}
	repeats := map[string]int{}
	for _, f := range findings {
		if err := require("the code of a finding", f.Code); err != nil {
			return err
		}
		if !slices.Contains(severities, f.Severity) {
			return fmt.Errorf("finding %s has severity %q; use hold, warn or info", f.Code, f.Severity)
		}
		id := findingID(stage, scope, f, 0)
		repeats[id]++
		if n := repeats[id]; n > 1 {
			id = findingID(stage, scope, f, n)
		}
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO finding (period, id, stage, scope, code, severity, subject, file, file_row, row_count, amount, currency, message)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			periodText(period), id, stage, scope, f.Code, string(f.Severity), f.Subject, f.File, f.Row, f.Count,
			f.Amount.String(), f.Currency, f.Message); err != nil {
			return fmt.Errorf("finding %s about %s: %w", f.Code, f.Subject, err)
		}
	}
	return nil
}

// findingID names a finding within its period. File and row are left out: they
// change with every delivery of the same data. repeat tells findings apart
// that a stage gave twice for one subject; none is lost that way.
func findingID(stage, scope string, f billing.Finding, repeat int) string {
	const digits = 12 // of 64: a chance of 1 in 5 million for two of 10 000 to be the same
	identity := strings.Join([]string{stage, scope, f.Code, f.Subject, f.Currency, strconv.Itoa(repeat)}, "\x00")
	hash := sha256.Sum256([]byte(identity))
	return "F-" + hex.EncodeToString(hash[:])[:digits]
}

// Waive records that by accepts a finding of the period for a reason, which
// must be given. It is audited. ErrNotFound when the period has no such
// finding; a finding that is waived already is refused.
func (s *Store) Waive(ctx context.Context, period billing.Period, id, by, reason string) error {
	return s.write(ctx, "waive finding "+id, func(tx *sql.Tx) error {
		if err := require("the name of who waives it", by, "the reason", strings.TrimSpace(reason)); err != nil {
			return err
		}
		f, found, err := first(ctx, tx, scanFinding, selectFindings+` WHERE f.period = $1 AND f.id = $2`, period.String(), id)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("it %w for %s; look at the period's findings again, a later run may have resolved it", ErrNotFound, period)
		}
		if f.Waived != nil {
			return fmt.Errorf("%s has waived it already: %s", f.Waived.By, f.Waived.Reason)
		}
		at := now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO waiver (period, finding, severity, row_count, amount, currency, waived_by, reason, waived_at)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			periodText(period), id, string(f.Severity), f.Count, f.Amount.String(), f.Currency, by, reason, timeText(at)); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: at, By: by, Action: "finding.waive", Subject: period.String() + "/" + id,
			Detail: fmt.Sprintf("%s %s: %s", f.Code, f.Subject, reason), Reason: reason,
			After: facts("severity", string(f.Severity), "rows", strconv.FormatInt(f.Count, 10), "amount", f.Amount.String(), "currency", f.Currency),
		})
	})
}
