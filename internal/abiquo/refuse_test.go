package abiquo_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/abiquo"
	"github.com/sluice-billing/sluice/internal/config"
)

// What cannot be read is refused with the file, the place, and what to do.
func TestImportRefuses(t *testing.T) {
	const head = "[R]\nreseller=true\n"
	for _, test := range []struct {
		name, input, want string
		options           abiquo.Options
	}{
		{"empty", " \n", "f: is empty; expected enterprises in JSON, or properties below lines such as [Acme]", abiquo.Options{}},
		{"not text", "[A\xff]", "f: is not UTF-8 text; save it as UTF-8", abiquo.Options{}},
		{"too large", strings.Repeat("#", abiquo.MaxSize+1), "f: has 16777217 bytes; at most 16777216 are read, so split it", abiquo.Options{}},
		{"no property", head + "amazon_bucket", `f: line 3: is "amazon_bucket"; expected a property such as amazon_bucket=exports, or an enterprise such as [Acme]`, abiquo.Options{}},
		{"no flag", "[R]\nreseller=perhaps", `f: line 2: reseller is "perhaps"; expected true or false`, abiquo.Options{}},
		{"twice", head + "[A]\n[A]\n", "f: line 4: is enterprise A, which is at line 3 too; keep one", abiquo.Options{}},
		{"two values", head + "amazon_mpa=no\namazon_mpa=shared", "f: line 4: amazon_mpa of R is at line 3 too, with another value; keep one", abiquo.Options{}},
		{"nobody above", head + "[A]\nabove=B", "f: line 3: A is below B, which is not in the file; add it, or correct the name", abiquo.Options{}},
		{"circle", head + "[A]\nabove=B\n[B]\nabove=A", "f: line 3: A is below itself; correct who is above it", abiquo.Options{}},
		{"no reseller", "[A]\nkey_node=true", "f: has no reseller above all others; mark one with reseller=true, or say which enterprise it is with --reseller", abiquo.Options{}},
		{"two resellers", head + "[S]\nreseller=true", "f: has 2 resellers, none above the others: R, S; an installation is one reseller's, so say which with --reseller", abiquo.Options{}},
		{"another reseller", head, "f: has no enterprise S; give the name of the reseller as the file has it", abiquo.Options{Reseller: "S"}},
		{"two of an account", head + "[A]\ncredential.amazon=1\n[B]\ncredential.amazon=1", "f: line 6: account 1 is of A and of B; Abiquo has one enterprise for each account, so keep one of the two", abiquo.Options{}},
		{"factor", head + "amazon_price_factor=-1", "f: line 3: price factors of R: the factor is -1; expected 0 or more", abiquo.Options{}},
		{"factor of letters", head + "amazon_price_factor.Anniversary=ten", `f: line 3: price factors of R: the factor is "ten"; expected a decimal number such as 12.5`, abiquo.Options{}},
		{"discount", head + "amazon_discount=1", `f: line 3: amazon_discount is "1"; expected a fraction from 0 up to 1, such as 0.03`, abiquo.Options{}},
		{"JSON", "{\"a\" 1}", "f: the JSON cannot be read: invalid character '1' after object key", abiquo.Options{}},
		{"two of JSON", "[] []", "f: goes on behind the end of its JSON; keep one value", abiquo.Options{}},
		{"deep", strings.Repeat("[", 40), "f: is more than 32 levels deep", abiquo.Options{}},
		{"no list", `{"enterprises": 3}`, `f: enterprises: is no list; expected […], or {"collection": […]}`, abiquo.Options{}},
		{"no enterprise", "[\n3]", "f: [0]: is no enterprise; expected an object with a name", abiquo.Options{}},
		{"no name", `[{"id": 3}]`, "f: [0]: is an enterprise without a name; give it one", abiquo.Options{}},
		{"flag in JSON", `[{"name": "R", "reseller": "maybe"}]`, `f: [0].reseller: reseller is "maybe"; expected true or false`, abiquo.Options{}},
		{"factor of nobody", `{"enterprises": [{"name": "R", "reseller": true}], "priceFactors": [{"provider": "amazon", "factor": 1, "association": "Key node: A"}]}`,
			"f: priceFactors[0]: is a price factor of A, which is not in the file; add the enterprise, or correct the name", abiquo.Options{}},
		{"nothing", `{}`, "f: has no enterprises; expected a list of them, or sections such as [Acme]", abiquo.Options{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			result, err := abiquo.Import("f", []byte(test.input), test.options)
			if err == nil {
				t.Fatalf("it was read: %+v", result)
			}
			if err.Error() != test.want {
				t.Errorf("the error is\n%s\nand not\n%s", err, test.want)
			}
		})
	}
}

