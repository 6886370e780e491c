package tax_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/tax"
)

var (
	indianStates = []string{"01", "04", "07", "24", "25", "26", "27", "28", "29", "31", "33", "34", "35", "36", "37", "38", "97", "Karnataka", "IN-DL", "Tamil Nadu", "CH", "Odisha"}
	sellers      = []string{"AE", "AT", "AU", "BE", "BG", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "GR", "HK", "HR", "HU", "ID", "IE", "IN", "IT", "JP", "KR", "LT", "LU", "LV", "MT", "MY", "NL", "NO", "NZ", "PL", "PT", "RO", "SA", "SE", "SG", "SI", "SK", "TH", "TW", "US", "XI"}
	union        = []string{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
	abroad       = []string{"BR", "KE", "VN", "AR", "ZA"}
)

// partyIn has the region that the country wants.
func partyIn(t *rapid.T, country, name string) tax.Party {
	p := tax.Party{Country: country}
	switch country {
	case "IN":
		p.Region = rapid.SampledFrom(indianStates).Draw(t, name+" state")
	case "CA":
		p.Region = rapid.SampledFrom([]string{"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}).Draw(t, name+" province")
	}
	return p
}

// days in which the rates of every seller are known.
var days = rapid.Int32Range(int32(billing.Day(17800)), int32(billing.Day(22000))) // 2018-09-26 to 2030-03-27

// The answer can be written into the settings of a billing group as it is:
// charged taxes cost something and come alone or with more of their category;
// what is not charged is one line, costs nothing, and says why.
func TestAssessIsReady(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seller := partyIn(t, rapid.SampledFrom(sellers).Draw(t, "seller"), "seller")
		buyer := partyIn(t, rapid.SampledFrom(slices.Concat(sellers, abroad)).Draw(t, "buyer"), "buyer")
		taxes, err := tax.Assess(seller, buyer, billing.Day(days.Draw(t, "day")))
		if err != nil {
			t.Fatal(err)
		}
		if without := seller.Country == "US" || seller.Country == "HK"; without != (len(taxes) == 0) {
			t.Fatalf("a seller in %s: %s", seller.Country, line(taxes))
		}
		for _, one := range taxes {
			_, said := tax.ReasonText(one.Reason)
			switch one.Category {
			case "standard":
				if one.Percent.Sign() <= 0 || one.Reason != "" {
					t.Fatalf("charged, but %s", line(taxes))
				}
			case "zero", "out-of-scope", "reverse-charge":
				if !one.Percent.IsZero() || !said || len(taxes) > 1 {
					t.Fatalf("not charged, but %s", line(taxes))
				}
			default:
				t.Fatalf("category %s", one.Category)
			}
			if one.Label == "" || one.From != nil || one.To != nil {
				t.Fatalf("label %q, from %v to %v", one.Label, one.From, one.To)
			}
		}
	})
}

// Whichever way GST is divided in India, all of it is charged.
func TestIndianPartsMakeTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := billing.Day(days.Draw(t, "day"))
		taxes, err := tax.Assess(partyIn(t, "IN", "seller"), partyIn(t, "IN", "buyer"), on)
		if err != nil {
			t.Fatal(err)
		}
		sum := money.Zero
		for _, one := range taxes {
			sum = sum.Add(one.Percent)
		}
		if !sum.Equal(money.MustParse("18")) {
			t.Fatalf("%s: %s", line(taxes), sum)
		}
		if len(taxes) == 2 && !taxes[0].Percent.Equal(taxes[1].Percent) {
			t.Fatalf("the halves differ: %s", line(taxes))
		}
	})
}

// A consumer in the Union is charged the rate of his own country, whoever in
// the Union sells.
func TestConsumersPayTheirOwnRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seller := rapid.SampledFrom(union).Draw(t, "seller")
		buyer := rapid.SampledFrom(union).Draw(t, "buyer")
		on := billing.Day(days.Draw(t, "day"))
		taxes, err := tax.Assess(tax.Party{Country: seller}, tax.Party{Country: buyer}, on)
		if err != nil {
			t.Fatal(err)
		}
		percent, _ := tax.RateOf(buyer, "standard", on)
		if len(taxes) != 1 || taxes[0].Category != "standard" || !taxes[0].Percent.Equal(percent) {
			t.Fatalf("%s, want %s", line(taxes), percent)
		}
	})
}
