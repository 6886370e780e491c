package entry

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// source is what of an entry's lines decides on its kind, besides what the entry
// itself keeps.
type source struct{ category, seller, publisher string }

// kindOf tells what lines are about. What is given back or taken off counts
// before what it is for: a refund of support is a refund.
func kindOf(e Entry, from source) Kind {
	purchase := from.category == "Purchase"
	switch {
	case e.LineType == "Refund":
		return Refund
	case from.category == "Credit":
		return Credit
	case strings.HasSuffix(e.LineType, "Discount"):
		return Discount
	case isSupport(e):
		return Support
	case purchase && (e.LineType == "SavingsPlanUpfrontFee" || e.Commitment != ""):
		return Upfront
	case from.seller == "AWS Marketplace", isStranger(from.publisher):
		return Marketplace
	case purchase:
		return Fee
	}
	return Other
}

// isSupport tells whether an entry is about one of its provider's support plans.
func isSupport(e Entry) bool {
	provider, _ := billing.ProviderOf(e.Provider)
	return provider.IsSupport(e.ServiceCode)
}

// isStranger tells whether a FOCUS publisher is somebody else than a provider.
func isStranger(publisher string) bool {
	_, known := billing.ProviderNamed(publisher)
	return publisher != "" && !known
}
