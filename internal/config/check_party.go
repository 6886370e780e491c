package config

import (
	"net/mail"
	"regexp"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
)

var (
	endpointForm = regexp.MustCompile(`^([0-9]{4}|[A-Z]{2}):[^\s:][^\s]*$`)
	legalIDForm  = regexp.MustCompile(`^([0-9]{4}:)?[^\s:][^:]*$`)
	bicForm      = regexp.MustCompile(`^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
	accountKinds = []string{"ordinary", "current"}
)

// identity checks who a seller or buyer is to programs that read documents.
func (k *checker) identity(path string, who billing.Identity) {
	if who.LegalID != "" && !legalIDForm.MatchString(who.LegalID) {
		k.fail(path+".legal_id", "%q is not a registration; write the number, behind its ISO 6523 scheme where it has one, such as 0204:991-12345-01", who.LegalID)
	}
	if who.Endpoint != "" && !endpointForm.MatchString(who.Endpoint) {
		k.fail(path+".endpoint", "%q is not an electronic address; write its scheme and the address, such as 0088:4035811991021, 9930:DE123456789 or EM:invoices@example.com", who.Endpoint)
	}
	if p := who.ContactPoint; p != nil {
		k.label(path+".contact_point.name", p.Name)
		k.label(path+".contact_point.phone", p.Phone)
		k.mailAddress(path+".contact_point.email", p.Email)
	}
	k.bank(path+".bank", who.Bank)
}

// mailAddress refuses what is not one plain address, where something is written.
func (k *checker) mailAddress(path, address string) {
	if address == "" {
		return
	}
	if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
		k.fail(path, "%q is not an e-mail address; write one such as billing@example.com", address)
	}
}

func (k *checker) bank(path string, b *billing.BankAccount) {
	if b == nil {
		return
	}
	k.label(path+".holder", b.Holder)
	k.label(path+".bank", b.Bank)
	k.label(path+".branch", b.Branch)
	k.label(path+".number", b.Number)
	k.label(path+".code", b.Code)
	k.optionalWord(path+".kind", b.Kind, accountKinds)
	switch iban := strings.ReplaceAll(b.IBAN, " ", ""); {
	case iban == "" && b.Number == "":
		k.fail(path, "names no account; write its iban, or its number with the code of the bank")
	case iban != "" && !deliver.ValidIBAN(iban):
		k.fail(path+".iban", "%q is not an IBAN: its check digits do not hold; compare it with the bank's letter", b.IBAN)
	}
	if b.BIC != "" && !bicForm.MatchString(b.BIC) {
		k.fail(path+".bic", "%q is not a BIC; it has 8 or 11 characters, such as DEUTDEFF", b.BIC)
	}
}

// referred checks what the buyer knows a delivery under.
func (k *checker) referred(path string, r *billing.References) {
	if r == nil {
		return
	}
	k.label(path+".buyer", r.Buyer)
	k.label(path+".order", r.Order)
	k.label(path+".contract", r.Contract)
	k.label(path+".project", r.Project)
	k.label(path+".accounting", r.Accounting)
}
