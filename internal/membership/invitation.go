package membership

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// States of an invitation: those of AWS, and two of ours at the beginning. An account
// is invited REQUESTED → OPEN → ACCEPTED, DECLINED, CANCELED or EXPIRED; a transfer is
// never open, and can be WITHDRAWN after it was accepted.
const (
	Sending   = "SENDING" // AWS was asked, and has not answered yet
	Refused   = "REFUSED" // AWS has refused to send it; problem says why
	Requested = "REQUESTED"
	Open      = "OPEN"
	Accepted  = "ACCEPTED"
	Declined  = "DECLINED"
	Canceled  = "CANCELED"
	Expired   = "EXPIRED"
	Withdrawn = "WITHDRAWN"
)

// States lists all states, in the order in which they come.
var States = []string{Sending, Refused, Requested, Open, Accepted, Declined, Canceled, Expired, Withdrawn}

// ended are the states after which the same target can be invited again.
var ended = []string{Refused, Accepted, Declined, Canceled, Expired, Withdrawn}

// answered tells whether nobody is waited for any more.
func answered(state string) bool { return slices.Contains(ended, state) }

// Kinds of target.
const (
	targetAccount = "ACCOUNT"
	targetEmail   = "EMAIL"
)

// Wish is whom to invite, and whose the account is then.
type Wish struct {
	Payer    string
	Target   string // account of 12 digits, or the e-mail address of its root user
	Name     string // what the account is called then
	Customer string
	Group    string       // billing group; that of the customer where it has one alone
	From     *billing.Day // the first day that is the group's; the day on which it joins where it is nil
	Language string       // of the customer's page; that of the billing group where it is empty
	Notes    string       // AWS sends them with the invitation
	Partner
}

// Partner are the ids under which AWS Partner Central knows the customer. They are
// recorded by hand.
type Partner struct {
	Relationship   string `json:"relationship,omitempty" doc:"Id of the relationship in AWS Partner Central, as rs-…" example:"rs-0a1b2c3d4e5f6"`
	ProgramAccount string `json:"program_account,omitempty" doc:"Id of the program management account in AWS Partner Central, as pma-…" example:"pma-0a1b2c3d4e5f6"`
}

// Invitation is an invitation on record, without the token of the customer's page.
// Times and days are UTC.
type Invitation struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind" enum:"account,transfer" doc:"Into the payer's organization, or to have another organization's bills paid by the payer"`
	Payer    string    `json:"payer"`
	Target   string    `json:"target" doc:"Whom AWS invites: an account, or the e-mail address of its root user"`
	Customer string    `json:"customer,omitempty"`
	State    string    `json:"state" enum:"SENDING,REFUSED,REQUESTED,OPEN,ACCEPTED,DECLINED,CANCELED,EXPIRED,WITHDRAWN"`
	Settled  bool      `json:"settled" doc:"Nothing is left to be done, or waited for"`
	AWS      string    `json:"handshake,omitempty" doc:"The id of AWS, as h-…"`
	Expires  time.Time `json:"expires,omitzero" doc:"Until when it can be accepted"`
	Details
	PageUntil time.Time                     `json:"page_until,omitzero" doc:"Until when the customer's page is shown; not there where there is none"`
	CreatedAt time.Time                     `json:"created_at"`
	CreatedBy string                        `json:"created_by"`
	History   []store.MemberInvitationState `json:"history,omitempty" doc:"The states it was in, the first first"`

	seenName string // how AWS calls the account
}

// Details are what the store keeps as one document.
type Details struct {
	TargetKind string       `json:"target_kind" enum:"ACCOUNT,EMAIL"`
	Account    string       `json:"account,omitempty" doc:"The account; of an invitation by e-mail it is known when it has joined"`
	Name       string       `json:"name,omitempty" doc:"What the account or the transfer is called"`
	Group      string       `json:"group,omitempty" doc:"The billing group that the account is to be of"`
	From       *billing.Day `json:"from,omitempty" doc:"The first day of the billing group, where another one than the day of joining is wanted"`
	Language   string       `json:"language,omitempty" doc:"Of the customer's page"`
	Notes      string       `json:"notes,omitempty"`
	Partner
	AskedAt     time.Time       `json:"asked_at,omitzero" doc:"When AWS was asked last to send it: one that was refused can be tried again"`
	RequestedAt time.Time       `json:"requested_at,omitzero"`
	JoinedAt    time.Time       `json:"joined_at,omitzero" doc:"When the account joined; its use is billed by the payer from then on"`
	Registered  *Registration   `json:"registered,omitempty" doc:"How the account became the billing group's"`
	Problem     string          `json:"problem,omitempty" doc:"What keeps it from going on, and what to do"`
	Replaces    string          `json:"replaces,omitempty" doc:"Id of the invitation that this one was sent in the place of"`
	ReplacedBy  string          `json:"replaced_by,omitempty" doc:"Id of the invitation that was sent in the place of this one"`
	Transfer    string          `json:"transfer,omitempty" doc:"The id of AWS, as rt-…"`
	FirstMonth  *billing.Period `json:"first_month,omitempty" doc:"Of a transfer: the first whose bill the payer gets"`
	LastMonth   *billing.Period `json:"last_month,omitempty" doc:"Of a transfer: the last whose bill the payer gets; not there while no end is set"`
	Note        string          `json:"note,omitempty" doc:"Of a transfer: which export tells which months"`
}

// asked is when AWS was asked last to send the invitation, UTC.
func (i Invitation) asked() time.Time {
	if i.AskedAt.IsZero() {
		return i.CreatedAt
	}
	return i.AskedAt
}

