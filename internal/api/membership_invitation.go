package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/membership"
	"github.com/sluice-billing/sluice/internal/secret"
)

// InvitedAccountsQuery chooses invitations.
type InvitedAccountsQuery struct {
	Kind     string `query:"kind" enum:"account,transfer" doc:"Only of accounts, or only of transfers of bills"`
	Payer    string `query:"payer" maxLength:"200" doc:"Only of this payer"`
	Customer string `query:"customer" maxLength:"200" doc:"Only of this customer"`
	Open     bool   `query:"open" doc:"Only those that wait for an answer, or with something left to be done"`
}

// ListInvitedAccounts lists invitations.
var ListInvitedAccounts = Listing[*Desk, InvitedAccountsQuery, InvitedAccount]{
	ID: "list-account-invitations", Path: "/account-invitations", Tag: "Accounts", Title: "List the invitations", Needs: access.ReadConfig,
	About: "Of accounts into payers' organizations, and of other organizations to have their bills paid, also those that AWS has forgotten; without their histories, the newest first.",
	Key:   func(i InvitedAccount) string { return i.ID },
	Do: func(ctx context.Context, d *Desk, in InvitedAccountsQuery) ([]InvitedAccount, error) {
		return d.Membership.Invitations(ctx, membership.Filter(in))
	},
}

// ShowInvitedAccount returns an invitation.
var ShowInvitedAccount = Operation[*Desk, ByID, InvitedAccount]{
	ID: "show-account-invitation", Method: http.MethodGet, Path: "/account-invitations/{id}", Tag: "Accounts", Title: "Show an invitation", Needs: access.ReadConfig,
	About: "With the states that it was in, what keeps it from going on, and how the account became the billing group's.",
	Do: func(ctx context.Context, d *Desk, in ByID) (InvitedAccount, error) {
		return d.Membership.Invitation(ctx, in.ID)
	},
}

// AccountWish is whom to invite.
type AccountWish struct {
	Payer    string       `json:"payer" minLength:"1" maxLength:"200" doc:"The paying account that invites" example:"111111111111"`
	Target   string       `json:"target" minLength:"1" maxLength:"64" doc:"The account by its 12 digits, or the e-mail address of its root user" example:"600000000001"`
	Name     string       `json:"name,omitempty" maxLength:"50" doc:"What the account is called then"`
	Customer string       `json:"customer,omitempty" maxLength:"200" doc:"Whose account it is; enough where the customer has one billing group"`
	Group    string       `json:"group,omitempty" maxLength:"200" doc:"The billing group that has the account then"`
	From     *billing.Day `json:"from,omitempty" doc:"The first day of the billing group; the day in UTC on which the account joins, where it is not given. With it, an account may be taken over from another group"`
	Language string       `json:"language,omitempty" maxLength:"35" doc:"Of the customer's page; that of the billing group where it is not given" example:"ja"`
	Notes    string       `json:"notes,omitempty" maxLength:"1024" doc:"AWS sends them with the invitation"`
	membership.Partner
}

// InviteAccountInput is an account to invite.
type InviteAccountInput struct {
	Body AccountWish
}

// SentInvitation is an invitation with the address of the customer's page.
type SentInvitation struct {
	Invitation InvitedAccount `json:"invitation"`
	Address    string         `json:"address,omitempty" doc:"The page to send to the customer: what is to be done, and how it stands. Shown only now; not there where nobody knows where this server is reached"`
}

// InviteAccount invites an account.
var InviteAccount = Operation[*Desk, InviteAccountInput, SentInvitation]{
	ID: "invite-account", Method: http.MethodPost, Path: "/account-invitations", Tag: "Accounts", Title: "Invite an account into a payer's organization", Needs: access.WriteConfig, Creates: true,
	About: "AWS sends the invitation. When it is accepted, the account is claimed by its billing group from the day on which it joined. " +
		"An account that the payer has already, that is another billing group's, or that has an open invitation is refused with who has it. What AWS refuses is kept, and answered with what to do and, in `record`, the id of the invitation; inviting the same account again goes on with it.",
	Do: func(ctx context.Context, d *Desk, in InviteAccountInput) (SentInvitation, error) {
		sent, err := d.Membership.Invite(ctx, membership.Wish(in.Body))
		return d.sent(ctx, sent, err)
	},
}

