package ingest

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
	_ "time/tzdata" // Google's months are those of California, on machines without time zones too

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/source"
)

// google is the standard or detailed usage cost export of Google Cloud Billing, as
// files of its BigQuery table: JSON lines, Parquet, or CSV with JSON in the cells
// that hold lists.
//
// The provider's cost is the cost and the credits of a row. Each credit is a line of
// its own (see google_credit.go), so that what lowers a price, what is a gift and what
// is the reseller's can be told apart. The month is that of the invoice, which
// begins and ends by the clock of California; times are UTC.
var google = format{
	name: "google",
	kind: source.Google,
	mark: "usage_start_time (Google Cloud billing export)",
	recognise: func(names map[string]bool) bool {
		return all(names, "billingaccountid", "cost", "usagestarttime") && (names["invoicemonth"] || names["invoice"])
	},
	texts:    append([]place[lake.Text]{{"billingaccountid", lake.BillingAccountID}, {"projectid", lake.SubAccountID}}, googleTexts...),
	numbers:  append([]place[lake.Number]{{"costatlist", lake.ListCost}}, googleNumbers...),
	instants: googleInstants,
	mapped:   googleMap,
	cells:    cells{googleLabels, "a JSON list of labels, each with key and value"},
	clock:    clock{california, googleTime, "a time such as 2024-05-01 00:00:00 UTC, or a month such as 202405"},
	asks:     []string{"credits"},
	nested:   googleNested,
	spread:   true,
	finish:   finishGoogle,
}

// googleReseller is the same of a reseller, reseller_billing_detailed_export_v1, where
// each customer is a billing account below the paying one. What Google shows to the
// customer, with the reseller's repricing, is the list cost; the reseller's margin is
// in the credits.
var googleReseller = format{
	name: "google-reseller",
	kind: source.Google,
	mark: "payer_billing_account_id (Google Cloud reseller billing export)",
	recognise: func(names map[string]bool) bool {
		return names["payerbillingaccountid"] && google.recognise(names)
	},
	texts:    append([]place[lake.Text]{{"payerbillingaccountid", lake.BillingAccountID}, {"projectid", lake.SubAccountID}, {"billingaccountid", lake.SubAccountID}}, googleTexts...),
	numbers:  append([]place[lake.Number]{{"customercost", lake.ListCost}}, googleNumbers...),
	instants: googleInstants,
	mapped:   googleMap,
	cells:    google.cells,
	clock:    google.clock,
	asks:     []string{"credits", "costatlist"},
	nested:   googleNested,
	spread:   true,
	finish:   finishGoogleReseller,
}

// Places in asks of both.
const (
	googleCredits = iota
	googleAtList  // googleReseller
)

var googleTexts = []place[lake.Text]{
	{"projectname", lake.SubAccountName},
	{"currency", lake.BillingCurrency},
	{"costtype", lake.LineItemType},
	{"transactiontype", lake.BillingEntity},
	{"sellername", lake.PublisherName},
	{"serviceid", lake.ServiceCode},
	{"servicedescription", lake.ServiceName},
	{"skuid", lake.SkuID},
	{"skudescription", lake.ChargeDescription},
	{"locationregion", lake.RegionID},
	{"locationlocation", lake.RegionID},
	{"locationzone", lake.AvailabilityZone},
	{"resourceglobalname", lake.ResourceID},
	{"resourcename", lake.ResourceName},
	{"usagepricingunit", lake.PricingUnit},
	{"usageunit", lake.ConsumedUnit},
}

var googleNumbers = []place[lake.Number]{
	{"cost", lake.BilledCost},
	{"usageamountinpricingunits", lake.PricingQuantity},
	{"usageamount", lake.ConsumedQuantity},
}

var googleInstants = []place[lake.Instant]{
	{"usagestarttime", lake.ChargePeriodStart},
	{"usageendtime", lake.ChargePeriodEnd},
	{"invoicemonth", lake.BillingPeriodStart},
}

var googleNested = []string{
	"service", "sku", "project", "location", "resource", "usage", "invoice", "price", "adjustmentinfo", "subscription", "consumptionmodel",
}

