package deliver

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/signintech/gopdf"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
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
	for _, account := range inv.Accounts {
		p.drawTable(p.accountTable(account))
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
	if p.inv.Document == "credit-note" {
		return p.l.creditNote
	}
	return p.l.invoice
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
	lower := top + 26
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
	if p.inv.IssueDate != nil {
		fact(p.l.issued, p.l.day(*p.inv.IssueDate))
	}
	if p.inv.DueDate != nil {
		fact(p.l.due, p.l.day(*p.inv.DueDate))
	}
	p.y = max(y, lower) + 14
}

// amountDue draws the band that says what is to be paid and until when.
func (p *printer) amountDue() {
	if p.inv.Title != "" {
		p.y = p.block(left, p.y, style{10.5, true, ink}, p.inv.Title, right-left, 2) + 8
	}
	const height = 40
	p.fill(left, p.y, right-left, height, band)
	p.fill(left, p.y, 3, height, accent)
	label, due := p.y+24, p.inv.DueDate != nil
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

// payableLabel names what is left to pay, or to give back.
func (p *printer) payableLabel() string {
	if p.inv.Document == "credit-note" {
		return p.l.credited
	}
	return p.l.payable
}

// payable is the amount of that label: a credit note credits a positive amount.
func (p *printer) payable() money.Decimal {
	if p.inv.Document == "credit-note" {
		return p.inv.Payable.Neg()
	}
	return p.inv.Payable
}

// accountTable lists the services of an account: cost in the provider's
// currency with two decimals, exchange rate, and amount. Without exchange the
// cost would only repeat the amount and is left out.
func (p *printer) accountTable(account invoice.Account) table {
	t := table{
		title: account.Name, aside: account.Account, continued: p.l.continued, head: p.l.service,
		total: p.l.total, totalAmount: p.money(account.Total),
	}
	if t.title == "" {
		t.title, t.aside = account.Account, ""
	}
	costs := p.costCurrencies()
	exchanged := len(costs) > 1 || len(costs) == 1 && costs[0] != p.inv.Currency
	if exchanged {
		t.columns = []column{{fmt.Sprintf(p.l.cost, joinCurrencies(costs)), 378}, {p.l.rate, 440}}
	}
	t.columns = append(t.columns, column{fmt.Sprintf(p.l.amount, p.inv.Currency), inRight})
	for _, line := range account.Lines {
		r := row{text: line.Service}
		if line.Kind == statement.Marketplace {
			r.aside = p.l.marketplace
		}
		if exchanged {
			cost := p.l.fixed(line.Cost, 2)
			if len(costs) > 1 {
				cost = string(line.CostCurrency) + "\u00a0" + cost
			}
			r.numbers = []string{cost, p.l.exact(line.Rate)}
		}
		r.numbers = append(r.numbers, p.money(line.Amount))
		t.rows = append(t.rows, r)
	}
	return t
}

// costCurrencies lists the currencies of the costs, in order of appearance.
func (p *printer) costCurrencies() []money.Currency {
	var list []money.Currency
	seen := map[money.Currency]bool{}
	for _, account := range p.inv.Accounts {
		for _, line := range account.Lines {
			if !seen[line.CostCurrency] {
				seen[line.CostCurrency] = true
				list = append(list, line.CostCurrency)
			}
		}
	}
	return list
}

func joinCurrencies(list []money.Currency) string {
	codes := make([]string, len(list))
	for i, c := range list {
		codes[i] = string(c)
	}
	return strings.Join(codes, ", ")
}

// itemTable lists the additional items.
func (p *printer) itemTable() table {
	t := table{
		title: p.l.items, continued: p.l.continued, head: p.l.item,
		columns: []column{{p.l.unitPrice, 378}, {p.l.quantity, 440}, {fmt.Sprintf(p.l.amount, p.inv.Currency), inRight}},
		total:   p.l.total, totalAmount: p.money(additional(p.inv)),
	}
	for _, item := range p.inv.AdditionalItems {
		r := row{text: item.Label}
		if item.TaxFree {
			r.aside = p.l.taxFreeItem
		}
		price := p.l.fixed(item.UnitPrice, max(p.inv.Digits, item.UnitPrice.Scale()))
		r.numbers = []string{price, p.l.exact(item.Quantity), p.money(item.Amount)}
		t.rows = append(t.rows, r)
	}
	return t
}
