package einvoice

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

const (
	en16931        = "urn:cen.eu:en16931:2017"
	peppolBilling  = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
	xrechnungRules = en16931 + "#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
)

// ubl is UBL 2.1 by EN 16931 alone (CEN/TS 16931-3-2).
var ubl = profile{
	name: "ubl", title: "UBL 2.1 (EN 16931)", ending: ".ubl.xml", specification: en16931,
	encode: encodeUBL, traits: traits{debit: "383"},
}

// ublDocument is what differs between the two kinds of UBL documents.
type ublDocument struct {
	root, namespace, typeCode, line, quantity string
}

var (
	ublInvoice    = ublDocument{"Invoice", "Invoice-2", "cbc:InvoiceTypeCode", "cac:InvoiceLine", "cbc:InvoicedQuantity"}
	ublCreditNote = ublDocument{"CreditNote", "CreditNote-2", "cbc:CreditNoteTypeCode", "cac:CreditNoteLine", "cbc:CreditedQuantity"}
)

// encodeUBL writes a document as a UBL Invoice, or as a CreditNote. The order of
// elements is that of the schemas.
func encodeUBL(d Document) *element {
	kind := ublInvoice
	if d.credit() {
		kind = ublCreditNote
	}
	const schema = "urn:oasis:names:specification:ubl:schema:xsd:"
	e := &element{name: kind.root, attrs: []string{
		"xmlns", schema + kind.namespace,
		"xmlns:cac", schema + "CommonAggregateComponents-2", "xmlns:cbc", schema + "CommonBasicComponents-2",
	}}
	e.leaf("cbc:CustomizationID", d.Specification)
	e.leaf("cbc:ProfileID", d.Process)
	e.leaf("cbc:ID", d.Number)
	e.leaf("cbc:IssueDate", day(d.Issued))
	if !d.credit() {
		e.leaf("cbc:DueDate", day(d.Due))
	}
	e.leaf(kind.typeCode, d.Type)
	e.leaf("cbc:Note", d.Note)
	e.leaf("cbc:DocumentCurrencyCode", string(d.Currency))
	e.leaf("cbc:TaxCurrencyCode", string(d.TaxCurrency))
	e.leaf("cbc:AccountingCost", d.References.Accounting)
	e.leaf("cbc:BuyerReference", d.References.Buyer)
	e.node("cac:InvoicePeriod", func(e *element) {
		e.leaf("cbc:StartDate", day(d.Start))
		e.leaf("cbc:EndDate", day(d.End))
	})
	e.node("cac:OrderReference", func(e *element) { e.leaf("cbc:ID", d.References.Order) })
	for _, p := range d.Corrects {
		e.node("cac:BillingReference", func(e *element) {
			e.node("cac:InvoiceDocumentReference", func(e *element) {
				e.leaf("cbc:ID", p.Number)
				e.leaf("cbc:IssueDate", day(p.Issued))
			})
		})
	}
	e.node("cac:ContractDocumentReference", func(e *element) { e.leaf("cbc:ID", d.References.Contract) })
	ublProject(e, d)
	e.node("cac:AccountingSupplierParty", func(e *element) { ublParty(e, d.Seller) })
	e.node("cac:AccountingCustomerParty", func(e *element) { ublParty(e, d.Buyer) })
	if d.DeliverTo != nil {
		e.node("cac:Delivery", func(e *element) {
			e.node("cac:DeliveryLocation", func(e *element) { ublAddress(e, "cac:Address", *d.DeliverTo) })
		})
	}
	ublPayment(e, d)
	for _, a := range d.Adjustments {
		e.node("cac:AllowanceCharge", func(e *element) {
			e.leaf("cbc:ChargeIndicator", truth(a.Charge))
			e.leaf("cbc:AllowanceChargeReasonCode", a.Code)
			e.leaf("cbc:AllowanceChargeReason", a.Reason)
			d.ublAmount(e, "cbc:Amount", a.Amount)
			ublCategory(e, "cac:TaxCategory", a.VAT, "", "")
		})
	}
	ublTotals(e, d)
	for _, l := range d.Lines {
		e.node(kind.line, func(e *element) { d.ublLine(e, kind, l) })
	}
	return e
}

