package api

import (
	"context"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/store"
)

// linkOperations are about addresses at which one document is read without signing in.
var linkOperations = []described{ListLinks, CreateLink, RevokeLink}

// Link is an address that ends, without what opens it.
type Link = store.HandoverLink

// ListLinks lists the links to a document.
var ListLinks = Listing[*Desk, ByDocument, Link]{
	ID: "list-links", Path: "/invoices/{id}/links", Tag: "Hand-over", Title: "List the links to a document", Needs: access.ReadBills,
	About: "The newest first, with how often each was used; never the addresses themselves.",
	Key:   func(l Link) string { return l.ID },
	Do: func(ctx context.Context, d *Desk, in ByDocument) ([]Link, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return nil, err
		}
		inv, err := d.Documents.Invoice(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return m.Handovers.Links.List(ctx, inv.ID)
	},
}

// LinkInput is a link to make.
type LinkInput struct {
	ByDocument
	Body struct {
		Formats []string `json:"formats,omitempty" maxItems:"20" doc:"What can be downloaded; pdf where none is given" example:"[\"pdf\"]"`
		Days    int      `json:"days,omitempty" minimum:"0" maximum:"365" doc:"For how long it works; 14 where it is not given"`
		Uses    int      `json:"uses,omitempty" minimum:"0" maximum:"1000000" doc:"How many downloads it is for; any number where it is not given"`
	}
}

// MadeLink is a link with the address that opens it.
type MadeLink struct {
	Link    Link   `json:"link"`
	Address string `json:"address" doc:"Whoever has it reads the document until the link ends; shown only now"`
}

// CreateLink makes a link.
var CreateLink = Operation[*Desk, LinkInput, MadeLink]{
	ID: "create-link", Method: http.MethodPost, Path: "/invoices/{id}/links", Tag: "Hand-over", Title: "Make a link to a document", Needs: access.SendBills, Creates: true,
	About: "An address at which one issued document is downloaded without signing in, until it ends. It is shown once: only a hash of its secret part is kept.",
	Do: func(ctx context.Context, d *Desk, in LinkInput) (MadeLink, error) {
		const usualDays, day = 14, 24 * time.Hour
		m, err := d.mailroom(ctx)
		if err != nil {
			return MadeLink{}, err
		}
		inv, err := d.Documents.Invoice(ctx, in.ID)
		if err != nil {
			return MadeLink{}, err
		}
		order := handover.LinkOrder{Customer: inv.Customer, Document: inv.ID, Formats: in.Body.Formats, For: usualDays * day, MostUses: in.Body.Uses}
		if order.Customer == "" {
			order.Customer = access.Root
		}
		if in.Body.Days > 0 {
			order.For = time.Duration(in.Body.Days) * day
		}
		if len(order.Formats) == 0 {
			order.Formats = []string{"pdf"}
		}
		for _, name := range order.Formats {
			if _, err := deliver.ByName(name); err != nil {
				return MadeLink{}, invalid("body.formats", "%s", err)
			}
		}
		seller, err := d.sellingTo(order.Customer)
		if err != nil {
			seller = access.Root // a customer that is not declared any more
		}
		if _, err := m.LinkURL(ctx, seller, ""); err != nil {
			return MadeLink{}, err
		}
		made, token, err := m.Handovers.Links.Make(ctx, order, d.User)
		if err != nil {
			return MadeLink{}, outwardRefused(err)
		}
		address, err := m.LinkURL(ctx, seller, token.Reveal())
		return MadeLink{made, address}, err
	},
}

// RevokeLink ends a link.
var RevokeLink = Operation[*Desk, ByID, Link]{
	ID: "revoke-link", Method: http.MethodDelete, Path: "/links/{id}", Tag: "Hand-over", Title: "Take a link back", Needs: access.SendBills,
	About: "It does not work any more. What was downloaded by it stays where it is.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Link, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Link{}, err
		}
		return m.Handovers.Links.Revoke(ctx, in.ID, d.User)
	},
}
