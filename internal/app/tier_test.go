package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/proof"
)

// usageFile is a report of one September day: account, line type, service,
// quantity and unblended cost of each line, then tags where there are any.
func usageFile(t testing.TB, lines ...string) string {
	t.Helper()
	text := "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,bill/BillingEntity,lineItem/UsageStartDate,lineItem/CurrencyCode,product/region,lineItem/Operation," +
		"lineItem/UsageAccountId,lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,resourceTags/user:project\n"
	for _, l := range lines {
		f := strings.Fields(l)
		entity, tag := "AWS", ""
		if f[2] == "prod-logs" {
			entity = "AWS Marketplace"
		}
		if len(f) > 5 {
			tag = f[5]
		}
		text += fmt.Sprintf("111111111111,1001,2026-09-01T00:00:00Z,%s,2026-09-02T00:00:00Z,USD,us-east-1,Run,%s,%s,%s,Box:%s,%s,%s,%s\n", entity, f[0], f[1], f[2], f[2], f[3], f[4], tag)
	}
	return writeFile(t, "usage.csv", text)
}

// resellers is a tree: the reseller sells to north, which uses some itself, and
// sells to acme and south; south sells to delta.
const resellers = `
reseller:
  name: Example Cloud Partners
  currency: USD
  tax_registration: T0000000000001
  address: {lines: [1 Secret Street], city: Hidden, country: JP}
  contact: hello@partners.example
  payment: ["Partners' Bank 17"]
  accounts: ["200000000004"]
  selling_book: from-reseller
payers: [{id: "111111111111", provider: aws}]
customers:
  - {id: north-cloud, name: North Cloud, tax_registration: N-1, address: {lines: [2 North Road], city: Hull, country: GB}, contact: north@example.com, payment: ["North Bank 5"], selling_book: from-north}
  - {id: south-cloud, name: South Cloud, tax_registration: S-1, payment: ["South Bank 6"], selling_book: from-south}
  - {id: acme, name: ACME}
  - {id: delta, name: Delta}
billing_groups:
  - {id: north, customer: north-cloud, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000001"]}]}
  - {id: acme, customer: acme, parent: north, currency: JPY, cost_basis: unblended, claims: [{accounts: ["200000000002"]}]}
  - {id: south, customer: south-cloud, parent: north, currency: EUR, cost_basis: unblended, claims: []}
  - {id: delta, customer: delta, parent: south, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000003"]}]}
price_books:
  - {id: from-reseller, rules: [{name: none of s3, match: {service: AmazonS3}, exclude: true}, {name: care, match: {service: AmazonRDS}, managed: "0.1"}, {name: plus ten, match: {}, percent: "10"}]}
  - {id: from-north, rules: [{name: plus twenty, match: {}, percent: "20"}]}
  - {id: from-south, rules: [{name: plus fifty, match: {}, percent: "50"}]}
exchange_rates:
  - {month: 2026-09, from: USD, to: JPY, rate: "150", level: common}
  - {month: 2026-09, from: USD, to: EUR, rate: "0.5", level: common}
`

// resold is a closed month of the tree. What the reseller charges north, and so
// on outward:
//
//	              provider   reseller        north     south
//	north   EC2       1001    1101.10
//	acme    EC2        101     111.10       133.32
//	        RDS         41      41 + 4.10    49.20
//	        S3          11       0            0
//	        logs        31      31           31          (marketplace, no rule)
//	delta   EC2        203     223.30       267.96    401.94
//	own     EC2          7
//	tax                  5
//	               1400    1511.60       481.48    401.94
func resold(t *testing.T) (*app.App, proof.Certificate) {
	t.Helper()
	return closedReport(t, resellers, usageFile(t,
		"200000000001 Usage AmazonEC2 1 1001", "200000000002 Usage AmazonEC2 1 101", "200000000002 Usage AmazonRDS 1 41", "200000000002 Usage AmazonS3 1 11",
		"200000000002 Usage prod-logs 1 31", "200000000003 Usage AmazonEC2 1 203", "200000000004 Usage AmazonEC2 1 7", "200000000002 Tax AmazonEC2 1 5"))
}

