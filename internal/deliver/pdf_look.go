package deliver

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/paper"
)

// A look is what a layout starts from. A new one is a line here, and a letterhead
// where none of those there are fits.
type look struct {
	name    string
	layout  billing.Layout // every field that has a default
	head    func(p *printer)
	padding paper.Milli // above and below the text of a row
	gap     paper.Milli // before a table
	strip   bool        // of the accent's colour at the upper edge of the first page
}

// looks has the default first.
func looks() []look {
	carry, qr := true, []string{"epc", "swiss"}
	facts := []string{"number", "period", "provider", "issued", "due", "buyer-reference", "order", "contract", "project", "accounting"}
	colours := billing.LayoutColours{Accent: "#1f3d66", Ink: "#20262d", Muted: "#6b737c", Line: "#dde1e6", Band: "#f3f5f9"}
	black := billing.LayoutColours{Accent: "#1d2733", Ink: "#16191d", Muted: "#5c6168", Line: "#c9ced4", Band: "#f2f3f4"}
	return []look{
		{
			name: "modern",
			layout: billing.Layout{
				Colours: colours, Size: 100, Facts: facts, Columns: []string{"cost", "rate"},
				Sections: []string{"opening", "amount", "accounts", "items", "totals", "payment", "remarks", "note", "rates", "rounding", "pricing"},
				Annexes:  Annexes(), Carry: &carry, PageNumbers: "of-total", QR: qr,
			},
			head: (*printer).modernHead, padding: 2400, gap: 16 * point, strip: true,
		},
		{
			name: "classic",
			layout: billing.Layout{
				Colours: black, Size: 100, Facts: facts, Columns: []string{"position", "cost", "rate"},
				Sections: []string{"opening", "amount", "summary", "items", "totals", "payment", "remarks", "note", "accounts", "rates", "rounding", "pricing"},
				Annexes:  Annexes(), Carry: &carry, PageNumbers: "of-total", QR: qr,
			},
			head: (*printer).classicHead, padding: 2400, gap: 14 * point,
		},
		{
			name: "compact",
			layout: billing.Layout{
				Colours: colours, Size: 88, Facts: facts, Columns: []string{"cost", "rate"},
				Sections: []string{"opening", "amount", "totals", "payment", "remarks", "summary", "items", "accounts", "note", "rates", "rounding", "pricing"},
				Annexes:  Annexes(), Carry: &carry, PageNumbers: "of-total", QR: qr,
			},
			head: (*printer).modernHead, padding: 1100, gap: 10 * point,
		},
	}
}

// Looks lists what BasedOn of a layout takes, the default first.
func Looks() []string { return namesOf(looks(), func(l look) string { return l.name }) }

func namesOf[T any](list []T, name func(T) string) []string {
	names := make([]string, len(list))
	for i, item := range list {
		names[i] = name(item)
	}
	return names
}

// lookOf returns a look by its name, or the default.
func lookOf(name string) look {
	all := looks()
	if i := slices.IndexFunc(all, func(l look) bool { return l.name == name }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// design is a layout with its look: everything that drawing asks for.
type design struct {
	look
	layout billing.Layout

	accent, ink, grey, line, band, faint, warning, white paper.Colour

	body, small, smallBold, second style // second is for addresses and facts
}

// designOf fills a layout in with its look; nil is the default look as it is.
func designOf(layout *billing.Layout) design {
	if layout == nil {
		layout = &billing.Layout{}
	}
	d := design{look: lookOf(layout.BasedOn), layout: *layout}
	base, l := d.look.layout, &d.layout
	l.Size = cmp.Or(l.Size, base.Size)
	l.PageNumbers = cmp.Or(l.PageNumbers, base.PageNumbers)
	for _, list := range []struct{ own, base *[]string }{
		{&l.Facts, &base.Facts}, {&l.Columns, &base.Columns}, {&l.Sections, &base.Sections}, {&l.Annexes, &base.Annexes}, {&l.QR, &base.QR},
	} {
		if len(*list.own) == 0 {
			*list.own = *list.base
		}
	}
	if l.Carry == nil {
		l.Carry = base.Carry
	}
	d.accent = colourOf(l.Colours.Accent, base.Colours.Accent)
	d.ink = colourOf(l.Colours.Ink, base.Colours.Ink)
	d.grey = colourOf(l.Colours.Muted, base.Colours.Muted)
	d.line = colourOf(l.Colours.Line, base.Colours.Line)
	d.band = colourOf(l.Colours.Band, base.Colours.Band)
	d.faint, d.warning, d.white = paper.Colour{R: 241, G: 242, B: 245}, paper.Colour{R: 176, G: 42, B: 55}, paper.Colour{R: 255, G: 255, B: 255}
	d.body, d.second = d.style(9000, d.ink), d.style(8500, d.grey)
	d.small = d.style(7500, d.grey)
	d.smallBold = d.small.strong()
	return d
}

// style is of that size, before the layout's percentage.
func (d design) style(size paper.Milli, c paper.Colour) style {
	return style{size: size * paper.Milli(d.layout.Size) / 100, colour: c}
}

// hides tells whether the layout leaves a small thing out.
func (d design) hides(what string) bool { return slices.Contains(d.layout.Hide, what) }

// Hidden lists what Hide of a layout takes. None of them is an amount that
// counts.
func Hidden() []string {
	return []string{"account-ids", "marketplace", "entries", "fee-details", "discount-details", "subtotal", "after-discount", "buyer-contact", "seller-contact", "honorific", "document-id", "strip"}
}

// PageNumberings lists what PageNumbers of a layout takes, the default first.
func PageNumberings() []string { return []string{"of-total", "plain", "none"} }

// colourOf reads #rrggbb; the look's own stands for what is none.
func colourOf(text, base string) paper.Colour {
	n, err := strconv.ParseUint(text[min(1, len(text)):], 16, 24)
	if err != nil || len(text) != len("#rrggbb") {
		n, _ = strconv.ParseUint(base[1:], 16, 24)
	}
	return paper.Colour{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n)}
}
