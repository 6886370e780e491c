package membership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Sent is an invitation that was sent, and the token of the customer's page, which is
// not shown again.
type Sent struct {
	Invitation Invitation
	Token      secret.Text
}

// Invite invites an account into the organization of a payer. It refuses an account
// that the payer has already, that is somebody else's (R2), or that has an open
// invitation, and names who has it. Where a day is given from which on the account is
// the group's, it may be another group's until then. What AWS refuses is kept as an
// invitation in state REFUSED, and returned as a *NotSentError around a *RefusalError; the
// next wish for the same target goes on with that invitation.
func (m *Membership) Invite(ctx context.Context, w Wish) (Sent, error) {
	return m.invite(ctx, w, "")
}

func (m *Membership) invite(ctx context.Context, w Wish, replaces string) (Sent, error) {
	w.Target, w.Name = strings.TrimSpace(w.Target), strings.TrimSpace(w.Name)
	if targetKind(w.Target) == targetEmail {
		w.Target = strings.ToLower(w.Target)
	}
	c, err := m.home.Config(ctx)
	if err != nil {
		return Sent{}, err
	}
	if err := w.check(c); err != nil {
		return Sent{}, err
	}
	p, err := w.placed(c)
	if err != nil {
		return Sent{}, err
	}
	members, err := m.home.Store.Members(ctx, w.Payer)
	if err != nil {
		return Sent{}, err
	}
	if err := isMember(members, ownersOf(c), w, m.home.Today()); err != nil {
		return Sent{}, err
	}
	o, err := m.open(ctx, w.Payer)
	if err != nil {
		return Sent{}, err
	}
	i := Invitation{Kind: store.InvitedAccount, Payer: w.Payer, Target: w.Target, Customer: cmp.Or(w.Customer, p.group.Customer), Details: Details{
		TargetKind: targetKind(w.Target), Name: w.Name, Group: w.Group, From: w.From, Language: cmp.Or(w.Language, p.group.Language, "en"), Notes: w.Notes,
		Partner: w.Partner, Replaces: replaces,
	}}
	if i.TargetKind == targetAccount {
		i.Account = w.Target
	}
	return m.send(ctx, i, func(i *Invitation) error {
		h, err := o.invite(ctx, i.Target, i.Notes, i.AskedAt)
		if err != nil {
			return err
		}
		i.take(*h)
		return nil
	})
}

// NotSentError says why an invitation that is on record was not sent.
type NotSentError struct {
	ID  string // of the invitation
	Err error  // for people
}

// Error is why.
func (e *NotSentError) Error() string { return e.Err.Error() }

// Unwrap is why.
func (e *NotSentError) Unwrap() error { return e.Err }

// send records an invitation before it is sent, sends it, and records what came of it:
// one that was sent is on record whatever happens in between.
func (m *Membership) send(ctx context.Context, i Invitation, send func(*Invitation) error) (Sent, error) {
	token, hash := newToken()
	i.State, i.AskedAt = Sending, m.now()
	i, err := m.recorded(ctx, i, hash)
	if err != nil {
		return Sent{}, err
	}
	if i.Replaces != "" {
		if _, err := m.change(ctx, i.Replaces, "membership.resend", func(old *Invitation) (*store.MemberInvitationState, error) {
			old.ReplacedBy = i.ID
			return nil, nil
		}); err != nil {
			return Sent{}, err
		}
	}
	failed := send(&i)
	if failed != nil && ctx.Err() != nil {
		return Sent{}, ctx.Err() // whether it was sent is found out by Follow
	}
	sent, err := m.change(ctx, i.ID, "membership.send", func(now *Invitation) (*store.MemberInvitationState, error) {
		if now.State != Sending {
			return nil, nil // Follow was quicker
		}
		if failed != nil {
			now.Problem, now.Settled = failed.Error(), true
			return m.came(Refused, time.Time{}, failed.Error()), nil
		}
		now.AWS, now.Expires, now.RequestedAt, now.Transfer, now.FirstMonth = i.AWS, i.Expires, i.RequestedAt, i.Transfer, i.FirstMonth
		return m.came(cmp.Or(i.State, Requested), i.RequestedAt, ""), nil
	})
	if failed != nil {
		failed = &NotSentError{i.ID, failed}
	}
	if err := errors.Join(failed, err); err != nil {
		return Sent{}, err
	}
	return Sent{sent, token}, nil
}

