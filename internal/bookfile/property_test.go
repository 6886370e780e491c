package bookfile_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookfile"
	"github.com/sluice-billing/sluice/internal/money"
)

func read(t *rapid.T, format bookfile.Format, data string) bookfile.Result {
	result, err := bookfile.Read(format, "f", []byte(data))
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	accepted(t, result)
	return result
}

// sold is the winning price of a line, without the name of the rule.
func sold(b billing.PriceBook, l fields) string {
	_, price, _ := strings.Cut(priced(b, l), ": ")
	return price
}

// abcRule is a rule as Billing Conductor's API writes it.
type abcRule struct {
	Name, Scope, Type                            string
	Service, UsageType, Operation, BillingEntity string `json:",omitempty"`
	ModifierPercentage                           *int   `json:",omitempty"`
	Tiering                                      any    `json:",omitempty"`

	off bool
}

// rank is how narrow the rule is where it is for the line, else -1.
func (r abcRule) rank(l fields) int {
	for _, field := range []struct{ name, text string }{{"service", r.Service}, {"usage_type", r.UsageType}, {"operation", r.Operation}, {"billing_entity", r.BillingEntity}} {
		if field.text != "" && field.text != l[field.name] {
			return -1
		}
	}
	switch {
	case r.Operation != "":
		return 4
	case r.Scope == "SKU":
		return 3
	case r.Scope == "SERVICE":
		return 2
	case r.Scope == "BILLING_ENTITY":
		return 1
	}
	return 0
}

// R13: whatever a plan's percentages and free tiers, the narrowest of each
// prices a line, side by side.
func TestABCNarrowest(t *testing.T) {
	services, usages, operations, entities := []string{"A", "B"}, []string{"u", "v"}, []string{"o", "p"}, []string{"AWS", "AISPL"}
	rapid.Check(t, func(t *rapid.T) {
		pick := func(of []string, name string) string { return rapid.SampledFrom(of).Draw(t, name) }
		seen := map[string]bool{}
		var rules []abcRule
		names := []string{}
		for i := range rapid.IntRange(0, 12).Draw(t, "rules") {
			r := abcRule{Name: fmt.Sprint("r", i), Scope: pick([]string{"GLOBAL", "SERVICE", "SKU", "BILLING_ENTITY"}, "scope")}
			switch r.Scope {
			case "SKU":
				r.Service, r.UsageType = pick(services, "service"), pick(usages, "usage")
				if rapid.Bool().Draw(t, "with operation") {
					r.Operation = pick(operations, "operation")
				}
			case "SERVICE":
				r.Service = pick(services, "service")
			case "BILLING_ENTITY":
				r.BillingEntity = pick(entities, "entity")
			}
			if rapid.Bool().Draw(t, "tiering") {
				r.Type, r.off = "TIERING", rapid.Bool().Draw(t, "off")
				r.Tiering = map[string]any{"FreeTier": map[string]any{"Activated": !r.off}}
			} else {
				percent := rapid.IntRange(0, 100).Draw(t, "percent")
				r.Type, r.ModifierPercentage = pick([]string{"MARKUP", "DISCOUNT"}, "type"), &percent
			}
			lines := fmt.Sprint(r.Type == "TIERING", r.Service, r.UsageType, r.Operation, r.BillingEntity)
			if !seen[lines] { // a plan has one rule for the same lines
				seen[lines] = true
				rules = append(rules, r)
				names = append(names, r.Name)
			}
		}
		written, err := json.Marshal(map[string]any{
			"PricingRules": rules, "PricingPlans": []any{map[string]any{"Name": "plan", "PricingRuleArns": names}},
		})
		if err != nil {
			t.Fatal(err)
		}
		book := read(t, bookfile.ABC, string(written)).Books[0]
		for range 20 {
			l := fields{"service": pick(services, "service"), "usage_type": pick(usages, "usage"), "operation": pick(operations, "operation"), "billing_entity": pick(entities, "entity"), "cost": "100"}
			price, off, percentRank, tierRank := 100, false, -1, -1
			for _, r := range rules {
				rank := r.rank(l)
				switch {
				case r.Type == "TIERING" && rank > tierRank:
					tierRank, off = rank, r.off
				case r.Type == "MARKUP" && rank > percentRank:
					percentRank, price = rank, 100+*r.ModifierPercentage
				case r.Type == "DISCOUNT" && rank > percentRank:
					percentRank, price = rank, 100-*r.ModifierPercentage
				}
			}
			want := fmt.Sprint(price)
			if off {
				want += " free tier billed"
			}
			if got := sold(book, l); got != want {
				t.Fatalf("%v is sold at %q, want %q\n%s", l, got, want, written)
			}
		}
	})
}

