package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// draft makes the documents of all groups, or of those that are named, in the
// place of their drafts. Issued ones stay as they are; where they are not what the
// month comes to any more, the draft is the note that corrects them. Groups whose
// drafts are final keep the settings they were made with for the month.
func (p *Pipeline) draft(ctx context.Context, m *month, groups []string) error {
	d, err := p.openDesk(ctx, m)
	if err != nil {
		return err
	}
	var drafts []store.Invoice
	made := map[string][]invoice.Invoice{}
	var saved []store.MonthSetting
	for i, g := range m.config.BillingGroups {
		if groups != nil && !slices.Contains(groups, g.ID) {
			continue
		}
		documents, err := d.documentsOf(g)
		if err != nil {
			return err
		}
		made[g.ID] = documents
		for _, inv := range documents {
			draft, err := stored(inv, m.revision)
			if err != nil {
				return err
			}
			drafts = append(drafts, draft)
		}
		if _, known := d.settings[g.ID]; !known && len(documents) > 0 && !d.previews(g.ID) {
			setting, err := p.monthSetting(m.period, g.ID, store.FromMaster, masterOf(m.config, g))
			if err != nil {
				return err
			}
			saved = append(saved, setting)
		}
		billing.Step(ctx, "draft "+m.period.String(), int64(i+1), int64(len(m.config.BillingGroups)))
	}
	if err := p.Store.SaveMonthSettings(ctx, saved); err != nil {
		return err
	}
	if err := p.judgeDrafts(ctx, d, made, groups == nil); err != nil {
		return err
	}
	_, err = p.Store.ReplaceDrafts(ctx, m.period, groups, drafts)
	return err
}

// Draft makes the drafts of a rated month again, of the named groups or of all,
// from the charges in force and with what is agreed now: settings, exchange rates,
// entries, items, names. It is an error when prices or data have changed: then the
// month must be closed again.
func (p *Pipeline) Draft(ctx context.Context, period billing.Period, groups []string) (Certificate, error) {
	unlock, err := p.lock(period)
	if err != nil {
		return Certificate{}, err
	}
	defer unlock()
	c, err := p.Config(ctx)
	if err != nil {
		return Certificate{}, err
	}
	if err := knownGroups(c, groups); err != nil {
		return Certificate{}, err
	}
	m, err := p.openRated(ctx, period)
	if err != nil {
		return Certificate{}, err
	}
	defer m.session.Close()
	if why, err := p.reratingNeeds(ctx, c, period); err != nil || len(why) > 0 {
		return Certificate{}, errors.Join(err, closeFirst(period, why))
	}
	m.config = c
	if err := p.draft(ctx, m, groups); err != nil {
		return Certificate{}, err
	}
	return p.certify(ctx, m)
}

func closeFirst(period billing.Period, why []string) error {
	if len(why) == 0 {
		return nil
	}
	return fmt.Errorf("%s must be closed again before its documents can be made: %s changed since it was rated", period, enumerated(why))
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

// openCharges opens a rated month as far as its documents need it: the charges in
// force, and the configuration of now. Close its session.
func (p *Pipeline) openCharges(ctx context.Context, c billing.Config, period billing.Period) (*month, error) {
	r, detail, err := p.currentRating(ctx, period)
	if err != nil {
		return nil, err
	}
	m, err := p.ratedMonth(ctx, r, detail)
	if err != nil {
		return nil, err
	}
	m.config = c
	if err := p.viewCharges(ctx, m); err != nil {
		return nil, errors.Join(err, m.session.Close())
	}
	return m, nil
}

// documents returns the invoices of a month, or of all months when it is zero, as
// they are now.
func (p *Pipeline) documents(ctx context.Context, period billing.Period) ([]invoice.Invoice, error) {
	stored, err := p.Store.Invoices(ctx, period)
	if err != nil {
		return nil, err
	}
	all := make([]invoice.Invoice, len(stored))
	for i, s := range stored {
		if err := json.Unmarshal(s.Document, &all[i]); err != nil {
			return nil, fmt.Errorf("the document of %s: %w", s.ID, err)
		}
	}
	return all, nil
}

// settingsOf is what a group's document would be made with by the month's
// configuration, whatever the month has agreed on.
func (m *month) settingsOf(g billing.BillingGroup) invoice.Settings {
	d := desk{period: m.period, config: m.config, rates: ratesOf(m.config, m.period)}
	return d.agreed(g, masterOf(m.config, g), "", true)
}
