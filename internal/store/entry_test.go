package store

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

func entryIDs(t *testing.T, s *Store, period billing.Period) (ids []string) {
	t.Helper()
	entries, err := s.Entries(t.Context(), period)
	ok(t, err)
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return ids
}

// An entry is found under the month it occurred in, the one it is applied to,
// and the one it is due in.
func TestEntries(t *testing.T) {
	s := openNew(t)
	november := october.Next()
	applied := Entry{ID: "E-1", Period: october, AppliedTo: november, Document: json.RawMessage(`{"amount": "1.50"}`)}
	due := Entry{ID: "E-2", Period: october, Due: november, Document: json.RawMessage(`{}`)}
	open := Entry{ID: "E-3", Period: october, Document: json.RawMessage(`{}`)}
	ok(t, s.ChangeEntries(t.Context(), EntryChange{Put: []Entry{applied, due, open}}))

	got, err := s.Entry(t.Context(), "E-1")
	ok(t, err)
	if !reflect.DeepEqual(got, applied) {
		t.Errorf("entry is\n%+v, want\n%+v", got, applied)
	}
	if ids := entryIDs(t, s, october); !slices.Equal(ids, []string{"E-1", "E-2", "E-3"}) {
		t.Errorf("of October: %v", ids)
	}
	if ids := entryIDs(t, s, november); !slices.Equal(ids, []string{"E-1", "E-2"}) {
		t.Errorf("of November: %v", ids)
	}
	if _, err := s.Entry(t.Context(), "E-4"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an entry that is not there: %v", err)
	}

	applied.AppliedTo, applied.Document = billing.Period{}, json.RawMessage(`{"amount": "2"}`)
	ok(t, s.ChangeEntries(t.Context(), EntryChange{Put: []Entry{applied}, Remove: []string{"E-2"}}))
	if ids := entryIDs(t, s, november); len(ids) != 0 {
		t.Errorf("restored and removed, but of November: %v", ids)
	}
}

// All of a change is made, with its audit, or nothing of it.
func TestEntryChangeIsWhole(t *testing.T) {
	s := openNew(t)
	if _, found, err := s.EntryLoads(t.Context(), october); err != nil || found {
		t.Errorf("collected: %v, %v", found, err)
	}
	entry := Entry{ID: "E-1", Period: october, Document: json.RawMessage(`{}`)}
	audit := []AuditEntry{{By: "ann", Action: "entry.apply", Subject: "E-1", Detail: "because"}}
	ok(t, s.ChangeEntries(t.Context(), EntryChange{Put: []Entry{entry}, Audit: audit, Collected: &Collection{october, []string{"b", "a"}}}))
	loads, found, err := s.EntryLoads(t.Context(), october)
	if err != nil || !found || !slices.Equal(loads, []string{"a", "b"}) {
		t.Errorf("collected from %v, %v, %v", loads, found, err)
	}
	written, err := s.Audit(t.Context(), 0)
	ok(t, err)
	if len(written) != 1 || written[0].Action != "entry.apply" || written[0].At.IsZero() {
		t.Errorf("audit %+v", written)
	}

	for name, bad := range map[string]EntryChange{
		"not there":   {Remove: []string{"E-2"}},
		"no document": {Put: []Entry{{ID: "E-3", Period: october}}},
		"no period":   {Put: []Entry{{ID: "E-3", Document: json.RawMessage(`{}`)}}},
	} {
		bad.Put = append([]Entry{{ID: "E-9", Period: october, Document: json.RawMessage(`{}`)}}, bad.Put...)
		bad.Audit = audit
		if err := s.ChangeEntries(t.Context(), bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if ids := entryIDs(t, s, october); !slices.Equal(ids, []string{"E-1"}) {
		t.Errorf("refused changes left %v", ids)
	}
	if written, err = s.Audit(t.Context(), 0); err != nil || len(written) != 1 {
		t.Errorf("refused changes left %d audit entries, %v", len(written), err)
	}
}
