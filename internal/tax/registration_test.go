package tax_test

import (
	"os"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/tax"
)

// The verdicts of testdata/registrations.txt come from another program.
func TestCheckRegistration(t *testing.T) {
	list, err := os.ReadFile("testdata/registrations.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		country, number, verdict := fields[0], fields[1], fields[2]
		err := tax.CheckRegistration(country, number)
		switch {
		case verdict == "right" && err != nil:
			t.Errorf("%s %s: %v", country, number, err)
		case verdict == "wrong" && err == nil:
			t.Errorf("%s %s passed, with a digit changed", country, number)
		}
	}
}

// Numbers that companies and offices print, and the ways to write them.
func TestCheckRegistrationWritten(t *testing.T) {
	tests := []struct{ country, number string }{
		{"JP", "T1180301018771"}, {"JP", "T7000012050002"}, {"JP", "T7-0000-1205-0002"},
		{"AU", "51 824 753 556"}, {"AU", "53004085616"},
		{"KR", "124-81-00998"}, {"KR", "220-81-62517"}, {"TW", "04595257"}, {"TW", "10458575"},
		{"CH", "CHE-116.281.710 MWST"}, {"CH", "CHE116281710"},
		{"NO", "NO 923 609 016 MVA"}, {"NO", "923609016"},
		{"DE", "de 136695976"}, {"DE", "136695976"},
		{"AT", "ATU13585627"}, {"AT", "U13585627"},
		{"GR", "EL094259216"}, {"EL", "094259216"},
		{"XI", "XI350983637"}, {"GB", "GB350983637"}, {"GB", "GBGD001"}, {"GB", "HA500"},
		{"FR", "FR 40 303 265 045"}, {"MC", "FR 40 303 265 045"},
		{"BG", "BG7523169263"}, {"CZ", "CZ7103192745"}, {"LV", "LV16117519997"},
		{"SG", "201312345A"}, {"SG", "M2-1234567-X"}, {"SG", "T08LL0001A"},
		{"MY", "W10-1808-32000084"}, {"AE", "100123456700003"}, {"SA", "300000000000003"}, {"ID", "01.234.567.8-901.000"},
		{"BR", "anything"}, {"US", "12-3456789"}, {"LI", "54321"},
	}
	for _, test := range tests {
		if err := tax.CheckRegistration(test.country, test.number); err != nil {
			t.Errorf("%s %s: %v", test.country, test.number, err)
		}
	}
}

func TestCheckRegistrationRefuses(t *testing.T) {
	tests := []struct{ country, number, want string }{
		{"DE", " ", "the tax number is empty; enter it as on the certificate of registration"},
		{"DE", "DE12345", `"DE12345" is not a tax number of DE: that is DE and nine digits; correct it`},
		{"DE", "FR40303265045", `"FR40303265045" is not a tax number of DE: that is DE and nine digits; correct it`},
		{"GR", "GR094259216", `"GR094259216" is not a tax number of GR: that is EL and nine digits; correct it`},
		{"JP", "1180301018771", `"1180301018771" is not a tax number of JP: that is T and 13 digits; correct it`},
		{"JP", "T1180301018772", `"T1180301018772" is not a tax number of JP: its check digits do not fit; compare it with the certificate of registration`},
		{"KR", "124-81-00999", `"124-81-00999" is not a tax number of KR: its check digits do not fit; compare it with the certificate of registration`},
		{"IN", "27AAPFU0939F1Z", `"27AAPFU0939F1Z" is not a tax number of IN: that is a GSTIN of 15 characters: state, PAN, three more; correct it`},
		{"SG", strings.Repeat("9", 60), `"` + strings.Repeat("9", 40) + `…" is not a tax number of SG: that is a UEN such as 201312345A or a GST number such as M2-1234567-X; correct it`},
	}
	for _, test := range tests {
		err := tax.CheckRegistration(test.country, test.number)
		if err == nil {
			t.Errorf("%s %q passed", test.country, test.number)
		} else if err.Error() != test.want {
			t.Errorf("%s %q:\ngot  %v\nwant %s", test.country, test.number, err, test.want)
		}
	}
}

// No text breaks the check, and blanks and small letters change nothing.
func FuzzCheckRegistration(f *testing.F) {
	for _, seed := range [][2]string{{"DE", "DE136695976"}, {"IE", "8Z49289F"}, {"IN", "27AAPFU0939F1ZV"}, {"NL", "NL000099995B57"}, {"JP", "T1180301018771"}, {"GB", "GBGD001"}, {"ES", "X5910266W"}, {"RO", "11"}, {"CH", "CHE"}, {"LI", "\x00"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, country, number string) {
		first := tax.CheckRegistration(country, number)
		if strings.TrimSpace(number) == "" && first == nil {
			t.Fatalf("%q: an empty number passed", country)
		}
		for _, same := range []string{" " + number + " ", strings.ToUpper(number)} {
			if again := tax.CheckRegistration(country, same); (first == nil) != (again == nil) {
				t.Fatalf("%s: %q gives %v, %q gives %v", country, number, first, same, again)
			}
		}
	})
}
