// Package tax knows which tax a cloud invoice carries by seller, buyer and
// date (R25), how tax numbers are made, and what reason codes mean. It knows
// the law of the seller's country on services supplied electronically, as a
// seller registered there for tax applies it to an ordinary customer. What
// lies beside that is written in the settings of a billing group: small
// businesses that charge no tax, exempt customers, free zones, registrations
// in further countries.
package tax

import (
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Party is a seller or a buyer as far as tax goes.
type Party struct {
	Country      string // ISO 3166 alpha-2; EL, XI and UK are understood too
	Region       string // a state of India: its name, ISO code or GST number; a province of Canada: ISO code; others: ISO code, where tax differs there
	Registration string // the tax number as printed; empty for a consumer
}

// supply is what is to be taxed, with countries put straight.
type supply struct {
	seller, buyer Party
	on            billing.Day
}

func (s supply) domestic() bool { return s.seller.Country == s.buyer.Country }

// Assess returns the taxes on cloud services which the seller supplies to the
// buyer, in the order in which they are printed: category, percent, label, and
// the reason code of what is not charged. The tax point is the day whose law
// holds. The list is empty where the seller's country has no tax that follows
// from country and date alone: the United States and Hong Kong. An error names
// what is missing to decide, says that the country is not known, or that a tax
// number on which the answer hangs (reverse charge, the state in India) cannot
// be right.
func Assess(seller, buyer Party, taxPoint billing.Day) ([]billing.Tax, error) {
	seller, err := settled("seller", seller)
	if err != nil {
		return nil, err
	}
	buyer, err = settled("buyer", buyer)
	if err != nil {
		return nil, err
	}
	s := supply{seller, buyer, taxPoint}
	if inUnion(s.seller.Country, s.on) {
		return europeanUnion(s)
	}
	assess, known := regimes[s.seller.Country]
	if !known {
		return nil, fmt.Errorf("the taxes that a seller in %s charges are not known here; write them under `tax` in the invoice settings yourself",
			s.seller.Country)
	}
	return assess(s)
}

// regimes are the countries outside the European Union whose law is known.
var regimes = map[string]func(supply) ([]billing.Tax, error){
	"AE": oneTax("VAT", export),
	"AU": oneTax("GST", export),
	"CA": canada,
	"CH": oneTax("VAT", notSubject),
	"GB": oneTax("VAT", notSubject),
	"HK": noTax,
	"ID": oneTax("VAT", export),
	"IN": india,
	"JP": oneTax("Consumption tax", abroad),
	"KR": oneTax("VAT", export),
	"MY": oneTax("Service tax", abroad),
	"NO": oneTax("VAT", export),
	"NZ": oneTax("GST", export),
	"SA": oneTax("VAT", export),
	"SG": oneTax("GST", export),
	"TH": oneTax("VAT", export),
	"TW": oneTax("VAT", export),
	"US": noTax,
}

func noTax(supply) ([]billing.Tax, error) { return nil, nil }

// oneTax is the law of most countries: the standard rate at home, and
// something to state where the buyer is abroad.
func oneTax(label string, toAbroad func(label string) billing.Tax) func(supply) ([]billing.Tax, error) {
	return func(s supply) ([]billing.Tax, error) {
		if s.domestic() {
			return charged(label, s.seller.Country, s.on)
		}
		return []billing.Tax{toAbroad(label)}, nil
	}
}

// charged is the standard rate of a place.
func charged(label, place string, on billing.Day) ([]billing.Tax, error) {
	percent, known := rateOf(place, "standard", on)
	if !known {
		return nil, fmt.Errorf("the %s rate of %s on %s is not known here; write the taxes under `tax` in the invoice settings yourself",
			label, place, on)
	}
	return []billing.Tax{standard(label, percent)}, nil
}

func standard(label string, percent money.Decimal) billing.Tax {
	return billing.Tax{Category: "standard", Percent: percent, Label: label}
}

// export is taxed at nought, and the seller's own input tax is returned.
func export(label string) billing.Tax {
	return billing.Tax{Category: "zero", Label: label, Reason: reasonExport}
}

// abroad is out of scope: the place of supply is where the customer is.
func abroad(label string) billing.Tax {
	return billing.Tax{Category: "out-of-scope", Label: outside(label), Reason: reasonAbroad}
}

// notSubject is abroad in the code list of European e-invoices, which British
// and Swiss ones use too.
func notSubject(label string) billing.Tax {
	return billing.Tax{Category: "out-of-scope", Label: outside(label), Reason: reasonNotSubject}
}

func outside(label string) string {
	if label != strings.ToUpper(label) {
		label = strings.ToLower(label)
	}
	return "Outside the scope of " + label
}