// Registration says how an account became that of a billing group.
type Registration struct {
	State string      `json:"state" enum:"new,moved,same" doc:"Nobody had it; it was another group's before; it was the group's already"`
	Group string      `json:"group"`
	From  billing.Day `json:"from" doc:"The first day of the billing group"`
	Had   string      `json:"had,omitempty" doc:"Who had it before"`
}

// shownInvitation is an invitation on record, for people.
func shownInvitation(kept store.MemberInvitation) (Invitation, error) {
	i := Invitation{
		ID: kept.ID, Kind: kept.Kind, Payer: kept.Payer, Target: kept.Target, Customer: kept.Customer, State: kept.State, Settled: kept.Settled, AWS: kept.Handshake,
		Expires: kept.Expires, CreatedAt: kept.CreatedAt, CreatedBy: kept.CreatedBy,
	}
	if kept.TokenHash != "" {
		i.PageUntil = kept.TokenExpires
	}
	if err := json.Unmarshal(kept.Details, &i.Details); err != nil {
		return i, fmt.Errorf("invitation %s is damaged; invite %s anew: %w", kept.ID, kept.Target, err)
	}
	return i, nil
}

// kept is an invitation as the store has it; token and creation are left alone.
func (i Invitation) kept(to *store.MemberInvitation) (err error) {
	to.Customer, to.State, to.Settled, to.Handshake, to.Expires = i.Customer, i.State, i.Settled, i.AWS, i.Expires
	to.Details, err = json.Marshal(i.Details)
	return err
}

// Filter chooses invitations; what is empty is any.
type Filter struct {
	Kind, Payer, Customer string
	Open                  bool // only those with something left to be done, or waited for
}

// Invitations returns invitations without their histories, the newest first.
func (m *Membership) Invitations(ctx context.Context, f Filter) ([]Invitation, error) {
	kept, err := m.home.Store.MemberInvitations(ctx, store.MemberInvitationFilter(f))
	if err != nil {
		return nil, err
	}
	all := make([]Invitation, len(kept))
	for i, k := range kept {
		if all[i], err = shownInvitation(k); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Invitation returns an invitation with its history, or store.ErrNotFound.
func (m *Membership) Invitation(ctx context.Context, id string) (Invitation, error) {
	kept, states, err := m.home.Store.MemberInvitation(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	i, err := shownInvitation(kept)
	i.History = states
	return i, err
}

// changes is what becomes of an invitation: a new state, or nil where that stays.
type changes func(*Invitation) (*store.MemberInvitationState, error)

// change changes an invitation on record, and audits it as an action.
func (m *Membership) change(ctx context.Context, id, action string, do changes) (Invitation, error) {
	_, err := m.home.Store.ChangeMemberInvitation(ctx, id, m.home.User, action, func(kept *store.MemberInvitation) (*store.MemberInvitationState, error) {
		i, err := shownInvitation(*kept)
		if err != nil {
			return nil, err
		}
		state, err := do(&i)
		if err != nil {
			return nil, err
		}
		if state != nil {
			i.State = state.State
		}
		if kept.TokenHash != "" && !i.Expires.Equal(kept.Expires) {
			kept.TokenExpires = i.Expires.Add(pageAfter)
		}
		return state, i.kept(kept)
	})
	if err != nil {
		return Invitation{}, err
	}
	return m.Invitation(ctx, id)
}

// came is a state that an invitation came into.
func (m *Membership) came(state string, at time.Time, detail string) *store.MemberInvitationState {
	now := m.now()
	if at.IsZero() || at.After(now) {
		at = now
	}
	return &store.MemberInvitationState{State: state, At: at.UTC().Truncate(time.Microsecond), NoticedAt: now, Detail: detail}
}

// Correction changes what an invitation says of the account; nil stays as it is.
type Correction struct {
	Account  *string // of one by e-mail, which of the payer's accounts has accepted
	Name     *string
	Customer *string
	Group    *string
	From     *billing.Day
	NoFrom   bool // takes From away: the account is the group's from the day of joining
	Language *string
	Partner  *Partner
}

// Correct changes what an invitation says of the account and the customer. What is
// registered already stays; only the ids of Partner Central can be changed then.
func (m *Membership) Correct(ctx context.Context, id string, c Correction) (Invitation, error) {
	declared, err := m.home.Config(ctx)
	if err != nil {
		return Invitation{}, err
	}
	return m.change(ctx, id, "membership.change", func(i *Invitation) (*store.MemberInvitationState, error) {
		if c.Partner != nil {
			i.Partner = *c.Partner
		}
		whose := c.Account != nil || c.Name != nil || c.Customer != nil || c.Group != nil || c.From != nil || c.NoFrom
		if i.Registered != nil && whose {
			return nil, fmt.Errorf("account %s is that of billing group %s since %s already; move it by mapping accounts", i.Account, i.Registered.Group, i.Registered.From)
		}
		if c.Account != nil {
			if i.TargetKind != targetEmail || !isAccount(*c.Account) {
				return nil, &RefusedError{"account", "is named for invitations by e-mail alone, by its 12 digits"}
			}
			i.Account = *c.Account
		}
		set(&i.Name, c.Name)
		set(&i.Customer, c.Customer)
		set(&i.Group, c.Group)
		set(&i.Language, c.Language)
		if c.From != nil || c.NoFrom {
			i.From = c.From
		}
		w := Wish{Payer: i.Payer, Target: cmp.Or(i.Account, i.Target), Name: i.Name, Customer: i.Customer, Group: i.Group, From: i.From, Language: i.Language, Notes: i.Notes, Partner: i.Partner}
		if i.Kind == store.InvitedAccount {
			if _, err := w.placed(declared); err != nil {
				return nil, err
			}
		}
		i.Problem = ""
		return nil, w.check(declared)
	})
}

func set(to, wanted *string) {
	if wanted != nil {
		*to = strings.TrimSpace(*wanted)
	}
}
