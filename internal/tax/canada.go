package tax

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// provinces of Canada and what is charged in them beside or in place of GST.
// The sales taxes of British Columbia, Manitoba and Saskatchewan are left out:
// whether one is owed hangs on the seller's registration there.
var provinces = map[string]string{
	"AB": "", "BC": "", "MB": "", "NT": "", "NU": "", "SK": "", "YT": "",
	"NB": "HST", "NL": "HST", "NS": "HST", "ON": "HST", "PE": "HST",
	"QC": "QST",
}

// canada taxes by the province of the buyer; what goes abroad is zero-rated.
func canada(s supply) ([]billing.Tax, error) {
	if !s.domestic() {
		return []billing.Tax{export("GST")}, nil
	}
	province := regionCode(s.buyer)
	provincial, known := provinces[province]
	switch {
	case province == "":
		return nil, fmt.Errorf("the buyer in Canada has no province, which decides between GST, HST and QST; give its code, such as CA-ON, as region of the address")
	case !known:
		return nil, fmt.Errorf("the buyer's region %q is not a province of Canada; use its code, such as CA-ON", s.buyer.Region)
	case provincial == "HST":
		return charged("HST", "CA-"+province, s.on)
	}
	taxes, err := charged("GST", "CA", s.on)
	if err != nil || provincial == "" {
		return taxes, err
	}
	more, err := charged(provincial, "CA-"+province, s.on)
	if err != nil {
		return nil, err
	}
	return append(taxes, more...), nil
}
