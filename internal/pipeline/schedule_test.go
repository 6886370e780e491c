package pipeline

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// When a schedule has something to do, by what it did before.
func TestDueTimes(t *testing.T) {
	at := func(text string) time.Time {
		x, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	ran := func(text string, finished bool) ScheduleRun { return ScheduleRun{Due: at(text), Finished: finished} }
	for name, c := range map[string]struct {
		day  int
		runs []ScheduleRun
		now  string
		want []string
	}{
		"never ran":                   {5, nil, "2024-04-05 06:00", []string{"2024-04-05 06:00"}},
		"never ran, not yet due":      {5, nil, "2024-04-05 05:59", []string{"2024-03-05 06:00"}},
		"done":                        {5, []ScheduleRun{ran("2024-04-05 06:00", true)}, "2024-05-05 05:59", nil},
		"due again":                   {5, []ScheduleRun{ran("2024-04-05 06:00", true)}, "2024-05-05 06:00", []string{"2024-05-05 06:00"}},
		"two months missed":           {5, []ScheduleRun{ran("2024-04-05 06:00", true)}, "2024-06-30 00:00", []string{"2024-05-05 06:00", "2024-06-05 06:00"}},
		"not ready then":              {5, []ScheduleRun{ran("2024-04-05 06:00", false)}, "2024-04-06 00:00", []string{"2024-04-05 06:00"}},
		"not ready, and due again":    {5, []ScheduleRun{ran("2024-04-05 06:00", false)}, "2024-05-05 07:00", []string{"2024-04-05 06:00", "2024-05-05 06:00"}},
		"not ready before a done one": {5, []ScheduleRun{ran("2024-04-05 06:00", false), ran("2024-05-05 06:00", true)}, "2024-05-06 07:00", []string{"2024-04-05 06:00"}},
		"the last day of a month":     {31, []ScheduleRun{ran("2024-01-31 06:00", true)}, "2024-04-30 06:00", []string{"2024-02-29 06:00", "2024-03-31 06:00", "2024-04-30 06:00"}},
		"the day was moved earlier":   {3, []ScheduleRun{ran("2024-04-05 06:00", true)}, "2024-05-03 06:00", []string{"2024-05-03 06:00"}},
	} {
		due, err := dueTimes(billing.Schedule{ID: "s", Day: c.day, At: "06:00"}, c.runs, at(c.now))
		var got []string
		for _, d := range due {
			got = append(got, d.Format("2006-01-02 15:04"))
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: due at %v, %v; want %v", name, got, err, c.want)
		}
	}
	if _, err := dueTimes(billing.Schedule{ID: "s", Day: 1, At: "noon"}, nil, at("2024-04-05 06:00")); err == nil {
		t.Error("a time of day that is none was taken")
	}
}

func TestTarget(t *testing.T) {
	due := time.Date(2024, 1, 31, 23, 0, 0, 0, time.UTC)
	for target, want := range map[string]string{"": "2023-12", "previous": "2023-12", "current": "2024-01"} {
		if got := fmt.Sprint(targetOf(billing.Schedule{Target: target}, due)); got != want {
			t.Errorf("target %q is %s, want %s", target, got, want)
		}
	}
}
