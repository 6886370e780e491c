package config

import (
	"strings"
	"testing"
)

// What a schedule may say, and what is wrong with others, named by their path.
func TestSchedule(t *testing.T) {
	for yaml, want := range map[string]string{
		`{id: a, day: 5, at: "06:00"}`:                                     "",
		`{id: a, provider: azure, day: 31, at: "23:59", target: previous}`: "",
		`{id: a, day: 1, at: "00:00", target: current, preview: true}`:     "",
		`{id: a, day: 1, at: "00:00", target: current, dry_run: true}`:     "",
		`{id: a, day: 0, at: "06:00"}`:                                     "schedules[a].day: is 0",
		`{id: a, day: 32, at: "06:00"}`:                                    "schedules[a].day: is 32",
		`{id: a, day: 5, at: "6:00"}`:                                      `schedules[a].at: "6:00" is not a time of day`,
		`{id: a, day: 5, at: "24:00"}`:                                     `schedules[a].at: "24:00" is not a time of day`,
		`{id: a, day: 5}`:                                                  "schedules[a].at: is missing",
		`{id: a, day: 5, at: "06:00", provider: amazon}`:                   `schedules[a].provider: "amazon" is not a provider`,
		`{id: a, day: 5, at: "06:00", target: next}`:                       `schedules[a].target: "next" is not known`,
		`{id: a, day: 5, at: "06:00", target: current}`:                    "schedules[a].target: is the current month, which is not over",
		`{id: "a b", day: 5, at: "06:00"}`:                                 `is not an id`,
		`{id: a, day: 5, at: "06:00"}, {id: a, day: 6, at: "07:00"}`:       "is already declared",
	} {
		c, err := Parse("reseller.yaml", []byte("reseller: {name: R, currency: USD}\nschedules: ["+yaml+"]\n"))
		if err == nil {
			if problems := Check(c); len(problems) > 0 {
				err = problems
			}
		}
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", yaml, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", yaml, err, want)
		}
	}
}
