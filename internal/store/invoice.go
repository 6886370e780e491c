package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// The states of an invoice on record (R30).
const (
	InvoiceDraft  = "draft"  // may be replaced
	InvoiceIssued = "issued" // never changes
)

// Invoice is a document of a billing group and a period, with what must be
// known of it without reading it.
type Invoice struct {
	ID       string // such as 2026-10/acme-main
	Group    string // id of the billing group
	Period   billing.Period
	State    string          // set by the store
	Number   string          // set when it is issued
	Hash     string          // set by the store: SHA-256 of Document, hexadecimal
	Document json.RawMessage // kept byte for byte
	Rated    string          // the rated revision it was made from
	IssuedAt *time.Time      // nil for a draft
}

const selectInvoices = `SELECT id, billing_group, period, state, number, hash, document, rated, issued_at FROM invoice`

// scanInvoice refuses a document that does not have its hash: someone has
// changed it past this program.
func scanInvoice(r row) (v Invoice, err error) {
	var number, issuedAt sql.Null[string]
	if err := r.Scan(&v.ID, &v.Group, text{&v.Period}, &v.State, &number, &v.Hash, (*[]byte)(&v.Document), &v.Rated,
		&issuedAt); err != nil {
		return Invoice{}, err
	}
	if hashOf(v.Document) != v.Hash {
		return Invoice{}, fmt.Errorf("the document of invoice %s has been changed: it does not have its hash %s; restore the records from a backup", v.ID, v.Hash)
	}
	v.Number = number.V
	if issuedAt.Valid {
		v.IssuedAt = new(time.Time)
		err = v.IssuedAt.UnmarshalText([]byte(issuedAt.V))
	}
	return v, err
}

func hashOf(document []byte) string {
	hash := sha256.Sum256(document)
	return hex.EncodeToString(hash[:])
}

// Invoices returns the invoices of a period, or of all periods when it is
// zero, by period and id.
func (s *Store) Invoices(ctx context.Context, period billing.Period) ([]Invoice, error) {
	query, args := selectInvoices, []any{}
	if !period.IsZero() {
		query, args = query+` WHERE period = $1`, append(args, period.String())
	}
	return s.sortedInvoices(ctx, query, args...)
}

