package config

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func indented(t *testing.T, c billing.Config) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, canonical(c), "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.String() + "\n"
}

func diffText(t *testing.T, changes []Change) string {
	t.Helper()
	var out strings.Builder
	if err := WriteDiff(&out, changes); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// drawConfig makes configurations that share ids but not what is in them.
func drawConfig(t *rapid.T, label string) billing.Config {
	var c billing.Config
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 0, 5, rapid.ID)
	name := rapid.SampledFrom([]string{"one", "two"})
	if rapid.Bool().Draw(t, label+" has a reseller") {
		c.Reseller = &billing.Reseller{Name: name.Draw(t, "reseller"), Currency: "USD"}
	}
	for _, id := range ids.Draw(t, label+" customers") {
		c.Customers = append(c.Customers, billing.Customer{ID: id, Name: name.Draw(t, "name")})
	}
	for _, id := range ids.Draw(t, label+" books") {
		percent := money.MustParse(rapid.SampledFrom([]string{"1.5", "1.50", "2"}).Draw(t, "percent"))
		c.PriceBooks = append(c.PriceBooks, billing.PriceBook{ID: id, Rules: []billing.PriceRule{
			{Name: "r", Match: billing.Match{Service: billing.Pattern{Prefix: name.Draw(t, "prefix")}}, Percent: &percent}}})
	}
	for _, payer := range ids.Draw(t, label+" rates") {
		c.ExchangeRates = append(c.ExchangeRates, billing.ExchangeRate{Month: billing.PeriodOf(billing.Day(20_000).Time()),
			From: "USD", To: "JPY", Rate: money.FromInt(int64(rapid.IntRange(1, 2).Draw(t, "rate"))), Level: "payer", Payer: payer})
	}
	for _, group := range ids.Draw(t, label+" commitments") {
		month := billing.PeriodOf(billing.Day(20_000 + 30*rapid.Int32Range(0, 2).Draw(t, "month")).Time())
		units := money.FromInt(int64(rapid.IntRange(1, 2).Draw(t, "units")))
		c.Commitments = append(c.Commitments, billing.Commitment{ID: "ri", From: &month, GiveTo: &billing.Beneficiary{Group: group}, Units: &units})
	}
	return c
}

// With prune the changes lead to what is wanted, and nothing is left to change.
func TestMergeOfDiffIsWanted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, wanted := drawConfig(t, "now"), drawConfig(t, "wanted")
		before := canonical(now)
		merged, err := Merge(now, Diff(now, wanted, true))
		if err != nil {
			t.Fatal(err)
		}
		if Hash(merged) != Hash(wanted) {
			t.Fatalf("merged is\n%s\nwant\n%s", canonical(merged), canonical(wanted))
		}
		if !bytes.Equal(canonical(now), before) {
			t.Fatalf("Merge changed its argument to %s", canonical(now))
		}
		if left := Diff(merged, wanted, true); len(left) > 0 {
			t.Fatalf("still to change: %v", left)
		}
	})
}

// Without prune nothing is lost, and everything wanted is there.
func TestMergeKeepsWhatIsNotMentioned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, wanted := drawConfig(t, "now"), drawConfig(t, "wanted")
		merged, err := Merge(now, Diff(now, wanted, false))
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range Diff(merged, wanted, true) {
			if change.Action != Remove {
				t.Fatalf("wanted but not there: %s %s[%s]", change.Action, change.Kind, change.ID)
			}
		}
		for _, change := range Diff(merged, now, true) {
			if change.Action == Add {
				t.Fatalf("lost: %s[%s]", change.Kind, change.ID)
			}
		}
	})
}

