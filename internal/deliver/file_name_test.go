package deliver

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// No document is written over another one's file, and none outside of the folder.
func TestFileName(t *testing.T) {
	for _, test := range []struct{ id, number, want string }{
		{"2026-10/acme-aws", "", "2026-10-acme-aws.pdf"},
		{"2026-10/acme/aws", "", "2026-10-acme~aws.pdf"},
		{"2026-10/acme/aws/2", "", "2026-10-acme~aws~2.pdf"},
		{"2026-10/acme", "INV-2026-000017", "INV-2026-000017.pdf"},
		{"2026-10/acme", "../2026/17", "..-2026-17.pdf"},
	} {
		if got := FileName(invoice.Invoice{ID: test.id, Number: test.number}, Format{Ending: ".pdf"}); got != test.want {
			t.Errorf("%s %s is written to %s, want %s", test.id, test.number, got, test.want)
		}
	}
}
