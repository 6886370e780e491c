package sheet

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// dec is the number that a person reads in the text.
func dec(text string) money.Decimal { return money.MustParse(text) }

func TestReadItems(t *testing.T) {
	for name, text := range map[string]string{
		"plain":         "billing_group_id,item_name,quantity,unit_cost\nacme,Desk,2,-5000.50\n",
		"mark":          "\xef\xbb\xbfbilling_group_id,item_name,quantity,unit_cost\nacme,Desk,2,-5000.50\n",
		"other names":   "Billing Group,Label,Qty,Unit price\nacme,Desk,2,-5000.50\n",
		"other capital": "billingGroupId,itemName,Quantity,unitCost\nacme,Desk,2,-5000.50\n",
		"other order":   "unit_cost,quantity,item_name,group\n-5000.50,2,Desk,acme\n",
		"semicolons":    "group;item;quantity;unit_cost\nacme;Desk;2;-5000.50\n",
		"tabs":          "group\titem\tquantity\tunit_cost\nacme\tDesk\t2\t-5000.50\n",
		"blanks":        "group, item ,quantity,unit_cost,\r\n acme ,\"Desk\",2, -5000.50 ,\r\n,,,\r\n",
		"amount":        "group,item,quantity,unit_cost,amount\nacme,Desk,2,-5000.50,-10001\n",
		"not free":      "group,item,quantity,unit_cost,tax_free\nacme,Desk,2,-5000.50,FALSE\n",
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := ReadItems("items.csv", []byte(text))
			if err != nil || len(rows) != 1 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			r := rows[0]
			if r.Line != 2 || r.Errors != nil || r.Group != "acme" || r.Label != "Desk" || !r.Quantity.Equal(dec("2")) || !r.UnitPrice.Equal(dec("-5000.5")) || r.TaxFree || r.Tax != "" {
				t.Errorf("the row is %+v", r)
			}
		})
	}
}

// Each wrong row says all that is wrong with it, with the line of the file.
func TestItemErrors(t *testing.T) {
	rows, err := ReadItems("items.csv", []byte(`group,item,quantity,unit_cost,amount,tax_free
acme,Desk,1.5,100,150,yes
acme,Desk,1.5,100,150.01,
acme,Desk,,1.23E+11,,maybe
,"two
lines","1,000",x,,
acme,Desk,1,1,1,no,more
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line   int
		errors []string
	}{
		{2, nil},
		{3, []string{"amount: is 150.01, but 1.5 × 100 is 150"}},
		{4, []string{"quantity: is empty", `unit_cost: "1.23E+11" is shortened`, `tax_free: "maybe"`}},
		{5, []string{"item_name: holds a line break", `quantity: "1,000" has a comma`, `unit_cost: "x" is not a number`, "billing_group_id: is empty"}},
		{7, []string{`"more" is in cell 7`}},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(rows), len(want))
	}
	for i, w := range want {
		got := rows[i]
		if got.Line != w.line || len(got.Errors) != len(w.errors) {
			t.Errorf("row %d is line %d with %q; want line %d with %q", i, got.Line, got.Errors, w.line, w.errors)
			continue
		}
		for j, text := range w.errors {
			if !strings.HasPrefix(got.Errors[j], text) {
				t.Errorf("line %d says %q, want %q", got.Line, got.Errors[j], text)
			}
		}
	}
}

func TestFilesThatAreNoTable(t *testing.T) {
	header := "group,item,quantity,unit_cost\n"
	for name, test := range map[string]struct{ text, want string }{
		"empty":      {"", "the file is empty"},
		"utf-16":     {"\xff\xfeg\x00r\x00", "UTF-16"},
		"shift_jis":  {header + "acme,\x89\x5e\x97\x70\x83\x66\x83\x58\x83\x4e,1,1\n", "Shift_JIS text"}, // 運用デスク
		"latin-1":    {header + "acme,Caf\xe9,1,1\n", "not UTF-8 text"},
		"workbook":   {"PK\x03\x04…", "a workbook"},
		"unknown":    {"group,item,quantity,unit_cost,colour\n", `column "colour" is not known`},
		"missing":    {"group,item,quantity\n", `column "unit_cost" is missing`},
		"twice":      {"group,item,label,quantity,unit_cost\n", `column "item_name" is there twice ("label")`},
		"quote":      {header + "acme,\"Desk,1,1\n", "line 2 is not CSV"},
		"large":      {header + strings.Repeat(" ", MaxSize), "larger than 8 MB"},
		"many":       {header + strings.Repeat("a,b,1,1\n", maxRows+1), "more than 50000 rows"},
		"wide":       {strings.Repeat("a,", 1000), "its first line has 1001 cells"},
		"no columns": {",,,\n", `column "billing_group_id" is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadItems("items.csv", []byte(test.text))
			var file *FileError
			if !errors.As(err, &file) || file.Name != "items.csv" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the file was taken, or refused with %v; want %q", err, test.want)
			}
		})
	}
}

