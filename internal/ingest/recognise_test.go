package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/source"
)

// A file that is nothing Sluice reads is told what it has, and what any format
// would have.
func TestUnknownFormat(t *testing.T) {
	_, err := formatOf([]string{"name", "price"})
	if err == nil || !strings.HasSuffix(err.Error(), " among its columns, which are name, price") {
		t.Fatalf("the error is %v", err)
	}
	for _, f := range formats {
		if !strings.Contains(err.Error(), " "+f.mark) {
			t.Errorf("the error does not say by what %s is known: %v", f.name, err)
		}
	}
}

// Every format says all that the reader and the stages behind it ask of it.
func TestFormatsAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, f := range formats {
		if f.name == "" || names[f.name] || f.mark == "" || f.recognise == nil || f.mapped == nil || f.cells.read == nil ||
			f.cells.want == "" || f.clock.zone == nil || f.clock.read == nil || f.clock.want == "" || f.finish == nil {
			t.Errorf("the format %q leaves something out, or its name is taken", f.name)
		}
		names[f.name] = true
		if !slices.Contains(source.Kinds(), f.kind) {
			t.Errorf("the format %q is of no kind of source: %q", f.name, f.kind)
		}
		if SpreadsCommitments(f.name) != f.spread {
			t.Errorf("loads of %s are taken for another format's", f.name)
		}
	}
	if !SpreadsCommitments("a format of a later version") {
		t.Error("fees are compared with those of a format that is not known")
	}
}

// A time that names UTC is of UTC, whatever the clock's zone.
func TestClock(t *testing.T) {
	east := clock{zone: time.FixedZone("UTC+8", 8*60*60), read: parseInstant}
	for text, want := range map[string]string{
		"2024-05-01 00:00:00":       "2024-04-30 16:00:00",
		"2024-05-01":                "2024-04-30 16:00:00",
		"2024-05-01T00:00:00Z":      "2024-05-01 00:00:00",
		"2024-05-01 00:00:00+00:00": "2024-05-01 00:00:00",
	} {
		micros, ok := east.read([]byte(text), east.zone)
		if !ok || utc.text(micros) != want {
			t.Errorf("%s is %s in UTC, want %s", text, utc.text(micros), want)
		}
	}
	if _, ok := east.read([]byte("2024-05-01 00:00:00+08:00"), east.zone); ok {
		t.Error("a zone that is not UTC is read")
	}
	december, err := billing.ParsePeriod("2024-12")
	if err != nil {
		t.Fatal(err)
	}
	from, to := east.month(december)
	if utc.text(from) != "2024-11-30 16:00:00" || utc.text(to) != "2024-12-31 16:00:00" || east.text(from) != "2024-12-01 00:00:00" {
		t.Errorf("the month is %s to %s", utc.text(from), utc.text(to))
	}
}
