package deliver

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/paper"
)

// einvoiceFormats are the PDF that carries an e-invoice, and e-invoices alone.
func einvoiceFormats() []Format {
	formats := []Format{{
		Name: "facturx", Title: "Factur-X or ZUGFeRD (PDF)", About: "the PDF with the e-invoice in it, for people and programs alike",
		Ending: ".facturx.pdf", MediaType: "application/pdf", Missing: missing(carriedXML), Write: checked(carriedXML, writeFacturx),
	}}
	for _, f := range einvoice.Formats() {
		formats = append(formats, Format{
			Name: f.Name, Title: f.Title, About: einvoiceUses[f.Name], Ending: f.Ending, MediaType: f.MediaType, Missing: missing(f.Name),
			Write: checked(f.Name, func(w io.Writer, doc Document) error {
				if err := f.Write(w, doc.Invoice); err != nil {
					return fmt.Errorf("writing invoice %s as %s: %w", doc.ID, f.Title, err)
				}
				return nil
			}),
		})
	}
	return formats
}

// einvoiceUses say what each e-invoice is for.
var einvoiceUses = map[string]string{
	"ubl":           "the European e-invoice in UBL, for a buyer that asks for EN 16931",
	"cii":           "the European e-invoice in CII, for a buyer that asks for EN 16931",
	"xrechnung":     "for public bodies of Germany, in CII",
	"xrechnung-ubl": "for public bodies of Germany, in UBL",
	"peppol":        "for a buyer who is reached by Peppol in Europe",
	"pint-jp":       "for a buyer who is reached by Peppol in Japan, as a qualified invoice",
	carriedXML:      "what the Factur-X PDF carries, by itself",
}

// carriedXML is the e-invoice that a Factur-X PDF carries.
const carriedXML = "facturx-en16931"

// IncompleteError says what a document lacks for a format, all at once.
type IncompleteError struct {
	ID     string // the document's
	Format string // its title
	Gaps   []einvoice.Gap
}

// Error implements error, with a line for each gap.
func (e *IncompleteError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "invoice %s cannot be written as %s yet:", e.ID, e.Format)
	for _, g := range e.Gaps {
		b.WriteString("\n  " + g.String())
	}
	return b.String()
}

func missing(format string) func(invoice.Invoice) []einvoice.Gap {
	return func(inv invoice.Invoice) []einvoice.Gap { return einvoice.Missing(inv, format) }
}

// checked writes nothing of a document that the e-invoice cannot be made of.
func checked(format string, write func(io.Writer, Document) error) func(io.Writer, Document) error {
	return func(w io.Writer, doc Document) error {
		if gaps := einvoice.Missing(doc.Invoice, format); len(gaps) > 0 {
			f, err := einvoice.ByName(format)
			if err != nil {
				return err
			}
			return &IncompleteError{doc.ID, f.Title, gaps}
		}
		return write(w, doc)
	}
}

// writeFacturx writes the PDF with its e-invoice inside, by which programs read it
// (Factur-X 1.0, 6.2). Both say the same.
func writeFacturx(w io.Writer, doc Document) error {
	const name = "factur-x.xml"
	data, level, err := einvoice.FacturxXML(doc.Invoice)
	if err != nil {
		return err
	}
	doc.Files = append(slices.Clone(doc.Files), paper.Attachment{
		Name: name, MediaType: "text/xml", Description: "Factur-X", Relationship: "Alternative", Data: data, Modified: doc.IssueDate.Time(),
	})
	doc.Facturx = &paper.Facturx{ConformanceLevel: level, DocumentFileName: name}
	return writePDF(w, doc)
}