// recorded puts an invitation on record that is about to be sent. Where the last one of
// its target was refused it goes on with that one, whose tries stay in its history.
func (m *Membership) recorded(ctx context.Context, i Invitation, token string) (Invitation, error) {
	last, err := m.home.Store.LastMemberInvitation(ctx, i.Kind, i.Payer, i.Target)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return i, err
	}
	first, until := m.came(Sending, i.AskedAt, ""), i.AskedAt.Add(longestHandshake+pageAfter)
	if err == nil && last.State == Refused {
		_, err := m.home.Store.ChangeMemberInvitation(ctx, last.ID, m.home.User, "membership.invite", func(kept *store.MemberInvitation) (*store.MemberInvitationState, error) {
			was, err := shownInvitation(*kept)
			switch {
			case err != nil:
				return nil, err
			case was.State != Refused: // somebody else was quicker
				return nil, &store.OpenInvitationError{ID: was.ID, Target: was.Target, State: was.State}
			}
			i.ID, i.CreatedAt, i.CreatedBy = was.ID, was.CreatedAt, was.CreatedBy
			if i.Replaces == "" || i.Replaces == was.ID {
				i.Replaces = was.Replaces
			}
			i.Account = cmp.Or(i.Account, was.Account)
			i.Relationship, i.ProgramAccount = cmp.Or(i.Relationship, was.Relationship), cmp.Or(i.ProgramAccount, was.ProgramAccount)
			kept.TokenHash, kept.TokenExpires = token, until
			return first, i.kept(kept)
		})
		return i, err
	}
	i.ID, i.CreatedAt, i.CreatedBy = ulid.Make().String(), i.AskedAt, m.home.User
	kept := store.MemberInvitation{
		ID: i.ID, Kind: i.Kind, Payer: i.Payer, Target: i.Target, CreatedAt: i.CreatedAt, CreatedBy: i.CreatedBy, TokenHash: token, TokenExpires: until,
	}
	if err := i.kept(&kept); err != nil {
		return i, err
	}
	_, err = m.home.Store.AddMemberInvitation(ctx, kept, *first, ended)
	return i, err
}

// take reads what AWS says of an invitation that was just sent.
func (i *Invitation) take(h types.Handshake) {
	i.AWS, i.State = text(h.Id), string(h.State)
	if h.ExpirationTimestamp != nil {
		i.Expires = h.ExpirationTimestamp.UTC().Truncate(time.Microsecond)
	}
	if h.RequestedTimestamp != nil {
		i.RequestedAt = h.RequestedTimestamp.UTC().Truncate(time.Microsecond)
	}
}

// clockGap is how far the clock of AWS may be behind ours.
const clockGap = 5 * time.Minute

// invite has AWS send an invitation. Where a try broke off whose invitation was sent,
// the next one is a duplicate: that is the one.
func (o *organization) invite(ctx context.Context, target, notes string, since time.Time) (*types.Handshake, error) {
	in := &organizations.InviteAccountToOrganizationInput{Target: party(target)}
	if notes != "" {
		in.Notes = aws.String(notes)
	}
	out, err := ask(ctx, o, "InviteAccountToOrganization", func(ctx context.Context) (*organizations.InviteAccountToOrganizationOutput, error) {
		return o.client.InviteAccountToOrganization(ctx, in)
	})
	if isCode(err, "DuplicateHandshakeException") {
		all, listed := o.handshakes(ctx)
		if listed != nil {
			return nil, errors.Join(err, listed)
		}
		open := openTo(all, target)
		switch {
		case open == nil:
			return nil, err
		case open.RequestedTimestamp != nil && !open.RequestedTimestamp.Before(since.Add(-clockGap)):
			return open, nil
		}
		return nil, fmt.Errorf("%s has an open invitation to payer %s already, %s, which was not sent by Sluice; wait for its answer, or cancel it in AWS Organizations, and invite again", target, o.payer, text(open.Id))
	}
	if err != nil {
		return nil, err
	}
	return out.Handshake, nil
}

