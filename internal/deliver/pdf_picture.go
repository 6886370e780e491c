package deliver

import (
	"fmt"
	"sync"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/paper"
)

// millimetre is 72/25.4 points.
const millimetre = 2835

// images reads the pictures that the layout names.
func (doc Document) images(layout billing.Layout) (map[string]*paper.Image, error) {
	read := map[string]*paper.Image{}
	for _, picture := range []*billing.LayoutPicture{layout.Logo, layout.Stamp} {
		if picture == nil || doc.Pictures[picture.Picture] == nil {
			continue
		}
		image, err := loadImage(picture.Picture, doc.Pictures[picture.Picture])
		if err != nil {
			return nil, fmt.Errorf("the picture %s of layout %s: %w", picture.Picture, layout.ID, err)
		}
		read[picture.Picture] = image
	}
	return read, nil
}

// ownImages are the pictures of layouts that were read, by the ids of their
// contents, which are never something else. There are as many as resellers have.
var ownImages sync.Map

func loadImage(id string, data []byte) (*paper.Image, error) {
	if known, ok := ownImages.Load(id); ok {
		return known.(*paper.Image), nil
	}
	image, err := paper.LoadImage(data)
	if err == nil {
		ownImages.Store(id, image)
	}
	return image, err
}

// ownFonts are the fonts of layouts that were read, by the ids of their contents,
// which are never something else. There are as many as resellers have.
var ownFonts sync.Map

// fonts reads the fonts that the layout names, by whether they are bold; nil where
// it names none or they are not there.
func (doc Document) fonts(named *billing.LayoutFonts) (map[bool]*paper.Font, error) {
	if named == nil {
		return nil, nil
	}
	fonts := map[bool]*paper.Font{}
	for bold, id := range map[bool]string{false: named.Regular, true: named.Bold} {
		if doc.Pictures[id] == nil {
			continue
		}
		font, known := ownFonts.Load(id)
		if !known {
			read, err := paper.LoadFont("Own-"+id, doc.Pictures[id])
			if err != nil {
				return nil, fmt.Errorf("the font %s of the layout: %w", id, err)
			}
			font, _ = ownFonts.LoadOrStore(id, read)
		}
		fonts[bold] = font.(*paper.Font)
	}
	switch {
	case fonts[false] == nil:
		return nil, nil
	case fonts[true] == nil:
		fonts[true] = fonts[false]
	}
	return fonts, nil
}

// LogoPlaces lists where a layout can have the logo, the default first.
func LogoPlaces() []string { return []string{"left", "centre", "right"} }

// logo draws the layout's logo with its upper edge at y where its place is that,
// and returns the lower edge with a gap, else y.
func (p *printer) logo(y paper.Milli, place string) paper.Milli {
	logo := p.layout.Logo
	if logo == nil || logo.Place != place && (logo.Place != "" || place != "left") {
		return y
	}
	w, h, ok := p.fitted(logo, 50*millimetre, 18*millimetre)
	if !ok {
		return y
	}
	x := paper.Milli(left)
	switch place {
	case "right":
		x = right - w
	case "centre":
		x = pageWidth/2 - w/2
	}
	p.image(logo, x, y, w, h, p.inv.Seller.Name)
	return y + h + 9*point
}

// stamp draws the layout's stamp at the right end of the seller's column, whose
// upper edge is upper, and returns what it takes of its width. A long name runs into
// it, as it does on paper; the stamp comes first, so that the name is read even where
// the picture is not transparent.
func (p *printer) stamp(upper, end paper.Milli) paper.Milli {
	stamp := p.layout.Stamp
	if stamp == nil {
		return 0
	}
	w, h, ok := p.fitted(stamp, 21*millimetre, 21*millimetre)
	if !ok || w > end-left {
		return 0
	}
	p.image(stamp, end-w, max(upper-5*point, 12*point), w, h, p.l.seal)
	return min(w+8*point, (end-left)/2)
}

// fitted is how large a picture is drawn: as large as it fits into its box.
func (p *printer) fitted(picture *billing.LayoutPicture, width, height paper.Milli) (w, h paper.Milli, ok bool) {
	image := p.pictures[picture.Picture]
	if image == nil {
		return 0, 0, false
	}
	if picture.Width > 0 {
		width = paper.Milli(picture.Width) * millimetre
	}
	if picture.Height > 0 {
		height = paper.Milli(picture.Height) * millimetre
	}
	columns, rows := image.Size()
	w, h = width, width*paper.Milli(rows)/paper.Milli(max(1, columns))
	if h > height {
		w, h = height*paper.Milli(columns)/paper.Milli(max(1, rows)), height
	}
	return max(w, point), max(h, point), true
}

// image draws a picture as a figure.
func (p *printer) image(picture *billing.LayoutPicture, x, y, w, h paper.Milli, alt string) {
	if picture.Alt != "" {
		alt = picture.Alt
	}
	p.within(paper.P, func() { p.doc.Image(p.pictures[picture.Picture], x, y, w, h, alt) })
}
