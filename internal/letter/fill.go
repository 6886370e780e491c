package letter

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/sluice-billing/sluice/internal/invoice"
)

var (
	named = regexp.MustCompile(`\{[^{}]*\}`)
	gaps  = regexp.MustCompile(`\n{2,}`)
)

// fillBody fills a body by paragraphs and lines, and leaves out those that have
// nothing to say, see Template. Unknown is a name that is no field.
func fillBody(body string, values Fields) (filled, unknown string) {
	var paragraphs []string
	for _, paragraph := range gaps.Split(strings.Trim(body, "\n"), -1) {
		var lines []string
		names, kept := 0, 0
		for line := range strings.SplitSeq(paragraph, "\n") {
			text, lacks, bad := fillLine(line, values)
			if bad != "" {
				return "", bad
			}
			if named.MatchString(line) {
				names++
				if lacks {
					continue
				}
				kept++
			}
			lines = append(lines, strings.TrimRight(text, " \t\r\n"))
		}
		if len(lines) > 0 && (names == 0 || kept > 0) {
			paragraphs = append(paragraphs, strings.Join(lines, "\n"))
		}
	}
	return strings.Join(paragraphs, "\n\n") + "\n", ""
}

func fillLine(line string, values Fields) (text string, lacks bool, unknown string) {
	for _, name := range named.FindAllString(line, -1) {
		value, known := values[strings.Trim(name, "{}")]
		if !known {
			return "", false, name
		}
		lacks = lacks || value == ""
	}
	text, unknown = invoice.FillFields(line, values)
	return text, lacks, unknown
}

// printable is a value without what no letter should have in it: characters that
// cannot be printed. Lines stay lines.
func printable(value string) string {
	value = strings.ReplaceAll(strings.ToValidUTF8(value, "\ufffd"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if isControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, value)
}

// isControl tells whether a character is to be kept out of headers and letters: what
// ends a line or steers a terminal, and what turns the direction of text around.
func isControl(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// oneLine is a text in one line, with single spaces.
func oneLine(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || isControl(r) }), " ")
}

// wrapped is from which width on a line is taken to go on in the next one. Printed
// reminders have lines of about 120 columns, and what is a line by itself is shorter.
const wrapped = 80

// unwrap joins the lines of a printed text that were one sentence or paragraph, since
// mail is read at any width.
func unwrap(text string) string {
	lines := strings.Split(text, "\n")
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line)
		switch {
		case i == len(lines)-1:
		case lines[i+1] == "" || columns(line) < wrapped:
			b.WriteByte('\n')
		case !unspaced(last(line)):
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// columns is how wide a text is, letters of East Asia counting two.
func columns(text string) (sum int) {
	for _, r := range text {
		sum++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			sum++
		}
	}
	return sum
}

// unspaced tells whether a character belongs to a script without spaces.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

func last(text string) (r rune) {
	for _, r = range text {
	}
	return r
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func known() string { return strings.Trim(fmt.Sprint(Kinds), "[]") }
