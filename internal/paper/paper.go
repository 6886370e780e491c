// Package paper writes PDF 1.7 documents that are archives too: PDF/A-3, level
// A (ISO 19005-3), tagged for readers who listen (PDF/UA-1, ISO 14289-1), with
// files attached. It draws text, shapes and pictures where it is told and lays
// nothing out. The same calls give the same bytes. There are no binary
// fractions in it: lengths are whole thousandths of a point.
package paper

import (
	"errors"
	"fmt"
	"time"
)

// Milli is a length in thousandths of a point (1/72 inch). Positions are counted
// from the upper left corner of the page; y grows downwards.
type Milli = int64

// A4 is the size of an upright A4 page, 210 × 297 mm.
const (
	A4Width  Milli = 595_276
	A4Height Milli = 841_890
)

// Colour is an sRGB colour (IEC 61966-2-1).
type Colour struct{ R, G, B uint8 }

// Point is a place on a page.
type Point struct{ X, Y Milli }

// Info is what the document says of itself.
type Info struct {
	Title    string // shown in the title bar; without it the file does not call itself PDF/UA
	Subject  string // one line on what it is about
	Author   string // who issues it
	Language string // of the text, BCP 47: en, ja, zh-Hans; without it the file does not call itself PDF/UA

	// Created is the date of making and of the last change, written with its
	// time zone's offset. It is given, not taken from the clock, so that the same
	// document has the same bytes.
	Created time.Time

	// Facturx is set where an electronic invoice is attached.
	Facturx *Facturx
}

// Facturx is the metadata by which software finds the electronic invoice inside
// the document (Factur-X 1.0 / ZUGFeRD 2, XMP extension schema "fx").
type Facturx struct {
	ConformanceLevel string // the profile: BASIC, EN 16931, EXTENDED, XRECHNUNG
	DocumentFileName string // the attachment's name: factur-x.xml, xrechnung.xml
	DocumentType     string // INVOICE when empty
	Version          string // of the XML schema, 1.0 when empty
}

// Document is a document being drawn. One goroutine draws it. A fault in
// drawing, such as End without Begin, is kept and returned by WriteTo.
type Document struct {
	info          Info
	width, height Milli
	pages         []*page
	current       *page
	fonts         []*face
	faces         map[*Font]*face
	images        []*Image
	imageNumbers  map[*Image]int
	root          *element   // the implicit Document element
	open          []*element // the elements begun and not ended, innermost last
	elements      []*element // all but the root, in the order of Begin
	attachments   []Attachment
	turned        int // how deep in Rotated
	err           error
}

// page is one page: its content stream as far as it is drawn.
type page struct {
	number  int // from 0
	content []byte
	marked  *element   // whose marked content is open in the stream; nil when none is
	owners  []*element // by MCID
	links   []*link
	font    *face // in force in the stream, with its size
	size    Milli
	fill    Colour
	filled  bool // a fill colour is set
	clear   bool // pictures with transparency are on the page
	object  int  // its number in the file
}

// New begins a document whose pages all have one size. It has no page yet.
func New(info Info, pageWidth, pageHeight Milli) *Document {
	d := &Document{
		info: info, width: pageWidth, height: pageHeight,
		faces: map[*Font]*face{}, imageNumbers: map[*Image]int{},
	}
	d.root = &element{tag: document}
	return d
}

// NewPage adds a page at the end and draws on it from now on. Elements that are
// begun go on: a table may span pages.
func (d *Document) NewPage() {
	if d.turned > 0 {
		d.keep(errors.New("a page begins inside of Rotated"))
		return
	}
	d.current = &page{number: len(d.pages)}
	d.pages = append(d.pages, d.current)
}

// Pages is how many pages there are.
func (d *Document) Pages() int { return len(d.pages) }

// SetPage draws on the page of that number, counted from 1, from now on: the
// footer "1 / 3" is drawn when the pages are counted.
func (d *Document) SetPage(n int) {
	if n < 1 || n > len(d.pages) || d.turned > 0 {
		d.keep(fmt.Errorf("page %d is not there to be drawn on: the document has %d", n, len(d.pages)))
		return
	}
	d.current = d.pages[n-1]
}

// keep remembers the first fault.
func (d *Document) keep(err error) {
	if d.err == nil && err != nil {
		d.err = fmt.Errorf("drawing a PDF document: %w", err)
	}
}
