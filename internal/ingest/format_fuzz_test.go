package ingest

import (
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/money"
)

// written is a row of a format as CSV and as JSON lines.
func written(t *testing.T, names, cells []string) (asCSV, asJSON string) {
	t.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	if err := w.WriteAll([][]string{names, cells}); err != nil {
		t.Fatal(err)
	}
	object := map[string]string{}
	for i, name := range names {
		object[name] = cells[i]
	}
	line, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return text.String(), string(line) + "\n"
}

// linesOfRow reads a row of a format, whatever is in its cells. As CSV and as JSON lines
// it has the same lines, or none. What both ways of writing cannot say alike is skipped.
func linesOfRow(t *testing.T, f *format, names, cells []string) []map[string]string {
	t.Helper()
	for _, cell := range cells {
		if !utf8.ValidString(cell) || strings.ContainsAny(cell, "\x00\r") {
			t.Skip()
		}
	}
	if got := recognised(plainNames(names)); got != f {
		t.Fatalf("the columns are not those of %s", f.name)
	}
	asCSV, asJSON := written(t, names, cells)
	lines, err := linesOf(asCSV)
	again, errJSON := linesOf(asJSON)
	if (err == nil) != (errJSON == nil) {
		t.Fatalf("as CSV: %v; as JSON lines: %v", err, errJSON)
	}
	if err != nil {
		return nil
	}
	if !reflect.DeepEqual(lines, again) {
		t.Fatalf("as CSV\n%v\nas JSON lines\n%v", lines, again)
	}
	for _, l := range lines {
		if l["x_provider"] == "" || l["x_class"] == "" || l["charge_category"] == "" || l["billing_currency"] == "" || l["charge_period_start"] == "" {
			t.Fatalf("a line says too little: %v", l)
		}
	}
	return lines
}

// paid is what the provider is paid for lines: net cost, or billed cost where there is
// none.
func paid(lines []map[string]string) money.Decimal {
	sum := money.Zero
	for _, l := range lines {
		cost := l["billed_cost"]
		if net, there := l["x_net_cost"]; there {
			cost = net
		}
		sum = sum.Add(money.MustParse(cost))
	}
	return sum
}

// asKept is a number as the lake keeps it.
func asKept(t *testing.T, text string) money.Decimal {
	t.Helper()
	kept, _, err := money.ParseAtto([]byte(text))
	if err != nil {
		t.Fatalf("%q was accepted: %v", text, err)
	}
	return kept.Decimal()
}

// conserves checks that lines come to an amount of the file.
func conserves(t *testing.T, lines []map[string]string, want money.Decimal) {
	t.Helper()
	if got := paid(lines); len(lines) > 0 && !got.Equal(want) {
		t.Fatalf("the lines come to %s, and the file has %s: %v", got, want, lines)
	}
}

// Whatever a row of Google's export has: its lines come to its cost and its credits.
func FuzzGoogle(f *testing.F) {
	const start = "2024-05-01 10:00:00 UTC"
	f.Add("10.5", "11", start, "202405", "regular", `[{"key":"env","value":"prod"}]`, `[{"type":"PROMOTION","amount":-3,"full_name":"Welcome"},{"type":"DISCOUNT","amount":"-1e-7"}]`, "A")
	f.Add("5e-06", "", start, "202405", "", `[{'key': 'it\'s', 'value': 'O"K'}]`, `[{'type': 'FREE_TIER', 'amount': -5e-06, 'full_name': None}]`, "")
	f.Add("1", "", "", "202413", "tax", `{}`, `[{"type":"NEW","amount":1,"customer_amount":null}]`, "A")
	f.Add("-0", "x", "2024-05", "20240", "adjustment", "[", `[{"amount":"1e99"}]`, "A")
	names := []string{"billing_account_id", "cost", "cost_at_list", "currency", "usage_start_time", "invoice.month", "cost_type", "labels", "credits"}
	f.Fuzz(func(t *testing.T, cost, list, start, month, kind, labels, credits, reseller string) {
		names, cells := names, []string{"B", cost, list, "EUR", start, month, kind, labels, credits}
		of := &google
		if reseller != "" {
			of, names, cells = &googleReseller, append(names[:len(names):len(names)], "payer_billing_account_id"), append(cells, reseller)
		}
		lines := linesOfRow(t, of, names, cells)
		if len(lines) == 0 {
			return
		}
		want := asKept(t, cost)
		var all []struct {
			Amount json.RawMessage `json:"amount"`
		}
		if text := fromPython([]byte(credits)); len(text) > 0 {
			if err := json.Unmarshal(text, &all); err != nil {
				t.Fatalf("credits %q were accepted: %v", credits, err)
			}
		}
		for _, c := range all {
			if text := strings.Trim(string(c.Amount), `"`); text != "" && text != "null" {
				want = want.Add(asKept(t, text))
			}
		}
		conserves(t, lines, want)
	})
}

