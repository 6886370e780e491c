package ingest

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// linesOf reads text to its end and flattens each line: lake column → value,
// for maps and x_columns column[key] → value.
func linesOf(text string) ([]map[string]string, error) {
	r, err := newReader(strings.NewReader(text), 0, newNotes())
	if err != nil {
		return nil, err
	}
	var lines []map[string]string
	for {
		line, err := r.next()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, flat(line))
	}
}

func flat(line *row) map[string]string {
	flat := map[string]string{}
	for i, text := range line.text {
		if len(text) > 0 && lake.Text(i) != lake.Extra {
			flat[lake.Texts[i].Name] = string(text)
		}
	}
	for i, given := range line.given {
		if given {
			flat[lake.Numbers[i].Name] = line.number[i].String()
		}
	}
	for i, at := range line.instant {
		if at != noTime {
			flat[lake.Instants[i].Name] = time.UnixMicro(at).UTC().Format(time.RFC3339Nano)
		}
	}
	for i, pairs := range line.maps {
		for cells := strings.Split(string(pairs), "\x00"); len(cells) > 1; cells = cells[2:] {
			flat[lake.Maps[i].Name+"["+cells[0]+"]"] = cells[1]
		}
	}
	if extra := line.text[lake.Extra]; len(extra) > 0 {
		var object map[string]string
		if err := json.Unmarshal(extra, &object); err != nil {
			flat["x_columns"] = err.Error()
		}
		for key, value := range object {
			flat["x_columns["+key+"]"] = value
		}
	}
	return flat
}

// The columns of random files. Which of them have a place in the lake is not
// said here: a cell must be found again wherever it went.
var (
	textNames = []string{
		"identity/LineItemId", "bill/InvoiceId", "bill/PayerAccountId", "bill/BillingEntity", "lineItem/UsageAccountId",
		"lineItem/ProductCode", "lineItem/UsageType", "lineItem/Operation", "lineItem/ResourceId", "lineItem/LineItemDescription",
		"product/ProductName", "product/servicename", "product/region", "product/regionCode", "product/instanceType",
		"product/sku", "product/group", "product/servicecode", "pricing/RateCode", "pricing/RateId", "pricing/unit",
		"reservation/ReservationARN", "savingsPlan/SavingsPlanARN", "savingsPlan/PaymentOption", "pricing/PurchaseOption",
		"resourceTags/user:Name", "resourceTags/aws:createdBy", "costCategory/Team", "something new", "lineItem/NetOfAll",
	}
	numberNames = []string{
		"lineItem/UsageAmount", "lineItem/BlendedCost", "lineItem/UnblendedRate", "lineItem/NetUnblendedCost",
		"pricing/publicOnDemandCost", "reservation/EffectiveCost", "reservation/UnusedRecurringFee",
		"savingsPlan/SavingsPlanEffectiveCost", "lineItem/NormalizedUsageAmount",
	}
	lineTypes = []string{"Usage", "DiscountedUsage", "RIFee", "SavingsPlanNegation", "SavingsPlanCoveredUsage", "Tax", "Novelty"}
)

