package lake_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/sample"
)

var update = flag.Bool("update", false, "write docs/reference/tables.md anew")

// The reference of the tables has the columns and types of the files of a
// month that was closed, and a meaning for each.
func TestReference(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "reference", "tables.md")
	want := reference(t, closedMonth(t))
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, want) {
		t.Errorf("%s is not what lies in the lake; run go test ./internal/lake -update", file)
	}
}

const reseller = `
reseller: {name: Lakeside Cloud, currency: USD}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: orchard, name: Orchard Games}]
billing_groups: [{id: orchard-main, customer: orchard, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000001"]}]}]
`

// installation is an open installation and its folder.
type installation struct {
	*app.App
	dir string
}

// closedMonth previews a small month.
func closedMonth(t *testing.T) installation {
	t.Helper()
	ctx := context.Background()
	i := installation{dir: t.TempDir()}
	month, err := billing.ParsePeriod("2026-03")
	must(t, err)
	exports := t.TempDir()
	_, err = sample.Generate(ctx, exports, sample.Options{Lines: 200, Accounts: 1, Period: month, Format: "cur-csv-gz"})
	must(t, err)
	i.App, err = app.Open(ctx, app.Options{Dir: i.dir})
	must(t, err)
	t.Cleanup(func() { i.Close() })
	c, err := config.Parse("reseller.yaml", []byte(reseller))
	must(t, err)
	c.Sources = []billing.Source{{Name: "exports", Kind: "aws-cur", URL: exports, Payer: "111111111111"}}
	changes, err := i.Plan(ctx, c, false)
	must(t, err)
	must(t, i.Apply(ctx, changes))
	_, err = i.Pipeline.Close(ctx, month, true)
	must(t, err)
	return i
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// table is a table of the reference.
type table struct {
	title, about, files string
	meanings            map[string]string
}

var tables = []table{
	{
		title: "line_items",
		about: "`lake/line_items/period=…/payer=…/load=…/part-*.parquet`: the lines of the provider's files, one row for each.\n" +
			"Costs are in `billing_currency`, never rounded, before tax but for lines of class tax. `load`, `x_file` and `x_row` are\n" +
			"the line's id, `LOAD:FILE:ROW`, which never changes. Most columns are null where the provider's file says nothing.",
		files:    "lake/line_items/*/*/*/part-*.parquet",
		meanings: lineItemMeanings(),
	},
	{
		title: "keys",
		about: "`keys.parquet` beside the lines of a load: its distinct pricing keys. Price rules are matched on these rows, and each\n" +
			"line names its row by `x_pricing_key`. The numbers mean something only together with their load.",
		files:    "lake/line_items/*/*/*/keys.parquet",
		meanings: lineItemMeanings(),
	},
	{
		title: "parts",
		about: "`lake/commitments/period=…/rev=…/parts/payer=…/*.parquet`: every line that has to do with commitments or volume tiers, cut\n" +
			"where a commitment covers only some of it. The parts of a line add up to it in every amount. Charges are made from these\n" +
			"parts and from all other lines.",
		files:    "lake/commitments/*/*/parts/*/*.parquet",
		meanings: partMeanings(),
	},
	{
		title: "daily_usage",
		about: "`lake/commitments/period=…/rev=…/usage/load=…/*.parquet`: what there is to price: the lines of one day that share account, pricing key,\n" +
			"tags that decide, provider invoice, resource and what commitments did to them, summed; lines fenced as split-cost are in none. Charges are made\n" +
			"from it alone. Where only prices change, a new revision takes it over.",
		files:    "lake/commitments/*/*/usage/*/*.parquet",
		meanings: usageMeanings(),
	},
	{
		title: "hours",
		about: "`lake/commitments/period=…/rev=…/hours/payer=…/*.parquet`: what each commitment could cover in each hour, and what the\n" +
			"group that it belongs to used of it. A commitment of which units were given away has a row for each share.",
		files:    "lake/commitments/*/*/hours/*/*.parquet",
		meanings: hourMeanings(),
	},
	{
		title: "charges",
		about: "`lake/charges/period=…/rev=…/group=…/*.parquet`: what became of the lines. Lines of one day that share account,\n" +
			"pricing key, tags that decide, provider invoice, resource and what commitments did to them are one charge; lines fenced as split-cost are in none.\n" +
			"Costs are in `billing_currency`, before exchange and rounding. A folder holds what one billing group pays, or what is `reseller` or `unassigned`.\n" +
			"Which revision is in force is in the certificate.\n\n" +
			"The same lines have further rows, which carry no cost and no lines: one for each sale by a billing group that resells (`x_seller`), and\n" +
			"one for what is charged for managing them (`x_class` managed). What a pool divides has a row for each who bears a part of it.",
		files:    "lake/charges/*/*/*/*.parquet",
		meanings: chargeMeanings(),
	},
}

// lineItemMeanings are what the schema says of each column.
func lineItemMeanings() map[string]string {
	all := map[string]string{
		"load":   "of the folder: the load, one version of one report's month",
		"payer":  "of the folder: the paying account",
		"period": "of the folder: the month, such as 2026-10",
	}
	for _, columns := range [][]lake.Column{
		lake.Texts[:], lake.Numbers[:], lake.Instants[:], lake.Maps[:], {lake.File, lake.RowNumber, lake.PricingKey},
	} {
		for _, c := range columns {
			all[c.Name] = c.About
		}
	}
	return all
}

const treatments = "what became of it (R7): kept, the provider's cover stands; applied, another commitment of the group covers it; " +
	"unshared, cover of somebody else's was taken back; on-demand; taken-back, a negation that is undone; tiered-alone, at the tiers of the group alone; " +
	"as-applied, left as the provider applied it; as-billed, the group is not billed as if alone; as-billed-covered, the same of what a commitment covers; fee; fee-moved, to whom units were given; null where commitments do not matter"

const tagSets = "number of the tags of its lines that decide who owns them or what they cost; 0 where tags decide nothing"

// usageMeanings are what the columns mean in daily_usage.
func usageMeanings() map[string]string {
	all := partMeanings()
	for name, meaning := range map[string]string{
		"owner":            "who owns it: a billing group, a pool, reseller or unassigned",
		"commitment":       "the commitment that covers it when the group is alone, or whose cover stands",
		"kind":             "kind of that commitment",
		"treatment":        treatments,
		"day":              "the day its lines begin on, UTC",
		"billing_day":      "the day of the month nearest to that: who owns it and which rule prices it is asked for that day",
		"x_use":            "number of the row in the month, in the order of owners and accounts; the number of its charge where it has one alone",
		"sub_account_name": "name of the account; the last in the alphabet where lines have several",
		"lines":            "how many lines it is made of",
		"quantity":         "sum over the lines, without negations",
		"unblended":        "sum of billed_cost",
		"net":              "sum of x_net_cost, or of billed_cost where there is none",
		"amortized":        "sum of effective_cost",
		"blended":          "sum of x_blended_cost, or of billed_cost where there is none",
		"list":             "public on-demand cost of the lines; the provider's where it states none",
		"true_unblended":   "what they cost the group alone (R7)",
	} {
		all[name] = meaning
	}
	return all
}

// partMeanings are what the columns mean in parts.
func partMeanings() map[string]string {
	all := lineItemMeanings()
	for name, meaning := range map[string]string{
		"group":                       "who owns the part: a billing group, reseller or unassigned",
		"rev":                         "of the folder: the revision, one pricing of the month",
		"sub_account_id":              "the account that is charged: the line's, or who was given units of a commitment, for its fee",
		"x_part_from":                 "quantity of the line at which the part begins; 0 for its first part",
		"x_lines":                     "1 on a line's first part, 0 on the others",
		"x_tag_set":                   tagSets,
		"quantity":                    "the part's quantity, 0 of negations",
		"unblended":                   "its share of billed_cost",
		"net":                         "its share of x_net_cost, or of billed_cost where there is none",
		"amortized":                   "its share of effective_cost",
		"blended":                     "its share of x_blended_cost",
		"list":                        "its share of list_cost; 0 of what nobody used",
		"on_demand":                   "its share of what the usage costs on demand; 0 for fees and negations",
		"true_unblended":              "what it costs the group alone (R7)",
		"effective":                   "what the covering commitment's hours cost, to 12 digits; the amortized cost where the provider's cover stands",
		"x_treatment":                 treatments,
		"commitment_discount_id":      "the commitment that covers it when the group is alone, or whose cover stands",
		"x_provider_commitment":       "the commitment the provider applied, or whose fee it is",
		"x_provider_commitment_group": "the billing group of that commitment's owner",
		"x_commitment_kind":           "kind of commitment_discount_id, else of x_provider_commitment",
		"x_no_price":                  "1 when it has no on-demand price anywhere",
	} {
		all[name] = meaning
	}
	return all
}

func hourMeanings() map[string]string {
	all := lineItemMeanings()
	for name, meaning := range map[string]string{
		"rev":                    "of the folder: the revision, one pricing of the month",
		"commitment_discount_id": "the commitment",
		"x_share":                "number of the share of it, in the order of the commitments' ids",
		"charge_period_start":    "the hour, or the day where the export is daily; UTC",
		"charge_period_end":      "exclusive",
		"group":                  "the group it helps in this hour",
		"units":                  "what it can cover: instance-hours of its own size; of plans, money",
		"used":                   "what its group uses of it",
		"used_cost":              "what that costs, to 12 digits",
		"unused_cost":            "what the rest costs, to 12 digits",
	} {
		all[name] = meaning
	}
	return all
}

// chargeMeanings are what the columns mean in charges where that is not what
// they mean in line_items.
func chargeMeanings() map[string]string {
	all := lineItemMeanings()
	for name, meaning := range map[string]string{
		"group":                  "of the folder: the billing group that pays the charge, or reseller or unassigned",
		"rev":                    "of the folder: the revision, one pricing of the month",
		"x_charge":               "number of the charge; 2026-10/17 is the charge 17 of that month",
		"x_load":                 "load of its lines",
		"x_decision":             "number of the decision that priced it; null where no rule did",
		"x_tag_set":              tagSets,
		"x_owner":                "the billing group that used it, or that bears this part of a pool; reseller or unassigned",
		"x_seller":               "the billing group that sells it; null where that is the reseller",
		"x_pool":                 "the pool whose lines are divided; null where there is none (R4)",
		"x_class":                "what the charge is to an invoice: usage, commitment-fee, marketplace, entry (R27), tax, or managed, which is charged for managing what the other rows of the same lines charge",
		"x_place":                "where it stands: usage or marketplace on the invoice; on none entry or tax (R27, R25), or excluded, by a rule; off where no billing group owns it",
		"x_book":                 "the price book that the rule is in; null where no rule matched",
		"x_rule":                 "name of the rule that won; null where none matched",
		"x_base":                 "what the price starts from: a cost basis; cost, what x_seller pays; or price, the price of what is managed",
		"x_factor":               "price = x_base_cost × x_factor, where there is no x_unit_price; null where several books, or the month's total of a rule, make the price",
		"x_unit_price":           "price = pricing_quantity × x_unit_price; null for what a commitment covers",
		"x_provider_invoice_id":  "the provider's invoice; null while the month is not final",
		"charge_period_start":    "the day its lines begin on, UTC",
		"charge_period_end":      "the day after, exclusive",
		"pricing_quantity":       "sum over the lines, without negations",
		"x_lines":                "how many lines it is made of; of a pool's, on the row of who bears the remainder alone",
		"list_cost":              "public on-demand cost of the lines; the provider's where it states none",
		"x_amortized_cost":       "amortized cost of the lines",
		"x_net_cost":             "the provider's cost of the lines after negotiated discounts",
		"commitment_discount_id": "the commitment that covers it when the group is alone (R7); null where none does",
		"x_commitment_kind":      "kind of that commitment, or of the provider's whose cover was taken back: ri-zonal, ri-regional, sp-ec2 …",
		"x_treatment":            treatments,
		"x_true_unblended_cost":  "what the lines cost the group alone (R7)",
		"x_commitment_cost":      "what the covering commitment's hours cost; its fee is charged apart",
		"x_cost":                 "the provider's own cost of the lines",
		"x_base_cost":            "what the lines cost on x_base",
		"billed_cost":            "the price that the group pays, exact; 0 where nobody is charged",
	} {
		all[name] = meaning
	}
	return all
}

func reference(t *testing.T, i installation) []byte {
	t.Helper()
	var text bytes.Buffer
	fmt.Fprint(&text, `# Tables of the lake

<!-- Made from the files of a closed month: go test ./internal/lake -update -->

The lake is a folder of Parquet files that any tool can read. Names are those of FOCUS 1.2 in snake_case; what providers have
beyond FOCUS begins with `+"`x_`"+`. Times are UTC. Numbers are exact decimals. Columns marked “of the folder” stand in the
folders' names, as `+"`name=value`"+`. A file in the lake never changes; revisions that no
document refers to any more are removed. Read it, but never write to it.
`)
	for _, table := range tables {
		table.write(t, &text, i)
	}
	return text.Bytes()
}

func (table table) write(t *testing.T, w io.Writer, i installation) {
	t.Helper()
	ctx := context.Background()
	files, err := filepath.Glob(filepath.Join(i.dir, table.files))
	must(t, err)
	session, err := i.Engine.Session(ctx)
	must(t, err)
	defer session.Close()
	must(t, session.View(ctx, table.title, files))
	rows, err := session.Query(ctx, "SELECT column_name, column_type FROM (DESCRIBE "+table.title+")")
	must(t, err)
	defer rows.Close()
	fmt.Fprintf(w, "\n## %s\n\n%s\n\n| column | type | meaning |\n|---|---|---|\n", table.title, table.about)
	var known []string
	for rows.Next() {
		var name, kind string
		must(t, rows.Scan(&name, &kind))
		if table.meanings[name] == "" {
			t.Errorf("column %s of %s has no meaning", name, table.title)
		}
		known = append(known, name)
		fmt.Fprintf(w, "| `%s` | %s | %s |\n", name, kind, table.meanings[name])
	}
	must(t, rows.Err())
	if slices.Contains(known, "x_charge") { // what the charges have beyond the lines must be there
		for name := range table.meanings {
			if _, of := lineItemMeanings()[name]; !of && !slices.Contains(known, name) {
				t.Errorf("there is a meaning for %s, which %s does not have", name, table.title)
			}
		}
	}
}
