package deliver

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"pgregory.net/rapid"
)

// tagsOfFull divides the compute of the full invoice 3 : 1 among two teams, leaves a
// quarter of the storage untagged, and knows nothing of the rest.
func tagsOfFull() map[string][]TagCost {
	const compute, storage = "Amazon Elastic Compute Cloud", "Amazon Simple Storage Service"
	return map[string][]TagCost{"2026-10/harbour": {
		{Account: "111111111111", Service: compute, Currency: "USD", Tag: "Team=web", Cost: dec("15000")},
		{Account: "111111111111", Service: compute, Currency: "USD", Tag: "Team=data", Cost: dec("5000")},
		{Account: "111111111111", Service: storage, Currency: "USD", Tag: "Team=data", Cost: dec("3750")},
		{Account: "111111111111", Service: storage, Currency: "USD", Cost: dec("1250")},
		{Account: "5f1c-staging", Service: "Storage", Currency: "USD", Tag: "Team=web", Cost: dec("33.335")},
	}}
}

// The listings of a month, byte for byte: three documents below one line of titles.
func TestListings(t *testing.T) {
	documents := []invoice.Invoice{fullInvoice(), japaneseInvoice(), creditNote()}
	options := Options{Tags: tagsOfFull(), Groups: map[string]string{"sakura": "さくら製造 本社"}}
	for _, format := range Formats() {
		if format.WriteAll == nil || format.Name == "xlsx" {
			continue
		}
		t.Run(format.Name, func(t *testing.T) {
			var out bytes.Buffer
			if err := format.WriteAll(&out, documents, options); err != nil {
				t.Fatal(err)
			}
			golden(t, "month"+format.Ending, out.Bytes())
		})
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what was written:\n%s", path, got)
	}
}

