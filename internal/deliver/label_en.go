package deliver

import "github.com/sluice-billing/sluice/internal/money"

var english = labels{
	invoice: "Invoice", creditNote: "Credit note", draft: "DRAFT", preview: "PREVIEW",
	draftNote:   "This is a draft. It is not a request for payment and may still change.",
	previewNote: "This is a preview, made before the provider's month was final. It is not a request for payment.",
	number:      "Number", period: "Period", issued: "Date of issue", due: "Due",
	billTo: "Bill to", registration: "Tax registration",

	service: "Service", cost: "Cost (%s)", rate: "Rate", amount: "Amount (%s)",
	continued: "continued", marketplace: "Marketplace", total: "Total",
	items: "Additional items", item: "Item", unitPrice: "Unit price", quantity: "Quantity", taxFreeItem: "tax free",
	usage: "Usage", subtotal: "Subtotal", discountOnUsage: "Discount of %s on usage", discountOnAll: "Discount of %s",
	afterDiscount: "After discount", beforeTax: "Total before tax", taxFree: "of which tax free",
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

	group: ",", point: ".", percent: "%", date: "2 Jan 2006",
}
