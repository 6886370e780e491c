package spread

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// escapeLike is a text that would be read as an escaped character (ECMA-376 part 1,
// 22.9.2.19).
var escapeLike = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// escaped is a text for a cell: signs of XML are written as entities, and characters
// that XML cannot have as _x001B_. What is longer than a cell can be is cut.
func escaped(text string) string {
	text = cut(text)
	if !strings.ContainsFunc(text, mustEscape) {
		return text
	}
	text = escapeLike.ReplaceAllString(text, "_x005F_$1")
	var b strings.Builder
	for _, r := range text { // bytes that are no UTF-8 come as U+FFFD
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r < ' ' && r != '\t' && r != '\n': // a carriage return, too: XML makes a line feed of it
			fmt.Fprintf(&b, "_x%04X_", r)
		case r == 0xFFFE || r == 0xFFFF:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// mustEscape tells whether a text with the character may not stand in XML as it is.
func mustEscape(r rune) bool {
	return r < ' ' || r >= utf8.RuneError || strings.ContainsRune(`&<>"_`, r)
}

// cut is the text as far as a cell holds it.
func cut(text string) string {
	if len(text) <= mostUnits { // never fewer bytes than UTF-16 has units
		return text
	}
	units := 0
	for i, r := range text {
		if units += utf16.RuneLen(r); units > mostUnits {
			return text[:i]
		}
	}
	return text
}

// Widths of columns, in letters.
const (
	narrowest = 8
	widest    = 60
)

// widen makes columns wide enough for a row.
func widen(widths []int, r Row) {
	for i := range min(len(widths), len(r.Cells)) {
		widths[i] = min(max(widths[i], narrowest, letters(r.Cells[i])+3), widest)
	}
}

// letters is how wide the widest line of a text is; East Asian ones count as two.
func letters(text string) (most int) {
	for line := range strings.Lines(text) {
		n := 0
		for _, r := range line {
			switch k := width.LookupRune(r).Kind(); {
			case unicode.Is(unicode.Mn, r):
			case k == width.EastAsianWide || k == width.EastAsianFullwidth:
				n += 2
			default:
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
