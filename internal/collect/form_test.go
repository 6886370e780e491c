package collect

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/credential"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/secret"
)

const keySchema = `{"type":"object","required":["Account","Key"],"properties":{
	"Key":{"type":"string","writeOnly":true,"title":"API key"},
	"Account":{"type":"string","description":"Number of the account"},
	"Plan":{"type":"string","enum":["small","large"]}}}`

// A form has the fields of the schema in their order, and takes nothing else.
func TestForm(t *testing.T) {
	form, err := FormOf([]byte(keySchema))
	if err != nil || len(form) != 3 || form[0].Name != "Key" || !form[0].Secret || !form[0].Needed || form[1].About != "Number of the account" || form[2].Needed || len(form[2].Words) != 2 {
		t.Fatalf("the form is %+v, %v", form, err)
	}
	given := func(pairs ...string) map[string]secret.Text {
		all := map[string]secret.Text{}
		for i := 0; i < len(pairs); i += 2 {
			all[pairs[i]] = secret.TextOf(pairs[i+1])
		}
		return all
	}
	fields, secrets, faults := Divide(form, given("Key", "k-1", "Account", "4711"))
	if len(faults) > 0 || len(fields) != 1 || fields["Account"] != "4711" || len(secrets) != 1 || secrets["Key"].Reveal() != "k-1" {
		t.Errorf("the fields are %v, the secrets %v, the faults %v", fields, secrets, faults)
	}
	_, _, faults = Divide(form, given("Account", "4711", "Plan", "huge", "Color", "red"))
	if len(faults) != 3 || faults[0].At != "Color" || faults[1].Says != "is missing" || !strings.Contains(faults[2].Says, "small, large") {
		t.Errorf("the faults are %v", faults)
	}
	if _, err := FormOf([]byte(`{"properties": []}`)); err == nil {
		t.Error("a list is taken for properties")
	}
}

// A backend is given all fields of its credential, and the schema that is meant.
func TestCredentialOfBackend(t *testing.T) {
	v := &vendor{tasks: nil, described: plugin.Described{Schemas: map[string]json.RawMessage{"key": json.RawMessage(keySchema)}}}
	c := collector(t, v)
	keys, err := c.home.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	config := declared()
	config.Credentials = []billing.Credential{{ID: "hyper-shop", Schema: "backend/hyper", Fields: map[string]string{"Account": "4711"}}, {ID: "aws", Schema: "aws-key"}}
	if err := credential.Save(t.Context(), keys, config.Credentials[0], map[string]secret.Text{"Key": secret.TextOf("k-1")}, "ann"); err != nil {
		t.Fatal(err)
	}
	config.Sources[0].Credential = "hyper-shop"
	if _, err := c.Collect(t.Context(), config, config.Sources[0], may); err != nil {
		t.Fatal(err)
	}
	if v.asked.Schema != "key" || v.asked.Fields["Key"].Reveal() != "k-1" || v.asked.Fields["Account"].Reveal() != "4711" {
		t.Errorf("it was asked with %+v", v.asked)
	}
	for id, want := range map[string]string{"aws": "is of schema aws-key, and its backend is hyper", "gone": "is not declared any more"} {
		config.Sources[0].Credential = id
		if _, err := c.Collect(t.Context(), config, config.Sources[0], may); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("credential %s: %v", id, err)
		}
	}
	v.described.Schemas["other"] = json.RawMessage(keySchema)
	config.Sources[0].Credential = "hyper-shop"
	if _, err := c.Collect(t.Context(), config, config.Sources[0], may); err == nil || !strings.Contains(err.Error(), "schemas key, other; name one of them") {
		t.Errorf("with two schemas: %v", err)
	}
	config.Credentials[0].Schema = "backend/hyper/other"
	if _, err := c.Collect(t.Context(), config, config.Sources[0], may); err != nil || v.asked.Schema != "other" {
		t.Errorf("it was asked with schema %s: %v", v.asked.Schema, err)
	}
}
