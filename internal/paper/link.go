package paper

import "errors"

// link is an area of a page that leads somewhere.
type link struct {
	element *element
	url     string
	alt     string
	box     [4]Milli // left, bottom, right, top, from the lower left corner of the page
	object  int      // its number in the file
}

// Link makes the rectangle of the current page lead to the address. The link is
// part of the open element where that is a Link, else of a Link of its own;
// links are not turned by Rotated. alt says where it leads; without it the
// address does.
func (d *Document) Link(url string, x, y, w, h Milli, alt string) {
	p := d.current
	if p == nil {
		d.keep(errNoPage)
		return
	}
	if url == "" {
		d.keep(errors.New("a link leads nowhere"))
		return
	}
	if alt == "" {
		alt = url
	}
	e := d.within()
	if e.tag != Link {
		for e.tag == Artifact { // a link is never one
			e = e.parent
		}
		own := &element{tag: Link, parent: e}
		e.kids = append(e.kids, kid{element: own})
		d.elements = append(d.elements, own)
		e = own
	}
	l := &link{element: e, url: ascii(url), alt: alt, box: [4]Milli{x, d.height - y - h, x + w, d.height - y}}
	p.links = append(p.links, l)
	e.kids = append(e.kids, kid{page: p, link: l})
}

// ascii writes the bytes of an address that are not ASCII, or control
// characters, by their codes.
func ascii(url string) string {
	out := make([]byte, 0, len(url))
	for _, c := range []byte(url) {
		if c <= ' ' || c > '~' {
			out = append(out, '%', hexDigits[c>>4], hexDigits[c&15])
			continue
		}
		out = append(out, c)
	}
	return string(out)
}
