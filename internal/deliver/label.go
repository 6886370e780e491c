package deliver

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// labels are the words and number signs of a printed invoice in one language.
// A new language is a new file and a line in labelTables.
type labels struct {
	invoice, creditNote, debitNote string
	qualified, qualifiedReturn     string // what Japan's invoices and credit notes are called besides; only in Japanese
	draft, preview                 string
	draftNote, previewNote         string // what the mark means for the reader
	corrects, reason               string // corrects takes number and date; reason takes it
	differences                    string // of a correction: what its amounts are
	number, period, issued, due    string
	provider                       string
	billTo, honorific              string // honorific follows the buyer's name; may be empty
	registration                   string

	service, cost, rate, amount string // column heads; cost and amount take a currency
	continued, total            string
	marketplace, entry          string // marks of lines
	account                     string // takes the id
	addedBelow                  string // takes the name of a charge
	items, item, unitPrice      string
	quantity, taxFreeItem       string
	usage, support, agency      string
	ofBase, atLeast, adjusted   string // parts of a fee: percentage and base; amount; percentage
	subtotal, afterDiscount     string
	discountOnUsage             string // discounts and surcharges take the percentage
	discountOnUsageAndSupport   string
	discountOnSubtotal          string
	surchargeOnUsage            string
	surchargeOnUsageAndSupport  string
	surchargeOnSubtotal         string
	otherServices               string // that no discount names
	promised                    string // takes what was agreed and what was reached
	coupon                      string // takes the code
	beforeTax                   string
	tax, taxOn, taxTotal        string // taxOn takes label, percentage and base
	taxOnNothing                string // a tax that is not charged; takes label and base
	grandTotal                  string // tax in
	totalWithTax                string // where totals are printed tax in
	within                      string // takes what a sum has within it
	prepaid, balance, carried   string // balance takes what it was before and is after
	payable, credited           string

	rates, commonRate, payerRate    string // payerRate takes the payer
	groupRate                       string
	rounding, perService            string // perService, perAccount, perInvoice take the mode
	perAccount, perInvoice, residue string // residue takes number and currency
	payment, note, page             string // page takes number and count
	pricing                         string // heading of the notes on prices
	asApplied, byDay, tiersAlone    string // the notes; asApplied takes the provider

	totals, accountsSummary, accountHead   string // headings, and the head of a column of accounts
	carriedForward, broughtForward         string // what a table comes to at the end of a page
	billingGroup, customerNumber           string
	buyerReference, order, contract        string
	project, accounting                    string
	bankDetails, bankName, bankBranch      string
	bankCode, accountKind, ordinaryAccount string
	currentAccount, accountNumber          string
	accountHolder, paymentReference        string
	payByCode, seal                        string // seal says what the stamp shows
	contents                               string // of a cover
	changes, before, difference, change    string // change heads a column of percentages
	appeared, vanished                     string
	usageDetail, commitments, commitment   string
	until, used, saved                     string // saved takes a currency
	adjustments, dateHead                  string

	modes      map[money.Rounding]string
	charges    map[string]string // charges without a label, by kind; English is invoice.ChargeNames
	categories map[string]string // of tax, as marks of lines
	taxes      map[string]string // names of taxes that come with Sluice, by the English one
	reasons    map[string]string // why a tax is not charged, by code
	why        map[string]string // an invoice is corrected, by code

	group, point, percent string // thousands separator, decimal sign, percent sign with its space
	date                  string // layout of package time, numbers only unless English
}

// underUndertaking is in English in every language, as India's rules word it.
const underUndertaking = "Supply meant for export under letter of undertaking without payment of integrated tax"

// labelTables are in the order of looking a language up.
var labelTables = []struct {
	tag   string // BCP 47
	table *labels
}{
	{"en", &english},
	{"ja", &japanese},
	{"de", &german},
	{"de-CH", &swissGerman},
	{"de-LI", &swissGerman},
	{"fr", &french},
	{"es", &spanish},
	{"ko", &korean},
	{"zh-TW", &chineseTraditional},
	{"zh-HK", &chineseTraditional},
	{"zh-MO", &chineseTraditional},
	{"zh-Hant", &chineseTraditional},
	{"zh", &chineseSimplified},
}

// labelsFor returns the labels of a BCP 47 language: those of the longest tag
// it begins with, else English.
func labelsFor(language string) *labels {
	best, found := 0, &english
	for _, l := range labelTables {
		if hasTag(language, l.tag) && len(l.tag) > best {
			best, found = len(l.tag), l.table
		}
	}
	return found
}

// isEnglish tells whether the labels are those for languages that there are none of.
// Layouts cannot change how days are written.
func (l *labels) isEnglish() bool { return l.date == english.date }

// hasTag tells whether the language is the tag or a narrower one: de-AT is de.
func hasTag(language, tag string) bool {
	language, tag = strings.ToLower(language), strings.ToLower(tag)
	return language == tag || strings.HasPrefix(language, tag+"-")
}

// fixed writes a number with that many decimals.
func (l *labels) fixed(d money.Decimal, digits int32) string { return l.separate(d.Fixed(digits)) }

// exact writes a number with all its digits.
func (l *labels) exact(d money.Decimal) string { return l.separate(d.String()) }

// percentage writes 10 as "10%", with the language's sign and space.
func (l *labels) percentage(d money.Decimal) string { return l.exact(d) + l.percent }

// separate puts the language's signs into a plain decimal number.
func (l *labels) separate(plain string) string {
	digits, negative := strings.CutPrefix(plain, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(l.group)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(l.point + fraction)
	}
	return b.String()
}

// day writes a date; days are in UTC.
func (l *labels) day(d billing.Day) string { return d.Time().Format(l.date) }

// days writes the first and the last day of a period.
func (l *labels) days(p billing.Period) string {
	return l.day(p.FirstDay()) + " – " + l.day(p.LastDay())
}