// R16, R32: what the reseller earns is what it charges its own buyers less what
// the provider bills; what a tier earns is what it sells less what it pays; all
// of it together is what those who use pay less what the provider bills.
func TestTierMargins(t *testing.T) {
	a, c := resold(t)
	proved(t, c, sums("1001", "1400"))
	d := c.Totals[0]
	if got := fmt.Sprint(d.Customers, d.Own, d.Excluded, d.InputTax, d.Cost, d.Sell, d.Margin); got != "1377 7 11 5 1400 1511.6 111.6" || c.Ownership.Charged != 8 {
		t.Errorf("totals %+v of %+v", d, c.Ownership)
	}
	if got := c.Provider[0].Sell.String(); got != "1511.6" {
		t.Errorf("the provider's invoice is sold for %s", got)
	}
	var sellers []string
	for _, s := range c.Tiers[0].Sellers {
		sellers = append(sellers, fmt.Sprint(s.Seller, " ", s.Bought, " ", s.Sold, " ", s.Margin))
	}
	// Those who use: 1101.10 + 213.52 + 401.94.
	if got, p := strings.Join(sellers, ", "), c.Tiers[0]; got != "reseller 1400 1511.6 111.6, north 410.5 481.48 70.98, south 267.96 401.94 133.98" ||
		p.Final.String() != "1716.56" || p.Cost.String() != "1400" || len(c.Tiers) != 1 {
		t.Errorf("R16: %s; %+v", got, p)
	}

	m := marginOf(t, a, "2026-09", "")
	addsUp(t, m)
	// EC2 100.10 + 10.10 + 20.30.
	if got, want := sourced(m.Totals[0]), map[earnings.Source]string{
		earnings.FromPriceBook: "130.5", earnings.FromManaged: "4.1", earnings.FromExcluded: "-11", earnings.FromOwnUse: "-7", earnings.FromTax: "-5",
	}; !maps.Equal(got, want) {
		t.Errorf("margin by source %v, want %v", got, want)
	}
	if len(m.Groups) != 2 || m.Groups[0].Group != "north" || m.Groups[0].Sell.String() != "1511.6" || len(m.Invoices) != 1 || len(m.Tiers) != 2 {
		t.Errorf("groups %+v, invoices %+v, tiers %+v", m.Groups, m.Invoices, m.Tiers)
	}
	if _, err := a.Earnings.Margin(context.Background(), september(t), "acme"); err == nil || !strings.Contains(err.Error(), "acme buys from north") {
		t.Errorf("the reseller's margin of a tier's buyer: %v", err)
	}
	if _, err := a.Earnings.TierMargin(context.Background(), september(t), "acme"); err == nil || !strings.Contains(err.Error(), `no billing group buys from "acme"`) {
		t.Errorf("the margin of a tier that is none: %v", err)
	}
}

