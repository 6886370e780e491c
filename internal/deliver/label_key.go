package deliver

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// byKey are the labels that a layout can say in its own words.
func (l *labels) byKey() map[string]*string {
	return map[string]*string{
		"invoice":                        &l.invoice,
		"credit_note":                    &l.creditNote,
		"debit_note":                     &l.debitNote,
		"qualified":                      &l.qualified,
		"qualified_return":               &l.qualifiedReturn,
		"draft":                          &l.draft,
		"preview":                        &l.preview,
		"draft_note":                     &l.draftNote,
		"preview_note":                   &l.previewNote,
		"corrects":                       &l.corrects,
		"reason":                         &l.reason,
		"differences":                    &l.differences,
		"number":                         &l.number,
		"period":                         &l.period,
		"issued":                         &l.issued,
		"due":                            &l.due,
		"provider":                       &l.provider,
		"bill_to":                        &l.billTo,
		"honorific":                      &l.honorific,
		"registration":                   &l.registration,
		"service":                        &l.service,
		"cost":                           &l.cost,
		"rate":                           &l.rate,
		"amount":                         &l.amount,
		"continued":                      &l.continued,
		"total":                          &l.total,
		"marketplace":                    &l.marketplace,
		"entry":                          &l.entry,
		"account":                        &l.account,
		"added_below":                    &l.addedBelow,
		"items":                          &l.items,
		"item":                           &l.item,
		"unit_price":                     &l.unitPrice,
		"quantity":                       &l.quantity,
		"tax_free_item":                  &l.taxFreeItem,
		"usage":                          &l.usage,
		"support":                        &l.support,
		"agency":                         &l.agency,
		"of_base":                        &l.ofBase,
		"at_least":                       &l.atLeast,
		"adjusted":                       &l.adjusted,
		"subtotal":                       &l.subtotal,
		"after_discount":                 &l.afterDiscount,
		"discount_on_usage":              &l.discountOnUsage,
		"discount_on_usage_and_support":  &l.discountOnUsageAndSupport,
		"discount_on_subtotal":           &l.discountOnSubtotal,
		"surcharge_on_usage":             &l.surchargeOnUsage,
		"surcharge_on_usage_and_support": &l.surchargeOnUsageAndSupport,
		"surcharge_on_subtotal":          &l.surchargeOnSubtotal,
		"other_services":                 &l.otherServices,
		"promised":                       &l.promised,
		"coupon":                         &l.coupon,
		"before_tax":                     &l.beforeTax,
		"tax":                            &l.tax,
		"tax_on":                         &l.taxOn,
		"tax_total":                      &l.taxTotal,
		"tax_on_nothing":                 &l.taxOnNothing,
		"grand_total":                    &l.grandTotal,
		"total_with_tax":                 &l.totalWithTax,
		"within":                         &l.within,
		"prepaid":                        &l.prepaid,
		"balance":                        &l.balance,
		"carried":                        &l.carried,
		"payable":                        &l.payable,
		"credited":                       &l.credited,
		"rates":                          &l.rates,
		"common_rate":                    &l.commonRate,
		"payer_rate":                     &l.payerRate,
		"group_rate":                     &l.groupRate,
		"rounding":                       &l.rounding,
		"per_service":                    &l.perService,
		"per_account":                    &l.perAccount,
		"per_invoice":                    &l.perInvoice,
		"residue":                        &l.residue,
		"payment":                        &l.payment,
		"note":                           &l.note,
		"page":                           &l.page,
		"pricing":                        &l.pricing,
		"as_applied":                     &l.asApplied,
		"by_day":                         &l.byDay,
		"tiers_alone":                    &l.tiersAlone,
		"totals":                         &l.totals,
		"accounts_summary":               &l.accountsSummary,
		"account_head":                   &l.accountHead,
		"carried_forward":                &l.carriedForward,
		"brought_forward":                &l.broughtForward,
		"billing_group":                  &l.billingGroup,
		"customer_number":                &l.customerNumber,
		"buyer_reference":                &l.buyerReference,
		"order":                          &l.order,
		"contract":                       &l.contract,
		"project":                        &l.project,
		"accounting":                     &l.accounting,
		"bank_details":                   &l.bankDetails,
		"bank_name":                      &l.bankName,
		"bank_branch":                    &l.bankBranch,
		"bank_code":                      &l.bankCode,
		"account_kind":                   &l.accountKind,
		"ordinary_account":               &l.ordinaryAccount,
		"current_account":                &l.currentAccount,
		"account_number":                 &l.accountNumber,
		"account_holder":                 &l.accountHolder,
		"payment_reference":              &l.paymentReference,
		"pay_by_code":                    &l.payByCode,
		"seal":                           &l.seal,
		"contents":                       &l.contents,
		"changes":                        &l.changes,
		"before":                         &l.before,
		"difference":                     &l.difference,
		"change":                         &l.change,
		"appeared":                       &l.appeared,
		"vanished":                       &l.vanished,
		"usage_detail":                   &l.usageDetail,
		"commitments":                    &l.commitments,
		"commitment":                     &l.commitment,
		"until":                          &l.until,
		"used":                           &l.used,
		"saved":                          &l.saved,
		"adjustments":                    &l.adjustments,
		"date_head":                      &l.dateHead,
	}
}

// LabelKeys lists what Labels of a layout takes.
func LabelKeys() []string { return slices.Sorted(maps.Keys(english.byKey())) }

var (
	verb  = regexp.MustCompile(`%[a-z]`)
	place = regexp.MustCompile(`\{\}`)
)

// CheckLabel says why a layout cannot have that text for a label: there is none of
// that key, or it has another number of places, written {}.
func CheckLabel(key, text string) error {
	label, known := english.byKey()[key]
	if !known {
		return fmt.Errorf("%q is not a label", key)
	}
	places := verb.FindAllString(*label, -1)
	if got := len(place.FindAllString(text, -1)); got != len(places) {
		return fmt.Errorf("%q has {} %d times, and %s needs it %d times: in English it is %q", text, got, key, len(places), verb.ReplaceAllString(*label, "{}"))
	}
	return nil
}

// wordsOf returns the labels of a language with those of the layout over them, and
// the layout's other words: those of the longest tag that the language begins with,
// else those for every language.
func wordsOf(language string, all []billing.LayoutWords) (*labels, billing.LayoutWords) {
	l, best, found := labelsFor(language), -1, billing.LayoutWords{}
	for _, w := range all {
		if (w.Language == "" || hasTag(language, w.Language)) && len(w.Language) > best {
			best, found = len(w.Language), w
		}
	}
	if len(found.Labels) == 0 {
		return l, found
	}
	renamed := *l
	for key, label := range renamed.byKey() {
		text, given := found.Labels[key]
		if !given || CheckLabel(key, text) != nil {
			continue
		}
		if verbs := verb.FindAllString(*label, -1); len(verbs) > 0 {
			text = strings.ReplaceAll(text, "%", "%%")
			for _, v := range verbs {
				text = strings.Replace(text, "{}", v, 1)
			}
		}
		*label = text
	}
	return &renamed, found
}
