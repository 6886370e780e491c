package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

const selectPayments = `SELECT id, payment_key, kind, COALESCE(reverses, ''), customer, day, amount, currency, payer, method, reference, named,
	done_at, done_by FROM payment`

func scanPayment(r row) (p invoice.Payment, err error) {
	err = r.Scan(&p.ID, &p.Key, &p.Kind, &p.Reverses, &p.Customer, text{&p.On}, text{&p.Amount}, &p.Currency, &p.Payer, &p.Method,
		&p.Reference, &p.Named, text{&p.At}, &p.By)
	return p, err
}

const selectSettlements = `SELECT source, kind, invoice, amount, day, done_at, done_by FROM settlement`

func scanSettlement(r row) (s invoice.Settlement, err error) {
	err = r.Scan(&s.Source, &s.Kind, &s.Invoice, text{&s.Amount}, text{&s.On}, text{&s.At}, &s.By)
	return s, err
}

// Payments returns all entries, in the order in which they were recorded.
func (s *Store) Payments(ctx context.Context) ([]invoice.Payment, error) {
	payments, err := list(ctx, s.db, scanPayment, selectPayments+` ORDER BY seq`)
	if err != nil {
		return nil, fmt.Errorf("read the payments: %w", err)
	}
	return payments, nil
}

// Settlements returns the settlements into and out of a document or payment, or
// all of them when id is empty, in the order in which they were recorded.
func (s *Store) Settlements(ctx context.Context, id string) ([]invoice.Settlement, error) {
	settlements, err := settlements(ctx, s.db, id)
	if err != nil {
		return nil, fmt.Errorf("read what payments settle: %w", err)
	}
	return settlements, nil
}

func settlements(ctx context.Context, q querier, id string) ([]invoice.Settlement, error) {
	if id == "" {
		return list(ctx, q, scanSettlement, selectSettlements+` ORDER BY seq`)
	}
	return list(ctx, q, scanSettlement, selectSettlements+` WHERE invoice = $1 OR source = $1 ORDER BY seq`, id)
}

// Allocator says which parts of an amount go to which documents. It gets what
// is unallocated of the payment, and how much of a document is settled.
type Allocator func(unallocated money.Decimal, settled func(id string) money.Decimal) ([]invoice.Part, error)

// RecordPayment records a payment or a write-off with the parts that allocate
// gives to documents, and audits it. It returns the entry with its id. fresh is
// false when its key is on record with the same facts: nothing is recorded then;
// with other facts it is refused. What is given away is never more than the
// amount, and goes to issued documents.
//
// The records are locked while allocate runs: it must be short and must not use
// the store.
func (s *Store) RecordPayment(ctx context.Context, p invoice.Payment, allocate Allocator) (recorded invoice.Payment, fresh bool, err error) {
	err = s.write(ctx, fmt.Sprintf("record the %s %s", p.Kind, p.Key), func(tx *sql.Tx) error {
		if err := require("its key", p.Key, "its customer", p.Customer, "the name of who records it", p.By); err != nil {
			return err
		}
		if err := p.Currency.Check(); err != nil {
			return err
		}
		if p.Amount.IsZero() {
			return fmt.Errorf("its amount is 0")
		}
		present, found, err := first(ctx, tx, scanPayment, selectPayments+` WHERE payment_key = $1`, p.Key)
		if err != nil {
			return err
		}
		if found {
			recorded, fresh = present, false
			if !present.SameFacts(p) {
				return fmt.Errorf("this key is that of %s, which says something else: %s %s of customer %s on %s; give this one another key, and reverse %s where that is wrong",
					present.ID, present.Amount, present.Currency, present.Customer, present.On, present.ID)
			}
			return nil
		}
		fresh = true
		if recorded, err = insertPayment(ctx, tx, p); err != nil {
			return err
		}
		return s.settle(ctx, tx, recorded.ID, p.Kind, p.By, p.Amount, allocate)
	})
	return recorded, fresh, err
}

// AllocatePayment gives what is unallocated of a payment to documents. It is
// refused for a payment that is reversed. ErrNotFound when there is none.
func (s *Store) AllocatePayment(ctx context.Context, id, by string, allocate Allocator) error {
	return s.write(ctx, "allocate "+id, func(tx *sql.Tx) error {
		p, err := standingPayment(ctx, tx, id)
		if err != nil {
			return err
		}
		before, err := settlements(ctx, tx, id)
		if err != nil {
			return err
		}
		left := p.Amount
		for _, b := range before {
			left = left.Sub(b.Amount)
		}
		return s.settle(ctx, tx, id, p.Kind, by, left, allocate)
	})
}

