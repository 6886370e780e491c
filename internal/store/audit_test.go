package store

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestAuditNewestFirst(t *testing.T) {
	s := openNew(t)
	before := now()
	for _, id := range []string{"a", "b", "c"} {
		ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: "customer", ID: id, Spec: []byte(`{}`)}}, nil))
	}
	for limit, want := range map[int][]string{
		0: {"customer/c", "customer/b", "customer/a"},
		2: {"customer/c", "customer/b"},
		9: {"customer/c", "customer/b", "customer/a"},
	} {
		entries, err := s.Audit(t.Context(), limit)
		ok(t, err)
		if len(entries) != len(want) {
			t.Fatalf("Audit(%d) has %d entries, want %d", limit, len(entries), len(want))
		}
		for i, e := range entries {
			if e.Subject != want[i] || e.By != "ann" || e.Action != "resource.put" || e.Detail != "version 1" {
				t.Errorf("Audit(%d)[%d] = %+v, want subject %s", limit, i, e, want[i])
			}
			if e.At.Before(before) || e.At.After(time.Now()) || e.At.Location() != time.UTC {
				t.Errorf("entry is dated %s", e.At)
			}
		}
	}
}

// R18: the reason for a change is kept with it, and only with it.
func TestAuditReason(t *testing.T) {
	s := openNew(t)
	a := Resource{Kind: "customer", ID: "a", Spec: []byte(`{}`)}
	ok(t, s.ApplyBecause(t.Context(), "ann", "agreed with Ms Sato", []Resource{a}, nil))
	ok(t, s.ApplyBecause(t.Context(), "ann", "it was a test", nil, []ResourceKey{a.key()}))
	for _, reason := range []string{"", " "} {
		if err := s.ApplyBecause(t.Context(), "ann", reason, []Resource{a}, nil); err == nil {
			t.Errorf("R18: applied because of %q", reason)
		}
	}
	if err := s.ApplyBecause(t.Context(), "ann", "gone already", nil, []ResourceKey{a.key()}); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.By+" "+e.Action+" "+e.Subject+": "+e.Detail)
	}
	want := []string{
		"ann resource.reason customer/a: it was a test", "ann resource.remove customer/a: version 2",
		"ann resource.reason customer/a: agreed with Ms Sato", "ann resource.put customer/a: version 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("R18: audit\n%q\nwant\n%q", got, want)
	}
}