// chtRule is a rule of CloudHealth's with one product.
type chtRule struct {
	product, from, to           string
	regions, operations         []string
	dataTransfer                bool
	kind                        string
	amount                      int
	family, size, descriptionAt string
}

func (r chtRule) xml() string {
	var b strings.Builder
	attribute := func(name, value string) {
		if value != "" {
			b.WriteString(" " + name + `="`)
			_ = xml.EscapeText(&b, []byte(value))
			b.WriteString(`"`)
		}
	}
	b.WriteString("<RuleGroup")
	attribute("startDate", r.from)
	attribute("endDate", r.to)
	fmt.Fprintf(&b, `><BillingRule name="r" includeDataTransfer="%v"><BasicBillingRule billingAdjustment="%d" billingRuleType="%s"/><Product`, r.dataTransfer, r.amount, r.kind)
	attribute("productName", r.product)
	b.WriteString(">")
	for _, region := range r.regions {
		b.WriteString("<Region")
		attribute("name", region)
		b.WriteString("/>")
	}
	for _, operation := range r.operations {
		b.WriteString("<Operation")
		attribute("name", operation)
		b.WriteString("/>")
	}
	if r.family+r.size != "" {
		b.WriteString("<InstanceProperties")
		attribute("instanceType", r.family)
		attribute("instanceSize", r.size)
		b.WriteString("/>")
	}
	if r.descriptionAt != "" {
		b.WriteString("<LineItemDescription")
		attribute("startsWith", r.descriptionAt)
		b.WriteString("/>")
	}
	b.WriteString("</Product></BillingRule></RuleGroup>\n")
	return b.String()
}

// fits tells whether a text is one of some with a star at an end.
func fits(patterns []string, text string) bool {
	for _, pattern := range patterns {
		inner := strings.Trim(pattern, "*")
		begins, ends := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
		if inner == text || begins && ends && strings.Contains(text, inner) || begins && strings.HasSuffix(text, inner) || ends && strings.HasPrefix(text, inner) {
			return true
		}
	}
	return len(patterns) == 0
}

func (r chtRule) matches(l fields) bool {
	family, size, _ := strings.Cut(l["instance_type"], ".")
	return (r.product == "ANY" || r.product == l["service"]) &&
		(r.from == "" || r.from <= l["day"]) && (r.to == "" || l["day"] <= r.to) &&
		fits(r.regions, l["region"]) && fits(r.operations, l["operation"]) &&
		(r.dataTransfer || !strings.Contains(l["usage_type"], "DataTransfer")) &&
		(r.family == "" || r.family == family) && (r.size == "" || r.size == size) &&
		strings.HasPrefix(l["description"], r.descriptionAt)
}

// R12: the first rule whose constraints all hold prices a line, on days that
// include the first and the last of its group.
func TestCloudHealthFirstMatch(t *testing.T) {
	days := []string{"2026-09-30", "2026-10-01", "2026-10-15", "2026-10-31", "2026-11-01"}
	rapid.Check(t, func(t *rapid.T) {
		pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "text") }
		var rules []chtRule
		var b strings.Builder
		for range rapid.IntRange(0, 6).Draw(t, "rules") {
			r := chtRule{
				product: pick("ANY", "Amazon S3 & more", "EC2"), from: pick("", days[1], days[2]), to: pick("", days[2], days[3]),
				regions:      rapid.SliceOfN(rapid.SampledFrom([]string{"eu-west-1", "us-east-1", "eu-*", "*-1", "*ap*"}), 0, 3).Draw(t, "regions"),
				operations:   rapid.SliceOfN(rapid.SampledFrom([]string{"Get", "Put*", "*Object"}), 0, 2).Draw(t, "operations"),
				dataTransfer: rapid.Bool().Draw(t, "data transfer"),
				kind:         pick("percentDiscount", "percentIncrease", "fixedRate"), amount: rapid.IntRange(0, 100).Draw(t, "amount"),
				family: pick("", "m5", "t3"), size: pick("", "large", "2xlarge"), descriptionAt: pick("", "$", "<b>"),
			}
			rules = append(rules, r)
			b.WriteString(r.xml())
		}
		book := read(t, bookfile.CloudHealth, "<CHTBillingRules>"+b.String()+"</CHTBillingRules>").Books[0]
		for range 20 {
			l := fields{
				"service": pick("Amazon S3 & more", "EC2"), "day": pick(days...), "region": pick("eu-west-1", "eu-west-2", "us-east-1", "ap-south-2"),
				"operation": pick("Get", "GetObject", "PutObject"), "usage_type": pick("BoxUsage", "EU-DataTransfer-Out"),
				"instance_type": pick("", "m5.large", "m5.2xlarge", "t3.large", "t3a.large"), "description": pick("$1 an hour", "<b>", "per hour"),
				"cost": "100", "usage": "7",
			}
			want := ""
			for _, r := range rules {
				if r.matches(l) {
					price := map[string]int{"percentDiscount": 100 - r.amount, "percentIncrease": 100 + r.amount, "fixedRate": 7 * r.amount}
					want = fmt.Sprint(price[r.kind])
					break
				}
			}
			if got := sold(book, l); got != want {
				t.Fatalf("%v is sold at %q, want %q\n%s", l, got, want, b.String())
			}
		}
	})
}