// AllocateCreditNote gives what is open of an issued credit note, payable in
// all, to documents. The allocator gets what can be given, a positive amount.
func (s *Store) AllocateCreditNote(ctx context.Context, id, by string, payable money.Decimal, allocate Allocator) error {
	return s.write(ctx, "allocate "+id, func(tx *sql.Tx) error {
		if err := settleable(ctx, tx, id); err != nil {
			return err
		}
		before, err := settlements(ctx, tx, id)
		if err != nil {
			return err
		}
		open := payable.Sub(invoice.Settled(id, before))
		return s.settle(ctx, tx, id, invoice.FromCreditNote, by, open.Neg(), allocate)
	})
}

// settle inserts the parts that allocate makes of what is left of a source.
func (s *Store) settle(ctx context.Context, tx *sql.Tx, source string, kind invoice.PaymentKind, by string, left money.Decimal, allocate Allocator) error {
	var failed error
	parts, err := allocate(left, func(id string) money.Decimal {
		of, err := settlements(ctx, tx, id)
		if err != nil {
			failed = err
		}
		return invoice.Settled(id, of)
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	given := money.Zero
	for _, part := range parts {
		if part.Amount.Sign() != left.Sign() {
			return fmt.Errorf("a part of %s for %s does not go with %s that is left", part.Amount, part.Invoice, left)
		}
		given = given.Add(part.Amount)
		if err := settleable(ctx, tx, part.Invoice); err != nil {
			return err
		}
		if err := insertSettlement(ctx, tx, invoice.Settlement{
			Source: source, Kind: kind, Invoice: part.Invoice, Amount: part.Amount, On: part.On, By: by}); err != nil {
			return err
		}
	}
	if over := given.Sub(left); over.Sign() == left.Sign() && !over.IsZero() {
		return fmt.Errorf("%s was given to documents, %s is there", given, left)
	}
	return nil
}

// settleable refuses documents that are not issued.
func settleable(ctx context.Context, tx *sql.Tx, id string) error {
	state, found, err := first(ctx, tx, scanOne[string], `SELECT state FROM invoice WHERE id = $1`, id)
	switch {
	case err != nil:
		return err
	case !found:
		return fmt.Errorf("document %s %w", id, ErrNotFound)
	case state == InvoiceDraft:
		return fmt.Errorf("document %s is a draft; issue it first", id)
	}
	return nil
}

// standingPayment is an entry that is not reversed, and no reversal.
func standingPayment(ctx context.Context, tx *sql.Tx, id string) (invoice.Payment, error) {
	p, found, err := first(ctx, tx, scanPayment, selectPayments+` WHERE id = $1`, id)
	switch {
	case err != nil:
		return p, err
	case !found:
		return p, fmt.Errorf("it %w; `sluice payment list` shows the payments", ErrNotFound)
	case p.Kind == invoice.Reversal:
		return p, fmt.Errorf("it takes %s back, and stands for ever; record a new payment instead", p.Reverses)
	}
	reversal, reversed, err := first(ctx, tx, scanPayment, selectPayments+` WHERE reverses = $1`, id)
	if err == nil && reversed {
		err = fmt.Errorf("it was reversed on %s by %s (%s): %s", reversal.On, reversal.By, reversal.ID, reversal.Reference)
	}
	return p, err
}

// ReversePayment takes an entry back by one of the negative amount, as the
// reversal says on which day, by whom and why; all it settled is open again. It
// is audited. A payment that is reversed already is refused. ErrNotFound when
// there is none.
func (s *Store) ReversePayment(ctx context.Context, id string, reversal invoice.Payment) (recorded invoice.Payment, err error) {
	err = s.write(ctx, "reverse "+id, func(tx *sql.Tx) error {
		if err := require("the reason", reversal.Reference, "the name of who reverses it", reversal.By); err != nil {
			return err
		}
		p, err := standingPayment(ctx, tx, id)
		if err != nil {
			return err
		}
		if reversal.On < p.On {
			return fmt.Errorf("it is of %s, so it cannot be reversed on %s", p.On, reversal.On)
		}
		recorded, err = insertPayment(ctx, tx, invoice.Payment{
			Key: "reversal of " + p.ID, Kind: invoice.Reversal, Reverses: p.ID, Customer: p.Customer, On: reversal.On,
			Amount: p.Amount.Neg(), Currency: p.Currency, Payer: p.Payer, Method: p.Method, Reference: reversal.Reference, By: reversal.By,
		})
		if err != nil {
			return err
		}
		return takeBack(ctx, tx, p.ID, recorded)
	})
	return recorded, err
}

// ReleaseCreditNote takes back all that a credit note gave to documents, as of
// the reversal's day; it can be given to others then. It is audited.
func (s *Store) ReleaseCreditNote(ctx context.Context, id string, reversal invoice.Payment) error {
	return s.write(ctx, "release "+id, func(tx *sql.Tx) error {
		if err := require("the reason", reversal.Reference, "the name of who does it", reversal.By); err != nil {
			return err
		}
		reversal.ID = id
		if err := takeBack(ctx, tx, id, reversal); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: now(), By: reversal.By, Action: "invoice.release", Subject: id, Detail: reversal.Reference, Reason: reversal.Reference,
		})
	})
}