// Columns come in the order they are asked for; a name that is not there is answered
// with those that are.
func TestColumns(t *testing.T) {
	format, _ := ByName("csv")
	var out bytes.Buffer
	if err := format.WriteAll(&out, []invoice.Invoice{creditNote()}, Options{Columns: []string{"amount", "kind"}}); err != nil {
		t.Fatal(err)
	}
	if want := "amount,kind\n-120.50,usage\n-24.10,tax\n-144.60,total\n-144.60,payable\n"; out.String() != want {
		t.Errorf("the columns are\n%s\nwant\n%s", out.String(), want)
	}
	for wrong, want := range map[string]string{"price": `no column "price"; use some of invoice_id, number, `, "kind": `"kind" is asked for twice`} {
		err := format.WriteAll(&out, nil, Options{Columns: []string{"kind", wrong}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error for %q is %v, want %q", wrong, err, want)
		}
	}
	merged, _ := ByName("ripple-merged")
	out.Reset()
	if err := merged.WriteAll(&out, []invoice.Invoice{creditNote()}, Options{Columns: []string{"InvoiceNo", "ServiceName", "Round"}}); err != nil {
		t.Fatal(err)
	}
	if records := readListing(t, out.Bytes()); !reflect.DeepEqual(records[1], []string{"CN-7", "'+Amazon EC2", "-120.50"}) {
		t.Errorf("the first row is %q", records[1])
	}
}

// column adds up a column of the rows for which wanted holds.
func column(t fatal, records [][]string, name string, wanted func(cell func(string) string) bool) money.Decimal {
	t.Helper()
	sum := money.Zero
	for _, record := range records[1:] {
		cell := func(name string) string { return record[columnOf(records, name)] }
		if text := cell(name); text != "" && wanted(cell) {
			sum = sum.Add(dec(text))
		}
	}
	return sum
}

func listingOf(t fatal, name string, o Options, documents ...invoice.Invoice) [][]string {
	t.Helper()
	format, err := ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := format.WriteAll(&out, documents, o); err != nil {
		t.Fatal(err)
	}
	return readListing(t, out.Bytes())
}

// Compute of 18000.00 is 13500 and 4500; after 5%: 12825 and 4275. Storage of 4500.00
// is 3375 and 1125 untagged; after 20%: 2700 and 900. Azure's storage of 30.00 is 33.00
// with its surcharge. Untagged are besides 90 of marketplace, entries of 950 and 9, and
// virtual machines of 900, after 5% 855.
func TestTagListing(t *testing.T) {
	records := listingOf(t, "ripple-tag", Options{Tags: tagsOfFull()}, fullInvoice())
	var got []string
	for _, r := range records[1:] {
		if r[5] == "Account" || r[5] == "Service" && r[4] != "untagged" {
			got = append(got, strings.Join(slices.Concat(r[4:5], r[6:10]), "|"))
		}
	}
	want := []string{
		"Team=data|Amazon Elastic Compute Cloud|4500.00|4275.00|4275.00",
		"Team=data|Amazon Simple Storage Service|3375.00|2700.00|2700.00",
		"Team=data|_ACCOUNT_TOTAL|7875.00|6975.00|6975.00",
		"Team=web|Amazon Elastic Compute Cloud|13500.00|12825.00|12825.00",
		"Team=web|Storage|30.00|33.00|33.00",
		"Team=web|_ACCOUNT_TOTAL|13530.00|12858.00|12858.00",
		"untagged|_ACCOUNT_TOTAL|3074.00|2804.00|2795.00", // 1125 + 90 + 959 + 900; 900 + 90 + 959 + 855; less 9
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Of a discount nothing is lost where a document is shown without its settings.
func TestListingWithoutSettings(t *testing.T) {
	shown := fullInvoice()
	shown.Frozen = invoice.Frozen{}
	for _, name := range []string{"csv-account", "csv-discount", "ripple-merged"} {
		if got, want := render(t, name, shown), render(t, name, fullInvoice()); !bytes.Equal(got, want) {
			t.Errorf("%s without settings is\n%s\nwant\n%s", name, got, want)
		}
	}
}

// Any document with any tags: what is said to add up does.
func TestListingsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, set := anyDraft(t)
		inv, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		var costs []TagCost
		for range rapid.IntRange(0, 12).Draw(t, "tags") {
			costs = append(costs, TagCost{
				Account: rapid.SampledFrom([]string{"account-0", "account-1"}).Draw(t, "account"), Service: rapid.SampledFrom([]string{"service-0", "service-1"}).Draw(t, "service"),
				Currency: "USD", Tag: rapid.SampledFrom([]string{"", "a=1", "a=2", "b=1"}).Draw(t, "tag"), Cost: money.FromInt(rapid.Int64Range(-50, 5000).Draw(t, "cost")).Mul(dec("0.123")),
			})
		}
		o := Options{Tags: map[string][]TagCost{inv.ID: costs}}
		same := func(name string, got, want money.Decimal) {
			if !got.Equal(want) {
				t.Fatalf("%s is %s, want %s", name, got, want)
			}
		}

		tags := listingOf(t, "ripple-tag", o, inv)
		of := func(kinds ...string) func(func(string) string) bool {
			return func(cell func(string) string) bool { return slices.Contains(kinds, cell("ServiceType")) }
		}
		same("Σ Charge of tags", column(t, tags, "Charge", of("Account")), inv.UsageTotal)
		same("Σ Charge of services", column(t, tags, "Charge", of("Service", "ServiceFee")), inv.UsageTotal)
		for _, name := range []string{"DiscountCharge", "DiscountCharge - TaxFree"} {
			usage := column(t, listingOf(t, "csv-account", o, inv), name, of("Service", "ServiceFee"))
			same("Σ "+name+" of tags", column(t, tags, name, of("Account")), usage)
			same("Σ "+name+" of services", column(t, tags, name, of("Service", "ServiceFee")), usage)
		}

		all := func(func(string) string) bool { return true }
		same("Σ discount", column(t, listingOf(t, "csv-discount", o, inv), "discount", all), inv.DiscountTotal)
		checkMerged(t, listingOf(t, "ripple-merged", o, inv), inv)
	})
}

// checkMerged checks what mergedListing says holds.
func checkMerged(t *rapid.T, records [][]string, inv invoice.Invoice) {
	round := func(costType string, names ...string) money.Decimal {
		return column(t, records, "Round", func(cell func(string) string) bool {
			return cell("CostType") == costType && (len(names) == 0 || slices.Contains(names, cell("ServiceName")))
		})
	}
	same := func(name string, got, want money.Decimal) {
		if !got.Equal(want) {
			t.Fatalf("%s is %s, want %s", name, got, want)
		}
	}
	parts := round("Overall", "UsageTotal", "SupportBusiness", "Substitution", "Discount", "BillingService", "FreeFormat")
	same("the sum of Overall", parts, inv.BeforeTax)
	same("Total", round("Overall", "Total"), parts.Add(round("Overall", "Tax")))
	same("the total of the document", round("Overall", "Total"), inv.Total)
	same("usage and marketplace", round("Overall", "ServiceUsage", "MarketplaceUsage"), inv.UsageTotal)
	same("AccountTotalCost", round("AccountTotal", "AccountTotalCost"), round("AccountTotal", "UsageTotalCost", "SupportBusinessCost", "BillingServiceCost"))
	if inv.Rounding.Point == "service" {
		same("Σ Service", round("Service"), inv.UsageTotal)
		same("Σ ServiceDiscount", round("ServiceDiscount"),
			round("AccountTotal", "AccountTotalDiscountCost").Sub(round("AccountTotal", "SupportBusinessDiscountCost")))
	}
}
