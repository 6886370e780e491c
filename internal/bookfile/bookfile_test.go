package bookfile_test

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/bookfile"
)

// What cannot be read is refused with the file, the place, and what was expected.
func TestReadRefuses(t *testing.T) {
	deep := func(open, end string) string { return strings.Repeat(open, 100) + strings.Repeat(end, 100) }
	cht := func(inside string) string {
		return "<CHTBillingRules>\n<RuleGroup>\n" + inside + "</RuleGroup></CHTBillingRules>"
	}
	basic := func(attributes, product string) string {
		return cht(`<BillingRule name="a"><BasicBillingRule ` + attributes + `/>` + product + `</BillingRule>`)
	}
	for _, c := range []struct {
		name, format, input, want string
	}{
		{"no such format", "excel", "x", `f: "excel" is no format; expected one of [abc cloudhealth ripple abiquo]`},
		{"empty", "abc", " \n", "f: is empty; expected a file of format abc"},
		{"not text", "ripple", "a\xff", "f: is not UTF-8 text; save it as UTF-8"},
		{"too large", "abiquo", strings.Repeat("x", 64<<20+1), "f: has 67108865 bytes; at most 67108864 are read, so split it"},

		{"abc is no JSON", "abc", "{\n\"a\" 1}", "f: line 2: the JSON cannot be read: invalid character '1' after object key"},
		{"abc ends early", "abc", `{"PricingRules": [`, "f: line 1: the JSON cannot be read: unexpected"},
		{"abc twice", "abc", `{"PricingRules": [], "PricingRules": []}`, "f: PricingRules: is there twice; keep one"},
		{"abc deep", "abc", `{"a":` + deep("[", "]") + `}`, "is more than 64 levels deep"},
		{"abc with nothing", "abc", `{"a": 1}`, "f: has no pricing rules, pricing plans or billing groups"},
		{"abc list", "abc", `[1]`, "f: [0]: is not an object"},
		{"abc type of a field", "abc", `{"PricingRules": [{"Name": 3}]}`, "f: PricingRules[0].Name: is not a text"},
		{"abc scope", "abc", `{"PricingRules": [{"Name": "a", "Scope": "ALL"}]}`, `f: PricingRules[0].Scope: is "ALL"; expected GLOBAL, SERVICE, BILLING_ENTITY or SKU`},
		{"abc scope without its field", "abc", `{"PricingRules": [{"Name": "a", "Scope": "SKU", "Service": "s"}]}`, "f: PricingRules[0].UsageType: is missing; a rule of scope SKU has one"},
		{"abc type", "abc", `{"PricingRules": [{"Name": "a", "Scope": "GLOBAL", "Type": "FREE"}]}`, `f: PricingRules[0].Type: is "FREE"; expected MARKUP, DISCOUNT or TIERING`},
		{"abc percentage", "abc", `{"PricingRules": [{"Name": "a", "Scope": "GLOBAL", "Type": "DISCOUNT", "ModifierPercentage": 101}]}`, "f: PricingRules[0].ModifierPercentage: is 101; expected a percentage of 0 or more, of a DISCOUNT at most 100"},
		{"abc percentage of letters", "abc", `{"PricingRules": [{"Name": "a", "Scope": "GLOBAL", "Type": "MARKUP", "ModifierPercentage": "ten"}]}`, `f: PricingRules[0].ModifierPercentage: it is "ten"; expected a decimal number such as 12.5`},
		{"abc free tier", "abc", `{"PricingRules": [{"Name": "a", "Scope": "GLOBAL", "Type": "TIERING", "Tiering": {}}]}`, "f: PricingRules[0].Tiering: has no FreeTier.Activated; expected true or false"},
		{"abc two of a name", "abc", `[{"Name": "a", "Scope": "GLOBAL", "Type": "MARKUP", "ModifierPercentage": 1}, {"Name": "a", "Scope": "GLOBAL", "Type": "MARKUP", "ModifierPercentage": 2}]`, "f: [1]: is pricing rule a, which is at [0] too, and not the same; keep one"},

		{"cloudhealth is no XML", "cloudhealth", "<CHTBillingRules>\n<RuleGroup></CHTBillingRules>", "f: line 2: the XML cannot be read: element <RuleGroup> closed by </CHTBillingRules>"},
		{"cloudhealth is something else", "cloudhealth", "<html/>", "f: line 1: begins with <html>; expected <CHTBillingRules>"},
		{"cloudhealth document type", "cloudhealth", "<!DOCTYPE a [<!ENTITY e \"x\">]>\n<CHTBillingRules/>", "f: line 1: has a <!…> declaration such as a document type; remove it"},
		{"cloudhealth entity", "cloudhealth", `<CHTBillingRules createdBy="&e;"/>`, "f: line 1: the XML cannot be read: invalid character entity &e;"},
		{"cloudhealth encoding", "cloudhealth", `<?xml version="1.0" encoding="Shift_JIS"?><CHTBillingRules/>`, "its encoding is Shift_JIS; save it as UTF-8"},
		{"cloudhealth deep", "cloudhealth", deep("<a>", "</a>"), "f: line 1: is more than 64 levels deep"},
		{"cloudhealth date", "cloudhealth", "<CHTBillingRules>\n<RuleGroup startDate=\"1.10.2026\"/></CHTBillingRules>", `f: line 2: startDate is "1.10.2026"; expected a date such as 2026-10-31 or 10/31/2026`},
		{"cloudhealth flag", "cloudhealth", `<CHTBillingRules><RuleGroup enabled="yes"/></CHTBillingRules>`, `f: line 1: enabled of RuleGroup is "yes"; expected true or false`},
		{"cloudhealth action", "cloudhealth", cht(`<BillingRule name="a"/>`), `f: line 3: rule "a" has 0 BasicBillingRules; expected one`},
		{"cloudhealth kind", "cloudhealth", basic(`billingAdjustment="1" billingRuleType="percent"`, ""), `f: line 3: billingRuleType is "percent"; expected percentDiscount, percentIncrease or fixedRate`},
		{"cloudhealth percentage", "cloudhealth", basic(`billingAdjustment="100.5" billingRuleType="percentDiscount"`, ""), "f: line 3: billingAdjustment is 100.5; expected a percentage of 0 or more, of a percentDiscount at most 100"},
		{"cloudhealth number", "cloudhealth", basic(`billingAdjustment="1,5" billingRuleType="fixedRate"`, ""), `f: line 3: billingAdjustment is "1,5"; expected a decimal number such as 12.5`},
		{"cloudhealth description", "cloudhealth", basic(`billingAdjustment="1" billingRuleType="fixedRate"`, "<Product><LineItemDescription/></Product>"), "f: line 3: LineItemDescription has none of name, startsWith, contains and matchesRegex"},

		{"ripple columns", "ripple", "a,b\n1,2", "f: line 1: has the columns a, b; expected billingGroupId, AccountId, code or payer id among them"},
		{"ripple quotes", "ripple", "code,value\n\"a,1", "f: line 2: the CSV cannot be read"},
		{"ripple value", "ripple", "code,value\nAmazonEC2,5", "f: line 2: the value of AmazonEC2 is 5; expected a fraction from -1 to 1 such as -0.05, or a percentage such as -5%"},
		{"ripple service twice", "ripple", "billingGroupId,code,value\na,AmazonEC2,-0.05\na,AmazonEC2,-0.06", "f: line 3: service AmazonEC2 is at line 2 too, with another value; keep one"},
		{"ripple vendor", "ripple", "code,value,vendor\nx,0.1,ibm", `f: line 2: the vendor is "ibm"; expected aws, azure or gcp`},
		{"ripple scope", "ripple", "code,value,calculationScope\nx,0.1,some", `f: line 2: calculationScope is "some"; expected true or false`},
		{"ripple rows", "ripple", `[{"code": "x"}]`, "f: [0].value: is missing; expected a fraction such as -0.05"},
		{"ripple object", "ripple", `{"x": 1}`, "f: the whole file: has no code and no awsDetails"},
		{"ripple cells", "ripple", "code,value\nx,0,1", "f: line 2: has 3 cells, the headings are 2; quote cells that have commas"},

		{"abiquo line", "abiquo", "amazon_price_factor=1\n\nhello", `f: line 3: is "hello"; expected a property such as amazon_price_factor=1.2`},
		{"abiquo factor", "abiquo", "amazon_price_factor=-1", "f: line 1: the factor is -1; expected 0 or more"},
		{"abiquo twice", "abiquo", "amazon_price_factor.Refund=1\naws_price_factor.Refund=2", "f: line 2: the factor of aws Refund is at line 1 too, and another; keep one"},
		{"abiquo association", "abiquo", "provider,factor,association\naws,1,everyone", `f: line 2: the association is "everyone"; expected All, Reseller: name or Key node: name`},
		{"abiquo without factors", "abiquo", "currency_code=EUR", "f: has no price factors; expected properties such as"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result, err := bookfile.Read(bookfile.Format(c.format), "f", []byte(c.input))
			if err == nil {
				t.Fatalf("it was read: %+v", result)
			}
			if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f: ") {
				t.Errorf("the error is\n%s\nand not\n%s", err, c.want)
			}
			if len(result.Books)+len(result.Lost) > 0 {
				t.Error("there is a result beside the error")
			}
		})
	}
}

