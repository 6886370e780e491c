package store

import (
	"context"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// AuditFilter says which entries are asked for; its zero value asks for all.
type AuditFilter struct {
	Since, Until time.Time // from then on, and before then
	By           string
	Action       string // all that begin so where it ends with *, such as "invoice.*"
	Subject      string // likewise, such as "2026-10/*"
}

// where writes the filter as SQL; more arguments follow those it returns.
func (f AuditFilter) where(args ...any) (string, []any) {
	conditions := []string{"seq < $1"}
	add := func(condition string, value any) { // which goes in the place of the question mark
		args = append(args, value)
		conditions = append(conditions, strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1))
	}
	if !f.Since.IsZero() {
		add("done_at >= ?", timeText(f.Since))
	}
	if !f.Until.IsZero() {
		add("done_at < ?", timeText(f.Until))
	}
	if f.By != "" {
		add("done_by = ?", f.By)
	}
	for _, wanted := range [][2]string{{"action", f.Action}, {"subject", f.Subject}} {
		column, value := wanted[0], wanted[1]
		begin, more := strings.CutSuffix(value, "*")
		switch {
		case value == "":
		case more:
			add(fmt.Sprintf("SUBSTR(%s, 1, %d) = ?", column, utf8.RuneCountInString(begin)), begin)
		default:
			add(column+" = ?", value)
		}
	}
	return strings.Join(conditions, " AND "), args
}

// AuditPage returns entries, the newest first: at most limit of those before an
// entry's number. 0 is from the newest on, and without a limit.
func (s *Store) AuditPage(ctx context.Context, f AuditFilter, before int64, limit int) ([]AuditEntry, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	if limit <= 0 {
		limit = math.MaxInt32
	}
	where, args := f.where(before)
	if neverStored(args) {
		return nil, nil
	}
	entries, err := list(ctx, s.db, scanAuditEntry,
		`SELECT `+auditColumns+` FROM audit WHERE `+where+fmt.Sprintf(` ORDER BY seq DESC LIMIT %d`, limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return entries, nil
}

// Audit returns the newest entries first, at most limit of them; 0 is all.
func (s *Store) Audit(ctx context.Context, limit int) ([]AuditEntry, error) {
	return s.AuditPage(ctx, AuditFilter{}, 0, limit)
}

// auditPage is how many entries are read at a time.
const auditPage = 1000

// AuditFrom returns the entries from a number on, oldest first. It reads them page
// by page, so that entries that are added meanwhile come, too. After an error
// nothing comes any more.
func (s *Store) AuditFrom(ctx context.Context, seq int64) iter.Seq2[AuditEntry, error] {
	return func(yield func(AuditEntry, error) bool) {
		for {
			page, err := list(ctx, s.db, scanAuditEntry, `SELECT `+auditColumns+` FROM audit WHERE seq >= $1 ORDER BY seq LIMIT $2`, seq, auditPage)
			if err != nil {
				yield(AuditEntry{}, fmt.Errorf("read the audit: %w", err))
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				seq = e.Seq + 1
			}
			if len(page) < auditPage {
				return
			}
		}
	}
}

// AuditHead is the last entry of the audit: who has it knows all before it.
type AuditHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

const selectAuditHead = `SELECT seq, hash FROM audit_head WHERE id = 1`

func scanAuditHead(r row) (h AuditHead, err error) {
	err = r.Scan(&h.Seq, &h.Hash)
	return h, err
}

// AuditHead returns the last entry as it was noted when it was added; the zero
// value where none was since there is a chain.
func (s *Store) AuditHead(ctx context.Context) (AuditHead, error) {
	head, _, err := first(ctx, s.db, scanAuditHead, selectAuditHead)
	if err != nil {
		return head, fmt.Errorf("read the head of the audit: %w", err)
	}
	return head, nil
}
