package paper

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"
)

// appendMilli writes a length in points: 1250 as 1.25.
func appendMilli(b []byte, m Milli) []byte { return appendFraction(b, m, 3) }

// appendFraction writes a number that is given in units of ten to the power of
// -places, without zeros at its end.
func appendFraction(b []byte, n int64, places int) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	scale := int64(1)
	for range places {
		scale *= 10
	}
	b = strconv.AppendInt(b, n/scale, 10)
	rest := n % scale
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for rest > 0 {
		scale /= 10
		b = append(b, byte('0'+rest/scale))
		rest %= scale
	}
	return b
}

// appendLengths writes lengths in points, a space behind each.
func appendLengths(b []byte, lengths ...Milli) []byte {
	for _, m := range lengths {
		b = append(appendMilli(b, m), ' ')
	}
	return b
}

// appendReference refers to an object.
func appendReference(b []byte, number int) []byte {
	return append(strconv.AppendInt(b, int64(number), 10), " 0 R"...)
}

const hexDigits = "0123456789ABCDEF"

func appendHex16(b []byte, code uint16) []byte {
	return append(b, hexDigits[code>>12], hexDigits[code>>8&15], hexDigits[code>>4&15], hexDigits[code&15])
}

// appendName writes a name; what names may not hold is written by its code.
func appendName(b []byte, name string) []byte {
	b = append(b, '/')
	for _, c := range []byte(name) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == '_' {
			b = append(b, c)
			continue
		}
		b = append(b, '#', hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}

// appendText writes text for people: as it is where that is plain ASCII, else in
// UTF-16.
func appendText(b []byte, text string) []byte {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' {
			b = append(b, "<FEFF"...)
			for _, code := range utf16.Encode([]rune(text)) {
				b = appendHex16(b, code)
			}
			return append(b, '>')
		}
	}
	return appendASCII(b, text)
}

// appendASCII writes a string of bytes.
func appendASCII(b []byte, text string) []byte {
	b = append(b, '(')
	for _, c := range []byte(text) {
		if c == '(' || c == ')' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return append(b, ')')
}

// appendDate writes a time with its time zone.
func appendDate(b []byte, t time.Time) []byte {
	b = append(b, "(D:"...)
	b = t.AppendFormat(b, "20060102150405")
	_, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return fmt.Appendf(b, "%c%02d'%02d')", sign, offset/3600, offset/60%60)
}
