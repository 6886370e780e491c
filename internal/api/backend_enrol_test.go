package api

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// holdings reads "a 2026-10-01..2026-12-01, b 2026-12-01.."; without a first day since
// ever.
func holdings(t *testing.T, text string) (all []holding) {
	t.Helper()
	for _, one := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		group, days, _ := strings.Cut(strings.TrimSpace(one), " ")
		from, to, _ := strings.Cut(days, "..")
		all = append(all, holding{group, dayIn(t, from), dayIn(t, to)})
	}
	return all
}

func dayIn(t *testing.T, text string) *billing.Day {
	t.Helper()
	if text == "" {
		return nil
	}
	day, err := billing.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return &day
}

func told(all []holding) string {
	var texts []string
	for _, h := range all {
		text := h.group + " "
		if h.from != nil {
			text += h.from.String()
		}
		text += ".."
		if h.to != nil {
			text += h.to.String()
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// Who has a payer's accounts is dated (R2): on each day one group at most, and the last
// one that was asked for from its day on.
func TestHandedOver(t *testing.T) {
	for name, c := range map[string]struct{ was, day, want string }{
		"nobody had it":                   {"", "2026-10-05", "b 2026-10-05.."},
		"nobody had it, no day":           {"", "", "b 2026-11-01.."},
		"it has it, no day":               {"b 2026-08-01..", "", "b 2026-08-01.."},
		"the same day":                    {"b 2026-08-01..", "2026-08-01", "b 2026-08-01.."},
		"earlier":                         {"b 2026-08-01..", "2026-06-15", "b 2026-06-15.."},
		"later, nobody before":            {"b 2026-08-01..", "2026-09-01", "b 2026-09-01.."},
		"another had it":                  {"a 2026-08-01..", "2026-10-01", "a 2026-08-01..2026-10-01, b 2026-10-01.."},
		"another had it, no day":          {"a 2026-08-01..", "", "a 2026-08-01..2026-11-01, b 2026-11-01.."},
		"another had it not so long":      {"a 2026-10-01..", "2026-09-01", "b 2026-09-01.."},
		"the hand-over, earlier":          {"a 2026-08-01..2026-10-01, b 2026-10-01..", "2026-09-01", "a 2026-08-01..2026-09-01, b 2026-09-01.."},
		"the hand-over, later":            {"a 2026-08-01..2026-10-01, b 2026-10-01..", "2026-12-01", "a 2026-08-01..2026-12-01, b 2026-12-01.."},
		"there was a gap, later":          {"a 2026-07-01..2026-08-01, b 2026-10-01..", "2026-12-01", "a 2026-07-01..2026-08-01, b 2026-12-01.."},
		"back to who had it before":       {"b 2026-07-01..2026-08-01, a 2026-08-01..", "2026-10-01", "b 2026-07-01..2026-08-01, a 2026-08-01..2026-10-01, b 2026-10-01.."},
		"another was to take it over":     {"b 2026-07-01..2026-12-01, a 2026-12-01..", "", "b 2026-07-01.."},
		"before all that was said":        {"a 2026-07-01..2026-08-01, c 2026-08-01..2026-09-01, b 2026-09-01..", "2026-06-01", "b 2026-06-01.."},
		"it had it since ever":            {"b ..", "2026-10-01", "b 2026-10-01.."},
		"another since ever":              {"a ..", "2026-10-01", "a ..2026-10-01, b 2026-10-01.."},
		"its own part before, and others": {"b 2026-06-01..2026-07-01, a 2026-07-01..2026-08-01, b 2026-08-01..", "2026-07-01", "b 2026-06-01.."},
	} {
		if got := told(handedOver(holdings(t, c.was), "b", dayIn(t, c.day), *dayIn(t, "2026-11-01"))); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestUntil(t *testing.T) {
	day := *dayIn(t, "2026-12-01")
	for was, want := range map[string]string{
		"a 2026-08-01..":                           "a 2026-08-01..2026-12-01",
		"a 2026-08-01..2026-10-01":                 "a 2026-08-01..2026-10-01",
		"a 2026-08-01..2027-01-01":                 "a 2026-08-01..2026-12-01",
		"a 2026-08-01..2026-12-01, b 2026-12-01..": "a 2026-08-01..2026-12-01",
		"a ..": "a ..2026-12-01",
	} {
		if got := told(until(holdings(t, was), day)); got != want {
			t.Errorf("%s: %s, want %s", was, got, want)
		}
	}
}
