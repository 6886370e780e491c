package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/accounting"
	"github.com/sluice-billing/sluice/internal/store"
)

// AccountingSystem is a system that documents can be written for.
type AccountingSystem struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Files   string `json:"files"`             // what is written, in a sentence
	Mapping int64  `json:"mapping,omitempty"` // version of the mapping that was saved; none where it has what it comes with
}

// ListAccountingSystems lists the accounting systems.
var ListAccountingSystems = Listing[*Desk, struct{}, AccountingSystem]{
	ID: "list-accounting-systems", Path: "/accounting/systems", Tag: "Exports", Title: "List accounting systems", Needs: access.ReadConfig, Kept: true,
	About: "The accounting systems that documents can be written for, and which have a mapping that was saved here.",
	Key:   func(s AccountingSystem) string { return s.Name },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]AccountingSystem, error) {
		saved, err := d.Store.AccountingMappings(ctx)
		if err != nil {
			return nil, err
		}
		versions := map[string]int64{}
		for _, m := range saved {
			versions[m.System] = m.Version
		}
		all := []AccountingSystem{}
		for _, s := range accounting.Systems() {
			all = append(all, AccountingSystem{s.Name, s.Title, s.Files, versions[s.Name]})
		}
		return all, nil
	},
}

// OfSystem names an accounting system.
type OfSystem struct {
	System string `path:"system" maxLength:"40" doc:"One of list-accounting-systems" example:"datev"`
}

// check refuses a system that is not known.
func (in OfSystem) check() error {
	if _, err := accounting.ByName(in.System); err != nil {
		return &Problem{Code: "not-found", Detail: err.Error()}
	}
	return nil
}

// AccountingMapping is a mapping as it is written.
type AccountingMapping struct {
	System    string     `json:"system"`
	Mapping   string     `json:"mapping" doc:"YAML"`
	Version   int64      `json:"version" doc:"0 of the one that the system comes with"`
	ChangedAt *time.Time `json:"changed_at,omitempty"`
	ChangedBy string     `json:"changed_by,omitempty"`
}

func mappingOf(m store.AccountingMapping) AccountingMapping {
	return AccountingMapping{m.System, m.Text, m.Version, &m.ChangedAt, m.ChangedBy}
}

// AccountingMappingQuery chooses a mapping.
type AccountingMappingQuery struct {
	OfSystem
	Default bool `query:"default" doc:"The one that the system comes with, whatever was saved"`
}

// ShowAccountingMapping returns the mapping of a system.
var ShowAccountingMapping = Operation[*Desk, AccountingMappingQuery, AccountingMapping]{
	ID: "show-accounting-mapping", Method: http.MethodGet, Path: "/accounting/mappings/{system}", Tag: "Exports", Title: "Show the mapping of an accounting system", Needs: access.ReadConfig, Kept: true,
	About: "In which accounts, codes and names documents are booked, as YAML: what was saved, else what the system comes with, which has comments on everything and is what one's own begins with.",
	Do: func(ctx context.Context, d *Desk, in AccountingMappingQuery) (AccountingMapping, error) {
		if err := in.check(); err != nil {
			return AccountingMapping{}, err
		}
		if !in.Default {
			saved, err := d.Store.AccountingMapping(ctx, in.System)
			if !errors.Is(err, store.ErrNotFound) {
				return mappingOf(saved), err
			}
		}
		text, err := accounting.DefaultMappingText(in.System)
		return AccountingMapping{System: in.System, Mapping: string(text)}, err
	},
}

// AccountingMappingInput is a mapping to save.
type AccountingMappingInput struct {
	OfSystem
	Body struct {
		Mapping string `json:"mapping" minLength:"1" maxLength:"262144" doc:"YAML. What it does not say is as the system comes with it" example:"lines: [{kind: usage, account: \"8400\"}]"`
	}
}

// SaveAccountingMapping puts a mapping in force.
var SaveAccountingMapping = Operation[*Desk, AccountingMappingInput, AccountingMapping]{
	ID: "save-accounting-mapping", Method: http.MethodPut, Path: "/accounting/mappings/{system}", Tag: "Exports", Title: "Save the mapping of an accounting system", Needs: access.WriteConfig,
	About: "Replaces the one before. It is read first, and refused with line and column where something in it is not known. Whether it says all that a document needs is seen when it is exported.",
	Do: func(ctx context.Context, d *Desk, in AccountingMappingInput) (AccountingMapping, error) {
		if err := in.check(); err != nil {
			return AccountingMapping{}, err
		}
		if _, err := readMapping(in.System, in.Body.Mapping); err != nil {
			return AccountingMapping{}, err
		}
		saved, err := d.Store.SaveAccountingMapping(ctx, store.AccountingMapping{System: in.System, Text: in.Body.Mapping, ChangedBy: d.User})
		return mappingOf(saved), err
	},
}

// RemoveAccountingMapping goes back to what a system comes with.
var RemoveAccountingMapping = Operation[*Desk, OfSystem, Done]{
	ID: "remove-accounting-mapping", Method: http.MethodDelete, Path: "/accounting/mappings/{system}", Tag: "Exports", Title: "Remove the mapping of an accounting system", Needs: access.WriteConfig,
	About: "Documents are booked as the system comes with it from then on.",
	Do: func(ctx context.Context, d *Desk, in OfSystem) (Done, error) {
		return Done{true}, d.Store.RemoveAccountingMapping(ctx, in.System, d.User)
	},
}

// readMapping reads a mapping for a system; one that names no system is for it.
func readMapping(system, text string) (accounting.Mapping, error) {
	m, err := accounting.ParseMapping([]byte(text))
	switch {
	case err != nil:
		return m, invalid("body.mapping", "%s", strings.TrimPrefix(err.Error(), "the mapping, "))
	case m.System != "" && m.System != system:
		return m, invalid("body.mapping", "it is for %s, and not for %s", m.System, system)
	}
	m.System = system
	return m, nil
}

// mappingInForce is the mapping of an export: the one that came with it, else what was
// saved, else what the system comes with.
func (d *Desk) mappingInForce(ctx context.Context, system, text string) (accounting.Mapping, error) {
	if text == "" {
		saved, err := d.Store.AccountingMapping(ctx, system)
		if errors.Is(err, store.ErrNotFound) {
			return accounting.DefaultMapping(system)
		}
		if err != nil {
			return accounting.Mapping{}, err
		}
		text = saved.Text
	}
	return readMapping(system, text)
}
