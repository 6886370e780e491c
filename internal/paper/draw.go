package paper

import (
	"errors"
	"fmt"
	"strconv"
)

// Text draws a line of text with its baseline at y, beginning at x. The font has
// to have its characters (Font.Glyph); one that it has not is drawn as the
// replacement character or a question mark. There is no kerning: the text is as
// wide as Font.Width says.
func (d *Document) Text(f *Font, size Milli, c Colour, x, y Milli, text string) {
	if text == "" {
		return
	}
	e := d.within()
	if e.groups() {
		d.keep(fmt.Errorf("the text %q is drawn in a %s, which holds no text itself; begin an element within", text, e.tag))
		return
	}
	p := d.mark(e)
	if p == nil {
		return
	}
	a := d.faces[f]
	if a == nil {
		a = newFace(f, len(d.fonts)+1)
		d.fonts = append(d.fonts, a)
		d.faces[f] = a
	}
	p.colour(c)
	if p.font != a || p.size != size {
		p.content = append(p.content, "/F"...)
		p.content = strconv.AppendInt(p.content, int64(a.number), 10)
		p.content = append(appendMilli(append(p.content, ' '), size), " Tf\n"...)
		p.font, p.size = a, size
	}
	p.content = append(p.content, "BT "...)
	p.content = appendLengths(p.content, x, d.height-y)
	p.content = append(p.content, "Td <"...)
	for _, r := range text {
		p.content = appendHex16(p.content, a.code(r))
	}
	p.content = append(p.content, "> Tj ET\n"...)
	e.head(p, y-size, text)
}

// Fill draws a filled rectangle; x and y are its upper left corner.
func (d *Document) Fill(x, y, w, h Milli, c Colour) {
	p := d.mark(d.within())
	if p == nil {
		return
	}
	p.colour(c)
	p.content = appendLengths(p.content, x, d.height-y-h, w, h)
	p.content = append(p.content, "re f\n"...)
}

// Line draws a straight line of the width; dash breaks it in dashes of three
// widths.
func (d *Document) Line(x1, y1, x2, y2, width Milli, c Colour, dash bool) {
	p := d.mark(d.within())
	if p == nil {
		return
	}
	p.content = append(p.content, "q "...)
	p.content = append(appendColour(p.content, c), "RG "...)
	p.content = append(appendLengths(p.content, width), "w "...)
	if dash {
		p.content = append(appendLengths(append(p.content, '['), 3*width, 3*width), "] 0 d "...)
	}
	p.content = append(appendLengths(p.content, x1, d.height-y1), "m "...)
	p.content = append(appendLengths(p.content, x2, d.height-y2), "l S Q\n"...)
}

// Polygon draws a filled area with the points as corners; fewer than three draw
// nothing.
func (d *Document) Polygon(points []Point, c Colour) {
	if len(points) < 3 {
		return
	}
	p := d.mark(d.within())
	if p == nil {
		return
	}
	p.colour(c)
	for i, point := range points {
		p.content = appendLengths(p.content, point.X, d.height-point.Y)
		if i == 0 {
			p.content = append(p.content, "m "...)
			continue
		}
		p.content = append(p.content, "l "...)
	}
	p.content = append(p.content, "f\n"...)
}

// Image draws a picture in the rectangle, stretched to it. With a text for who
// does not see it, it is a Figure within the open element; without one it
// belongs to the open element.
func (d *Document) Image(img *Image, x, y, w, h Milli, alt string) {
	if alt != "" {
		d.Begin(Figure, Alt(alt))
		defer d.End()
	}
	p := d.mark(d.within())
	if p == nil {
		return
	}
	number := d.imageNumbers[img]
	if number == 0 {
		d.images = append(d.images, img)
		number = len(d.images)
		d.imageNumbers[img] = number
	}
	p.clear = p.clear || img.clear != nil
	p.content = append(appendLengths(append(p.content, "q "...), w), "0 0 "...)
	p.content = appendLengths(p.content, h, x, d.height-y-h)
	p.content = append(p.content, "cm /I"...)
	p.content = strconv.AppendInt(p.content, int64(number), 10)
	p.content = append(p.content, " Do Q\n"...)
}

