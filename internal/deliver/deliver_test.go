package deliver

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

var update = flag.Bool("update", false, "write the golden files again")

// R31: the text formats, byte for byte. The amounts in the files are those of
// the hand-written invoices; the discounted ones are worked out in
// TestAccountCSVDiscount.
func TestGolden(t *testing.T) {
	for name, inv := range samples() {
		for _, format := range Formats() {
			if !slices.Contains([]string{"json", "csv", "csv-account"}, format.Name) {
				continue // PDF and the listings have tests of their own
			}
			t.Run(name+format.Ending, func(t *testing.T) {
				got := render(t, format.Name, inv)
				path := filepath.Join("testdata", name+format.Ending)
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
			})
		}
	}
}

func TestByName(t *testing.T) {
	endings := map[string]bool{}
	for _, format := range Formats() {
		found, err := ByName(format.Name)
		if err != nil || found.Ending != format.Ending {
			t.Errorf("ByName(%q) = %q, %v", format.Name, found.Ending, err)
		}
		if endings[format.Ending] {
			t.Errorf("two formats end in %s", format.Ending)
		}
		endings[format.Ending] = true
	}
	if _, err := ByName("docx"); err == nil || !strings.Contains(err.Error(), "json, pdf, csv, csv-account, csv-discount, xlsx, ripple-invoice") {
		t.Errorf("ByName of an unknown format: %v, want the names there are", err)
	}
}

// The JSON is the document: reading it gives the same document.
func TestJSONReads(t *testing.T) {
	noted := creditNote()
	noted.Notes = []statement.Note{{Code: statement.CommitmentsAsApplied, Args: []string{"gcp"}}, {Code: statement.TiersAlone}}
	for _, inv := range []invoice.Invoice{japaneseInvoice(), creditNote(), fullInvoice(), correction(), noted, {Period: month("2026-10")}} {
		first := render(t, "json", inv)
		var read invoice.Invoice
		if err := json.Unmarshal(first, &read); err != nil {
			t.Fatal(err)
		}
		if second := render(t, "json", read); !bytes.Equal(first, second) {
			t.Errorf("%s was read back as\n%s", inv.ID, second)
		}
		if !reflect.DeepEqual(read.Notes, inv.Notes) {
			t.Errorf("the notes %v of %s were read back as %v", inv.Notes, inv.ID, read.Notes)
		}
	}
}

// The discount of 5% is spread as line − round(exact × 0.95), down to yen:
// 184567.8997045 × 0.95 = 175339.50…, 8488.61 × 0.95 = 8064.1795,
// 0.598 × 0.95 = 0.5681, 48002.955 × 0.95 = 45602.80725; marketplace keeps its
// 14950.
func TestAccountCSVDiscount(t *testing.T) {
	records := readCSV(t, render(t, "csv-account", japaneseInvoice()))
	var got [][]string
	for _, record := range records[1:] {
		got = append(got, record[6:])
	}
	want := [][]string{
		{"Service", "Amazon Elastic Compute Cloud", "184567", "175339", "175339", "", "", "", ""},
		{"Service", "Amazon Simple Storage Service", "8488", "8064", "8064", "", "", "", ""},
		{"Service", "Datadog Pro", "14950", "14950", "14950", "", "", "", ""},
		{"Account", "_ACCOUNT_TOTAL", "208005", "198353", "198353", "", "", "", ""}, // 175339 + 8064 + 14950
		{"Service", "AWS Lambda", "0", "0", "0", "", "", "", ""},
		{"Service", "Amazon Relational Database Service", "48002", "45602", "45602", "", "", "", ""},
		{"Account", "_ACCOUNT_TOTAL", "48002", "45602", "45602", "", "", "", ""},
		// 198353 + 45602 + 50200 = 294155; 294155 − 200 tax free; 10% down; sum.
		{"Product", "_TOTAL", "256007", "294155", "293955", "50200", "0", "29395", "323550"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the rows are\n%q\nwant\n%q", got, want)
	}
}

// A discount made on the sum leaves a remainder, which the largest line takes:
// 10% of 30.03 is 3.00, of each of the three lines 1.00.
func TestAccountCSVRemainder(t *testing.T) {
	inv := longInvoice(3)
	for i, exact := range []string{"10.014", "10.011", "10.005"} { // together 30.03
		line := &inv.Accounts[0].Lines[i]
		line.Exact, line.Amount = dec(exact), dec(exact).Round(2, money.HalfUp)
	}
	inv.Rounding = invoice.Rounding{Mode: money.HalfUp, Point: "invoice"}
	inv.Subtotal, inv.AfterDiscount, inv.BeforeTax = dec("30.03"), dec("27.03"), dec("27.03")
	inv.Frozen.Invoice.Discount = &billing.Discount{Percent: dec("10"), Base: "usage"}
	// By line 9.0126 → 9.01, 9.0099 → 9.01, 9.0045 → 9.00: 27.02, one cent short.
	// All three lines show 10.01; the first of the largest takes it.
	var got []string
	for _, record := range readCSV(t, render(t, "csv-account", inv))[1:4] {
		got = append(got, record[9])
	}
	if want := []string{"9.02", "9.01", "9.00"}; !reflect.DeepEqual(got, want) {
		t.Errorf("after the discount the lines are %v, want %v", got, want)
	}
}

// An error of the writer reaches the caller in every format.
func TestWriterFails(t *testing.T) {
	for _, format := range Formats() {
		if format.Name == "pdf" {
			needFonts(t)
		}
		if err := format.Write(closedWriter{}, Document{Invoice: japaneseInvoice()}); err == nil || !strings.Contains(err.Error(), "2026-10/sakura") {
			t.Errorf("%s on a closed file gave %v, want an error that names the invoice", format.Name, err)
		}
	}
}

type closedWriter struct{}

func (closedWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

// fatal is what tests, benchmarks and property checks share.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

func render(t fatal, name string, inv invoice.Invoice) []byte {
	t.Helper()
	format, err := ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := format.Write(&out, Document{Invoice: inv}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readCSV(t fatal, data []byte) [][]string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func columnOf(records [][]string, name string) int {
	for i, head := range records[0] {
		if head == name {
			return i
		}
	}
	panic("no column " + name)
}
