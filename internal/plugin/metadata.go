package plugin

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// metadata is what a plugin of Cloudforet or SpaceONE says of itself, as far as Sluice
// can do something with it.
type metadata struct {
	Currency     string        `json:"currency"`
	SecretTypes  []string      `json:"supported_secret_types"`
	Schemas      []string      `json:"supported_schema"`
	Routing      bool          `json:"use_account_routing"`
	AccountKey   string        `json:"account_match_key"`
	Rules        []foreignRule `json:"data_source_rules"`
	Aggregations []string      `json:"supported_aggregation"`
	DailyMost    json.Number   `json:"max_daily_count"`
}

// Kinds of secret of Cloudforet: the data source's own, or one for each service account.
const (
	manualSecret  = "MANUAL"
	accountSecret = "USE_SERVICE_ACCOUNT_SECRET"
)

// Options that are the adapter's, and not sent as others are.
const (
	secretTypeOption = "secret_type"
	domainOption     = "domain_id"
)

// domain is what plugins are told as the domain that asks, unless the options say another.
func (c *caller) domain() string {
	if id := c.Options[domainOption]; id != "" {
		return id
	}
	return "sluice"
}

// secretType is the kind of secret that the plugin is told: that of the options, else the
// first that both know.
func (c *caller) secretType(m metadata) string {
	if kind := c.Options[secretTypeOption]; kind != "" {
		return kind
	}
	if len(m.SecretTypes) == 0 || slices.Contains(m.SecretTypes, manualSecret) {
		return manualSecret
	}
	return accountSecret
}

// optionValues are the options as such a plugin wants them: true, false, whole numbers,
// lists and objects as what they are, all else as text.
func (c *caller) optionValues() map[string]any {
	values := map[string]any{}
	for name, text := range c.Options {
		if name != domainOption && name != secretTypeOption {
			values[name] = optionValue(text)
		}
	}
	return values
}

func optionValue(text string) any {
	switch {
	case text == "true" || text == "false":
		return text == "true"
	case strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{"):
		if json.Valid([]byte(text)) {
			return json.RawMessage(text)
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
		return json.Number(text)
	}
	return text
}

// secretValues are the fields of a credential as such a plugin wants them: texts, but for
// lists, such as accounts.
func secretValues(by Credential) map[string]any {
	values := map[string]any{}
	for name, text := range fieldsOf(by) {
		values[name] = text
		if strings.HasPrefix(text, "[") && json.Valid([]byte(text)) {
			values[name] = json.RawMessage(text)
		}
	}
	return values
}

// anySecret is the schema of a credential of which the protocol does not say which fields
// it has.
const anySecret = "secret"

// openSchema lets every field be given, and keeps each secret.
var openSchema = json.RawMessage(`{"type":"object","additionalProperties":{"type":"string","writeOnly":true}}`)

// hyperSchema is the schema of the credentials of the Hyper Billing provider, which the
// plugins name and do not tell.
var hyperSchema = json.RawMessage(`{"type":"object","properties":{"Account":{"type":"string","title":"Account"},"Email":{"type":"string","title":"Email","format":"email"},"Key":{"type":"string","title":"Key","writeOnly":true}},"required":["Account","Email","Key"],"additionalProperties":false}`)

// schemas are those of the credentials that a plugin names.
func (m metadata) schemas() map[string]json.RawMessage {
	found := map[string]json.RawMessage{}
	for _, name := range m.Schemas {
		found[name] = openSchema
		if name == "aws_hyperbilling" {
			found[name] = hyperSchema
		}
	}
	if len(found) == 0 {
		found[anySecret] = openSchema
	}
	return found
}

// withSchema names the schema of a credential in a question, unless it is that which has
// no name there.
func withSchema(question map[string]any, by Credential) map[string]any {
	if by.Schema != "" && by.Schema != anySecret {
		question["schema"] = by.Schema
	}
	return question
}
