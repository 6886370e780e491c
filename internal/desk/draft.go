package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// Draft makes the documents of all groups, or of those that are named, in the
// place of their drafts. Issued ones stay as they are; where they are not what the
// month comes to any more, the draft is the note that corrects them. Groups whose
// drafts are final keep the settings they were made with for the month. A group whose
// settings cannot be applied has a finding and no drafts, and keeps no other from
// having its own, unless the groups are named. Data that is missing, such as an
// exchange rate, is an error.
func (docs *Documents) Draft(ctx context.Context, m *month.Work, groups []string) error {
	d, err := docs.openDesk(ctx, m, "")
	if err != nil {
		return err
	}
	var drafts []store.Invoice
	made, undraftable := map[string][]invoice.Invoice{}, map[string]error{}
	var saved []store.MonthSetting
	for i, g := range m.Config.BillingGroups {
		if groups != nil && !slices.Contains(groups, g.ID) {
			continue
		}
		documents, err := d.documentsOf(g)
		if unfit := (*invoice.SettingsError)(nil); groups == nil && errors.As(err, &unfit) {
			undraftable[g.ID] = err
			continue
		}
		if err != nil {
			return err
		}
		made[g.ID] = documents
		for _, inv := range documents {
			draft, err := stored(inv, m.Revision)
			if err != nil {
				return err
			}
			drafts = append(drafts, draft)
		}
		if _, known := d.settings[g.ID]; !known && len(documents) > 0 && !d.previews(g.ID) {
			setting, err := docs.monthSetting(m.Period, g.ID, store.FromMaster, masterOf(m.Config, g))
			if err != nil {
				return err
			}
			saved = append(saved, setting)
		}
		billing.Step(ctx, "draft "+m.Period.String(), int64(i+1), int64(len(m.Config.BillingGroups)))
	}
	if err := docs.home.Store.SaveMonthSettings(ctx, saved); err != nil {
		return err
	}
	if err := docs.judgeDrafts(ctx, d, made, undraftable, groups == nil); err != nil {
		return err
	}
	_, err = docs.home.Store.ReplaceDrafts(ctx, m.Period, groups, drafts)
	return err
}

// enumerated names at most a few of many things.
func enumerated(things []string) string {
	const most = 4
	var text bytes.Buffer
	for i, thing := range things {
		switch {
		case i == most && len(things) > most+1:
			fmt.Fprintf(&text, " and %d more", len(things)-most)
			return text.String()
		case i > 0 && i == len(things)-1:
			text.WriteString(" and ")
		case i > 0:
			text.WriteString(", ")
		}
		text.WriteString(thing)
	}
	return text.String()
}

// DeclaredSettings is what a group's document would be made with by the month's
// configuration, whatever the month has agreed on.
func DeclaredSettings(m *month.Work, g billing.BillingGroup) invoice.Settings {
	d := desk{period: m.Period, config: m.Config, rates: RatesOf(m.Config, m.Period)}
	return d.agreed(g, masterOf(m.Config, g), "", true)
}
