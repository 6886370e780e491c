package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var dec = money.MustParse

func paymentOf(key, amount string) invoice.Payment {
	return invoice.Payment{Key: key, Kind: invoice.PaidIn, Customer: "acme", On: november, Amount: dec(amount), Currency: "USD", By: "ann"}
}

// upTo gives an amount to documents that ask for 100 each, in their order.
func upTo(ids ...string) Allocator {
	return func(unallocated money.Decimal, settled func(string) money.Decimal) ([]invoice.Part, error) {
		var claims []invoice.Claim
		for _, id := range ids {
			claims = append(claims, invoice.Claim{ID: id, Name: id, Open: dec("100").Sub(settled(id))})
		}
		parts, _, err := invoice.Allocate(unallocated, november, claims)
		return parts, err
	}
}

// withIssued returns records with issued documents of the groups.
func withIssued(t *testing.T, groups ...string) *Store {
	t.Helper()
	s := withDrafts(t, groups...)
	for _, group := range groups {
		_, err := issueNext(t.Context(), s, "2026-10/"+group)
		ok(t, err)
	}
	return s
}

func settledOf(t *testing.T, s *Store, id string) string {
	t.Helper()
	all, err := s.Settlements(t.Context(), id)
	ok(t, err)
	return invoice.Settled(id, all).String()
}

func TestRecordPayment(t *testing.T) {
	s := withIssued(t, "acme", "beta")
	pay := func(p invoice.Payment) (invoice.Payment, bool, error) {
		return s.RecordPayment(t.Context(), p, upTo("2026-10/acme", "2026-10/beta"))
	}
	first, fresh, err := pay(paymentOf("bank 1", "130"))
	ok(t, err)
	if !fresh || first.ID != "P-000001" {
		t.Errorf("recorded as %s, fresh %t", first.ID, fresh)
	}
	again, fresh, err := pay(paymentOf("bank 1", "130.00"))
	ok(t, err)
	if fresh || again.ID != first.ID || count(t, s, "payment") != 1 || count(t, s, "settlement") != 2 {
		t.Errorf("the same payment again is %s, fresh %t, %d settlements", again.ID, fresh, count(t, s, "settlement"))
	}
	_, _, err = pay(paymentOf("bank 1", "131"))
	refused(t, err, "bank 1", "P-000001", "130 USD", "another key")
	_, _, err = pay(paymentOf("bank 2", "100"))
	ok(t, err)
	if a, b := settledOf(t, s, "2026-10/acme"), settledOf(t, s, "2026-10/beta"); a != "100" || b != "100" {
		t.Errorf("settled are %s and %s, want 100 and 100: 30 stay unallocated", a, b)
	}
	for what, p := range map[string]invoice.Payment{"amount": paymentOf("k", "0"), "key": paymentOf("", "1")} {
		_, _, err := pay(p)
		refused(t, err, what)
	}
}

func TestRecordPaymentKeepsNothingOfARefusedOne(t *testing.T) {
	s := withDrafts(t, "acme", "beta")
	_, err := issueNext(t.Context(), s, "2026-10/acme")
	ok(t, err)
	to := func(id, amount string) Allocator {
		return func(money.Decimal, func(string) money.Decimal) ([]invoice.Part, error) {
			return []invoice.Part{{Invoice: id, Amount: dec(amount), On: november}}, nil
		}
	}
	for _, test := range []struct {
		allocate Allocator
		says     string
	}{
		{to("2026-10/beta", "1"), "draft"}, {to("2026-10/nobody", "1"), "not on record"}, {to("2026-10/acme", "60"), "50"},
		{to("2026-10/acme", "-1"), "-1"},
		{func(money.Decimal, func(string) money.Decimal) ([]invoice.Part, error) {
			return nil, errors.New("no way")
		}, "no way"},
	} {
		_, _, err := s.RecordPayment(t.Context(), paymentOf("bank 1", "50"), test.allocate)
		refused(t, err, "bank 1", test.says)
	}
	if count(t, s, "payment")+count(t, s, "settlement") != 0 {
		t.Error("something of a refused payment is on record")
	}
}

func TestReversePayment(t *testing.T) {
	s := withIssued(t, "acme")
	p, _, err := s.RecordPayment(t.Context(), paymentOf("bank 1", "130"), upTo("2026-10/acme"))
	ok(t, err)
	why := invoice.Payment{On: november + 3, Reference: "wrong customer", By: "bob"}
	reversal, err := s.ReversePayment(t.Context(), p.ID, why)
	ok(t, err)
	if reversal.Amount.String() != "-130" || reversal.Reverses != p.ID || settledOf(t, s, "2026-10/acme") != "0" || count(t, s, "payment") != 2 {
		t.Errorf("reversal %+v, settled %s", reversal, settledOf(t, s, "2026-10/acme"))
	}
	_, err = s.ReversePayment(t.Context(), p.ID, why)
	refused(t, err, "bob", "wrong customer", reversal.ID)
	_, err = s.ReversePayment(t.Context(), reversal.ID, why)
	refused(t, err, "takes P-000001 back")
	_, err = s.ReversePayment(t.Context(), "P-000009", why)
	notFound(t, err, "P-000009")
	_, err = s.ReversePayment(t.Context(), p.ID, invoice.Payment{On: november, By: "bob"})
	refused(t, err, "reason")
	refused(t, s.AllocatePayment(t.Context(), p.ID, "ann", upTo("2026-10/acme")), "reversed")
}

