package einvoice

import "regexp"

// XRechnung 3.0 is what public bodies of Germany take, in either syntax. CII is the
// one that ZUGFeRD carries as well.
var (
	xrechnungUBL = profile{
		name: "xrechnung-ubl", title: "XRechnung 3.0 (UBL)", ending: ".xrechnung-ubl.xml", specification: xrechnungRules, process: peppolBilling,
		encode: encodeUBL, traits: traits{rateOfO: true}, needs: germanNeeds,
	}
	xrechnung = profile{
		name: "xrechnung", title: "XRechnung 3.0 (CII)", ending: ".xrechnung.xml", specification: xrechnungRules, process: peppolBilling,
		encode: encodeCII, traits: traits{rateOfO: true}, needs: germanNeeds,
	}
)

// facturX is the CII that a Factur-X or ZUGFeRD PDF carries, in the profile EN 16931.
var facturX = profile{
	name: "facturx-en16931", title: "Factur-X 1.0 (EN 16931), the XML alone", ending: ".factur-x.xml", specification: en16931,
	encode: encodeCII, traits: traits{debit: "383", delivers: true}, // BR-FX-EN-04
}

// germanNeeds are the rules BR-DE of XRechnung, and those of electronic addresses
// that it shares with Peppol.
var germanNeeds = []need{
	{
		Gap{"BT-10", "billing_groups[].invoice.references.buyer", "the buyer's reference", "public bodies sort invoices by it: the Leitweg-ID", "BR-DE-15"},
		func(d Document) bool { return d.References.Buyer == "" },
	},
	{
		Gap{"BT-34", "reseller.endpoint", "the seller's electronic address", "such as EM:rechnung@example.de", "PEPPOL-EN16931-R020"},
		func(d Document) bool { return d.Seller.Endpoint.Value == "" },
	},
	{
		Gap{"BT-49", "customers[].endpoint", "the buyer's electronic address", "such as EM:rechnung@example.de, or 0204: and the Leitweg-ID", "PEPPOL-EN16931-R010"},
		func(d Document) bool { return d.Buyer.Endpoint.Value == "" },
	},
	{
		Gap{"BT-37", "reseller.address.city", "the seller's city", "the address must be whole", "BR-DE-3"},
		func(d Document) bool { return d.Seller.Address.City == "" },
	},
	{
		Gap{"BT-38", "reseller.address.postal_code", "the seller's postal code", "the address must be whole", "BR-DE-4"},
		func(d Document) bool { return d.Seller.Address.PostalCode == "" },
	},
	{
		Gap{"BT-41", "reseller.contact_point.name", "whom to ask at the seller's", "a person, or a department", "BR-DE-5"},
		func(d Document) bool { return d.Seller.Contact == nil || d.Seller.Contact.Name == "" },
	},
	{
		Gap{"BT-42", "reseller.contact_point.phone", "the telephone number of the seller's contact", "at least three digits", "BR-DE-6"},
		func(d Document) bool {
			return d.Seller.Contact == nil || !phoneForm.MatchString(d.Seller.Contact.Phone)
		},
	},
	{
		Gap{"BT-43", "reseller.contact_point.email", "the e-mail address of the seller's contact", "such as rechnung@example.de", "BR-DE-7"},
		func(d Document) bool { return d.Seller.Contact == nil || !mailForm.MatchString(d.Seller.Contact.Email) },
	},
	{
		Gap{"BT-20", "reseller.payment", "payment lines that do not begin with #", "such a line is read as a cash discount", "BR-DE-18"},
		func(d Document) bool { return cashDiscount.MatchString(d.Terms) },
	},
	{
		Gap{"BT-52", "customers[].address.city", "the buyer's city", "the address must be whole", "BR-DE-8"},
		func(d Document) bool { return d.Buyer.Address.City == "" },
	},
	{
		Gap{"BT-53", "customers[].address.postal_code", "the buyer's postal code", "the address must be whole", "BR-DE-9"},
		func(d Document) bool { return d.Buyer.Address.PostalCode == "" },
	},
}

var (
	cashDiscount = regexp.MustCompile(`(?m)^\s*#`)

	phoneForm = regexp.MustCompile(`[0-9].*[0-9].*[0-9]`)
	mailForm  = regexp.MustCompile(`^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$`)
)
