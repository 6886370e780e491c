package notice

import (
	"errors"
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

func newBoard(t *testing.T) *Board {
	t.Helper()
	records, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "records.db"))
	ok(t, err)
	t.Cleanup(func() { ok(t, records.Close()) })
	return New(records)
}

var noon = time.Date(2026, 10, 6, 12, 0, 0, 0, time.UTC)

func TestAnnouncements(t *testing.T) {
	board, ctx := newBoard(t), t.Context()
	both := []Words{{"ja", " お知らせ ", "一\r\n二"}, {"en", "News", ""}}
	now, err := board.Add(ctx, Announcement{Level: Info, Words: both, From: noon.In(time.FixedZone("JST", 9*3600)), To: noon.Add(time.Hour), Customers: []string{"hokuto", "aozora", "aozora"}, Enabled: true}, "ann")
	ok(t, err)
	if now.ID == "" || now.Words[0].Title != "お知らせ" || now.Words[0].Text != "一\n二" || now.In("en").Title != "News" || now.In("de").Language != "ja" || now.Version != 1 {
		t.Errorf("kept as %+v", now)
	}
	if !now.For("aozora") || now.For("hanbit") || len(now.Customers) != 2 {
		t.Errorf("it is for %v", now.Customers)
	}
	always, err := board.Add(ctx, Announcement{Level: Warning, Words: both, Enabled: true}, "ann")
	ok(t, err)
	_, err = board.Add(ctx, Announcement{Level: Info, Words: both}, "ann")
	ok(t, err)
	for at, want := range map[time.Time]string{
		noon.Add(-time.Nanosecond): always.ID, noon: always.ID + " " + now.ID, noon.Add(time.Hour - 1): always.ID + " " + now.ID, noon.Add(time.Hour): always.ID,
	} {
		all, err := board.InForce(ctx, at)
		ok(t, err)
		var ids []string
		for _, a := range all {
			ids = append(ids, a.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("at %s: %s, not %s", at, got, want)
		}
	}
	now.Enabled = false
	saved, err := board.Save(ctx, now, "bea")
	ok(t, err)
	if saved.Version != 2 || saved.ChangedBy != "bea" || saved.InForce(noon) {
		t.Errorf("saved as %+v", saved)
	}
	ok(t, board.Remove(ctx, now.ID, "ann"))
	for _, err := range []error{board.Remove(ctx, now.ID, "ann"), second(board.Of(ctx, now.ID)), second(board.Save(ctx, now, "ann"))} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a removed announcement: %v", err)
		}
	}
}

func second(_ Announcement, err error) error { return err }

func TestWhatAnAnnouncementCannotBe(t *testing.T) {
	board := newBoard(t)
	good := []Words{{"en", "News", "text"}}
	for field, a := range map[string]Announcement{
		"level":             {Level: "panic", Words: good},
		"words":             {Level: Info},
		"words[0].language": {Level: Info, Words: []Words{{"de", "Neues", ""}}},
		"words[1].language": {Level: Info, Words: []Words{good[0], good[0]}},
		"words[0].title":    {Level: Info, Words: []Words{{"en", "two\nlines", ""}}},
		"words[0].text":     {Level: Info, Words: []Words{{"en", "News", strings.Repeat("x", 2001)}}},
		"to":                {Level: Info, Words: good, From: noon, To: noon},
	} {
		_, err := board.Add(t.Context(), a, "ann")
		var r *RefusedError
		if !errors.As(err, &r) || r.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if all, err := board.All(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("what was refused is there: %v, %v", all, err)
	}
}
