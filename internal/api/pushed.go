package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/collect"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/store"
)

// mostPushed is the most bytes of a bill.
const mostPushed = 8 << 20

// PushedLine is an amount of a bill or register.
type PushedLine struct {
	Category    string            `json:"category,omitempty" enum:"Usage,Purchase,Tax,Credit,Adjustment" default:"Usage" doc:"What the amount is; lines of Usage are on the customer's invoice, Tax is the provider's, the others become entries"`
	Service     string            `json:"service" maxLength:"1024" doc:"What it is for" example:"Virtual machines"`
	UsageType   string            `json:"usage_type,omitempty" maxLength:"1024" doc:"Finer than the service" example:"vm.small"`
	Region      string            `json:"region,omitempty" maxLength:"1024" doc:"Where it was used" example:"eu-1"`
	Resource    string            `json:"resource,omitempty" maxLength:"1024" doc:"Id of what was used" example:"vm-17"`
	Description string            `json:"description,omitempty" maxLength:"1024" doc:"In words" example:"Two small machines"`
	Quantity    *money.Decimal    `json:"quantity,omitempty" doc:"How much, in units" example:"48"`
	Unit        string            `json:"unit,omitempty" maxLength:"1024" doc:"Of the quantity" example:"Hours"`
	Amount      money.Decimal     `json:"amount" doc:"Exact, without tax, at most 18 digits after the point" example:"1.50"`
	ListAmount  *money.Decimal    `json:"list_amount,omitempty" doc:"At public prices" example:"2.25"`
	Currency    string            `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217; that of the bill where it is left out" example:"EUR"`
	Day         *billing.Day      `json:"day,omitempty" doc:"Of a line of a bill that tells days, UTC" example:"2026-10-03"`
	Tags        map[string]string `json:"tags,omitempty" doc:"At most 50" example:"{\"project\":\"web\"}"`
}

// PushedBody is a bill or register that is sent.
type PushedBody struct {
	ID          string         `json:"id" minLength:"1" maxLength:"200" doc:"Yours. Sent again with the same content it changes nothing; with other content it takes the place of what it said" example:"2026-10-shop"`
	Source      string         `json:"source,omitempty" maxLength:"100" doc:"Of kind pushed; where the provider has one only it need not be named" example:"acme-cloud"`
	Provider    string         `json:"provider,omitempty" maxLength:"100" doc:"Of the source's payer" example:"acme"`
	Period      billing.Period `json:"period" doc:"The month" example:"2026-10"`
	Day         *billing.Day   `json:"day,omitempty" doc:"Of a register: the day that it is of, UTC; the whole month where it is left out" example:"2026-10-03"`
	Account     string         `json:"account,omitempty" maxLength:"1024" doc:"The provider's id of whoever used it. Lines whose account no billing group has are unassigned, and hold the close" example:"shop"`
	AccountName string         `json:"account_name,omitempty" maxLength:"1024" doc:"The provider's name of it" example:"Web shop"`
	Invoice     string         `json:"invoice,omitempty" maxLength:"1024" doc:"Of a bill: the number of the provider's invoice; its id where it is left out" example:"A-2026-1017"`
	Currency    string         `json:"currency,omitempty" maxLength:"3" doc:"ISO 4217, of lines that name none" example:"EUR"`
	Lines       []PushedLine   `json:"lines" minItems:"1" maxItems:"10000" doc:"The amounts"`
}

// PushInput is a bill or register to take in.
type PushInput struct {
	Body PushedBody
}

// PushedAnswer says what became of it.
type PushedAnswer struct {
	Pushed collect.Pushed `json:"pushed" doc:"As it is on record"`
	Fresh  bool           `json:"fresh" doc:"It was not on record with this content before"`
}

// PushBill takes a bill in.
var PushBill = Operation[*Desk, PushInput, PushedAnswer]{
	ID: "push-bill", Method: http.MethodPost, Path: "/pushed/bills", Tag: "Backends", Title: "Push a bill", Needs: access.RunMonths, Upload: mostPushed,
	About: "Takes in what an account owes a provider for a month, for providers that Sluice does not read by itself. The bills of an account and month take the place of its registers: those stay on record, and are in no sum any more. " +
		"The lines are loaded when the month is next ingested.",
	Do: func(ctx context.Context, d *Desk, in PushInput) (PushedAnswer, error) {
		return d.push(ctx, store.PushedKindBill, in.Body)
	},
}

