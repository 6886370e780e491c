package store

import (
	"fmt"
	"testing"
)

// Signs that LIKE takes for more than themselves are themselves, and the best come
// first.
func TestFindInvoices(t *testing.T) {
	s := withDrafts(t, "acme", "acme-lab", "lab-acme", "a_b", "axb")
	for text, want := range map[string]string{
		"ACME":         "[2026-10/acme 2026-10/acme-lab 2026-10/lab-acme]",
		"2026-10/ACME": "[2026-10/acme 2026-10/acme-lab]",
		"a_b":          "[2026-10/a_b]",
		"%":            "[]",
		`\`:            "[]",
		"nothing":      "[]",
	} {
		found, err := s.FindInvoices(t.Context(), []string{text}, 10)
		ok(t, err)
		ids := []string{}
		for _, v := range found {
			ids = append(ids, v.ID)
		}
		if fmt.Sprint(ids) != want {
			t.Errorf("%s: %s, want %s", text, ids, want)
		}
	}
	both, err := s.FindInvoices(t.Context(), []string{"acme", "lab"}, 10)
	ok(t, err)
	if len(both) != 2 {
		t.Errorf("of two words: %+v", both)
	}
	one, err := s.FindInvoices(t.Context(), []string{"acme"}, 1)
	ok(t, err)
	if len(one) != 1 || one[0].Group != "acme" || one[0].State != InvoiceDraft {
		t.Errorf("the best: %+v", one)
	}
}
