package month

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// BookVersions returns the version of each price book that is attached in a
// configuration. The newest one is that, unless the book was changed since the
// configuration was read.
func (home *Installation) BookVersions(ctx context.Context, c billing.Config) (map[string]int, error) {
	resources, err := home.Store.Resources(ctx)
	if err != nil {
		return nil, err
	}
	newest := map[string]store.Resource{}
	for _, r := range resources {
		if r.Kind == bookKind {
			newest[r.ID] = r
		}
	}
	used, versions := attachedBooks(c), map[string]int{}
	for _, b := range c.PriceBooks {
		if !used[b.ID] {
			continue
		}
		wanted, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		all := []store.Resource{newest[b.ID]}
		if !sameBook(all[0].Spec, wanted) {
			if all, err = home.Store.ResourceVersions(ctx, store.ResourceKey{Kind: bookKind, ID: b.ID}); errors.Is(err, store.ErrNotFound) {
				continue // declared in a try-out alone
			} else if err != nil {
				return nil, err
			}
		}
		for _, r := range all {
			if sameBook(r.Spec, wanted) {
				versions[b.ID] = r.Version
			}
		}
	}
	return versions, nil
}

// attachedBooks are the books that can price something.
func attachedBooks(c billing.Config) map[string]bool {
	used := map[string]bool{}
	add := func(all billing.Attachments) {
		for _, a := range all {
			used[a.Book] = true
		}
	}
	if c.Reseller != nil {
		add(c.Reseller.SellingBook)
	}
	for _, a := range c.Accounts {
		add(a.PriceBook)
	}
	for _, x := range c.Customers {
		add(x.PriceBook)
		add(x.SellingBook)
	}
	for _, g := range c.BillingGroups {
		add(g.PriceBook)
	}
	return used
}

// bookKind is the kind of price books among the declared resources.
const bookKind = "price_books"

// sameBook tells whether a stored book is the one of a configuration, whatever
// the fields that were not there yet when it was stored.
func sameBook(spec, wanted []byte) bool {
	var b billing.PriceBook
	if json.Unmarshal(spec, &b) != nil {
		return false
	}
	stored, err := json.Marshal(b)
	return err == nil && string(stored) == string(wanted)
}
