package tax

// Codes that Assess gives.
const (
	reasonReverseCharge = "VATEX-EU-AE"
	reasonNotSubject    = "VATEX-EU-O"
	reasonAbroad        = "ABROAD"
	reasonExport        = "EXPORT"
	reasonUndertaking   = "IN-LUT"
)

// reasonTexts has the codes of Assess and the VATEX codes (code list of the
// European Commission) that services may carry.
var reasonTexts = map[string]string{
	reasonReverseCharge:  "Reverse charge",
	reasonNotSubject:     "Not subject to VAT",
	reasonAbroad:         "Supplied to a customer abroad, outside the scope of tax",
	reasonExport:         "Export of services, zero-rated",
	reasonUndertaking:    "Supply meant for export under letter of undertaking without payment of integrated tax",
	"VATEX-EU-G":         "Export outside the European Union",
	"VATEX-EU-IC":        "Supply within the European Union",
	"VATEX-EU-79-C":      "Outlay repaid by the customer (Directive 2006/112/EC, article 79 c)",
	"VATEX-EU-132":       "Exempt as in the public interest (Directive 2006/112/EC, article 132)",
	"VATEX-EU-143":       "Exempt on importation (Directive 2006/112/EC, article 143)",
	"VATEX-EU-148":       "Exempt for ships and aircraft (Directive 2006/112/EC, article 148)",
	"VATEX-EU-151":       "Exempt for embassies, international bodies and armed forces (Directive 2006/112/EC, article 151)",
	"VATEX-EU-309":       "Travel services outside the European Union (Directive 2006/112/EC, article 309)",
	"VATEX-EU-D":         "Margin scheme: travel agents",
	"VATEX-EU-F":         "Margin scheme: second-hand goods",
	"VATEX-EU-I":         "Margin scheme: works of art",
	"VATEX-EU-J":         "Margin scheme: collectors' items and antiques",
	"VATEX-FR-FRANCHISE": "VAT not applicable, small business (France, CGI article 293 B)",
}

// ReasonText returns what a reason code says, in English for people. It is
// false for a code that is not known.
func ReasonText(code string) (string, bool) {
	text, known := reasonTexts[code]
	return text, known
}
