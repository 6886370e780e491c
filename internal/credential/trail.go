package credential

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

// Stop is one organization at which a credential was looked for.
type Stop struct {
	Organization string `json:"organization"`
	Kind         string `json:"kind"`                 // unit, customer, reseller …; account for the last one
	Purpose      string `json:"purpose"`              // of what was looked for
	Credential   string `json:"credential,omitempty"` // that was found
	Taken        bool   `json:"taken,omitempty"`      // it is the one
	Says         string `json:"says"`                 // for people
}

// Trail tells where Nearest looks for an organization's credential of a provider, and
// which one it takes: at the organization itself, at those above it up to the
// reseller, then at the account of its own. It ends at the one that is taken.
func Trail(c billing.Config, organization, provider string) []Stop {
	tree := access.TreeOf(c)
	var stops []Stop
	for id := organization; id != ""; {
		o, known := tree.Organization(id)
		if !known {
			return append(stops, Stop{Organization: id, Purpose: billing.PricingCredential, Says: "is no organization"})
		}
		stops = append(stops, stopAt(c, id, string(o.Kind), billing.PricingCredential, provider))
		if stops[len(stops)-1].Taken {
			return stops
		}
		id = o.Parent
	}
	return append(stops, stopAt(c, organization, "account", billing.AccountCredential, provider))
}

func stopAt(c billing.Config, id, kind, purpose, provider string) Stop {
	s := Stop{Organization: id, Kind: kind, Purpose: purpose}
	there := func(x billing.Credential) bool {
		return x.Organization == id && x.Purpose == purpose && x.Provider == provider
	}
	usable := slices.IndexFunc(c.Credentials, func(x billing.Credential) bool { return there(x) && !x.BillingOnly })
	any := slices.IndexFunc(c.Credentials, there)
	switch {
	case usable >= 0:
		s.Credential, s.Taken = c.Credentials[usable].ID, true
		s.Says = fmt.Sprintf("has the %s credential %s of %s", purpose, s.Credential, provider)
	case any >= 0:
		s.Credential = c.Credentials[any].ID
		s.Says = fmt.Sprintf("has credential %s for billing only, which opens nothing", s.Credential)
	default:
		s.Says = fmt.Sprintf("has no %s credential of %s", purpose, provider)
	}
	return s
}
