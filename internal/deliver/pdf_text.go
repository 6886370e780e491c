package deliver

import (
	"strings"
	"unicode"
)

// style is how a piece of text looks; size is in points.
type style struct {
	size  float64
	bold  bool
	color color
}

type color struct{ r, g, b uint8 }

var (
	ink     = color{33, 37, 41}
	grey    = color{112, 119, 127}
	line    = color{222, 226, 230}
	faint   = color{243, 244, 247} // the mark behind a draft
	band    = color{244, 246, 249}
	accent  = color{31, 61, 102}
	warning = color{176, 42, 55}
	white   = color{255, 255, 255}
)

var (
	body      = style{9, false, ink}
	small     = style{7.5, false, grey}
	smallBold = style{7.5, true, grey}
)

func (s style) in(c color) style { s.color = c; return s }

func (s style) strong() style { s.bold = true; return s }

// leading is the distance from line to line.
func (s style) leading() float64 { return s.size * 1.36 }

// width returns how wide the glyphs are in points at that size.
func width(glyphs []glyph, size float64) float64 {
	thousandths := 0
	for _, g := range glyphs {
		thousandths += g.advance
	}
	return float64(thousandths) * size / 1000
}

// wrap breaks glyphs into lines no wider than limit points: after a space, a
// hyphen or a slash, between East Asian characters, and inside a word only
// where it is wider than a line.
func wrap(glyphs []glyph, size, limit float64) [][]glyph {
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
func fitting(glyphs []glyph, size, limit float64) int {
	room := limit * 1000 / size
	for i, g := range glyphs {
		room -= float64(g.advance)
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
		case (isEastAsian(before) || isEastAsian(after)) && !strings.ContainsRune(noLineStart, after):
			return i
		}
	}
	return n
}

// noLineStart are characters that must not begin a line.
const noLineStart = "、。，．・：；？！）」』】〉》ー々っゃゅょッャュョ,.:;?!)]}%"

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

// lines wraps text to at most most lines of limit points; the rest becomes "…".
func (t *typesetter) lines(text string, s style, limit float64, most int) [][]glyph {
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

// paragraphs splits a note at its line breaks.
func paragraphs(note string) []string {
	return strings.Split(strings.ReplaceAll(strings.TrimSpace(note), "\r\n", "\n"), "\n")
}