// R5, R16: what a tier is shown has its own two prices and nothing above them.
func TestTierMarginIsMasked(t *testing.T) {
	a, _ := resold(t)
	shown := func(tier string) string {
		m, err := a.Earnings.TierMargin(context.Background(), september(t), tier)
		if err != nil {
			t.Fatal(err)
		}
		m.Revision = ""
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	north, south := shown("north"), shown("south")
	for _, want := range []string{
		`"totals":[{"currency":"USD","bought":"410.5","sold":"481.48","margin":"70.98","own_use":"1101.1","buyers":[`,
		`{"group":"acme","bought":"187.2","sold":"213.52","margin":"26.32"}`, `{"group":"south","bought":"223.3","sold":"267.96","margin":"44.66"}`,
		`"id":"2026-09/acme"`, `"id":"2026-09/south"`,
	} {
		if !strings.Contains(north, want) {
			t.Errorf("north is shown %s, want %s in it", north, want)
		}
	}
	if want := `"bought":"267.96","sold":"401.94","margin":"133.98","own_use":"0"`; !strings.Contains(south, want) || strings.Contains(south, "2026-09/south") {
		t.Errorf("south is shown %s, want %s in it", south, want)
	}
	for _, hidden := range []string{"1001", "101", "203", "1400", "1511.6", "111.6"} {
		if strings.Contains(north, `"`+hidden+`"`) {
			t.Errorf("north is shown %s", hidden)
		}
	}
	for _, hidden := range []string{"203", "223.3", "44.66", "481.48"} {
		if strings.Contains(south, `"`+hidden+`"`) {
			t.Errorf("south is shown %s", hidden)
		}
	}
}

// R16: who buys from a tier gets its invoices from the tier's customer, and the
// reseller is not on them. A tier's own invoice has what its buyers use, at the
// price that it pays.
func TestTierInvoices(t *testing.T) {
	a, _ := resold(t)
	documents := stored(t, a, september(t))
	for id, want := range map[string]struct{ seller, currency, total string }{
		"2026-09/north": {"Example Cloud Partners", "USD", "1511.6"},
		"2026-09/acme":  {"North Cloud", "JPY", "32028"}, // 19998 + 7380 + 0 + 4650
		"2026-09/south": {"North Cloud", "EUR", "133.98"},
		"2026-09/delta": {"South Cloud", "USD", "401.94"},
	} {
		d, err := a.Documents.Invoice(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if d.Seller.Name != want.seller || string(d.Currency) != want.currency || d.Total.String() != want.total {
			t.Errorf("%s: from %s over %s %s, want %+v", id, d.Seller.Name, d.Total, d.Currency, want)
		}
		if id == "2026-09/north" {
			continue
		}
		for _, hidden := range []string{"Example Cloud Partners", "T0000000000001", "Secret Street", "hello@partners.example", "Partners' Bank"} {
			if strings.Contains(documents[id], hidden) {
				t.Errorf("%s has the reseller's %q: %s", id, hidden, documents[id])
			}
		}
	}
	acme, err := a.Documents.Invoice(context.Background(), "2026-09/acme")
	if err != nil {
		t.Fatal(err)
	}
	if s := acme.Seller; s.TaxRegistration != "N-1" || s.Contact != "north@example.com" || fmt.Sprint(s.Address, acme.Payment) != "[2 North Road Hull United Kingdom] [North Bank 5]" {
		t.Errorf("acme's invoice is from %+v, payment %q", s, acme.Payment)
	}
	north, err := a.Documents.Invoice(context.Background(), "2026-09/north")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, account := range north.Accounts {
		for _, l := range account.Lines {
			lines = append(lines, fmt.Sprint(account.Account[11:], " ", l.Service, " ", l.Amount))
		}
	}
	if got, want := strings.Join(lines, ", "), "1 AmazonEC2 1101.1, 2 AmazonEC2 111.1, 2 AmazonRDS 41, 2 Managed services 4.1, 2 prod-logs 31, 3 AmazonEC2 223.3"; got != want {
		t.Errorf("north's invoice has %s, want %s", got, want)
	}

	// R30: each seller counts its own numbers.
	for id, number := range map[string]string{
		"2026-09/north": "INV-2026-000001", "2026-09/acme": "INV-north-cloud-2026-000001", "2026-09/delta": "INV-south-cloud-2026-000001",
	} {
		d, err := issue(a, id, billing.PeriodOf(afterAll).FirstDay())
		if err != nil || d.Number != number {
			t.Errorf("%s is issued as %s, %v; want %s", id, d.Number, err, number)
		}
	}
}

// R16: charges of which one sale was changed by hand are no proof.
func TestTierResidue(t *testing.T) {
	for name, change := range map[string]struct{ group, columns, keep, want string }{
		"a tier's purchase is less": {"north", "* REPLACE (CASE WHEN x_owner = 'delta' THEN CAST(billed_cost - 1 AS DECIMAL(38, 24)) ELSE billed_cost END AS billed_cost)", "TRUE",
			"(R16) north: its prices do not start from what it is charged for the same; they differ by 1 USD"},
		"a tier's sale is lost":      {"south", "*", "FALSE", "(d) south: charges 0"},
		"who sells is somebody else": {"delta", "* REPLACE ('north' AS x_seller)", "TRUE", "(R16) south: its prices do not start"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			a := openAt(t, dir, afterAll)
			apply(t, a, resellers)
			file := usageFile(t, "200000000002 Usage AmazonEC2 1 101", "200000000003 Usage AmazonEC2 1 203")
			if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
				t.Fatal(err)
			}
			proved(t, closeMonth(t, a, september(t)), sums("1001", "304"))
			rewriteAs(t, dir+"/lake/charges/*/rev=*/group="+change.group+"/*.parquet", change.columns, change.keep)
			c, err := a.Pipeline.Reconcile(context.Background(), september(t))
			if err != nil || !strings.Contains(strings.Join(c.Residues, "\n"), change.want) {
				t.Errorf("%v, residues %q, want %s", err, c.Residues, change.want)
			}
		})
	}
}
