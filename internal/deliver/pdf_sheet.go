package deliver

import (
	"fmt"

	"github.com/signintech/gopdf"
)

// The page is A4; all measures are in points from its upper left corner.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	left       = 50.0
	right      = pageWidth - 50
	inLeft     = left + 6 // text and numbers inside bands
	inRight    = right - 6
	top        = 50.0
	bottom     = pageHeight - 56 // nothing but the footer stands below
)

// sheet is the paper of one document: it draws, and starts pages. The first
// error stays and is returned by the one who wrote the document.
type sheet struct {
	pdf    *gopdf.GoPdf
	types  *typesetter
	fonts  map[string]bool // faces that the PDF holds already
	pages  int
	y      float64          // upper edge of what comes next
	onPage func(number int) // draws what every page has and sets y
	err    error
}

func newSheet(language string) *sheet {
	s := &sheet{pdf: &gopdf.GoPdf{}, types: newTypesetter(language), fonts: map[string]bool{}}
	s.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	return s
}

// newPage begins a page below its head.
func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.pages++
	s.y = top
	s.onPage(s.pages)
}

// fits tells whether something of that height can stand on the page.
func (s *sheet) fits(height float64) bool { return s.y+height <= bottom }

// need begins a page unless the height fits on this one.
func (s *sheet) need(height float64) {
	if !s.fits(height) {
		s.newPage()
	}
}

// draw puts glyphs on the baseline y, from x on.
func (s *sheet) draw(x, y float64, st style, glyphs []glyph) {
	for len(glyphs) > 0 && glyphs[0].face != nil {
		n := 1
		for n < len(glyphs) && glyphs[n].face == glyphs[0].face {
			n++
		}
		s.drawRun(x, y, st, glyphs[:n])
		x += width(glyphs[:n], st.size)
		glyphs = glyphs[n:]
	}
}

// drawRun draws glyphs of one face.
func (s *sheet) drawRun(x, y float64, st style, glyphs []glyph) {
	name := glyphs[0].face.name
	if !s.fonts[name] {
		s.keep(s.pdf.AddTTFFontFromFontContainer(name, &container))
		s.fonts[name] = true
	}
	runes := make([]rune, len(glyphs))
	for i, g := range glyphs {
		runes[i] = g.r
	}
	s.keep(s.pdf.SetFont(name, "", st.size))
	s.pdf.SetTextColor(st.color.r, st.color.g, st.color.b)
	s.pdf.SetXY(x, y)
	s.keep(s.pdf.Text(string(runes)))
}

// text draws one line from x on and returns where it ends.
func (s *sheet) text(x, y float64, st style, text string) float64 {
	glyphs := s.types.set(text, st.bold)
	s.draw(x, y, st, glyphs)
	return x + width(glyphs, st.size)
}

// textRight draws one line that ends at x.
func (s *sheet) textRight(x, y float64, st style, text string) {
	glyphs := s.types.set(text, st.bold)
	s.draw(x-width(glyphs, st.size), y, st, glyphs)
}

// textCenter draws one line around x.
func (s *sheet) textCenter(x, y float64, st style, text string) {
	glyphs := s.types.set(text, st.bold)
	s.draw(x-width(glyphs, st.size)/2, y, st, glyphs)
}

// textWithin draws one line from x on, clipped with "…" to limit points.
func (s *sheet) textWithin(x, y float64, st style, text string, limit float64) {
	for _, glyphs := range s.types.lines(text, st, limit, 1) {
		s.draw(x, y, st, glyphs)
	}
}

// block draws text wrapped to limit points with its upper edge at y, at most
// most lines, and returns its lower edge.
func (s *sheet) block(x, y float64, st style, text string, limit float64, most int) float64 {
	for _, glyphs := range s.types.lines(text, st, limit, most) {
		s.draw(x, y+st.size, st, glyphs)
		y += st.leading()
	}
	return y
}

// fill paints a rectangle.
func (s *sheet) fill(x, y, w, h float64, c color) {
	s.pdf.SetFillColor(c.r, c.g, c.b)
	s.pdf.RectFromUpperLeftWithStyle(x, y, w, h, "F")
}

// rule draws a hairline.
func (s *sheet) rule(x1, x2, y float64) { s.fill(x1, y, x2-x1, 0.6, line) }

func (s *sheet) keep(err error) {
	if s.err == nil && err != nil {
		s.err = fmt.Errorf("drawing page %d: %w", s.pages, err)
	}
}

// fault returns the first error of the drawing or of the fonts.
func (s *sheet) fault() error {
	if s.types.err != nil {
		return s.types.err
	}
	return s.err
}
