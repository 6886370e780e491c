package deliver

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// The words are complete in English: every rounding, every category of tax.
func TestEnglishIsComplete(t *testing.T) {
	for _, mode := range []money.Rounding{money.HalfUp, money.HalfEven, money.Down, money.Up} {
		if english.modes[mode] == "" {
			t.Errorf("there is no word for rounding %s", mode)
		}
	}
	for _, code := range []string{invoice.Restated, invoice.Repriced, invoice.Resettled} {
		if english.why[code] == "" {
			t.Errorf("there is no text for a correction that is %s", code)
		}
	}
	for _, category := range []string{"standard", "reduced", "zero", "exempt", "reverse-charge", "out-of-scope"} {
		if english.categories[category] == "" {
			t.Errorf("there is no word for tax of category %s", category)
		}
	}
}

// Every language has every label, with the same places for numbers in the same
// order as English.
func TestLabelsAreComplete(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	reference := reflect.ValueOf(english)
	for _, l := range labelTables {
		table := reflect.ValueOf(*l.table)
		for i := range table.NumField() {
			name := table.Type().Field(i).Name
			switch {
			case name == "charges": // English where a language has none
			case table.Field(i).Kind() == reflect.Map:
				for _, key := range reference.Field(i).MapKeys() {
					if word := table.Field(i).MapIndex(key); !word.IsValid() || word.String() == "" {
						t.Errorf("%s has no word for %s of %s", l.tag, key, name)
					}
				}
			case slices.Contains([]string{"honorific", "qualified", "qualifiedReturn"}, name): // only some languages have one
			case table.Field(i).String() == "":
				t.Errorf("%s has no label %s", l.tag, name)
			default:
				got := verbs.FindAllString(table.Field(i).String(), -1)
				want := verbs.FindAllString(reference.Field(i).String(), -1)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("label %s of %s has the places %v, want %v", name, l.tag, got, want)
				}
			}
		}
	}
}

// A charge without a label is called by its own name in each language, and in
// English where a translator has not come to it yet: -v lists those. No language
// names a charge that there is not.
func TestChargeNames(t *testing.T) {
	names := invoice.ChargeNames()
	for kind, name := range names {
		for _, l := range labelTables {
			p := printer{l: l.table}
			got := p.chargeName(invoice.Charge{Kind: kind})
			switch own := l.table.charges[kind]; {
			case own == "" && got != name, own != "" && got != own:
				t.Errorf("%s calls %s %q, want %q, or %q in English", l.tag, kind, got, own, name)
			case own == "" && l.table != &english:
				t.Logf("%s has no word for the charge %s yet: %q", l.tag, kind, name)
			}
			if got := p.chargeName(invoice.Charge{Kind: kind, Label: "as agreed"}); got != "as agreed" {
				t.Errorf("%s calls a %s with a label %q", l.tag, kind, got)
			}
		}
	}
	for _, l := range labelTables {
		for kind := range l.table.charges {
			if names[kind] == "" {
				t.Errorf("%s has a word for %s, which is no charge without a label", l.tag, kind)
			}
		}
	}
}

func TestLabelsFor(t *testing.T) {
	for language, want := range map[string]*labels{
		"en": &english, "ja-JP": &japanese, "de-AT": &german, "de-CH": &swissGerman, "fr": &french, "es-MX": &spanish, "KO": &korean,
		"zh": &chineseSimplified, "zh-CN": &chineseSimplified, "zh-TW": &chineseTraditional, "zh-Hant-HK": &chineseTraditional,
		"": &english, "nl": &english, "den": &english,
	} {
		if got := labelsFor(language); got != want {
			t.Errorf("%q has the title %s, want %s", language, got.invoice, want.invoice)
		}
	}
}

func TestNumbers(t *testing.T) {
	tests := []struct {
		l      *labels
		number string
		digits int32
		want   string
	}{
		{&english, "1541406", 0, "1,541,406"},
		{&english, "-999.5", 2, "-999.50"},
		{&english, "-1000", 2, "-1,000.00"},
		{&english, "0", 2, "0.00"},
		{&german, "1234567.891", 2, "1.234.567,89"},
		{&french, "123456", 2, "123\u00a0456,00"},
		{&japanese, "999", 0, "999"},
		{&english, "123456789012345678901234", 3, "123,456,789,012,345,678,901,234.000"},
	}
	for _, test := range tests {
		if got := test.l.fixed(dec(test.number), test.digits); got != test.want {
			t.Errorf("%s with %d decimals is %q, want %q", test.number, test.digits, got, test.want)
		}
	}
	if got := german.percentage(dec("7.50")); got != "7,5\u00a0%" {
		t.Errorf("7.50 percent is %q", got)
	}
}

func TestDays(t *testing.T) {
	if got := english.days(month("2026-02")); got != "1 Feb 2026 – 28 Feb 2026" {
		t.Errorf("February is %s", got)
	}
	if got := japanese.day(*day("2026-11-05")); got != "2026年11月5日" {
		t.Errorf("2026-11-05 is %s", got)
	}
}
