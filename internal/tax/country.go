package tax

import (
	"fmt"
	"slices"
	"strings"
)

// countries are the codes of ISO 3166-1 alpha-2. A code with a slip would
// otherwise be a customer abroad, and free of tax.
var countries = strings.Fields(`
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
	CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
	GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT
	JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
	MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
	PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ
	TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)

// shared maps what is written for a country, or is a state or dependency with
// the tax of another, to the country whose law holds. Northern Ireland is in
// the Union for goods, and British for services.
var shared = map[string]string{"EL": "GR", "UK": "GB", "XI": "GB", "IM": "GB", "MC": "FR", "LI": "CH"}

// overseas are territories with a country code of their own that belong to a
// member state of the Union and are not taxed like it.
var overseas = map[string]string{"AX": "FI", "GF": "FR", "GP": "FR", "MQ": "FR", "RE": "FR", "YT": "FR", "IC": "ES", "EA": "ES"}

func jurisdiction(country string) string {
	country = strings.ToUpper(strings.TrimSpace(country))
	if of, ok := shared[country]; ok {
		return of
	}
	return country
}

// settled puts the country and the region of a party in one form, or says
// what is wrong with its country.
func settled(who string, p Party) (Party, error) {
	p.Country = jurisdiction(p.Country)
	p.Region = strings.TrimSpace(p.Region)
	p.Registration = strings.TrimSpace(p.Registration)
	if of, ok := overseas[p.Country]; ok {
		p.Country, p.Region = of, of+"-"+p.Country
	}
	if p.Country == "" {
		return p, fmt.Errorf("the %s has no country, which decides on the tax; give its ISO 3166 code, such as DE, in the address", who)
	}
	if !slices.Contains(countries, p.Country) {
		return p, fmt.Errorf("the country of the %s, %q, is not an ISO 3166 code; use two letters, such as DE", who, p.Country)
	}
	return p, nil
}

// regionCode is the region without the country that ISO 3166-2 puts before it:
// KA of IN-KA.
func regionCode(p Party) string {
	return strings.TrimPrefix(strings.ToUpper(p.Region), p.Country+"-")
}
