package invoice

import (
	"maps"

	"github.com/sluice-billing/sluice/internal/billing"
)

// ProviderName is what a provider is called on the document: as it was declared when
// the document was made, else as Sluice knows it, else its id.
func (inv Invoice) ProviderName(id string) string {
	if name := inv.ProviderNames[id]; name != "" {
		return name
	}
	if p, known := billing.ProviderOf(id); known {
		return p.Name
	}
	return id
}

// NameProviders freezes what declared providers are called that the document tells of.
// A name that it has stays.
func (inv *Invoice) NameProviders(declared []billing.OwnProvider) {
	told := map[string]bool{inv.Provider: true}
	for _, a := range inv.Accounts {
		told[a.Provider] = true
	}
	for _, fees := range [][]Fee{inv.Support, inv.Agency} {
		for _, f := range fees {
			told[f.Provider] = true
		}
	}
	names := map[string]string{}
	for _, p := range declared {
		if told[p.ID] && p.Name != "" {
			names[p.ID] = p.Name
		}
	}
	inv.callProviders(names)
}

// callProviders adds names that the document does not have.
func (inv *Invoice) callProviders(names map[string]string) {
	all := maps.Clone(names)
	maps.Copy(all, inv.ProviderNames) // a document is a value: what it was copied from keeps its names
	if len(all) > 0 {
		inv.ProviderNames = all
	}
}

// ownProviders are the providers that the document names, as they are declared.
func (inv Invoice) ownProviders() (all []billing.OwnProvider) {
	for id, name := range inv.ProviderNames {
		all = append(all, billing.OwnProvider{ID: id, Name: name})
	}
	return all
}
