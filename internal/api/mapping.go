package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/mapping"
	"github.com/sluice-billing/sluice/internal/sheet"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/trial"
)

// mappingOperations find accounts that are nobody's, give many to billing groups, and
// find whatever there is.
var mappingOperations = []described{ListUnmappedAccounts, MapAccounts, Search}

// UnmappedQuery names a month.
type UnmappedQuery struct {
	Period billing.Period `query:"period" required:"true" doc:"The month" example:"2026-10"`
}

// ListUnmappedAccounts lists the accounts of a month that are nobody's.
var ListUnmappedAccounts = Listing[*Desk, UnmappedQuery, mapping.Unmapped]{
	ID: "list-unmapped-accounts", Path: "/accounts/unmapped", Tag: "Configuration", Title: "List the accounts that are nobody's", Needs: access.ReadConfig, Kept: true,
	About: "The accounts with lines in what is loaded for a month that no billing group, pool or the reseller itself has, on the days of these lines: they hold its close. The month does not have to be priced. " +
		"`proposed_group` is a guess: who has the account at another time, or has all other accounts of the payer. Needs the permission `months.read`, too.",
	Key: func(u mapping.Unmapped) string { return u.Account + "\x00" + u.Payer + "\x00" + string(u.Currency) },
	Do: func(ctx context.Context, d *Desk, in UnmappedQuery) ([]mapping.Unmapped, error) {
		if err := d.May(access.ReadMonths); err != nil {
			return nil, err
		}
		return mapping.FindUnmapped(ctx, d.Installation, d.Declared, in.Period)
	},
}

// MapAccountsInput is a sheet of accounts.
type MapAccountsInput struct {
	Name   string `query:"name" maxLength:"255" doc:"The name of the file, for messages"`
	Group  string `query:"group" maxLength:"200" doc:"The billing group of rows that name none"`
	From   Date   `query:"from" doc:"The first day, for rows that have none: 2026-10-15, or 2026-10 for the first of the month. Where neither says one, a new account is claimed for all days, and none is taken from another group" example:"2026-10-15"`
	DryRun bool   `query:"dry_run" doc:"Say what would become of each row, and change nothing"`
	Basis  int64  `query:"basis" minimum:"0" doc:"The basis of a dry run: refused where anything was declared since"`
	ForcingQuery
	RawBody []byte
}

// MappedAccounts is what became of a sheet, or would.
type MappedAccounts struct {
	Done    bool            `json:"done" doc:"Whether it is in force now: not in a dry run, and not where any row is refused"`
	Basis   int64           `json:"basis" doc:"The revision of the configuration that it was worked out on"`
	Sheet   string          `json:"sheet,omitempty" doc:"The sheet of the workbook that was read: the first one that is shown"`
	Ignored []string        `json:"ignored_columns" doc:"Columns that say nothing of accounts"`
	Counts  mapping.Counts  `json:"counts"`
	Rows    []mapping.Row   `json:"rows"`
	Changes []config.Change `json:"changes" doc:"The billing groups and accounts that are declared otherwise then; refused rows change nothing"`
	Closed  []trial.Reach   `json:"closed_months,omitempty" doc:"Of a dry run: the closed months that would be priced in another way, which needs force"`
}

// MapAccounts gives many accounts to billing groups.
var MapAccounts = Operation[*Desk, MapAccountsInput, MappedAccounts]{
	ID: "map-accounts", Method: http.MethodPost, Path: "/accounts/map", Tag: "Configuration", Title: "Give accounts to billing groups", Needs: access.WriteConfig, Upload: sheet.MaxSize + 1,
	About: "Reads which account is whose, from text as it is pasted out of a spreadsheet (commas, semicolons or tabs) or from an Excel workbook, at most 20,000 rows. " +
		"The columns are account, and where wanted name, group, customer, payer, from, to (the first day that is not meant any more) or last_day, with their English or Japanese names; without such a first line account, group and name. " +
		"Groups and customers are named by id or name, a customer with one billing group is enough, and names of accounts are declared, too.\n\n" +
		"What is the group's already stays. An account that is somebody else's is refused with the present owner, unless there is a day from which on it moves: the other claim ends there. " +
		"What a pool or the reseller itself has is not taken. All rows are done or none, as by apply-config, and doing it again changes nothing. Needs the permission `config.read`, too.",
	Do: func(ctx context.Context, d *Desk, in MapAccountsInput) (MappedAccounts, error) {
		if err := d.May(access.ReadConfig); err != nil {
			return MappedAccounts{}, err
		}
		read, err := sheet.ReadAccounts(in.Name, in.RawBody)
		if err != nil {
			return MappedAccounts{}, err
		}
		const tries = 5
		for try := 1; ; try++ {
			mapped, err := d.mapAccounts(ctx, in, read)
			if !errors.Is(err, store.ErrMoved) || in.Basis != 0 || try == tries {
				return mapped, err
			}
		}
	},
}

// mapAccounts gives the accounts of a sheet away, as decided at one revision.
func (d *Desk) mapAccounts(ctx context.Context, in MapAccountsInput, read sheet.AccountSheet) (MappedAccounts, error) {
	basis, err := d.Store.ConfigRevision(ctx)
	if err != nil {
		return MappedAccounts{}, err
	}
	if in.Basis != 0 && in.Basis != basis {
		return MappedAccounts{}, store.ErrMoved
	}
	now, err := d.Config(ctx)
	if err != nil {
		return MappedAccounts{}, err
	}
	usual := mapping.Defaults{Group: in.Group}
	if in.From != (Date{}) {
		usual.From = &in.From.Day
	}
	m := mapping.Map(now, read.Rows, usual)
	done := !in.DryRun && m.Counts.Refused == 0
	result := MappedAccounts{Basis: basis, Sheet: read.Sheet, Ignored: read.Ignored, Counts: m.Counts, Rows: m.Rows}
	result.Changes, err = d.declare(ctx, declaring{wanted: m.Wanted, basis: &basis, dry: !done, Forcing: Forcing(in.ForcingQuery)})
	if err != nil {
		return MappedAccounts{}, err
	}
	if result.Done = done; in.DryRun {
		result.Closed, err = d.reached(ctx, result.Changes)
	}
	return result, err
}