// Whatever a row of Azure's cost details has: what is paid is what the file has.
func FuzzAzure(f *testing.F) {
	f.Add("12.5", "09/21/2024", "Usage", "2", "7.5", "1", "0.15", "true", `"env": "prod"`, "", "OnDemand")
	f.Add("85", "2024-09-21", "Purchase", "1", "100", "", "15", "1", `{"a":"b"}`, "r-1", "Reservation")
	f.Add("0", "9/1/2024 0:00", "Usage", "24", "0.1", "1.1", "", "False", "", "r-1", "SavingsPlan")
	f.Add("1", "13/1/2024", "Tip", "-1", "1e400", "0", "1", "yes", `"`, "", "")
	names := []string{
		"MeterCategory", "MeterId", "BillingCurrencyCode", "SubscriptionId", "CostInBillingCurrency", "Date", "ChargeType", "Quantity", "UnitPrice", "ExchangeRatePricingToBilling",
		"PartnerEarnedCreditRate", "PartnerEarnedCreditApplied", "Tags", "ReservationId", "PricingModel",
	}
	f.Fuzz(func(t *testing.T, cost, date, kind, quantity, price, exchange, rate, applied, tags, reservation, model string) {
		lines := linesOfRow(t, &azure, names, []string{"Compute", "m-1", "EUR", "s-1", cost, date, kind, quantity, price, exchange, rate, applied, tags, reservation, model})
		if len(lines) > 0 {
			conserves(t, lines, asKept(t, cost))
		}
	})
}

// Whatever a row of daily rated usage has: what is paid is what Microsoft bills.
func FuzzPartnerCenter(f *testing.F) {
	f.Add("1.7", "5/1/2024", "", "2", "1", "1", "15", `{"env":"prod"}`, "")
	f.Add("-3", "2024-05-01T00:00:00Z", "customerCredit", "1", "3", "", "", "", "")
	f.Add("0.000000000000000001", "5/31/2024", "New", "1e-9", "1e-9", "0.9", "100", `"a": "b"`, "b-1")
	f.Add("1", "", "Refund", "x", "", "", "-1", "{", "")
	names := []string{"PartnerId", "CustomerId", "BillingCurrency", "SubscriptionId", "BillingPreTaxTotal", "UsageDate", "ChargeType", "Quantity", "UnitPrice", "PCToBCExchangeRate", "PartnerEarnedCreditPercentage", "Tags", "BenefitId"}
	f.Fuzz(func(t *testing.T, cost, date, kind, quantity, price, exchange, percent, tags, benefit string) {
		lines := linesOfRow(t, &partnerCenter, names, []string{"p", "c", "EUR", "s-1", cost, date, kind, quantity, price, exchange, percent, tags, benefit})
		if len(lines) > 0 {
			conserves(t, lines, asKept(t, cost))
		}
	})
}

