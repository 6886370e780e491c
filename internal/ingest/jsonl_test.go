package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// unfoldedRows reads JSON lines to their end: of each row its cells by name.
func unfoldedRows(text string, whole ...string) ([]map[string]string, error) {
	rows, err := rowsOf(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	names, err := rows.columns()
	if err != nil {
		return nil, err
	}
	names = slices.Clone(names)
	if more := rows.settle(&format{mapped: func(name string) (mapping, bool) { return mapping{}, slices.Contains(whole, name) }}); more != nil {
		names = more
	}
	var all []map[string]string
	for {
		cells, err := rows.next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if more := rows.more(); more != nil {
			names = more
		}
		_, filled := rows.place()
		row := map[string]string{}
		for _, i := range filled {
			row[names[i]] = string(cells[i])
		}
		all = append(all, row)
	}
}

func TestJSONLines(t *testing.T) {
	text := "\xef\xbb\xbf\r\n" + `{"a": "x", "n": -1.50e-6, "t": true, "none": null, "empty": "", "list": [], "object": {}}` + "\r\n\n" +
		` { "deep" : {"er":{"b":"y"}} , "list":[{"k":"v]}\"","n":[1]} ], "tags": {"a.b":"c"}, "later":"\u00e9\ud83d\ude00\"\\\/" }`
	got, err := unfoldedRows(text, "tags")
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{
		{"a": "x", "n": "-1.50e-6", "t": "true"},
		{"deep.er.b": "y", "list": `[{"k":"v]}\"","n":[1]} ]`, "tags": `{"a.b":"c"}`, "later": "é😀\"\\/"},
	}
	want[1]["list"] = `[{"k":"v]}\"","n":[1]} ]`
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestJSONLinesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`[{"a":1}]`:                 "one JSON array",
		"{\"a\":1}\n{\"a\":":        "row 2: is not one JSON object on one line",
		"{\n \"a\": 1\n}":           "row 1: is not one JSON object on one line",
		"{\"a\":1}\n7\n":            "row 2: is not one JSON object on one line",
		`{"a":1,"a":2}`:             `row 1: names "a" twice`,
		`{"a":{"b":1},"a.b":2}`:     `row 1: names "a.b" twice`,
		"{\"a\xff\":1,\"a\xfe\":2}": "row 1: names \"a\\xfe\" twice", // which both are in x_columns
		strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20):  "row 1: has objects inside objects, over 16 deep",
		"{\"a\":1}\n{\"a\":\"" + strings.Repeat("x", maxRow) + "\"}": "row 2: is longer than 4 MB",
	} {
		if _, err := unfoldedRows(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error is %v, want it to say %q", text, err, want)
		}
	}
	var many strings.Builder
	for i := range maxColumns + 1 {
		fmt.Fprintf(&many, "{\"c%d\":1}\n", i)
	}
	if _, err := unfoldedRows(many.String()); err == nil || !strings.Contains(err.Error(), `row 4097: brings the name "c4096"`) {
		t.Errorf("too many names: %v", err)
	}
}

// CSV whose columns hold objects has their members as columns, as JSON lines of the
// same rows have.
func TestUnfoldedCSV(t *testing.T) {
	const head = "billing_account_id,cost,currency,usage_start_time,invoice,service,labels,cost_type\n"
	csv, err := linesOf(head +
		`A,1.5,USD,2024-05-01 10:00:00+00,"{""month"":""202405""}","{""id"":""6F81"",""description"":""Compute""}","[{""key"":""env"",""value"":""prod""}]",regular` + "\n" +
		`A,2,USD,2024-05-01 11:00:00+00,"{""month"":""202405"",""publisher_type"":""GOOGLE""}",,,tax` + "\n")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := linesOf(`{"billing_account_id":"A","cost":1.5,"currency":"USD","usage_start_time":"2024-05-01 10:00:00 UTC","invoice":{"month":"202405"},"service":{"id":"6F81","description":"Compute"},"labels":[{"key":"env","value":"prod"}],"cost_type":"regular"}
{"billing_account_id":"A","cost":"2","currency":"USD","usage_start_time":"2024-05-01 11:00:00 UTC","invoice":{"month":"202405","publisher_type":"GOOGLE"},"cost_type":"tax"}`)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(csv, lines) || len(lines) != 2 || lines[0]["service_name"] != "Compute" || lines[0]["tags[env]"] != "prod" ||
		lines[0]["billing_period_start"] != "2024-05-01T07:00:00Z" || lines[1]["x_columns[invoice.publisher_type]"] != "GOOGLE" {
		t.Errorf("as CSV %v\nas JSON %v", csv, lines)
	}
	if _, err := linesOf(head + "A,1\n"); err == nil || !strings.Contains(err.Error(), "row 1: has 2 fields") {
		t.Errorf("a short row: %v", err)
	}
}

