package config

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/money"
)

// The comments of the Go types; a program does not carry its own comments, so
// a test extracts them into this file.
//
//go:embed descriptions.json
var descriptions []byte

// Schema returns the JSON Schema (2020-12) of one document of the file, for
// editors and for the reference. It refuses unknown fields and knows fields,
// words and forms; what depends on several fields is left to Check.
func Schema() []byte {
	reflector := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: scalarSchema}
	if err := json.Unmarshal(descriptions, &reflector.CommentMap); err != nil {
		panic(fmt.Sprintf("config: descriptions.json: %v", err))
	}
	schema := reflector.Reflect(billing.Config{})
	schema.Title = "Sluice configuration"
	schema.Definitions["Pattern"] = patternSchema()
	for _, w := range fieldWords {
		property(schema, w.definition, w.field).Enum = anyOf(w.words)
	}
	for _, definition := range schema.Definitions { // tax is a category wherever it is a word
		if definition.Properties == nil {
			continue
		}
		if tax, there := definition.Properties.Get("tax"); there && tax.Type == "string" {
			tax.Enum = anyOf(taxCategories)
		}
	}
	for _, f := range fieldForms {
		property(schema, f.definition, f.field).Pattern = f.form
	}
	schema.Definitions["Attachments"] = attachmentsSchema(schema.Definitions["Attachments"])
	property(schema, "Support", "accounts").AdditionalProperties = &jsonschema.Schema{Type: "string", Enum: anyOf(accountPlans)}
	oneValue(property(schema, "Claim", "tags"))
	oneValue(property(schema, "Claim", "cost_categories"))
	classes := &jsonschema.Schema{Type: "string", Enum: anyOf(matchClasses)}
	*property(schema, "Match", "class") = jsonschema.Schema{AnyOf: []*jsonschema.Schema{classes, {Type: "array", Items: classes, MinItems: &one}}}
	data, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("config: the schema cannot be written: %v", err))
	}
	return append(data, '\n')
}

var one = uint64(1)

// fieldWords are the texts that take one of a few words.
var fieldWords = []struct {
	definition, field string
	words             []string
}{
	{"Source", "kind", sourceKinds},
	{"Credential", "purpose", purposes},
	{"Backend", "protocol", protocols},
	{"SourceRule", "when", conditionWords},
	{"Payer", "on_account_move", accountMoves},
	{"Payer", "finality", finalities},
	{"RoundingSettings", "mode", roundingModes},
	{"RoundingSettings", "point", roundingPoints},
	{"InvoiceSettings", "exchange", exchangeLevels},
	{"Layout", "based_on", deliver.Looks()},
	{"Layout", "page_numbers", deliver.PageNumberings()},
	{"LayoutPicture", "place", deliver.LogoPlaces()},
	{"InvoiceSettings", "tax_by", taxMakers},
	{"Terms", "weekend", weekendMoves},
	{"Discount", "base", discountBases},
	{"Support", "kind", supportKinds},
	{"Support", "plan", accountPlans},
	{"Support", "scope", chargeScopes},
	{"Support", "base", supportBases},
	{"AgencyFee", "kind", agencyKinds},
	{"AgencyFee", "scope", chargeScopes},
	{"AgencyFee", "base", agencyBases},
	{"AgencyFee", "base_discount", baseDiscounts},
	{"BillingService", "kind", serviceKinds},
	{"BillingService", "base", serviceBases},
	{"SpendCommitment", "base", spendBases},
	{"Reseller", "approval", approvals},
	{"EntryRule", "action", entryActions},
	{"Schedule", "target", closeTargets},
	{"Tax", "category", taxCategories},
	{"BillingGroup", "cost_basis", bases},
	{"Pool", "cost_basis", bases},
	{"PriceBook", "order", bookOrders},
	{"PriceBook", "then", bookThens},
	{"PriceRule", "base", bases},
	{"PriceRule", "not_below", bounds},
	{"PriceRule", "not_above", bounds},
	{"ExampleLine", "class", matchClasses},
	{"ExchangeRate", "level", rateLevels},
	{"Commitment", "policy", policies},
	{"SavingsPlanRate", "plan", planKinds},
	{"SavingsPlanRate", "term", planTerms},
	{"SavingsPlanRate", "payment_option", paymentOptions},
}

