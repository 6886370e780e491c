package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

// DividedEntry is an entry with its parts, which count in its place.
type DividedEntry struct {
	Entry entry.Entry   `json:"entry"`
	Parts []entry.Entry `json:"parts"`
}

// SplitEntryInput says over which months an entry is divided.
type SplitEntryInput struct {
	ByID
	Body struct {
		Parts int            `json:"parts" doc:"Number of months, from 2 to 120" example:"12"`
		From  billing.Period `json:"from" doc:"The first month"`
		Apply *EntryTerms    `json:"apply,omitempty" doc:"Apply each part to its month at once, so"`
		Because
	}
}

// SplitEntry divides an entry over months.
var SplitEntry = Operation[*Desk, SplitEntryInput, DividedEntry]{
	ID: "split-entry", Method: http.MethodPost, Path: "/entries/{id}/split", Tag: "Entries", Title: "Divide an entry over months", Needs: access.WriteEntries,
	About: "Divides an open entry, such as an upfront fee, over as many months as there are parts. Parts are equal, in the digits of the currency; the first takes what rounding leaves. " +
		"The parts are open, each with the month it is due in; with `apply` they are applied at once, each to its month, all or none. " +
		"The entry itself cannot be applied any more, until the split is undone.",
	Do: func(ctx context.Context, d *Desk, in SplitEntryInput) (DividedEntry, error) {
		whole, parts, err := d.Entries.Split(ctx, in.ID, in.Body.Parts, in.Body.From, in.Body.Apply.at(in.Body.From, in.Body.Reason), in.Body.Reason)
		return DividedEntry{whole, parts}, err
	},
}

// AllocateEntryInput says among which accounts an entry is divided.
type AllocateEntryInput struct {
	ByID
	Body struct {
		Amounts   map[string]money.Decimal `json:"amounts,omitempty" maxProperties:"10000" doc:"What each account gets, by account; or give by_usage"`
		ByUsage   bool                     `json:"by_usage,omitempty" doc:"Divide by what the accounts of its payer used in its month, at the provider's price"`
		Accounts  []string                 `json:"accounts,omitempty" maxItems:"10000" doc:"With by_usage: only these; all of the payer that used something where there are none"`
		Remainder string                   `json:"remainder" maxLength:"200" doc:"Account that takes what is left"`
		Because
	}
}

// AllocateEntry divides an entry among accounts.
var AllocateEntry = Operation[*Desk, AllocateEntryInput, DividedEntry]{
	ID: "allocate-entry", Method: http.MethodPost, Path: "/entries/{id}/allocate", Tag: "Entries", Title: "Divide an entry among accounts", Needs: access.WriteEntries,
	About: "Divides an open entry, such as the payer's support fee, among accounts: by amounts in the entry's currency, or by what the accounts of its payer used. " +
		"The remainder account takes what is left. The parts are open. The entry itself cannot be applied any more, until the allocation is undone.",
	Do: func(ctx context.Context, d *Desk, in AllocateEntryInput) (DividedEntry, error) {
		switch {
		case in.Body.ByUsage == (len(in.Body.Amounts) > 0):
			return DividedEntry{}, invalid("body.amounts", "say how it is divided: give either amounts, or by_usage")
		case !in.Body.ByUsage && len(in.Body.Accounts) > 0:
			return DividedEntry{}, invalid("body.accounts", "goes with by_usage; amounts name their accounts themselves")
		}
		a := adjustment.Allocation{Amounts: in.Body.Amounts, ByUsage: in.Body.ByUsage, Accounts: in.Body.Accounts, Remainder: in.Body.Remainder}
		whole, parts, err := d.Entries.Allocate(ctx, in.ID, a, in.Body.Reason)
		return DividedEntry{whole, parts}, err
	},
}

// UndoEntryInput names an entry whose parts are taken back.
type UndoEntryInput struct {
	ByID
	Body Because
}

// UndoneEntry is an entry with what is gone of it.
type UndoneEntry struct {
	Entry   entry.Entry   `json:"entry"`
	Removed []entry.Entry `json:"removed"`
}

// UndoEntry takes a split, an allocation or an added entry back.
var UndoEntry = Operation[*Desk, UndoEntryInput, UndoneEntry]{
	ID: "undo-entry", Method: http.MethodPost, Path: "/entries/{id}/undo", Tag: "Entries", Title: "Take a split, an allocation or an added entry back", Needs: access.WriteEntries,
	About: "Takes the parts of an entry back that was split or allocated, with what was done to them, as long as none is on an issued invoice; the entry is open again. " +
		"It also removes an open entry that was added by hand.",
	Do: func(ctx context.Context, d *Desk, in UndoEntryInput) (UndoneEntry, error) {
		whole, gone, err := d.Entries.Undo(ctx, in.ID, in.Body.Reason)
		return UndoneEntry{whole, gone}, err
	},
}
