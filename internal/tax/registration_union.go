package tax

import "strings"

// unionForms are the VAT numbers of the European Union's member states.
var unionForms = map[string]form{
	"AT": {[]string{"AT"}, exactly(`U[0-9]{8}`), "ATU and eight digits", fitsAustrian},
	"BE": {[]string{"BE"}, exactly(`[01][0-9]{9}`), "BE and ten digits, the first one 0 or 1", func(n string) bool { return 97-number(n[:8])%97 == number(n[8:]) }},
	"BG": {[]string{"BG"}, exactly(`[0-9]{9,10}`), "BG and nine or ten digits", fitsBulgarian},
	"CY": {[]string{"CY"}, exactly(`[0-9]{8}[A-Z]`), "CY, eight digits and a letter", fitsCypriot},
	"CZ": {[]string{"CZ"}, exactly(`[0-9]{8,10}`), "CZ and eight to ten digits", fitsCzech},
	"DE": {[]string{"DE"}, exactly(`[1-9][0-9]{8}`), "DE and nine digits", mod11and10},
	"DK": {[]string{"DK"}, exactly(`[1-9][0-9]{7}`), "DK and eight digits", multipleOf(11, 2, 7, 6, 5, 4, 3, 2, 1)},
	"EE": {[]string{"EE"}, exactly(`[0-9]{9}`), "EE and nine digits", tens(3, 7, 1, 3, 7, 1, 3, 7)},
	"ES": {[]string{"ES"}, exactly(`[0-9KLMXYZ][0-9]{7}[A-Z]|[ABCDEFGHJNPQRSUVW][0-9]{7}[0-9A-J]`), "ES and nine characters, the first or last one a letter", fitsSpanish},
	"FI": {[]string{"FI"}, exactly(`[0-9]{8}`), "FI and eight digits", complement(-1, 0, 7, 9, 10, 5, 8, 4, 2)},
	"FR": {[]string{"FR"}, exactly(`[0-9A-HJ-NP-Z]{2}[0-9]{9}`), "FR and eleven characters, of which the last nine are digits", fitsFrench},
	"GR": {[]string{"EL"}, exactly(`[0-9]{9}`), "EL and nine digits", func(n string) bool { return weighted(n, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == last(n) }},
	"HR": {[]string{"HR"}, exactly(`[0-9]{11}`), "HR and eleven digits", mod11and10},
	"HU": {[]string{"HU"}, exactly(`[0-9]{8}`), "HU and eight digits", tens(9, 7, 3, 1, 9, 7, 3)},
	"IE": {[]string{"IE"}, exactly(`[0-9]{7}[A-W][A-IW]?|[0-9][A-Z+*][0-9]{5}[A-W]`), "IE, seven digits and one or two letters", fitsIrish},
	"IT": {[]string{"IT"}, exactly(`[0-9]{11}`), "IT and eleven digits", luhn},
	"LT": {[]string{"LT"}, exactly(`[0-9]{9}|[0-9]{12}`), "LT and nine or twelve digits", fitsLithuanian},
	"LU": {[]string{"LU"}, exactly(`[0-9]{8}`), "LU and eight digits", func(n string) bool { return number(n[:6])%89 == number(n[6:]) }},
	"LV": {[]string{"LV"}, exactly(`[0-9]{11}`), "LV and eleven digits", fitsLatvian},
	"MT": {[]string{"MT"}, exactly(`[1-9][0-9]{7}`), "MT and eight digits", multipleOf(37, 3, 4, 6, 7, 8, 9, 10, 1)},
	"NL": {[]string{"NL"}, exactly(`[0-9]{9}B[0-9]{2}`), "NL, nine digits, B and two digits", fitsDutch},
	"PL": {[]string{"PL"}, exactly(`[0-9]{10}`), "PL and ten digits", func(n string) bool { return weighted(n, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == last(n) }},
	"PT": {[]string{"PT"}, exactly(`[1-9][0-9]{8}`), "PT and nine digits", complement(0, 0, 9, 8, 7, 6, 5, 4, 3, 2)},
	"RO": {[]string{"RO"}, exactly(`[1-9][0-9]{1,9}`), "RO and two to ten digits", fitsRomanian},
	"SE": {[]string{"SE"}, exactly(`[0-9]{10}(0[1-9]|[1-8][0-9]|9[0-4])`), "SE and twelve digits, the last two mostly 01", func(n string) bool { return luhn(n[:10]) }},
	"SI": {[]string{"SI"}, exactly(`[1-9][0-9]{7}`), "SI and eight digits", complement(0, -1, 8, 7, 6, 5, 4, 3, 2)},
	"SK": {[]string{"SK"}, exactly(`[1-9][0-9][2-4789][0-9]{7}`), "SK and ten digits", func(n string) bool { return number(n)%11 == 0 }},
}

func fitsAustrian(n string) bool {
	sum := 4
	for i, w := range []int{1, 2, 1, 2, 1, 2, 1} {
		product := w * digit(n[1+i])
		sum += product/10 + product%10
	}
	return (sum+last(n))%10 == 0
}

// fitsBulgarian: the ten digits of persons have no one check.
func fitsBulgarian(n string) bool {
	return len(n) == 10 || twice([]int{1, 2, 3, 4, 5, 6, 7, 8}, []int{3, 4, 5, 6, 7, 8, 9, 10})(n)
}

// fitsCypriot: digits in odd places are looked up, the check is a letter.
func fitsCypriot(n string) bool {
	odd := []int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i := range 8 {
		if i%2 == 0 {
			sum += odd[digit(n[i])]
		} else {
			sum += digit(n[i])
		}
	}
	return byte('A'+sum%26) == n[8]
}

// fitsCzech: nine and ten digits are those of persons, which have no one check.
func fitsCzech(n string) bool {
	return len(n) > 8 || n[0] != '9' && (11-weighted(n, 8, 7, 6, 5, 4, 3, 2)%11)%10 == last(n)
}

// fitsSpanish: persons (DNI, NIE) end in a letter out of 23, companies in a
// digit or the letter for it. Sources differ on which kind of company has
// which, so that both pass.
func fitsSpanish(n string) bool {
	const persons, companies = "TRWAGMYFPDXBNJZSQVHLCKE", "JABCDEFGHI"
	kind, body, end := n[0], n[1:8], n[8]
	switch {
	case strings.IndexByte("KLM", kind) >= 0:
		return persons[number(body)%23] == end
	case strings.IndexByte("XYZ", kind) >= 0:
		return persons[(int(kind-'X')*10_000_000+number(body))%23] == end
	case kind <= '9':
		return persons[number(n[:8])%23] == end
	}
	sum := 0
	for i := range body {
		product := digit(body[i]) * (2 - i%2)
		sum += product/10 + product%10
	}
	check := (10 - sum%10) % 10
	return end == byte('0'+check) || end == companies[check]
}

// fitsFrench checks the usual key of two digits; keys with letters are new and
// have no known rule for everybody.
func fitsFrench(n string) bool {
	key, siren := n[:2], n[2:]
	if strings.Trim(key, "0123456789") != "" {
		return true
	}
	return (12+3*(number(siren)%97))%97 == number(key)
}

// fitsIrish: in numbers before 1991 a letter or sign stood in the second
// place; in those since 2013 a second letter counts nine.
func fitsIrish(n string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	body, check, second := n[:7], n[7], 0
	if n[1] < '0' || n[1] > '9' {
		body = "0" + n[2:7] + n[:1]
	}
	if len(n) == 9 {
		second = strings.IndexByte(letters, n[8])
	}
	return letters[(weighted(body, 8, 7, 6, 5, 4, 3, 2)+9*second)%23] == check
}

func fitsLithuanian(n string) bool {
	if len(n) == 12 {
		return twice([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2}, []int{3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4})(n)
	}
	return twice([]int{1, 2, 3, 4, 5, 6, 7, 8}, []int{3, 4, 5, 6, 7, 8, 9, 1})(n)
}

// fitsLatvian: the numbers of persons begin with at most 3, and have no one
// check.
func fitsLatvian(n string) bool {
	return n[0] <= '3' || weighted(n, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3
}

// fitsDutch: companies have a check digit before the B; sole traders since
// 2020 have one over the whole number with its country.
func fitsDutch(n string) bool {
	return weighted(n, 9, 8, 7, 6, 5, 4, 3, 2)%11 == digit(n[8]) || mod97("NL"+n)
}

// fitsRomanian: the weights are for nine digits before the check digit.
func fitsRomanian(n string) bool {
	padded := strings.Repeat("0", 10-len(n)) + n
	return weighted(padded, 7, 5, 3, 2, 1, 7, 5, 3, 2)*10%11%10 == last(n)
}
