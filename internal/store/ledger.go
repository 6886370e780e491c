package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

const selectLedger = `SELECT entry_key, billing_group, currency, kind, day, amount, expires, invoice, reference, done_at, done_by FROM prepaid_entry`

func scanLedgerEntry(r row) (e invoice.LedgerEntry, err error) {
	var expires sql.Null[string]
	if err := r.Scan(&e.Key, &e.Group, &e.Currency, &e.Kind, text{&e.On}, text{&e.Amount}, &expires, &e.Invoice, &e.Reference,
		text{&e.At}, &e.By); err != nil {
		return e, err
	}
	if expires.Valid {
		e.Expires = new(billing.Day)
		err = e.Expires.UnmarshalText([]byte(expires.V))
	}
	return e, err
}

// Ledger returns the prepaid entries of a billing group, or of all when it is
// empty, in the order in which they were posted.
func (s *Store) Ledger(ctx context.Context, group string) ([]invoice.LedgerEntry, error) {
	query, args := selectLedger, []any{}
	if group != "" {
		query, args = query+` WHERE billing_group = $1`, append(args, group)
	}
	entries, err := list(ctx, s.db, scanLedgerEntry, query+` ORDER BY seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("read the prepaid ledger: %w", err)
	}
	return entries, nil
}

// Balance returns what a billing group has prepaid, and not used, at the end of
// a day: exact, in that currency, never negative.
func (s *Store) Balance(ctx context.Context, group string, currency money.Currency, asOf billing.Day) (money.Decimal, error) {
	entries, err := ledgerOf(ctx, s.db, group, currency)
	if err != nil {
		return money.Zero, fmt.Errorf("read the prepaid ledger of %s: %w", group, err)
	}
	return invoice.LedgerBalance(entries, asOf)
}

// Available returns the most that a document of that day can use of the balance:
// what of it is not taken by entries of later days.
func (s *Store) Available(ctx context.Context, group string, currency money.Currency, on billing.Day) (money.Decimal, error) {
	entries, err := ledgerOf(ctx, s.db, group, currency)
	if err != nil {
		return money.Zero, fmt.Errorf("read the prepaid ledger of %s: %w", group, err)
	}
	return invoice.LedgerAvailable(entries, on)
}

func ledgerOf(ctx context.Context, q querier, group string, currency money.Currency) ([]invoice.LedgerEntry, error) {
	return list(ctx, q, scanLedgerEntry, selectLedger+` WHERE billing_group = $1 AND currency = $2 ORDER BY seq`, group, string(currency))
}

// PostLedger posts an entry and audits it. fresh is false where its key is on
// record with the same facts: nothing is posted then; with other facts it is
// refused. An entry that would overdraw the balance, on its day or later, is
// refused with an *invoice.ShortError.
func (s *Store) PostLedger(ctx context.Context, e invoice.LedgerEntry) (fresh bool, err error) {
	err = s.write(ctx, "post to the prepaid ledger of "+e.Group, func(tx *sql.Tx) (err error) {
		fresh, err = postLedgerTx(ctx, tx, e)
		return err
	})
	return fresh, err
}

// postLedgerTx is PostLedger inside a transaction.
func postLedgerTx(ctx context.Context, tx *sql.Tx, e invoice.LedgerEntry) (fresh bool, err error) {
	if err := e.Check(); err != nil {
		return false, err
	}
	if err := require("the name of who posts it", e.By); err != nil {
		return false, err
	}
	present, found, err := first(ctx, tx, scanLedgerEntry, selectLedger+` WHERE entry_key = $1`, e.Key)
	if err != nil {
		return false, err
	}
	if found {
		if !present.SameFacts(e) {
			return false, fmt.Errorf("the key %q is on record with other facts: a %s of %s %s for %s on %s; give another entry another key",
				e.Key, present.Kind, present.Amount, present.Currency, present.Group, present.On)
		}
		return false, nil
	}
	entries, err := ledgerOf(ctx, tx, e.Group, e.Currency)
	if err != nil {
		return false, err
	}
	if err := invoice.CheckLedger(append(entries, e)); err != nil {
		return false, err
	}
	var expires any
	if e.Expires != nil {
		expires = e.Expires.String()
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO prepaid_entry (seq, entry_key, billing_group, currency, kind, day, amount, expires, invoice, reference, done_at, done_by)
		 SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM prepaid_entry`,
		e.Key, e.Group, string(e.Currency), string(e.Kind), e.On.String(), e.Amount.String(), expires, e.Invoice, e.Reference,
		timeText(now()), e.By); err != nil {
		return false, err
	}
	return true, appendAudit(ctx, tx, AuditEntry{
		At: now(), By: e.By, Action: "prepaid." + string(e.Kind), Subject: e.Group,
		Detail: fmt.Sprintf("%s %s on %s, key %s %s", e.Amount, e.Currency, e.On, e.Key, e.Reference),
		After: facts("key", e.Key, "amount", e.Amount.String(), "currency", string(e.Currency), "day", e.On.String(),
			"invoice", e.Invoice, "reference", e.Reference),
	})
}
