package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (b *builder) refuse(path, why string) {
	if b.err == nil {
		b.err = fmt.Errorf("the configuration cannot be written: %s %s", path, why)
	}
}

// text is bare where every reader takes it for this text, else in quotes.
func (b *builder) text(s, path string) node {
	switch {
	case !utf8.ValidString(s):
		b.refuse(path, "is not UTF-8 text")
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		b.refuse(path, "holds a control character; remove it")
	}
	n := node{line: s}
	if !bare(s) {
		n.line = quoted(s)
	}
	if severalPlainLines(s) {
		n.block = s
	}
	return n
}

// notTexts are words that some reader of YAML takes for true, false or nothing.
var notTexts = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null"}

// bare tells whether a text needs no quotes: it begins with a letter, so that
// it is no number and no date, and has no sign that means something to YAML.
func bare(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if !unicode.IsLetter(first) || last == ' ' || strings.Contains(s, "  ") || slices.Contains(notTexts, strings.ToLower(s)) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" _-./+()", r)
	})
}

// quoted puts a text in double quotes; what is not printed is written as its number.
func quoted(s string) string {
	var q strings.Builder
	q.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			q.WriteByte('\\')
			q.WriteRune(r)
		case r == '\n':
			q.WriteString(`\n`)
		case r == '\t':
			q.WriteString(`\t`)
		case unicode.IsPrint(r):
			q.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&q, `\u%04X`, r)
		default:
			fmt.Fprintf(&q, `\U%08X`, r)
		}
	}
	q.WriteByte('"')
	return q.String()
}

// severalPlainLines tells whether a text can stand in lines of its own: none
// begins or ends with a blank, and at most one line end is behind the last.
func severalPlainLines(s string) bool {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if !strings.Contains(s, "\n") || lines[0] == "" || lines[len(lines)-1] == "" {
		return false
	}
	return !slices.ContainsFunc(lines, func(line string) bool {
		return strings.TrimSpace(line) != line || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) })
	})
}