const (
	decimalForm  = `^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`
	currencyForm = `^[A-Z]{3}$`
	dayForm      = `^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$`
	monthForm    = `^[0-9]{4}-[0-9]{2}$`
	timeForm     = `^([01][0-9]|2[0-3]):[0-5][0-9]$`
	seriesForm   = `\{seq:([1-9]|1[0-2])\}`
)

// fieldForms are the texts with a form of their own.
var fieldForms = []struct{ definition, field, form string }{
	{"Reseller", "currency", currencyForm},
	{"Address", "country", countryForm.String()},
	{"Source", "name", idForm.String()},
	{"Customer", "id", idForm.String()},
	{"Unit", "id", idForm.String()},
	{"BillingGroup", "id", idForm.String()},
	{"BillingGroup", "currency", currencyForm},
	{"BillingGroup", "language", languageForm.String()},
	{"Pool", "id", idForm.String()},
	{"PriceBook", "id", idForm.String()},
	{"Terms", "due", dueForm.String()},
	{"InvoiceSettings", "series", seriesForm},
	{"InvoiceSettings", "note_series", seriesForm},
	{"InvoiceTemplate", "id", idForm.String()},
	{"Layout", "id", idForm.String()},
	{"BillingService", "id", idForm.String()},
	{"Coupon", "code", idForm.String()},
	{"EntryRule", "id", idForm.String()},
	{"Project", "code", idForm.String()},
	{"Schedule", "id", idForm.String()},
	{"Schedule", "at", timeForm},
}

func property(schema *jsonschema.Schema, definition, field string) *jsonschema.Schema {
	if d := schema.Definitions[definition]; d != nil {
		if p, ok := d.Properties.Get(field); ok {
			return p
		}
	}
	panic(fmt.Sprintf("config: the configuration has no field %s of %s", field, definition))
}

// scalarSchema describes the types that are written as one text. A decimal
// may also be a bare number; it is read by its digits as written.
func scalarSchema(t reflect.Type) *jsonschema.Schema {
	switch t {
	case decimalType:
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string", Pattern: decimalForm}, {Type: "number"}}}
	case dayType:
		return &jsonschema.Schema{Type: "string", Pattern: dayForm}
	case periodType:
		return &jsonschema.Schema{Type: "string", Pattern: monthForm}
	case currencyType:
		return &jsonschema.Schema{Type: "string", Pattern: currencyForm}
	case patternType:
		return &jsonschema.Schema{Ref: "#/$defs/Pattern"}
	case reflect.TypeFor[billing.Basis](), reflect.TypeFor[billing.Policy](), reflect.TypeFor[money.Rounding]():
		return &jsonschema.Schema{Type: "string"}
	}
	return nil
}

// patternSchema describes the three ways a pattern is written.
func patternSchema() *jsonschema.Schema {
	text := &jsonschema.Schema{Type: "string"}
	texts := &jsonschema.Schema{Type: "array", Items: text, MinItems: &one}
	fields := &jsonschema.Schema{Type: "object", AdditionalProperties: jsonschema.FalseSchema, Properties: jsonschema.NewProperties()}
	fields.Properties.Set("equal", texts)
	for _, name := range []string{"prefix", "suffix", "contains", "like", "regex"} {
		fields.Properties.Set(name, text)
	}
	fields.Properties.Set("not", &jsonschema.Schema{Ref: "#/$defs/Pattern"})
	return &jsonschema.Schema{
		Description: "A text (equal), a list of texts (any of them), or fields that must all hold. Exact in case.",
		AnyOf:       []*jsonschema.Schema{text, texts, fields},
	}
}

// attachmentsSchema describes the two ways attachments are written.
func attachmentsSchema(list *jsonschema.Schema) *jsonschema.Schema {
	both := &jsonschema.Schema{Description: list.Description}
	list.Description = ""
	both.AnyOf = []*jsonschema.Schema{{Type: "string"}, list}
	return both
}

// oneValue lets a name with one value be written without the list.
func oneValue(names *jsonschema.Schema) {
	list := names.AdditionalProperties
	list.MinItems = &one
	names.AdditionalProperties = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, list}}
}

func anyOf(words []string) []any {
	var all []any
	for _, w := range words {
		all = append(all, w)
	}
	return all
}
