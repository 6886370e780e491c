package config

import (
	"regexp"

	"github.com/sluice-billing/sluice/internal/billing"
)

var timeOfDayForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

const longestMonth = 31 // days

func (k *checker) schedule(path string, s billing.Schedule) {
	k.id(path+".id", s.ID)
	if s.Day < 1 || s.Day > longestMonth {
		k.fail(path+".day", "is %d; use a day of the month from 1 to %d", s.Day, longestMonth)
	}
	if !timeOfDayForm.MatchString(s.At) {
		k.fail(path+".at", "%q is not a time of day; write it in UTC, such as 06:00", s.At)
	}
	k.optionalWord(path+".target", s.Target, closeTargets)
	if s.Target == "current" && !s.Preview && !s.DryRun {
		k.fail(path+".target", "is the current month, which is not over and can only be previewed; write preview: true, or target: previous")
	}
}
