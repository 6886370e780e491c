package membership

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/sluice-billing/sluice/internal/store"
)

// Followed is what a round of following came to.
type Followed struct {
	Asked    int      `json:"asked" doc:"How many invitations were asked for"`
	Changed  int      `json:"changed" doc:"How many are in another state than before, or registered now"`
	Waiting  int      `json:"waiting" doc:"How many still wait for an answer"`
	Problems []string `json:"problems" doc:"What keeps invitations from going on, and payers that were not reached"`
}

// Follow asks AWS how all invitations stand that are not settled, keeps the states
// they come into, also those that AWS has forgotten, and registers accounts that have
// joined. A payer that is not reached does not stop the others: it is a problem, and
// the error tells of all of them.
func (m *Membership) Follow(ctx context.Context) (Followed, error) {
	f := Followed{Problems: []string{}}
	open, err := m.Invitations(ctx, Filter{Open: true})
	if err != nil {
		return f, err
	}
	byPayer := map[string][]Invitation{}
	var payers []string
	for _, i := range open {
		if byPayer[i.Payer] == nil {
			payers = append(payers, i.Payer)
		}
		byPayer[i.Payer] = append(byPayer[i.Payer], i)
	}
	slices.Sort(payers)
	for _, payer := range payers {
		if failed := m.followPayer(ctx, payer, byPayer[payer], &f); failed != nil {
			if ctx.Err() != nil {
				return f, ctx.Err()
			}
			f.Problems = append(f.Problems, failed.Error())
			err = errors.Join(err, failed)
		}
	}
	return f, err
}

func (m *Membership) followPayer(ctx context.Context, payer string, all []Invitation, f *Followed) error {
	o, err := m.open(ctx, payer)
	if err != nil {
		return err
	}
	r := &round{Membership: m, organization: o}
	for _, was := range all {
		f.Asked++
		now, failed := r.follow(ctx, was)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		if now.State != was.State || (now.Registered == nil) != (was.Registered == nil) {
			f.Changed++
		}
		if !answered(now.State) {
			f.Waiting++
		}
		if now.Problem != "" && now.State != Refused {
			f.Problems = append(f.Problems, now.Problem)
		}
	}
	return err
}

// followOne is Follow for a single invitation.
func (m *Membership) followOne(ctx context.Context, o *organization, i Invitation) (Invitation, error) {
	return (&round{Membership: m, organization: o}).follow(ctx, i)
}

// round is one asking of a payer: what is listed is listed once.
type round struct {
	*Membership
	*organization
	handshakes map[string]types.Handshake // nil until they are needed
	transfers  map[string]types.ResponsibilityTransfer
	synced     bool
}

func (r *round) follow(ctx context.Context, i Invitation) (Invitation, error) {
	if i.Kind == store.InvitedTransfer {
		return r.followTransfer(ctx, i)
	}
	if i.State == Accepted {
		return r.goOn(ctx, i)
	}
	h, err := r.handshakeOf(ctx, i)
	if err != nil {
		return i, err
	}
	if h == nil {
		return r.forgotten(ctx, i)
	}
	state := string(h.State)
	at := time.Time{}
	if state == Expired && h.ExpirationTimestamp != nil {
		at = *h.ExpirationTimestamp
	}
	i, err = r.change(ctx, i.ID, "membership.follow", func(now *Invitation) (*store.MemberInvitationState, error) {
		was := now.State
		now.take(*h)
		now.State, now.Problem = was, ""
		if now.Account == "" {
			now.Account = accepting(*h, now.Payer)
		}
		if state == was {
			return nil, nil
		}
		now.Settled = answered(state) && state != Accepted
		return r.came(state, at, ""), nil
	})
	if err != nil || i.State != Accepted {
		return i, err
	}
	return r.goOn(ctx, i)
}

// goOn reads the members of the payer and registers the account that has joined.
func (r *round) goOn(ctx context.Context, i Invitation) (Invitation, error) {
	if !r.synced {
		if _, err := r.sync(ctx, r.organization); err != nil {
			return i, err
		}
		r.synced = true
	}
	members, err := r.home.Store.Members(ctx, r.payer)
	if err != nil {
		return i, err
	}
	return r.settle(ctx, i, members)
}

// handshakeOf is what AWS says of an invitation; nil where it does not know it. One of
// which it is not known whether it was sent is looked for by its target.
func (r *round) handshakeOf(ctx context.Context, i Invitation) (*types.Handshake, error) {
	if r.handshakes == nil {
		all, err := r.organization.handshakes(ctx)
		if err != nil {
			return nil, err
		}
		r.handshakes = all
	}
	if i.AWS != "" {
		if h, ok := r.handshakes[i.AWS]; ok {
			return &h, nil
		}
		return r.handshake(ctx, i.AWS)
	}
	for _, h := range r.handshakes {
		sent := h.RequestedTimestamp != nil && !h.RequestedTimestamp.Before(i.asked().Add(-clockGap))
		if sent && slices.ContainsFunc(h.Parties, func(p types.HandshakeParty) bool { return strings.EqualFold(text(p.Id), i.Target) }) {
			return &h, nil
		}
	}
	return nil, nil
}

// forgotten goes on with an invitation that AWS does not know. It forgets them 30 days
// after their end, so the account has joined by now, or the invitation has expired. One
// that was never sent is told from one whose sending is just under way.
func (r *round) forgotten(ctx context.Context, i Invitation) (Invitation, error) {
	now := r.now()
	switch {
	case i.AWS == "" && now.Sub(i.asked()) < clockGap:
		return i, nil
	case i.AWS == "":
		return r.change(ctx, i.ID, "membership.follow", func(i *Invitation) (*store.MemberInvitationState, error) {
			i.Settled, i.Problem = true, "it was broken off before it was sent; send it again"
			return r.came(Refused, time.Time{}, i.Problem), nil
		})
	case now.Before(i.Expires):
		return r.troubled(ctx, i, "AWS does not know the invitation of "+i.Target+", though it has not expired; see in AWS Organizations, and send it again")
	}
	if _, err := r.sync(ctx, r.organization); err != nil {
		return i, err
	}
	r.synced = true
	members, err := r.home.Store.Members(ctx, r.payer)
	if err != nil {
		return i, err
	}
	joined, accepted := memberFor(members, i.Account, emailOf(i), i.RequestedAt)
	i, err = r.change(ctx, i.ID, "membership.follow", func(i *Invitation) (*store.MemberInvitationState, error) {
		i.Problem = ""
		if accepted {
			return r.came(Accepted, joined.JoinedAt, "AWS has forgotten the invitation; the account has joined"), nil
		}
		i.Settled = true
		return r.came(Expired, i.Expires, "AWS has forgotten the invitation; no account has joined"), nil
	})
	if err != nil || !accepted {
		return i, err
	}
	return r.settle(ctx, i, members)
}

// accepting is the account that has accepted an invitation, where AWS names it; empty
// where it does not.
func accepting(h types.Handshake, payer string) string {
	if string(h.State) != Accepted {
		return ""
	}
	for _, p := range h.Parties {
		if id := text(p.Id); p.Type == types.HandshakePartyTypeAccount && id != payer {
			return id
		}
	}
	return accountIn(h.Resources, payer)
}

func accountIn(all []types.HandshakeResource, payer string) string {
	for _, x := range all {
		if id := text(x.Value); x.Type == types.HandshakeResourceTypeAccount && id != payer && isAccount(id) {
			return id
		}
	}
	return ""
}