func TestHashIgnoresOrderOfResources(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConfig(t, "c")
		shuffled := c
		shuffled.Customers = rapid.Permutation(c.Customers).Draw(t, "customers")
		shuffled.ExchangeRates = rapid.Permutation(c.ExchangeRates).Draw(t, "rates")
		if Hash(c) != Hash(shuffled) {
			t.Fatalf("the order of resources changed the hash")
		}
		renamed := c
		renamed.Customers = append(slices.Clone(c.Customers), billing.Customer{ID: "new", Name: "New"})
		if Hash(c) == Hash(renamed) {
			t.Fatalf("another customer did not change the hash")
		}
	})
}

// The order of rules decides prices, so it counts.
func TestHashKeepsOrderOfRules(t *testing.T) {
	c := func(names ...string) billing.Config {
		var rules []billing.PriceRule
		for _, name := range names {
			rules = append(rules, billing.PriceRule{Name: name, Keep: true})
		}
		return billing.Config{PriceBooks: []billing.PriceBook{{ID: "p", Rules: rules}}}
	}
	if Hash(c("a", "b")) == Hash(c("b", "a")) {
		t.Error("two books with rules in another order have the same hash")
	}
}

// printf '%s' '{"customers":[{"id":"a","name":"A & B"}]}' | sha256sum
func TestHashOfCanonicalJSON(t *testing.T) {
	const want = "00428ffafce31a0891fe624980d22077cb44fe0175849893ead8028562ab8855"
	if got := Hash(billing.Config{Customers: []billing.Customer{{ID: "a", Name: "A & B"}}}); got != want {
		t.Errorf("hash is %s, want %s", got, want)
	}
}

// A group that was kept without a cost basis has the default when it is read
// back (R6), and what it was read from stays as it is.
func TestMergeFillsInTheCostBasis(t *testing.T) {
	kept := billing.Config{BillingGroups: []billing.BillingGroup{{ID: "old"}, {ID: "net", CostBasis: billing.Net}}}
	merged, err := Merge(kept, []Change{{Action: Add, Kind: "billing_groups", ID: "new",
		After: json.RawMessage(`{"id":"new","customer":"c","currency":"USD","claims":[]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	var got []billing.Basis
	for _, group := range merged.BillingGroups {
		got = append(got, group.CostBasis)
	}
	if want := []billing.Basis{"true-unblended", "net", "true-unblended"}; !slices.Equal(got, want) {
		t.Errorf("the bases are %q, want %q", got, want)
	}
	if kept.BillingGroups[0].CostBasis != "" {
		t.Errorf("Merge changed its argument to %q", kept.BillingGroups[0].CostBasis)
	}
}

// A diff that was shown and confirmed is not applied to something else.
func TestMergeRefusesWhatHasChanged(t *testing.T) {
	customers := func(names ...string) billing.Config {
		var c billing.Config
		for _, name := range names {
			c.Customers = append(c.Customers, billing.Customer{ID: strings.ToLower(name[:1]), Name: name})
		}
		return c
	}
	for _, test := range []struct {
		seen, wanted, now billing.Config
		want              string
	}{
		{customers(), customers("Acme"), customers("Alpha"), "customers[a] was added by somebody else meanwhile"},
		{customers("Acme"), customers("Alpha"), customers("Atlas"), "customers[a] was changed by somebody else meanwhile"},
		{customers("Acme"), customers("Alpha"), customers(), "customers[a] is not there any more"},
		{customers("Acme"), customers(), customers("Atlas"), "customers[a] was changed by somebody else meanwhile"},
	} {
		_, err := Merge(test.now, Diff(test.seen, test.wanted, true))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("Merge says %v, want %q", err, test.want)
		}
	}
	for _, change := range []Change{
		{Action: Add, Kind: "colours", ID: "red"},
		{Action: "paint", Kind: "customers", ID: "a"},
		{Action: Add, Kind: "customers", ID: "a", After: json.RawMessage(`{"id":"b","name":"B"}`)},
		{Action: Add, Kind: "customers", ID: "a", After: json.RawMessage(`{"id":"a","colour":"red"}`)},
	} {
		if _, err := Merge(billing.Config{}, []Change{change}); err == nil {
			t.Errorf("Merge took %+v", change)
		}
	}
}
