package api

import (
	"context"
	"time"

	"github.com/sluice-billing/sluice/internal/pipeline"
)

// SourceStanding is how it stands with a source that is collected.
type SourceStanding struct {
	Source string     `json:"source" doc:"Its name"`
	GoodAt *time.Time `json:"good_at,omitempty" doc:"When it was last read whole; not there where it never was"`
	// GoodPeriod is the month that was read then.
	GoodPeriod string     `json:"good_period,omitempty" doc:"The month that was read then"`
	GoodRows   int64      `json:"good_rows,omitempty" doc:"The rows of that month"`
	AgeHours   *int64     `json:"age_hours,omitempty" doc:"Whole hours since then"`
	DataAt     *time.Time `json:"data_at,omitempty" doc:"When its newest month brought something new last; not there where it never brought anything"`
	DataPeriod string     `json:"data_period,omitempty" doc:"Its newest month"`
	DataHours  *int64     `json:"data_age_hours,omitempty" doc:"Whole hours since then: how old the data is that the figures have"`
	Late       bool       `json:"late" doc:"Its data is older than expected: an export that brought nothing new, or no new month, for 48 hours; a backend that was not read whole for as long; pushed bills that lack a month that is over for ten days"`
	Failing    bool       `json:"failing" doc:"The last try failed, or that of its newest month; what was read before is in force"`
	FailedAt   *time.Time `json:"failed_at,omitempty" doc:"When a try failed last"`
	Problem    string     `json:"problem,omitempty" doc:"Why, and what to do"`
}

// standings says how it stands with sources, by name.
func (d *Desk) standings(ctx context.Context) (map[string]SourceStanding, error) {
	states, err := d.Store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]SourceStanding{}
	for _, s := range d.Declared.Sources {
		all[s.Name] = SourceStanding{Source: s.Name}
	}
	for _, x := range states {
		s := SourceStanding{Source: x.Source, GoodRows: x.GoodRows, Failing: x.Failing()}
		if !x.GoodAt.IsZero() {
			s.GoodAt, s.GoodPeriod, s.AgeHours = &x.GoodAt, x.GoodPeriod.String(), d.hoursSince(x.GoodAt)
		}
		if !x.FailedAt.IsZero() {
			s.FailedAt, s.Problem = &x.FailedAt, x.Problem
		}
		all[x.Source] = s
	}
	return all, d.age(ctx, all)
}

// age says of declared sources how old their data is, and whether that is too old.
func (d *Desk) age(ctx context.Context, all map[string]SourceStanding) error {
	ages := map[string]pipeline.SourceAge{}
	data, err := d.Store.NewestData(ctx)
	if err != nil {
		return err
	}
	for i, x := range data {
		ages[x.Source] = pipeline.SourceAge{Data: &data[i]}
	}
	resources, err := d.Store.Resources(ctx)
	if err != nil {
		return err
	}
	for _, r := range resources {
		if r.Kind == "sources" {
			age := ages[r.ID]
			age.DeclaredAt = r.AppliedAt
			ages[r.ID] = age
		}
	}
	for _, declared := range d.Declared.Sources {
		s, age := all[declared.Name], ages[declared.Name]
		if s.GoodAt != nil {
			age.GoodAt = *s.GoodAt
		}
		if age.Data != nil {
			s.DataAt, s.DataPeriod, s.DataHours = &age.Data.At, age.Data.Period.String(), d.hoursSince(age.Data.At)
		}
		s.Late = age.Late(declared, d.Now())
		s.Failing = s.Failing && !declared.Ended // nobody reads it any more
		all[declared.Name] = s
	}
	return nil
}

// hoursSince are the whole hours since a time.
func (d *Desk) hoursSince(at time.Time) *int64 {
	hours := int64(d.Now().Sub(at) / time.Hour)
	return &hours
}