// randomFile draws the header and the rows of a legacy report.
func randomFile(t *rapid.T) (header []string, rows [][]string) {
	texts := rapid.SliceOfNDistinct(rapid.SampledFrom(textNames), 0, len(textNames), rapid.ID[string]).Draw(t, "texts")
	numbers := rapid.SliceOfNDistinct(rapid.SampledFrom(numberNames), 0, len(numberNames), rapid.ID[string]).Draw(t, "numbers")
	header = append([]string{"lineItem/UsageStartDate", "lineItem/UsageAccountId", "lineItem/UnblendedCost", "lineItem/LineItemType"}, numbers...)
	for _, name := range texts {
		if name != "lineItem/UsageAccountId" {
			header = append(header, name)
		}
	}
	cell := rapid.StringOfN(rapid.SampledFrom([]rune("ab,\"\n 0é|")), 0, 8, -1)
	decimal := rapid.StringMatching(`-?[0-9]{1,19}(\.[0-9]{1,18})?`)
	for range rapid.IntRange(1, 4).Draw(t, "rows") {
		row := make([]string, len(header))
		for i, name := range header {
			switch {
			case name == "lineItem/UsageStartDate":
				day := time.Date(2024, 5, 1, 0, 0, rapid.IntRange(0, 86400*31-1).Draw(t, "second"), 0, time.UTC)
				row[i] = day.Format(rapid.SampledFrom([]string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05.000Z"}).Draw(t, "layout"))
			case name == "lineItem/LineItemType":
				row[i] = rapid.SampledFrom(lineTypes).Draw(t, name)
			case name == "lineItem/UnblendedCost":
				row[i] = decimal.Draw(t, name)
			case i < 4+len(numbers) && i >= 4:
				row[i] = rapid.OneOf(decimal, rapid.Just("")).Draw(t, name)
			case rapid.Bool().Draw(t, "given"):
				row[i] = name + " " + cell.Draw(t, name) // of its own column alone, so that it is found in no other
			}
		}
		rows = append(rows, row)
	}
	return header, rows
}

func csvText(t *rapid.T, header []string, rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Columns are found by name: their order changes nothing.
func TestColumnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header, rows := randomFile(t)
		want, err := linesOf(csvText(t, header, rows))
		if err != nil {
			t.Fatal(err)
		}
		order := make([]int, len(header))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order")
		pick := func(cells []string) []string {
			picked := make([]string, len(cells))
			for i, at := range order {
				picked[i] = cells[at]
			}
			return picked
		}
		moved := make([][]string, len(rows))
		for i, row := range rows {
			moved[i] = pick(row)
		}
		got, err := linesOf(csvText(t, pick(header), moved))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
	})
}

// Nothing of a file is lost: each cell that is not empty is found again in the
// line. A reservation's effective cost of zero alone gives way to the amortized
// cost of the line (R6).
func TestEveryCellKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header, rows := randomFile(t)
		if again := rapid.SampledFrom(header).Draw(t, "again"); !strings.HasPrefix(again, "resourceTags/") && !strings.HasPrefix(again, "costCategory/") {
			header = append(header, strings.ReplaceAll(strings.ToUpper(again), "/", "_")) // a second spelling
			for i := range rows {
				rows[i] = append(rows[i], "second spelling")
			}
		}
		lines, err := linesOf(csvText(t, header, rows))
		if err != nil || len(lines) != len(rows) {
			t.Fatalf("%d lines, %v; want %d", len(lines), err, len(rows))
		}
		for i, row := range rows {
			for at, cell := range row {
				if cell != "" && !holds(lines[i], header[at], cell) {
					t.Fatalf("row %d: %s = %q is not in the line %v", i+1, header[at], cell, lines[i])
				}
			}
		}
	})
}

// holds tells whether a line holds a cell: its text, or its number or its time
// in whatever form, or the cell under its own name in x_columns.
func holds(line map[string]string, name, cell string) bool {
	if line["x_columns["+name+"]"] == cell {
		return true
	}
	forms := map[string]bool{cell: true}
	if n, err := money.Parse(cell); err == nil {
		if n.IsZero() && name == "reservation/EffectiveCost" {
			return true
		}
		forms[n.String()] = true
	}
	for _, layout := range []string{time.RFC3339, time.DateTime} {
		if at, err := time.Parse(layout, cell); err == nil {
			forms[at.UTC().Format(time.RFC3339Nano)] = true
		}
	}
	for column, value := range line {
		if forms[value] && !strings.HasPrefix(column, "x_columns[") {
			return true
		}
	}
	return false
}

