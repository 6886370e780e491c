package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/backend/backendv1"
)

var (
	currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)
	// secretName is what fields are called that nobody should see.
	secretName = regexp.MustCompile(`(?i)(secret|password|passphrase|token|private|^key$|api_?key|access_?key$)`)
	fields     = []string{"account", "account_name", "service", "region", "usage_type", "resource", "description", "category"}
)

func described(ctx context.Context, p *probe) error {
	ctx, cancel := p.within(ctx)
	defer cancel()
	d, err := p.client.Describe(ctx, &backendv1.DescribeRequest{Revision: backend.Revision, Options: p.Options})
	if err != nil {
		return fmt.Errorf("Describe failed: %w", err)
	}
	p.description = d
	switch {
	case d.GetRevision() < 1 || d.GetRevision() > backend.Revision:
		return fmt.Errorf("revision is %d; it is at least 1, and at most that of the caller, which is %d", d.GetRevision(), backend.Revision)
	case d.GetName() == "" || d.GetVersion() == "":
		return fmt.Errorf("name or version is empty")
	case d.GetCurrency() != "" && !currencyForm.MatchString(d.GetCurrency()):
		return fmt.Errorf("currency is %q; write an ISO 4217 code such as USD, or leave it out", d.GetCurrency())
	case len(d.GetSchemas()) == 0:
		return fmt.Errorf("schemas are empty; there is at least one, if only of an object without properties")
	}
	for i, r := range d.GetRules() {
		if err := checkRule(r); err != nil {
			return fmt.Errorf("rules[%d] %q: %w", i, r.GetName(), err)
		}
	}
	return nil
}

func checkRule(r *backendv1.Rule) error {
	if r.GetAccount() == "" {
		return fmt.Errorf("account is empty")
	}
	if !slices.Contains([]string{"", "all", "any", "always"}, r.GetWhen()) {
		return fmt.Errorf("when is %q; write all, any or always", r.GetWhen())
	}
	if (r.GetWhen() == "always") != (len(r.GetConditions()) == 0) {
		return fmt.Errorf("a rule has conditions, or holds always")
	}
	for _, c := range r.GetConditions() {
		if key, tag := strings.CutPrefix(c.GetField(), "tag:"); !(tag && key != "") && !slices.Contains(fields, c.GetField()) {
			return fmt.Errorf("field %q is none of %v, and no tag:<key>", c.GetField(), fields)
		}
		if c.GetTest() == nil {
			return fmt.Errorf("a condition on %s has no test", c.GetField())
		}
	}
	return nil
}

// credentialSchema is what is looked at of a schema, beside that it is one.
type credentialSchema struct {
	Type       string `json:"type"`
	Properties map[string]struct {
		Type      string `json:"type"`
		WriteOnly bool   `json:"writeOnly"`
	} `json:"properties"`
}

func schemas(_ context.Context, p *probe) error {
	all := p.description.GetSchemas()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := checkSchema(name, all[name]); err != nil {
			return err
		}
	}
	text, ok := all[p.Schema]
	if !ok {
		return fmt.Errorf("there is no schema %q; the trials' credential needs one of %v", p.Schema, slices.Sorted(maps.Keys(all)))
	}
	schema, err := compiled(p.Schema, text)
	if err != nil {
		return err
	}
	value := map[string]any{}
	for name, field := range p.Fields {
		value[name] = field
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("the trials' credential is not as schema %s says; correct one of the two", p.Schema) // the cause would show its fields
	}
	return nil
}

func checkSchema(name, text string) error {
	if _, err := compiled(name, text); err != nil {
		return err
	}
	var s credentialSchema
	if err := json.Unmarshal([]byte(text), &s); err != nil || s.Type != "object" {
		return fmt.Errorf("schema %s is of no object; write \"type\": \"object\"", name)
	}
	for field, f := range s.Properties {
		if f.Type != "string" {
			return fmt.Errorf("field %s of schema %s is of type %q; fields of credentials are strings", field, name, f.Type)
		}
		if secretName.MatchString(field) && !f.WriteOnly {
			return fmt.Errorf("field %s of schema %s is called like a secret, and would be shown; give it \"writeOnly\": true", field, name)
		}
	}
	return nil
}

func compiled(name, text string) (*jsonschema.Schema, error) {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("schema %s is no JSON: %w", name, err)
	}
	c := jsonschema.NewCompiler()
	place := "backend:///" + name
	if err := c.AddResource(place, value); err != nil {
		return nil, fmt.Errorf("schema %s: %w", name, err)
	}
	s, err := c.Compile(place)
	if err != nil {
		return nil, fmt.Errorf("schema %s is no JSON Schema: %w", name, err)
	}
	return s, nil
}

// secrets are the names of the fields that the schema keeps secret.
func (p *probe) secrets() []string {
	var s credentialSchema
	if json.Unmarshal([]byte(p.description.GetSchemas()[p.Schema]), &s) != nil {
		return nil
	}
	var names []string
	for name, f := range s.Properties {
		if f.WriteOnly && p.Fields[name] != "" {
			names = append(names, name)
		}
	}
	return names
}

func accepted(ctx context.Context, p *probe) error {
	ctx, cancel := p.within(ctx)
	defer cancel()
	answer, err := p.client.Verify(ctx, &backendv1.VerifyRequest{Credential: p.credential(), Options: p.Options})
	if err != nil {
		return fmt.Errorf("Verify failed: %w", err)
	}
	ids := map[string]bool{}
	for _, a := range answer.GetAccounts() {
		if a.GetId() == "" || ids[a.GetId()] {
			return fmt.Errorf("account %q has no id, or one that another has", a.GetName())
		}
		ids[a.GetId()] = true
	}
	return nil
}

// wrong is a credential that does not work.
func (p *probe) wrong() (*backendv1.Credential, error) {
	if p.Wrong != nil {
		return &backendv1.Credential{Schema: p.Schema, Fields: p.Wrong}, nil
	}
	names := p.secrets()
	if len(names) == 0 {
		return nil, skip("the credential has nothing secret")
	}
	changed := maps.Clone(p.Fields)
	for _, name := range names {
		changed[name] = "wrong-" + name + "-0000"
	}
	return &backendv1.Credential{Schema: p.Schema, Fields: changed}, nil
}

func refused(ctx context.Context, p *probe) error {
	wrong, err := p.wrong()
	if err != nil {
		return err
	}
	asked, cancel := p.within(ctx)
	defer cancel()
	_, err = p.client.Verify(asked, &backendv1.VerifyRequest{Credential: wrong, Options: p.Options})
	if err == nil {
		return fmt.Errorf("Verify accepted it; ask the vendor, really")
	}
	if !isRefusal(err) {
		return fmt.Errorf("Verify failed in another way than by UNAUTHENTICATED, PERMISSION_DENIED or INVALID_ARGUMENT: %w", err)
	}
	for _, name := range p.secrets() {
		if value := wrong.GetFields()[name]; value != "" && strings.Contains(err.Error(), value) {
			return fmt.Errorf("the error repeats the secret field %s; errors are shown and logged", name)
		}
	}
	tasks, err := p.plan(ctx, p.Month)
	if err != nil || len(tasks) == 0 {
		return nil // that is the next trial's
	}
	s := p.stream(ctx, &backendv1.CostsRequest{Credential: wrong, Options: p.Options, Month: p.Month, Task: tasks[0].GetId()})
	if s.err == nil {
		return fmt.Errorf("Costs told %d rows for it; a credential is checked with every question", s.rows)
	}
	return nil
}
