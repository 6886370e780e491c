package config

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

func (k *checker) group(path string, g billing.BillingGroup) {
	k.id(path+".id", g.ID)
	k.notReserved(path+".id", g.ID)
	k.required(path+".customer", g.Customer)
	k.currency(path+".currency", g.Currency)
	if g.Language != "" && !languageForm.MatchString(g.Language) {
		k.fail(path+".language", "%q is not a language; use a BCP 47 tag such as en, ja or zh-CN", g.Language)
	}
	k.optionalWord(path+".cost_basis", string(g.CostBasis), bases)
	each(path+".claims", g.Claims, k.claim)
	each(path+".enrol", g.Enrol, k.enrolment)
	k.attachments(path+".price_book", g.PriceBook)
	k.invoice(path+".invoice", g.Invoice)
}

// notReserved keeps the names of owners that are no billing group (R1).
func (k *checker) notReserved(path, id string) {
	if slices.Contains(reservedGroups, id) {
		k.fail(path, "%q is kept for lines that no billing group owns; choose another id", id)
	}
}
