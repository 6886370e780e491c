package ingest

import (
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/source"
)

// CollectedColumns are those of files in which Sluice keeps what backends tell and
// what is pushed, in their order. Times are RFC 3339 in UTC, Tags and Measures are JSON
// objects of texts, and an empty cell is no value. Of each line CollectedProvider, Start,
// CollectedCost and Currency are needed. Measures are kept with the line and count for
// nothing.
var CollectedColumns = []string{
	"CollectedProvider", "BillingMonth", "Start", "End", "Account", "AccountName", "Category", "Service", "Region",
	"UsageType", "Resource", "Description", "Quantity", "Unit", "CollectedCost", "ListCost", "Currency", "Invoice", "Tags", "Measures",
}

// collected is what Sluice itself writes of what it asked for or was sent. The
// provider is by its id, and may be one that is declared.
var collected = format{
	name: "collected",
	kind: source.CollectedKind,
	mark: "CollectedCost (Sluice's own files)",
	recognise: func(names map[string]bool) bool {
		return all(names, "collectedprovider", "collectedcost", "category")
	},
	texts: []place[lake.Text]{
		{"collectedprovider", lake.Provider},
		{"account", lake.SubAccountID},
		{"accountname", lake.SubAccountName},
		{"category", lake.ChargeCategory},
		{"service", lake.ServiceName},
		{"region", lake.RegionID},
		{"usagetype", lake.UsageType},
		{"resource", lake.ResourceID},
		{"description", lake.ChargeDescription},
		{"unit", lake.PricingUnit},
		{"currency", lake.BillingCurrency},
		{"invoice", lake.InvoiceID},
	},
	numbers: []place[lake.Number]{
		{"collectedcost", lake.BilledCost},
		{"listcost", lake.ListCost},
		{"quantity", lake.PricingQuantity},
	},
	instants: []place[lake.Instant]{
		{"billingmonth", lake.BillingPeriodStart},
		{"start", lake.ChargePeriodStart},
		{"end", lake.ChargePeriodEnd},
	},
	mapped: func(name string) (mapping, bool) {
		switch plainName(name) {
		case "tags":
			return mapping{to: lake.Tags}, true
		case "measures":
			return mapping{kept: true}, true
		}
		return mapping{}, false
	},
	cells: jsonCells,
	clock: utc,
	// No currency is taken for granted: whoever tells of money says in which it is.
	finish: finishCollected,
}

// finishCollected derives the class of a line from its category.
func finishCollected(line *row, notes *notes) error {
	if len(line.text[lake.Provider]) == 0 {
		return &rowError{line.row, "has no provider: CollectedProvider is empty"}
	}
	if len(line.text[lake.ChargeCategory]) == 0 {
		line.text[lake.ChargeCategory] = constant("Usage")
	}
	line.text[lake.LineItemType] = line.text[lake.ChargeCategory]
	line.text[lake.ServiceCode] = line.text[lake.ServiceName]
	class := lake.ClassEntry
	switch string(line.text[lake.ChargeCategory]) {
	case "Usage":
		class = lake.ClassUsage
	case "Tax":
		class = lake.ClassTax
	case "Purchase", "Credit", "Adjustment":
	default: // R10
		notes.unknownType(line)
		line.text[lake.ChargeCategory] = constant("Adjustment")
	}
	line.text[lake.Class] = constant(class)
	line.set(lake.EffectiveCost, line.number[lake.BilledCost])
	return nil
}
