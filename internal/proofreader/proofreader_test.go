package proofreader

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// published reads a third-party document of shared/data.
func published(t *testing.T, file string) []byte {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	name := filepath.Join(root, filepath.FromSlash(file))
	document, err := os.ReadFile(name)
	if err != nil {
		t.Skipf("third-party file %s is not here; set SLUICE_TESTDATA", name)
	}
	return document
}

const (
	xrechnung = "xrechnung-testsuite/standard/"
	peppol    = "gobl-ubl-testdata/test/data/convert/peppol/out/"
)

// A checker says yes to what its authors published, and names the rule when one
// number or name of it is changed: one that says yes to everything is found here.
func TestCheckersTellRightFromWrong(t *testing.T) {
	tests := []struct {
		kind     Kind
		file     string
		old, new string // what is changed, once
		rule     string // that says so
	}{
		{EN16931UBL, xrechnung + "01.01a-INVOICE_ubl.xml", `PayableAmount currencyID="EUR">336.9<`, `PayableAmount currencyID="EUR">337<`, "BR-CO-16"},
		{EN16931CII, xrechnung + "01.01a-INVOICE_uncefact.xml", `DuePayableAmount>336.9<`, `DuePayableAmount>337<`, "BR-CO-16"},
		{XRechnungUBL, xrechnung + "01.01a-INVOICE_ubl.xml", `<cbc:BuyerReference>04011000-12345-03</cbc:BuyerReference>`, ``, "BR-DE-15"},
		{XRechnungCII, xrechnung + "01.01a-INVOICE_uncefact.xml", `<ram:BuyerReference>04011000-12345-03</ram:BuyerReference>`, ``, "BR-DE-15"},
		{XRechnungUBL, xrechnung + "01.01a-INVOICE_ubl.xml", `<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>`, `<cbc:Colour>EUR</cbc:Colour>`, "XSD"},
		{PeppolBIS3, peppol + "invoice-minimal.xml", `<cbc:TaxExclusiveAmount currencyID="EUR">1`, `<cbc:TaxExclusiveAmount currencyID="EUR">2`, "BR-CO-13"},
		{PeppolBIS3, peppol + "credit-note-peppol.xml", `<cbc:EndpointID schemeID="`, `<cbc:EndpointID schemeID="1`, "PEPPOL-EN16931-CL008"},
	}
	checker := Start(t)
	for _, test := range tests {
		t.Run(string(test.kind)+" "+test.rule, func(t *testing.T) {
			right := published(t, test.file)
			if found := Errors(checker.CheckBytes(t, test.kind, right)); len(found) > 0 {
				t.Errorf("the published document: %v", found)
			}
			wrong := bytes.Replace(right, []byte(test.old), []byte(test.new), 1)
			if bytes.Equal(wrong, right) {
				t.Fatalf("there is no %s in the document", test.old)
			}
			found := Errors(checker.CheckBytes(t, test.kind, wrong))
			if !slices.ContainsFunc(found, func(f Finding) bool { return strings.Contains(f.Rule, test.rule) }) {
				t.Errorf("found %v, wanted %s", found, test.rule)
			}
		})
	}
}

// What is no document of the kind at all is an error, and leaves the checker
// able to answer the next question.
func TestCheckersSurvive(t *testing.T) {
	checker := Start(t)
	for _, kind := range []Kind{EN16931UBL, EN16931CII, PintJP, FacturXXML, FacturX, PDFA3B, PDFA3A, PDFUA1} {
		for _, document := range []string{"", "<a/>", "%PDF-1.7\n"} {
			if found := Errors(checker.CheckBytes(t, kind, []byte(document))); len(found) == 0 {
				t.Errorf("%s has nothing against %q", kind, document)
			}
		}
	}
	if _, err := checker.ask("sonnet", "x"); err == nil || !strings.Contains(err.Error(), "sonnet") {
		t.Errorf("a kind that there is not: %v", err)
	}
}
