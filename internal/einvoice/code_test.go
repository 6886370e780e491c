package einvoice

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Names and endings are each of one format.
func TestFormats(t *testing.T) {
	names, endings := map[string]bool{}, map[string]bool{}
	for _, f := range Formats() {
		if f.Title == "" || f.MediaType != "application/xml" || names[f.Name] || endings[f.Ending] {
			t.Errorf("format %+v has no title, or a name or ending of another", f)
		}
		names[f.Name], endings[f.Ending] = true, true
	}
}

// The lists are sorted out: what Peppol delivers to is on the European list, and
// each code has its form.
func TestCodes(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes []string
		form  string
		count int
	}{
		{"electronic addresses", addressSchemes, `^(0[0-9]{3}|99[0-9]{2}|AN|AQ|AS|AU|EM)$`, 104},
		{"Peppol", networkSchemes, `^(0[0-9]{3}|99[0-9]{2})$`, 82},
		{"ISO 6523", legalSchemes, `^0[0-2][0-9]{2}$`, 243},
		{"VATEX", exemptions, `^VATEX-(EU|FR)-[0-9A-Z-]+$`, 88},
	} {
		if len(c.codes) != c.count {
			t.Errorf("%s: %d codes, the list has %d", c.name, len(c.codes), c.count)
		}
		for i, code := range c.codes {
			if !regexp.MustCompile(c.form).MatchString(code) || slices.Contains(c.codes[:i], code) {
				t.Errorf("%s: %s is no code, or there twice", c.name, code)
			}
		}
	}
	for _, code := range networkSchemes {
		if !slices.Contains(addressSchemes, code) {
			t.Errorf("%s of Peppol is not on the European list", code)
		}
	}
}

// The numbers are examples of the countries' tax offices, or have their check digits.
func TestTaxNumbers(t *testing.T) {
	for _, c := range []struct{ country, number, vat, other string }{
		{"DE", "DE 136 695 976", "DE136695976", ""},
		{"DE", "136695976", "DE136695976", ""},
		{"DE", "181/815/08155", "", "181/815/08155"},
		{"GR", "094259216", "EL094259216", ""},
		{"NO", "974 760 673 MVA", "NO974760673MVA", ""},
		{"CH", "CHE-116.281.710 MWST", "CHE116281710MWST", ""},
		{"GB", "980780684", "GB980780684", ""},
		{"US", "DE136695976", "DE136695976", ""},
		{"US", "12-3456789", "", "12-3456789"},
		{"JP", "T9234567890123", "", "T9234567890123"},
		{"AE", "100000000000003", "", "100000000000003"},
		{"FR", "", "", ""},
	} {
		if vat, other := taxNumbers(c.country, c.number); vat != c.vat || other != c.other {
			t.Errorf("%s of %s: VAT number %q and other %q, wanted %q and %q", c.number, c.country, vat, other, c.vat, c.other)
		}
	}
}

// The first three are examples of ISO 13616's registry.
func TestIBAN(t *testing.T) {
	for iban, fits := range map[string]bool{
		"GB29NWBK60161331926819": true, "DE89370400440532013000": true, "NO9386011117947": true,
		"DE88370400440532013000": false, "DE89": false, "DE8937040044053201300é": false, "": false,
	} {
		if fitsIBAN(iban) != fits {
			t.Errorf("%s fits: %v, wanted %v", iban, !fits, fits)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	for text, want := range map[string]Identifier{
		"0088:4035811991021": {"0088", "4035811991021"}, "EM:a@b.de": {"EM", "a@b.de"}, "a@b.de": {"EM", "a@b.de"},
		" 9930 : DE1": {"", "9930 : DE1"}, "1234:5": {"", "1234:5"}, "0088:": {"", "0088:"}, "": {},
	} {
		if got := endpoint(text); got != want {
			t.Errorf("%q is %+v, wanted %+v", text, got, want)
		}
	}
	for text, want := range map[string]Identifier{
		"0204:991-12345-01": {"0204", "991-12345-01"}, "HRB 12345": {"", "HRB 12345"}, "HRB: 12345": {"", "HRB: 12345"}, "9999:1": {"", "9999:1"},
	} {
		if got := legalID(text); got != want {
			t.Errorf("%q is %+v, wanted %+v", text, got, want)
		}
	}
}

// Every language has every word.
func TestWords(t *testing.T) {
	for name, w := range languages {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.String && f.Len() == 0 {
				t.Errorf("%s has no word for %s", name, v.Type().Field(i).Name)
			}
		}
		for kind := range invoice.ChargeNames() {
			if name != "en" && w.charges[kind] == "" {
				t.Errorf("%s has no name for %s", name, kind)
			}
		}
	}
	for tag, usage := range map[string]string{"de-AT": "Cloud-Dienste", "zh-TW": "雲端服務", "zh-CN": "云服务", "zh": "云服务", "pt": "Cloud services", "": "Cloud services"} {
		if got := wordsOf(tag).usage; got != usage {
			t.Errorf("%q says %q, wanted %q", tag, got, usage)
		}
	}
}

// A text holds what XML can hold.
func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		" a\tb\r\nc ": "a b\nc", "a\x00b\x1f": "a b", "\uFFFE😀<&": "😀<&", "a\xffb": "a\uFFFDb",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q is %q, wanted %q", text, got, want)
		}
	}
}

// The tax in the seller's currency: 190.02 (19% of 1000.13) at 0.9234 is 175.464468,
// and at a rate of 1.0829 the other way it is 175.4732….
func TestTaxCurrency(t *testing.T) {
	for _, c := range []struct {
		rate invoice.Rate
		want string
	}{
		{invoice.Rate{From: "USD", To: "EUR", Rate: money.MustParse("0.9234"), Level: "common"}, "175.46"},
		{invoice.Rate{From: "EUR", To: "USD", Rate: money.MustParse("1.0829"), Level: "common"}, "175.47"},
	} {
		s, set := between()
		s.Accounts[0].Lines = s.Accounts[0].Lines[:1]
		s.Accounts[0].Lines[0].Currency, set.Group.Currency = "USD", "USD"
		inv := issued(t, s, set)
		inv.Rates = append(inv.Rates, c.rate)
		d, gaps := cii.document(inv)
		if len(gaps) > 0 || d.TaxCurrency != "EUR" || !d.TaxInTaxCurrency.Equal(money.MustParse(c.want)) || !d.Tax.Equal(money.MustParse("190.02")) {
			t.Errorf("tax %s USD is %v %s, wanted %s EUR; gaps %v", d.Tax, d.TaxInTaxCurrency, d.TaxCurrency, c.want, gaps)
		}
	}
}

func TestJapaneseAccount(t *testing.T) {
	for bank, want := range map[billing.BankAccount]string{
		{Code: "0001-001", Number: "1234567"}:                  "0001:001:1:1234567",
		{Code: "0001 001", Number: "7654321", Kind: "current"}: "0001:001:2:7654321",
	} {
		if got := japaneseAccount(bank); got != want {
			t.Errorf("%+v is %s, wanted %s", bank, got, want)
		}
	}
}
