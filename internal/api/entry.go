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

// EntriesQuery chooses the adjusting entries of a month.
type EntriesQuery struct {
	InMonth
	State   entry.State `query:"state" enum:"open,applied,kept,split,allocated,priced" doc:"Only those in this state"`
	Kind    entry.Kind  `query:"kind" enum:"fee,refund,credit,discount,marketplace,upfront,support,other" doc:"Only those of this kind"`
	Account string      `query:"account" maxLength:"200" doc:"Only those of this account"`
	Payer   string      `query:"payer" maxLength:"200" doc:"Only those of this payer"`
	Group   string      `query:"group" maxLength:"200" doc:"Only those that are this billing group's, or of its accounts"`
}

// ListEntries lists the adjusting entries of a month.
var ListEntries = Listing[*Desk, EntriesQuery, adjustment.Listed]{
	ID: "list-entries", Path: "/months/{period}/entries", Tag: "Entries", Title: "List adjusting entries", Needs: access.ReadEntries, Kept: true,
	About: "The entries that occurred in a month, are applied to it, or are parts that are to be applied in it: the provider's fees, refunds, credits, discounts, " +
		"marketplace one-offs, upfront and support fees. `owner` is who has the entry's account on its day: a billing group, a pool, `reseller` or `unassigned`. " +
		"Amounts are exact, in the provider's currency, without tax. Entries that are split or allocated count by their parts.",
	Key: func(l adjustment.Listed) string { return l.ID },
	Do: func(ctx context.Context, d *Desk, in EntriesQuery) ([]adjustment.Listed, error) {
		return d.Entries.List(ctx, in.Period, adjustment.Filter{State: in.State, Kind: in.Kind, Account: in.Account, Payer: in.Payer, Group: in.Group})
	},
}

// ShowEntry returns an adjusting entry.
var ShowEntry = Operation[*Desk, ByID, entry.Entry]{
	ID: "show-entry", Method: http.MethodGet, Path: "/entries/{id}", Tag: "Entries", Title: "Show an adjusting entry", Needs: access.ReadEntries,
	About: "What it is about, and what became of it.",
	Do: func(ctx context.Context, d *Desk, in ByID) (entry.Entry, error) {
		s, err := d.Store.Entry(ctx, in.ID)
		if err != nil {
			return entry.Entry{}, err
		}
		return adjustment.Of(s)
	},
}

// EntryTerms are how entries are applied.
type EntryTerms struct {
	Group   string         `json:"group,omitempty" maxLength:"200" doc:"Billing group that is billed; the owner of the entry's account where it is left out"`
	Rate    *money.Decimal `json:"rate,omitempty" doc:"Exchange rate of its own, into the group's currency; that of the account where it is left out"`
	TaxFree bool           `json:"tax_free,omitempty" doc:"Charge no tax on it"`
}

func (t EntryTerms) into(p billing.Period, reason string) adjustment.Terms {
	return adjustment.Terms{Into: p, Group: t.Group, Rate: t.Rate, TaxFree: t.TaxFree, Reason: reason}
}

// at are the terms with their month; nil where there are none.
func (t *EntryTerms) at(p billing.Period, reason string) *adjustment.Terms {
	if t == nil {
		return nil
	}
	terms := t.into(p, reason)
	return &terms
}

// Because is why something is done.
type Because struct {
	Reason string `json:"reason,omitempty" maxLength:"10000" doc:"Why, for auditors"`
}

// ChosenEntries names entries.
type ChosenEntries struct {
	IDs []string `json:"ids" maxItems:"10000" doc:"Their ids, such as E-0123456789ab"`
}

// DecidedEntries are entries as they are after a decision on them.
type DecidedEntries struct {
	Entries []entry.Entry `json:"entries"`
}

// ApplyEntriesInput says which entries are put on the invoices of a month.
type ApplyEntriesInput struct {
	Body struct {
		ChosenEntries
		Into billing.Period `json:"into" doc:"Month of the invoice"`
		EntryTerms
		Because
	}
}

// ApplyEntries puts entries on invoices.
var ApplyEntries = Operation[*Desk, ApplyEntriesInput, DecidedEntries]{
	ID: "apply-entries", Method: http.MethodPost, Path: "/entries/apply", Tag: "Entries", Title: "Put entries on the invoices of a month", Needs: access.WriteEntries,
	About: "Puts open entries on invoices, all of those that are named or none: in the account that each is of, of the billing group that owns the account on the entry's day. " +
		"Where that group buys from another one, the outermost group is billed; `group` bills another group. The month may be any whose invoice for the group is not issued. " +
		"Drafts follow with the next close of the month.",
	Do: func(ctx context.Context, d *Desk, in ApplyEntriesInput) (DecidedEntries, error) {
		entries, err := d.Entries.Apply(ctx, in.Body.IDs, in.Body.into(in.Body.Into, in.Body.Reason))
		return DecidedEntries{entries}, err
	},
}

// EntriesInput names entries that something is done with, and why.
type EntriesInput struct {
	Body struct {
		ChosenEntries
		Because
	}
}

