package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// aliases are the types whose JSON is another than their Go shape says, each with
// the one that describes it.
var aliases = [][2]reflect.Type{
	{reflect.TypeFor[money.Decimal](), reflect.TypeFor[decimalSchema]()},
	{reflect.TypeFor[money.Currency](), reflect.TypeFor[currencySchema]()},
	{reflect.TypeFor[billing.Period](), reflect.TypeFor[periodSchema]()},
	{reflect.TypeFor[billing.Day](), reflect.TypeFor[daySchema]()},
	{reflect.TypeFor[Date](), reflect.TypeFor[daySchema]()},
	{reflect.TypeFor[billing.Money](), reflect.TypeFor[moneySchema]()},
	{reflect.TypeFor[billing.Attachments](), reflect.TypeFor[anySchema]()},
	{reflect.TypeFor[billing.Pattern](), reflect.TypeFor[anySchema]()},
	{reflect.TypeFor[billing.Config](), reflect.TypeFor[configSchema]()},
}

type (
	decimalSchema  struct{}
	currencySchema struct{}
	periodSchema   struct{}
	daySchema      struct{}
	moneySchema    struct{}
	anySchema      struct{}
	configSchema   struct{}
)

// Schema implements huma.SchemaProvider.
func (decimalSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^-?[0-9]+(\.[0-9]+)?$`, MaxLength: new(100), Examples: []any{"1234.56"}, Description: "An exact decimal, as text"}
}

// Schema implements huma.SchemaProvider.
func (currencySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, MaxLength: new(10), Examples: []any{"USD"}, Description: "A currency, ISO 4217"}
}

// Schema implements huma.SchemaProvider.
func (periodSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^([0-9]{4}-(0[1-9]|1[0-2]))?$`, Examples: []any{"2026-10"}, Description: "A month, UTC"}
}

// Schema implements huma.SchemaProvider.
func (daySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-10-31"}, Description: "A day, UTC"}
}

// Schema implements huma.SchemaProvider.
func (moneySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: decimalSchema{}.Schema(nil), Examples: []any{map[string]any{"USD": "1234.56"}}, Description: "An exact sum for each currency"}
}

// Schema implements huma.SchemaProvider.
func (anySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "As in the configuration; see its schema"}
}

// Schema implements huma.SchemaProvider.
func (configSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Description: "A configuration, as the configuration file has it in YAML; its schema is config.schema.json"}
}