// sent is an invitation with the address of its page.
func (d *Desk) sent(ctx context.Context, sent membership.Sent, err error) (SentInvitation, error) {
	if err != nil {
		return SentInvitation{}, wishRefused(err)
	}
	return SentInvitation{sent.Invitation, d.pageOf(ctx, sent.Invitation.Customer, sent.Token)}, nil
}

// pageOf is where the page of an invitation is shown: where links to documents of its
// seller are opened. It is empty where nobody knows.
func (d *Desk) pageOf(ctx context.Context, customer string, token secret.Text) string {
	m, err := d.mailroom(ctx)
	if err != nil {
		return ""
	}
	seller, err := d.sellingTo(customer)
	if err != nil {
		seller = access.Root // the customer is not known, or not declared any more
	}
	at, err := m.LinkURL(ctx, seller, "")
	if err != nil {
		return ""
	}
	u, err := url.Parse(at)
	if err != nil {
		return ""
	}
	u.Path = membership.PagePath + token.Reveal()
	return u.String()
}

// DayChange is a day of a change, UTC: one that is not given stays as it is, null takes
// it away.
type DayChange struct {
	Day  *billing.Day // nil where it is not given, or None
	None bool
}

// IsZero tells whether nothing is given.
func (c DayChange) IsZero() bool { return c.Day == nil && !c.None }

// MarshalJSON implements json.Marshaler.
func (c DayChange) MarshalJSON() ([]byte, error) { return json.Marshal(c.Day) }

// UnmarshalJSON implements json.Unmarshaler.
func (c *DayChange) UnmarshalJSON(text []byte) error {
	*c = DayChange{}
	if err := json.Unmarshal(text, &c.Day); err != nil {
		return err
	}
	c.None = c.Day == nil
	return nil
}

// Schema implements huma.SchemaProvider.
func (DayChange) Schema(huma.Registry) *huma.Schema {
	s := daySchema{}.Schema(nil)
	s.Nullable = true
	return s
}

// ChangeInvitationInput changes what an invitation says of the account.
type ChangeInvitationInput struct {
	ByID
	Body struct {
		Account        *string   `json:"account,omitempty" maxLength:"12" doc:"Of an invitation by e-mail: which of the payer's accounts has accepted"`
		Name           *string   `json:"name,omitempty" maxLength:"50" doc:"What the account is called then"`
		Customer       *string   `json:"customer,omitempty" maxLength:"200" doc:"Whose account it is"`
		Group          *string   `json:"group,omitempty" maxLength:"200" doc:"The billing group that has the account then"`
		From           DayChange `json:"from,omitzero" doc:"The first day of the billing group; null takes it away, so that it is the day on which the account joins"`
		Language       *string   `json:"language,omitempty" maxLength:"35" doc:"Of the customer's page"`
		Relationship   *string   `json:"relationship,omitempty" maxLength:"16" doc:"Id of the relationship in AWS Partner Central, as rs-…"`
		ProgramAccount *string   `json:"program_account,omitempty" maxLength:"17" doc:"Id of the program management account in AWS Partner Central, as pma-…"`
	}
}

// ChangeInvitedAccount changes an invitation.
var ChangeInvitedAccount = Operation[*Desk, ChangeInvitationInput, InvitedAccount]{
	ID: "change-account-invitation", Method: http.MethodPatch, Path: "/account-invitations/{id}", Tag: "Accounts", Title: "Change what an invitation says of the account", Needs: access.WriteConfig,
	About: "What is not given stays as it is; nothing is sent. Once the account is its billing group's, only the ids of AWS Partner Central can be changed.",
	Do: func(ctx context.Context, d *Desk, in ChangeInvitationInput) (InvitedAccount, error) {
		b := in.Body
		c := membership.Correction{Account: b.Account, Name: b.Name, Customer: b.Customer, Group: b.Group, From: b.From.Day, NoFrom: b.From.None, Language: b.Language}
		if b.Relationship != nil || b.ProgramAccount != nil {
			was, err := d.Membership.Invitation(ctx, in.ID)
			if err != nil {
				return InvitedAccount{}, err
			}
			c.Partner = &membership.Partner{Relationship: *cmp.Or(b.Relationship, &was.Relationship), ProgramAccount: *cmp.Or(b.ProgramAccount, &was.ProgramAccount)}
		}
		i, err := d.Membership.Correct(ctx, in.ID, c)
		return i, wishRefused(err)
	},
}

