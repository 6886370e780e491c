package einvoice

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// cii is UN/CEFACT Cross Industry Invoice by EN 16931 alone (CEN/TS 16931-3-3).
var cii = profile{
	name: "cii", title: "UN/CEFACT CII (EN 16931)", ending: ".cii.xml", specification: en16931,
	encode: encodeCII, traits: traits{debit: "383"},
}

// encodeCII writes a document as a Cross Industry Invoice. Elements that are in
// D16B and D22B alike are used; their order is that of the schemas.
func encodeCII(d Document) *element {
	const standard = "urn:un:unece:uncefact:data:standard:"
	e := &element{name: "rsm:CrossIndustryInvoice", attrs: []string{
		"xmlns:rsm", standard + "CrossIndustryInvoice:100",
		"xmlns:ram", standard + "ReusableAggregateBusinessInformationEntity:100",
		"xmlns:qdt", standard + "QualifiedDataType:100",
		"xmlns:udt", standard + "UnqualifiedDataType:100",
	}}
	e.node("rsm:ExchangedDocumentContext", func(e *element) {
		e.node("ram:BusinessProcessSpecifiedDocumentContextParameter", func(e *element) { e.leaf("ram:ID", d.Process) })
		e.node("ram:GuidelineSpecifiedDocumentContextParameter", func(e *element) { e.leaf("ram:ID", d.Specification) })
	})
	e.node("rsm:ExchangedDocument", func(e *element) {
		e.leaf("ram:ID", d.Number)
		e.leaf("ram:TypeCode", d.Type)
		ciiDate(e, "ram:IssueDateTime", d.Issued)
		e.node("ram:IncludedNote", func(e *element) { e.leaf("ram:Content", d.Note) })
	})
	e.node("rsm:SupplyChainTradeTransaction", func(e *element) {
		for _, l := range d.Lines {
			e.node("ram:IncludedSupplyChainTradeLineItem", func(e *element) { d.ciiLine(e, l) })
		}
		e.node("ram:ApplicableHeaderTradeAgreement", func(e *element) { ciiAgreement(e, d) })
		ciiDelivery(e, d)
		e.node("ram:ApplicableHeaderTradeSettlement", func(e *element) { ciiSettlement(e, d) })
	})
	return e
}

func ciiAgreement(e *element, d Document) {
	e.leaf("ram:BuyerReference", d.References.Buyer)
	e.node("ram:SellerTradeParty", func(e *element) { ciiParty(e, d.Seller) })
	e.node("ram:BuyerTradeParty", func(e *element) { ciiParty(e, d.Buyer) })
	e.node("ram:BuyerOrderReferencedDocument", func(e *element) { e.leaf("ram:IssuerAssignedID", d.References.Order) })
	e.node("ram:ContractReferencedDocument", func(e *element) { e.leaf("ram:IssuerAssignedID", d.References.Contract) })
	if d.References.Project != "" {
		e.node("ram:SpecifiedProcuringProject", func(e *element) {
			e.leaf("ram:ID", d.References.Project)
			e.leaf("ram:Name", "Project reference") // what the name has to be (CEN/TS 16931-3-3)
		})
	}
}

// ciiDelivery is there even where it says nothing, as the schema asks for.
func ciiDelivery(e *element, d Document) {
	delivery := &element{name: "ram:ApplicableHeaderTradeDelivery"}
	if d.DeliverTo != nil {
		delivery.node("ram:ShipToTradeParty", func(e *element) { ciiAddress(e, *d.DeliverTo) })
	}
	e.parts = append(e.parts, delivery)
}

