package deliver

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// A payCode is a code by which a document can be paid. A new one is a line in
// payCodes.
type payCode struct {
	name string
	// text is what the code holds; the error says why the document cannot be paid so.
	text func(inv invoice.Invoice) (string, error)
}

func payCodes() []payCode {
	return []payCode{{"epc", epcText}, {"swiss", swissText}}
}

// noPayCode in QR of a layout leaves out those that its look has.
const noPayCode = "none"

// PayCodes lists what QR of a layout takes.
func PayCodes() []string {
	return append(namesOf(payCodes(), func(c payCode) string { return c.name }), noPayCode)
}

// payText is what a code of the document holds, or nothing where the layout does
// not want it or the document cannot be paid so: a draft is never paid.
func (p *printer) payText(name string) string {
	wanted := false
	for _, code := range p.layout.QR {
		wanted = wanted || code == name
	}
	if !wanted || p.inv.State != invoice.Issued || p.inv.Preview || p.inv.Payable.Sign() <= 0 || p.inv.Seller.Bank == nil {
		return ""
	}
	for _, code := range payCodes() {
		if code.name == name {
			text, err := code.text(p.inv)
			if err != nil {
				return ""
			}
			return text
		}
	}
	return ""
}

var errNotPayable = errors.New("the document cannot be paid by this code")

// epcText is what the code of a SEPA credit transfer holds (EPC069-12, version 2 of
// the data): a beneficiary with an IBAN, an amount in euro from 0.01 to
// 999999999.99, and the document's number as text.
func epcText(inv invoice.Invoice) (string, error) {
	bank, amount := inv.Seller.Bank, inv.Payable.Fixed(2)
	iban := compact(bank.IBAN)
	if inv.Currency != "EUR" || inv.Digits > 2 || !ValidIBAN(iban) || len(amount) > len("999999999.99") {
		return "", errNotPayable
	}
	lines := []string{
		"BCD", "002", "1", "SCT", compact(bank.BIC), clip(orText(bank.Holder, inv.Seller.Name), 70), iban, "EUR" + amount,
		"", "", clip(inv.Number, 140),
	}
	text := strings.Join(lines, "\n")
	if len(text) > 331 {
		return "", errNotPayable
	}
	return text, nil
}

// swissText is what the Swiss QR Code holds (SIX, Implementation Guidelines for the
// QR-bill 2.3, version 0200 of the data): a creditor with an IBAN of Switzerland or
// Liechtenstein and a structured address, an amount in francs or euro, the buyer
// where the address is whole, and a creditor reference made of the document's number
// (ISO 11649). A QR-IBAN needs a reference of the bank's and is not taken.
func swissText(inv invoice.Invoice) (string, error) {
	bank, amount := inv.Seller.Bank, inv.Payable.Fixed(2)
	iban := compact(bank.IBAN)
	inLand := strings.HasPrefix(iban, "CH") || strings.HasPrefix(iban, "LI")
	if inv.Currency != "CHF" && inv.Currency != "EUR" || inv.Digits > 2 || !inLand || len(iban) != 21 || !ValidIBAN(iban) || isQRIBAN(iban) || len(amount) > len("999999999.99") {
		return "", errNotPayable
	}
	creditor, ok := swissAddress(orText(bank.Holder, inv.Seller.Name), inv.Seller.Postal)
	if !ok {
		return "", errNotPayable
	}
	debtor, ok := swissAddress(inv.Buyer.Name, inv.Buyer.Postal)
	if !ok {
		debtor = make([]string, len(creditor))
	}
	kind, reference := "NON", ""
	if r, ok := CreditorReference(inv.Number); ok {
		kind, reference = "SCOR", r
	}
	lines := []string{"SPC", "0200", "1", iban}
	lines = append(lines, creditor...)
	lines = append(lines, make([]string, len(creditor))...) // the ultimate creditor is for future use
	lines = append(lines, amount, string(inv.Currency))
	lines = append(lines, debtor...)
	return strings.Join(append(lines, kind, reference, clip(inv.Number, 140), "EPD"), "\n"), nil
}

// swissAddress are the seven lines of a structured address; not ok without name,
// postal code, town and country.
func swissAddress(name string, a *billing.Address) (lines []string, ok bool) {
	if a == nil || a.PostalCode == "" || a.City == "" || len(a.Country) != 2 || strings.TrimSpace(name) == "" {
		return nil, false
	}
	street, number := "", ""
	if len(a.Lines) > 0 {
		street = a.Lines[len(a.Lines)-1]
		if m := houseNumber.FindStringSubmatch(street); m != nil {
			street, number = m[1], m[2]
		}
	}
	return []string{"S", clip(name, 70), clip(street, 70), clip(number, 16), clip(a.PostalCode, 16), clip(a.City, 35), a.Country}, true
}

// houseNumber is behind a street's name.
var houseNumber = regexp.MustCompile(`^(.*[^0-9\s].*?)\s+([0-9]+\s?[A-Za-z]?)$`)

// isQRIBAN tells whether the bank's number is one of those that are only for QR
// references: 30000 to 31999.
func isQRIBAN(iban string) bool {
	return strings.HasPrefix(iban[4:], "30") || strings.HasPrefix(iban[4:], "31")
}

// CreditorReference makes the reference of ISO 11649 of a document's number: RF, two
// check digits, and its letters and digits. It is not ok where there are none, or
// more than 21.
func CreditorReference(number string) (reference string, ok bool) {
	var b strings.Builder
	for _, r := range strings.ToUpper(number) {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 || b.Len() > 21 {
		return "", false
	}
	return fmt.Sprintf("RF%02d%s", 98-remainder(b.String()+"RF00"), b.String()), true
}

// ValidIBAN tells whether the check digits of an IBAN without spaces are right
// (ISO 13616).
func ValidIBAN(iban string) bool {
	if len(iban) < 15 || len(iban) > 34 || !ibanForm.MatchString(iban) {
		return false
	}
	return remainder(iban[4:]+iban[:4]) == 1
}

var ibanForm = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]+$`)

// remainder divides by 97 what letters and digits stand for, A as 10 (ISO 7064).
func remainder(text string) int64 {
	var digits strings.Builder
	for _, r := range text {
		if r >= 'A' {
			fmt.Fprint(&digits, int(r-'A')+10)
			continue
		}
		digits.WriteRune(r)
	}
	n, _ := new(big.Int).SetString(digits.String(), 10)
	return n.Mod(n, big.NewInt(97)).Int64()
}

// compact leaves out the spaces that people write numbers with.
func compact(number string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, number))
}

// inFours writes an IBAN or a reference as people read it.
func inFours(number string) string {
	var groups []string
	for len(number) > 4 {
		groups, number = append(groups, number[:4]), number[4:]
	}
	return strings.Join(append(groups, number), "\u00a0")
}

// clip cuts a line of a code to that many characters, without line breaks.
func clip(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most]))
}

func orText(text, other string) string {
	if strings.TrimSpace(text) == "" {
		return other
	}
	return text
}
