package einvoice_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/proofreader"
)

var update = flag.Bool("update", false, "write the golden files again")

// scenarios are all documents that the checkers are asked about.
func scenarios() []scenario {
	return slices.Concat(taxScenarios, documentScenarios, chargeScenarios, countryScenarios)
}

// heldAgainst are the rules for each format. Those of EN 16931 are for all but
// PINT, which has its own.
var heldAgainst = map[string][]proofreader.Kind{
	"ubl":             {proofreader.EN16931UBL},
	"xrechnung-ubl":   {proofreader.XRechnungUBL},
	"peppol":          {proofreader.PeppolBIS3},
	"pint-jp":         {proofreader.PintJP},
	"cii":             {proofreader.EN16931CII},
	"xrechnung":       {proofreader.XRechnungCII},
	"facturx-en16931": {proofreader.FacturXXML}, // has the rules of EN 16931 in it
}

// leastValid is how many scenarios a format can be written for, at the least. The
// issue asks for forty of EN 16931, in both syntaxes.
var leastValid = map[string]int{"ubl": 100, "cii": 100, "facturx-en16931": 100, "xrechnung-ubl": 100, "xrechnung": 100, "peppol": 90, "pint-jp": 8}

// covered are the categories of tax (UNTDID 5305) and the kinds of document (UNTDID
// 1001) that must be among them.
var covered = []string{"S", "Z", "E", "AE", "K", "G", "O", "L", "M", "AA", "380", "381", "383"}

// Whatever is written keeps the rules of its format, as others check them, and
// has the amounts of the document; what cannot be written is said with its reason.
// Warnings and reasons are in testdata/scenario/findings.txt.
func TestScenarios(t *testing.T) {
	checker := proofreader.Start(t)
	file := filepath.Join("testdata", "scenario", "findings.txt")
	known, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	valid, ran, seen := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			if ran[s.name] {
				t.Fatal("two scenarios have the name")
			}
			ran[s.name] = true
			g := ordinary()
			s.change(g)
			inv := g.issued(t)
			var found []string
			for _, format := range einvoice.Formats() {
				if format.Name == "pint-jp" && g.Reseller.Currency != "JPY" {
					continue // nobody asks for it
				}
				lines, written := verdict(t, checker, inv, format)
				if written != nil {
					valid[format.Name]++
					seen[written.Type] = true
					for _, row := range written.Taxes {
						seen[row.Category] = true
					}
				}
				for _, line := range lines {
					found = append(found, s.name+" | "+format.Name+" | "+line)
				}
			}
			for _, line := range found {
				all.WriteString(line + "\n")
			}
			if !*update {
				sameFindings(t, string(known), s.name, found)
			}
		})
	}
	if len(ran) < len(scenarios()) {
		return // only some were asked for
	}
	t.Logf("valid documents of %d scenarios: %v", len(ran), valid)
	for format, least := range leastValid {
		if valid[format] < least {
			t.Errorf("%d valid documents of %s, wanted at least %d", valid[format], format, least)
		}
	}
	for _, code := range covered {
		if !seen[code] {
			t.Errorf("no document has the code %s", code)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sameFindings compares what is said of a scenario with what was said before.
func sameFindings(t *testing.T, known, name string, found []string) {
	t.Helper()
	var before []string
	for line := range strings.Lines(known) {
		if strings.HasPrefix(line, name+" | ") {
			before = append(before, strings.TrimSuffix(line, "\n"))
		}
	}
	if !slices.Equal(before, found) {
		t.Errorf("found\n%s\nbefore\n%s\n-update writes it down", strings.Join(found, "\n"), strings.Join(before, "\n"))
	}
}

// verdict writes a document and has it checked. It returns what is missing, or
// where it was written the warnings and what is read of it; an error of a checker is one of the test.
func verdict(t *testing.T, checker *proofreader.Checker, inv invoice.Invoice, format einvoice.Format) (lines []string, written *einvoice.Document) {
	t.Helper()
	var document, again bytes.Buffer
	err := format.Write(&document, inv)
	gaps := einvoice.Missing(inv, format.Name)
	if len(gaps) > 0 {
		if err == nil || document.Len() > 0 {
			t.Errorf("%s: something is missing (%v), and it is written all the same", format.Name, gaps)
		}
		for _, g := range gaps {
			lines = append(lines, fmt.Sprintf("missing %s (%s) at %s: %s", g.Term, g.Rule, g.Field, g.What))
		}
		return lines, nil
	}
	if err != nil {
		t.Errorf("%s: nothing is missing, and it is not written: %v", format.Name, err)
		return nil, nil
	}
	if err := format.Write(&again, inv); err != nil || !bytes.Equal(document.Bytes(), again.Bytes()) {
		t.Errorf("%s: writing twice gives other bytes (R31), or an error: %v", format.Name, err)
	}
	kinds := heldAgainst[format.Name]
	if len(kinds) == 0 {
		t.Errorf("nothing checks %s", format.Name)
	}
	for _, kind := range kinds {
		for _, f := range checker.CheckBytes(t, kind, document.Bytes()) {
			if f.Severity == "error" {
				t.Errorf("%s: %v\n%s", format.Name, f, keep(t, format, document.Bytes()))
			} else if line := f.Severity + " " + f.Rule; !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines, sameAmounts(t, inv, format.Name, document.Bytes())
}

// keep leaves a document that is not valid where a person can look at it.
func keep(t *testing.T, format einvoice.Format, document []byte) string {
	folder := os.Getenv("SLUICE_KEEP")
	if folder == "" {
		return "SLUICE_KEEP=folder keeps the document"
	}
	file := filepath.Join(folder, strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())+format.Ending)
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Error(err)
	}
	return file
}
