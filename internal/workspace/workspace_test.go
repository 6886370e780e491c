package workspace

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, field string) {
	t.Helper()
	var r *RefusedError
	if !errors.As(err, &r) || r.Field != field {
		t.Errorf("%s is not refused: %v", field, err)
	}
}

// newDesks are those of an installation with the users ann and bea.
func newDesks(t *testing.T) (*Desks, *store.Store) {
	t.Helper()
	records, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	ok(t, err)
	t.Cleanup(func() { ok(t, records.Close()) })
	ok(t, records.ChangeIdentities(t.Context(), "test", func(c store.IdentityChange) error {
		return errors.Join(create(t.Context(), c, "ann"), create(t.Context(), c, "bea"))
	}))
	return New(records), records
}

func create(ctx context.Context, c store.IdentityChange, name string) error {
	return c.CreateUser(ctx, store.User{ID: name, Kind: store.Person, Email: name + "@example.com", Name: name, Active: true, CreatedAt: time.Now()})
}

func TestPreferences(t *testing.T) {
	desks, _ := newDesks(t)
	ctx := t.Context()
	if p, err := desks.Preferences(ctx, "ann"); err != nil || p.Language != "" || p.Columns == nil || p.Dismissed == nil {
		t.Errorf("at first: %+v, %v", p, err)
	}
	ja, dark, tokyo, nothing := "ja", "dark", "Asia/Tokyo", ""
	p, err := desks.ChangePreferences(ctx, "ann", PreferenceChange{Language: &ja, ColourScheme: &dark, TimeZone: &tokyo, Columns: map[string][]string{"invoices": {"number", "total"}}, Dismiss: []string{"x", "x"}})
	ok(t, err)
	if p.Language != "ja" || p.ColourScheme != "dark" || p.TimeZone != "Asia/Tokyo" || len(p.Columns["invoices"]) != 2 || len(p.Dismissed) != 1 {
		t.Errorf("changed to %+v", p)
	}
	p, err = desks.ChangePreferences(ctx, "ann", PreferenceChange{Language: &nothing, Columns: map[string][]string{"invoices": {}}, Dismiss: []string{"y"}})
	ok(t, err)
	if p.Language != "" || p.ColourScheme != "dark" || len(p.Columns) != 0 || strings.Join(p.Dismissed, " ") != "x y" {
		t.Errorf("changed again to %+v", p)
	}
	if other, err := desks.Preferences(ctx, "bea"); err != nil || other.ColourScheme != "" {
		t.Errorf("somebody else has %+v, %v", other, err)
	}
	odd, many := "<script>", map[string][]string{}
	for i := range mostTables + 1 {
		many[fmt.Sprintf("t%d", i)] = []string{"a"}
	}
	for field, c := range map[string]PreferenceChange{
		"language": {Language: &odd}, "colour_scheme": {ColourScheme: &odd}, "density": {Density: &odd}, "number_format": {NumberFormat: &odd},
		"date_format": {DateFormat: &odd}, "time_zone": {TimeZone: &odd}, "rail": {Rail: &odd}, "columns": {Columns: many},
	} {
		_, err := desks.ChangePreferences(ctx, "ann", c)
		refused(t, err, field)
	}
	for _, columns := range []map[string][]string{{"A": {"a"}}, {"a": {"B"}}, {"a": make([]string, mostColumns+1)}} {
		_, err := desks.ChangePreferences(ctx, "ann", PreferenceChange{Columns: columns})
		refused(t, err, "columns")
	}
	var ids []string
	for i := range mostDismissed + 5 {
		ids = append(ids, fmt.Sprint(i))
	}
	p, err = desks.ChangePreferences(ctx, "ann", PreferenceChange{Dismiss: ids})
	ok(t, err)
	if len(p.Dismissed) != mostDismissed || p.Dismissed[0] != "5" {
		t.Errorf("%d are kept from %s on", len(p.Dismissed), p.Dismissed[0])
	}
}

func TestSavedViews(t *testing.T) {
	desks, records := newDesks(t)
	ctx := t.Context()
	mine, err := desks.AddSavedView(ctx, SavedView{Organization: "acme", Name: " Mine ", Page: "explore", Query: "?by=service&month=2026-10"}, "ann", "ann")
	ok(t, err)
	ours, err := desks.AddSavedView(ctx, SavedView{Organization: "acme", Name: "Ours", Page: "invoices", Shared: true}, "ann", "ann")
	ok(t, err)
	if mine.Name != "Mine" || mine.Query != "by=service&month=2026-10" || !mine.Own || ours.Owner != "ann" {
		t.Errorf("kept as %+v and %+v", mine, ours)
	}
	for of, want := range map[[2]string]string{{"acme", "ann"}: "Mine Ours", {"acme", "bea"}: "Ours", {"other", "ann"}: "", {"acme/unit", "ann"}: ""} {
		all, err := desks.SavedViews(ctx, of[0], of[1])
		ok(t, err)
		var names []string
		for _, v := range all {
			names = append(names, v.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%v: %q, not %q", of, got, want)
		}
	}
	if _, err := desks.SavedView(ctx, mine.ID, "bea"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else's own view: %v", err)
	}
	if v, err := desks.SavedView(ctx, ours.ID, "bea"); err != nil || v.Own {
		t.Errorf("a shared view: %+v, %v", v, err)
	}
	renamed, yes := "Together", true
	changed, err := desks.ChangeSavedView(ctx, mine.ID, ViewChange{Name: &renamed, Shared: &yes}, "ann", "ann")
	ok(t, err)
	if changed.Name != "Together" || changed.Query != mine.Query || !changed.Shared {
		t.Errorf("changed to %+v", changed)
	}
	for field, v := range map[string]SavedView{
		"page": {Name: "x", Page: "../x"}, "name": {Page: "x", Name: "\n"},
	} {
		_, err := desks.AddSavedView(ctx, v, "ann", "ann")
		refused(t, err, field)
	}
	for _, query := range []string{strings.Repeat("x", 2001), "a=%zz", "a#b", "a\nb", "a;b"} {
		_, err := desks.AddSavedView(ctx, SavedView{Organization: "acme", Name: "x", Page: "x", Query: query}, "ann", "ann")
		refused(t, err, "query")
	}
	// What was shared stays when its owner is gone, and belongs to nobody.
	_, err = desks.AddSavedView(ctx, SavedView{Organization: "acme", Name: "Private", Page: "x"}, "ann", "ann")
	ok(t, err)
	ok(t, records.ChangeIdentities(ctx, "test", func(c store.IdentityChange) error { return c.DeleteUser(ctx, "ann") }))
	left, err := desks.SavedViews(ctx, "acme", "bea")
	ok(t, err)
	if len(left) != 2 || left[0].Own || left[0].Owner != "" {
		t.Errorf("left: %+v", left)
	}
	if anonymous, err := desks.SavedViews(ctx, "acme", ""); err != nil || len(anonymous) != 2 {
		t.Errorf("nobody's views: %+v, %v", anonymous, err)
	}
	ok(t, desks.RemoveSavedView(ctx, ours.ID, "bea"))
	if err := desks.RemoveSavedView(ctx, ours.ID, "bea"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	entries, err := records.Audit(ctx, 0)
	ok(t, err)
	for _, e := range entries {
		if strings.Contains(e.Detail, "Private") {
			t.Errorf("what is somebody's own is in the audit: %+v", e)
		}
	}
	if len(entries) != 3 {
		t.Errorf("%d entries in the audit, not 3", len(entries))
	}
}
