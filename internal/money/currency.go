package money

import "fmt"

// Currency is an ISO 4217 code in capitals, such as USD or JPY.
type Currency string

// minorDigits lists the currencies of ISO 4217 whose amounts do not have two
// fractional digits.
var minorDigits = map[Currency]int32{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// Digits returns how many fractional digits an amount of this currency has on
// an invoice: 0 for JPY, 3 for KWD, 2 for most.
func (c Currency) Digits() int32 {
	if d, ok := minorDigits[c]; ok {
		return d
	}
	return 2
}

// Check returns an error unless c has the form of an ISO 4217 code: three
// capital letters.
func (c Currency) Check() error {
	if len(c) != 3 {
		return fmt.Errorf("%q is not a currency; use an ISO 4217 code such as USD", string(c))
	}
	for _, r := range c {
		if r < 'A' || r > 'Z' {
			return fmt.Errorf("%q is not a currency; use an ISO 4217 code such as USD", string(c))
		}
	}
	return nil
}
