package paper

import (
	"errors"
	"slices"
)

// Tag is the role of a part of the document (ISO 32000-1, 14.8.4). The whole is
// within one Document element that needs no Begin.
type Tag string

// The roles. Headings are used without leaving out a level.
const (
	Part Tag = "Part"
	Sect Tag = "Sect"
	Div  Tag = "Div"

	H1 Tag = "H1" // H1 and H2 are in the outline of the document too
	H2 Tag = "H2"
	H3 Tag = "H3"
	P  Tag = "P"

	L     Tag = "L" // a list holds LI, an LI holds Lbl and LBody
	LI    Tag = "LI"
	Lbl   Tag = "Lbl"
	LBody Tag = "LBody"

	Table Tag = "Table" // holds TR, or THead, TBody and TFoot with TR; each TR as many cells, spans counted
	THead Tag = "THead"
	TBody Tag = "TBody"
	TFoot Tag = "TFoot"
	TR    Tag = "TR"
	TH    Tag = "TH" // with ScopeColumn or ScopeRow
	TD    Tag = "TD"

	Span    Tag = "Span"
	Figure  Tag = "Figure" // with Alt
	Caption Tag = "Caption"
	Link    Tag = "Link" // holds the text, and what Document.Link adds

	// Artifact is what is not part of the text: page heads and footers, rules,
	// backgrounds, watermarks. Elements begun inside of it are artifacts too.
	Artifact Tag = "Artifact"
)

// document is the role of the whole.
const document Tag = "Document"

// grouping are the roles that hold elements, no text: what is drawn directly in
// one, such as the rules and backgrounds of a table, is an artifact.
var grouping = []Tag{document, Part, Sect, Div, L, LI, Table, THead, TBody, TFoot, TR}

// Attr is a property of an element.
type Attr struct {
	key    string
	text   string
	number int
}

// ScopeColumn and ScopeRow say which cells a TH heads: those below it, those
// beside it.
var (
	ScopeColumn = Attr{key: "Scope", text: "Column"}
	ScopeRow    = Attr{key: "Scope", text: "Row"}
)

// ColSpan is how many columns a cell takes.
func ColSpan(columns int) Attr { return Attr{key: "ColSpan", number: columns} }

// Alt describes a figure or a link to who does not see it.
func Alt(text string) Attr { return Attr{key: "Alt", text: text} }

// Lang is the language of an element where it is not the document's (BCP 47).
func Lang(language string) Attr { return Attr{key: "Lang", text: language} }

// Summary says what a table is about.
func Summary(text string) Attr { return Attr{key: "Summary", text: text} }

// element is a structure element: its parts in reading order.
type element struct {
	tag    Tag
	attrs  []Attr
	parent *element
	kids   []kid
	number int    // of its object in the file
	text   string // of a heading, for the outline
	page   *page  // where the heading begins
	y      Milli
	line   Milli // where its last line is
}

func (e *element) groups() bool { return e.parent != nil && slices.Contains(grouping, e.tag) }

// head notes the text for the outline, if it is that of a heading. Lines below
// one another are parted by a space.
func (e *element) head(p *page, y Milli, text string) {
	for ; e != nil; e = e.parent {
		if e.tag != H1 && e.tag != H2 {
			continue
		}
		switch {
		case e.page == nil:
			e.page, e.y = p, y
		case e.line != y:
			e.text += " "
		}
		e.line = y
		e.text += text
		return
	}
}

// kid is a part of an element: an element within, the marked content of a page,
// or a link.
type kid struct {
	element *element
	page    *page
	mcid    int
	link    *link
}

// Begin opens an element within the one that is open. What is drawn until its
// End belongs to it, on whatever pages; what is drawn outside any element is an
// artifact.
func (d *Document) Begin(tag Tag, attrs ...Attr) {
	within := d.within()
	e := &element{tag: tag, attrs: attrs, parent: within}
	if within.tag == Artifact {
		e.tag = Artifact
	}
	if e.tag != Artifact {
		within.kids = append(within.kids, kid{element: e})
		d.elements = append(d.elements, e)
	}
	d.open = append(d.open, e)
}

// End closes the element begun last.
func (d *Document) End() {
	if len(d.open) == 0 {
		d.keep(errors.New("an element ends that was not begun"))
		return
	}
	d.open = d.open[:len(d.open)-1]
}

// within is the innermost open element, or the root.
func (d *Document) within() *element {
	if len(d.open) == 0 {
		return d.root
	}
	return d.open[len(d.open)-1]
}