// PushRegister takes a register in.
var PushRegister = Operation[*Desk, PushInput, PushedAnswer]{
	ID: "push-register", Method: http.MethodPost, Path: "/pushed/registers", Tag: "Backends", Title: "Push a register", Needs: access.RunMonths, Upload: mostPushed,
	About: "Takes in an estimate of what an account will owe a provider: of one day, or of the whole month. Registers add up, until a bill of the account takes their place. " +
		"The lines are loaded when the month is next ingested; they have no invoice, so that the month is not final.",
	Do: func(ctx context.Context, d *Desk, in PushInput) (PushedAnswer, error) {
		return d.push(ctx, store.PushedKindRegister, in.Body)
	},
}

func (d *Desk) push(ctx context.Context, kind string, body PushedBody) (PushedAnswer, error) {
	b := collect.Bill{
		ID: body.ID, Kind: kind, Source: body.Source, Provider: body.Provider, Period: body.Period, Day: body.Day,
		Account: body.Account, AccountName: body.AccountName, Invoice: body.Invoice, Currency: body.Currency,
	}
	for _, l := range body.Lines {
		b.Lines = append(b.Lines, collect.BillLine(l))
	}
	kept, fresh, err := d.Pipeline.Collector().Push(ctx, d.Declared, b, d.User)
	var bad *collect.BillError
	if errors.As(err, &bad) {
		p := &Problem{Code: "invalid", Detail: bad.Error()}
		for _, f := range bad.Faults {
			p.Errors = append(p.Errors, Fault{Location: "body." + f.At, Message: f.Says})
		}
		return PushedAnswer{}, p
	}
	return PushedAnswer{kept, fresh}, err
}

// PushedQuery chooses what was pushed.
type PushedQuery struct {
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
	Source string         `query:"source" maxLength:"100" doc:"Only of this source"`
}

// ListPushed lists what was pushed.
var ListPushed = Listing[*Desk, PushedQuery, collect.Pushed]{
	ID: "list-pushed", Path: "/pushed", Tag: "Backends", Title: "List pushed bills and registers", Needs: access.ReadMonths,
	About: "What was pushed for a month, without its lines: what each comes to, and whether it is in the month's sum.",
	Key:   func(p collect.Pushed) string { return p.Source + "/" + p.ID },
	Do: func(ctx context.Context, d *Desk, in PushedQuery) ([]collect.Pushed, error) {
		all := []collect.Pushed{}
		for _, s := range d.Declared.Sources {
			if s.Kind != billing.Pushed || in.Source != "" && s.Name != in.Source {
				continue
			}
			of, err := d.Pipeline.Collector().Pushed(ctx, s.Name, in.Period)
			if err != nil {
				return nil, err
			}
			all = append(all, of...)
		}
		return all, nil
	},
}

// OnePushed names a bill or register.
type OnePushed struct {
	Source string         `path:"source" maxLength:"100" doc:"To which it was pushed" example:"acme-cloud"`
	Period billing.Period `path:"period" doc:"The month" example:"2026-10"`
	ID     string         `path:"id" maxLength:"200" doc:"Its id" example:"2026-10-shop"`
}

// PushedWhole is a bill or register with its lines.
type PushedWhole struct {
	Pushed collect.Pushed `json:"pushed" doc:"As it is on record"`
	Bill   collect.Bill   `json:"bill" doc:"As it was sent, completed"`
}

// ShowPushed returns a bill or register with its lines.
var ShowPushed = Operation[*Desk, OnePushed, PushedWhole]{
	ID: "show-pushed", Method: http.MethodGet, Path: "/pushed/{source}/{period}/{id}", Tag: "Backends", Title: "Show a pushed bill or register", Needs: access.ReadMonths,
	About: "Its newest version, with its lines.",
	Do: func(ctx context.Context, d *Desk, in OnePushed) (PushedWhole, error) {
		p, b, err := d.Pipeline.Collector().Bill(ctx, in.Source, in.Period, in.ID)
		return PushedWhole{p, b}, err
	},
}

// RemovePushed takes back what was pushed.
var RemovePushed = Operation[*Desk, OnePushed, Done]{
	ID: "remove-pushed", Method: http.MethodDelete, Path: "/pushed/{source}/{period}/{id}", Tag: "Backends", Title: "Take back a pushed bill or register", Needs: access.RunMonths,
	About: "It stays on record, and is in no sum any more when the month is next ingested. Where it was the only bill of its account, the registers of the account count again.",
	Do: func(ctx context.Context, d *Desk, in OnePushed) (Done, error) {
		return Done{true}, d.Pipeline.Collector().Remove(ctx, in.Source, in.Period, in.ID, d.User)
	},
}