// Of several resellers one is chosen; what is not below it is said to be left, not lost.
func TestImportOneReseller(t *testing.T) {
	const file = "[R]\nreseller=true\n[S]\nreseller=true\n[A]\nabove=R\nkey_node=true\n[B]\nabove=S\nkey_node=true\n"
	result, err := abiquo.Import("f", []byte(file), abiquo.Options{Reseller: "S", Currency: "USD"})
	if err != nil {
		t.Fatal(err)
	}
	if c := result.Config; c.Reseller.Name != "S" || len(c.Customers) != 1 || c.Customers[0].Name != "B" || c.Reseller.Currency != "USD" {
		t.Errorf("it became %+v", c)
	}
	for _, name := range []string{"R", "A"} {
		if !slices.ContainsFunc(result.Notes, func(n abiquo.Note) bool { return n.Enterprise == name && n.Became == abiquo.Left }) {
			t.Errorf("nothing is said of %s", name)
		}
	}
}

// Whatever a property is called, there is a note of it.
func TestEveryPropertyIsNoted(t *testing.T) {
	known := []string{
		"amazon_bucket", "amazon_bucket_region", "amazon_bucket_prefix", "amazon_report_name", "amazon_billing_compress_format", "amazon_mpa", "amazon_discount",
		"azurecompute-arm_discount", "azurecompute-arm_currency_code", "azurecompute-arm_only_bill_subscription", "billing.azure.country_code", "OfferDurableID", "Locale", "RegionInfo",
		"currency_code", "conversion_factor", "reseller_code", "internal_customer_id", "Account_id", "VCD_PRICE_FACTOR", "VCD_CREDENTIAL_MODE", "amazon_price_factor", "azurecompute-arm_price_factor.Managed",
		"something else", "abiquo.own.property",
	}
	value := map[string]string{"currency_code": "USD", "amazon_discount": "0.02", "azurecompute-arm_discount": "0.1", "Locale": "en-US"}
	for _, where := range []string{"[R]\nreseller=true\n%s[A]\nabove=R\nkey_node=true\n", "[R]\nreseller=true\n[A]\nabove=R\nkey_node=true\n%s"} {
		for _, credential := range []string{"", "pricing_credential.amazon=111111111111\ncredential.amazon=222222222222\n"} {
			var lines strings.Builder
			lines.WriteString(credential)
			for _, key := range known {
				text := value[key]
				if text == "" {
					text = "1.5"
				}
				fmt.Fprintf(&lines, "%s=%s\n", key, text)
			}
			file := fmt.Sprintf(where, lines.String())
			result, err := abiquo.Import("f", []byte(file), abiquo.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for n, line := range strings.Split(file, "\n") {
				key, _, is := strings.Cut(line, "=")
				at := fmt.Sprintf("line %d", n+1)
				if is && slices.Contains(known, key) && !slices.ContainsFunc(result.Notes, func(n abiquo.Note) bool { return n.Where == at }) {
					t.Errorf("nothing is said of %s in\n%s", line, file)
				}
			}
		}
	}
}

// Whatever is read is either refused with a sentence, or a configuration that can be
// written and read again.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			if strings.HasPrefix(part.Name, "input.") {
				f.Add(part.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		result, err := abiquo.Import("f", data, abiquo.Options{Currency: "USD"})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f: ") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		var yaml bytes.Buffer
		if err := config.Write(&yaml, result.Config); err != nil {
			return // a text of the file has a character that YAML here does not hold
		}
		// A value such as a currency that is none is found by the checks.
		if _, err := config.Parse("f", yaml.Bytes()); err != nil && len(config.Check(result.Config)) == 0 {
			t.Errorf("what was written cannot be read: %v\n%s", err, yaml.String())
		}
	})
}
