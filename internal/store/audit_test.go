package store

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
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

// An entry holds how its author came, why, and what the thing was before and after.
func TestAuditSaysAll(t *testing.T) {
	s := openNew(t)
	ctx := billing.WithActor(t.Context(), billing.Actor{Name: "ann", Via: "token", Address: "192.0.2.7", Token: "01TOKEN"})
	a := Resource{Kind: "customers", ID: "a", Spec: []byte(`{ "name": "A & <B>" }`)}
	ok(t, s.Apply(ctx, "ann", []Resource{a}, nil))
	a.Spec = []byte(`{"name":"C"}`)
	ok(t, s.ApplyBecause(ctx, "ann", "renamed", []Resource{a}, nil))
	ok(t, s.Apply(ctx, "ann", nil, []ResourceKey{a.key()}))
	a.Spec = []byte(`"` + strings.Repeat("x", auditedBytes) + `"`)
	ok(t, s.write(t.Context(), "test", func(tx *sql.Tx) error {
		return appendAudit(t.Context(), tx, AuditEntry{At: now(), By: "ann\x00\xff", Action: "resource.put", Subject: "a", After: a.Spec})
	}))

	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	slices.Reverse(entries)
	type said struct{ via, address, token, action, reason, before, after string }
	var got []said
	for _, e := range entries {
		got = append(got, said{e.Via, e.Address, e.Token, e.Action, e.Reason, string(e.Before), string(e.After)})
	}
	long := sha256.Sum256(a.Spec)
	want := []said{
		{"token", "192.0.2.7", "01TOKEN", "resource.put", "", "", `{"name":"A & <B>"}`},
		{"token", "192.0.2.7", "01TOKEN", "resource.put", "renamed", `{"name":"A & <B>"}`, `{"name":"C"}`},
		{"token", "192.0.2.7", "01TOKEN", "resource.reason", "renamed", "", ""},
		{"token", "192.0.2.7", "01TOKEN", "resource.remove", "", `{"name":"C"}`, ""},
		{"", "", "", "resource.put", "", "", fmt.Sprintf(`{"sha256":"%x","bytes":"%d"}`, long, len(a.Spec))},
	}
	if !slices.Equal(got, want) {
		t.Errorf("audit says\n%q\nwant\n%q", got, want)
	}
	if by := entries[4].By; by != "ann��" {
		t.Errorf("by is %q; both databases must be able to keep it", by)
	}
}

func TestAuditPages(t *testing.T) {
	s := openNew(t)
	for i, by := range []string{"ann", "ben", "ann", "ben", "ann"} {
		ok(t, s.write(t.Context(), "test", func(tx *sql.Tx) error {
			return appendAudit(t.Context(), tx, AuditEntry{
				At: time.Date(2026, 10, 1+i, 0, 0, 0, 0, time.UTC), By: by, Action: []string{"invoice.issue", "invoicé.%"}[i%2], Subject: fmt.Sprintf("2026-10/%d", i),
			})
		}))
	}
	for name, c := range map[string]struct {
		filter AuditFilter
		before int64
		limit  int
		want   []int64
	}{
		"all":            {AuditFilter{}, 0, 0, []int64{5, 4, 3, 2, 1}},
		"page":           {AuditFilter{}, 4, 2, []int64{3, 2}},
		"by":             {AuditFilter{By: "ben"}, 0, 0, []int64{4, 2}},
		"action":         {AuditFilter{Action: "invoice.issue"}, 0, 0, []int64{5, 3, 1}},
		"begins":         {AuditFilter{Action: "invoicé.*"}, 0, 0, []int64{4, 2}},
		"no pattern":     {AuditFilter{Action: "invoice.%"}, 0, 0, nil},
		"of all actions": {AuditFilter{Action: "*", Subject: "2026-10/*"}, 3, 0, []int64{2, 1}},
		"no text":        {AuditFilter{By: "a\x00", Subject: "\xff*"}, 0, 0, nil},
		"subject":        {AuditFilter{Subject: "2026-10/3"}, 0, 0, []int64{4}},
		"time":           {AuditFilter{Since: time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC)}, 0, 0, []int64{3, 2}},
		"all of it":      {AuditFilter{Since: time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), By: "ann", Action: "invoice.*", Subject: "2026-10/4"}, 6, 1, []int64{5}},
	} {
		entries, err := s.AuditPage(t.Context(), c.filter, c.before, c.limit)
		ok(t, err)
		var got []int64
		for _, e := range entries {
			got = append(got, e.Seq)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: entries %v, want %v", name, got, c.want)
		}
	}
}

// The hash is what another program makes of the same fields: this one is of
// python3: hashlib.sha256(b"".join(len(f).to_bytes(8,"big")+f for f in fields)).
func TestAuditDigest(t *testing.T) {
	e := AuditEntry{
		Seq: 7, At: time.Date(2026, 10, 1, 9, 0, 0, 1000, time.FixedZone("", 7200)), By: "ann", Via: "web", Address: "192.0.2.7", Token: "T", Action: "invoice.issue",
		Subject: "2026-10/acme", Detail: "INV-1", Reason: "größer", Before: []byte(`{"a":1}`), Previous: "00ff", Hash: "is not part of it",
	}
	const want = "db694ef67633ba5a84b4239cb4a0666ac0f36454192863355056a969e9fa1125"
	if got := e.Digest(); got != want {
		t.Errorf("digest is %s, want %s", got, want)
	}
}

// Entries of before the chain are chained by the next one, and each entry has the
// hash of the one before.
func TestAuditChainsOldEntries(t *testing.T) {
	s := openNew(t)
	for i := range 3 {
		_, err := s.db.ExecContext(t.Context(), `INSERT INTO audit (seq, done_at, done_by, action, subject, detail) VALUES ($1, $2, 'ann', 'a', 'b', '')`, i+1, timeText(now()))
		ok(t, err)
	}
	ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: "customers", ID: "a", Spec: []byte(`{}`)}}, nil))
	previous, n := "", int64(0)
	for e, err := range s.AuditFrom(t.Context(), 0) {
		ok(t, err)
		n++
		if e.Seq != n || e.Previous != previous || e.Hash != e.Digest() {
			t.Errorf("entry %d is not in the chain: %+v", n, e)
		}
		if n == 4 && (e.Action != "audit.chain" || !strings.Contains(e.Detail, "1 to 3")) {
			t.Errorf("entry 4 does not say that those before are chained: %+v", e)
		}
		previous = e.Hash
	}
	head, err := s.AuditHead(t.Context())
	ok(t, err)
	if n != 5 || head != (AuditHead{5, previous}) {
		t.Errorf("%d entries, head is %+v; want 5 and the last hash %s", n, head, previous)
	}
}

// What is taken away at the end stays missed, also when more is added.
func TestAuditTailStaysMissed(t *testing.T) {
	s := openNew(t)
	for _, id := range []string{"a", "b", "c"} {
		ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: "customers", ID: id, Spec: []byte(`{}`)}}, nil))
	}
	_, err := s.db.ExecContext(t.Context(), `DELETE FROM audit WHERE seq = 3`)
	ok(t, err)
	ok(t, s.Apply(t.Context(), "ann", []Resource{{Kind: "customers", ID: "d", Spec: []byte(`{}`)}}, nil))
	entries, err := s.Audit(t.Context(), 1)
	ok(t, err)
	if entries[0].Seq != 4 {
		t.Errorf("the entry after the gap is number %d", entries[0].Seq)
	}
}
