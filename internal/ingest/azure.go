package ingest

import (
	"bytes"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// azure is “cost and usage details” of Azure Cost Management, actual cost: of
// enterprise agreements, Microsoft customer and partner agreements, and of the
// older exports by subscription.
//
// Actual cost is what Microsoft bills. The same report as amortized cost has the same
// columns and other money; a file of it is refused, by its lines of unused
// reservations, or the close is held, by usage that costs something although a
// commitment covers it.
var azure = format{
	name: "azure",
	kind: source.Azure,
	mark: "MeterCategory (Azure cost and usage details)",
	recognise: func(names map[string]bool) bool {
		return names["metercategory"] && names["meterid"] && (names["costinbillingcurrency"] || names["pretaxcost"] || names["cost"])
	},
	texts: []place[lake.Text]{
		{"billingaccountid", lake.BillingAccountID},
		{"billingaccountname", lake.BillingAccountName},
		{"invoiceid", lake.InvoiceID},
		{"subscriptionid", lake.SubAccountID},
		{"subscriptionguid", lake.SubAccountID},
		{"subscriptionname", lake.SubAccountName},
		{"billingcurrencycode", lake.BillingCurrency},
		{"billingcurrency", lake.BillingCurrency},
		{"currency", lake.BillingCurrency},
		{"chargetype", lake.LineItemType},
		{"publishertype", lake.BillingEntity},
		{"publishername", lake.PublisherName},
		{"frequency", lake.ChargeFrequency},
		{"pricingmodel", lake.PricingCategory},
		{"metercategory", lake.ServiceName},
		{"servicename", lake.ServiceName},
		{"servicefamily", lake.ProductFamily},
		{"metersubcategory", lake.UsageType},
		{"metername", lake.Operation},
		{"meterid", lake.SkuID},
		{"partnumber", lake.SkuPriceID},
		{"productid", lake.SkuPriceID},
		{"productname", lake.ChargeDescription},
		{"product", lake.ChargeDescription},
		{"unitofmeasure", lake.PricingUnit},
		{"resourcelocation", lake.RegionID},
		{"location", lake.RegionName},
		{"availabilityzone", lake.AvailabilityZone},
		{"resourceid", lake.ResourceID},
		{"instancename", lake.ResourceID},
		{"instanceid", lake.ResourceID},
		{"resourcename", lake.ResourceName},
		{"resourcetype", lake.ResourceType},
		{"benefitid", lake.CommitmentDiscountID},
		{"reservationid", lake.CommitmentDiscountID},
		{"benefitname", lake.CommitmentDiscountName},
		{"reservationname", lake.CommitmentDiscountName},
		{"term", lake.LeaseTerm},
	},
	numbers: []place[lake.Number]{
		{"costinbillingcurrency", lake.BilledCost},
		{"cost", lake.BilledCost},
		{"pretaxcost", lake.BilledCost},
		{"paygcostinbillingcurrency", lake.ListCost},
		{"quantity", lake.PricingQuantity},
		{"usagequantity", lake.PricingQuantity},
		{"effectiveprice", lake.UnblendedRate},
		{"resourcerate", lake.UnblendedRate},
	},
	instants: []place[lake.Instant]{
		{"date", lake.ChargePeriodStart},
		{"usagedatetime", lake.ChargePeriodStart},
		{"usagedate", lake.ChargePeriodStart},
		{"billingperiodstartdate", lake.BillingPeriodStart},
		{"billingperiodenddate", lake.BillingPeriodEnd},
	},
	mapped: func(name string) (mapping, bool) {
		if plainName(name) == "tags" {
			return mapping{to: lake.Tags}, true
		}
		return mapping{}, false
	},
	cells:  azureCells,
	clock:  clock{time.UTC, azureTime, "a date such as 09/21/2023 or 2023-09-21"},
	asks:   []string{"paygprice", "unitprice", "exchangeratepricingtobilling", "partnerearnedcreditrate", "partnerearnedcreditapplied"},
	spread: true,
	finish: finishAzure,
}

// Places in asks of azure.
const (
	azurePaygPrice = iota
	azureUnitPrice
	azureExchange
	azureCreditRate
	azureCreditApplied
)

// azureType is what is known of a ChargeType.
var azureTypes = map[string]struct{ class, category string }{
	"Usage":              {lake.ClassUsage, "Usage"},
	"Purchase":           {lake.ClassEntry, "Purchase"},
	"Refund":             {lake.ClassEntry, "Adjustment"},
	"Adjustment":         {lake.ClassEntry, "Adjustment"},
	"RoundingAdjustment": {lake.ClassEntry, "Adjustment"},
	"Credit":             {lake.ClassEntry, "Credit"},
	"Tax":                {lake.ClassTax, "Tax"},
}

// finishAzure derives provider, service, class and category, the list cost, and the
// end of days, which the report gives inclusive.
func finishAzure(line *row, notes *notes) error {
	line.text[lake.Provider] = constant("azure")
	line.text[lake.ServiceCode] = line.text[lake.ServiceName]
	if len(line.text[lake.LineItemType]) == 0 {
		line.text[lake.LineItemType] = usageType
		notes.assume("line-type", "lines have no ChargeType; they are taken for Usage")
	}
	kind := string(line.text[lake.LineItemType])
	if kind == "UnusedReservation" || kind == "UnusedSavingsPlan" {
		return &rowError{line.row, "is of an export of amortized cost (ChargeType " + kind + "), which is not what Microsoft bills; export actual cost"}
	}
	known, ok := azureTypes[kind]
	if !ok { // R10
		known.class, known.category = lake.ClassEntry, "Adjustment"
		notes.unknownType(line)
	}
	if known.class == lake.ClassUsage && string(line.text[lake.BillingEntity]) == "Marketplace" {
		known.class = lake.ClassMarketplace
	}
	if err := finishAzureCommitment(line, notes, &known.class); err != nil {
		return err
	}
	line.text[lake.Class], line.text[lake.ChargeCategory] = constant(known.class), constant(known.category)
	line.instant[lake.BillingPeriodEnd] = nextDay(line.instant[lake.BillingPeriodEnd])
	line.instant[lake.ChargePeriodEnd] = nextDay(line.instant[lake.ChargePeriodStart])
	return finishAzureMoney(line, notes)
}

// finishAzureCommitment says what the line has to do with a reservation or savings
// plan. A payment by the month is the commitment's fee; one at once is an entry.
func finishAzureCommitment(line *row, notes *notes, class *string) error {
	model := string(line.text[lake.PricingCategory])
	if len(line.text[lake.CommitmentDiscountID]) == 0 || model != "Reservation" && model != "SavingsPlan" {
		return nil
	}
	line.text[lake.CommitmentDiscountType], line.text[lake.CommitmentDiscountCategory] = constant("Reservation"), constant("Usage")
	if model == "SavingsPlan" {
		line.text[lake.CommitmentDiscountType], line.text[lake.CommitmentDiscountCategory] = constant("Savings Plan"), constant("Spend")
	}
	switch {
	case *class == lake.ClassUsage:
		line.text[lake.CommitmentDiscountStatus] = constant("Used")
		if !line.number[lake.BilledCost].IsZero() {
			notes.addMoney(billing.Hold, "amortized-lines", "", "usage that a commitment covers costs something, as in exports of amortized cost; "+
				"the fees are billed besides, so load the export of actual cost, or waive this where Microsoft bills both")
		}
	case string(line.text[lake.LineItemType]) == "Purchase" && string(line.text[lake.ChargeFrequency]) == "Recurring":
		*class = lake.ClassCommitmentFee
	}
	return nil
}

// finishAzureMoney gives the costs that the report does not say by themselves. Prices
// are in the pricing currency, costs in the billing currency.
func finishAzureMoney(line *row, notes *notes) error {
	exchange, err := line.askedNumber(azureExchange, "exchangeRatePricingToBilling")
	if err != nil {
		return err
	}
	if exchange.IsZero() {
		exchange = money.FromInt(1)
	}
	quantity := line.number[lake.PricingQuantity].Decimal()
	for _, price := range []struct {
		at         int
		name       string
		unit, cost lake.Number
	}{
		{azurePaygPrice, "PayGPrice", lake.ListUnitPrice, lake.ListCost},
		{azureUnitPrice, "UnitPrice", lake.ContractedUnitPrice, lake.ContractedCost},
	} {
		unit, err := line.askedNumber(price.at, price.name)
		if err != nil {
			return err
		}
		if unit.Sign() <= 0 || !line.given[lake.PricingQuantity] || string(line.text[lake.ChargeCategory]) != "Usage" {
			continue // 0 stands for a price that is not known
		}
		unit = unit.Mul(exchange)
		if err := line.derive(price.unit, unit); err != nil {
			return err
		}
		if line.given[price.cost] && !line.number[price.cost].IsZero() {
			continue
		}
		if err := line.derive(price.cost, unit.Mul(quantity)); err != nil {
			return err
		}
	}
	if line.number[lake.ListCost].IsZero() && !line.number[lake.BilledCost].IsZero() {
		line.given[lake.ListCost] = false // no public cost is known
	}
	line.set(lake.EffectiveCost, line.number[lake.BilledCost])
	if !creditApplied(line.asked[azureCreditApplied]) {
		return nil
	}
	rate, err := line.askedNumber(azureCreditRate, "partnerEarnedCreditRate")
	if err != nil {
		return err
	}
	return line.keepPartnerCredit(rate, line.number[lake.ContractedCost].Decimal(), notes)
}

// nextDay is the same time of the next day, UTC.
func nextDay(micros int64) int64 {
	if micros == noTime {
		return noTime
	}
	return micros + 24*time.Hour.Microseconds()
}

// azureTime reads dates in the order of the United States, 9/21/2023 and 09/21/2023,
// and what all read.
func azureTime(text []byte, zone *time.Location) (micros int64, ok bool) {
	first := bytes.IndexByte(text, '/')
	if first < 1 || first > 2 {
		return parseInstant(text, zone)
	}
	second := bytes.IndexByte(text[first+1:], '/')
	if second < 1 || second > 2 {
		return 0, false
	}
	second += first + 1
	day, rest := text[first+1:second], text[second+1:]
	if len(rest) < 4 {
		return 0, false
	}
	iso := make([]byte, 0, 32)
	iso = append(append(iso, rest[:4]...), '-')
	for _, two := range [][]byte{text[:first], day} {
		if len(two) == 1 {
			iso = append(iso, '0')
		}
		iso = append(append(iso, two...), '-')
	}
	iso = iso[:len(iso)-1]
	if clock := rest[4:]; len(clock) > 0 {
		if len(clock) > 2 && clock[2] == ':' { // 0:00
			clock = append([]byte{clock[0], '0'}, clock[1:]...)
		}
		iso = append(iso, clock...)
	}
	return parseInstant(iso, zone)
}

// azureCells reads tags as Azure writes them, "env": "prod","app": "web", and as JSON.
var azureCells = cells{azureTags, `tags such as "env": "prod", or a JSON object`}

func azureTags(cell []byte) ([]entry, error) {
	if cell = bytes.TrimSpace(cell); len(cell) > 0 && cell[0] == '"' {
		cell = append(append([]byte{'{'}, cell...), '}')
	}
	return jsonEntries(cell)
}
