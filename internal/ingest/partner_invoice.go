package ingest

import (
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// partnerInvoice is the invoice reconciliation file of Microsoft Partner Center, new
// commerce: what an invoice is made of. Its purchases are adjusting entries (R27).
//
// It sums up the usage that partnerCenter has day by day: these lines are kept and
// fenced (R10), so that the invoice is counted once. The tax of each line is a line of
// its own, of class tax (R25).
var partnerInvoice = format{
	name: "partner-center-invoice",
	kind: source.PartnerCenter,
	mark: "BillableQuantity (Partner Center invoice reconciliation)",
	recognise: func(names map[string]bool) bool {
		return all(names, "partnerid", "customerid", "invoicenumber", "subtotal", "effectiveunitprice", "billablequantity")
	},
	texts: append([]place[lake.Text]{
		{"skuname", lake.ServiceName},
		{"subscriptiondescription", lake.UsageType},
		{"termandbillingcycle", lake.LeaseTerm},
		{"unittype", lake.PricingUnit},
		{"currency", lake.BillingCurrency},
		{"billingcurrency", lake.BillingCurrency},
		{"billingfrequency", lake.ChargeFrequency},
	}, partnerTexts...),
	numbers: []place[lake.Number]{
		{"subtotal", lake.BilledCost},
		{"billablequantity", lake.PricingQuantity},
	},
	instants: []place[lake.Instant]{
		{"chargestartdate", lake.ChargePeriodStart},
		{"chargeenddate", lake.ChargePeriodEnd},
	},
	mapped:  partnerMap,
	cells:   azureCells,
	clock:   azure.clock,
	asks:    []string{"unitprice", "pctobcexchangerate", "effectiveunitprice", "taxtotal", "meterdescription", "reservationorderid", "productid"},
	undated: true,
	spread:  true,
	finish:  finishPartnerInvoice,
}

// finishPartnerInvoice derives provider, class and category, checks the subtotal and
// takes the tax out.
func finishPartnerInvoice(line *row, notes *notes) error {
	line.text[lake.Provider] = constant("azure")
	line.text[lake.ServiceCode] = line.text[lake.ServiceName]
	line.text[lake.SkuID] = line.asked[partnerProduct]
	line.text[lake.CommitmentDiscountID] = line.asked[partnerReservation]
	metered := len(line.asked[partnerMeter]) > 0
	class, category := lake.ClassEntry, "Purchase"
	switch kind := strings.ToLower(string(line.text[lake.LineItemType])); {
	case metered:
		class, category = lake.ClassUsage, "Usage"
		line.text[lake.Fence] = constant(lake.FenceSplitCost)
		notes.addMoney(billing.Warn, "usage-repeated", "",
			"lines of usage sum up what the daily rated usage has day by day, and are out of all sums; load the daily rated usage of this invoice too, or its usage is in no bill")
	case strings.Contains(kind, "credit"):
		category = "Credit"
	case line.number[lake.BilledCost].Decimal().Sign() < 0:
		category = "Adjustment"
	}
	line.text[lake.Class], line.text[lake.ChargeCategory] = constant(class), constant(category)
	line.set(lake.EffectiveCost, line.number[lake.BilledCost])
	if err := checkSubtotal(line, metered, notes); err != nil {
		return err
	}
	tax, err := line.askedNumber(partnerTax, "TaxTotal")
	if err != nil || tax.IsZero() {
		return err
	}
	amount, lost, err := money.ParseAtto(line.asked[partnerTax])
	if err != nil {
		return &rowError{line.row, fmt.Sprintf("TaxTotal is %s, which is too large for an amount", tax)}
	}
	if lost {
		notes.lostDigits("TaxTotal", line.asked[partnerTax], amount)
	}
	line.parts = append(line.parts, part{kind: "Tax", class: lake.ClassTax, category: "Tax", cost: amount})
	return nil
}

// checkSubtotal gives the list cost, and notes a subtotal that is not what Microsoft
// says it makes of price, quantity and rate: it drops what is below a cent, of usage
// before and after the exchange, of licences by the unit.
func checkSubtotal(line *row, metered bool, notes *notes) error {
	price, err := line.askedNumber(partnerEffectivePrice, "EffectiveUnitPrice")
	if err != nil {
		return err
	}
	exchange, err := line.askedNumber(partnerExchange, "PCToBCExchangeRate")
	if err != nil {
		return err
	}
	if exchange.IsZero() {
		exchange = money.FromInt(1)
	}
	quantity := line.number[lake.PricingQuantity].Decimal()
	want := price.Mul(exchange).Round(2, money.Down).Mul(quantity)
	if metered {
		want = price.Mul(quantity).Round(2, money.Down).Mul(exchange).Round(2, money.Down)
	}
	if got := line.number[lake.BilledCost].Decimal(); !want.Equal(got) && line.given[lake.PricingQuantity] && len(line.asked[partnerEffectivePrice]) > 0 {
		notes.add(billing.Warn, "subtotal", "", fmt.Sprintf(
			"subtotals are not what price, quantity and exchange rate come to, such as %s instead of %s; they are taken as they stand, so ask Microsoft about the difference, which is the amount here",
			got, want), got.Sub(want))
	}
	unit, err := line.partnerPrice(partnerUnitPrice, "UnitPrice")
	if err != nil || unit.IsZero() {
		return err
	}
	if err := line.derive(lake.ListUnitPrice, unit); err != nil {
		return err
	}
	return line.derive(lake.ListCost, unit.Mul(quantity))
}
