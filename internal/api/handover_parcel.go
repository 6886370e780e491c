package api

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/store"
)

// Handover is one thing on its way by one route.
type Handover = store.Handover

// HandoversQuery chooses hand-overs.
type HandoversQuery struct {
	Route    string `query:"route" maxLength:"200" doc:"Only by this route"`
	Customer string `query:"customer" maxLength:"200" doc:"Only of this customer"`
	State    string `query:"state" enum:"waiting,sent,failed,gave-up,bounced,cancelled" doc:"Only in this state"`
	What     string `query:"what" maxLength:"30" doc:"Only of this kind, such as invoice"`
	Invoice  string `query:"invoice" maxLength:"300" doc:"Only of this document, by its id or number"`
}

// ListHandovers lists what is or was on its way.
var ListHandovers = Listing[*Desk, HandoversQuery, Handover]{
	ID: "list-handovers", Path: "/handover/parcels", Tag: "Hand-over", Title: "List what is handed over", Needs: access.ReadBills,
	About: "The newest ten thousand hand-overs, the newest first: what waits and why, what went to whom, what came back.",
	Key:   func(h Handover) string { return h.ID },
	Do: func(ctx context.Context, d *Desk, in HandoversQuery) ([]Handover, error) {
		const most = 10_000
		m, err := d.mailroom(ctx)
		if err != nil {
			return nil, err
		}
		f := store.HandoverFilter{Route: in.Route, Customer: in.Customer, State: in.State, What: in.What, Limit: most}
		if in.Invoice != "" {
			inv, err := d.Documents.Invoice(ctx, in.Invoice)
			if err != nil {
				return nil, err
			}
			f.Subject = inv.ID
		}
		return m.Handovers.List(ctx, f)
	},
}

// HandoverLog is a hand-over with what came of each try.
type HandoverLog struct {
	Handover Handover                `json:"parcel"`
	Attempts []store.HandoverAttempt `json:"attempts" doc:"The first first"`
}

// ShowHandover returns a hand-over.
var ShowHandover = Operation[*Desk, ByID, HandoverLog]{
	ID: "show-handover", Method: http.MethodGet, Path: "/handover/parcels/{id}", Tag: "Hand-over", Title: "Show a hand-over", Needs: access.ReadBills,
	About: "Where it stands, and what came of each try.",
	Do: func(ctx context.Context, d *Desk, in ByID) (HandoverLog, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return HandoverLog{}, err
		}
		h, attempts, err := m.Handovers.One(ctx, in.ID)
		return HandoverLog{h, attempts}, err
	},
}

// RetryHandover hands over again.
var RetryHandover = Operation[*Desk, ByID, Handover]{
	ID: "retry-handover", Method: http.MethodPost, Path: "/handover/parcels/{id}/retry", Tag: "Hand-over", Title: "Hand over again", Needs: access.SendBills,
	About: "In the next moment, whatever came of it before. Mail goes as a message of its own: to all where it was sent to all, else to those who do not have it.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Handover, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Handover{}, err
		}
		return m.Handovers.Again(ctx, in.ID, d.User)
	},
}

// CancelHandover takes a hand-over out of the queue.
var CancelHandover = Operation[*Desk, ByID, Handover]{
	ID: "cancel-handover", Method: http.MethodPost, Path: "/handover/parcels/{id}/cancel", Tag: "Hand-over", Title: "Cancel a hand-over", Needs: access.SendBills,
	About: "What waits is not sent. What is being sent in this moment may still go, and counts as sent then. One that is not waiting is refused.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Handover, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Handover{}, err
		}
		return m.Handovers.Cancel(ctx, in.ID, d.User)
	},
}

// HandOverInput names a document, and where it goes.
type HandOverInput struct {
	ByDocument
	Body struct {
		Route    string   `json:"route,omitempty" maxLength:"200" doc:"Id of a route by which it goes; else by mail to the addresses"`
		To       []string `json:"to,omitempty" maxItems:"50" doc:"Addresses of mail" example:"[\"billing@aozora.example\"]"`
		Cc       []string `json:"cc,omitempty" maxItems:"50" doc:"Addresses of mail"`
		Formats  []string `json:"formats,omitempty" maxItems:"20" doc:"Of the mail; pdf where none is given"`
		LinkDays int      `json:"link_days,omitempty" minimum:"0" maximum:"365" doc:"Send a link that works for so many days, in the place of files"`
	}
}