func TestAllocateCreditNote(t *testing.T) {
	s := withIssued(t, "acme", "note")
	give := func(most string) error {
		return s.AllocateCreditNote(t.Context(), "2026-10/note", "ann", dec("-40"), func(left money.Decimal, settled func(string) money.Decimal) ([]invoice.Part, error) {
			if left.String() != most {
				t.Errorf("%s can be given, want %s", left, most)
			}
			return []invoice.Part{{Invoice: "2026-10/acme", Amount: dec("25"), On: november}}, nil
		})
	}
	ok(t, give("40"))
	refused(t, give("15"), "25", "15")
	if a, n := settledOf(t, s, "2026-10/acme"), settledOf(t, s, "2026-10/note"); a != "25" || n != "-25" {
		t.Errorf("settled are %s and %s, want 25 and -25", a, n)
	}
	ok(t, s.ReleaseCreditNote(t.Context(), "2026-10/note", invoice.Payment{On: november, Reference: "paid out", By: "ann"}))
	if a, n := settledOf(t, s, "2026-10/acme"), settledOf(t, s, "2026-10/note"); a != "0" || n != "0" {
		t.Errorf("after it is taken back, settled are %s and %s", a, n)
	}
	ok(t, give("40"))
}

// Two at once never settle more than is open.
func TestRecordPaymentsAtOnce(t *testing.T) {
	s := withIssued(t, "acme")
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			_, _, err := s.RecordPayment(t.Context(), paymentOf(fmt.Sprint("bank ", i), "30"), upTo("2026-10/acme"))
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := settledOf(t, s, "2026-10/acme"); got != "100" {
		t.Errorf("%s is settled of 100", got)
	}
}

// Whatever is paid, allocated and reversed: what is settled and what is
// unallocated are what was paid, and no document gets more than it asks for.
func TestPaymentsLoseNothing(t *testing.T) {
	s := withIssued(t, "a", "b", "c")
	documents := []string{"2026-10/a", "2026-10/b", "2026-10/c"}
	serial := 0
	rapid.Check(t, func(r *rapid.T) {
		to := upTo(rapid.Permutation(documents).Draw(r, "order")[:rapid.IntRange(0, 3).Draw(r, "documents")]...)
		payments, err := s.Payments(t.Context())
		ok(t, err)
		switch what := rapid.IntRange(0, 3).Draw(r, "what"); {
		case what <= 1 || len(payments) == 0:
			serial++
			_, _, err := s.RecordPayment(t.Context(), paymentOf(fmt.Sprint("key ", serial), fmt.Sprint(rapid.IntRange(1, 90).Draw(r, "amount"))), to)
			ok(t, err)
		default: // one that is reversed already is refused, and must change nothing
			p := rapid.SampledFrom(payments).Draw(r, "payment")
			if what == 2 {
				s.AllocatePayment(t.Context(), p.ID, "ann", to)
			} else {
				s.ReversePayment(t.Context(), p.ID, invoice.Payment{On: november, Reference: "wrong", By: "ann"})
			}
		}
		if payments, err = s.Payments(t.Context()); err != nil {
			r.Fatal(err)
		}
		settlements, err := s.Settlements(t.Context(), "")
		ok(t, err)
		paid, unallocated, given := money.Zero, money.Zero, money.Zero
		for _, p := range payments {
			left := p.Amount
			for _, one := range settlements {
				if one.Source == p.ID {
					left = left.Sub(one.Amount)
				}
			}
			if left.Sign() == -p.Amount.Sign() {
				r.Fatalf("%s of %s has %s left", p.ID, p.Amount, left)
			}
			paid, unallocated = paid.Add(p.Amount), unallocated.Add(left)
		}
		for _, id := range documents {
			settled := invoice.Settled(id, settlements)
			if settled.Sign() < 0 || settled.Cmp(dec("100")) > 0 {
				r.Fatalf("%s of 100 is settled of %s", settled, id)
			}
			given = given.Add(settled)
		}
		if !given.Add(unallocated).Equal(paid) {
			r.Fatalf("%s settled and %s unallocated are not %s paid", given, unallocated, paid)
		}
	})
}
