package letter

import (
	"strconv"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// calendars are how a language writes a month.
var calendars = map[string]struct {
	form  string
	names string // of months, none where they have numbers
}{
	"en":    {"{name} {year}", "January February March April May June July August September October November December"},
	"ja":    {"{year}年{number}月", ""},
	"de":    {"{name} {year}", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"},
	"fr":    {"{name} {year}", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"},
	"es":    {"{name} de {year}", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"},
	"ko":    {"{year}년 {number}월", ""},
	"zh-CN": {"{year}年{number}月", ""},
	"zh-TW": {"{year}年{number}月", ""},
}

// month writes a month in a language.
func month(p billing.Period, language string) string {
	c := calendars[spoken(language)]
	name := ""
	if c.names != "" {
		name = strings.Fields(c.names)[p.Month()-1]
	}
	return strings.NewReplacer("{name}", name, "{number}", strconv.Itoa(int(p.Month())), "{year}", strconv.Itoa(p.Year())).Replace(c.form)
}

// moment writes a date with time and zone, in the zone that the time has.
func moment(t time.Time, language string) string {
	if t.IsZero() {
		return ""
	}
	year, month, day := t.Date()
	date := billing.DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	return invoice.LetterDay(language, date) + t.Format(" 15:04 MST")
}
