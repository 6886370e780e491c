package billing

import (
	"slices"
	"strings"
)

// Provider is what Sluice knows of a cloud provider besides the formats of its
// exports. A new one is a line in providers.
type Provider struct {
	ID     string   // as payers and lines name it
	Name   string   // as it calls itself, in every language
	Begins []string // how its names begin in FOCUS exports, in small letters

	// The days of the following month, UTC, on which it usually is done with a
	// month's usage, and with its fees, refunds, credits and taxes; FeesDay is 0
	// where these have no day of their own.
	UsageDay, FeesDay int

	Support []Pattern // the services that are its support plans, by code or name
}

// providers lists the providers there are.
var providers = []Provider{
	{ID: "aws", Name: "AWS", Begins: []string{"aws", "amazon"}, UsageDay: 5, FeesDay: 15,
		Support: []Pattern{{Prefix: "AWSSupport"}, {Prefix: "AWS Support"}, {Suffix: "PremiumSupport"}}},
	{ID: "azure", Name: "Microsoft Azure", Begins: []string{"microsoft", "azure"}, UsageDay: 9},
	{ID: "gcp", Name: "Google Cloud", Begins: []string{"google"}, UsageDay: 4},
	{ID: "oci", Name: "Oracle Cloud", Begins: []string{"oracle", "oci"}, UsageDay: 5},
	{ID: "alibaba", Name: "Alibaba Cloud", Begins: []string{"alibaba", "aliyun"}, UsageDay: 4},
}

// ProviderIDs lists the ids of providers.
func ProviderIDs() []string {
	ids := make([]string, len(providers))
	for i, p := range providers {
		ids[i] = p.ID
	}
	return ids
}

// ProviderOf returns the provider of an id.
func ProviderOf(id string) (Provider, bool) {
	i := slices.IndexFunc(providers, func(p Provider) bool { return p.ID == id })
	if i < 0 {
		return Provider{}, false
	}
	return providers[i], true
}

// ProviderNamed returns the provider whose names begin as the name does,
// whatever the case, such as that of “Amazon Web Services, Inc.”.
func ProviderNamed(name string) (Provider, bool) {
	for _, p := range providers {
		for _, begins := range p.Begins {
			if len(name) >= len(begins) && strings.EqualFold(name[:len(begins)], begins) {
				return p, true
			}
		}
	}
	return Provider{}, false
}

// IsSupport tells whether a service is one of the provider's support plans.
func (p Provider) IsSupport(service string) bool {
	return slices.ContainsFunc(p.Support, func(of Pattern) bool { return of.Matches(service) })
}
