package paper

import (
	"fmt"
	"strconv"
)

// writeStructure writes the structure tree and gives its number. The pages have
// their numbers already; links get theirs here.
func (d *Document) writeStructure(f *file) int {
	tree := f.reserve()
	elements := append([]*element{d.root}, d.elements...)
	for _, e := range elements {
		e.number = f.reserve()
	}
	keys := len(d.pages) // of the parent tree: the pages', then the links'
	parents := []byte("<</Nums[")
	for _, p := range d.pages {
		owners := []byte{'['}
		for _, owner := range p.owners {
			owners = append(appendReference(owners, owner.number), ' ')
		}
		parents = fmt.Appendf(parents, "%d %d 0 R ", p.number, f.add(append(owners, ']')))
	}
	for _, p := range d.pages {
		for _, l := range p.links {
			l.object = l.write(f, keys)
			parents = fmt.Appendf(parents, "%d %d 0 R ", keys, l.element.number)
			keys++
		}
	}
	parentTree := f.add(append(parents, "]>>"...))
	var body []byte // used again for each element
	for _, e := range elements {
		parent := tree
		if e.parent != nil {
			parent = e.parent.number
		}
		body = e.append(body[:0], parent)
		f.put(e.number, body)
	}
	f.put(tree, fmt.Appendf(nil, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", d.root.number, parentTree, keys))
	return tree
}

// append writes the element as an object.
func (e *element) append(b []byte, parent int) []byte {
	b = append(appendName(append(b, "<</S"...), string(e.tag)), "/P "...)
	b = appendReference(b, parent)
	table := false // whether entries on tables are open
	for _, a := range e.attrs {
		switch a.key {
		case "Scope", "ColSpan", "Summary":
			if !table {
				b, table = append(b, "/A<</O/Table"...), true
			}
			b = a.append(b)
		}
	}
	if table {
		b = append(b, ">>"...)
	}
	for _, a := range e.attrs {
		switch a.key {
		case "Alt", "Lang":
			b = a.append(b)
		}
	}
	home := e.home()
	if home != nil {
		b = appendReference(append(b, "/Pg "...), home.object)
	}
	b = append(b, "/K["...)
	for _, k := range e.kids {
		b = append(k.append(b, home), ' ')
	}
	return append(b, "]>>"...)
}

// append writes a property with its key.
func (a Attr) append(b []byte) []byte {
	b = appendName(b, a.key)
	switch a.key {
	case "Scope":
		return appendName(b, a.text)
	case "ColSpan":
		return strconv.AppendInt(append(b, ' '), int64(a.number), 10)
	}
	return appendText(b, a.text)
}

// home is the page on which the element's own content begins; nil when it has
// none.
func (e *element) home() *page {
	for _, k := range e.kids {
		if k.page != nil {
			return k.page
		}
	}
	return nil
}

// append writes a part of an element whose home is that page.
func (k kid) append(b []byte, home *page) []byte {
	switch {
	case k.element != nil:
		return appendReference(b, k.element.number)
	case k.link != nil:
		return fmt.Appendf(b, "<</Type/OBJR/Obj %d 0 R/Pg %d 0 R>>", k.link.object, k.page.object)
	case k.page == home:
		return strconv.AppendInt(b, int64(k.mcid), 10)
	}
	return fmt.Appendf(b, "<</Type/MCR/Pg %d 0 R/MCID %d>>", k.page.object, k.mcid)
}

// write writes the link as an annotation with its key in the parent tree.
func (l *link) write(f *file, key int) int {
	b := append(appendLengths([]byte("<</Type/Annot/Subtype/Link/Border[0 0 0]/F 4/Rect["), l.box[:]...), ']')
	b = appendText(append(b, "/Contents"...), l.alt)
	b = appendASCII(append(b, "/A<</S/URI/URI"...), l.url)
	return f.add(fmt.Appendf(b, ">>/StructParent %d>>", key))
}

// heading is an entry of the outline with those below it.
type heading struct {
	element *element
	number  int
	below   []*heading
}

// writeOutline writes the outline of the headings H1 and H2 and gives its
// number; 0 when there are none.
func (d *Document) writeOutline(f *file) int {
	var top []*heading
	count := 0
	for _, e := range d.elements {
		if e.page == nil {
			continue // no heading, or an empty one
		}
		h := &heading{element: e, number: f.reserve()}
		count++
		if e.tag == H2 && len(top) > 0 && top[len(top)-1].element.tag == H1 {
			above := top[len(top)-1]
			above.below = append(above.below, h)
			continue
		}
		top = append(top, h)
	}
	if count == 0 {
		return 0
	}
	outline := f.reserve()
	d.writeHeadings(f, top, outline)
	f.put(outline, fmt.Appendf(nil, "<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", top[0].number, top[len(top)-1].number, count))
	return outline
}

// writeHeadings writes headings side by side below an entry, and those below
// them.
func (d *Document) writeHeadings(f *file, side []*heading, parent int) {
	for i, h := range side {
		b := appendText([]byte("<</Title"), h.element.text)
		b = fmt.Appendf(b, "/Parent %d 0 R/SE %d 0 R/Dest[%d 0 R/XYZ 0 ", parent, h.element.number, h.element.page.object)
		b = append(appendMilli(b, d.height-h.element.y), " 0]"...)
		if i > 0 {
			b = fmt.Appendf(b, "/Prev %d 0 R", side[i-1].number)
		}
		if i < len(side)-1 {
			b = fmt.Appendf(b, "/Next %d 0 R", side[i+1].number)
		}
		if n := len(h.below); n > 0 {
			b = fmt.Appendf(b, "/First %d 0 R/Last %d 0 R/Count %d", h.below[0].number, h.below[n-1].number, n)
			d.writeHeadings(f, h.below, h.number)
		}
		f.put(h.number, append(b, ">>"...))
	}
}