// Rotated draws what draw draws turned about the point counter-clockwise, by
// tenths of a degree: a watermark. Inside, positions are those of the page not
// turned. It draws on one page.
func (d *Document) Rotated(x, y Milli, tenthsOfDegree int, draw func()) {
	p := d.current
	if p == nil {
		d.keep(errNoPage)
		return
	}
	p.unmark()
	before := *p
	sine, cosine := turn(tenthsOfDegree)
	up := d.height - y
	p.content = append(p.content, "q "...)
	for _, n := range []int64{cosine, sine, -sine, cosine} {
		p.content = append(appendFraction(p.content, n, 9), ' ')
	}
	p.content = appendLengths(p.content, x-(x*cosine-up*sine)/whole, up-(x*sine+up*cosine)/whole)
	p.content = append(p.content, "cm\n"...)
	d.turned++
	draw()
	d.turned--
	p.unmark()
	p.content = append(p.content, "Q\n"...)
	p.font, p.size, p.fill, p.filled = before.font, before.size, before.fill, before.filled
}

// whole is 1 in the numbers of turn.
const whole = 1_000_000_000

// turn gives the sine and cosine of an angle, as many thousand-millionths.
func turn(tenthsOfDegree int) (sine, cosine int64) {
	angle := ((tenthsOfDegree % 3600) + 3600) % 3600
	sine, cosine = turnBelow(angle % 900)
	for range angle / 900 {
		sine, cosine = cosine, -sine
	}
	return sine, cosine
}

// turnBelow is turn for less than a right angle: the sums of Taylor.
func turnBelow(tenthsOfDegree int) (sine, cosine int64) {
	const pi = 3_141_592_654
	angle := int64(tenthsOfDegree) * pi / 1800
	for i, term := int64(1), int64(whole); term != 0; i++ {
		switch i % 4 { // i counts from the term of power 0
		case 1:
			cosine += term
		case 2:
			sine += term
		case 3:
			cosine -= term
		case 0:
			sine -= term
		}
		term = term * angle / whole / i
	}
	return sine, cosine
}

var errNoPage = errors.New("there is no page to draw on yet")

// mark lets what is drawn next on the current page belong to the element, and
// gives the page; nil when there is none.
func (d *Document) mark(e *element) *page {
	p := d.current
	if p == nil {
		d.keep(errNoPage)
		return nil
	}
	if e.parent == nil || e.tag == Artifact || e.groups() {
		e = artifact
	}
	if p.marked == e {
		return p
	}
	p.unmark()
	p.marked = e
	if e == artifact {
		p.content = append(p.content, "/Artifact BMC\n"...)
		return p
	}
	p.content = append(appendName(p.content, string(e.tag)), "<</MCID "...)
	p.content = strconv.AppendInt(p.content, int64(len(p.owners)), 10)
	p.content = append(p.content, ">>BDC\n"...)
	e.kids = append(e.kids, kid{page: p, mcid: len(p.owners)})
	p.owners = append(p.owners, e)
	return p
}

// artifact owns what belongs to no element.
var artifact = &element{tag: Artifact}

// unmark ends the marked content that is open.
func (p *page) unmark() {
	if p.marked != nil {
		p.content = append(p.content, "EMC\n"...)
		p.marked = nil
	}
}

// colour sets the colour of text and areas, where it is another than before.
func (p *page) colour(c Colour) {
	if p.filled && p.fill == c {
		return
	}
	p.fill, p.filled = c, true
	p.content = append(appendColour(p.content, c), "rg\n"...)
}

// appendColour writes the three parts of a colour as numbers from 0 to 1.
func appendColour(b []byte, c Colour) []byte {
	for _, part := range []uint8{c.R, c.G, c.B} {
		b = append(appendFraction(b, (int64(part)*10_000+127)/255, 4), ' ')
	}
	return b
}
