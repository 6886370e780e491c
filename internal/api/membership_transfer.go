package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/membership"
)

// TransferWish is whose bills a payer is to get.
type TransferWish struct {
	Payer    string      `json:"payer" minLength:"1" maxLength:"200" doc:"The paying account that is to get the bills" example:"111111111111"`
	Target   string      `json:"target" minLength:"1" maxLength:"64" doc:"The management account of the other organization by its 12 digits, or the e-mail address of its root user" example:"700000000001"`
	Name     string      `json:"name" minLength:"1" maxLength:"50" doc:"What the transfer is called in AWS" example:"ACME"`
	Customer string      `json:"customer,omitempty" maxLength:"200" doc:"Whose organization it is"`
	Start    billing.Day `json:"start" doc:"The first day of a month that is to come" example:"2026-12-01"`
	Language string      `json:"language,omitempty" maxLength:"35" doc:"Of the customer's page; English where it is not given" example:"ja"`
	Notes    string      `json:"notes,omitempty" maxLength:"1024" doc:"AWS sends them with the invitation"`
	membership.Partner
}

// InviteTransferInput is an organization to invite.
type InviteTransferInput struct {
	Body TransferWish
}

// InviteTransfer invites another organization to have its bills paid.
var InviteTransfer = Operation[*Desk, InviteTransferInput, SentInvitation]{
	ID: "invite-transfer", Method: http.MethodPost, Path: "/transfers", Tag: "Accounts", Title: "Invite an organization to transfer its bills", Needs: access.WriteConfig, Creates: true,
	About: "Billing Transfer of AWS: from the first day of a month on, the payer gets the bills of another organization, which stays one of its own. There are two exports in the month of the switch; when it is accepted, `note` says which one tells which months.",
	Do: func(ctx context.Context, d *Desk, in InviteTransferInput) (SentInvitation, error) {
		sent, err := d.Membership.InviteTransfer(ctx, membership.TransferWish(in.Body))
		return d.sent(ctx, sent, err)
	},
}

// EndTransferInput ends a transfer.
type EndTransferInput struct {
	ByID
	Body struct {
		LastMonth billing.Period `json:"last_month" doc:"The last month whose bill the payer gets" example:"2026-12"`
	}
}

// EndTransfer ends a transfer with a month.
var EndTransfer = Operation[*Desk, EndTransferInput, InvitedAccount]{
	ID: "end-transfer", Method: http.MethodPost, Path: "/account-invitations/{id}/end", Tag: "Accounts", Title: "End a transfer with a month", Needs: access.WriteConfig,
	About: "It ends with the last moment of the month, and cannot be undone: the organization is invited again. AWS refuses a month that does not keep the terms of the partner agreement.",
	Do: func(ctx context.Context, d *Desk, in EndTransferInput) (InvitedAccount, error) {
		i, err := d.Membership.EndTransfer(ctx, in.ID, in.Body.LastMonth)
		return i, wishRefused(err)
	},
}

// ListTransfers lists the transfers of a payer.
var ListTransfers = Listing[*Desk, OfPayer, Transfer]{
	ID: "list-payer-transfers", Path: "/payers/{payer}/transfers", Tag: "Accounts", Title: "List the transfers of a payer", Needs: access.ReadConfig,
	About: "Asks AWS for all transfers of bills, inbound and outbound, also those that were not made by Sluice, the newest first.",
	Key:   func(t Transfer) string { return t.Direction + " " + t.ID },
	Do: func(ctx context.Context, d *Desk, in OfPayer) ([]Transfer, error) {
		all, err := d.Membership.Transfers(ctx, in.Payer)
		return all, wishRefused(err)
	},
}
