package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/membership"
	"github.com/sluice-billing/sluice/internal/store"
)

// membershipOperations are about the accounts of payers' organizations: who is in them,
// what happened to them, and who is invited.
var membershipOperations = []described{
	ListMembers, ListMemberEvents, ListMemberReadings, SyncMembers,
	ListInvitedAccounts, ShowInvitedAccount, InviteAccount, ChangeInvitedAccount, ResendInvitedAccount, CancelInvitedAccount, FollowInvitedAccounts,
	MakeInvitationPage, RevokeInvitationPage, InviteTransfer, EndTransfer, ListTransfers,
}

// What the operations of memberships are about, for who calls them.
type (
	// Member is an account of a payer's organization.
	Member = membership.Member
	// MemberEvent is something that happened to one.
	MemberEvent = membership.Event
	// MemberReading says when the members of a payer were read.
	MemberReading = membership.Reading
	// InvitedAccount is an invitation on record.
	InvitedAccount = membership.Invitation
	// Transfer is a transfer of bills as AWS has it.
	Transfer = membership.Transfer
)

// OfPayer names a payer.
type OfPayer struct {
	Payer string `path:"payer" maxLength:"200" doc:"Id of the paying account" example:"111111111111"`
}

// ListMembers lists the accounts of a payer's organization.
var ListMembers = Listing[*Desk, OfPayer, Member]{
	ID: "list-payer-accounts", Path: "/payers/{payer}/accounts", Tag: "Accounts", Title: "List the accounts of a payer's organization", Needs: access.ReadConfig,
	About: "As they were seen last, also those that left, with who has each today. `sync-payer-accounts` reads them anew; a server does so every night.",
	Key:   func(m Member) string { return m.Account },
	Do: func(ctx context.Context, d *Desk, in OfPayer) ([]Member, error) {
		return d.Membership.Members(ctx, in.Payer)
	},
}

// MemberEventsQuery chooses events.
type MemberEventsQuery struct {
	Payer   string `query:"payer" maxLength:"200" doc:"Only of this payer"`
	Account string `query:"account" maxLength:"200" doc:"Only of this account"`
}

// ListMemberEvents lists what happened to accounts.
var ListMemberEvents = Listing[*Desk, MemberEventsQuery, MemberEvent]{
	ID: "list-account-events", Path: "/accounts/events", Tag: "Accounts", Title: "List what happened to accounts", Needs: access.ReadConfig,
	About: "Accounts that were made in a payer's organization, joined, moved from another payer, left, were suspended or closed: each with its day in UTC, and what follows from it as things stand now. The newest ten thousand, the newest first.",
	Key:   func(e MemberEvent) string { return e.ID },
	Do: func(ctx context.Context, d *Desk, in MemberEventsQuery) ([]MemberEvent, error) {
		return d.Membership.Events(ctx, in.Payer, in.Account)
	},
}

// ListMemberReadings lists when payers were read.
var ListMemberReadings = Listing[*Desk, struct{}, MemberReading]{
	ID: "list-account-readings", Path: "/accounts/readings", Tag: "Accounts", Title: "List when payers' accounts were read", Needs: access.ReadConfig,
	About: "For each payer the last time that went well, and what went wrong the last time.",
	Key:   func(r MemberReading) string { return r.Payer },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]MemberReading, error) {
		return d.Membership.Readings(ctx)
	},
}

// SyncedMembers is what reading the accounts of a payer came to.
type SyncedMembers = membership.Synced

// SyncMembers reads the accounts of a payer's organization.
var SyncMembers = Operation[*Desk, OfPayer, SyncedMembers]{
	ID: "sync-payer-accounts", Method: http.MethodPost, Path: "/payers/{payer}/accounts/sync", Tag: "Accounts", Title: "Read the accounts of a payer's organization", Needs: access.WriteConfig,
	About: "Asks AWS Organizations by the payer's pricing credential, and notes what happened since the last time. It changes nothing of what is declared.",
	Long:  true, Exclusive: func(in OfPayer) string { return "members " + in.Payer },
	Check: func(d *Desk, in OfPayer) error {
		if !slices.ContainsFunc(d.Declared.Payers, func(p billing.Payer) bool { return p.ID == in.Payer }) {
			return &Problem{Code: "not-found", Detail: fmt.Sprintf("no payer %q is declared; declare it, or name another one", in.Payer)}
		}
		return nil
	},
	Do: func(ctx context.Context, d *Desk, in OfPayer) (SyncedMembers, error) {
		s, err := d.Membership.Sync(ctx, in.Payer)
		return s, wishRefused(err)
	},
}

// wishRefused names the field of a request that is wrong with an invitation, or the
// invitation that is on record, refused or still open.
func wishRefused(err error) error {
	var refused *membership.RefusedError
	var unsent *membership.NotSentError
	var open *store.OpenInvitationError
	switch {
	case errors.As(err, &refused):
		return invalid("body."+refused.Field, "%s", refused.Why)
	case errors.As(err, &unsent):
		return onRecord(err, unsent.ID)
	case errors.As(err, &open):
		return onRecord(err, open.ID)
	}
	return err
}

// onRecord is an error as a Problem that names what is on record of it. What failed
// inside stays as it is.
func onRecord(err error, id string) error {
	p, inner := ProblemOf(err)
	if inner {
		return err
	}
	p.Record = id
	return p
}
