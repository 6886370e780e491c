package entry_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

func amountsOf(parts []entry.Entry) (all []string) {
	for _, p := range parts {
		all = append(all, p.Account+" "+p.Amount.String())
	}
	return all
}

// R27: an upfront fee over twelve months; the first part takes what rounding
// leaves. 100 ÷ 12 is 8.333…, 100 − 11 × 8.33 is 8.37.
func TestSplit(t *testing.T) {
	whole, parts, err := entry.Split(refund(t, "100"), 12, month(t, "2026-11"), 2)
	if err != nil {
		t.Fatal(err)
	}
	if whole.State != entry.SplitUp || len(parts) != 12 {
		t.Fatalf("%s in %d parts", whole.State, len(parts))
	}
	for i, p := range parts {
		amount, due := "8.33", fmt.Sprintf("2027-%02d", i-1)
		switch i {
		case 0:
			amount, due = "8.37", "2026-11"
		case 1:
			due = "2026-12"
		}
		if p.Amount.String() != amount || p.Due.String() != due || p.State != entry.Open || p.Of != whole.ID || p.Month != whole.Month || p.Part != i+1 || p.Parts != 12 {
			t.Errorf("part %d: %+v, want %s in %s", i+1, p, amount, due)
		}
	}
	if label := parts[2].Label(); label != "Refund Amazon EC2 3/12" {
		t.Errorf("label %q", label)
	}
	back, gone, err := entry.Undo(whole, parts)
	if err != nil || back.State != entry.Open || len(gone) != 12 {
		t.Errorf("undone: %+v, %d parts gone, %v", back, len(gone), err)
	}
	for n, want := range map[int]string{1: "a number from 2 to 120", 121: "a number from 2 to 120"} {
		if _, _, err := entry.Split(refund(t, "100"), n, whole.Month, 2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d parts: %v", n, err)
		}
	}
	if _, _, err := entry.Split(refund(t, "0.11"), 12, whole.Month, 2); err == nil || !strings.Contains(err.Error(), "too small for 12 parts") {
		t.Errorf("parts of nothing: %v", err)
	}
}

// R27: amounts per account, and who takes the remainder.
func TestAllocate(t *testing.T) {
	d := money.MustParse
	whole, parts, err := entry.Allocate(refund(t, "-100.005"), map[string]money.Decimal{"1": d("-10"), "2": d("-20.5")}, "3")
	if got, want := fmt.Sprint(amountsOf(parts)), "[1 -10 2 -20.5 3 -69.505]"; err != nil || got != want || whole.State != entry.Allocated {
		t.Errorf("%s %s, %v; want %s", whole.State, got, err, want)
	}
	_, parts, err = entry.Allocate(refund(t, "100"), map[string]money.Decimal{"1": d("10"), "2": d("90")}, "1")
	if got, want := fmt.Sprint(amountsOf(parts)), "[1 10 2 90]"; err != nil || got != want {
		t.Errorf("nothing left: %s, %v; want %s", got, err, want)
	}
	// 100 × 1/3 = 33.333…, 100 × 2/3 = 66.666…, cut to cents.
	_, parts, err = entry.AllocateBy(refund(t, "100"), map[string]money.Decimal{"1": d("500"), "2": d("1000")}, 2, "9")
	if got, want := fmt.Sprint(amountsOf(parts)), "[1 33.33 2 66.66 9 0.01]"; err != nil || got != want {
		t.Errorf("by usage: %s, %v; want %s", got, err, want)
	}
	if parts[0].AccountName != "one" || parts[1].AccountName != "" {
		t.Errorf("names %q and %q: another account has another name", parts[0].AccountName, parts[1].AccountName)
	}
	for want, amounts := range map[string]map[string]money.Decimal{
		"the amounts come to 100.01, which is more": {"1": d("100"), "2": d("0.01")},
		"account 2 cannot have -1 of it":            {"2": d("-1")},
	} {
		if _, _, err := entry.Allocate(refund(t, "100"), amounts, "3"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, _, err := entry.Allocate(refund(t, "100"), nil, ""); err == nil || !strings.Contains(err.Error(), "no account is named") {
		t.Errorf("without a remainder: %v", err)
	}
	if _, _, err := entry.AllocateBy(refund(t, "100"), nil, 2, "1"); err == nil || !strings.Contains(err.Error(), "the accounts have none") {
		t.Errorf("without usage: %v", err)
	}
}

// Parts come to the whole, have no fractions but the one that takes what is
// left, and those of parts do, too.
func TestPartsAreTheWhole(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		e := refund(outer, drawAmount(t, "amount"))
		digits := rapid.SampledFrom([]int32{0, 2, 3}).Draw(t, "digits")
		weights := map[string]money.Decimal{}
		for i := range rapid.IntRange(1, 6).Draw(t, "accounts") {
			weights[fmt.Sprint(i)] = money.MustParse(fmt.Sprint(rapid.IntRange(1, 1_000_000).Draw(t, "weight")) + "e-4")
		}
		remainder := fmt.Sprint(rapid.IntRange(0, 8).Draw(t, "remainder"))
		whole, parts, err := entry.AllocateBy(e, weights, digits, remainder)
		if err != nil {
			t.Fatal(err)
		}
		all, leaves := parts, []entry.Entry{}
		for _, p := range parts {
			if p.Account != remainder && p.Amount.Scale() > digits {
				t.Errorf("account %s has %s", p.Account, p.Amount)
			}
			_, months, err := entry.Split(p, rapid.SampledFrom([]int{2, 12, 36}).Draw(t, "n"), p.Month, digits)
			if err != nil { // too small to be split
				leaves = append(leaves, p)
				continue
			}
			for i, m := range months {
				if i > 0 && m.Amount.Scale() > digits {
					t.Errorf("part %d has %s", i+1, m.Amount)
				}
			}
			all, leaves = append(all, months...), append(leaves, months...)
		}
		if !sum(parts).Equal(e.Amount) || !sum(leaves).Equal(e.Amount) {
			t.Fatalf("parts of %s come to %s, their parts to %s", e.Amount, sum(parts), sum(leaves))
		}
		back, gone, err := entry.Undo(whole, all)
		if err != nil || len(gone) != len(all) || !back.Amount.Equal(e.Amount) {
			t.Fatalf("undone: %s, %d of %d parts gone, %v", back.Amount, len(gone), len(all), err)
		}
	})
}

func sum(entries []entry.Entry) money.Decimal {
	total := money.Zero
	for _, e := range entries {
		total = total.Add(e.Amount)
	}
	return total
}

// drawAmount is an amount that is not 0, of up to 12 decimals.
func drawAmount(t *rapid.T, label string) string {
	n := rapid.Int64Range(-1_000_000_000_000_000, 1_000_000_000_000_000).Filter(func(n int64) bool { return n != 0 }).Draw(t, label)
	return fmt.Sprintf("%de-%d", n, rapid.IntRange(0, 12).Draw(t, label+" decimals"))
}
