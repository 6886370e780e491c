package deliver

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/statement"
)

// People read the name of a declared provider, as the document froze it: at accounts,
// fees, notes and the head of a document for it alone, and in workbooks.
func TestDeclaredProvider(t *testing.T) {
	inv := fullInvoice()
	inv.ProviderNames = map[string]string{"hyper": "Hyper Cloud KK"}
	inv.Accounts[1].Provider = "hyper"
	for i := range inv.Support {
		if inv.Support[i].Provider == "azure" {
			inv.Support[i].Provider = "hyper"
		}
	}
	inv.Notes = []statement.Note{{Code: statement.CommitmentsAsApplied, Args: []string{"hyper"}}}
	data := workbook(t, Options{}, inv)
	for sheet, want := range map[string]int{"Lines": 2, "Accounts": 1, "Discounts and fees": 1} {
		named := 0
		for _, row := range rowsOf(t, data, sheet) {
			for _, cell := range row {
				if cell == "hyper" {
					t.Errorf("sheet %s has the id in %q", sheet, row)
				}
				if cell == "Hyper Cloud KK" {
					named++
				}
			}
		}
		if named != want {
			t.Errorf("sheet %s names the provider %d times, want %d", sheet, named, want)
		}
	}
	needFonts(t)
	said := strings.Join(pages(t, inv), "\n")
	for _, want := range []string{"5f1c-staging · Hyper Cloud KK", "other commitments at Hyper Cloud KK count"} {
		if !strings.Contains(strings.Join(strings.Fields(said), " "), want) {
			t.Errorf("the PDF does not say %q:\n%s", want, said)
		}
	}
	alone := inv
	alone.Accounts, alone.Provider = []invoice.Account{inv.Accounts[1]}, "hyper"
	if said := strings.Join(pages(t, alone), "\n"); !strings.Contains(said, "Hyper Cloud KK") || strings.Contains(said, "hyper") {
		t.Errorf("the PDF for the provider alone says\n%s", said)
	}
}
