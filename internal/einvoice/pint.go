package einvoice

import (
	"regexp"
	"slices"
	"strings"
)

// pintJP is the Peppol International invoice of Japan: the qualified invoice of the
// consumption tax.
var pintJP = profile{
	name: "pint-jp", title: "Peppol PINT, Japan", ending: ".pint-jp.xml",
	specification: "urn:peppol:pint:billing-1@jp-1", process: "urn:peppol:bis:billing",
	encode: encodeUBL, traits: traits{japan: true, endpoints: strings.Join(networkSchemes, " ")},
	needs: []need{
		{
			Gap{"BT-31", "reseller.tax_registration", "the seller's number as an issuer of qualified invoices", "T and 13 digits", "aligned-ibr-jp-01"},
			func(d Document) bool { return !qualifiedNumber.MatchString(d.Seller.VATID) },
		},
		{
			Gap{"BT-34", "reseller.endpoint", "the seller's address in the Peppol network", "such as 0188:1234567890123, the corporate number", "ibr-081"},
			func(d Document) bool { return d.Seller.Endpoint.Value == "" },
		},
		{
			Gap{"BT-49", "customers[].endpoint", "the buyer's address in the Peppol network", "the network delivers by it: 0188:1234567890123, the corporate number", "ibr-080"},
			func(d Document) bool { return d.Buyer.Endpoint.Value == "" },
		},
		{
			Gap{"BT-118", "billing_groups[].invoice.tax", "a category of tax that Japan has", "standard, reduced, exempt, out-of-scope, and zero with the reason EXPORT", "aligned-ibrp-cl-01-jp"},
			func(d Document) bool {
				return slices.ContainsFunc(d.Taxes, func(t Tax) bool { return !slices.Contains([]string{"S", "AA", "E", "G", "O"}, t.Category) })
			},
		},
	},
}

var qualifiedNumber = regexp.MustCompile(`^T[0-9]{13}$`)
