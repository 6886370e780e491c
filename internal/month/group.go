package month

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
)

// HasGroup tells whether a billing group is declared.
func HasGroup(c billing.Config, id string) bool {
	return slices.ContainsFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == id })
}

// HasOwner tells whether something can be owned under that id: a billing group, the
// reseller, or nobody.
func HasOwner(c billing.Config, id string) bool {
	return id == assign.Reseller || id == assign.Unassigned ||
		HasGroup(c, id)
}

// KnownGroups refuses ids that are no billing group's.
func KnownGroups(c billing.Config, groups []string) error {
	var declared []string
	for _, g := range c.BillingGroups {
		declared = append(declared, g.ID)
	}
	for _, id := range groups {
		if slices.Contains(declared, id) {
			continue
		}
		if near := billing.Nearest(id, declared); near != "" {
			return fmt.Errorf("there is no billing group %q; did you mean %q?", id, near)
		}
		return fmt.Errorf("there is no billing group %q", id)
	}
	return nil
}
