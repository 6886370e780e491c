package deliver

import (
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

var english = labels{
	invoice: "Invoice", creditNote: "Credit note", draft: "DRAFT", preview: "PREVIEW",
	draftNote:   "This is a draft. It is not a request for payment and may still change.",
	previewNote: "This is a preview, made before the provider's month was final. It is not a request for payment.",
	number:      "Number", period: "Period", issued: "Date of issue", due: "Due",
	billTo: "Bill to", registration: "Tax registration",

	service: "Service", cost: "Cost (%s)", rate: "Rate", amount: "Amount (%s)",
	continued: "continued", marketplace: "Marketplace", total: "Total",
	items: "Additional items", item: "Item", unitPrice: "Unit price", quantity: "Quantity", taxFreeItem: "tax free",
	usage: "Usage", subtotal: "Subtotal", discountOnUsage: "Discount of %s on usage",
	afterDiscount: "After discount", beforeTax: "Total before tax",
	tax: "Tax", taxOn: "%s %s on %s", taxTotal: "Total tax", grandTotal: "Total", payable: "Amount due", credited: "Amount credited",
	rates: "Exchange rates", commonRate: "common", payerRate: "payer %s", groupRate: "billing group",
	rounding:   "Rounding",
	perService: "Each service line is converted at full precision, rounded %s and then summed.",
	perAccount: "The exact lines of each account are summed, and the sum is rounded %s; lines are shown rounded.",
	perInvoice: "The exact lines of all accounts are summed, and the sum is rounded %s; lines and account totals are shown rounded.",
	residue:    "Difference to the exact usage: %s %s.",
	payment:    "Payment", note: "Note", page: "Page %d of %d",
	pricing:    "Pricing",
	asApplied:  "Reservations and other commitments at %s count as the provider applied them within this billing group; its export does not tell their hours.",
	byDay:      "The provider's export tells usage by the day; commitments are applied by the day.",
	tiersAlone: "Volume tiers are those of this billing group alone, worked out from the month of the paying account.",
	modes: map[money.Rounding]string{
		money.HalfUp: "half up", money.HalfEven: "half to even", money.Down: "toward zero", money.Up: "away from zero",
	},

	debitNote: "Debit note", provider: "Provider",
	corrects: "Corrects invoice %s of %s", reason: "Reason: %s",
	differences: "Every amount is the difference to what that invoice and its notes so far come to.",
	entry:       "adjusting entry", account: "account %s", addedBelow: "%s, added in the totals",
	support: "Support", agency: "Agency fee", ofBase: "%s on %s", atLeast: "at least %s", adjusted: "adjusted by %s",
	discountOnUsageAndSupport: "Discount of %s on usage and support", discountOnSubtotal: "Discount of %s on the subtotal",
	surchargeOnUsage: "Surcharge of %s on usage", surchargeOnUsageAndSupport: "Surcharge of %s on usage and support",
	surchargeOnSubtotal: "Surcharge of %s on the subtotal", otherServices: "other services",
	promised: "agreed %s, reached %s",
	coupon:   "Coupon %s", taxOnNothing: "%s (base %s)", totalWithTax: "Total including tax", within: "of which %s",
	prepaid: "Paid from the prepaid balance", balance: "balance before %s, after %s", carried: "Credited to the balance",
	categories: map[string]string{
		"standard": "standard rate", "reduced": "reduced rate", "zero": "zero-rated",
		"exempt": "exempt from tax", "reverse-charge": "reverse charge", "out-of-scope": "outside the scope of tax",
	},
	taxes: map[string]string{"VAT": "VAT", "Consumption tax": "Consumption tax", "Service tax": "Service tax"},
	reasons: map[string]string{
		"VATEX-EU-AE": "Reverse charge: the tax is owed by the customer",
		"VATEX-EU-O":  "Not subject to VAT",
		"ABROAD":      "Supplied to a customer abroad",
		"EXPORT":      "Export of services",
		"IN-LUT":      underUndertaking,
	},
	why: map[string]string{
		invoice.Restated:  "the provider changed the month's usage",
		invoice.Repriced:  "prices or the assignment of accounts changed",
		invoice.Resettled: "the terms of the invoice changed",
	},

	totals: "Totals", accountsSummary: "Accounts", accountHead: "Account", carriedForward: "Carried forward", broughtForward: "Brought forward",
	billingGroup: "Billing group", customerNumber: "Customer", buyerReference: "Your reference", order: "Purchase order", contract: "Contract",
	project: "Project", accounting: "Cost centre", bankDetails: "Bank details", bankName: "Bank", bankBranch: "Branch", bankCode: "Bank code",
	accountKind: "Kind of account", ordinaryAccount: "ordinary", currentAccount: "current", accountNumber: "Account number",
	accountHolder: "Account holder", paymentReference: "Reference", payByCode: "Scan to pay", seal: "Company seal", contents: "Contents",
	changes: "What changed", before: "Before", difference: "Difference", change: "Change", appeared: "new", vanished: "gone",
	usageDetail: "Usage detail", commitments: "Commitments", commitment: "Commitment", until: "Until", used: "Used", saved: "Saved (%s)",
	adjustments: "Adjustments", dateHead: "Date",

	group: ",", point: ".", percent: "%", date: "2 Jan 2006",
}
