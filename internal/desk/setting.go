package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// MonthSettings are a group's invoice settings of a month, with its master's
// beside them.
type MonthSettings struct {
	Group  string         `json:"group"`
	Period billing.Period `json:"period"`
	// Saved tells whether the month has settings of its own: it does since its first
	// final draft. Until then Settings are the master's.
	Saved    bool                    `json:"saved"`
	Version  int                     `json:"version,omitempty"`
	Edited   bool                    `json:"edited,omitempty"` // somebody changed them for this month
	Settings billing.InvoiceSettings `json:"settings"`
	// Differs names the settings that the master has otherwise: what reverting to it
	// would change.
	Differs []string `json:"differs,omitempty"`
}

// MonthSettings returns the settings of a month: of the named groups, or of all.
func (docs *Documents) MonthSettings(ctx context.Context, period billing.Period, groups []string) ([]MonthSettings, error) {
	c, err := docs.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	if err := month.KnownGroups(c, groups); err != nil {
		return nil, err
	}
	saved, err := docs.home.Store.MonthSettings(ctx, period)
	if err != nil {
		return nil, err
	}
	d := desk{period: period, config: c, settings: saved}
	var all []MonthSettings
	for _, g := range c.BillingGroups {
		if groups != nil && !slices.Contains(groups, g.ID) {
			continue
		}
		settings, version, err := d.settingsOf(g)
		if err != nil {
			return nil, err
		}
		all = append(all, MonthSettings{
			Group: g.ID, Period: period, Saved: version > 0, Version: version, Edited: saved[g.ID].Origin == store.OfMonth,
			Settings: settings, Differs: invoice.DifferentSettings(settings, masterOf(c, g)),
		})
	}
	return all, nil
}

// EditMonthSettings changes settings of a month for the named groups: over is a
// JSON object, each of whose names replaces that setting, or takes it away with
// null. Drafts do not change until they are made again; what is issued, until a
// note is drafted. All groups are changed or none.
func (docs *Documents) EditMonthSettings(ctx context.Context, period billing.Period, groups []string, over map[string]json.RawMessage) error {
	return docs.saveMonthSettings(ctx, period, groups, store.OfMonth, func(_ billing.Config, _ billing.BillingGroup, now billing.InvoiceSettings) (billing.InvoiceSettings, error) {
		return invoice.Layer(now, over)
	})
}

// RevertMonthSettings puts the groups' masters of now in the place of their
// settings of a month.
func (docs *Documents) RevertMonthSettings(ctx context.Context, period billing.Period, groups []string) error {
	return docs.saveMonthSettings(ctx, period, groups, store.FromMaster, func(c billing.Config, g billing.BillingGroup, _ billing.InvoiceSettings) (billing.InvoiceSettings, error) {
		return masterOf(c, g), nil
	})
}

func (docs *Documents) saveMonthSettings(
	ctx context.Context, period billing.Period, groups []string, origin string,
	change func(billing.Config, billing.BillingGroup, billing.InvoiceSettings) (billing.InvoiceSettings, error),
) error {
	ctx, c, unlock, err := docs.home.LockConfig(ctx, period)
	if err != nil {
		return err
	}
	defer unlock()
	if err := month.KnownGroups(c, groups); err != nil {
		return err
	}
	saved, err := docs.home.Store.MonthSettings(ctx, period)
	if err != nil {
		return err
	}
	d := desk{period: period, config: c, settings: saved}
	var changed []store.MonthSetting
	for _, g := range c.BillingGroups {
		if !slices.Contains(groups, g.ID) {
			continue
		}
		now, _, err := d.settingsOf(g)
		if err != nil {
			return err
		}
		if now, err = change(c, g, now); err != nil {
			return fmt.Errorf("the settings of %s for %s: %w", g.ID, period, err)
		}
		if err := checkSettings(c, g, now); err != nil {
			return fmt.Errorf("the settings of %s for %s: %w", g.ID, period, err)
		}
		setting, err := docs.monthSetting(period, g.ID, origin, now)
		if err != nil {
			return err
		}
		changed = append(changed, setting)
	}
	return docs.home.Store.SaveMonthSettings(ctx, changed)
}

// checkSettings refuses settings that a configuration could not hold either: the
// group with them as its own is checked.
func checkSettings(c billing.Config, g billing.BillingGroup, settings billing.InvoiceSettings) error {
	c.BillingGroups = slices.Clone(c.BillingGroups)
	for i := range c.BillingGroups {
		if c.BillingGroups[i].ID == g.ID {
			c.BillingGroups[i].Template, c.BillingGroups[i].Invoice = "", settings
		}
	}
	if problems := config.Check(c); len(problems) > 0 {
		return problems
	}
	return nil
}

func (docs *Documents) monthSetting(period billing.Period, group, origin string, settings billing.InvoiceSettings) (store.MonthSetting, error) {
	text, err := json.Marshal(settings)
	return store.MonthSetting{Period: period, Group: group, Origin: origin, Settings: bytes.TrimSpace(text), By: docs.home.User}, err
}