// R13: each service has its own value, and otherServices is all the rest.
func TestRippleServices(t *testing.T) {
	codes := []string{"A", "B", "C", billing.OtherServices}
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]int{} // hundredths of a percent
		csv := "billingGroupId,code,value\n"
		for _, code := range rapid.Permutation(codes).Draw(t, "codes") {
			if rapid.Bool().Draw(t, "has a value") {
				values[code] = rapid.IntRange(-10000, 10000).Draw(t, "value")
				csv += fmt.Sprintf("g,%s,%s\n", code, money.FromInt(int64(values[code])).Mul(money.MustParse("0.0001")))
			}
		}
		result := read(t, bookfile.Ripple, csv)
		if len(values) == 0 {
			if len(result.Books) != 0 {
				t.Fatalf("a book was made of nothing: %+v", result.Books)
			}
			return
		}
		for _, service := range []string{"A", "B", "C", "D"} {
			want := ""
			value, ok := values[service]
			if !ok {
				value, ok = values[billing.OtherServices]
			}
			if ok {
				want = fmt.Sprint(10000 + value)
			}
			if got := sold(result.Books[0], fields{"service": service, "cost": "10000"}); got != want {
				t.Fatalf("%s is sold at %q, want %q\n%s", service, got, want, csv)
			}
		}
	})
}

// R13: of an enterprise's factors the narrowest counts, then of those for all,
// unless the enterprise has one that covers them.
func TestAbiquoNearest(t *testing.T) {
	types, products := []string{"Anniversary", "Purchase"}, []string{"A", "B"}
	rapid.Check(t, func(t *rapid.T) {
		type scope struct{ billType, product string }
		factors := map[string]map[scope]int{"All": {}, "Key node: X": {}} // in percent
		csv := "provider,bill_type,product,association,factor\n"
		for _, owner := range []string{"All", "Key node: X"} {
			for _, s := range []scope{{}, {"Anniversary", ""}, {"Purchase", ""}, {"Anniversary", "A"}, {"Anniversary", "B"}, {"Purchase", "A"}} {
				if rapid.Bool().Draw(t, "has a factor") {
					factor := rapid.IntRange(0, 300).Draw(t, "factor")
					factors[owner][s] = factor
					csv += fmt.Sprintf("amazon,%s,%s,%s,%d.%02d\n", s.billType, s.product, owner, factor/100, factor%100)
				}
			}
		}
		if len(factors["Key node: X"]) == 0 {
			return
		}
		result := read(t, bookfile.Abiquo, csv)
		book := result.Books[len(result.Books)-1]
		for _, billType := range types {
			for _, product := range products {
				want := ""
			owners:
				for _, owner := range []string{"Key node: X", "All"} {
					for _, s := range []scope{{billType, product}, {billType, ""}, {}} {
						factor, ok := factors[owner][s]
						if !ok {
							continue
						}
						if want = fmt.Sprint(factor); factor == 0 {
							want = "excluded"
						}
						break owners
					}
				}
				l := fields{"provider": "aws", "bill_type": billType, "service": product, "cost": "100"}
				if got := sold(book, l); got != want {
					t.Fatalf("%v is sold at %q, want %q\n%s", l, got, want, csv)
				}
			}
		}
	})
}

// Whatever is in a file, it is refused by name, or its books can be applied.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(text).Files {
			if strings.HasPrefix(part.Name, "input.") {
				for i := range bookfile.Formats {
					f.Add(i, part.Data)
				}
			}
		}
	}
	for i := range bookfile.Formats {
		f.Add(i, workbookSeed(f, "testdata/ripple-workbook.txtar"))
	}
	f.Fuzz(func(t *testing.T, format int, data []byte) {
		if format < 0 || format >= len(bookfile.Formats) {
			return
		}
		bookfile.Detect("f", data)
		result, err := bookfile.Read(bookfile.Formats[format], "f", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		accepted(t, result)
		again, err := bookfile.Read(bookfile.Formats[format], "f", data)
		if err != nil || string(indented(t, again)) != string(indented(t, result)) {
			t.Errorf("the same file was read to another result, %v", err)
		}
	})
}
