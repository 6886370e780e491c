package einvoice

import (
	"cmp"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// cii reads a Cross Industry Invoice.
func (r *reading) cii(n *node) Document {
	context, document, transaction := n.at("ExchangedDocumentContext"), n.at("ExchangedDocument"), n.at("SupplyChainTradeTransaction")
	agreement := transaction.at("ApplicableHeaderTradeAgreement")
	settlement := transaction.at("ApplicableHeaderTradeSettlement")
	const terms = "SpecifiedTradePaymentTerms"
	d := Document{
		Specification: context.value("GuidelineSpecifiedDocumentContextParameter/ID"),
		Process:       context.value("BusinessProcessSpecifiedDocumentContextParameter/ID"),
		Number:        document.value("ID"), Issued: r.day(document, "IssueDateTime/DateTimeString"), Type: document.value("TypeCode"),
		Currency: money.Currency(settlement.value("InvoiceCurrencyCode")), TaxCurrency: money.Currency(settlement.value("TaxCurrencyCode")),
		Due: r.day(settlement, terms+"/DueDateDateTime/DateTimeString"), Note: document.value("IncludedNote/Content"),
		References: billing.References{
			Buyer: agreement.value("BuyerReference"), Order: agreement.value("BuyerOrderReferencedDocument/IssuerAssignedID"),
			Contract: agreement.value("ContractReferencedDocument/IssuerAssignedID"), Project: agreement.value("SpecifiedProcuringProject/ID"),
			Accounting: settlement.value("ReceivableSpecifiedTradeAccountingAccount/ID"),
		},
		Start:  r.day(settlement, "BillingSpecifiedPeriod/StartDateTime/DateTimeString"),
		End:    r.day(settlement, "BillingSpecifiedPeriod/EndDateTime/DateTimeString"),
		Seller: r.ciiParty(agreement.at("SellerTradeParty")), Buyer: r.ciiParty(agreement.at("BuyerTradeParty")),
		Terms: settlement.value(terms + "/Description"),
	}
	for _, p := range settlement.all("InvoiceReferencedDocument") {
		d.Corrects = append(d.Corrects, Preceding{p.value("IssuerAssignedID"), r.day(p, "FormattedIssueDateTime/DateTimeString")})
	}
	if to := transaction.all("ApplicableHeaderTradeDelivery/ShipToTradeParty/PostalTradeAddress"); len(to) > 0 {
		address := ciiReadAddress(to[0])
		d.DeliverTo = &address
	}
	d.Payment = ciiReadPayment(settlement)
	r.ciiSums(settlement, &d)
	for _, l := range transaction.all("IncludedSupplyChainTradeLineItem") {
		d.Lines = append(d.Lines, r.ciiLine(l))
	}
	return d
}

func (r *reading) ciiSums(n *node, d *Document) {
	for _, t := range n.all("ApplicableTradeTax") {
		d.Taxes = append(d.Taxes, Tax{
			VAT: r.ciiCategory(t), Base: r.number(t, "BasisAmount"), Amount: r.number(t, "CalculatedAmount"),
			Code: t.value("ExemptionReasonCode"), Reason: t.value("ExemptionReason"),
		})
	}
	for _, a := range n.all("SpecifiedTradeAllowanceCharge") {
		d.Adjustments = append(d.Adjustments, Adjustment{
			Charge: a.value("ChargeIndicator/Indicator") == "true", Amount: r.number(a, "ActualAmount"),
			Code: a.value("ReasonCode"), Reason: a.value("Reason"), VAT: r.ciiCategory(a.at("CategoryTradeTax")),
		})
	}
	s := n.at("SpecifiedTradeSettlementHeaderMonetarySummation")
	d.LineTotal, d.Charges, d.Allowances = r.number(s, "LineTotalAmount"), r.number(s, "ChargeTotalAmount"), r.number(s, "AllowanceTotalAmount")
	d.WithoutTax, d.WithTax = r.number(s, "TaxBasisTotalAmount"), r.number(s, "GrandTotalAmount")
	d.Prepaid, d.Rounding, d.Payable = r.number(s, "TotalPrepaidAmount"), r.number(s, "RoundingAmount"), r.number(s, "DuePayableAmount")
	for _, t := range s.all("TaxTotalAmount") {
		sum := r.number(&node{parts: []*node{t}}, "TaxTotalAmount")
		if currency := t.attr("currencyID"); currency != "" && currency != string(d.Currency) {
			d.TaxInTaxCurrency = &sum
		} else {
			d.Tax = sum
		}
	}
}

func (r *reading) ciiParty(n *node) Party {
	p := Party{
		Name: n.value("Name"), ID: cmp.Or(n.value("ID"), n.value("GlobalID")), LegalID: identifier(n, "SpecifiedLegalOrganization/ID"),
		Endpoint: identifier(n, "URIUniversalCommunication/URIID"), Address: ciiReadAddress(n.at("PostalTradeAddress")),
	}
	for _, t := range n.all("SpecifiedTaxRegistration/ID") {
		switch number := strings.TrimSpace(string(t.text)); t.attr("schemeID") {
		case "VA":
			p.VATID = number
		default:
			p.TaxNumber = number
		}
	}
	c := n.at("DefinedTradeContact")
	p.Contact = contactPoint(&billing.ContactPoint{
		Name:  cmp.Or(c.value("PersonName"), c.value("DepartmentName")),
		Phone: c.value("TelephoneUniversalCommunication/CompleteNumber"), Email: c.value("EmailURIUniversalCommunication/URIID"),
	})
	return p
}

func ciiReadAddress(n *node) billing.Address {
	return billing.Address{
		Lines: lines(n.value("LineOne"), n.value("LineTwo"), n.value("LineThree")), City: n.value("CityName"), PostalCode: n.value("PostcodeCode"),
		Region: n.value("CountrySubDivisionName"), Country: n.value("CountryID"),
	}
}

func ciiReadPayment(n *node) Payment {
	means := n.at("SpecifiedTradeSettlementPaymentMeans")
	account := means.at("PayeePartyCreditorFinancialAccount")
	p := Payment{
		Means: means.value("TypeCode"), Remittance: n.value("PaymentReference"), Account: account.value("IBANID"),
		Holder: account.value("AccountName"), Bank: means.value("PayeeSpecifiedCreditorFinancialInstitution/BICID"),
	}
	if p.IBAN = p.Account != ""; !p.IBAN {
		p.Account = account.value("ProprietaryID")
	}
	return p
}

func (r *reading) ciiLine(n *node) Line {
	document, product, settlement := n.at("AssociatedDocumentLineDocument"), n.at("SpecifiedTradeProduct"), n.at("SpecifiedLineTradeSettlement")
	const quantity = "SpecifiedLineTradeDelivery/BilledQuantity"
	l := Line{
		ID: document.value("LineID"), Note: document.value("IncludedNote/Content"),
		Object:   settlement.value("AdditionalReferencedDocument/IssuerAssignedID"),
		Quantity: r.number(n, quantity), Unit: n.at(quantity).attr("unitCode"),
		Amount: r.number(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount"),
		Price:  r.number(n, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount"),
		Name:   product.value("Name"), Description: product.value("Description"), ItemID: product.value("SellerAssignedID"),
		VAT: r.ciiCategory(settlement.at("ApplicableTradeTax")),
	}
	for _, a := range product.all("ApplicableProductCharacteristic") {
		l.Attributes = append(l.Attributes, Attribute{a.value("Description"), a.value("Value")})
	}
	return l
}

func (r *reading) ciiCategory(n *node) VAT {
	return VAT{Category: n.value("CategoryCode"), Rate: r.rate(n, "RateApplicablePercent")}
}
