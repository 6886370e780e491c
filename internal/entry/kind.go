package entry

import "strings"

// source is what of an entry's lines decides on its kind, besides what the entry
// itself keeps.
type source struct{ seller, publisher string }

// kindOf tells what lines are about. What is given back or taken off counts
// before what it is for: a refund of support is a refund.
func kindOf(e Entry, from source) Kind {
	switch {
	case e.LineType == "Refund":
		return Refund
	case e.LineType == "Credit":
		return Credit
	case strings.HasSuffix(e.LineType, "Discount"):
		return Discount
	case isSupport(e.ServiceCode):
		return Support
	case e.LineType == "SavingsPlanUpfrontFee", isFee(e.LineType) && e.Commitment != "":
		return Upfront
	case from.seller == "AWS Marketplace", isStranger(from.publisher):
		return Marketplace
	case isFee(e.LineType):
		return Fee
	}
	return Other
}

// isFee tells whether a line type is of something bought once: AWS's, or
// FOCUS's charge category.
func isFee(lineType string) bool { return lineType == "Fee" || lineType == "Purchase" }

// isSupport tells whether a service is a support plan: AWS's product codes
// (AWSSupportBusiness, AwsPremiumSupport, OCBPremiumSupport), or its name in FOCUS.
func isSupport(service string) bool {
	return strings.HasPrefix(service, "AWSSupport") || strings.HasPrefix(service, "AWS Support") || strings.HasSuffix(service, "PremiumSupport")
}

// providerNames is how the names of providers begin, in small letters.
var providerNames = []string{"aws", "amazon", "microsoft", "azure", "google", "oracle", "oci"}

// isStranger tells whether a FOCUS publisher is somebody else than a provider.
func isStranger(publisher string) bool {
	for _, name := range providerNames {
		if strings.HasPrefix(strings.ToLower(publisher), name) {
			return false
		}
	}
	return publisher != ""
}
