package einvoice

import (
	"cmp"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// making is a document in the making: the invoice goes in, the model and what it
// cannot say come out.
type making struct {
	profile
	inv   invoice.Invoice
	words words
	doc   Document
	gaps  []Gap

	// main is what usage and all that names no other category is taxed as; free,
	// what is free of tax. nil where the document does not say it.
	main, free *VAT
	// named are the other ways by category of the settings.
	named map[string]VAT
}

// document is the model of an invoice, and what the profile needs and it has not.
// Of a draft the number and the dates are not missed: issuing gives them.
func (p profile) document(inv invoice.Invoice) (Document, []Gap) {
	m := &making{profile: p, inv: inv, words: wordsOf(inv.Language)}
	m.header()
	m.taxation()
	m.parties()
	m.payment()
	m.lines()
	m.breakdown()
	m.totals()
	m.taxCurrency()
	return m.doc, append(m.gaps, p.lacks(m.doc, inv.State == invoice.Draft)...)
}

// gap says that something is in the way; once, however often it is found.
func (m *making) gap(g Gap) {
	for _, known := range m.gaps {
		if known == g {
			return
		}
	}
	m.gaps = append(m.gaps, g)
}

// signed is an amount as the document writes it: a credit note turns all signs, so
// that what it gives back is positive.
func (m *making) signed(n money.Decimal) money.Decimal {
	if m.inv.Document == invoice.DocumentCreditNote {
		return n.Neg()
	}
	return n
}

// header is all that is neither party nor amount.
func (m *making) header() {
	inv, first, last := m.inv, m.inv.Period.FirstDay(), m.inv.Period.LastDay()
	m.doc = Document{
		Specification: m.specification, Process: m.process,
		Number: single(inv.Number), Issued: inv.IssueDate, Due: inv.DueDate, Type: m.documentType(),
		Currency: inv.Currency, Start: &first, End: &last,
		Note: paragraphs(inv.Title, inv.Note),
	}
	if r := inv.References; r != nil {
		m.doc.References = billing.References{
			Buyer: single(r.Buyer), Order: single(r.Order), Contract: single(r.Contract), Project: single(r.Project), Accounting: single(r.Accounting),
		}
	}
	if c := inv.Corrects; c != nil {
		issued := c.IssueDate
		m.doc.Corrects = []Preceding{{Number: single(c.Number), Issued: &issued}}
	}
}

// documentType is BT-3. A debit note is an invoice on top of the one that it
// names; where a profile has no type for it, it is written as an invoice. It is
// never a corrected invoice (384): that one stands for the whole amount again.
func (m *making) documentType() string {
	switch m.inv.Document {
	case invoice.DocumentCreditNote:
		return "381"
	case invoice.DocumentDebitNote:
		if m.debit != "" && !onlyInvoices(m.inv) {
			return m.debit
		}
	}
	return "380"
}

// onlyInvoices tells whether the rules of a country know no debit notes
// (IS-R-001, DE-R-017 of Peppol).
func onlyInvoices(inv invoice.Invoice) bool {
	seller, buyer := countryOf(inv.Seller), countryOf(inv.Buyer)
	return seller == "IS" || seller == "DE" && buyer == "DE"
}

// payment is how to pay (BG-16) and by when.
func (m *making) payment() {
	inv, bank := m.inv, m.inv.Seller.Bank
	m.doc.Terms = paragraphs(inv.Payment...)
	pay := Payment{Means: "1", Remittance: single(inv.Number)}
	if bank == nil {
		m.doc.Payment = pay
		return
	}
	pay.Holder = single(cmp.Or(bank.Holder, inv.Seller.Name))
	switch iban := compact(bank.IBAN); {
	case m.japan && bank.Number != "":
		pay.Means, pay.Account = "30", japaneseAccount(*bank)
	case danish(inv) && bank.Number != "" && bank.Code != "": // DK-R-005: 30 is not among the codes
		pay.Means, pay.Account, pay.Bank = "42", compact(bank.Number), compact(bank.Code)
	case iban != "":
		pay.Means, pay.Account, pay.IBAN, pay.Bank = "30", iban, true, compact(bank.BIC)
		if inv.Currency == "EUR" || danish(inv) {
			pay.Means = "58"
		}
		if !fitsIBAN(iban) {
			m.gap(Gap{
				Term: "BT-84", Field: "reseller.bank.iban", Rule: "BR-DE-19",
				What: "an IBAN whose check digits fit", Why: "no transfer reaches " + iban + "; compare it with what the bank wrote",
			})
		}
	case bank.Number != "":
		pay.Means, pay.Account, pay.Bank = "30", single(bank.Number), cmp.Or(compact(bank.BIC), single(bank.Code))
	default:
		pay.Holder = ""
	}
	m.doc.Payment = pay
}

// danish tells whether the rules of Denmark hold: both are there.
func danish(inv invoice.Invoice) bool {
	return countryOf(inv.Seller) == "DK" && countryOf(inv.Buyer) == "DK"
}

// japaneseAccount is bank, branch, kind (1 ordinary, 2 current) and number, as PINT
// of Japan writes an account: 0001:001:1:1234567.
func japaneseAccount(bank billing.BankAccount) string {
	kind := "1"
	if bank.Kind == "current" {
		kind = "2"
	}
	parts := strings.FieldsFunc(bank.Code, func(r rune) bool { return r == '-' || r == ':' || r == ' ' })
	return strings.Join(append(parts, kind, single(bank.Number)), ":")
}

// paragraphs are those of the texts that say something, on lines of their own.
func paragraphs(texts ...string) string {
	var all []string
	for _, text := range texts {
		if text = clean(text); text != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}