// ublProject is BT-11: a CreditNote has no element of its own for it.
func ublProject(e *element, d Document) {
	if d.credit() {
		if d.References.Project != "" {
			e.node("cac:AdditionalDocumentReference", func(e *element) {
				e.leaf("cbc:ID", d.References.Project)
				e.leaf("cbc:DocumentTypeCode", "50")
			})
		}
		return
	}
	e.node("cac:ProjectReference", func(e *element) { e.leaf("cbc:ID", d.References.Project) })
}

func ublParty(e *element, p Party) {
	e.node("cac:Party", func(e *element) {
		e.leaf("cbc:EndpointID", p.Endpoint.Value, "schemeID", p.Endpoint.Scheme)
		e.node("cac:PartyIdentification", func(e *element) { e.leaf("cbc:ID", p.ID) })
		ublAddress(e, "cac:PostalAddress", p.Address)
		for _, id := range []struct{ scheme, number string }{{"VAT", p.VATID}, {"TAX", p.TaxNumber}} {
			if id.number != "" {
				e.node("cac:PartyTaxScheme", func(e *element) {
					e.leaf("cbc:CompanyID", id.number)
					e.node("cac:TaxScheme", func(e *element) { e.leaf("cbc:ID", id.scheme) })
				})
			}
		}
		e.node("cac:PartyLegalEntity", func(e *element) {
			e.leaf("cbc:RegistrationName", p.Name)
			e.leaf("cbc:CompanyID", p.LegalID.Value, "schemeID", p.LegalID.Scheme)
		})
		if c := p.Contact; c != nil {
			e.node("cac:Contact", func(e *element) {
				e.leaf("cbc:Name", c.Name)
				e.leaf("cbc:Telephone", c.Phone)
				e.leaf("cbc:ElectronicMail", c.Email)
			})
		}
	})
}

func ublAddress(e *element, name string, a billing.Address) {
	e.node(name, func(e *element) {
		first, second, rest := addressLines(a)
		e.leaf("cbc:StreetName", first)
		e.leaf("cbc:AdditionalStreetName", second)
		e.leaf("cbc:CityName", a.City)
		e.leaf("cbc:PostalZone", a.PostalCode)
		e.leaf("cbc:CountrySubentity", a.Region)
		e.node("cac:AddressLine", func(e *element) { e.leaf("cbc:Line", rest) })
		e.node("cac:Country", func(e *element) { e.leaf("cbc:IdentificationCode", a.Country) })
	})
}

// ublPayment writes how to pay. The due date of a CreditNote stands there.
func ublPayment(e *element, d Document) {
	p := d.Payment
	if p.Means != "" {
		e.node("cac:PaymentMeans", func(e *element) {
			e.leaf("cbc:PaymentMeansCode", p.Means)
			if d.credit() {
				e.leaf("cbc:PaymentDueDate", day(d.Due))
			}
			e.leaf("cbc:PaymentID", p.Remittance)
			e.node("cac:PayeeFinancialAccount", func(e *element) {
				e.leaf("cbc:ID", p.Account)
				e.leaf("cbc:Name", p.Holder)
				e.node("cac:FinancialInstitutionBranch", func(e *element) { e.leaf("cbc:ID", p.Bank) })
			})
		})
	}
	e.node("cac:PaymentTerms", func(e *element) { e.leaf("cbc:Note", d.Terms) })
}

