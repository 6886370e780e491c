package month

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

// tree is a configuration whose September is closed.
const tree = `
reseller: {name: Reseller, currency: USD, accounts: ["100000000000"], selling_book: list}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: north, name: North}, {id: acme, name: ACME, price_book: plus}]
billing_groups:
  - {id: north, customer: north, currency: USD, claims: [{accounts: ["200000000001"]}]}
  - {id: acme, customer: acme, currency: USD, claims: [{accounts: ["200000000002"]}, {accounts: ["200000000003"], tags: {project: [a, b]}}]}
pools: [{id: shared, accounts: ["200000000003"], percent: [{group: north, percent: "50"}], remainder: acme}]
price_books:
  - {id: list, rules: [{name: as is, match: {}, keep: true}]}
  - id: plus
    rules:
      - {name: storage, match: {service: AmazonS3}, percent: "5"}
      - {name: rest, match: {}, percent: "10"}
  - {id: unused, rules: [{name: more, match: {}, percent: "50"}]}
`

func declaredAs(t *testing.T, yaml string) billing.Config {
	t.Helper()
	c, err := config.Parse("reseller.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	if problems := config.Check(c); len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

// R18: what a change reaches in a closed month is what holds on one of its days.
func TestEffectIn(t *testing.T) {
	september, err := billing.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	const storage = `- {name: storage, match: {service: AmazonS3}, percent: "5"}`
	const rest = `- {name: rest, match: {}, percent: "10"}`
	const plus = "price book plus"
	const acmeBooks = "the price books and parents of billing group acme"
	for _, test := range []struct {
		name string
		edit []string // old, new, old, new …
		want []string
	}{
		{"nothing", nil, nil},
		{"a percent", []string{`percent: "10"`, `percent: "12"`}, []string{plus}},
		{"the order of rules", []string{storage, "- {name: first, match: {region: x}, keep: true}", rest, rest + "\n      " + storage}, []string{plus}},
		{"another way to choose", []string{"  - id: plus\n", "  - id: plus\n    order: most-specific\n"}, []string{plus}},
		{"a way to choose that is the default", []string{"  - id: plus\n", "  - id: plus\n    order: first\n"}, nil},
		{"a rule ends with the month, another follows", []string{rest, `- {name: rest, match: {}, percent: "10", to: 2026-09-30}
      - {name: new, match: {}, percent: "12", from: 2026-10-01}`}, nil},
		{"a rule of later days before the others", []string{storage, `- {name: new, match: {}, percent: "12", from: 2026-10-01}` + "\n      " + storage}, nil},
		{"a rule of days long ago", []string{storage, `- {name: old, match: {}, percent: "12", to: 2026-08-31}` + "\n      " + storage}, nil},
		{"a rule ends a day early", []string{rest, `- {name: rest, match: {}, percent: "10", to: 2026-09-29}`}, []string{plus}},
		{"a rule begins on the last day", []string{rest, rest + "\n      " + `- {name: new, match: {}, percent: "12", from: 2026-09-30}`}, []string{plus}},
		{"a book that nothing is attached to", []string{`{name: more, match: {}, percent: "50"`, `{name: more, match: {}, percent: "60"`}, nil},
		{"another book in October", []string{"price_book: plus", "price_book: [{book: plus, to: 2026-10-01}, {book: unused, from: 2026-10-01}]"}, nil},
		{"another book within the month", []string{"price_book: plus", "price_book: [{book: plus, to: 2026-09-15}, {book: unused, from: 2026-09-15}]"}, []string{acmeBooks}},
		{"the same book, attached nearer", []string{"{id: acme, customer: acme,", "{id: acme, customer: acme, price_book: plus,"}, nil},
		{"the same book, attached in two spans", []string{"price_book: plus", "price_book: [{book: plus, to: 2026-09-15}, {book: plus, from: 2026-09-15}]"}, nil},
		{"an account with a book of its own", []string{"customers:", "accounts: [{id: \"200000000002\", name: Web, price_book: unused}]\ncustomers:"}, []string{acmeBooks}},
		{"a book that starts from the next one", []string{"  - id: plus\n", "  - id: plus\n    then: parent\n"}, []string{acmeBooks}},
		{"a parent", []string{"{id: acme, customer: acme,", "{id: acme, parent: north, customer: acme,"}, []string{acmeBooks}},
		{"a cost basis", []string{"{id: acme, customer: acme,", "{id: acme, cost_basis: list, customer: acme,"}, []string{"the cost basis of billing group acme"}},
		{"the default basis, written out", []string{"{id: acme, customer: acme,", "{id: acme, cost_basis: true-unblended, customer: acme,"}, nil},
		{"an account moves in October", []string{`{accounts: ["200000000002"]}`, `{accounts: ["200000000002"], to: 2026-10-01}`,
			`{accounts: ["200000000001"]}`, `{accounts: ["200000000001"]}, {accounts: ["200000000002"], from: 2026-10-01}`}, nil},
		{"an account moves on the last day", []string{`{accounts: ["200000000002"]}`, `{accounts: ["200000000002"], to: 2026-09-30}`,
			`{accounts: ["200000000001"]}`, `{accounts: ["200000000001"]}, {accounts: ["200000000002"], from: 2026-09-30}`}, []string{"who owns account 200000000002"}},
		{"a claim in two spans", []string{`{accounts: ["200000000002"]}`, `{accounts: ["200000000002"], to: 2026-09-15}, {accounts: ["200000000002"], from: 2026-09-15}`}, nil},
		{"a claim from the month on", []string{`{accounts: ["200000000002"]}`, `{accounts: ["200000000002"], from: 2026-09-01}`}, nil},
		{"an account of the reseller's own", []string{`accounts: ["100000000000"]`, `accounts: ["100000000000", "100000000009"]`}, []string{"who owns account 100000000009"}},
		{"a payer that books whole months, of which none moves", []string{"provider: aws", "provider: aws, on_account_move: whole-month-to-new"}, nil},
		{"tags in another order", []string{"[a, b]", "[b, a]"}, nil},
		{"an enrolment from October", []string{"claims: [{accounts: [\"200000000001\"]}]", "claims: [{accounts: [\"200000000001\"]}], enrol: [{payer: \"111111111111\", from: 2026-10}]"}, nil},
		{"an enrolment from the last day of September", []string{"claims: [{accounts: [\"200000000001\"]}]", "claims: [{accounts: [\"200000000001\"]}], enrol: [{payer: \"111111111111\", from: 2026-09-30}]"},
			[]string{"who enrols the accounts of payer 111111111111"}},
		{"another tag", []string{"[a, b]", "[a, b, c]"}, []string{"the tag claims of billing group acme"}},
		{"a tag claim that ends with the month", []string{"tags: {project: [a, b]}", "tags: {project: [a, b]}, to: 2026-10-01"}, nil},
		{"a share of a pool", []string{`percent: "50"}], r`, `percent: "60"}], r`}, []string{"pool shared"}},
		{"a pool that ends with the month", []string{"{id: shared,", "{id: shared, to: 2026-10-01,"}, nil},
		{"a pool that begins after it", []string{"{id: shared,", "{id: shared, from: 2026-10-01,"}, []string{"pool shared", "who owns account 200000000003"}},
		{"a new customer in October", []string{"customers: [", "customers: [{id: new, name: New, price_book: unused}, ",
			"billing_groups:", "billing_groups:\n  - {id: new, customer: new, currency: USD, claims: [{accounts: [\"300000000001\"], from: 2026-10-01}]}"}, nil},
		{"a new customer of an account that was nobody's", []string{"customers: [", "customers: [{id: new, name: New, price_book: unused}, ",
			"billing_groups:", "billing_groups:\n  - {id: new, customer: new, currency: USD, claims: [{accounts: [\"300000000001\"]}]}"}, []string{"who owns account 300000000001"}},
		{"a decision on a commitment from October", []string{"pools:", "commitments: [{id: ri-1, policy: account, from: 2026-10}]\npools:"}, nil},
		{"a decision on a commitment from September", []string{"pools:", "commitments: [{id: ri-1, policy: account, from: 2026-09}]\npools:"}, []string{"commitment ri-1"}},
		{"what documents freeze", []string{"{id: acme, customer: acme, currency: USD,", "{id: acme, customer: acme, name: Acme GmbH, currency: EUR, invoice: {discount: {percent: \"3\"}, tax: [{category: standard, percent: \"19\"}]},",
			"pools:", "exchange_rates: [{month: 2026-09, from: USD, to: EUR, rate: \"0.85\", level: common}]\npools:"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := tree
			for i := 0; i < len(test.edit); i += 2 {
				if text = strings.Replace(text, test.edit[i], test.edit[i+1], 1); i == len(test.edit)-2 && text == tree {
					t.Fatalf("nothing was edited")
				}
			}
			now, wanted := declaredAs(t, tree), declaredAs(t, text)
			for _, pair := range [][2]billing.Config{{now, wanted}, {wanted, now}} {
				got := effectIn(pair[0], september, nil).differing(effectIn(pair[1], september, nil))
				if !slices.Equal(got, test.want) {
					t.Errorf("R18: reached are %q, want %q", got, test.want)
				}
			}
		})
	}
}

// R2, R18: where an account moves inside the month, whether payers split it counts.
func TestEffectOfAccountMove(t *testing.T) {
	september := billing.PeriodOf(billing.Day(20700).Time()) // 2026-09-04
	split := strings.Replace(strings.Replace(tree, `{accounts: ["200000000002"]}`, `{accounts: ["200000000002"], to: 2026-09-15}`, 1),
		`{accounts: ["200000000001"]}`, `{accounts: ["200000000001"]}, {accounts: ["200000000002"], from: 2026-09-15}`, 1)
	whole := strings.Replace(split, "provider: aws", "provider: aws, on_account_move: whole-month-to-new", 1)
	got := effectIn(declaredAs(t, split), september, nil).differing(effectIn(declaredAs(t, whole), september, nil))
	if !slices.Equal(got, []string{"who owns account 200000000002"}) {
		t.Errorf("R2: reached are %q", got)
	}
	// Without charges of that account nothing is reached.
	others := map[string]bool{"200000000001": true}
	if got := effectIn(declaredAs(t, split), september, others).differing(effectIn(declaredAs(t, whole), september, others)); len(got) > 0 {
		t.Errorf("R18: reached are %q", got)
	}
}

// R12, R18: a later rule for a service takes it from a rule for all services that
// no other names, in earlier months, too.
func TestEffectOfOtherServices(t *testing.T) {
	september := billing.PeriodOf(billing.Day(20700).Time())
	others := strings.Replace(tree, "{name: rest, match: {}", "{name: rest, match: {service: otherServices}", 1)
	later := strings.Replace(others, "- {name: rest", "- {name: new, match: {service: AmazonRDS}, percent: \"1\", from: 2026-10-01}\n      - {name: rest", 1)
	got := effectIn(declaredAs(t, others), september, nil).differing(effectIn(declaredAs(t, later), september, nil))
	if !slices.Equal(got, []string{"price book plus"}) {
		t.Errorf("R18: reached are %q", got)
	}
}

// Both configurations number tags alike where they ask for the same names in the
// month, whatever they make of them.
func TestSameTags(t *testing.T) {
	september := billing.PeriodOf(billing.Day(20700).Time())
	now := declaredAs(t, tree)
	asked := askedTags(now, september)
	if want := map[[2]string]bool{{"tag", "project"}: true}; !maps.Equal(asked, want) {
		t.Errorf("asked are %v", asked)
	}
	for text, want := range map[string]bool{
		strings.Replace(tree, "[a, b]", "[c]", 1):                                                                     true,
		strings.Replace(tree, "project: [a", "team: [a", 1):                                                           false,
		strings.Replace(tree, "- {name: rest, match: {}", "- {name: rest, match: {tags: {env: prod}}", 1):             false,
		strings.Replace(tree, "{name: rest, match: {}", "{name: rest, to: 2026-08-31, match: {tags: {env: prod}}", 1): true,
		strings.Replace(tree, "tags: {project: [a, b]}", "tags: {project: [a, b]}, from: 2026-10-01", 1):              false,
	} {
		if got := SameTags(now, declaredAs(t, text), september); got != want {
			t.Errorf("alike: %v, want %v, with %s", got, want, text)
		}
	}
}
