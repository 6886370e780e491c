package deliver

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// The comments of the Go types; a program does not carry its own comments, so a
// test extracts them into this file.
//
//go:embed descriptions.json
var descriptions []byte

// Schema returns the JSON Schema (2020-12) of a document as the format json writes
// it, for whoever draws documents of their own or reads them by program. Amounts are
// decimals in quotes, days are 2026-10-31, months are 2026-10. Fields may be added in
// later versions, so unknown ones are allowed.
func Schema() []byte {
	reflector := jsonschema.Reflector{
		Anonymous: true, AllowAdditionalProperties: true, Namer: schemaName,
		Mapper: textSchema, RequiredFromJSONSchemaTags: false,
	}
	if err := json.Unmarshal(descriptions, &reflector.CommentMap); err != nil {
		panic(fmt.Sprintf("deliver: descriptions.json: %v", err))
	}
	schema := reflector.Reflect(invoice.Invoice{})
	schema.Title = "Sluice invoice, credit note or debit note"
	data, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("deliver: the schema cannot be written: %v", err))
	}
	return append(data, '\n')
}

// schemaName tells types of the same name apart by their package; those of Go itself
// have the name they have.
func schemaName(t reflect.Type) string {
	name := packageOf(t)
	if name == "" || name == "invoice" {
		return t.Name()
	}
	return strings.ToUpper(name[:1]) + name[1:] + t.Name()
}

func packageOf(t reflect.Type) string { return regexp.MustCompile(`[^/]*$`).FindString(t.PkgPath()) }

// textSchema describes the types that are written as one text.
func textSchema(t reflect.Type) *jsonschema.Schema {
	form := func(pattern, example string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Pattern: pattern, Examples: []any{example}}
	}
	switch t {
	case reflect.TypeFor[money.Decimal]():
		return form(`^-?[0-9]+(\.[0-9]+)?$`, "-1234.50")
	case reflect.TypeFor[money.Currency]():
		return form(`^[A-Z]{3}$`, "JPY")
	case reflect.TypeFor[billing.Day]():
		return form(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "2026-10-31")
	case reflect.TypeFor[billing.Period]():
		return form(`^[0-9]{4}-[0-9]{2}$`, "2026-10")
	}
	return nil
}
