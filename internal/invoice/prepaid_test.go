package invoice

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func entry(kind LedgerKind, on, amountOf, expires string) LedgerEntry {
	e := LedgerEntry{Key: fmt.Sprint(kind, on, amountOf, expires), Group: "acme", Currency: "USD", Kind: kind, On: onDay(on), Amount: amount(amountOf)}
	if expires != "" {
		d := onDay(expires)
		e.Expires = &d
	}
	return e
}

// By hand. 100 that expire on 06-01 are used before 50 that do not; 30 of them
// are left on that day.
func TestLedger(t *testing.T) {
	entries := []LedgerEntry{
		entry(LedgerUse, "2026-05-31", "-30", ""),
		entry(LedgerTopUp, "2026-01-10", "50", ""),
		entry(LedgerUse, "2026-02-05", "-40", ""),
		entry(LedgerTopUp, "2026-02-05", "100", "2026-06-01"),
		entry(LedgerCredit, "2026-07-01", "5", ""),
		entry(LedgerRefund, "2026-08-01", "-55", ""),
	}
	lines, err := Ledger(entries, onDay("2026-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, l := range lines {
		got += fmt.Sprint(l.On, " ", l.Kind, " ", l.Amount, " ", l.Balance, "; ")
	}
	want := "2026-01-10 top-up 50 50; 2026-02-05 top-up 100 150; 2026-02-05 use -40 110; 2026-05-31 use -30 80; " +
		"2026-06-01 expiry -30 50; 2026-07-01 credit 5 55; 2026-08-01 refund -55 0; "
	if got != want {
		t.Errorf("the ledger is\n%s, want\n%s", got, want)
	}
	for day, want := range map[string]string{"2026-01-09": "0", "2026-05-31": "80", "2026-06-01": "50", "2027-01-01": "0"} {
		if got, err := LedgerBalance(entries, onDay(day)); err != nil || !got.Equal(amount(want)) {
			t.Errorf("the balance on %s is %s, %v; want %s", day, got, err, want)
		}
	}
	// 55 are refunded later, and 5 of them come later too; what expires goes first.
	for day, want := range map[string]string{"2026-01-20": "0", "2026-05-31": "30", "2026-06-15": "0", "2026-09-01": "0"} {
		if got, err := LedgerAvailable(entries, onDay(day)); err != nil || !got.Equal(amount(want)) {
			t.Errorf("%s are available on %s, %v; want %s", got, day, err, want)
		}
	}
}

func TestLedgerIsNeverOverdrawn(t *testing.T) {
	entries := []LedgerEntry{
		entry(LedgerTopUp, "2026-01-10", "50", "2026-03-01"),
		entry(LedgerTopUp, "2026-02-10", "20", ""),
		entry(LedgerUse, "2026-03-01", "-20.01", ""),
	}
	var short *ShortError
	if err := CheckLedger(entries); !errors.As(err, &short) || !short.Balance.Equal(amount("20")) || !short.Need.Equal(amount("20.01")) || short.On != onDay("2026-03-01") {
		t.Errorf("error %v, want a balance of 20 and a need of 20.01 on 2026-03-01", err)
	}
	entries[2].On--
	if err := CheckLedger(entries); err != nil {
		t.Errorf("the day before it expires: %v", err)
	}
}

func TestLedgerEntryCheck(t *testing.T) {
	for _, e := range []LedgerEntry{
		entry(LedgerTopUp, "2026-01-10", "-1", ""), entry(LedgerUse, "2026-01-10", "1", ""), entry(LedgerCorrection, "2026-01-10", "0", ""),
		entry(LedgerExpiry, "2026-01-10", "-1", ""), entry(LedgerTopUp, "2026-01-10", "1", "2026-01-10"),
		entry(LedgerRefund, "2026-01-10", "-1", "2026-02-10"), {Kind: LedgerTopUp, Currency: "USD", Amount: amount("1")},
	} {
		if e.Check() == nil {
			t.Errorf("%+v can be posted", e)
		}
	}
	for _, e := range []LedgerEntry{entry(LedgerTopUp, "2026-01-10", "1", "2026-01-11"), entry(LedgerCorrection, "2026-01-10", "-1", "")} {
		if err := e.Check(); err != nil {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// A ledger is replayed against a box of coins, day by day: each coin knows when
// it expires, and the one that expires first is taken first.
func TestLedgerIsABoxOfCoins(t *testing.T) {
	const days = 30
	first := onDay("2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		var entries []LedgerEntry
		box, balances, overdrawn := []int{}, make([]int, days), false
		for day := range days {
			box = slices.DeleteFunc(box, func(expires int) bool { return expires <= day })
			in := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 2).Draw(t, "in")
			for i, n := range in {
				e := LedgerEntry{Key: fmt.Sprint("in", day, i), Kind: LedgerTopUp, On: first + billing.Day(day), Amount: money.FromInt(int64(n))}
				expires := day + rapid.IntRange(1, 40).Draw(t, "expires")
				d := first + billing.Day(expires)
				e.Expires = &d
				for range n {
					box = append(box, expires)
				}
				entries = append(entries, e)
			}
			slices.Sort(box)
			if out := rapid.IntRange(-3, 4).Draw(t, "out"); out > 0 {
				entries = append(entries, LedgerEntry{Key: fmt.Sprint("out", day), Kind: LedgerUse, On: first + billing.Day(day), Amount: money.FromInt(int64(-out))})
				if out > len(box) {
					overdrawn = true
					break
				}
				box = box[out:]
			}
			balances[day] = len(box)
		}
		shuffled := rapid.Permutation(entries).Draw(t, "posted")
		if err := CheckLedger(shuffled); (err != nil) != overdrawn {
			t.Fatalf("overdrawn %t, error %v", overdrawn, err)
		}
		if overdrawn {
			return
		}
		for day, want := range balances {
			got, err := LedgerBalance(shuffled, first+billing.Day(day))
			if err != nil || !got.Equal(money.FromInt(int64(want))) {
				t.Fatalf("the balance on day %d is %s, %v; there are %d coins", day, got, err, want)
			}
		}
		// What is available can be taken, and not one coin more.
		on := first + billing.Day(rapid.IntRange(0, days-1).Draw(t, "on"))
		most, err := LedgerAvailable(shuffled, on)
		if err != nil {
			t.Fatal(err)
		}
		use := func(n money.Decimal) error {
			return CheckLedger(append(slices.Clone(shuffled), LedgerEntry{Key: "z", Kind: LedgerUse, On: on, Amount: n.Neg()}))
		}
		if most.Sign() > 0 && use(most) != nil || use(most.Add(money.FromInt(1))) == nil {
			t.Fatalf("%s are available on %s; taking them: %v; one more: %v", most, on, use(most), use(most.Add(money.FromInt(1))))
		}
	})
}
