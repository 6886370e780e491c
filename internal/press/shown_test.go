package press

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// What a buyer is given is the seller's own file to the byte, but for JSON, which has
// nothing of what the document was made from and with.
func TestShown(t *testing.T) {
	for _, kind := range []invoice.DocumentKind{"", invoice.DocumentCreditNote} {
		inv, err := Sample(kind, "en")
		if err != nil {
			t.Fatal(err)
		}
		inv.Inputs.Loads, inv.Inputs.Config = []string{"111122223333 report 0a1b2c"}, "c0ffee"
		inv.Frozen.Invoice.Series = "SECRET-{seq:6}"
		for _, f := range deliver.Formats() {
			if f.Missing != nil && len(f.Missing(inv)) > 0 || f.ByTag {
				continue
			}
			var own, shown bytes.Buffer
			if err := f.Write(&own, deliver.Document{Invoice: inv}); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if err := f.Write(&shown, deliver.Document{Invoice: Shown(inv, f.Name)}); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if f.Name == "json" {
				for _, secret := range []string{"0a1b2c", "c0ffee", "SECRET"} {
					if !strings.Contains(own.String(), secret) || strings.Contains(shown.String(), secret) {
						t.Errorf("%s: %s stands in the file of the buyer, or not in the seller's", kind, secret)
					}
				}
				continue
			}
			if !bytes.Equal(own.Bytes(), shown.Bytes()) {
				t.Errorf("%s: the buyer's %s is another one than the seller's", kind, f.Name)
			}
		}
	}
}
