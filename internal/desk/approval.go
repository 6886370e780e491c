package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// What a reseller's approval can be.
const (
	approvalNotRequired = "not-required"
	approvalRequired    = "required"
	approvalFourEyes    = "four-eyes"
)

// Approve records that the user has looked at a draft, as it is now. A draft that
// is made again from other data or rules must be approved again. What is unexpected
// about it must be accepted first. fresh is false when the user has approved it
// before.
func (docs *Documents) Approve(ctx context.Context, idOrNumber string) (inv invoice.Invoice, fresh bool, err error) {
	stored, err := docs.home.Store.Invoice(ctx, idOrNumber)
	if err != nil {
		return inv, false, err
	}
	if err := json.Unmarshal(stored.Document, &inv); err != nil {
		return inv, false, err
	}
	if inv.Preview {
		return inv, false, fmt.Errorf("%s is a preview and can still change: close %s without --preview first", inv.ID, inv.Period)
	}
	unexpected, err := docs.approvalFindings(ctx, inv.Period)
	if err != nil {
		return inv, false, err
	}
	if inv.State == invoice.Draft { // the store refuses what is issued, with its number
		if err := accepted(unexpected, inv); err != nil {
			return inv, false, err
		}
	}
	fresh, err = docs.record(ctx, stored, invoice.EventApproved, docs.home.Today(), "")
	return inv, fresh, err
}

// approvedFor returns an error unless the draft may be issued by the user, by
// the reseller's policy on approval (R30): somebody must have approved exactly
// this draft, with four-eyes somebody else.
func (docs *Documents) approvedFor(ctx context.Context, stored store.Invoice) error {
	c, err := docs.home.Config(ctx)
	if err != nil {
		return err
	}
	policy := approvalNotRequired
	if c.Reseller != nil && c.Reseller.Approval != "" {
		policy = c.Reseller.Approval
	}
	if policy == approvalNotRequired {
		return nil
	}
	events, err := docs.home.Store.Events(ctx, stored.ID)
	if err != nil {
		return err
	}
	approvers := invoice.Approvers(stored.Hash, events)
	others := slices.DeleteFunc(slices.Clone(approvers), func(name string) bool { return name == docs.home.User })
	switch {
	case policy == approvalRequired && len(approvers) > 0, policy == approvalFourEyes && len(others) > 0:
		return nil
	case len(approvers) > 0:
		return fmt.Errorf("%s was approved by %s, who may not issue it too (reseller.approval is %s): somebody else must approve or issue it", stored.ID, docs.home.User, policy)
	case slices.ContainsFunc(events, func(e invoice.Event) bool { return e.Kind == invoice.EventApproved }):
		return fmt.Errorf("%s was made again after it was approved: look at it and approve it again with `sluice invoice approve %s`", stored.ID, stored.ID)
	}
	return fmt.Errorf("%s is not approved (reseller.approval is %s): look at it, then `sluice invoice approve %s`", stored.ID, policy, stored.ID)
}
