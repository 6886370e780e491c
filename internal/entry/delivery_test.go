package entry_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

// after is what is on record after the changes.
func after(known []entry.Entry, changes entry.Changes) []entry.Entry {
	put := map[string]bool{}
	for _, e := range changes.Put {
		put[e.ID] = true
	}
	all := slices.Clone(changes.Put)
	for _, e := range known {
		if !put[e.ID] && !slices.Contains(changes.Remove, e.ID) {
			all = append(all, e)
		}
	}
	entry.Sort(all)
	return all
}

// R28: an open entry takes the new amount; of an applied one the differences
// become entries, one for each delivery.
func TestDelivered(t *testing.T) {
	open, gone, applied := refund(t, "-10"), refund(t, "-1"), refund(t, "-30")
	gone.ID, applied.ID = "E-gone", "E-applied"
	applied, err := applied.Apply(entry.Terms{Into: applied.Month, Group: "acme"})
	if err != nil {
		t.Fatal(err)
	}
	known := []entry.Entry{open, gone, applied}

	second := []entry.Entry{refund(t, "-12"), refund(t, "-31.5")}
	second[1].ID = "E-applied"
	changes := entry.Delivered(known, second)
	if len(changes.Put) != 2 || !slices.Equal(changes.Remove, []string{"E-gone"}) {
		t.Fatalf("changes %+v", changes)
	}
	known = after(known, changes)
	difference := changes.Put[slices.IndexFunc(changes.Put, func(e entry.Entry) bool { return e.Origin == entry.Difference })]
	if difference.Of != "E-applied" || difference.State != entry.Open || difference.Into != nil || difference.Group != "" || !difference.Amount.Equal(money.MustParse("-1.5")) {
		t.Errorf("difference %+v, want -1.5 of E-applied, open", difference)
	}
	// Gone altogether: +31.5 is given back by a second difference.
	changes = entry.Delivered(known, second[:1])
	if len(changes.Put) != 1 || changes.Put[0].ID == difference.ID || !changes.Put[0].Amount.Equal(money.MustParse("31.5")) {
		t.Errorf("changes %+v, want a second difference of 31.5", changes)
	}
}

// Σ known + Σ differences = Σ delivered, whatever was decided in between; the
// same delivery again changes nothing, and the order of lists does not matter.
func TestDeliveredConserves(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		var known []entry.Entry
		for range rapid.IntRange(1, 5).Draw(t, "deliveries") {
			delivered := drawDelivery(outer, t)
			changes := entry.Delivered(known, delivered)
			reversed, backwards := slices.Clone(known), slices.Clone(delivered)
			slices.Reverse(reversed)
			slices.Reverse(backwards)
			if again := entry.Delivered(reversed, backwards); !reflect.DeepEqual(again, changes) {
				t.Fatalf("in another order: %+v, want %+v", again, changes)
			}
			for _, e := range known {
				if e.State == entry.Open || e.State == entry.Priced {
					continue
				}
				if slices.ContainsFunc(changes.Put, func(c entry.Entry) bool { return c.ID == e.ID }) || slices.Contains(changes.Remove, e.ID) {
					t.Fatalf("R28: %s entry %s was changed", e.State, e.ID)
				}
			}
			known = after(known, changes)
			if counted := money.Sum(sum(ofOrigin(known, entry.Collected)), sum(ofOrigin(known, entry.Difference))); !counted.Equal(sum(delivered)) {
				t.Fatalf("on record are %s, %s were delivered", counted, sum(delivered))
			}
			if more := entry.Delivered(known, delivered); len(more.Put)+len(more.Remove) > 0 {
				t.Fatalf("the same delivery again: %+v", more)
			}
			known = decide(t, known)
		}
	})
}

// drawDelivery has some of eight entries.
func drawDelivery(outer *testing.T, t *rapid.T) (delivered []entry.Entry) {
	for i := range 8 {
		if rapid.Bool().Draw(t, "there") {
			e := refund(outer, drawAmount(t, "amount"))
			e.ID = fmt.Sprintf("E-%d", i)
			delivered = append(delivered, e)
		}
	}
	return delivered
}

// decide does something to some entries.
func decide(t *rapid.T, known []entry.Entry) []entry.Entry {
	var added []entry.Entry
	for i, e := range known {
		var err error
		var parts []entry.Entry
		switch rapid.SampledFrom([]string{"nothing", "apply", "keep", "split", "restore", "price"}).Draw(t, "decision") {
		case "apply":
			e, err = e.Apply(entry.Terms{Into: e.Month, Group: "acme", Rule: rapid.SampledFrom([]string{"", "r"}).Draw(t, "rule")})
		case "keep":
			e, err = e.Keep("")
		case "split":
			e, parts, err = entry.Split(e, 3, e.Month, 2)
		case "restore":
			e, err = e.Restore()
		case "price":
			if e.State == entry.Open {
				e.State = entry.Priced
			}
		}
		if err == nil { // what is not allowed is not done
			known[i] = e
			added = append(added, parts...)
		}
	}
	return append(known, added...)
}

func ofOrigin(entries []entry.Entry, origin entry.Origin) []entry.Entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e entry.Entry) bool { return e.Origin != origin })
}
