package deliver

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
)

// writePDF writes the invoice as an A4 document in its language, as its layout
// says. A draft or a preview is marked on every page (R29). The creation date is
// the date of issue, or the last day of the period, so that the same invoice gives
// the same bytes (R31). The error says so where the program has no fonts.
func writePDF(w io.Writer, doc Document) error {
	p, err := newPrinter(doc)
	if err == nil {
		p.print()
		err = p.writeTo(w)
	}
	if err != nil {
		return fmt.Errorf("writing invoice %s as PDF: %w", doc.ID, err)
	}
	return nil
}

// sections are the parts of a document in no order of their own; the layout has
// it. A new one is a line here.
func sections() []section {
	return []section{
		{"opening", (*printer).opening},
		{"amount", (*printer).amountDue},
		{"summary", (*printer).summary},
		{"accounts", (*printer).accounts},
		{"items", (*printer).items},
		{"totals", (*printer).totals},
		{"payment", (*printer).payment},
		{"remarks", (*printer).remarks},
		{"note", (*printer).note},
		{"rates", (*printer).rates},
		{"rounding", (*printer).rounding},
		{"pricing", (*printer).pricing},
	}
}

type section struct {
	name string
	draw func(p *printer)
}

// Sections lists what Sections of a layout takes.
func Sections() []string { return namesOf(sections(), func(s section) string { return s.name }) }

// printer puts one document on sheets.
type printer struct {
	*sheet
	design
	inv      invoice.Invoice
	whole    Document
	l        *labels
	words    billing.LayoutWords // of the layout, in the document's language
	pictures map[string]*paper.Image
	contents []entryOfContents   // what begins on which page
	beside   field               // what the totals leave free
	footAt   map[int]paper.Milli // where the footer of a page is not at its place
}

func newPrinter(doc Document) (*printer, error) {
	inv := doc.Invoice
	p := &printer{design: designOf(inv.Frozen.Layout), inv: inv, whole: doc, footAt: map[int]paper.Milli{}}
	p.l, p.words = wordsOf(inv.Language, p.design.layout.Words)
	fonts, err := doc.fonts(p.design.layout.Fonts)
	if err != nil {
		return nil, err
	}
	if p.pictures, err = doc.images(p.design.layout); err != nil {
		return nil, err
	}
	created := inv.Period.LastDay()
	if inv.IssueDate != nil {
		created = *inv.IssueDate
	}
	p.sheet = newSheet(paper.Info{
		Title: p.name(), Subject: inv.ID, Author: inv.Seller.Name, Language: cmp.Or(inv.Language, "en"), Created: created.Time(), Facturx: doc.Facturx,
	}, newTypesetter(inv.Language, fonts))
	for _, file := range doc.Files {
		p.doc.Attach(file)
	}
	p.floor -= p.footHeight()
	p.onPage = p.pageHead
	return p, nil
}

// print draws the whole document.
func (p *printer) print() {
	if p.layout.Cover {
		p.newPage()
	}
	p.newPage()
	p.head(p)
	for _, name := range p.layout.Sections {
		for _, s := range sections() {
			if s.name == name {
				s.draw(p)
			}
		}
	}
	p.swissBill()
	p.annexes()
	if p.layout.Cover {
		p.cover()
	}
	p.footers()
}

// kind is what the document calls itself.
func (p *printer) kind() string {
	switch p.inv.Document {
	case invoice.DocumentCreditNote:
		return p.l.creditNote
	case invoice.DocumentDebitNote:
		return p.l.debitNote
	}
	return p.l.invoice
}

// japaneseRegistration is the number of a seller who may write qualified
// invoices.
var japaneseRegistration = regexp.MustCompile(`^T[0-9]{13}$`)

// qualified names what a Japanese document is for consumption tax, or nothing.
// In another currency than yen it is none: the tax would have to be in yen.
func (p *printer) qualified() string {
	if !japaneseRegistration.MatchString(p.inv.Seller.TaxRegistration) || p.inv.Currency != "JPY" {
		return ""
	}
	if p.inv.Document == invoice.DocumentCreditNote {
		return p.l.qualifiedReturn
	}
	return p.l.qualified
}

// name is the kind with the number, where there is one.
func (p *printer) name() string { return strings.TrimSpace(p.kind() + " " + p.inv.Number) }

// mark is the word for a document that is not final, empty for a final one,
// and the sentence that says what it means.
func (p *printer) mark() (word, meaning string) {
	switch {
	case p.inv.Preview:
		return p.l.preview, p.l.previewNote
	case p.inv.State == invoice.Draft:
		return p.l.draft, p.l.draftNote
	}
	return "", ""
}

// money writes an amount of the document, in the billing currency.
func (p *printer) money(amount money.Decimal) string { return p.l.fixed(amount, p.inv.Digits) }

// withCurrency writes an amount behind its currency.
func (p *printer) withCurrency(amount money.Decimal) string {
	return string(p.inv.Currency) + "\u00a0" + p.money(amount)
}

// isDue tells whether the customer has something to pay by a day.
func (p *printer) isDue() bool { return p.inv.DueDate != nil && p.inv.Payable.Sign() > 0 }

// payableLabel names what is left to pay, or to give back, or went to the
// balance instead.
func (p *printer) payableLabel() string {
	switch {
	case p.allCarried():
		return p.l.carried
	case p.inv.Document == invoice.DocumentCreditNote:
		return p.l.credited
	}
	return p.l.payable
}

// payable is the amount of that label: a credit note credits a positive amount.
func (p *printer) payable() money.Decimal {
	switch {
	case p.allCarried():
		return p.inv.Carried
	case p.inv.Document == invoice.DocumentCreditNote:
		return p.inv.Payable.Neg()
	}
	return p.inv.Payable
}

// allCarried tells whether a credit went to the balance and nothing is paid out.
func (p *printer) allCarried() bool {
	return p.inv.Document == invoice.DocumentCreditNote && p.inv.Payable.IsZero() && !p.inv.Carried.IsZero()
}
