package ingest

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// clock is how a format writes times.
type clock struct {
	zone *time.Location // of times that do not say theirs, and of the provider's months
	read func(text []byte, zone *time.Location) (micros int64, ok bool)
	want string // what read takes, for errors
}

// utc is the clock of most providers.
var utc = clock{time.UTC, parseInstant, "a UTC time such as 2018-10-01T00:00:00Z"}

// month is the provider's month as microseconds since 1970, the end exclusive.
func (c clock) month(p billing.Period) (from, to int64) {
	begins := func(p billing.Period) int64 {
		return time.Date(p.Year(), p.Month(), 1, 0, 0, 0, 0, c.zone).UnixMicro()
	}
	return begins(p), begins(p.Next())
}

// text writes a time as the provider does.
func (c clock) text(micros int64) string {
	return time.UnixMicro(micros).In(c.zone).Format(time.DateTime)
}

// parseInstant reads the ways providers write a time, such as
// 2018-10-01T00:00:00Z, 2018-10-01 00:00:00.000, 2018-10-01T00:00:00+00:00 and
// 2018-10-01, as microseconds since 1970; zone is that of a text that does not
// name UTC. It refuses all else: a date in another order, or in another zone,
// would silently move money between months.
func parseInstant(text []byte, zone *time.Location) (micros int64, ok bool) {
	if len(text) < 10 || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	year, ok1 := digits(text[0:4])
	month, ok2 := digits(text[5:7])
	day, ok3 := digits(text[8:10])
	if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	hour, minute, second, fraction := 0, 0, 0, 0
	if rest := text[10:]; len(rest) > 0 {
		if len(rest) < 6 || (rest[0] != 'T' && rest[0] != ' ') || rest[3] != ':' {
			return 0, false
		}
		if hour, ok1 = digits(rest[1:3]); !ok1 || hour > 23 {
			return 0, false
		}
		if minute, ok1 = digits(rest[4:6]); !ok1 || minute > 59 {
			return 0, false
		}
		rest = rest[6:]
		if len(rest) >= 3 && rest[0] == ':' {
			if second, ok1 = digits(rest[1:3]); !ok1 || second > 59 {
				return 0, false
			}
			rest = rest[3:]
			if len(rest) > 1 && rest[0] == '.' {
				scale, i := 100_000, 1
				for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
					fraction += int(rest[i]-'0') * scale
					scale /= 10
				}
				rest = rest[i:]
			}
		}
		switch string(rest) {
		case "":
		case "Z", "+00", "+00:00", " UTC", "+0000":
			zone = time.UTC
		default:
			return 0, false
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, zone)
	if t.Day() != day {
		return 0, false // 31 June
	}
	return t.UnixMicro() + int64(fraction), true
}

func digits(text []byte) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
