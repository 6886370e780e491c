package report_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/report"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

var monthly = report.Schedule{Cadence: report.Monthly, Day: 3}

// office is an installation with two users, at a time of its own.
type office struct {
	*report.Reports
	dir      string
	ann, bob string // users
	clock    time.Time
}

func open(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	keys, err := secret.Open(t.Context(), dir, records)
	if err != nil {
		t.Fatal(err)
	}
	people, err := identity.New(records, keys, time.Now, identity.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{dir: dir, clock: time.Date(2026, time.October, 2, 9, 30, 0, 0, time.UTC)}
	o.Reports = report.New(records, dir, func() time.Time { return o.clock })
	ctx := billing.WithActor(t.Context(), billing.Actor{Name: "test"})
	for name, id := range map[string]*string{"ann": &o.ann, "bob": &o.bob} {
		u, err := people.CreateServiceAccount(ctx, name, "", []access.Grant{{Organization: access.Root, Role: access.Owner}})
		if err != nil {
			t.Fatal(err)
		}
		*id = u.ID
	}
	return o
}

func (o *office) order(t *testing.T, user string, what report.Order) report.Report {
	t.Helper()
	r, err := o.Create(t.Context(), user, json.RawMessage(`{}`), what)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A report is made when it is due, once, about the month before; its file is its
// user's alone, and is gone after 90 days.
func TestReportIsMade(t *testing.T) {
	o := open(t)
	r := o.order(t, o.ann, report.Order{Name: "By service", Question: "by=service", When: monthly})
	if want := time.Date(2026, time.October, 3, 6, 0, 0, 0, time.UTC); !r.Due.Equal(want) {
		t.Fatalf("due at %s, not %s", r.Due, want)
	}
	var asked []string
	ask := func(_ context.Context, r report.Report, p billing.Period) ([]byte, int64, error) {
		asked = append(asked, r.Question+" of "+p.String())
		return []byte("service\nEC2\n"), 1, nil
	}
	due := func() {
		t.Helper()
		if err := o.MakeDue(t.Context(), ask); err != nil {
			t.Fatal(err)
		}
	}
	due()
	if len(asked) > 0 {
		t.Errorf("made before it was due: %v", asked)
	}
	o.clock = time.Date(2026, time.October, 3, 6, 0, 30, 0, time.UTC)
	due()
	due()
	if len(asked) != 1 || asked[0] != "by=service of 2026-09" {
		t.Errorf("asked %v", asked)
	}
	o.clock = time.Date(2027, time.January, 20, 0, 0, 0, 0, time.UTC) // nobody served meanwhile
	due()
	if len(asked) != 2 || asked[1] != "by=service of 2026-10" {
		t.Errorf("asked %v", asked)
	}
	files, err := o.Files(t.Context(), o.ann, r.ID)
	if err != nil || len(files) != 2 || files[0].Rows != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if data, _, _, err := o.Read(t.Context(), o.ann, files[0].ID); err != nil || string(data) != "service\nEC2\n" {
		t.Errorf("%q, %v", data, err)
	}
	if _, _, _, err := o.Read(t.Context(), o.bob, files[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another's file: %v", err)
	}
	if _, err := o.Files(t.Context(), o.bob, r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another's files: %v", err)
	}
	for _, f := range files {
		if err := os.Chtimes(filepath.Join(o.dir, "reports", f.ID+".csv"), f.Made, f.Made); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Clean(t.Context()); err != nil {
		t.Fatal(err)
	}
	if files, err := o.Files(t.Context(), o.ann, r.ID); err != nil || len(files) != 1 {
		t.Errorf("after 90 days: %v, %v", files, err)
	}
	if err := o.Remove(t.Context(), o.bob, r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another's report: %v", err)
	}
	if err := o.Remove(t.Context(), o.ann, r.ID); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(filepath.Join(o.dir, "reports"))
	if err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// What goes wrong is told, and the report is tried when it is due next; one that its
// user changes while it is made is left as it was changed.
func TestReportThatFails(t *testing.T) {
	o := open(t)
	r := o.order(t, o.ann, report.Order{Name: "Daily", When: report.Schedule{Cadence: report.Daily}})
	o.clock = r.Due
	err := o.MakeDue(t.Context(), func(context.Context, report.Report, billing.Period) ([]byte, int64, error) {
		return nil, 0, errors.New("usage is not switched on")
	})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = o.One(t.Context(), o.ann, r.ID); err != nil || r.Problem != "usage is not switched on" || !r.Due.Equal(o.clock.AddDate(0, 0, 1)) {
		t.Errorf("%+v, %v", r, err)
	}
	o.clock = r.Due
	err = o.MakeDue(t.Context(), func(ctx context.Context, r report.Report, _ billing.Period) ([]byte, int64, error) {
		_, err := o.Change(ctx, o.ann, r.ID, json.RawMessage(`{}`), report.Order{Name: "Monthly", When: monthly})
		return []byte("a\n"), 0, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files, err := o.Files(t.Context(), o.ann, r.ID); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
	if r, err = o.One(t.Context(), o.ann, r.ID); err != nil || r.Name != "Monthly" || r.Problem != "" || r.Due.Day() != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Orders that make no sense are refused, with the field that is wrong.
func TestReportRefused(t *testing.T) {
	o := open(t)
	for field, orders := range map[string][]report.Order{
		"name":     {{When: monthly}, {Name: "  ", When: monthly}, {Name: strings.Repeat("x", 201), When: monthly}},
		"question": {{Name: "x", Question: "period=2026-10", When: monthly}, {Name: "x", Question: "%zz", When: monthly}, {Name: "x", Question: "organization=other", When: monthly}},
		"cadence":  {{Name: "x"}, {Name: "x", When: report.Schedule{Cadence: "hourly"}}},
		"day": {
			{Name: "x", When: report.Schedule{Cadence: report.Weekly}}, {Name: "x", When: report.Schedule{Cadence: report.Weekly, Day: 8}},
			{Name: "x", When: report.Schedule{Cadence: report.Monthly, Day: 29}}, {Name: "x", When: report.Schedule{Cadence: report.Daily, Day: 1}},
		},
	} {
		for _, what := range orders {
			_, err := o.Create(t.Context(), o.ann, json.RawMessage(`{}`), what)
			var wrong *report.InvalidError
			if !errors.As(err, &wrong) || wrong.Field != field {
				t.Errorf("%+v: %v, not about the %s", what, err, field)
			}
		}
	}
}

// A report is made at six on its day, once in its time, and never about a month that
// has not begun.
func TestScheduleNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cadence := rapid.SampledFrom([]report.Cadence{report.Daily, report.Weekly, report.Monthly}).Draw(t, "cadence")
		s, longest := report.Schedule{Cadence: cadence}, 24*time.Hour
		switch cadence {
		case report.Weekly:
			s.Day, longest = rapid.Int64Range(1, 7).Draw(t, "day"), 7*24*time.Hour
		case report.Monthly:
			s.Day, longest = rapid.Int64Range(1, 28).Draw(t, "day"), 31*24*time.Hour
		}
		at := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "at"), 0)
		next := s.Next(at)
		if !next.After(at) || next.Sub(at) > longest || next.Hour() != 6 || next.Location() != time.UTC {
			t.Fatalf("after %s comes %s", at, next)
		}
		if cadence == report.Weekly && (next.Weekday()+6)%7 != time.Weekday(s.Day-1) || cadence == report.Monthly && int64(next.Day()) != s.Day {
			t.Fatalf("%+v is made on %s", s, next)
		}
		if p := s.Period(next); !p.Start().Before(next) || cadence == report.Monthly && (p.End().After(next) || next.Sub(p.End()) > 29*24*time.Hour) {
			t.Fatalf("%+v, made at %s, is about %s", s, next, p)
		}
	})
}