func ciiParty(e *element, p Party) {
	e.leaf("ram:ID", p.ID)
	e.leaf("ram:Name", p.Name)
	e.node("ram:SpecifiedLegalOrganization", func(e *element) {
		e.leaf("ram:ID", p.LegalID.Value, "schemeID", p.LegalID.Scheme)
	})
	if c := p.Contact; c != nil {
		e.node("ram:DefinedTradeContact", func(e *element) {
			e.leaf("ram:PersonName", c.Name)
			e.node("ram:TelephoneUniversalCommunication", func(e *element) { e.leaf("ram:CompleteNumber", c.Phone) })
			e.node("ram:EmailURIUniversalCommunication", func(e *element) { e.leaf("ram:URIID", c.Email) })
		})
	}
	ciiAddress(e, p.Address)
	e.node("ram:URIUniversalCommunication", func(e *element) {
		e.leaf("ram:URIID", p.Endpoint.Value, "schemeID", p.Endpoint.Scheme)
	})
	for _, id := range []struct{ scheme, number string }{{"VA", p.VATID}, {"FC", p.TaxNumber}} {
		e.node("ram:SpecifiedTaxRegistration", func(e *element) { e.leaf("ram:ID", id.number, "schemeID", id.scheme) })
	}
}

func ciiAddress(e *element, a billing.Address) {
	e.node("ram:PostalTradeAddress", func(e *element) {
		first, second, rest := addressLines(a)
		e.leaf("ram:PostcodeCode", a.PostalCode)
		e.leaf("ram:LineOne", first)
		e.leaf("ram:LineTwo", second)
		e.leaf("ram:LineThree", rest)
		e.leaf("ram:CityName", a.City)
		e.leaf("ram:CountryID", a.Country)
		e.leaf("ram:CountrySubDivisionName", a.Region)
	})
}

func ciiSettlement(e *element, d Document) {
	e.leaf("ram:PaymentReference", d.Payment.Remittance)
	e.leaf("ram:TaxCurrencyCode", string(d.TaxCurrency))
	e.leaf("ram:InvoiceCurrencyCode", string(d.Currency))
	ciiPayment(e, d.Payment)
	for _, t := range d.Taxes {
		e.node("ram:ApplicableTradeTax", func(e *element) {
			e.leaf("ram:CalculatedAmount", amount(t.Amount, d.Currency))
			e.leaf("ram:TypeCode", "VAT")
			e.leaf("ram:ExemptionReason", t.Reason)
			e.leaf("ram:BasisAmount", amount(t.Base, d.Currency))
			e.leaf("ram:CategoryCode", t.Category)
			e.leaf("ram:ExemptionReasonCode", t.Code)
			ciiRate(e, t.VAT)
		})
	}
	e.node("ram:BillingSpecifiedPeriod", func(e *element) {
		ciiDate(e, "ram:StartDateTime", d.Start)
		ciiDate(e, "ram:EndDateTime", d.End)
	})
	for _, a := range d.Adjustments {
		e.node("ram:SpecifiedTradeAllowanceCharge", func(e *element) {
			e.node("ram:ChargeIndicator", func(e *element) { e.leaf("udt:Indicator", truth(a.Charge)) })
			e.leaf("ram:ActualAmount", amount(a.Amount, d.Currency))
			e.leaf("ram:ReasonCode", a.Code)
			e.leaf("ram:Reason", a.Reason)
			e.node("ram:CategoryTradeTax", func(e *element) { ciiCategory(e, a.VAT) })
		})
	}
	e.node("ram:SpecifiedTradePaymentTerms", func(e *element) {
		e.leaf("ram:Description", d.Terms)
		ciiDate(e, "ram:DueDateDateTime", d.Due)
	})
	e.node("ram:SpecifiedTradeSettlementHeaderMonetarySummation", func(e *element) { ciiTotals(e, d) })
	for _, p := range d.Corrects {
		e.node("ram:InvoiceReferencedDocument", func(e *element) {
			e.leaf("ram:IssuerAssignedID", p.Number)
			if p.Issued != nil {
				e.node("ram:FormattedIssueDateTime", func(e *element) {
					e.leaf("qdt:DateTimeString", ciiDay(p.Issued), "format", "102")
				})
			}
		})
	}
	e.node("ram:ReceivableSpecifiedTradeAccountingAccount", func(e *element) { e.leaf("ram:ID", d.References.Accounting) })
}

