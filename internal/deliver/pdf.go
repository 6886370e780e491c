package deliver

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/signintech/gopdf"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// writePDF writes the invoice as an A4 document in its language. A draft or a
// preview is marked on every page (R29). The creation date is the date of issue,
// or the last day of the period, so that the same invoice gives the same bytes
// (R31). The error says so where the program has no fonts.
func writePDF(w io.Writer, inv invoice.Invoice) error {
	p := printer{sheet: newSheet(inv.Language), inv: inv, l: labelsFor(inv.Language)}
	p.onPage = p.pageHead
	p.newPage()
	p.letterhead()
	p.parties()
	p.amountDue()
	for i, account := range inv.Accounts {
		p.drawTable(p.accountTable(account))
		p.accountCharges(i)
	}
	if len(inv.AdditionalItems) > 0 {
		p.drawTable(p.itemTable())
	}
	p.totals()
	p.notes()
	p.footers()

	created := inv.Period.LastDay()
	if inv.IssueDate != nil {
		created = *inv.IssueDate
	}
	p.pdf.SetInfo(gopdf.PdfInfo{
		Title: p.name(), Subject: inv.ID, Author: inv.Seller.Name, Creator: "Sluice", CreationDate: created.Time(),
	})
	var document bytes.Buffer // the PDF library does not report errors of its writer
	if _, err := p.pdf.WriteTo(&document); err != nil {
		p.keep(err)
	}
	if err := p.fault(); err != nil {
		return fmt.Errorf("writing invoice %s as PDF: %w", inv.ID, err)
	}
	if _, err := document.WriteTo(w); err != nil {
		return fmt.Errorf("writing invoice %s as PDF: %w", inv.ID, err)
	}
	return nil
}

// printer puts one invoice on a sheet.
type printer struct {
	*sheet
	inv invoice.Invoice
	l   *labels
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

// pageHead draws the mark of a draft behind the page, and from the second page
// on whose document this is.
func (p *printer) pageHead(number int) {
	if word, _ := p.mark(); word != "" {
		p.watermark(word)
	}
	if number == 1 {
		return
	}
	p.textWithin(left, 40, small, p.inv.Seller.Name, 220)
	p.textRight(right, 40, small, p.name())
	p.rule(left, right, 47)
	p.y = 58
}

// watermark writes a word across the page, as large as it fits.
func (p *printer) watermark(word string) {
	glyphs := p.types.set(word, true)
	size := min(120, 470*100/max(1, width(glyphs, 100)))
	x, y := pageWidth/2, pageHeight/2
	p.pdf.Rotate(50, x, y)
	p.draw(x-width(glyphs, size)/2, y+size/3, style{size, true, faint}, glyphs)
	p.pdf.RotateReset()
}

// letterhead draws the seller on the left and the kind of document on the
// right.
func (p *printer) letterhead() {
	y := p.block(left, top, style{13, true, ink}, p.inv.Seller.Name, 270, 2) + 3
	y = p.address(left, y, p.inv.Seller, 270)

	title := style{22, true, accent}
	p.textRight(right, top+17, title, p.kind())
	lower := top + 26.0
	if qualified := p.qualified(); qualified != "" {
		p.textRight(right, lower+9, style{10, true, accent}, qualified)
		lower += 16
	}
	if word, _ := p.mark(); word != "" {
		tag := style{9, true, white}
		w := width(p.types.set(word, true), tag.size) + 14
		p.fill(right-w, lower+2, w, 16, warning)
		p.textRight(right-7, lower+13.3, tag, word)
		lower += 20
	}
	p.y = max(y, lower) + 22
}

// address draws what a party has below its name and returns the lower edge.
func (p *printer) address(x, y float64, party invoice.Party, limit float64) float64 {
	st := style{8.5, false, grey}
	for _, text := range party.Address {
		y = p.block(x, y, st, text, limit, 2)
	}
	if party.TaxRegistration != "" {
		y = p.block(x, y, st, p.l.registration+" "+party.TaxRegistration, limit, 2)
	}
	if party.Contact != "" {
		y = p.block(x, y, st, party.Contact, limit, 2)
	}
	return y
}

// parties draws the buyer on the left, and number, period and dates on the
// right.
func (p *printer) parties() {
	p.rule(left, right, p.y-10)
	p.text(left, p.y+small.size, smallBold, p.l.billTo)
	buyer := p.inv.Buyer.Name
	if p.l.honorific != "" && !strings.HasSuffix(buyer, p.l.honorific) {
		buyer += " " + p.l.honorific
	}
	y := p.block(left, p.y+13, style{11, true, ink}, buyer, 260, 3) + 2
	y = p.address(left, y, p.inv.Buyer, 260)

	lower := p.y + small.size
	fact := func(label, value string) {
		if value != "" {
			p.text(340, lower, style{8.5, false, grey}, label)
			p.textRight(right, lower, style{8.5, false, ink}, value)
			lower += 14
		}
	}
	fact(p.l.number, p.inv.Number)
	fact(p.l.period, p.l.days(p.inv.Period))
	if p.inv.Provider != "" {
		fact(p.l.provider, providerName(p.inv.Provider))
	}
	if p.inv.IssueDate != nil {
		fact(p.l.issued, p.l.day(*p.inv.IssueDate))
	}
	if p.isDue() {
		fact(p.l.due, p.l.day(*p.inv.DueDate))
	}
	p.y = max(y, lower) + 14
}

// amountDue draws the band that says what is to be paid and until when.
func (p *printer) amountDue() {
	if p.inv.Title != "" {
		p.y = p.block(left, p.y, style{10.5, true, ink}, p.inv.Title, right-left, 2) + 8
	}
	p.correction()
	const height = 40
	p.fill(left, p.y, right-left, height, band)
	p.fill(left, p.y, 3, height, accent)
	label, due := p.y+24, p.isDue()
	if due {
		label -= 6
	}
	p.text(left+14, label, body.strong(), p.payableLabel())
	if due {
		p.text(left+14, label+12.5, small, p.l.due+" "+p.l.day(*p.inv.DueDate))
	}
	p.textRight(right-12, p.y+26, style{16, true, accent}, p.withCurrency(p.payable()))
	p.y += height
	if _, meaning := p.mark(); meaning != "" {
		p.y = p.block(left, p.y+7, style{8, false, warning}, meaning, right-left, 2)
	}
}

// isDue tells whether the customer has something to pay by a day.
func (p *printer) isDue() bool { return p.inv.DueDate != nil && p.inv.Payable.Sign() > 0 }

// correction says which invoice the document corrects and why.
func (p *printer) correction() {
	original := p.inv.Corrects
	if original == nil {
		return
	}
	text := fmt.Sprintf(p.l.corrects, original.Number, p.l.day(original.IssueDate))
	p.y = p.block(left, p.y, style{10.5, true, ink}, text, right-left, 2) + 2
	if original.Reason != "" {
		p.y = p.block(left, p.y, body, fmt.Sprintf(p.l.reason, cmp.Or(p.l.why[original.Reason], original.Reason)), right-left, 4) + 1
	}
	p.y = p.block(left, p.y, style{8.5, false, grey}, p.l.differences, right-left, 2) + 8
}

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