func ublTotals(e *element, d Document) {
	e.node("cac:TaxTotal", func(e *element) {
		d.ublAmount(e, "cbc:TaxAmount", d.Tax)
		for _, t := range d.Taxes {
			e.node("cac:TaxSubtotal", func(e *element) {
				d.ublAmount(e, "cbc:TaxableAmount", t.Base)
				d.ublAmount(e, "cbc:TaxAmount", t.Amount)
				ublCategory(e, "cac:TaxCategory", t.VAT, t.Code, t.Reason)
			})
		}
	})
	if d.TaxInTaxCurrency != nil {
		e.node("cac:TaxTotal", func(e *element) {
			e.leaf("cbc:TaxAmount", amount(*d.TaxInTaxCurrency, d.TaxCurrency), "currencyID", string(d.TaxCurrency))
		})
	}
	e.node("cac:LegalMonetaryTotal", func(e *element) {
		d.ublAmount(e, "cbc:LineExtensionAmount", d.LineTotal)
		d.ublAmount(e, "cbc:TaxExclusiveAmount", d.WithoutTax)
		d.ublAmount(e, "cbc:TaxInclusiveAmount", d.WithTax)
		d.ublUnlessZero(e, "cbc:AllowanceTotalAmount", d.Allowances)
		d.ublUnlessZero(e, "cbc:ChargeTotalAmount", d.Charges)
		d.ublUnlessZero(e, "cbc:PrepaidAmount", d.Prepaid)
		d.ublUnlessZero(e, "cbc:PayableRoundingAmount", d.Rounding)
		d.ublAmount(e, "cbc:PayableAmount", d.Payable)
	})
}

func (d Document) ublLine(e *element, kind ublDocument, l Line) {
	e.leaf("cbc:ID", l.ID)
	e.leaf("cbc:Note", l.Note)
	e.leaf(kind.quantity, l.Quantity.String(), "unitCode", l.Unit)
	d.ublAmount(e, "cbc:LineExtensionAmount", l.Amount)
	if l.Object != "" {
		e.node("cac:DocumentReference", func(e *element) {
			e.leaf("cbc:ID", l.Object)
			e.leaf("cbc:DocumentTypeCode", "130")
		})
	}
	e.node("cac:Item", func(e *element) {
		e.leaf("cbc:Description", l.Description)
		e.leaf("cbc:Name", l.Name)
		e.node("cac:SellersItemIdentification", func(e *element) { e.leaf("cbc:ID", l.ItemID) })
		ublCategory(e, "cac:ClassifiedTaxCategory", l.VAT, "", "")
		for _, a := range l.Attributes {
			e.node("cac:AdditionalItemProperty", func(e *element) {
				e.leaf("cbc:Name", a.Name)
				e.leaf("cbc:Value", a.Value)
			})
		}
	})
	e.node("cac:Price", func(e *element) {
		e.leaf("cbc:PriceAmount", l.Price.String(), "currencyID", string(d.Currency))
	})
}

func ublCategory(e *element, name string, v VAT, code, reason string) {
	e.node(name, func(e *element) {
		e.leaf("cbc:ID", v.Category)
		if v.Rate != nil {
			e.leaf("cbc:Percent", v.Rate.String())
		}
		e.leaf("cbc:TaxExemptionReasonCode", code)
		e.leaf("cbc:TaxExemptionReason", reason)
		e.node("cac:TaxScheme", func(e *element) { e.leaf("cbc:ID", "VAT") })
	})
}

func (d Document) ublAmount(e *element, name string, n money.Decimal) {
	e.leaf(name, amount(n, d.Currency), "currencyID", string(d.Currency))
}

func (d Document) ublUnlessZero(e *element, name string, n money.Decimal) {
	if !n.IsZero() {
		d.ublAmount(e, name, n)
	}
}

// amount writes an amount with the digits of its currency, two at most; one that
// has more is written as it is, and Missing has said so.
func amount(n money.Decimal, c money.Currency) string {
	return n.Fixed(max(min(c.Digits(), maxDigits), n.Scale()))
}

// maxDigits is how many fractional digits amounts have at most (BR-DEC-01 to 28).
const maxDigits = 2

func day(d *billing.Day) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func truth(is bool) string {
	if is {
		return "true"
	}
	return "false"
}

// addressLines are the three lines that an address has at most (BT-35, BT-36,
// BT-162).
func addressLines(a billing.Address) (first, second, rest string) {
	lines := a.Lines
	if len(lines) > 0 {
		first, lines = lines[0], lines[1:]
	}
	if len(lines) > 0 {
		second, lines = lines[0], lines[1:]
	}
	return first, second, strings.Join(lines, ", ")
}
