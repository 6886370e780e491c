package invoice

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/sluice-billing/sluice/internal/billing"
)

// addressLines returns the lines of an address as printed in an invoice of
// that language: street, then postal code and city, the country last and in
// the invoice's language. A Japanese address in a Japanese invoice goes from the
// large to the small instead, and names no country.
func addressLines(a *billing.Address, lang string) []string {
	if a == nil {
		return nil
	}
	tag := language.Make(lang)
	if base, _ := tag.Base(); a.Country == "JP" && base.String() == "ja" {
		place := a.Region + a.City
		if a.PostalCode != "" {
			place = "〒" + a.PostalCode + " " + place
		}
		return written(append([]string{place}, a.Lines...))
	}
	place := strings.TrimSpace(a.PostalCode + " " + a.City)
	if a.Region != "" && place != "" {
		place += ", "
	}
	return written(append(slices.Clone(a.Lines), place+a.Region, countryName(a.Country, tag)))
}

// countryName returns the country in that language; its code where the
// language or the country is not known.
func countryName(code string, lang language.Tag) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if names := display.Regions(lang); names != nil {
		if name := names.Name(region); name != "" {
			return name
		}
	}
	return code
}

// written leaves out the lines that hold nothing.
func written(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
}
