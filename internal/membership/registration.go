package membership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/mapping"
	"github.com/sluice-billing/sluice/internal/store"
)

// register gives an account that has joined to the billing group of its invitation:
// from the day that the invitation says, else from the day on which it joined (R2). The
// problem says why the group cannot have it, for people; an error is of the records.
func (m *Membership) register(ctx context.Context, i Invitation) (done *Registration, problem string, err error) {
	if i.Group == "" && i.Customer == "" {
		return nil, fmt.Sprintf("account %s has joined, and the invitation names no billing group; name one, or map the account", i.Account), nil
	}
	const tries = 5
	for try := 1; ; try++ {
		done, problem, err = m.registerOnce(ctx, i)
		if !errors.Is(err, store.ErrMoved) || try == tries {
			return done, problem, err
		}
	}
}

// registerOnce decides at one revision of the configuration.
func (m *Membership) registerOnce(ctx context.Context, i Invitation) (*Registration, string, error) {
	revision, err := m.home.Store.ConfigRevision(ctx)
	if err != nil {
		return nil, "", err
	}
	now, err := m.home.Config(ctx)
	if err != nil {
		return nil, "", err
	}
	day := billing.DayOf(i.JoinedAt)
	if i.From != nil {
		day = *i.From
	}
	w := Wish{Payer: i.Payer, Target: i.Account, Name: m.nameFor(now, i), Customer: i.Customer, Group: i.Group}
	p := w.tried(now, i.Account, &day)
	if p.row.State == mapping.Refused {
		return nil, fmt.Sprintf("account %s cannot be registered: it %s", i.Account, p.row.Problem), nil
	}
	// Nobody said that it is taken from who has it: a claim of that day stays.
	if had := ownersOf(now).on(i.Account, "", day); i.From == nil && had != nil && had.group() != p.row.Group {
		return nil, fmt.Sprintf("account %s is that of %s; where it is that of billing group %s from %s on, say that day in the invitation (from)", i.Account, had, p.row.Group, day), nil
	}
	changes, err := m.home.Plan(ctx, p.wanted, false)
	if problems := (config.Problems)(nil); errors.As(err, &problems) {
		return nil, fmt.Sprintf("account %s cannot be registered: %s", i.Account, problems), nil
	}
	if err != nil {
		return nil, "", err
	}
	if len(changes) > 0 {
		wanted, err := config.Merge(now, changes)
		if err != nil {
			return nil, "", err
		}
		closed, err := m.reached(ctx, wanted)
		if err != nil {
			return nil, "", err
		}
		if len(closed) > 0 {
			return nil, fmt.Sprintf("account %s cannot be registered from %s on, since %s is closed (R18); open it again, map the account with force, or say a later day in the invitation (from)", i.Account, day, closed[0]), nil
		}
		if err := m.home.Apply(store.AtRevision(ctx, revision), changes); err != nil {
			return nil, "", err
		}
	}
	r := &Registration{State: p.row.State, Group: p.row.Group, From: day}
	if p.row.Owner != nil {
		r.Had = p.row.Owner.String()
	}
	return r, "", nil
}

// nameFor is what an account is called: as the invitation says; else as AWS has it,
// where nobody has named it.
func (m *Membership) nameFor(c billing.Config, i Invitation) string {
	if i.Name != "" || slices.ContainsFunc(c.Accounts, func(a billing.Account) bool { return a.ID == i.Account }) {
		return i.Name
	}
	return i.seenName
}

// settle goes on with an invitation that was accepted: it finds the account among the
// members of the payer and gives it to its billing group.
func (m *Membership) settle(ctx context.Context, i Invitation, members []store.Member) (Invitation, error) {
	if i.JoinedAt.IsZero() {
		joined, ok := memberFor(members, i.Account, emailOf(i), i.RequestedAt)
		if !ok {
			return m.troubled(ctx, i, notFound(i))
		}
		i.Account, i.JoinedAt = joined.Account, joined.JoinedAt
	}
	for _, x := range members {
		if x.Account == i.Account && x.Payer == i.Payer {
			i.seenName = x.Name
		}
	}
	done, problem, err := m.register(ctx, i)
	if err != nil {
		return i, err
	}
	account, joined := i.Account, i.JoinedAt
	return m.change(ctx, i.ID, "membership.register", func(now *Invitation) (*store.MemberInvitationState, error) {
		now.Account, now.JoinedAt, now.Problem = account, joined, problem
		if done != nil {
			now.Registered, now.Settled, now.Group = done, true, done.Group
			now.Customer = cmp.Or(now.Customer, m.customerOf(ctx, done.Group))
		}
		return nil, nil
	})
}

// customerOf is whose billing group it is; empty where that cannot be read.
func (m *Membership) customerOf(ctx context.Context, group string) string {
	c, err := m.home.Config(ctx)
	if err != nil {
		return ""
	}
	i := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == group })
	if i < 0 {
		return ""
	}
	return c.BillingGroups[i].Customer
}

func emailOf(i Invitation) string {
	if i.TargetKind == targetEmail {
		return i.Target
	}
	return ""
}

func notFound(i Invitation) string {
	if i.TargetKind == targetEmail && i.Account == "" {
		return fmt.Sprintf("%s has accepted, but no account that joined payer %s since has this address; say in the invitation which account it is", i.Target, i.Payer)
	}
	return fmt.Sprintf("account %s has accepted, but is not among the accounts of payer %s yet; this is looked at again with the next round", i.Account, i.Payer)
}

// troubled notes on an invitation what keeps it from going on.
func (m *Membership) troubled(ctx context.Context, i Invitation, problem string) (Invitation, error) {
	return m.change(ctx, i.ID, "membership.problem", func(now *Invitation) (*store.MemberInvitationState, error) {
		now.Problem = problem
		return nil, nil
	})
}