// Whatever a row of an invoice reconciliation has: its lines come to its subtotal and its
// tax.
func FuzzPartnerInvoice(f *testing.F) {
	f.Add("100", "19", "2024-05-01", "2024-05-31", "cycleFee", "2", "50", "1", "50", "", "")
	f.Add("-7.25", "-1.38", "5/1/2024", "", "cancelImmediate", "1", "-7.25", "", "7.25", "", "r-1")
	f.Add("3", "", "2024-05-01T00:00:00Z", "2024-06-01", "new", "3", "1", "0.9", "1", "D2s v3", "")
	f.Add("1", "1e30", "", "x", "credit", "", "", "", "", "", "")
	names := []string{"PartnerId", "CustomerId", "InvoiceNumber", "Currency", "SubscriptionId", "Subtotal", "TaxTotal", "ChargeStartDate", "ChargeEndDate", "ChargeType", "BillableQuantity", "EffectiveUnitPrice", "PCToBCExchangeRate", "UnitPrice", "MeterDescription", "ReservationOrderId"}
	f.Fuzz(func(t *testing.T, subtotal, tax, start, end, kind, quantity, effective, exchange, price, meter, reservation string) {
		lines := linesOfRow(t, &partnerInvoice, names, []string{"p", "c", "I-1", "EUR", "s-1", subtotal, tax, start, end, kind, quantity, effective, exchange, price, meter, reservation})
		if len(lines) == 0 {
			return
		}
		want := asKept(t, subtotal)
		if tax != "" {
			want = want.Add(asKept(t, tax))
		}
		conserves(t, lines, want)
	})
}

// Whatever a row of Sluice's own files has: its cost is that of the line, and all of its
// measures are kept with it.
func FuzzCollected(f *testing.F) {
	f.Add("acme", "1.5", "2024-05-01T00:00:00Z", "Usage", `{"project":"web"}`, `{"PayG":"0.3","n":1e-7}`, "2.25")
	f.Add("acme", "-5", "2024-05-01", "Credit", "", "", "")
	f.Add("acme", "1", "2024-05-01T00:00:00Z", "Tip", `{"a":null}`, `{"":"x","a":""}`, "")
	f.Add("", "x", "", "", "[]", "PayG", "-")
	names := []string{"CollectedProvider", "CollectedCost", "Start", "Category", "Tags", "Measures", "ListCost", "Currency"}
	f.Fuzz(func(t *testing.T, provider, cost, start, category, tags, measures, list string) {
		lines := linesOfRow(t, &collected, names, []string{provider, cost, start, category, tags, measures, list, "EUR"})
		if len(lines) == 0 {
			return
		}
		conserves(t, lines, asKept(t, cost))
		if measures == "" {
			return
		}
		all, err := jsonEntries([]byte(measures))
		if err != nil {
			t.Fatalf("measures %q were accepted: %v", measures, err)
		}
		for _, e := range all {
			if got := lines[0]["x_columns[Measures."+e.key+"]"]; got != e.value {
				t.Fatalf("measure %q is %q, want %q: %v", e.key, got, e.value, lines)
			}
		}
	})
}

// Whatever a row of Alibaba's bill detail has: its cost is that of the line.
func FuzzAlibaba(f *testing.F) {
	f.Add("12.5", "2018-07", "2018-07-01 08:00:00", "PayAsYouGoBill", "key:env value:prod; key:app value:web", "i-1\t")
	f.Add("-1e-7", "2018-07", "", "Refund", "env:prod;app:a;b", "")
	f.Add("0", "2018-13", "2018-07-01", "Tip", "acs:autoscaling:scalingGroupId", "acs:")
	f.Add("1", "2018-07", "", "", ";", ":")
	names := []string{"BillingCycle", "AccountID", "SubscriptionType", "PretaxAmount", "Currency", "Item", "UsageStartTime", "Tag", "InstanceID"}
	f.Fuzz(func(t *testing.T, cost, cycle, start, kind, tags, instance string) {
		lines := linesOfRow(t, &alibaba, names, []string{cycle, "1", "Pay", cost, "CNY", kind, start, tags, instance})
		if len(lines) > 0 {
			conserves(t, lines, asKept(t, cost))
		}
	})
}