// The second generation keeps in one JSON cell what the first has as columns:
// what has a place is put there, and the cell is kept where some of it has none.
func TestProductMap(t *testing.T) {
	const header = "line_item_usage_start_date,line_item_usage_account_id,line_item_unblended_cost,product,resource_tags,product_region_code"
	const begin = "\n2024-05-01 00:00:00,222222222222,1,"
	for _, c := range []struct {
		name, cells string
		want        map[string]string
	}{
		{"all of it has a place", `"{""product_name"": ""EC2"", ""instance_type"": ""m5.large""}","{""user_team"": ""a""}",`,
			map[string]string{"service_name": "EC2", "x_instance_type": "m5.large", "tags[user_team]": "a"}},
		{"some of it has none", `"{""region"": ""eu-west-1"", ""vcpu"": ""2""}",,`,
			map[string]string{"region_id": "eu-west-1", "x_columns[product]": `{"region": "eu-west-1", "vcpu": "2"}`}},
		{"a column of its own wins", `"{""region"": ""eu-west-1""}",,eu-west-2`,
			map[string]string{"region_id": "eu-west-2", "x_columns[product]": `{"region": "eu-west-1"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, err := linesOf(header + begin + c.cells + "\n")
			if err != nil || len(lines) != 1 {
				t.Fatalf("%v, %v", lines, err)
			}
			for column, want := range c.want {
				if got := lines[0][column]; got != want {
					t.Errorf("%s is %q, want %q", column, got, want)
				}
			}
			if _, kept := lines[0]["x_columns[product]"]; kept != (c.want["x_columns[product]"] != "") {
				t.Errorf("x_columns: %v", lines[0])
			}
		})
	}
}

// Text is UTF-8 or is not, wherever the reads are cut.
func TestUTF8Watch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SampledFrom([]string{"a", "é", "€", "😀", "\xff", "\xe2\x82", "\x80", "\xf0\x9f", "\xc0\x80"})
		text := strings.Join(rapid.SliceOfN(pieces, 0, 6).Draw(t, "text"), "")
		watch := &utf8Watch{r: iotest.OneByteReader(strings.NewReader(text))}
		buf := make([]byte, 4)
		if rapid.Bool().Draw(t, "whole reads") {
			watch.r, buf = strings.NewReader(text), buf[:rapid.IntRange(1, 4).Draw(t, "size")]
		}
		var got string
		for {
			n, err := watch.Read(buf)
			got += string(buf[:n])
			if err != nil {
				break
			}
		}
		if got != text || watch.bad == utf8.ValidString(text) {
			t.Fatalf("%q became %q, not UTF-8: %v", text, got, watch.bad)
		}
	})
}

// Whatever the text: no panic, rows counted as the CSV reader counts them, and
// each accepted cost is the number that stands there, rounded half to even.
func FuzzReader(f *testing.F) {
	const header = "lineItem/UsageStartDate,lineItem/UsageAccountId,lineItem/UnblendedCost,lineItem/UsageType,resourceTags/user:a\n"
	f.Add(header + "2024-05-01T00:00:00Z,1,1.5,Box,x\n")
	f.Add(header + "2024-05-01,1,-2E-19,\"a,b\"\n2024-05-01,1,-2E-19,,,,more\n")
	f.Add("ChargePeriodStart,BilledCost,ChargeCategory,Tags,BillingCurrency\n2024-05-01 00:00:00,.5,Usage,\"{\"\"a\"\":1}\",NULL\n")
	f.Add("line_item_usage_start_date,line_item_usage_account_id,line_item_unblended_cost,product,discount\n2024-05-01,2,1.,\"{\"\"region\"\":\"\"x\"\"}\",{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := newReader(strings.NewReader(text), 0, newNotes())
		if err != nil {
			return
		}
		if _, csv := r.rows.(*csvReader); !csv {
			return // FuzzJSONLines looks at it
		}
		plain := newCSVReader(strings.NewReader(text))
		if _, err := plain.next(); err != nil {
			t.Fatalf("the header is read once and not again: %v", err)
		}
		cost := -1
		for i, c := range r.columns {
			if c.do == takeNumber && c.to == int(lake.BilledCost) {
				cost = i
			}
		}
		for {
			line, err := r.next()
			if err != nil {
				return
			}
			fields, err := plain.next()
			if err != nil || line.row != plain.row {
				t.Fatalf("row %d of the reader is row %d of the text, %v", line.row, plain.row, err)
			}
			want, err := money.Parse(string(fields[cost]))
			if err != nil {
				t.Fatalf("cost %q was accepted: %v", fields[cost], err)
			}
			if got := line.number[lake.BilledCost].Decimal(); !got.Equal(want.Round(18, money.HalfEven)) {
				t.Fatalf("cost %q was read as %s", fields[cost], got)
			}
			_ = flat(line) // takes the maps and x_columns apart
		}
	})
}

// Where this reader of times and the standard library's both accept a text,
// they mean the same microsecond; of the form providers write most, both accept
// the same.
func FuzzInstant(f *testing.F) {
	for _, s := range []string{
		"2018-10-01T00:00:00Z", "2018-10-01 00:00:00.000", "2018-10-01T00:00:00+00:00", "2024-02-29T23:59:59.9999999Z",
		"2018-10-01", "2018-10-01T12:30", "1969-12-31T23:59:59.5Z", "0000-01-01T00:00:00Z", "2018-10-01T00:00.5Z",
		"2018-13-01T00:00:00Z", "2018-00-01T00:00:00Z", "2018-02-29T00:00:00Z", "2018-10-32T00:00:00Z", "2018-10-01T24:00:00Z",
		"2018-10-01T23:60:00Z", "2018-10-01T23:59:60Z",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		micros, ok := parseInstant([]byte(s), time.UTC)
		if want, err := time.Parse(time.RFC3339, s); ok && err == nil && micros != want.UnixMicro() {
			t.Fatalf("%q was read as %s", s, utc.text(micros))
		}
		if len(s) == len("2018-10-01T00:00:00Z") && s[10] == 'T' && s[19] == 'Z' {
			if _, err := time.Parse(time.RFC3339, s); ok != (err == nil) {
				t.Fatalf("%q: accepted %v, by the standard library: %v", s, ok, err)
			}
		}
		if !ok {
			return
		}
		if again, ok := parseInstant([]byte(time.UnixMicro(micros).UTC().Format(time.RFC3339Nano)), time.UTC); !ok || again != micros {
			t.Fatalf("%q became %s, which is not read back", s, utc.text(micros))
		}
	})
}

// Accepted JSON is an object for the standard library too, and its entries are
// sorted, without NUL, and hold the same texts.
func FuzzJSONEntries(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":"b","c":1.50}`, `{"a":null,"b":"","c":"null","d":[1,{"x":2}]}`, `{"a\u0000":"\u0000b"}`, `[]`, `null`, `{"a":1,"a":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		entries, err := jsonEntries([]byte(s))
		if err != nil {
			return
		}
		var object map[string]any
		if err := json.Unmarshal([]byte(s), &object); err != nil {
			t.Fatalf("%q was accepted: %v", s, err)
		}
		texts := map[string]bool{}
		for _, value := range object {
			if text, ok := value.(string); ok && text != "" {
				texts[noNUL(text)] = true
			}
		}
		found := map[string]bool{}
		for i, e := range entries {
			if i > 0 && e.key < entries[i-1].key {
				t.Fatalf("%q: entries are not sorted: %v", s, entries)
			}
			if e.value == "" || strings.Contains(e.key+e.value, "\x00") {
				t.Fatalf("%q: entry %q = %q", s, e.key, e.value)
			}
			found[e.value] = true
		}
		for text := range texts {
			if !found[text] {
				t.Fatalf("%q: the text %q is lost: %v", s, text, fmt.Sprint(entries))
			}
		}
	})
}

// Sums are exact however large: beyond 128 bits they spill. A line without net
// cost counts into net with its billed cost; a fenced line counts apart.
func TestSumSpills(t *testing.T) {
	number := rapid.StringMatching(`-?9{17,20}\.[0-9]{18}|-?[0-9]\.[0-9]{2}`)
	type costs struct{ billed, net, fence string }
	drawn := rapid.Custom(func(t *rapid.T) costs {
		return costs{
			number.Draw(t, "billed"),
			rapid.OneOf(rapid.Just(""), number).Draw(t, "net"),
			rapid.SampledFrom([]string{"", "", lake.FenceNegation, lake.FenceSplitCost}).Draw(t, "fence"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		var parts [2]sum
		var want, netWant, fencedWant money.Decimal
		for i, c := range rapid.SliceOfN(drawn, 0, 12).Draw(t, "lines") {
			var line row
			line.text[lake.Fence] = []byte(c.fence)
			line.set(lake.BilledCost, atto(t, c.billed))
			net := c.billed
			if c.net != "" {
				net = c.net
				line.set(lake.NetCost, atto(t, c.net))
			}
			parts[i%2].add(&line)
			if c.fence == lake.FenceSplitCost {
				fencedWant = fencedWant.Add(money.MustParse(c.billed))
			} else {
				want, netWant = want.Add(money.MustParse(c.billed)), netWant.Add(money.MustParse(net))
			}
		}
		var got sum
		got.merge(&parts[0])
		got.merge(&parts[1])
		total := got.total(sumKey{"1001", "USD"})
		if !total.Billed.Equal(want) || !total.AfterDiscounts().Equal(netWant) || !total.Fenced.Equal(fencedWant) || (total.Net == nil) != want.Equal(netWant) {
			t.Fatalf("%+v, want %s, net %s, fenced %s", total, want, netWant, fencedWant)
		}
	})
}

func atto(t *rapid.T, text string) money.Atto {
	t.Helper()
	a, lost, err := money.ParseAtto([]byte(text))
	if err != nil || lost {
		t.Fatal(text, err)
	}
	return a
}