// HandOverInvoice hands one document over.
var HandOverInvoice = Operation[*Desk, HandOverInput, Handover]{
	ID: "hand-over-invoice", Method: http.MethodPost, Path: "/invoices/{id}/hand-over", Tag: "Hand-over", Title: "Hand a document over", Needs: access.SendBills,
	About: "Hands an issued document over in the next moment: by a route, or by mail to addresses that are given here. It is tried again where it is not taken, and counts as sent when it is. " +
		"What went the same way before goes once more.",
	Do: func(ctx context.Context, d *Desk, in HandOverInput) (Handover, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Handover{}, err
		}
		inv, err := d.Documents.Invoice(ctx, in.ID)
		if err != nil {
			return Handover{}, err
		}
		b, route := in.Body, in.Body.Route
		switch {
		case route == "" && len(b.To) == 0:
			return Handover{}, invalid("body.to", "is missing: name addresses, or a route")
		case route != "" && len(b.To)+len(b.Cc)+len(b.Formats)+b.LinkDays > 0:
			return Handover{}, invalid("body.route", "says to whom and how; leave the rest out, or the route")
		case route == "":
			if route, err = d.routeByHand(ctx, m, inv, in); err != nil {
				return Handover{}, outwardRefused(err)
			}
		}
		h, err := m.Handovers.Ask(ctx, route, kindOf(inv), inv.ID, d.User)
		if err != nil || h.State == store.HandoverWaiting {
			return h, outwardRefused(err)
		}
		return m.Handovers.Again(ctx, h.ID, d.User)
	},
}

// kindOf is what routes call a document.
func kindOf(inv invoice.Invoice) string {
	if inv.Document == invoice.DocumentCreditNote {
		return string(invoice.DocumentCreditNote)
	}
	return "invoice"
}

// routeByHand is a route that hands over nothing by itself, to the addresses of a
// request: the one of before where there is one.
func (d *Desk) routeByHand(ctx context.Context, m *mailroom.Mailroom, inv invoice.Invoice, in HandOverInput) (id string, err error) {
	customer := cmp.Or(inv.Customer, access.Root)
	wish := handover.Wish{
		What: []string{kindOf(inv)}, Formats: in.Body.Formats, By: handover.ByMail, When: handover.When{On: handover.OnRequest},
		To: in.Body.To, Cc: in.Body.Cc, LinkDays: in.Body.LinkDays, Description: byHand,
	}
	if len(wish.Formats) == 0 {
		wish.Formats = []string{"pdf"}
	}
	all, err := m.Handovers.Routes(ctx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(r handover.Route) bool { return r.Enabled && r.Customer == customer && sameWish(r.Wish, wish) })
	if i >= 0 {
		return all[i].ID, nil
	}
	owner, err := d.sellingTo(customer)
	if err != nil {
		return "", err
	}
	r, err := m.Handovers.Add(ctx, handover.Order{Owner: owner, Customer: customer, Wish: wish}, d.User)
	return r.ID, err
}

// sameWish tells whether two wishes are the same; a list that is missing is an empty
// one.
func sameWish(a, b handover.Wish) bool {
	return reflect.DeepEqual(whole(a), whole(b))
}

// HandOverMonthInput names a month.
type HandOverMonthInput struct {
	ByID
	Body struct {
		Period billing.Period `json:"period" doc:"The month of the documents and data sets" example:"2026-10"`
		What   []string       `json:"what,omitempty" maxItems:"20" doc:"Only these of the route's kinds"`
		DryRun bool           `json:"dry_run,omitempty" doc:"Only tell what would go"`
	}
}

// MonthItem is something of a month that a route hands over.
type MonthItem struct {
	What    string `json:"what"`
	Subject string `json:"subject" doc:"Id of a document, or the month of a data set"`
	Number  string `json:"number,omitempty" doc:"Of a document"`
	State   string `json:"state" doc:"new: it goes now; else where it stands already, which stays as it is" example:"new"`
}

