package tax_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/tax"
)

// in is a party: country, and after a blank the region.
func in(place, registration string) tax.Party {
	country, region, _ := strings.Cut(place, " ")
	return tax.Party{Country: country, Region: region, Registration: registration}
}

// line writes taxes as "standard 9 CGST + standard 9 SGST".
func line(taxes []billing.Tax) string {
	var parts []string
	for _, t := range taxes {
		part := fmt.Sprintf("%s %s %s", t.Category, t.Percent, t.Label)
		if t.Reason != "" {
			part += " (" + t.Reason + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " + ")
}

func TestAssess(t *testing.T) {
	const (
		maharashtra = "27AAPFU0939F1ZV"
		reverse     = "reverse-charge 0 Reverse charge (VATEX-EU-AE)"
		notSubject  = "out-of-scope 0 Outside the scope of VAT (VATEX-EU-O)"
		undertaking = "zero 0 IGST (IN-LUT)"
	)
	tests := []struct {
		name          string
		seller, buyer tax.Party
		on, want      string
	}{
		{"Japan", in("JP", ""), in("JP", ""), "2026-10-31", "standard 10 Consumption tax"},
		{"Japan before 2019-10", in("JP", ""), in("JP", ""), "2019-09-30", "standard 8 Consumption tax"},
		{"Japan, abroad", in("JP", ""), in("US", ""), "2026-10-31", "out-of-scope 0 Outside the scope of consumption tax (ABROAD)"},

		{"Germany", in("DE", "DE111111125"), in("DE", "DE282741168"), "2026-10-31", "standard 19 VAT"},
		{"Germany in late 2020", in("DE", ""), in("de", ""), "2020-12-31", "standard 16 VAT"},
		{"business in another state", in("DE", ""), in("ES", "B98602642"), "2026-10-31", reverse},
		{"business in Greece", in("DE", ""), in("GR", "EL177472438"), "2026-10-31", reverse},
		{"the same, as EL", in("DE", ""), in("EL", "177472438"), "2026-10-31", reverse},
		{"consumer in another state", in("DE", ""), in("FI", ""), "2026-10-31", "standard 25.5 VAT FI"},
		{"consumer in another state, earlier rate", in("DE", ""), in("FI", ""), "2024-08-31", "standard 24 VAT FI"},
		{"Monaco is taxed like France", in("FR", ""), in("MC", ""), "2026-10-31", "standard 20 VAT"},
		{"outside the Union", in("DE", ""), in("US", ""), "2026-10-31", notSubject},
		{"outside the Union, with a number", in("DE", ""), in("JP", "T1180301018771"), "2026-10-31", notSubject},
		{"Northern Ireland is British for services", in("IE", ""), in("XI", "XI350983637"), "2026-10-31", notSubject},
		{"Great Britain while in the Union", in("IE", ""), in("GB", "350983637"), "2020-12-31", reverse},
		{"Great Britain after", in("IE", ""), in("GB", "350983637"), "2021-01-01", notSubject},

		{"United Kingdom", in("GB", ""), in("XI", ""), "2026-10-31", "standard 20 VAT"},
		{"United Kingdom, abroad", in("GB", ""), in("DE", "DE111111125"), "2026-10-31", notSubject},
		{"United Kingdom while in the Union", in("UK", ""), in("DE", "DE111111125"), "2020-12-31", reverse},

		{"India, same state", in("IN Maharashtra", ""), in("IN IN-MH", ""), "2026-10-31", "standard 9 CGST + standard 9 SGST"},
		{"India, state of the GSTIN", in("IN", maharashtra), in("IN 27", ""), "2026-10-31", "standard 9 CGST + standard 9 SGST"},
		{"India, the GSTIN decides, not the address", in("IN", maharashtra), in("IN Karnataka", maharashtra), "2026-10-31", "standard 9 CGST + standard 9 SGST"},
		{"India, other state", in("IN MH", ""), in("IN KA", ""), "2026-10-31", "standard 18 IGST"},
		{"India, union territory", in("IN Chandigarh", ""), in("IN CH", ""), "2026-10-31", "standard 9 CGST + standard 9 UTGST"},
		{"India, union territory with legislature", in("IN Puducherry", ""), in("IN PY", ""), "2026-10-31", "standard 9 CGST + standard 9 SGST"},
		{"India, territories that became one", in("IN 25", ""), in("IN Dadra & Nagar Haveli", ""), "2026-10-31", "standard 9 CGST + standard 9 UTGST"},
		{"India, abroad", in("IN MH", ""), in("SG", ""), "2026-10-31", undertaking},

		{"Singapore", in("SG", ""), in("SG", ""), "2023-12-31", "standard 8 GST"},
		{"Singapore, abroad", in("SG", ""), in("MY", ""), "2026-10-31", "zero 0 GST (EXPORT)"},
		{"Australia", in("AU", ""), in("AU", ""), "2026-10-31", "standard 10 GST"},
		{"Australia, abroad", in("AU", ""), in("NZ", ""), "2026-10-31", "zero 0 GST (EXPORT)"},
		{"Malaysia", in("MY", ""), in("MY", ""), "2026-10-31", "standard 8 Service tax"},
		{"Malaysia, abroad", in("MY", ""), in("SG", ""), "2026-10-31", "out-of-scope 0 Outside the scope of service tax (ABROAD)"},
		{"Switzerland and Liechtenstein", in("CH", ""), in("LI", ""), "2026-10-31", "standard 8.1 VAT"},
		{"Korea", in("KR", ""), in("KR", ""), "2026-10-31", "standard 10 VAT"},
		{"Canada, HST", in("CA", ""), in("CA CA-ON", ""), "2026-10-31", "standard 13 HST"},
		{"Canada, GST", in("CA", ""), in("CA AB", ""), "2026-10-31", "standard 5 GST"},
		{"Canada, GST and QST", in("CA", ""), in("CA qc", ""), "2026-10-31", "standard 5 GST + standard 9.975 QST"},
		{"Canada, abroad", in("CA", ""), in("US", ""), "2026-10-31", "zero 0 GST (EXPORT)"},
		{"United States", in("US", ""), in("DE", "DE111111125"), "2026-10-31", ""},
		{"Hong Kong", in("HK", ""), in("HK", ""), "2026-10-31", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			taxes, err := tax.Assess(test.seller, test.buyer, day(t, test.on))
			if err != nil {
				t.Fatal(err)
			}
			if got := line(taxes); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

// What is missing is named, with what to do.
func TestAssessRefuses(t *testing.T) {
	tests := []struct {
		name          string
		seller, buyer tax.Party
		on, want      string
	}{
		{"no seller's country", in("", ""), in("DE", ""), "2026-10-31", "the seller has no country, which decides on the tax; give its ISO 3166 code, such as DE, in the address"},
		{"no buyer's country", in("JP", ""), in("", ""), "2026-10-31", "the buyer has no country, which decides on the tax; give its ISO 3166 code, such as DE, in the address"},
		{"no such country", in("JP", ""), in("JA", ""), "2026-10-31", `the country of the buyer, "JA", is not an ISO 3166 code; use two letters, such as DE`},
		{"no regime", in("BR", ""), in("BR", ""), "2026-10-31", "the taxes that a seller in BR charges are not known here; write them under `tax` in the invoice settings yourself"},
		{"before the first rate", in("DE", ""), in("DE", ""), "2014-12-31", "the VAT rate of DE on 2014-12-31 is not known here; write the taxes under `tax` in the invoice settings yourself"},
		{"wrong VAT number", in("DE", ""), in("ES", "B98602643"), "2026-10-31", `reverse charge needs the buyer's VAT number: "B98602643" is not a tax number of ES: its check digits do not fit; compare it with the certificate of registration; leave it out if the buyer is a consumer`},
		{"Canary Islands", in("ES", ""), in("ES ES-CN", ""), "2026-10-31", "ES-CN has a tax of its own, which is not known here; write the taxes under `tax` in the invoice settings yourself"},
		{"Réunion", in("FR", ""), in("RE", ""), "2026-10-31", "FR-RE has a tax of its own, which is not known here; write the taxes under `tax` in the invoice settings yourself"},
		{"no state", in("IN", ""), in("IN KA", ""), "2026-10-31", "the seller in India has neither GSTIN nor state, which decide between CGST, SGST and IGST; give one, such as IN-KA as region of the address"},
		{"no buyer's state", in("IN KA", ""), in("IN", ""), "2026-10-31", "the buyer in India has neither GSTIN nor state, which decide between CGST, SGST and IGST; give one, such as IN-KA as region of the address"},
		{"no such state", in("IN KA", ""), in("IN Karnatake", ""), "2026-10-31", `the region of the buyer, "Karnatake", is not a state of India; did you mean "Karnataka"?`},
		{"nothing like a state", in("IN KA", ""), in("IN 55", ""), "2026-10-31", `the region of the buyer, "55", is not a state of India; use its ISO 3166 code, such as IN-KA, or its name`},
		{"wrong GSTIN", in("IN KA", ""), in("IN KA", "27AAPFU0939F1ZW"), "2026-10-31", `the state of the buyer cannot be told: "27AAPFU0939F1ZW" is not a tax number of IN: its check digits do not fit; compare it with the certificate of registration`},
		{"no province", in("CA", ""), in("CA", ""), "2026-10-31", "the buyer in Canada has no province, which decides between GST, HST and QST; give its code, such as CA-ON, as region of the address"},
		{"no such province", in("CA", ""), in("CA XX", ""), "2026-10-31", `the buyer's region "XX" is not a province of Canada; use its code, such as CA-ON`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			taxes, err := tax.Assess(test.seller, test.buyer, day(t, test.on))
			if err == nil {
				t.Fatalf("got %s, want an error", line(taxes))
			}
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
		})
	}
}

func TestReasonText(t *testing.T) {
	for code, want := range map[string]string{
		"VATEX-EU-AE": "Reverse charge",
		"VATEX-EU-O":  "Not subject to VAT",
		"ABROAD":      "Supplied to a customer abroad, outside the scope of tax",
		"NO-SUCH":     "",
	} {
		if got, known := tax.ReasonText(code); got != want || known != (want != "") {
			t.Errorf("%s: %q, %t; want %q", code, got, known, want)
		}
	}
}
