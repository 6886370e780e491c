package config

import (
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

// role has permissions that there are, and an id that no built-in role has.
func (k *checker) role(path string, r billing.Role) {
	k.id(path+".id", r.ID)
	if slices.ContainsFunc(access.Roles, func(built access.Role) bool { return built.ID == r.ID }) {
		k.fail(path+".id", "%q is a role that is built in; choose another id", r.ID)
	}
	if len(r.Permissions) == 0 {
		k.fail(path+".permissions", "is empty; name what the role allows")
	}
	each(path+".permissions", r.Permissions, func(path, name string) {
		k.word(path, name, access.PermissionNames())
	})
}

// portal switches features that there are.
func (k *checker) portal(path string, features map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(features)) {
		k.word(path+"."+name, name, access.FeatureNames())
	}
}

// unitOf checks that a billing group's unit is one of its customer's.
func (k *checker) unitOf(path string, g billing.BillingGroup, customers []billing.Customer) {
	if g.Unit == "" {
		return
	}
	for _, c := range customers {
		if c.ID == g.Customer && !slices.ContainsFunc(c.Units, func(u billing.Unit) bool { return u.ID == g.Unit }) {
			k.fail(path+".unit", "%q is not a unit of customer %s; declare it among the customer's units, or correct it here", g.Unit, c.ID)
		}
	}
}
