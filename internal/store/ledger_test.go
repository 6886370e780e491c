package store

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

func ledgerEntry(key string, kind invoice.LedgerKind, day billing.Day, amount string) invoice.LedgerEntry {
	return invoice.LedgerEntry{Key: key, Group: "acme", Currency: "USD", Kind: kind, On: day, Amount: dec(amount), By: "ann"}
}

func balanceOf(t *testing.T, s *Store, group string, day billing.Day) string {
	t.Helper()
	balance, err := s.Balance(t.Context(), group, "USD", day)
	ok(t, err)
	return balance.String()
}

// posted posts an entry, whether it is on record already or not.
func posted(t *testing.T, s *Store, e invoice.LedgerEntry) error {
	t.Helper()
	_, err := s.PostLedger(t.Context(), e)
	return err
}

func TestPostLedger(t *testing.T) {
	s := openNew(t)
	topUp := ledgerEntry("bank 1", invoice.LedgerTopUp, november, "100")
	expires := november + 30
	topUp.Expires = &expires
	ok(t, posted(t, s, topUp))
	again := topUp
	again.By, again.Amount = "bob", dec("100.00")
	if fresh, err := s.PostLedger(t.Context(), again); fresh || err != nil {
		t.Errorf("the same entry again is new: %v, %v", fresh, err)
	}
	if count(t, s, "prepaid_entry") != 1 || count(t, s, "audit") != 1 {
		t.Errorf("%d entries after the same one twice", count(t, s, "prepaid_entry"))
	}
	for _, change := range []func(*invoice.LedgerEntry){
		func(e *invoice.LedgerEntry) { e.Amount = dec("99") }, func(e *invoice.LedgerEntry) { e.Expires = nil },
		func(e *invoice.LedgerEntry) { e.Group = "beta" }, func(e *invoice.LedgerEntry) { e.On++ },
	} {
		other := topUp
		change(&other)
		refused(t, posted(t, s, other), "bank 1", "other facts", "100 USD")
	}

	var short *invoice.ShortError
	err := posted(t, s, ledgerEntry("use 1", invoice.LedgerUse, november+1, "-100.01"))
	if !errors.As(err, &short) {
		t.Fatalf("error is %v, want a ShortError", err)
	}
	refused(t, err, "100 USD", "100.01 USD", "acme")
	ok(t, posted(t, s, ledgerEntry("use 1", invoice.LedgerUse, november+1, "-60")))
	refused(t, posted(t, s, ledgerEntry("use 2", invoice.LedgerUse, november+30, "-1")), "0 USD", "1 USD")
	// 60 of the 100 are used a day later.
	refused(t, posted(t, s, ledgerEntry("use 3", invoice.LedgerUse, november, "-41")), "60 USD")
	available, err := s.Available(t.Context(), "acme", "USD", november)
	ok(t, err)
	if available.String() != "40" {
		t.Errorf("%s are available, want 40", available)
	}
	for day, want := range map[billing.Day]string{november - 1: "0", november: "100", november + 29: "40", november + 30: "0"} {
		if got := balanceOf(t, s, "acme", day); got != want {
			t.Errorf("the balance on %s is %s, want %s", day, got, want)
		}
	}
	entries, err := s.Ledger(t.Context(), "acme")
	ok(t, err)
	if len(entries) != 2 || !entries[0].SameFacts(topUp) || entries[0].By != "ann" || entries[0].At.IsZero() {
		t.Errorf("entries %+v", entries)
	}
}

// Entries that stand alone come to the same balance in any order, and each of
// them twice changes nothing.
func TestLedgerPostingOrder(t *testing.T) {
	s := openNew(t)
	serial := 0
	rapid.Check(t, func(r *rapid.T) {
		serial++
		group := fmt.Sprint("group ", serial)
		entries := []invoice.LedgerEntry{}
		want := money.Zero
		for i := range rapid.IntRange(1, 4).Draw(r, "entries") {
			n := int64(rapid.IntRange(1, 99).Draw(r, "amount"))
			kind := rapid.SampledFrom([]invoice.LedgerKind{invoice.LedgerTopUp, invoice.LedgerCredit, invoice.LedgerUse, invoice.LedgerRefund}).Draw(r, "kind")
			if kind == invoice.LedgerUse || kind == invoice.LedgerRefund {
				n = -n
			}
			e := ledgerEntry(fmt.Sprint(group, " ", i), kind, november+billing.Day(rapid.IntRange(0, 9).Draw(r, "day")), fmt.Sprint(n))
			e.Group = group
			want = want.Add(e.Amount)
			entries = append(entries, e)
		}
		// Enough for all of them, so that none needs another one.
		first := ledgerEntry(group+" first", invoice.LedgerTopUp, november, "1000")
		first.Group = group
		ok(t, posted(t, s, first))
		for _, e := range rapid.Permutation(append(entries, entries...)).Draw(r, "order") {
			ok(t, posted(t, s, e))
		}
		if got := balanceOf(t, s, group, november+9); got != want.Add(dec("1000")).String() {
			r.Fatalf("the balance is %s, want %s", got, want.Add(dec("1000")))
		}
	})
}
