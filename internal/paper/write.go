package paper

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

// WriteTo writes the document as a PDF file and returns how many bytes. The
// error is the first fault of drawing, or the writer's. The document can
// be drawn on afterwards, and written again.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	switch {
	case len(d.pages) == 0:
		d.keep(errors.New("it has no page"))
	case len(d.open) > 0:
		d.keep(fmt.Errorf("the element %s has no end", d.within().tag))
	}
	if d.err != nil {
		return 0, d.err
	}
	n, err := w.Write(d.file())
	return int64(n), err
}

func (d *Document) file() []byte {
	f := newFile()
	tree := f.reserve()
	for _, p := range d.pages {
		p.unmark()
		p.object = f.reserve()
	}
	structure := d.writeStructure(f)
	d.writePages(f, tree)
	outline := d.writeOutline(f)

	metadata := f.reserve()
	f.raw(metadata, "/Type/Metadata/Subtype/XML", d.info.metadata())
	colours := f.reserve()
	f.stream(colours, "/N 3", sRGB())
	b := fmt.Appendf(nil, "<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Metadata %d 0 R", tree, structure, metadata)
	b = fmt.Appendf(b, "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC 61966-2-1)/DestOutputProfile %d 0 R>>]", colours)
	b = append(b, "/ViewerPreferences<</DisplayDocTitle true>>"...)
	if d.info.Language != "" {
		b = appendText(append(b, "/Lang"...), d.info.Language)
	}
	if outline != 0 {
		b = appendReference(append(b, "/Outlines "...), outline)
	}
	b = append(b, d.writeAttachments(f)...)
	catalog := f.add(append(b, ">>"...))
	return f.finish(catalog, d.writeInfo(f))
}

// writePages writes the pages with what they draw, all with the same resources.
func (d *Document) writePages(f *file, tree int) {
	fonts := []byte("<<")
	for _, a := range d.fonts {
		fonts = strconv.AppendInt(append(fonts, "/F"...), int64(a.number), 10)
		fonts = appendReference(append(fonts, ' '), a.write(f))
	}
	pictures := []byte("<<")
	for i, img := range d.images {
		pictures = strconv.AppendInt(append(pictures, "/I"...), int64(i+1), 10)
		pictures = appendReference(append(pictures, ' '), img.write(f))
	}
	resources := f.add(fmt.Appendf(nil, "<</Font%s>>/XObject%s>>>>", fonts, pictures))

	kids := []byte("[")
	for _, p := range d.pages {
		content := f.reserve()
		f.stream(content, "", p.content)
		b := fmt.Appendf(nil, "<</Type/Page/Parent %d 0 R/Resources %d 0 R/Contents %d 0 R/StructParents %d/Tabs/S/MediaBox[0 0 ",
			tree, resources, content, p.number)
		b = append(appendLengths(b, d.width, d.height), ']')
		if p.clear {
			b = append(b, "/Group<</S/Transparency/CS/DeviceRGB>>"...)
		}
		if len(p.links) > 0 {
			b = append(b, "/Annots["...)
			for _, l := range p.links {
				b = append(appendReference(b, l.object), ' ')
			}
			b = append(b, ']')
		}
		f.put(p.object, append(b, ">>"...))
		kids = append(appendReference(kids, p.object), ' ')
	}
	f.put(tree, fmt.Appendf(nil, "<</Type/Pages/Count %d/Kids%s]>>", len(d.pages), kids))
}
