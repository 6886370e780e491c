package deliver

import (
	"io"

	"github.com/sluice-billing/sluice/internal/paper"
)

// The page is A4; all measures are from its upper left corner.
const (
	point = 1000 // in the thousandths that lengths are counted in

	pageWidth  = paper.A4Width
	pageHeight = paper.A4Height
	left       = 52 * point
	right      = pageWidth - 52*point
	inLeft     = left + 6*point // text and numbers inside bands
	inRight    = right - 6*point
	top        = 46 * point
	bottom     = pageHeight - 53*point // nothing but the footer stands below
)

// sheet is the paper of one document: it draws, and starts pages.
type sheet struct {
	doc    *paper.Document
	types  *typesetter
	y      paper.Milli      // upper edge of what comes next
	floor  paper.Milli      // lower edge of what may stand on the page
	onPage func(number int) // draws what every page has and sets y
}

func newSheet(info paper.Info, types *typesetter) *sheet {
	return &sheet{doc: paper.New(info, pageWidth, pageHeight), types: types, floor: bottom, onPage: func(int) {}}
}

// newPage begins a page below its head, which is no part of the text.
func (s *sheet) newPage() {
	s.doc.NewPage()
	s.y = top
	s.within(paper.Artifact, func() { s.onPage(s.doc.Pages()) })
}

// within draws an element of the document's structure.
func (s *sheet) within(tag paper.Tag, draw func(), attrs ...paper.Attr) {
	s.doc.Begin(tag, attrs...)
	draw()
	s.doc.End()
}

// fits tells whether something of that height can stand on the page.
func (s *sheet) fits(height paper.Milli) bool { return s.y+height <= s.floor }

// need begins a page unless the height fits on this one.
func (s *sheet) need(height paper.Milli) {
	if !s.fits(height) {
		s.newPage()
	}
}

// draw puts glyphs on the baseline y, from x on.
func (s *sheet) draw(x, y paper.Milli, st style, glyphs []glyph) {
	for len(glyphs) > 0 && glyphs[0].face != nil {
		n := 1
		for n < len(glyphs) && glyphs[n].face == glyphs[0].face {
			n++
		}
		runes := make([]rune, n)
		for i, g := range glyphs[:n] {
			runes[i] = g.r
		}
		s.doc.Text(glyphs[0].face, st.size, st.colour, x, y, string(runes))
		x += width(glyphs[:n], st.size)
		glyphs = glyphs[n:]
	}
}

// text draws one line from x on and returns where it ends.
func (s *sheet) text(x, y paper.Milli, st style, text string) paper.Milli {
	glyphs := s.types.set(text, st.bold)
	s.draw(x, y, st, glyphs)
	return x + width(glyphs, st.size)
}

// textRight draws one line that ends at x.
func (s *sheet) textRight(x, y paper.Milli, st style, text string) {
	glyphs := s.types.set(text, st.bold)
	s.draw(x-width(glyphs, st.size), y, st, glyphs)
}

// textCenter draws one line around x.
func (s *sheet) textCenter(x, y paper.Milli, st style, text string) {
	glyphs := s.types.set(text, st.bold)
	s.draw(x-width(glyphs, st.size)/2, y, st, glyphs)
}

// textWithin draws one line from x on, clipped with "…" to the limit.
func (s *sheet) textWithin(x, y paper.Milli, st style, text string, limit paper.Milli) {
	for _, glyphs := range s.types.lines(text, st, limit, 1) {
		s.draw(x, y, st, glyphs)
	}
}

// block draws text wrapped to the limit with its upper edge at y, at most most
// lines, and returns its lower edge.
func (s *sheet) block(x, y paper.Milli, st style, text string, limit paper.Milli, most int) paper.Milli {
	for _, glyphs := range s.types.lines(text, st, limit, most) {
		s.draw(x, y+st.baseline(), st, glyphs)
		y += st.leading()
	}
	return y
}

// ground draws what is no part of the text: fields of colour, rules, marks.
func (s *sheet) ground(draw func()) { s.within(paper.Artifact, draw) }

// fill paints a rectangle.
func (s *sheet) fill(x, y, w, h paper.Milli, c paper.Colour) {
	s.ground(func() { s.doc.Fill(x, y, w, h, c) })
}

// rule draws a hairline.
func (s *sheet) rule(x1, x2, y paper.Milli, c paper.Colour) {
	s.ground(func() { s.doc.Line(x1, y, x2, y, point*6/10, c, false) })
}

// writeTo writes the document, or returns the first fault of fonts or drawing.
func (s *sheet) writeTo(w io.Writer) error {
	if s.types.err != nil {
		return s.types.err
	}
	_, err := s.doc.WriteTo(w)
	return err
}
