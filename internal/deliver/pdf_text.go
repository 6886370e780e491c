package deliver

import (
	"strings"
	"unicode"

	"github.com/sluice-billing/sluice/internal/paper"
)

// style is how a piece of text looks.
type style struct {
	size   paper.Milli
	bold   bool
	colour paper.Colour
}

func (s style) in(c paper.Colour) style { s.colour = c; return s }

func (s style) strong() style { s.bold = true; return s }

// leading is the distance from line to line.
func (s style) leading() paper.Milli { return s.size * 136 / 100 }

// baseline is how far the first baseline is below the upper edge of its line.
func (s style) baseline() paper.Milli { return s.size * 106 / 100 }

// width returns how wide the glyphs are at that size.
func width(glyphs []glyph, size paper.Milli) paper.Milli {
	thousandths := 0
	for _, g := range glyphs {
		thousandths += g.advance
	}
	return paper.Milli(thousandths) * size / 1000
}

// wrap breaks glyphs into lines no wider than the limit: after a space, a
// hyphen or a slash, between East Asian characters, and inside a word only
// where it is wider than a line.
func wrap(glyphs []glyph, size, limit paper.Milli) [][]glyph {
	var lines [][]glyph
	for len(glyphs) > 0 {
		n := fitting(glyphs, size, limit)
		if n < len(glyphs) {
			n = breakBefore(glyphs, n)
		}
		lines = append(lines, trimSpace(glyphs[:n]))
		glyphs = trimSpace(glyphs[n:])
	}
	return lines
}

// fitting returns how many glyphs fit, at least one.
func fitting(glyphs []glyph, size, limit paper.Milli) int {
	room := limit * 1000 / size
	for i, g := range glyphs {
		room -= paper.Milli(g.advance)
		if room < 0 {
			return max(1, i)
		}
	}
	return len(glyphs)
}

// breakBefore returns the last place at or before n where a line may end, or n.
func breakBefore(glyphs []glyph, n int) int {
	for i := n; i > 0; i-- {
		before, after := glyphs[i-1].r, glyphs[i].r
		switch {
		case after == ' ', before == ' ', before == '-', before == '/':
			return i
		case (isEastAsian(before) || isEastAsian(after)) && !strings.ContainsRune(noLineStart, after) && !strings.ContainsRune(noLineEnd, before):
			return i
		}
	}
	return n
}

// Characters that must not begin a line, and those that must not end one.
const (
	noLineStart = "、。，．・：；？！）」』】〉》ー々っゃゅょッャュョ,.:;?!)]}%"
	noLineEnd   = "（「『【〈《([{¥￥$"
)

func isEastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r < 0x3040 || r >= 0xff00 && r < 0xfff0
}

func trimSpace(glyphs []glyph) []glyph {
	for len(glyphs) > 0 && glyphs[0].r == ' ' {
		glyphs = glyphs[1:]
	}
	for len(glyphs) > 0 && glyphs[len(glyphs)-1].r == ' ' {
		glyphs = glyphs[:len(glyphs)-1]
	}
	return glyphs
}

// lines wraps text to at most most lines; the rest becomes "…".
func (t *typesetter) lines(text string, s style, limit paper.Milli, most int) [][]glyph {
	all := wrap(t.set(text, s.bold), s.size, limit)
	if len(all) <= most {
		return all
	}
	mark := t.set("…", s.bold)
	last := all[most-1]
	for len(last) > 0 && width(last, s.size)+width(mark, s.size) > limit {
		last = last[:len(last)-1]
	}
	clipped := append([]glyph{}, trimSpace(last)...)
	return append(all[:most-1:most-1], append(clipped, mark...))
}

// widthOf is how wide a text is in one line.
func (t *typesetter) widthOf(text string, s style) paper.Milli {
	return width(t.set(text, s.bold), s.size)
}

// paragraphs splits a note at its line breaks.
func paragraphs(note string) []string {
	if note = strings.TrimSpace(note); note == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(note, "\r\n", "\n"), "\n")
}