// Whatever credits a row has, its line and theirs come to its cost and theirs, have
// numbers of their own, and the customer's price has none of the reseller's.
func TestGoogleCredits(t *testing.T) {
	amount := rapid.StringMatching(`-?(0|[1-9][0-9]{0,5})\.[0-9]{1,12}`)
	type credit struct {
		Type     string `json:"type"`
		Amount   string `json:"amount"`
		Customer string `json:"customer_amount,omitempty"`
	}
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		want, customers := money.Zero, money.Zero
		rows := rapid.IntRange(1, 5).Draw(t, "rows")
		for range rows {
			cost := amount.Draw(t, "cost")
			credits := []credit{}
			want = want.Add(money.MustParse(cost))
			customers = customers.Add(money.MustParse(cost))
			for range rapid.IntRange(0, 5).Draw(t, "credits") {
				c := credit{Type: rapid.SampledFrom([]string{"RESELLER_MARGIN", "PROMOTION", "SUSTAINED_USAGE_DISCOUNT", "NEW"}).Draw(t, "type"), Amount: amount.Draw(t, "amount")}
				if c.Type == "SUSTAINED_USAGE_DISCOUNT" && rapid.Bool().Draw(t, "customer's") {
					c.Customer = "-1"
					customers = customers.Add(money.MustParse(c.Amount))
				}
				want = want.Add(money.MustParse(c.Amount))
				credits = append(credits, c)
			}
			line, err := json.Marshal(map[string]any{
				"billing_account_id": "B", "payer_billing_account_id": "A", "cost": cost, "customer_cost": "1", "currency": "USD", "cost_type": "regular",
				"usage_start_time": "2024-05-01 10:00:00 UTC", "invoice": map[string]any{"month": "202405"}, "credits": credits,
			})
			if err != nil {
				t.Fatal(err)
			}
			text.Write(append(line, '\n'))
		}
		r, err := newReader(strings.NewReader(text.String()), 0, newNotes())
		if err != nil {
			t.Fatal(err)
		}
		got, sold, numbers := money.Zero, money.Zero, map[int64]bool{}
		for {
			line, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			billed := line.number[lake.BilledCost].Decimal()
			got = got.Add(billed)
			if string(line.text[lake.Class]) == lake.ClassUsage {
				sold = sold.Add(billed)
			}
			if numbers[line.row] || line.row%partRows < 1 || line.row%partRows > int64(rows) || line.row >= 1<<36 {
				t.Fatalf("number %d of %v", line.row, slices.Sorted(maps.Keys(numbers)))
			}
			numbers[line.row] = true
		}
		if !got.Equal(want) || !sold.Equal(customers) {
			t.Fatalf("lines are %s, usage %s; want %s and %s", got, sold, want, customers)
		}
	})
}

// A row of more parts than can be numbered is refused.
func TestTooManyParts(t *testing.T) {
	credits := strings.TrimSuffix(strings.Repeat(`{"type":"PROMOTION","amount":-1},`, maxParts+1), ",")
	_, err := linesOf(`{"billing_account_id":"A","cost":1,"currency":"USD","usage_start_time":"2024-05-01 10:00:00 UTC","invoice":{"month":"202405"},"cost_type":"regular","credits":[` + credits + `]}`)
	if err == nil || !strings.Contains(err.Error(), "row 1: cannot be numbered") {
		t.Errorf("error is %v", err)
	}
}

// Whatever the text: no panic, no endless loop, and every cell that the standard
// library sees in an accepted row.
func FuzzJSONLines(f *testing.F) {
	for _, s := range []string{
		`{"a":1}`, "{\"a\":{\"b\":\"c\"}}\n{\"d\":[1,{\"e\":null}]}", `{"a":"\ud800\u0000"}`, "{\"a\":1}\n\n {\"b\" : -1e5 }", "{", `{"":{"":""}}`,
		`{"billing_account_id":"A","cost":1,"currency":"USD","usage_start_time":"2024-05-01 10:00:00 UTC","invoice":{"month":"202405"},"credits":[{"type":"X","amount":"1"}]}`,
		`{"PartnerId":"p","CustomerId":"c","BillingPreTaxTotal":1.7,"BillingCurrency":"EUR","UsageDate":"5/1/2024","UnitPrice":2,"Quantity":1,"PartnerEarnedCreditPercentage":15}`,
		"{\"PartnerId\":\"p\",\"CustomerI\x82\":\"c\",\"BillingPreTaxTotal\":1.7,\"BillingCurrency\":\"EUR\",\"UsageDate\":\"5/1/2024\",\"UnitPrice\":2,\"}uantity\":1}",
		"{\"a\xff\":\"\xff\xff\"}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if lines, err := linesOf(text); err == nil {
			for _, l := range lines {
				if l["billed_cost"] == "" {
					t.Fatalf("a line has no cost: %v", l)
				}
			}
		}
		if !strings.HasPrefix(text, "{") {
			return
		}
		rows, err := unfoldedRows(text)
		if err != nil {
			return
		}
		first, _, _ := strings.Cut(text, "\n")
		var object map[string]any
		if len(rows) == 0 || json.Unmarshal([]byte(first), &object) != nil {
			return
		}
		for key, value := range object {
			if s, ok := value.(string); ok && s != "" && readable([]byte(rows[0][noNUL(key)])) != noNUL(s) {
				t.Fatalf("%q is %q, want %q", key, rows[0][noNUL(key)], s)
			}
		}
	})
}