// HandedMonth is what a route hands over of a month.
type HandedMonth struct {
	Items []MonthItem `json:"items"`
}

// HandOverMonth hands over what a route has not handed over of a month.
var HandOverMonth = Operation[*Desk, HandOverMonthInput, HandedMonth]{
	ID: "hand-over-month", Method: http.MethodPost, Path: "/handover/routes/{id}/month", Tag: "Hand-over", Title: "Hand over a month by a route", Needs: access.SendBills,
	About: "Issued documents of the month that did not go by the route yet, such as those of before it was set up, and its data sets anew. With dry_run nothing goes.",
	Do: func(ctx context.Context, d *Desk, in HandOverMonthInput) (HandedMonth, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return HandedMonth{}, err
		}
		r, err := m.Handovers.Route(ctx, in.ID)
		if err != nil {
			return HandedMonth{}, err
		}
		items, err := d.itemsOf(ctx, m, r, in)
		if err != nil || in.Body.DryRun {
			return HandedMonth{items}, err
		}
		for _, i := range items {
			if i.State != "new" {
				continue
			}
			if _, err := m.Handovers.Ask(ctx, r.ID, i.What, i.Subject, d.User); err != nil {
				return HandedMonth{items}, outwardRefused(err)
			}
		}
		return HandedMonth{items}, nil
	},
}

// itemsOf are the things of a month that a route is for.
func (d *Desk) itemsOf(ctx context.Context, m *mailroom.Mailroom, r handover.Route, in HandOverMonthInput) (items []MonthItem, err error) {
	const most = 100_000
	wanted := func(what string) bool {
		return slices.Contains(r.What, what) && (len(in.Body.What) == 0 || slices.Contains(in.Body.What, what))
	}
	went, err := m.Handovers.List(ctx, store.HandoverFilter{Route: r.ID, Limit: most})
	if err != nil {
		return nil, err
	}
	documents, err := d.Documents.Invoices(ctx, in.Body.Period)
	if err != nil {
		return nil, err
	}
	for _, inv := range documents {
		what := kindOf(inv)
		if inv.State == invoice.Draft || !wanted(what) || cmp.Or(inv.Customer, access.Root) != r.Customer || len(r.Groups) > 0 && !slices.Contains(r.Groups, inv.Group) {
			continue
		}
		item := MonthItem{What: what, Subject: inv.ID, Number: inv.Number, State: "new"}
		if i := slices.IndexFunc(went, func(h Handover) bool { return h.What == what && h.Subject == inv.ID && h.Part == "" }); i >= 0 {
			item.State = went[i].State
		}
		items = append(items, item)
	}
	for _, what := range []string{"statement", "focus", "cur2", "accounting"} {
		if wanted(what) {
			items = append(items, MonthItem{What: what, Subject: in.Body.Period.String(), State: "new"})
		}
	}
	return items, nil
}

// HandoverRound is what came of a round.
type HandoverRound struct {
	Sent    int `json:"sent" doc:"How many were taken"`
	Waiting int `json:"waiting" doc:"How many are tried again later"`
}

// RunHandovers hands over what is due.
var RunHandovers = Operation[*Desk, struct{}, HandoverRound]{
	ID: "run-handovers", Method: http.MethodPost, Path: "/handover/run", Tag: "Hand-over", Title: "Hand over what is due", Needs: access.SendBills,
	About: "Writes the reminders that are due of customers with a route for them, and hands over what is due. A server does so by itself every few seconds.",
	Long:  true, Exclusive: func(struct{}) string { return "handover" },
	Do: func(ctx context.Context, d *Desk, _ struct{}) (HandoverRound, error) {
		const most = 100_000
		m, err := d.mailroom(ctx)
		if err != nil {
			return HandoverRound{}, err
		}
		sent, err := m.Deliver(ctx)
		if err != nil {
			return HandoverRound{Sent: sent}, err
		}
		waiting, err := m.Handovers.List(ctx, store.HandoverFilter{State: store.HandoverWaiting, Limit: most})
		return HandoverRound{sent, len(waiting)}, err
	},
}
