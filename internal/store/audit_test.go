package store

import (
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
