package press

import (
	"context"
	"io"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// Preview is what to print in a layout that nobody has saved.
type Preview struct {
	Layout   billing.Layout       // one that config.Check lets in
	Document *invoice.Invoice     // nil for a sample
	Kind     invoice.DocumentKind // of the sample; an invoice where it is empty
	Language string               // BCP 47; the document's own where it is empty, of a sample English
}

// Preview writes the PDF of a document, or of a sample, in a layout that is not in
// force. No amount is another than on the document. It is an error where the layout
// names a picture or font that is not there.
func (p *Press) Preview(ctx context.Context, w io.Writer, o Preview) error {
	doc, err := p.previewed(ctx, o)
	if err != nil {
		return err
	}
	pdf, err := deliver.ByName("pdf")
	if err != nil {
		return err
	}
	return pdf.Write(w, doc)
}

func (p *Press) previewed(ctx context.Context, o Preview) (doc deliver.Document, err error) {
	if o.Document != nil {
		shown := *o.Document
		shown.Frozen.Layout = &o.Layout
		if o.Language != "" {
			shown.Language = o.Language
		}
		return p.Document(ctx, shown)
	}
	language := o.Language
	if language == "" {
		language = "en"
	}
	if doc.Invoice, err = Sample(o.Kind, language); err != nil {
		return doc, err
	}
	doc.Frozen.Layout = &o.Layout
	if doc.Annex, err = sampleAnnex(doc.Invoice); err != nil {
		return doc, err
	}
	doc.Pictures, err = p.artwork.Of(ctx, &o.Layout)
	return doc, err
}