func TestReadRates(t *testing.T) {
	rows, err := ReadRates("rates.csv", []byte(`Period,From,To,Exchange rate,Level,Payer,Group
2026-10,USD,JPY,151.30,,,
2026-10,USD,JPY,151.7,,'111,
2026-10,USD,JPY,150,,,acme
2026-10,USD,JPY,150,common,,acme
2026-13,USD,JPY,,,,
`))
	if err != nil || len(rows) != 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	october, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []billing.ExchangeRate{
		{Month: october, From: "USD", To: "JPY", Rate: dec("151.3"), Level: "common"},
		{Month: october, From: "USD", To: "JPY", Rate: dec("151.7"), Level: "payer", Payer: "'111"}, // no formula, so no guard
		{Month: october, From: "USD", To: "JPY", Rate: dec("150"), Level: "group", Group: "acme"},
		{Month: october, From: "USD", To: "JPY", Rate: dec("150"), Level: "common", Group: "acme"},
	} {
		got := rows[i].Rate
		if !got.Rate.Equal(want.Rate) {
			t.Errorf("row %d: the rate is %s, want %s", i, got.Rate, want.Rate)
		}
		got.Rate, want.Rate = money.Zero, money.Zero
		if !reflect.DeepEqual(got, want) || rows[i].Errors != nil {
			t.Errorf("row %d is %+v %q, want %+v", i, got, rows[i].Errors, want)
		}
	}
	if got := rows[4].Errors; len(got) != 2 || !strings.HasPrefix(got[0], `month: "2026-13" is not a month`) || !strings.HasPrefix(got[1], "rate: is empty") {
		t.Errorf("the last row says %q", got)
	}
}

// Whatever is written is read back as the same, and no text in it begins as a
// formula does.
func TestItemsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.StringMatching(`[=+@'"-]{0,2}[a-z,;"'=0-9]([ a-z,;"'=0-9]{0,8}[a-z])?`)
		var items []Item
		for range rapid.IntRange(0, 5).Draw(t, "items") {
			items = append(items, Item{Group: texts.Draw(t, "group"), AdditionalItem: billing.AdditionalItem{
				Label: texts.Draw(t, "label"), TaxFree: rapid.Bool().Draw(t, "free"), Tax: rapid.SampledFrom([]string{"", "reduced"}).Draw(t, "tax"),
				Quantity:  money.FromInt(rapid.Int64Range(-1000, 1000).Draw(t, "quantity")).Mul(dec("0.001")),
				UnitPrice: money.FromInt(rapid.Int64().Draw(t, "price")).Mul(dec("0.0000001")),
			}})
		}
		var file bytes.Buffer
		if err := WriteItems(&file, items); err != nil {
			t.Fatal(err)
		}
		rows, err := ReadItems("items.csv", file.Bytes())
		if err != nil || len(rows) != len(items) {
			t.Fatalf("%d rows of %d, %v", len(rows), len(items), err)
		}
		for i, want := range items {
			got := rows[i]
			if got.Errors != nil || got.Group != want.Group || got.Label != want.Label || got.Tax != want.Tax || got.TaxFree != want.TaxFree ||
				!got.Quantity.Equal(want.Quantity) || !got.UnitPrice.Equal(want.UnitPrice) {
				t.Fatalf("%+v came back as %+v, %q", want, got.Item, got.Errors)
			}
			for _, text := range []string{want.Group, want.Label} {
				if _, err := money.Parse(text); err != nil && strings.ContainsAny(text[:1], "=+-@") && !strings.Contains(file.String(), "'"+text[:1]) {
					t.Fatalf("%q stands in the file as a formula:\n%s", text, file.String())
				}
			}
		}
	})
}

// No file makes the readers panic, and what they read can be written.
func FuzzRead(f *testing.F) {
	f.Add([]byte("group,item,quantity,unit_cost\nacme,Desk,2,-5000.50\n"))
	f.Add([]byte("month;from;to;rate\n2026-10;USD;JPY;150\n"))
	f.Add([]byte("\xef\xbb\xbf\"group\nx\",\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := ReadRates("rates.csv", data); err != nil && !errors.As(err, new(*FileError)) {
			t.Fatalf("%T is no *FileError", err)
		}
		rows, err := ReadItems("items.csv", data)
		if err != nil {
			if !errors.As(err, new(*FileError)) {
				t.Fatalf("%T is no *FileError", err)
			}
			return
		}
		for _, r := range rows {
			if r.Errors == nil && (r.Group == "" || r.Line < 2) {
				t.Fatalf("row without a group or a line: %+v", r)
			}
		}
	})
}
