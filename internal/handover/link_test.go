package handover

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// A link goes by mail in the place of the files, opens what it is for, and ends.
func TestLinks(t *testing.T) {
	w := newWorld(t)
	w.add(mailWish(func(x *Wish) { x.LinkDays, x.Formats = 14, []string{"pdf", "csv"} }), "")
	d := w.published("2026-10/acme-main", "acme-main")
	w.deliver(1)
	m := w.box.got[0]
	token, found := strings.CutPrefix(m.Link, "https://reseller.example.com/l/")
	if !found || len(m.Files) != 0 || len(token) != 43 || m.Expires.Sub(w.clock.now()) != 14*24*time.Hour {
		t.Fatalf("the message is %+v", m)
	}
	for format, want := range map[string]string{"": "2026-10/acme-main as pdf", "csv": "2026-10/acme-main as csv"} {
		f, err := w.Links.Open(t.Context(), token, format)
		ok(t, err)
		if string(f.Data) != want {
			t.Errorf("as %q it opens %q", format, f.Data)
		}
	}
	for _, other := range []string{"", "x", token[:42], token[:42] + "_", token + "A", strings.Repeat("A", 43), "' OR 1=1 --"} {
		if _, err := w.Links.Open(t.Context(), other, ""); other != token && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the token %q: %v", other, err)
		}
	}
	if _, err := w.Links.Open(t.Context(), token, "json"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a format that it is not for: %v", err)
	}
	all, err := w.Links.List(t.Context(), d.ID)
	ok(t, err)
	shown, err := json.Marshal(all)
	ok(t, err)
	if len(all) != 1 || all[0].Uses != 2 || all[0].Customer != "acme" || all[0].Handover != w.one().ID || strings.Contains(string(shown), token) || strings.Contains(string(shown), all[0].TokenHash) {
		t.Errorf("on record is %s", shown)
	}
	if strings.Contains(all[0].TokenHash, token) {
		t.Error("the token itself is kept")
	}
	w.clock.forward(14*24*time.Hour - time.Microsecond)
	_, err = w.Links.Open(t.Context(), token, "")
	ok(t, err)
	w.clock.forward(time.Microsecond)
	var ended *EndedError
	if _, err := w.Links.Open(t.Context(), token, ""); !errors.As(err, &ended) || !strings.Contains(err.Error(), "worked until") {
		t.Errorf("after its end: %v", err)
	}
	ok(t, w.Clear(t.Context(), w.clock.now().Add(time.Hour)))
	if _, err := w.Links.Look(t.Context(), token); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("cleared: %v", err)
	}
	if w.one().State != store.HandoverSent {
		t.Error("that a document was handed over is cleared")
	}
}

// A link can be taken back, and be for a number of uses.
func TestLinksThatEnd(t *testing.T) {
	w := newWorld(t)
	d := w.published("2026-10/acme-main", "acme-main")
	order := LinkOrder{Customer: "acme", Document: d.Number, Formats: []string{"pdf"}, For: time.Hour, MostUses: 2}
	link, token, err := w.Links.Make(t.Context(), order, "ann")
	ok(t, err)
	if token.String() == token.Reveal() {
		t.Error("the token shows")
	}
	var ended *EndedError
	for n := range 3 {
		if _, err := w.Links.Open(t.Context(), token.Reveal(), ""); n < 2 && err != nil || n == 2 && !errors.As(err, &ended) {
			t.Errorf("use %d: %v", n+1, err)
		}
	}
	order.MostUses = 0
	link, token, err = w.Links.Make(t.Context(), order, "ann")
	ok(t, err)
	for range 2 {
		link, err = w.Links.Revoke(t.Context(), link.ID, "ben")
		ok(t, err)
	}
	if _, err := w.Links.Open(t.Context(), token.Reveal(), ""); !errors.As(err, &ended) || !strings.Contains(err.Error(), "taken back") || link.RevokedBy != "ben" || link.Uses != 0 {
		t.Errorf("taken back: %v, %+v", err, link)
	}
	for _, bad := range []LinkOrder{
		{Document: d.ID, Formats: []string{"pdf"}}, {Document: d.ID, For: time.Hour}, {Document: d.ID, Formats: []string{"pdf"}, For: 366 * 24 * time.Hour},
		{Document: "2026-10/none", Formats: []string{"pdf"}, For: time.Hour}, {Document: d.ID, Formats: []string{"p df"}, For: time.Hour},
	} {
		if _, _, err := w.Links.Make(t.Context(), bad, "ann"); err == nil {
			t.Errorf("a link is made of %+v", bad)
		}
	}
}
