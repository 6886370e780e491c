package deliver

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// planNames are what the providers call their support plans, in every language.
var planNames = map[string]string{
	"aws-developer": "AWS Developer", "aws-business": "AWS Business", "aws-enterprise-on-ramp": "AWS Enterprise On-Ramp",
	"aws-enterprise": "AWS Enterprise", "aws-partner-led": "AWS Partner-Led", "aws-business-plus": "AWS Business Support+",
	"aws-enterprise-2026": "AWS Enterprise", "aws-unified-operations": "AWS Unified Operations",
	"gcp-standard": "Google Cloud Standard", "gcp-enhanced": "Google Cloud Enhanced", "gcp-premium": "Google Cloud Premium",
	"azure-developer": "Azure Developer", "azure-standard": "Azure Standard", "azure-pro-direct": "Azure Professional Direct",
}

// feeLines are the fees for support (R21) and for billing on the customer's
// behalf (R22), each with how it comes about.
func (p *printer) feeLines() (lines []sumLine) {
	for _, fee := range p.inv.Support {
		lines = p.addFee(lines, p.l.support, fee)
	}
	for _, fee := range p.inv.Agency {
		lines = p.addFee(lines, p.l.agency, fee)
	}
	return lines
}

func (p *printer) addFee(lines []sumLine, label string, fee invoice.Fee) []sumLine {
	if fee.Amount.IsZero() {
		return lines
	}
	switch {
	case fee.Plan != "":
		label += " " + cmp.Or(planNames[fee.Plan], fee.Plan)
	case fee.Provider != "":
		label += " " + p.inv.ProviderName(fee.Provider)
	}
	line := sumLine{label: label, value: p.money(fee.Amount)}
	if fee.Account != "" {
		line.details = append(line.details, p.accountName(fee.Account))
	}
	if !p.hides("fee-details") {
		line.details = append(line.details, p.feeParts(fee)...)
	}
	return append(lines, line)
}

// feeParts say what a fee is made of: percentages and what they are on, the
// least it is, what was added on top, and the exchange rate.
func (p *printer) feeParts(fee invoice.Fee) (parts []string) {
	in := func(amount money.Decimal) string {
		return string(fee.BaseCurrency) + "\u00a0" + p.l.fixed(amount, fee.BaseCurrency.Digits())
	}
	of := func(percent, base money.Decimal) {
		parts = append(parts, fmt.Sprintf(p.l.ofBase, p.l.percentage(percent), in(base)))
	}
	for _, band := range fee.Bands {
		of(band.Percent, band.Part)
	}
	if fee.Percent != nil && (fee.Kind == "percent" || fee.Kind == "greater") {
		of(*fee.Percent, fee.Base)
		if fee.Kind == "greater" && !fee.Base.Percent(*fee.Percent).Equal(fee.Exact) {
			parts = append(parts, fmt.Sprintf(p.l.atLeast, in(fee.Exact)))
		}
	}
	switch {
	case fee.Minimum == nil:
	case len(parts) == 0: // a plan at a price a month
		parts = append(parts, in(*fee.Minimum))
	default:
		parts = append(parts, fmt.Sprintf(p.l.atLeast, in(*fee.Minimum)))
	}
	if fee.Adjust != nil && !fee.Adjust.IsZero() {
		sign := ""
		if fee.Adjust.Sign() > 0 {
			sign = "+"
		}
		parts = append(parts, fmt.Sprintf(p.l.adjusted, sign+p.l.percentage(*fee.Adjust)))
	}
	if fee.BaseCurrency != p.inv.Currency {
		parts = append(parts, p.rateOf(fee.BaseCurrency, fee.Rate))
	}
	return parts
}

// rateOf writes an exchange rate into the document's currency.
func (p *printer) rateOf(from money.Currency, rate money.Decimal) string {
	return fmt.Sprintf("1 %s = %s %s", from, p.l.exact(rate), p.inv.Currency)
}

// accountName is an account's name with its id.
func (p *printer) accountName(id string) string {
	for _, account := range p.inv.Accounts {
		if account.Account == id && account.Name != "" {
			return account.Name + " (" + id + ")"
		}
	}
	return sentence(fmt.Sprintf(p.l.account, id))
}

// serviceNames lists the services that a discount is on.
func (p *printer) serviceNames(services []string) string {
	names := make([]string, len(services))
	for i, service := range services {
		names[i] = service
		if service == billing.OtherServices {
			names[i] = p.l.otherServices
		}
	}
	return strings.Join(names, ", ")
}
