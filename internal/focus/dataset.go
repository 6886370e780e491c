package focus

import (
	"context"
	"maps"
	"slices"
)

// DataSet names a data set.
type DataSet string

// The data sets.
const (
	CostAndUsage  DataSet = "cost-and-usage" // FOCUS 1.2
	InvoiceDetail DataSet = "invoice-detail" // FOCUS 1.4, as far as it is known
	BillingPeriod DataSet = "billing-period" // FOCUS 1.4, as far as it is known
	CUR2          DataSet = "cur2"           // AWS CUR 2.0 in shape
)

// dataSet is how one is made. A new one is a file with a value of this type, and a
// line in sets.
type dataSet struct {
	version   string
	columns   []Column
	table     string // what is selected from
	order     string
	documents bool // of documents alone: there is none of the reseller's own
	totals    bool // its rows are those of focus_rows
	prepare   func(*work, context.Context) error
}

var sets = map[DataSet]dataSet{
	CostAndUsage:  {"FOCUS 1.2", costAndUsage, "focus_rows", rowOrder, false, true, (*work).openRows},
	InvoiceDetail: {"FOCUS 1.4", invoiceDetail, "focus_detail", `"InvoiceDetailId"`, true, false, (*work).openDetail},
	BillingPeriod: {"FOCUS 1.4", billingPeriod, "focus_period", `"InvoiceIssuerName"`, true, false, (*work).openPeriod},
	CUR2:          {"CUR 2.0", cur2, "focus_rows", rowOrder, false, true, (*work).openRows},
}

// rowOrder puts rows by document, charges before what else is on it.
const rowOrder = `x_at, x_line, "ChargePeriodStart", x_number, x_order`

// DataSets lists the data sets by name.
func DataSets() []DataSet { return slices.Sorted(maps.Keys(sets)) }

func dataSetNames() (names []string) {
	for _, s := range DataSets() {
		names = append(names, string(s))
	}
	return names
}
