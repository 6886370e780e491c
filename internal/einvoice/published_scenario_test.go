package einvoice_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// publishedDocuments are the XML files of a folder of shared/data, by name below
// it.
func publishedDocuments(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	root = filepath.Join(root, filepath.FromSlash(folder))
	if _, err := os.Stat(root); err != nil {
		t.Skipf("third-party files %s are not here; set SLUICE_TESTDATA", root)
	}
	all := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		all[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// totals are the elements that the totals of the two syntaxes stand in.
var totals = []struct {
	what     string
	ubl, cii string
	of       func(einvoice.Document) money.Decimal
}{
	{"line total", "LineExtensionAmount", "LineTotalAmount", func(d einvoice.Document) money.Decimal { return d.LineTotal }},
	{"allowances", "AllowanceTotalAmount", "AllowanceTotalAmount", func(d einvoice.Document) money.Decimal { return d.Allowances }},
	{"charges", "ChargeTotalAmount", "ChargeTotalAmount", func(d einvoice.Document) money.Decimal { return d.Charges }},
	{"without tax", "TaxExclusiveAmount", "TaxBasisTotalAmount", func(d einvoice.Document) money.Decimal { return d.WithoutTax }},
	{"with tax", "TaxInclusiveAmount", "GrandTotalAmount", func(d einvoice.Document) money.Decimal { return d.WithTax }},
	{"prepaid", "PrepaidAmount", "TotalPrepaidAmount", func(d einvoice.Document) money.Decimal { return d.Prepaid }},
	{"rounding", "PayableRoundingAmount", "RoundingAmount", func(d einvoice.Document) money.Decimal { return d.Rounding }},
	{"payable", "PayableAmount", "DuePayableAmount", func(d einvoice.Document) money.Decimal { return d.Payable }},
}

var (
	ublTotals = regexp.MustCompile(`(?s)<(?:\w+:)?LegalMonetaryTotal>.*?</(?:\w+:)?LegalMonetaryTotal>`)
	ciiTotals = regexp.MustCompile(`(?s)<(?:\w+:)?SpecifiedTradeSettlementHeaderMonetarySummation>.*?</(?:\w+:)?SpecifiedTradeSettlementHeaderMonetarySummation>`)
	ublLine   = regexp.MustCompile(`<(?:\w+:)?(?:InvoiceLine|CreditNoteLine)>`)
	ciiLine   = regexp.MustCompile(`<(?:\w+:)?IncludedSupplyChainTradeLineItem>`)
)

// Documents that others wrote are read with the totals that stand in them, as a
// search of their text finds them, and with as many lines.
func TestReadPublished(t *testing.T) {
	for folder, least := range map[string]int{"xrechnung-testsuite": 66, "gobl-ubl-testdata": 90} {
		t.Run(folder, func(t *testing.T) {
			documents := publishedDocuments(t, folder)
			read := 0
			for name, document := range documents {
				summary, lines, cii := ublTotals.Find(document), ublLine, false
				if summary == nil {
					summary, lines, cii = ciiTotals.Find(document), ciiLine, true
				}
				if summary == nil {
					continue // another kind of document
				}
				d, err := einvoice.Read(document)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				read++
				for _, total := range totals {
					element := total.ubl
					if cii {
						element = total.cii
					}
					want := money.Zero
					found := regexp.MustCompile(`<(?:\w+:)?` + element + `(?:\s[^>]*)?>\s*([^<\s]*)\s*<`).FindSubmatch(summary)
					if found != nil {
						want = dec(string(found[1]))
					}
					if got := total.of(d); !got.Equal(want) {
						t.Errorf("%s: %s is %s, read as %s", name, total.what, want, got)
					}
				}
				if want := len(lines.FindAll(document, -1)); len(d.Lines) != want && !strings.Contains(string(document), "SubInvoiceLine") {
					t.Errorf("%s: %d lines, read %d", name, want, len(d.Lines))
				}
			}
			t.Logf("%d of %d documents", read, len(documents))
			if read < least {
				t.Errorf("only %d documents were read, wanted at least %d", read, least)
			}
		})
	}
}

// The testsuite of XRechnung has each invoice in both syntaxes; both are read alike.
func TestReadPairs(t *testing.T) {
	documents := publishedDocuments(t, "xrechnung-testsuite")
	pairs := 0
	for name, document := range documents {
		base, isUBL := strings.CutSuffix(name, "_ubl.xml")
		other, paired := documents[base+"_uncefact.xml"]
		if !isUBL || !paired {
			continue
		}
		a, errA := einvoice.Read(document)
		b, errB := einvoice.Read(other)
		if errA != nil || errB != nil {
			t.Errorf("%s: %v, %v", name, errA, errB)
			continue
		}
		pairs++
		if a.Number != b.Number || a.Currency != b.Currency || a.Seller.Name != b.Seller.Name || a.Buyer.Name != b.Buyer.Name ||
			len(a.Lines) != len(b.Lines) || len(a.Taxes) != len(b.Taxes) {
			t.Errorf("%s: the two are read as different documents:\n%+v\n%+v", name, a, b)
		}
		for _, total := range totals {
			if !total.of(a).Equal(total.of(b)) {
				t.Errorf("%s: %s is %s in UBL and %s in CII", name, total.what, total.of(a), total.of(b))
			}
		}
	}
	if pairs < 30 {
		t.Errorf("only %d pairs", pairs)
	}
}