// InvoiceFacts is Invoices without the documents themselves: what lists and counts
// need, whatever the size of the documents.
func (s *Store) InvoiceFacts(ctx context.Context, period billing.Period) ([]Invoice, error) {
	query, args := `SELECT id, billing_group, period, state, number, hash, rated, issued_at FROM invoice`, []any{}
	if !period.IsZero() {
		query, args = query+` WHERE period = $1`, append(args, period.String())
	}
	facts, err := list(ctx, s.db, func(r row) (v Invoice, err error) {
		var number, issuedAt sql.Null[string]
		if err := r.Scan(&v.ID, &v.Group, text{&v.Period}, &v.State, &number, &v.Hash, &v.Rated, &issuedAt); err != nil {
			return Invoice{}, err
		}
		v.Number = number.V
		if issuedAt.Valid {
			v.IssuedAt = new(time.Time)
			err = v.IssuedAt.UnmarshalText([]byte(issuedAt.V))
		}
		return v, err
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the invoices: %w", err)
	}
	sortInvoices(facts)
	return facts, nil
}

// InvoicesOf returns the invoices of a billing group, of all periods, by period and
// id.
func (s *Store) InvoicesOf(ctx context.Context, group string) ([]Invoice, error) {
	return s.sortedInvoices(ctx, selectInvoices+` WHERE billing_group = $1`, group)
}

func (s *Store) sortedInvoices(ctx context.Context, query string, args ...any) ([]Invoice, error) {
	invoices, err := list(ctx, s.db, scanInvoice, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the invoices: %w", err)
	}
	sortInvoices(invoices)
	return invoices, nil
}

func sortInvoices(invoices []Invoice) {
	slices.SortFunc(invoices, func(a, b Invoice) int {
		return cmp.Or(cmp.Compare(a.Period.String(), b.Period.String()), cmp.Compare(a.ID, b.ID))
	})
}

// Invoice returns the invoice with that id, or else with that number, or
// ErrNotFound.
func (s *Store) Invoice(ctx context.Context, idOrNumber string) (Invoice, error) {
	for _, column := range []string{"id", "number"} {
		invoice, found, err := first(ctx, s.db, scanInvoice, selectInvoices+` WHERE `+column+` = $1`, idOrNumber)
		if err != nil {
			return Invoice{}, fmt.Errorf("read invoice %s: %w", idOrNumber, err)
		}
		if found {
			return invoice, nil
		}
	}
	return Invoice{}, fmt.Errorf("invoice %s %w; give an id such as 2026-10/acme, or the number of an issued one", idOrNumber, ErrNotFound)
}

// IssuedBy returns who issued a document, by its id; empty for one that is not
// issued.
func (s *Store) IssuedBy(ctx context.Context, id string) (string, error) {
	by, _, err := first(ctx, s.db, scanOne[string], `SELECT issued_by FROM invoice_number WHERE invoice = $1`, id)
	if err != nil {
		return "", fmt.Errorf("read who issued %s: %w", id, err)
	}
	return by, nil
}

// ReplaceDrafts puts the drafts in the place of all drafts of the period; where
// groups are given, of those of these billing groups alone. Issued invoices are
// never touched: a draft whose id is issued already is left out, and kept names
// it. ErrNotFound when a draft's rated revision is not on record.
func (s *Store) ReplaceDrafts(ctx context.Context, period billing.Period, groups []string, drafts []Invoice) (kept []string, err error) {
	err = s.write(ctx, fmt.Sprintf("record the drafts of %s", period), func(tx *sql.Tx) error {
		kept = nil
		if err := require("the period", periodText(period)); err != nil {
			return err
		}
		if err := removeDrafts(ctx, tx, period, groups); err != nil {
			return err
		}
		for _, draft := range drafts {
			issued, err := insertDraft(ctx, tx, period, draft)
			if err != nil {
				return fmt.Errorf("invoice %s: %w", draft.ID, err)
			}
			if issued {
				kept = append(kept, draft.ID)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

func removeDrafts(ctx context.Context, tx *sql.Tx, period billing.Period, groups []string) error {
	const drafts = `DELETE FROM invoice WHERE period = $1 AND state = $2`
	if groups == nil {
		_, err := tx.ExecContext(ctx, drafts, periodText(period), InvoiceDraft)
		return err
	}
	for _, group := range groups {
		if _, err := tx.ExecContext(ctx, drafts+` AND billing_group = $3`, periodText(period), InvoiceDraft, group); err != nil {
			return err
		}
	}
	return nil
}

// insertDraft adds a draft of the period, unless its id is issued.
func insertDraft(ctx context.Context, tx *sql.Tx, period billing.Period, draft Invoice) (issued bool, err error) {
	if err := require("its id", draft.ID, "its billing group", draft.Group); err != nil {
		return false, err
	}
	if draft.Period != period {
		return false, fmt.Errorf("it is one of %s", draft.Period)
	}
	if err := requireJSON("its document", draft.Document); err != nil {
		return false, err
	}
	present, found, err := first(ctx, tx, scanInvoice, selectInvoices+` WHERE id = $1`, draft.ID)
	if err != nil {
		return false, err
	}
	switch {
	case found && present.Period != period:
		return false, fmt.Errorf("its id is taken by an invoice of %s; ids are unique over all periods", present.Period)
	case found && present.State == InvoiceDraft:
		return false, fmt.Errorf("it comes twice; a billing group has one invoice a period")
	case found:
		return true, nil
	}
	if _, err := ratedPeriod(ctx, tx, draft.Rated); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx,
		`INSERT INTO invoice (id, billing_group, period, state, hash, document, rated) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		draft.ID, draft.Group, periodText(period), InvoiceDraft, hashOf(draft.Document), string(draft.Document), draft.Rated)
	return false, err
}

// Issue says what is to be issued.
type Issue struct {
	Invoice string // id of the draft
	Series  string // whose next number it takes, such as INV-2026; each is counted from 1
	By      string
	At      time.Time             // when it is issued
	Prepaid []invoice.LedgerEntry // what it does to prepaid balances; posted with it or not at all
	// Draft, where given, is put in the place of the draft with its id, if there is
	// one, and issued at once.
	Draft *Invoice
	// Gives is what a credit note is over, positive, and Settle says to which
	// documents it goes; recorded with it or not at all. Nil for other documents.
	Gives  money.Decimal
	Settle Allocator
}

// IssueInvoice makes a draft binding (R30). It takes the next number of the
// series and calls finish with the draft as it is on record and that number's
// place in the series; finish returns the number as printed and the final
// document, which are stored with the document's hash and audited. The numbers
// of a series have no gaps: all of it happens or nothing, and a failed issue
// uses no number.
//
// The records are locked while finish and Settle run: they must be short and must
// not use the store. An invoice that is issued already is refused; ErrNotFound when
// there is no such draft.
func (s *Store) IssueInvoice(
	ctx context.Context, issue Issue,
	finish func(draft Invoice, seq int64) (number string, document json.RawMessage, err error),
) (issued Invoice, err error) {
	err = s.write(ctx, "issue invoice "+issue.Invoice, func(tx *sql.Tx) error {
		if issue.At.IsZero() {
			return fmt.Errorf("the time of issue is missing")
		}
		if err := require("the series", issue.Series, "the name of who issues it", issue.By); err != nil {
			return err
		}
		if issue.Draft != nil {
			if err := replaceDraft(ctx, tx, *issue.Draft); err != nil {
				return err
			}
		}
		draft, err := draftToIssue(ctx, tx, issue.Invoice)
		if err != nil {
			return err
		}
		seq, err := nextInSeries(ctx, tx, issue.Series)
		if err != nil {
			return err
		}
		number, document, err := finish(draft, seq)
		if err != nil {
			return err
		}
		at := issue.At.UTC().Truncate(time.Microsecond)
		issued = draft
		issued.State, issued.Number, issued.IssuedAt = InvoiceIssued, number, &at
		issued.Document, issued.Hash = document, hashOf(document)
		if err := issueDraft(ctx, tx, issue, draft, issued, seq); err != nil {
			return err
		}
		for _, entry := range issue.Prepaid {
			if _, err := postLedgerTx(ctx, tx, entry); err != nil {
				return err
			}
		}
		if issue.Settle == nil {
			return nil
		}
		return s.settle(ctx, tx, issued.ID, invoice.FromCreditNote, issue.By, issue.Gives, issue.Settle)
	})
	if err != nil {
		return Invoice{}, err
	}
	return issued, nil
}

// replaceDraft puts a draft in the place of the one with its id.
func replaceDraft(ctx context.Context, tx *sql.Tx, draft Invoice) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM invoice WHERE id = $1 AND state = $2`, draft.ID, InvoiceDraft); err != nil {
		return err
	}
	_, err := insertDraft(ctx, tx, draft.Period, draft)
	return err
}

func draftToIssue(ctx context.Context, tx *sql.Tx, id string) (Invoice, error) {
	draft, found, err := first(ctx, tx, scanInvoice, selectInvoices+` WHERE id = $1`, id)
	switch {
	case err != nil:
		return Invoice{}, err
	case !found:
		return Invoice{}, fmt.Errorf("it %w; make the drafts of its period first", ErrNotFound)
	case draft.State != InvoiceDraft:
		return Invoice{}, fmt.Errorf("it is issued already as %s and never changes; correct it with a credit or debit note", draft.Number)
	}
	return draft, nil
}

// nextInSeries is 1 more than the highest number issued. The transaction holds
// the write lock, so no other issue takes the same one.
func nextInSeries(ctx context.Context, tx *sql.Tx, series string) (int64, error) {
	seq, _, err := first(ctx, tx, scanOne[int64],
		`SELECT COALESCE(MAX(seq), 0) + 1 FROM invoice_number WHERE series = $1`, series)
	return seq, err
}

// issueDraft writes the issued invoice over its draft and enters its number in
// the register, which from then on keeps the row from being changed.
func issueDraft(ctx context.Context, tx *sql.Tx, issue Issue, draft, issued Invoice, seq int64) error {
	if err := require("its number", issued.Number); err != nil {
		return err
	}
	if err := requireJSON("its document", issued.Document); err != nil {
		return err
	}
	owner, taken, err := first(ctx, tx, scanOne[string], `SELECT id FROM invoice WHERE number = $1`, issued.Number)
	if err != nil {
		return err
	}
	if taken {
		return fmt.Errorf("number %s is taken by invoice %s; give each series a form of its own", issued.Number, owner)
	}
	if _, err := tx.ExecContext(ctx,
		`UPDATE invoice SET state = $2, number = $3, hash = $4, document = $5, issued_at = $6 WHERE id = $1`,
		issued.ID, InvoiceIssued, issued.Number, issued.Hash, string(issued.Document), timeText(*issued.IssuedAt)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO invoice_number (series, seq, invoice, state, number, hash, issued_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		issue.Series, seq, issued.ID, InvoiceIssued, issued.Number, issued.Hash, issue.By); err != nil {
		return err
	}
	if err := appendAudit(ctx, tx, AuditEntry{
		At: now(), By: issue.By, Action: "invoice.issue", Subject: issued.ID,
		Detail: fmt.Sprintf("%s, sha256 %s", issued.Number, issued.Hash),
		Before: facts("state", InvoiceDraft, "hash", draft.Hash),
		After:  facts("state", InvoiceIssued, "hash", issued.Hash, "number", issued.Number, "series", issue.Series),
	}); err != nil {
		return err
	}
	return announceIssued(ctx, tx, issued)
}

// announceIssued records that a document was issued, and that another one is
// voided where this one takes it back.
func announceIssued(ctx context.Context, tx *sql.Tx, issued Invoice) error {
	if err := announceDocument(ctx, tx, issued, "invoice.issued"); err != nil {
		return err
	}
	var document struct {
		Corrects *struct {
			ID    string `json:"id"`
			Voids bool   `json:"voids"`
		} `json:"corrects"`
	}
	if err := json.Unmarshal(issued.Document, &document); err != nil || document.Corrects == nil || !document.Corrects.Voids {
		return nil // a document that is kept for another program, or takes nothing back
	}
	voided, found, err := first(ctx, tx, scanInvoice, selectInvoices+` WHERE id = $1`, document.Corrects.ID)
	if err != nil || !found {
		return err
	}
	return announceDocument(ctx, tx, voided, "invoice.voided")
}
