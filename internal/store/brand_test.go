package store

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestBrandsAndTheirLogos(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	one := Brand{Organization: "reseller", Domain: "a.example.com", Document: json.RawMessage(`{"name":"A"}`), ChangedBy: "ann"}
	saved, err := s.SaveBrand(ctx, one)
	ok(t, err)
	same, err := s.SaveBrand(ctx, one)
	ok(t, err)
	if saved.Version != 1 || same.Version != 1 || count(t, s, "audit") != 1 {
		t.Errorf("what is in force was saved again: %+v", same)
	}
	_, err = s.SaveBrand(ctx, Brand{Organization: "other", Domain: "a.example.com", Document: one.Document, ChangedBy: "ann"})
	refused(t, err, "a.example.com", "reseller")
	for range 2 { // two brands may have no domain
		_, err = s.SaveBrand(ctx, Brand{Organization: "other", Document: one.Document, ChangedBy: "ann"})
		ok(t, err)
	}
	_, err = s.SaveBrand(ctx, Brand{Organization: "third", Document: one.Document, ChangedBy: "ann"})
	ok(t, err)
	if got, err := s.BrandAt(ctx, "a.example.com"); err != nil || got.Organization != "reseller" || string(got.Document) != `{"name":"A"}` {
		t.Errorf("at its domain: %+v, %v", got, err)
	}
	if _, err := s.BrandAt(ctx, ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("at no domain: %v", err)
	}

	logo := BrandLogo{Organization: "reseller", Variant: "light", MediaType: "image/png", Width: 2, Height: 1, Hash: "h1", Data: []byte{0, 0xff, 7}}
	ok(t, s.SaveBrandLogo(ctx, logo, "ann"))
	before := count(t, s, "audit")
	ok(t, s.SaveBrandLogo(ctx, logo, "ann"))
	if count(t, s, "audit") != before {
		t.Error("the same logo is audited twice")
	}
	if got, err := s.BrandLogoByHash(ctx, "h1"); err != nil || string(got.Data) != string(logo.Data) || got.Width != 2 {
		t.Errorf("the logo is %+v, %v", got, err)
	}
	logo.Organization = "nobody"
	if err := s.SaveBrandLogo(ctx, logo, "ann"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a logo of nobody: %v", err)
	}
	ok(t, s.RemoveBrand(ctx, "reseller", "ann"))
	if n := count(t, s, "brand_logo"); n != 0 {
		t.Errorf("%d logos are left", n)
	}
}

func TestAnnouncementsAreBounded(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	for _, id := range []string{"A", "B"} {
		_, err := s.AddAnnouncement(ctx, Announcement{ID: id, Document: json.RawMessage(`{}`), ChangedBy: "ann"}, 2)
		ok(t, err)
	}
	_, err := s.AddAnnouncement(ctx, Announcement{ID: "C", Document: json.RawMessage(`{}`), ChangedBy: "ann"}, 2)
	refused(t, err, "2 announcements")
	all, err := s.Announcements(ctx)
	ok(t, err)
	if len(all) != 2 || all[0].ID != "B" {
		t.Errorf("listed: %+v", all)
	}
	if _, err := s.SaveAnnouncement(ctx, Announcement{ID: "C", Document: json.RawMessage(`{}`), ChangedBy: "ann"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that is not there was saved: %v", err)
	}
}

// What concerns one user alone is no revision of the records, so that nobody else's
// answers are worked out anew.
func TestWorkspaceIsAside(t *testing.T) {
	s, ctx := openNew(t), t.Context()
	ok(t, s.ChangeIdentities(ctx, "test", func(c IdentityChange) error {
		return c.CreateUser(ctx, User{ID: "u", Kind: Person, Email: "ann@example.com", Name: "Ann", Active: true, CreatedAt: now()})
	}))
	before, err := s.Revision(ctx)
	ok(t, err)
	for _, document := range []string{`{"language":"ja"}`, `{"language":"en"}`} {
		ok(t, s.ChangePreferences(ctx, "u", func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage(document), nil }))
	}
	_, err = s.AddSavedView(ctx, SavedView{ID: "v", Organization: "acme", User: "u", Name: "x", Page: "explore", Shared: true}, "ann", 1)
	ok(t, err)
	_, err = s.AddSavedView(ctx, SavedView{ID: "w", Organization: "acme", User: "u", Name: "x", Page: "explore"}, "ann", 1)
	refused(t, err, "1 saved views")
	_, err = s.AddSavedView(ctx, SavedView{ID: "w", Organization: "other", User: "u", Name: "x", Page: "explore"}, "ann", 1)
	ok(t, err)
	if after, err := s.Revision(ctx); err != nil || after != before {
		t.Errorf("the revision went from %d to %d, %v", before, after, err)
	}
	if got, err := s.Preferences(ctx, "u"); err != nil || string(got) != `{"language":"en"}` {
		t.Errorf("the preferences are %s, %v", got, err)
	}
	if err := s.ChangePreferences(ctx, "nobody", func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage(`{}`), nil }); err == nil {
		t.Error("somebody who is not there has preferences")
	}
	ok(t, s.ChangeIdentities(ctx, "test", func(c IdentityChange) error { return c.DeleteUser(ctx, "u") }))
	if n := count(t, s, "user_preference"); n != 0 {
		t.Errorf("%d preferences of nobody are left", n)
	}
	if left, err := s.SavedView(ctx, "v"); err != nil || left.User != "" || !strings.Contains(left.Name, "x") {
		t.Errorf("the shared view is %+v, %v", left, err)
	}
}