func ciiPayment(e *element, p Payment) {
	if p.Means == "" {
		return
	}
	e.node("ram:SpecifiedTradeSettlementPaymentMeans", func(e *element) {
		e.leaf("ram:TypeCode", p.Means)
		e.node("ram:PayeePartyCreditorFinancialAccount", func(e *element) {
			if p.IBAN {
				e.leaf("ram:IBANID", p.Account)
			}
			e.leaf("ram:AccountName", p.Holder)
			if !p.IBAN {
				e.leaf("ram:ProprietaryID", p.Account)
			}
		})
		e.node("ram:PayeeSpecifiedCreditorFinancialInstitution", func(e *element) { e.leaf("ram:BICID", p.Bank) })
	})
}

func ciiTotals(e *element, d Document) {
	add := func(name string, n money.Decimal) { e.leaf(name, amount(n, d.Currency)) }
	unlessZero := func(name string, n money.Decimal) {
		if !n.IsZero() {
			add(name, n)
		}
	}
	add("ram:LineTotalAmount", d.LineTotal)
	unlessZero("ram:ChargeTotalAmount", d.Charges)
	unlessZero("ram:AllowanceTotalAmount", d.Allowances)
	add("ram:TaxBasisTotalAmount", d.WithoutTax)
	e.leaf("ram:TaxTotalAmount", amount(d.Tax, d.Currency), "currencyID", string(d.Currency))
	if d.TaxInTaxCurrency != nil {
		e.leaf("ram:TaxTotalAmount", amount(*d.TaxInTaxCurrency, d.TaxCurrency), "currencyID", string(d.TaxCurrency))
	}
	unlessZero("ram:RoundingAmount", d.Rounding)
	add("ram:GrandTotalAmount", d.WithTax)
	unlessZero("ram:TotalPrepaidAmount", d.Prepaid)
	add("ram:DuePayableAmount", d.Payable)
}

func (d Document) ciiLine(e *element, l Line) {
	e.node("ram:AssociatedDocumentLineDocument", func(e *element) {
		e.leaf("ram:LineID", l.ID)
		e.node("ram:IncludedNote", func(e *element) { e.leaf("ram:Content", l.Note) })
	})
	e.node("ram:SpecifiedTradeProduct", func(e *element) {
		e.leaf("ram:SellerAssignedID", l.ItemID)
		e.leaf("ram:Name", l.Name)
		e.leaf("ram:Description", l.Description)
		for _, a := range l.Attributes {
			e.node("ram:ApplicableProductCharacteristic", func(e *element) {
				e.leaf("ram:Description", a.Name)
				e.leaf("ram:Value", a.Value)
			})
		}
	})
	e.node("ram:SpecifiedLineTradeAgreement", func(e *element) {
		e.node("ram:NetPriceProductTradePrice", func(e *element) { e.leaf("ram:ChargeAmount", l.Price.String()) })
	})
	e.node("ram:SpecifiedLineTradeDelivery", func(e *element) {
		e.leaf("ram:BilledQuantity", l.Quantity.String(), "unitCode", l.Unit)
	})
	e.node("ram:SpecifiedLineTradeSettlement", func(e *element) {
		e.node("ram:ApplicableTradeTax", func(e *element) { ciiCategory(e, l.VAT) })
		e.node("ram:SpecifiedTradeSettlementLineMonetarySummation", func(e *element) {
			e.leaf("ram:LineTotalAmount", amount(l.Amount, d.Currency))
		})
		if l.Object != "" {
			e.node("ram:AdditionalReferencedDocument", func(e *element) {
				e.leaf("ram:IssuerAssignedID", l.Object)
				e.leaf("ram:TypeCode", "130")
			})
		}
	})
}

func ciiCategory(e *element, v VAT) {
	e.leaf("ram:TypeCode", "VAT")
	e.leaf("ram:CategoryCode", v.Category)
	ciiRate(e, v)
}

func ciiRate(e *element, v VAT) {
	if v.Rate != nil {
		e.leaf("ram:RateApplicablePercent", v.Rate.String())
	}
}

func ciiDate(e *element, name string, d *billing.Day) {
	if d != nil {
		e.node(name, func(e *element) { e.leaf("udt:DateTimeString", ciiDay(d), "format", "102") })
	}
}

// ciiDay is a date in format 102 of UNTDID 2379: 20261231.
func ciiDay(d *billing.Day) string { return strings.ReplaceAll(day(d), "-", "") }
