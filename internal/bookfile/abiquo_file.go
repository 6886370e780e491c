package bookfile

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// abiquoProviders are Abiquo's names of providers, in small letters.
var abiquoProviders = map[string]string{
	"amazon": "aws", "aws": "aws", "azurecompute-arm": "azure", "azurecompute": "azure", "azure": "azure",
	"google-compute-engine": "gcp", "google": "gcp", "gcp": "gcp", "oci": "oci", "oracle": "oci",
}

// abiquoBillTypes are the names of bill types by their letters alone.
var abiquoBillTypes = map[string]string{
	"anniversary": "Anniversary", "purchase": "Purchase", "refund": "Refund", "managed": abiquoManaged,
	"azureplan": azurePlan, "marketplace": "Marketplace", "reservedinstances": "Reserved instances",
}

// abiquoKey is what the name of a price factor has behind its provider.
var abiquoKey = regexp.MustCompile(`(?i)` + abiquoProperty)

// abiquoElsewhere says what becomes of properties that are not price factors.
var abiquoElsewhere = map[string]string{
	"amazon_mpa":                                   "dedicated or no is cost_basis: blended of the billing group, shared is unblended",
	"amazon_discount":                              "what AWS takes off for the partner is read from the lines; a book passes it on only where a rule says so",
	"amazon_bucket":                                "it goes to sources[].url",
	"amazon_bucket_region":                         "it goes to sources[].url",
	"amazon_bucket_prefix":                         "it goes to sources[].url",
	"amazon_report_name":                           "it goes to sources[].url",
	"amazon_billing_compress_format":               "an export tells it",
	"currency_code":                                "it goes to billing_groups[].currency",
	"conversion_factor":                            "it goes to exchange_rates",
	"internal_customer_id":                         "it goes to customers[].id",
	"account_id":                                   "it goes to customers[].id",
	"azurecompute-arm_currency_code":               "the currency of a line is the provider's",
	"azurecompute-arm_discount":                    "what Microsoft takes off for the partner is read from the lines; base: list is before it",
	"abiquo.ec2billing.parser.lineitemtype.ignore": "partner discounts are invisible below the reseller by default",
}

// readTable reads a table of price factors.
func (f *abiquoFile) readTable(t table) {
	known := []string{"provider", "billtype", "product", "productid", "association", "enterprise", "factor"}
	for _, row := range t.rows {
		if f.in.err != nil {
			return
		}
		where := line(row.line)
		owner := f.owner(where, t.cell(row, "association"), t.cell(row, "enterprise"))
		product := t.cell(row, "product")
		if product == "" {
			product = t.cell(row, "productid")
		}
		f.factor(owner, where, t.cell(row, "provider"), t.cell(row, "billtype"), product, t.cell(row, "factor"))
		for i, column := range t.columns {
			if row.cells[i] != "" && !slices.Contains(known, column) {
				f.in.lose(where, fmt.Sprintf("%s %s", clip(t.headings[i]), clip(row.cells[i])), "the column is not known here")
			}
		}
	}
}

// owner reads an association: All, Reseller or Key node, the latter two with
// the name of an enterprise behind a colon or in a column of its own.
func (f *abiquoFile) owner(where, association, enterprise string) abiquoOwner {
	kind, name, _ := strings.Cut(association, ":")
	name = strings.TrimSpace(name)
	if name == "" {
		name = enterprise
	}
	switch plainHeading(kind) {
	case "", "all":
		if name == "" {
			return abiquoOwner{level: OnReseller}
		}
		return abiquoOwner{OnCustomer, name}
	case "reseller":
		return abiquoOwner{OnSeller, name}
	case "keynode", "enterprise":
		return abiquoOwner{OnCustomer, name}
	}
	f.in.fail(where, "the association is %q; expected All, Reseller: name or Key node: name", clip(association))
	return abiquoOwner{}
}

// factor keeps a factor under the configuration's name of the provider.
func (f *abiquoFile) factor(owner abiquoOwner, where, provider, billType, product, text string) {
	if provider == "" {
		f.in.fail(where, "has no provider; expected one such as amazon or azurecompute-arm")
		return
	}
	factor := f.in.number(where, "the factor", text)
	known, ok := abiquoProviders[strings.ToLower(provider)]
	if !ok {
		f.in.lose(where, fmt.Sprintf("factor %s of provider %s", factor, clip(provider)), "lines are of the providers aws, azure, gcp and oci")
		return
	}
	if name, ok := abiquoBillTypes[plainHeading(billType)]; ok {
		billType = name
	}
	f.add(owner, abiquoFactor{abiquoScope: abiquoScope{known, billType, product}, where: where, factor: factor})
}

// readProperties reads lines such as amazon_price_factor.Anniversary.AmazonEC2=1.2.
func (f *abiquoFile) readProperties() {
	n := 0
	for text := range bytes.Lines(f.in.data) {
		n++
		where, property := line(n), strings.TrimSpace(string(text))
		if f.in.err != nil {
			return
		}
		if property == "" {
			continue
		}
		if property[0] == '#' || property[0] == '!' {
			f.in.lose(where, fmt.Sprintf("comment %q", clip(strings.TrimSpace(property[1:]))), "price books have no comments")
			continue
		}
		key, value, ok := strings.Cut(property, "=")
		if !ok {
			f.in.fail(where, "is %q; expected a property such as amazon_price_factor=1.2", clip(property))
			return
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		at := abiquoKey.FindStringIndex(key)
		if at == nil {
			why := abiquoElsewhere[strings.ToLower(key)]
			if why == "" {
				why = "it is not a price factor, and not known here"
			}
			f.in.lose(where, fmt.Sprintf("property %s=%s", clip(key), clip(value)), why)
			continue
		}
		scope := strings.SplitN(strings.ReplaceAll(key[at[1]:], `\ `, " "), ".", 3)
		if scope[0] != "" {
			f.in.fail(where, "is the property %s; expected <provider>_price_factor, .<bill type> and .<product> behind it", clip(key))
			return
		}
		scope = append(scope, "", "")
		f.factor(abiquoOwner{}, where, key[:at[0]], scope[1], scope[2], value)
	}
}