// The option is for the one format that leaves the sign open.
func TestOptionElsewhere(t *testing.T) {
	_, err := bookfile.Read(bookfile.Abiquo, "f", []byte("amazon_price_factor=1"), bookfile.PositiveIsDiscount())
	if want := "f: the sign of discounts is open in format ripple only, not in abiquo"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestDetect(t *testing.T) {
	for input, want := range map[string]bookfile.Format{
		"":              "",
		"hello":         "",
		`{"a": 1}`:      "",
		"<html></html>": "",
		"name,amount":   "",
		`{"code": "x", "value": 1, "PricingRules": []}`:   "", // two fit
		"\ufeff{\"PricingPlans\": []}":                    bookfile.ABC,
		"<?xml version=\"1.0\"?>\n<CHBillingRules/>":      bookfile.CloudHealth,
		"請求グループID,請求グループ名,ベンダー,サービス割引・割増設定\n":             bookfile.Ripple,
		"payer id,report name,bucket,prefix,role ARN":     bookfile.Ripple,
		"BG id,account id,name":                           bookfile.Ripple,
		"azurecompute-arm_price_factor.Managed=0.4":       bookfile.Abiquo,
		"Provider,Bill type,Product,Association,Factor\n": bookfile.Abiquo,
	} {
		if got, ok := bookfile.Detect("file", []byte(input)); got != want || ok != (want != "") {
			t.Errorf("%q was taken for %q, %v; want %q", input, got, ok, want)
		}
	}
}

// A book without a name of its own is named after the file.
func TestBookIsNamedAfterFile(t *testing.T) {
	for file, want := range map[string]string{`C:\books\Acme 2026.xml`: "Acme-2026", "books/gold.v2.xml": "gold.v2", "価格.xml": "imported"} {
		result, err := bookfile.Read(bookfile.CloudHealth, file, []byte("<CHTBillingRules/>"))
		if err != nil || len(result.Books) != 1 || result.Books[0].ID != want {
			t.Errorf("%s: got %+v, %v; want %s", file, result.Books, err, want)
		}
	}
}
