package einvoice

import (
	"regexp"
	"slices"
	"strings"
)

// peppol is Peppol BIS Billing 3: UBL, with rules of its own and of the seller's
// country.
var peppol = profile{
	name: "peppol", title: "Peppol BIS Billing 3", ending: ".peppol.xml",
	specification: en16931 + "#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", process: peppolBilling,
	encode: encodeUBL, traits: traits{debit: "383", endpoints: strings.Join(networkSchemes, " ")},
	needs: slices.Concat([]need{
		{
			Gap{"BT-10", "billing_groups[].invoice.references.buyer", "the buyer's reference, or the number of its order", "the buyer finds the invoice by it", "PEPPOL-EN16931-R003"},
			func(d Document) bool { return d.References.Buyer == "" && d.References.Order == "" },
		},
		{
			Gap{"BT-34", "reseller.endpoint", "the seller's address in the Peppol network", "such as 0088:4035811991021 or 9930:DE123456789", "PEPPOL-EN16931-R020"},
			func(d Document) bool { return d.Seller.Endpoint.Value == "" },
		},
		{
			Gap{"BT-49", "customers[].endpoint", "the buyer's address in the Peppol network", "the network delivers by it: 0088:4035811991021 or 9930:DE123456789", "PEPPOL-EN16931-R010"},
			func(d Document) bool { return d.Buyer.Endpoint.Value == "" },
		},
	}, nationalNeeds),
}

// nationalNeeds are the rules of Peppol for sellers of one country. The buyer's
// counts too where a rule is for trade inside the country.
var nationalNeeds = slices.Concat(
	within("DE", "DE", germanNeeds...),
	within("DK", "", need{
		Gap{"BT-30", "reseller.legal_id", "the seller's CVR number as 0184:12345678", "sellers in Denmark state it", "DK-R-002"},
		func(d Document) bool { return d.Seller.LegalID.Scheme != "0184" },
	}),
	within("DK", "DK", need{
		Gap{"BT-47", "customers[].legal_id", "the buyer's CVR number as 0184:12345678", "where a number is given, in Denmark it is that one", "DK-R-017"},
		func(d Document) bool { return d.Buyer.LegalID.Value != "" && d.Buyer.LegalID.Scheme != "0184" },
	}),
	within("IT", "", need{
		Gap{"BT-35", "reseller.address", "the seller's street, city and postal code", "sellers in Italy state the whole address", "IT-R-002"},
		func(d Document) bool { return !whole(d.Seller) },
	}),
	within("NL", "", need{
		Gap{"BT-35", "reseller.address", "the seller's street, city and postal code", "sellers in the Netherlands state the whole address", "NL-R-002"},
		func(d Document) bool { return !whole(d.Seller) },
	}, need{
		Gap{"BT-30", "reseller.legal_id", "the seller's KVK or OIN number as 0106:12345678 or 0190:…", "sellers in the Netherlands state it", "NL-R-003"},
		func(d Document) bool { return !dutch(d.Seller) },
	}, need{
		Gap{"BT-25", "billing_groups[].invoice", "the invoice that the credit note changes", "in the Netherlands a credit note names one; a month that is negative by itself does not", "NL-R-001"},
		func(d Document) bool { return d.credit() && len(d.Corrects) == 0 },
	}),
	within("NL", "NL", need{
		Gap{"BT-50", "customers[].address", "the buyer's street, city and postal code", "within the Netherlands the whole address is stated", "NL-R-004"},
		func(d Document) bool { return !whole(d.Buyer) },
	}, need{
		Gap{"BT-47", "customers[].legal_id", "the buyer's KVK or OIN number as 0106:12345678 or 0190:…", "where a number is given, within the Netherlands it is one of those", "NL-R-005"},
		func(d Document) bool { return d.Buyer.LegalID.Value != "" && !dutch(d.Buyer) },
	}, need{
		Gap{"BT-84", "reseller.bank", "the seller's bank account", "within the Netherlands the way of paying is stated", "NL-R-008"},
		func(d Document) bool { return d.Payment.Account == "" },
	}),
	within("SE", "", need{
		Gap{"BT-30", "reseller.legal_id", "the seller's organization number of ten digits", "in Sweden a number that is given has that form", "SE-R-004"},
		func(d Document) bool {
			return d.Seller.LegalID.Value != "" && !swedishNumber.MatchString(d.Seller.LegalID.Value)
		},
	}, need{
		Gap{"BT-119", "billing_groups[].invoice.tax", "a rate of 25, 12 or 6 percent", "Sweden has no others", "SE-R-006"},
		func(d Document) bool {
			return slices.ContainsFunc(d.Taxes, func(t Tax) bool {
				return t.Category == "S" && !slices.Contains([]string{"25", "12", "6"}, t.Rate.String())
			})
		},
	}),
	within("IS", "", need{
		Gap{"BT-30", "reseller.legal_id", "the seller's kennitala as 0196:…", "sellers in Iceland state it", "IS-R-002"},
		func(d Document) bool { return d.Seller.LegalID.Scheme != "0196" },
	}, need{
		Gap{"BT-35", "reseller.address", "the seller's street and postal code", "sellers in Iceland state the address", "IS-R-003"},
		func(d Document) bool { return !whole(d.Seller) },
	}),
	within("IS", "IS", need{
		Gap{"BT-47", "customers[].legal_id", "the buyer's kennitala as 0196:…", "within Iceland it is stated", "IS-R-004"},
		func(d Document) bool { return d.Buyer.LegalID.Scheme != "0196" },
	}, need{
		Gap{"BT-50", "customers[].address", "the buyer's street and postal code", "within Iceland the address is stated", "IS-R-005"},
		func(d Document) bool { return !whole(d.Buyer) },
	}),
	within("GR", "", need{
		Gap{"BT-1", "billing_groups[].invoice.series", "a number of six parts and the mark of the tax office", "sellers in Greece report to myDATA first, which Sluice does not", "GR-R-001-1"},
		func(Document) bool { return true },
	}),
)

// within holds needs for sellers of a country, and where a second one is given for
// buyers of that one.
func within(seller, buyer string, needs ...need) (held []need) {
	for _, n := range needs {
		held = append(held, need{n.Gap, func(d Document) bool {
			return d.Seller.Address.Country == seller && (buyer == "" || d.Buyer.Address.Country == buyer) && n.lacks(d)
		}})
	}
	return held
}

func whole(p Party) bool {
	return len(p.Address.Lines) > 0 && p.Address.City != "" && p.Address.PostalCode != ""
}

func dutch(p Party) bool { return p.LegalID.Scheme == "0106" || p.LegalID.Scheme == "0190" }

var swedishNumber = regexp.MustCompile(`^[0-9]{10}$`)
