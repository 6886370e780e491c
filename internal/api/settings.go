package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/desk"
)

// ListMonthSettings lists what the documents of a month are made with.
var ListMonthSettings = Listing[*Desk, InMonth, desk.MonthSettings]{
	ID: "list-month-settings", Path: "/months/{period}/settings", Tag: "Invoices", Title: "List the invoice settings of a month", Needs: access.ReadBills,
	About: "What the documents of a month are made with, for each billing group, and what the master has otherwise. A month has a copy of the master, which is what is declared, since its first final draft; " +
		"it can be changed for that month alone. Changes of the master do not reach it until it is reverted.",
	Key: func(s desk.MonthSettings) string { return s.Group },
	Do: func(ctx context.Context, d *Desk, in InMonth) ([]desk.MonthSettings, error) {
		return d.settings(ctx, in, nil)
	},
}

func (d *Desk) settings(ctx context.Context, in InMonth, groups []string) ([]desk.MonthSettings, error) {
	all, err := d.Documents.MonthSettings(ctx, in.Period, groups)
	return append([]desk.MonthSettings{}, all...), err
}

// SettingsInput changes settings of a month.
type SettingsInput struct {
	InMonth
	Body struct {
		Groups   []string                   `json:"groups" minItems:"1" maxItems:"100000" doc:"The billing groups"`
		Settings map[string]json.RawMessage `json:"settings" doc:"By name, as under invoice in the configuration: each replaces that setting whole, null takes it away"`
	}
}

// ChangedSettings are settings of a month after a change.
type ChangedSettings struct {
	Settings []desk.MonthSettings `json:"settings" doc:"Of the billing groups that were named"`
}

// ChangeMonthSettings changes settings of a month for some billing groups.
var ChangeMonthSettings = Operation[*Desk, SettingsInput, ChangedSettings]{
	ID: "change-month-settings", Method: http.MethodPatch, Path: "/months/{period}/settings", Tag: "Invoices", Title: "Change invoice settings of a month", Needs: access.DraftBills,
	About: "Changes what the documents of one month are made with, for all billing groups that are named or for none. Drafts show it when they are made again; other months and the master stay as they are. " +
		"Settings that could not be declared are refused.",
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in SettingsInput) (out ChangedSettings, err error) {
		if len(in.Body.Settings) == 0 {
			return out, invalid("body.settings", "no setting is given")
		}
		if err := d.Documents.EditMonthSettings(ctx, in.Period, in.Body.Groups, in.Body.Settings); err != nil {
			return out, err
		}
		out.Settings, err = d.settings(ctx, in.InMonth, in.Body.Groups)
		return out, err
	},
}

// RevertInput names billing groups of a month.
type RevertInput struct {
	InMonth
	Groups []string `query:"group,explode" maxItems:"1000" doc:"A billing group; may be repeated"`
	All    bool     `query:"all" doc:"All billing groups"`
}

// RevertMonthSettings takes the masters' settings for a month again.
var RevertMonthSettings = Operation[*Desk, RevertInput, ChangedSettings]{
	ID: "revert-month-settings", Method: http.MethodDelete, Path: "/months/{period}/settings", Tag: "Invoices", Title: "Take the master's settings for a month again", Needs: access.DraftBills,
	About: "Puts what the billing groups' masters say now in the place of their settings of a month. Drafts show it when they are made again.",
	Do: func(ctx context.Context, d *Desk, in RevertInput) (out ChangedSettings, err error) {
		groups := in.Groups
		if in.All == (len(groups) > 0) {
			return out, invalid("query.group", "name billing groups, or take all; not both")
		}
		if in.All {
			for _, g := range d.Declared.BillingGroups {
				groups = append(groups, g.ID)
			}
		}
		if err := d.Documents.RevertMonthSettings(ctx, in.Period, groups); err != nil {
			return out, err
		}
		out.Settings, err = d.settings(ctx, in.InMonth, groups)
		return out, err
	},
}
