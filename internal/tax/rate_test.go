package tax_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/tax"
)

func day(t interface{ Fatal(...any) }, text string) billing.Day {
	d, err := billing.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Each change of a rate, on its last day before and its first day.
func TestRate(t *testing.T) {
	tests := []struct{ country, category, on, want string }{
		{"JP", "standard", "1989-03-31", ""}, {"JP", "standard", "1989-04-01", "3"},
		{"JP", "standard", "1997-03-31", "3"}, {"JP", "standard", "1997-04-01", "5"},
		{"JP", "standard", "2014-03-31", "5"}, {"JP", "standard", "2014-04-01", "8"},
		{"JP", "standard", "2019-09-30", "8"}, {"JP", "standard", "2019-10-01", "10"},
		{"JP", "reduced", "2019-09-30", ""}, {"JP", "reduced", "2026-10-01", "8"},
		{"DE", "standard", "2020-06-30", "19"}, {"DE", "standard", "2020-07-01", "16"},
		{"DE", "standard", "2020-12-31", "16"}, {"DE", "standard", "2021-01-01", "19"},
		{"DE", "reduced", "2020-06-30", "7"}, {"DE", "reduced", "2020-12-31", "5"}, {"DE", "reduced", "2021-01-01", "7"},
		{"EE", "standard", "2023-12-31", "20"}, {"EE", "standard", "2024-01-01", "22"}, {"EE", "standard", "2025-07-01", "24"},
		{"FI", "standard", "2024-08-31", "24"}, {"FI", "standard", "2024-09-01", "25.5"},
		{"GR", "standard", "2016-05-31", "23"}, {"GR", "standard", "2016-06-01", "24"}, {"EL", "standard", "2026-10-01", "24"},
		{"IE", "standard", "2020-08-31", "23"}, {"IE", "standard", "2020-09-01", "21"}, {"IE", "standard", "2021-03-01", "23"},
		{"LU", "standard", "2022-12-31", "17"}, {"LU", "standard", "2023-12-31", "16"}, {"LU", "standard", "2024-01-01", "17"},
		{"RO", "standard", "2015-12-31", "24"}, {"RO", "standard", "2016-12-31", "20"},
		{"RO", "standard", "2025-07-31", "19"}, {"RO", "standard", "2025-08-01", "21"},
		{"SK", "standard", "2024-12-31", "20"}, {"SK", "standard", "2025-01-01", "23"},
		{"CZ", "reduced", "2023-12-31", "15"}, {"CZ", "reduced", "2024-01-01", "12"}, {"NL", "reduced", "2018-12-31", "6"}, {"NL", "reduced", "2019-01-01", "9"},
		{"DK", "reduced", "2026-10-01", ""},
		{"GB", "standard", "2011-01-03", ""}, {"GB", "standard", "2011-01-04", "20"}, {"XI", "standard", "2026-10-01", "20"}, {"GB", "reduced", "2026-10-01", "5"},
		{"CH", "standard", "2017-12-31", "8"}, {"CH", "standard", "2023-12-31", "7.7"}, {"CH", "standard", "2024-01-01", "8.1"},
		{"NO", "standard", "2026-10-01", "25"},
		{"IN", "standard", "2017-06-30", ""}, {"IN", "standard", "2017-07-01", "18"},
		{"SG", "standard", "2022-12-31", "7"}, {"SG", "standard", "2023-12-31", "8"}, {"SG", "standard", "2024-01-01", "9"},
		{"AU", "standard", "2000-06-30", ""}, {"AU", "standard", "2000-07-01", "10"}, {"NZ", "standard", "2026-10-01", "15"},
		{"MY", "standard", "2018-08-31", ""}, {"MY", "standard", "2024-02-29", "6"}, {"MY", "standard", "2024-03-01", "8"},
		{"ID", "standard", "2022-03-31", "10"}, {"ID", "standard", "2022-04-01", "11"}, {"ID", "standard", "2025-01-01", "11"},
		{"KR", "standard", "2026-10-01", "10"}, {"TW", "standard", "2026-10-01", "5"}, {"TH", "standard", "2026-10-01", "7"},
		{"AE", "standard", "2017-12-31", ""}, {"AE", "standard", "2018-01-01", "5"},
		{"SA", "standard", "2020-06-30", "5"}, {"SA", "standard", "2020-07-01", "15"},
		{"CA", "standard", "2026-10-01", "5"}, {"CA-ON", "standard", "2026-10-01", "13"},
		{"CA-NS", "standard", "2025-03-31", "15"}, {"CA-NS", "standard", "2025-04-01", "14"},
		{"US", "standard", "2026-10-01", ""}, {"DE", "zero", "2026-10-01", ""}, {"", "", "2026-10-01", ""},
	}
	for _, test := range tests {
		got := ""
		if percent, known := tax.RateOf(test.country, test.category, day(t, test.on)); known {
			got = percent.String()
		}
		if got != test.want {
			t.Errorf("%s %s on %s: %q, want %q", test.country, test.category, test.on, got, test.want)
		}
	}
}

// The rates of the Union's members as the Commission lists them (database
// Taxes in Europe, September 2026).
func TestRatesOfTheUnion(t *testing.T) {
	list := map[string]string{
		"AT": "20", "BE": "21", "BG": "20", "CY": "19", "CZ": "21", "DE": "19", "DK": "25", "EE": "24", "ES": "21",
		"FI": "25.5", "FR": "20", "GR": "24", "HR": "25", "HU": "27", "IE": "23", "IT": "22", "LT": "21", "LU": "17",
		"LV": "21", "MT": "18", "NL": "21", "PL": "23", "PT": "23", "RO": "21", "SE": "25", "SI": "22", "SK": "23",
	}
	for country, want := range list {
		percent, known := tax.RateOf(country, "standard", day(t, "2026-09-29"))
		if !known || !percent.Equal(money.MustParse(want)) {
			t.Errorf("%s: %s (known: %t), want %s", country, percent, known, want)
		}
	}
}
