package config

import (
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// currencies of ISO 4217, without metals and units of account. Codes withdrawn
// since 2020 stay: closed months may hold them.
var currencies = strings.Fields(`
	AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
	CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
	GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF
	KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN
	NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
	SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS
	VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL`)

func (k *checker) currency(path, value string) {
	if err := money.Currency(value).Check(); err != nil {
		k.fail(path, "%v", err)
	} else if _, known := slices.BinarySearch(currencies, value); !known {
		k.fail(path, "%s is not a currency of ISO 4217;%s use a code such as USD, EUR or JPY", value, didYouMean(value, currencies))
	}
}