// googleMap binds labels, and who a line is for above the project.
func googleMap(name string) (mapping, bool) {
	switch plainName(name) {
	case "labels":
		return mapping{to: lake.Tags}, true
	case "customername":
		return mapping{to: lake.CostCategories, key: "customer"}, true
	case "entitlementname":
		return mapping{to: lake.CostCategories, key: "entitlement"}, true
	}
	return mapping{}, false
}

// california is where Google's months begin and end.
var california = func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err) // it is in the program
	}
	return zone
}()

// googleTime reads a time, or an invoice month such as 202405 as its first moment.
func googleTime(text []byte, zone *time.Location) (micros int64, ok bool) {
	if len(text) == len("202405") {
		text = append(append(append([]byte{}, text[:4]...), '-'), text[4:]...)
		text = append(text, "-01"...)
		return parseInstant(text, zone)
	}
	return parseInstant(text, time.UTC) // months alone are California's
}

func finishGoogle(line *row, notes *notes) error {
	if err := classifyGoogle(line, notes); err != nil {
		return err
	}
	return creditGoogle(line, notes, false)
}

func finishGoogleReseller(line *row, notes *notes) error {
	if err := classifyGoogle(line, notes); err != nil {
		return err
	}
	if !line.given[lake.ListCost] {
		list, err := line.askedNumber(googleAtList, "cost_at_list")
		if err != nil {
			return err
		}
		if len(line.asked[googleAtList]) > 0 {
			if err := line.derive(lake.ListCost, list); err != nil {
				return err
			}
		}
	}
	return creditGoogle(line, notes, true)
}

// classifyGoogle derives provider, class and category.
func classifyGoogle(line *row, notes *notes) error {
	line.text[lake.Provider] = constant("gcp")
	if len(line.text[lake.ServiceCode]) == 0 {
		line.text[lake.ServiceCode] = line.text[lake.ServiceName]
	}
	class, category := lake.ClassEntry, "Adjustment"
	switch string(line.text[lake.LineItemType]) {
	case "", "regular":
		class, category = lake.ClassUsage, "Usage"
		if strings.HasPrefix(string(line.text[lake.BillingEntity]), "THIRD_PARTY") {
			class = lake.ClassMarketplace
		}
	case "tax":
		class, category = lake.ClassTax, "Tax"
	case "adjustment", "rounding_error":
	default: // R10
		notes.unknownType(line)
	}
	line.text[lake.Class], line.text[lake.ChargeCategory] = constant(class), constant(category)
	line.set(lake.EffectiveCost, line.number[lake.BilledCost])
	if line.instant[lake.ChargePeriodStart] == noTime {
		line.instant[lake.ChargePeriodStart] = line.instant[lake.BillingPeriodStart]
	}
	return nil
}

// googleLabels reads [{"key": "env", "value": "prod"}], and the same as Python writes
// it.
func googleLabels(cell []byte) ([]entry, error) {
	if cell = fromPython(cell); len(cell) > 0 && cell[0] == '{' {
		return jsonEntries(cell)
	}
	var labels []struct{ Key, Value string }
	if err := json.Unmarshal(cell, &labels); err != nil {
		return nil, err
	}
	object := map[string]string{}
	for _, l := range labels {
		object[l.Key] = l.Value
	}
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	return jsonEntries(text)
}

// fromPython turns a list that Python wrote into JSON: programs that keep Google's
// table as CSV write it so. What begins otherwise is returned as it is.
func fromPython(cell []byte) []byte {
	if !bytes.HasPrefix(cell, []byte("[{'")) {
		return cell
	}
	var out bytes.Buffer
	for i := 0; i < len(cell); {
		switch c := cell[i]; {
		case c == '\'' || c == '"':
			end := i + 1
			var text []byte
			for ; end < len(cell) && cell[end] != c; end++ {
				if cell[end] == '\\' && end+1 < len(cell) {
					end++
				}
				text = append(text, cell[end])
			}
			quoted, _ := json.Marshal(string(text)) // a text always has a form in JSON
			out.Write(quoted)
			i = end + 1
		case bytes.HasPrefix(cell[i:], []byte("None")):
			out.WriteString("null")
			i += len("None")
		default:
			out.WriteByte(c)
			i++
		}
	}
	return out.Bytes()
}
