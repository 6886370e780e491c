package invoice_test

import (
	"maps"
	"reflect"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// A declared provider keeps the name that it had when the document was made, also in
// what corrects the document, and no provider is named that the document has not.
func TestProviderNames(t *testing.T) {
	of := func(id, provider, amount string) (a []string) { return []string{id, provider, amount} }
	owes := func(accounts ...[]string) invoice.Invoice {
		t.Helper()
		s := owed()
		for _, a := range accounts {
			x := account(a[0], usage("Storage", "USD", a[2]))
			x.Provider = a[1]
			s.Accounts = append(s.Accounts, x)
		}
		set := settings("USD", billing.InvoiceSettings{})
		set.Providers = []billing.OwnProvider{{ID: "hyper", Name: "Hyper Cloud"}, {ID: "saas", Name: "Some SaaS"}, {ID: "other", Name: "Not on it"}}
		return draft(t, s, set)
	}
	named := func(what string, inv invoice.Invoice, want map[string]string) {
		t.Helper()
		if !maps.Equal(inv.ProviderNames, want) {
			t.Errorf("%s names %v, want %v", what, inv.ProviderNames, want)
		}
	}
	first := owes(of("1", "hyper", "100"), of("2", "aws", "50"))
	named("the draft", first, map[string]string{"hyper": "Hyper Cloud"})
	for id, want := range map[string]string{"hyper": "Hyper Cloud", "aws": "AWS", "other": "other", "": ""} {
		if got := first.ProviderName(id); got != want {
			t.Errorf("provider %q is called %q, want %q", id, got, want)
		}
	}
	again, err := first.Of(first.Statement())
	if err != nil || !reflect.DeepEqual(again.ProviderNames, first.ProviderNames) {
		t.Errorf("made again it names %v, %v", again.ProviderNames, err)
	}
	named("a document of AWS alone", owes(of("2", "aws", "50")), nil)

	// The month comes anew without Hyper, and with another provider's: the note names both.
	chain := []invoice.Invoice{issued(t, first, "I-1")}
	note, needed := invoice.Correct(chain, owes(of("2", "aws", "50"), of("3", "saas", "7")), invoice.Restated)
	if !needed {
		t.Fatal("no note is needed")
	}
	named("the note", note, map[string]string{"hyper": "Hyper Cloud", "saas": "Some SaaS"})
	named("the invoice that it corrects", chain[0], map[string]string{"hyper": "Hyper Cloud"})
	named("the note that takes all back", invoice.Void(chain, "sent to the wrong house"), map[string]string{"hyper": "Hyper Cloud"})

	// The provider is renamed: what is drafted with the frozen settings keeps the old name.
	note.NameProviders([]billing.OwnProvider{{ID: "hyper", Name: "Hyper Renamed"}})
	named("the note after the provider was renamed", note, map[string]string{"hyper": "Hyper Cloud", "saas": "Some SaaS"})
}