// takeBack adds the negative of all settlements out of a source, out of the
// reversal.
func takeBack(ctx context.Context, tx *sql.Tx, source string, reversal invoice.Payment) error {
	given, err := list(ctx, tx, scanSettlement, selectSettlements+` WHERE source = $1 ORDER BY seq`, source)
	if err != nil {
		return err
	}
	for _, s := range netted(given) {
		// On the day on which it was settled at the earliest: a document is never
		// open by more than it asked for.
		back := invoice.Settlement{
			Source: reversal.ID, Kind: s.Kind, Invoice: s.Invoice, Amount: s.Amount.Neg(), On: max(reversal.On, s.On), By: reversal.By,
		}
		if err := insertSettlement(ctx, tx, back); err != nil {
			return err
		}
	}
	return nil
}

// netted adds settlements up by document, as of the last day, without those that
// come to nothing.
func netted(given []invoice.Settlement) (sums []invoice.Settlement) {
	place := map[string]int{}
	for _, s := range given {
		at, known := place[s.Invoice]
		if !known {
			place[s.Invoice] = len(sums)
			sums = append(sums, s)
			continue
		}
		sums[at].Amount, sums[at].On = sums[at].Amount.Add(s.Amount), max(sums[at].On, s.On)
	}
	var standing []invoice.Settlement
	for _, s := range sums {
		if !s.Amount.IsZero() {
			standing = append(standing, s)
		}
	}
	return standing
}

func insertPayment(ctx context.Context, tx *sql.Tx, p invoice.Payment) (invoice.Payment, error) {
	seq, _, err := first(ctx, tx, scanOne[int64], `SELECT COALESCE(MAX(seq), 0) + 1 FROM payment`)
	if err != nil {
		return p, err
	}
	p.ID, p.At = fmt.Sprintf("P-%06d", seq), now()
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO payment (seq, id, payment_key, kind, reverses, customer, day, amount, currency, payer, method, reference, named, done_at, done_by)
		 VALUES ($1, $2, $3, $4, NULLIF($5, ''), $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		seq, p.ID, p.Key, string(p.Kind), p.Reverses, p.Customer, p.On.String(), p.Amount.String(), string(p.Currency), p.Payer, p.Method,
		p.Reference, p.Named, timeText(p.At), p.By); err != nil {
		return p, err
	}
	e := AuditEntry{
		At: p.At, By: p.By, Action: "payment." + string(p.Kind), Subject: p.ID,
		Detail: fmt.Sprintf("%s %s of customer %s on %s, key %s %s", p.Amount, p.Currency, p.Customer, p.On, p.Key, p.Reference),
		After: facts("kind", string(p.Kind), "customer", p.Customer, "day", p.On.String(), "amount", p.Amount.String(), "currency", string(p.Currency),
			"payer", p.Payer, "method", p.Method, "reference", p.Reference, "key", p.Key, "reverses", p.Reverses),
	}
	if p.Kind == invoice.Reversal {
		e.Reason = p.Reference
	}
	if err := appendAudit(ctx, tx, e); err != nil {
		return p, err
	}
	return p, announcePayment(ctx, tx, p)
}

// announcePayment records that something was paid, or that it was taken back. A
// write-off, and what is done to one, is not for the customer.
func announcePayment(ctx context.Context, tx *sql.Tx, p invoice.Payment) error {
	kind, of := "payment.recorded", p.Kind
	if p.Kind == invoice.Reversal {
		reversed, _, err := first(ctx, tx, scanPayment, selectPayments+` WHERE id = $1`, p.Reverses)
		if err != nil {
			return err
		}
		kind, of = "payment.reversed", reversed.Kind
	}
	return announce(ctx, tx, OutboxEvent{
		Kind: kind, Organization: p.Customer, Above: of == invoice.WrittenOff, Subject: p.ID,
		Payload: facts("payment", p.ID, "kind", string(p.Kind), "customer", p.Customer, "day", p.On.String(), "reverses", p.Reverses),
	})
}

func insertSettlement(ctx context.Context, tx *sql.Tx, s invoice.Settlement) error {
	at := now()
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO settlement (seq, source, kind, invoice, amount, day, done_at, done_by)
		 SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM settlement`,
		s.Source, string(s.Kind), s.Invoice, s.Amount.String(), s.On.String(), timeText(at), s.By); err != nil {
		return err
	}
	return appendAudit(ctx, tx, AuditEntry{
		At: at, By: s.By, Action: "invoice.settle", Subject: s.Invoice, Detail: fmt.Sprintf("%s out of %s on %s", s.Amount, s.Source, s.On),
		After: facts("source", s.Source, "kind", string(s.Kind), "amount", s.Amount.String(), "day", s.On.String()),
	})
}
