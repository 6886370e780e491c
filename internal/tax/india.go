package tax

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// state of India, or union territory, as GST counts them.
type state struct {
	number string   // the first two digits of a GSTIN
	codes  []string // ISO 3166-2 without IN-, the present one first
	names  []string // the present one first
	local  string   // the tax that goes to the state: SGST; UTGST where there is no legislature
}

var states = []state{
	{"01", []string{"JK"}, []string{"Jammu and Kashmir"}, "SGST"},
	{"02", []string{"HP"}, []string{"Himachal Pradesh"}, "SGST"},
	{"03", []string{"PB"}, []string{"Punjab"}, "SGST"},
	{"04", []string{"CH"}, []string{"Chandigarh"}, "UTGST"},
	{"05", []string{"UK", "UT"}, []string{"Uttarakhand", "Uttaranchal"}, "SGST"},
	{"06", []string{"HR"}, []string{"Haryana"}, "SGST"},
	{"07", []string{"DL"}, []string{"Delhi", "NCT of Delhi", "New Delhi"}, "SGST"},
	{"08", []string{"RJ"}, []string{"Rajasthan"}, "SGST"},
	{"09", []string{"UP"}, []string{"Uttar Pradesh"}, "SGST"},
	{"10", []string{"BR"}, []string{"Bihar"}, "SGST"},
	{"11", []string{"SK"}, []string{"Sikkim"}, "SGST"},
	{"12", []string{"AR"}, []string{"Arunachal Pradesh"}, "SGST"},
	{"13", []string{"NL"}, []string{"Nagaland"}, "SGST"},
	{"14", []string{"MN"}, []string{"Manipur"}, "SGST"},
	{"15", []string{"MZ"}, []string{"Mizoram"}, "SGST"},
	{"16", []string{"TR"}, []string{"Tripura"}, "SGST"},
	{"17", []string{"ML"}, []string{"Meghalaya"}, "SGST"},
	{"18", []string{"AS"}, []string{"Assam"}, "SGST"},
	{"19", []string{"WB"}, []string{"West Bengal"}, "SGST"},
	{"20", []string{"JH"}, []string{"Jharkhand"}, "SGST"},
	{"21", []string{"OD", "OR"}, []string{"Odisha", "Orissa"}, "SGST"},
	{"22", []string{"CG", "CT"}, []string{"Chhattisgarh"}, "SGST"},
	{"23", []string{"MP"}, []string{"Madhya Pradesh"}, "SGST"},
	{"24", []string{"GJ"}, []string{"Gujarat"}, "SGST"},
	{"26", []string{"DH", "DN", "DD"}, []string{"Dadra and Nagar Haveli and Daman and Diu", "Dadra and Nagar Haveli", "Daman and Diu"}, "UTGST"},
	{"27", []string{"MH"}, []string{"Maharashtra"}, "SGST"},
	{"29", []string{"KA"}, []string{"Karnataka"}, "SGST"},
	{"30", []string{"GA"}, []string{"Goa"}, "SGST"},
	{"31", []string{"LD"}, []string{"Lakshadweep"}, "UTGST"},
	{"32", []string{"KL"}, []string{"Kerala"}, "SGST"},
	{"33", []string{"TN"}, []string{"Tamil Nadu"}, "SGST"},
	{"34", []string{"PY"}, []string{"Puducherry", "Pondicherry"}, "SGST"},
	{"35", []string{"AN"}, []string{"Andaman and Nicobar Islands", "Andaman and Nicobar"}, "UTGST"},
	{"36", []string{"TS", "TG"}, []string{"Telangana"}, "SGST"},
	{"37", []string{"AP"}, []string{"Andhra Pradesh"}, "SGST"},
	{"38", []string{"LA"}, []string{"Ladakh"}, "UTGST"},
	{"97", nil, []string{"Other Territory"}, "UTGST"},
}

// joined are numbers of territories that became part of another: Daman and
// Diu, and Andhra Pradesh before its division.
var joined = map[string]string{"25": "26", "28": "37"}

// india follows the IGST Act: within the seller's state half of the tax goes
// to the centre and half to the state, between states all of it is integrated
// tax. Supplies abroad are zero-rated under a letter of undertaking; so are
// those to special economic zones, which no address tells of.
func india(s supply) ([]billing.Tax, error) {
	from, err := stateOf("seller", s.seller)
	if err != nil {
		return nil, err
	}
	if !s.domestic() {
		return []billing.Tax{{Category: "zero", Label: "IGST", Reason: reasonUndertaking}}, nil
	}
	to, err := stateOf("buyer", s.buyer)
	if err != nil {
		return nil, err
	}
	taxes, err := charged("IGST", "IN", s.on)
	if err != nil || from.number != to.number {
		return taxes, err
	}
	half := taxes[0].Percent.Percent(money.FromInt(50))
	return []billing.Tax{standard("CGST", half), standard(to.local, half)}, nil
}

// stateOf is where a party is for GST: the state of its registration, and
// where it has none, that of its address.
func stateOf(who string, p Party) (state, error) {
	if p.Registration != "" {
		if err := CheckRegistration("IN", p.Registration); err != nil {
			return state{}, fmt.Errorf("the state of the %s cannot be told: %w", who, err)
		}
		found, _ := stateNumbered(compact(p.Registration)[:2])
		return found, nil
	}
	if p.Region == "" {
		return state{}, fmt.Errorf("the %s in India has neither GSTIN nor state, which decide between CGST, SGST and IGST; give one, such as IN-KA as region of the address", who)
	}
	return stateNamed(who, p)
}

func stateNamed(who string, p Party) (state, error) {
	if found, ok := stateNumbered(p.Region); ok {
		return found, nil
	}
	var all []string
	for _, s := range states {
		for _, code := range s.codes {
			if regionCode(p) == code {
				return s, nil
			}
		}
		for _, name := range s.names {
			if plain(name) == plain(p.Region) {
				return s, nil
			}
		}
		all = append(all, s.names...)
	}
	hint := "; use its ISO 3166 code, such as IN-KA, or its name"
	if near := billing.Nearest(p.Region, all); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return state{}, fmt.Errorf("the region of the %s, %q, is not a state of India%s", who, p.Region, hint)
}

func stateNumbered(number string) (state, bool) {
	if into, ok := joined[number]; ok {
		number = into
	}
	for _, s := range states {
		if s.number == number {
			return s, true
		}
	}
	return state{}, false
}

// plain leaves of a name what people write alike: letters, with & as "and".
func plain(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "&", "and"))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, name)
}
