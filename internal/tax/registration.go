package tax

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// form is how the tax numbers of a country look.
type form struct {
	prefixes []string       // that may stand before the number and are not part of it
	pattern  *regexp.Regexp // of the rest, without blanks, points, hyphens and slashes
	looks    string         // the same for people
	fits     func(rest string) bool
}

// CheckRegistration tells what is wrong with a tax number of a country, or
// returns nil. It looks at the form and at the check digits where there are
// any; whether the number was ever given to somebody only the tax office
// knows. Blanks, points, hyphens, slashes and small letters do not matter; the
// country's letters before a VAT number may be left out. Of a country whose
// numbers are not known, anything but an empty number passes.
func CheckRegistration(country, number string) error {
	if strings.TrimSpace(number) == "" {
		return fmt.Errorf("the tax number is empty; enter it as on the certificate of registration")
	}
	country = strings.ToUpper(strings.TrimSpace(country))
	if country != "LI" { // it has the tax of Switzerland, and numbers of its own
		country = jurisdiction(country)
	}
	f, known := unionForms[country]
	if !known {
		f, known = forms[country]
	}
	if !known {
		return nil
	}
	rest := compact(number)
	if !f.pattern.MatchString(rest) {
		if i := slices.IndexFunc(f.prefixes, func(p string) bool { return strings.HasPrefix(rest, p) }); i >= 0 {
			rest = strings.TrimPrefix(rest, f.prefixes[i])
		}
	}
	if !f.pattern.MatchString(rest) {
		return fmt.Errorf("%q is not a tax number of %s: that is %s; correct it", shortened(number), country, f.looks)
	}
	if f.fits != nil && !f.fits(rest) {
		return fmt.Errorf("%q is not a tax number of %s: its check digits do not fit; compare it with the certificate of registration", number, country)
	}
	return nil
}

// compact is a number without what people put between its parts.
func compact(number string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "", "/", "").Replace(number))
}

// shortened keeps a text that is no number at all from filling the message.
func shortened(number string) string {
	const most = 40
	if runes := []rune(number); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return number
}

func exactly(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

// forms of the countries outside the European Union whose numbers are known.
var forms = map[string]form{
	"AE": {nil, exactly(`[0-9]{15}`), "15 digits", nil},
	"AU": {nil, exactly(`[1-9][0-9]{10}`), "the ABN of 11 digits", fitsABN},
	"CA": {nil, exactly(`[0-9]{9}(RT[0-9]{4})?`), "a business number of nine digits, with RT0001 or the like after it", func(n string) bool { return luhn(n[:9]) }},
	"CH": {[]string{"CHE"}, exactly(`[0-9]{9}(MWST|TVA|IVA|TPV)?`), "CHE-123.456.788 MWST: nine digits", func(n string) bool { return complement(-1, 0, 5, 4, 3, 2, 7, 6, 5, 4)(n[:9]) }},
	"GB": {[]string{"GB", "XI"}, exactly(`[0-9]{9}([0-9]{3})?|GD[0-4][0-9]{2}|HA[5-9][0-9]{2}`), "GB or XI and nine or twelve digits", fitsBritish},
	"ID": {nil, exactly(`[0-9]{15,16}`), "the NPWP of 15 or 16 digits", nil},
	"IN": {nil, exactly(`[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][A-Z][0-9A-Z]`), "a GSTIN of 15 characters: state, PAN, three more", fitsGSTIN},
	"JP": {nil, exactly(`T[1-9][0-9]{12}`), "T and 13 digits", fitsJapanese},
	"KR": {nil, exactly(`[1-9][0-9]{9}`), "123-45-67891: ten digits", fitsKorean},
	"MY": {nil, exactly(`[A-Z][0-9]{2}[0-9]{4}[0-9]{8}`), "A12-3456-78901234: a letter and 14 digits", nil},
	"NO": {[]string{"NO"}, exactly(`[0-9]{9}(MVA)?`), "nine digits, with MVA after them", func(n string) bool { return complement(-1, 0, 3, 2, 7, 6, 5, 4, 3, 2)(n[:9]) }},
	"NZ": {nil, exactly(`[0-9]{8,9}`), "the IRD number of eight or nine digits", fitsNewZealand},
	"SA": {nil, exactly(`3[0-9]{13}3`), "15 digits, the first and the last one 3", nil},
	"SG": {nil, exactly(`[0-9]{8,9}[A-Z]|[TSR][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z]|M[0-9A-Z][0-9]{7}[0-9A-Z]`), "a UEN such as 201312345A or a GST number such as M2-1234567-X", nil},
	"TH": {nil, exactly(`[0-9]{13}`), "13 digits", func(n string) bool {
		return (11-weighted(n, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == last(n)
	}},
	"TW": {nil, exactly(`[0-9]{8}`), "eight digits", fitsTaiwanese},
}

// fitsABN: one is taken from the first digit.
func fitsABN(n string) bool {
	return (weighted(n, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0
}

// fitsBritish: numbers since 2010 have 55 added. Government departments and
// health authorities (GD, HA) have no check digits.
func fitsBritish(n string) bool {
	if len(n) == 5 {
		return true
	}
	sum := weighted(n, 8, 7, 6, 5, 4, 3, 2, 10, 1)
	return sum%97 == 0 || (sum+55)%97 == 0
}

// fitsGSTIN: every second character counts twice, in base 36; and the first
// two digits are a state.
func fitsGSTIN(n string) bool {
	if _, ok := stateNumbered(n[:2]); !ok && n[:2] != "99" { // 99: the centre's jurisdiction
		return false
	}
	const base = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := 0
	for i := range 14 {
		v := strings.IndexByte(base, n[i]) * (1 + i%2)
		sum += v/36 + v%36
	}
	return base[(36-sum%36)%36] == n[14]
}

// fitsJapanese is the check digit of corporate numbers; it stands first.
func fitsJapanese(n string) bool {
	sum := weighted(n[2:], 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)
	return 9-sum%9 == digit(n[1])
}

func fitsKorean(n string) bool {
	sum := weighted(n, 1, 3, 7, 1, 3, 7, 1, 3, 5) + digit(n[8])*5/10
	return (10-sum%10)%10 == last(n)
}

// fitsNewZealand tries a second set of weights where the first gives ten.
func fitsNewZealand(n string) bool {
	if len(n) == 8 {
		n = "0" + n
	}
	for _, weights := range [][]int{{3, 2, 7, 6, 5, 4, 3, 2}, {7, 4, 3, 2, 5, 2, 7, 6}} {
		if check := (11 - weighted(n, weights...)%11) % 11; check != 10 {
			return check == last(n)
		}
	}
	return false
}

// fitsTaiwanese: the sum is a multiple of five; a seven in the seventh place
// may count one more.
func fitsTaiwanese(n string) bool {
	sum := 0
	for i, w := range []int{1, 2, 1, 2, 1, 2, 4, 1} {
		product := w * digit(n[i])
		sum += product/10 + product%10
	}
	return sum%5 == 0 || n[6] == '7' && (sum+1)%5 == 0
}