// RestoreEntries takes entries off again.
var RestoreEntries = Operation[*Desk, EntriesInput, DecidedEntries]{
	ID: "restore-entries", Method: http.MethodPost, Path: "/entries/restore", Tag: "Entries", Title: "Take entries off again", Needs: access.WriteEntries,
	About: "Makes applied and kept entries open again, all of those that are named or none, as long as the invoice that they are on is not issued. " +
		"Rules leave them alone from then on.",
	Do: func(ctx context.Context, d *Desk, in EntriesInput) (DecidedEntries, error) {
		entries, err := d.Entries.Restore(ctx, in.Body.IDs, in.Body.Reason)
		return DecidedEntries{entries}, err
	},
}

// KeepEntries leaves entries with the reseller.
var KeepEntries = Operation[*Desk, EntriesInput, DecidedEntries]{
	ID: "keep-entries", Method: http.MethodPost, Path: "/entries/keep", Tag: "Entries", Title: "Leave entries with the reseller", Needs: access.WriteEntries,
	About: "Says that open entries are the reseller's own, all of those that are named or none: no customer is billed for them or gets them, and nobody is asked again. " +
		"Restoring makes them open again.",
	Do: func(ctx context.Context, d *Desk, in EntriesInput) (DecidedEntries, error) {
		entries, err := d.Entries.Keep(ctx, in.Body.IDs, in.Body.Reason)
		return DecidedEntries{entries}, err
	},
}

// AddEntryInput is an entry that a person writes.
type AddEntryInput struct {
	InMonth
	Body struct {
		Account     string         `json:"account,omitempty" maxLength:"200" doc:"Account that it is for; or give group"`
		Group       string         `json:"group,omitempty" maxLength:"200" doc:"Billing group that it is for; or give account"`
		Payer       string         `json:"payer,omitempty" maxLength:"200" doc:"Payer of the account; the only one where it is left out"`
		Amount      money.Decimal  `json:"amount" doc:"Exact; a charge is positive, a rebate negative"`
		Currency    money.Currency `json:"currency"`
		Description string         `json:"description" maxLength:"2000" doc:"Stands on the invoice; at most 200 characters"`
		Apply       *EntryTerms    `json:"apply,omitempty" doc:"Apply it to its month at once, so"`
		Because
	}
}

// AddEntry writes an entry that no line of the provider has.
var AddEntry = Operation[*Desk, AddEntryInput, entry.Entry]{
	ID: "add-entry", Method: http.MethodPost, Path: "/months/{period}/entries", Tag: "Entries", Title: "Write an entry by hand", Needs: access.WriteEntries, Creates: true,
	About: "Writes an entry that no line of the provider has, for an account or for a whole billing group. It is open like any other; with `apply` it is applied to its month at once.",
	Do: func(ctx context.Context, d *Desk, in AddEntryInput) (entry.Entry, error) {
		e := entry.Entry{
			Month: in.Period, Account: in.Body.Account, Group: in.Body.Group, Payer: in.Body.Payer,
			Amount: in.Body.Amount, Currency: in.Body.Currency, Description: in.Body.Description,
		}
		return d.Entries.Add(ctx, e, in.Body.Apply.at(in.Period, in.Body.Reason), in.Body.Reason)
	},
}

// EntryRulings are what the rules do to a month's entries.
type EntryRulings struct {
	Period  billing.Period      `json:"period"`
	DryRun  bool                `json:"dry_run" doc:"Nothing was changed"`
	Rulings []adjustment.Ruling `json:"rulings"`
}

// PreviewEntryRules tells what the rules would do.
var PreviewEntryRules = Operation[*Desk, InMonth, EntryRulings]{
	ID: "preview-entry-rules", Method: http.MethodGet, Path: "/months/{period}/entry-rulings", Tag: "Entries", Title: "See what the rules would do to entries", Needs: access.ReadEntries,
	About: "What the `entry_rules` of the configuration would do to a month's open entries, and why one could not be followed. Nothing is changed.",
	Do: func(ctx context.Context, d *Desk, in InMonth) (EntryRulings, error) {
		return rulings(ctx, d, in.Period, true)
	},
}

// FollowEntryRules lets the rules decide.
var FollowEntryRules = Operation[*Desk, InMonth, EntryRulings]{
	ID: "follow-entry-rules", Method: http.MethodPost, Path: "/months/{period}/entry-rulings", Tag: "Entries", Title: "Let the rules decide on entries", Needs: access.WriteEntries,
	About: "Lets the `entry_rules` of the configuration decide on a month's open entries, as every load of the month does: each is applied to its own month, or kept. " +
		"Entries that a person decided on, also by restoring them, are left alone.",
	Do: func(ctx context.Context, d *Desk, in InMonth) (EntryRulings, error) {
		return rulings(ctx, d, in.Period, false)
	},
}

func rulings(ctx context.Context, d *Desk, p billing.Period, dryRun bool) (EntryRulings, error) {
	all, err := d.Entries.Rules(ctx, p, dryRun)
	return EntryRulings{p, dryRun, all}, err
}
