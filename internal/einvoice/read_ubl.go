package einvoice

import (
	"cmp"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// ubl reads a UBL Invoice or CreditNote.
func (r *reading) ubl(n *node) Document {
	kind := ublInvoice
	if n.name.Local == "CreditNote" {
		kind = ublCreditNote
	}
	d := Document{
		Specification: n.value("CustomizationID"), Process: n.value("ProfileID"), Number: n.value("ID"),
		Issued: r.day(n, "IssueDate"), Type: cmp.Or(n.value("InvoiceTypeCode"), n.value("CreditNoteTypeCode")),
		Currency: money.Currency(n.value("DocumentCurrencyCode")), TaxCurrency: money.Currency(n.value("TaxCurrencyCode")),
		Due: r.day(n, "DueDate"), Note: n.value("Note"),
		References: billing.References{
			Buyer: n.value("BuyerReference"), Order: n.value("OrderReference/ID"), Contract: n.value("ContractDocumentReference/ID"),
			Project: n.value("ProjectReference/ID"), Accounting: n.value("AccountingCost"),
		},
		Start: r.day(n, "InvoicePeriod/StartDate"), End: r.day(n, "InvoicePeriod/EndDate"),
		Seller: r.ublParty(n.at("AccountingSupplierParty/Party")), Buyer: r.ublParty(n.at("AccountingCustomerParty/Party")),
		Terms: n.value("PaymentTerms/Note"),
	}
	if d.Due == nil {
		d.Due = r.day(n, "PaymentMeans/PaymentDueDate")
	}
	for _, p := range n.all("BillingReference/InvoiceDocumentReference") {
		d.Corrects = append(d.Corrects, Preceding{Number: p.value("ID"), Issued: r.day(p, "IssueDate")})
	}
	for _, a := range n.all("AdditionalDocumentReference") {
		if a.value("DocumentTypeCode") == "50" {
			d.References.Project = a.value("ID")
		}
	}
	if to := n.all("Delivery/DeliveryLocation/Address"); len(to) > 0 {
		address := ublReadAddress(to[0])
		d.DeliverTo = &address
	}
	if means := n.all("PaymentMeans"); len(means) > 0 {
		d.Payment = ublReadPayment(means[0])
	}
	for _, a := range n.all("AllowanceCharge") {
		d.Adjustments = append(d.Adjustments, Adjustment{
			Charge: a.value("ChargeIndicator") == "true", Amount: r.number(a, "Amount"),
			Code: a.value("AllowanceChargeReasonCode"), Reason: a.value("AllowanceChargeReason"), VAT: r.ublCategory(a.at("TaxCategory")),
		})
	}
	r.ublTotals(n, &d)
	for _, l := range n.all(kind.line[len("cac:"):]) {
		d.Lines = append(d.Lines, r.ublLine(l, kind))
	}
	return d
}

func (r *reading) ublTotals(n *node, d *Document) {
	for i, t := range n.all("TaxTotal") {
		if currency := t.at("TaxAmount").attr("currencyID"); i > 0 && currency == string(d.TaxCurrency) && d.TaxCurrency != d.Currency {
			tax := r.number(t, "TaxAmount")
			d.TaxInTaxCurrency = &tax
			continue
		}
		d.Tax = r.number(t, "TaxAmount")
		for _, row := range t.all("TaxSubtotal") {
			c := row.at("TaxCategory")
			d.Taxes = append(d.Taxes, Tax{
				VAT: r.ublCategory(c), Base: r.number(row, "TaxableAmount"), Amount: r.number(row, "TaxAmount"),
				Code: c.value("TaxExemptionReasonCode"), Reason: c.value("TaxExemptionReason"),
			})
		}
	}
	t := n.at("LegalMonetaryTotal")
	d.LineTotal, d.Allowances, d.Charges = r.number(t, "LineExtensionAmount"), r.number(t, "AllowanceTotalAmount"), r.number(t, "ChargeTotalAmount")
	d.WithoutTax, d.WithTax = r.number(t, "TaxExclusiveAmount"), r.number(t, "TaxInclusiveAmount")
	d.Prepaid, d.Rounding, d.Payable = r.number(t, "PrepaidAmount"), r.number(t, "PayableRoundingAmount"), r.number(t, "PayableAmount")
}

func (r *reading) ublParty(n *node) Party {
	p := Party{
		Name: cmp.Or(n.value("PartyLegalEntity/RegistrationName"), n.value("PartyName/Name")), ID: n.value("PartyIdentification/ID"),
		LegalID: identifier(n, "PartyLegalEntity/CompanyID"), Endpoint: identifier(n, "EndpointID"), Address: ublReadAddress(n.at("PostalAddress")),
	}
	for _, t := range n.all("PartyTaxScheme") {
		if t.value("TaxScheme/ID") == "VAT" {
			p.VATID = t.value("CompanyID")
		} else {
			p.TaxNumber = t.value("CompanyID")
		}
	}
	c := n.at("Contact")
	p.Contact = contactPoint(&billing.ContactPoint{Name: c.value("Name"), Phone: c.value("Telephone"), Email: c.value("ElectronicMail")})
	return p
}

func ublReadAddress(n *node) billing.Address {
	return billing.Address{
		Lines: lines(n.value("StreetName"), n.value("AdditionalStreetName"), n.value("AddressLine/Line")),
		City:  n.value("CityName"), PostalCode: n.value("PostalZone"), Region: n.value("CountrySubentity"), Country: n.value("Country/IdentificationCode"),
	}
}

// ublReadPayment knows an IBAN by its check digits: UBL does not say what a number
// is.
func ublReadPayment(n *node) Payment {
	p := Payment{
		Means: n.value("PaymentMeansCode"), Remittance: n.value("PaymentID"), Account: n.value("PayeeFinancialAccount/ID"),
		Holder: n.value("PayeeFinancialAccount/Name"), Bank: n.value("PayeeFinancialAccount/FinancialInstitutionBranch/ID"),
	}
	p.IBAN = fitsIBAN(compact(p.Account))
	return p
}

func (r *reading) ublLine(n *node, kind ublDocument) Line {
	quantity := kind.quantity[len("cbc:"):]
	item := n.at("Item")
	l := Line{
		ID: n.value("ID"), Note: n.value("Note"), Object: n.value("DocumentReference/ID"),
		Quantity: r.number(n, quantity), Unit: n.at(quantity).attr("unitCode"), Amount: r.number(n, "LineExtensionAmount"),
		Price: r.number(n, "Price/PriceAmount"), Name: item.value("Name"), Description: item.value("Description"),
		ItemID: item.value("SellersItemIdentification/ID"), VAT: r.ublCategory(item.at("ClassifiedTaxCategory")),
	}
	for _, a := range item.all("AdditionalItemProperty") {
		l.Attributes = append(l.Attributes, Attribute{a.value("Name"), a.value("Value")})
	}
	return l
}

func (r *reading) ublCategory(n *node) VAT {
	return VAT{Category: n.value("ID"), Rate: r.rate(n, "Percent")}
}