func party(target string) *types.HandshakeParty {
	return &types.HandshakeParty{Id: aws.String(target), Type: types.HandshakePartyType(targetKind(target))}
}

// openTo is the open invitation of a target; nil where there is none.
func openTo(all map[string]types.Handshake, target string) *types.Handshake {
	for _, h := range all {
		if answered(string(h.State)) {
			continue
		}
		for _, p := range h.Parties {
			if strings.EqualFold(text(p.Id), target) {
				return &h
			}
		}
	}
	return nil
}

// Cancel takes an invitation back that was not answered yet.
func (m *Membership) Cancel(ctx context.Context, id string) (Invitation, error) {
	i, err := m.Invitation(ctx, id)
	if err != nil {
		return i, err
	}
	if answered(i.State) {
		return i, fmt.Errorf("the invitation of %s is %s already; only one that waits for an answer can be cancelled", i.Target, i.State)
	}
	o, err := m.open(ctx, i.Payer)
	if err != nil {
		return i, err
	}
	if i.State == Sending { // find out what became of it
		if i, err = m.followOne(ctx, o, i); err != nil || answered(i.State) {
			return i, err
		}
	}
	if i.AWS == "" {
		return i, fmt.Errorf("whether the invitation of %s was sent is not known yet; try again in some minutes", i.Target)
	}
	err = o.cancel(ctx, i.AWS)
	if isCode(err, "HandshakeAlreadyInStateException") || isCode(err, "InvalidHandshakeTransitionException") || isCode(err, "HandshakeNotFoundException") {
		i, failed := m.followOne(ctx, o, i)
		if failed == nil && i.State != Canceled {
			failed = fmt.Errorf("the invitation of %s is %s already, and was not cancelled", i.Target, i.State)
		}
		return i, failed
	}
	if err != nil {
		return i, err
	}
	return m.change(ctx, id, "membership.cancel", func(i *Invitation) (*store.MemberInvitationState, error) {
		if i.State == Canceled {
			return nil, nil
		}
		i.Settled, i.Problem = true, ""
		return m.came(Canceled, time.Time{}, "by "+m.home.User), nil
	})
}

// Resend invites the same account once more: what waits for an answer is cancelled, and
// a new invitation is sent in its place; one that AWS has refused is tried again itself.
// An account that has joined is not invited.
func (m *Membership) Resend(ctx context.Context, id string) (Sent, error) {
	i, err := m.Invitation(ctx, id)
	switch {
	case err != nil:
		return Sent{}, err
	case i.Kind != store.InvitedAccount:
		return Sent{}, fmt.Errorf("the invitation of %s is about a transfer; cancel it, and invite anew with the month that it is to begin in", i.Target)
	case i.ReplacedBy != "":
		return Sent{}, fmt.Errorf("the invitation of %s was sent again already; send %s again", i.Target, i.ReplacedBy)
	}
	if !answered(i.State) {
		if i, err = m.Cancel(ctx, id); err != nil {
			return Sent{}, err
		}
	}
	if i.State == Accepted {
		return Sent{}, fmt.Errorf("the invitation of %s was accepted; nothing is left to be sent", i.Target)
	}
	return m.invite(ctx, Wish{
		Payer: i.Payer, Target: i.Target, Name: i.Name, Customer: i.Customer, Group: i.Group, From: i.From, Language: i.Language, Notes: i.Notes, Partner: i.Partner,
	}, i.ID)
}