// ResendInvitedAccount invites an account once more.
var ResendInvitedAccount = Operation[*Desk, ByID, SentInvitation]{
	ID: "resend-account-invitation", Method: http.MethodPost, Path: "/account-invitations/{id}/resend", Tag: "Accounts", Title: "Invite an account once more", Needs: access.WriteConfig, Creates: true,
	About: "What waits for an answer is cancelled, and a new invitation is sent in its place, with a page of its own; each names the other. One that AWS has refused is tried again itself, with its history.",
	Do: func(ctx context.Context, d *Desk, in ByID) (SentInvitation, error) {
		sent, err := d.Membership.Resend(ctx, in.ID)
		return d.sent(ctx, sent, err)
	},
}

// CancelInvitedAccount takes an invitation back.
var CancelInvitedAccount = Operation[*Desk, ByID, InvitedAccount]{
	ID: "cancel-account-invitation", Method: http.MethodPost, Path: "/account-invitations/{id}/cancel", Tag: "Accounts", Title: "Take an invitation back", Needs: access.WriteConfig,
	About: "AWS cancels it; its page says so. One that was answered meanwhile stays as it is, and is refused.",
	Do: func(ctx context.Context, d *Desk, in ByID) (InvitedAccount, error) {
		i, err := d.Membership.Cancel(ctx, in.ID)
		return i, wishRefused(err)
	},
}

// FollowedInvitations is what a round of following came to.
type FollowedInvitations = membership.Followed

// FollowInvitedAccounts asks AWS how invitations stand.
var FollowInvitedAccounts = Operation[*Desk, struct{}, FollowedInvitations]{
	ID: "follow-account-invitations", Method: http.MethodPost, Path: "/account-invitations/follow", Tag: "Accounts", Title: "Ask AWS how the invitations stand", Needs: access.WriteConfig,
	About: "Keeps the states that they come into, and gives accounts that have joined to their billing groups. A server does so every ten minutes.",
	Long:  true, Exclusive: func(struct{}) string { return "account-invitations" },
	Do: func(ctx context.Context, d *Desk, _ struct{}) (FollowedInvitations, error) {
		return d.Membership.Follow(ctx)
	},
}

// MakeInvitationPage makes a new address of the customer's page.
var MakeInvitationPage = Operation[*Desk, ByID, SentInvitation]{
	ID: "make-invitation-page", Method: http.MethodPost, Path: "/account-invitations/{id}/page", Tag: "Accounts", Title: "Make a new address of the customer's page", Needs: access.WriteConfig,
	About: "The address before does not work any more. It is shown once: only a hash of its secret part is kept. It ends 30 days after the invitation.",
	Do: func(ctx context.Context, d *Desk, in ByID) (SentInvitation, error) {
		sent, err := d.Membership.NewPage(ctx, in.ID)
		return d.sent(ctx, sent, err)
	},
}

// RevokeInvitationPage takes the customer's page back.
var RevokeInvitationPage = Operation[*Desk, ByID, InvitedAccount]{
	ID: "revoke-invitation-page", Method: http.MethodDelete, Path: "/account-invitations/{id}/page", Tag: "Accounts", Title: "Take the customer's page back", Needs: access.WriteConfig,
	About: "Its address does not work any more; the invitation stays as it is.",
	Do: func(ctx context.Context, d *Desk, in ByID) (InvitedAccount, error) {
		return d.Membership.RevokePage(ctx, in.ID)
	},
}
