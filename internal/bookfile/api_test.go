package bookfile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/bookfile"
)

// sampleText reads a file of the sample data, which is not part of this
// repository.
func sampleText(t *testing.T, name string) []byte {
	t.Helper()
	data := os.Getenv("SLUICE_TESTDATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	text, err := os.ReadFile(filepath.Join(data, name))
	if os.IsNotExist(err) {
		t.Skipf("the sample data %s is not here; set SLUICE_TESTDATA to its folder", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// apiModel is AWS's description of Billing Conductor's API.
type apiModel struct {
	Shapes map[string]struct {
		Type    string
		Member  struct{ Target string }
		Members map[string]struct{ Target string }
	}
}

// apiTexts are values of members of the API, by name.
var apiTexts = map[string]string{
	"Arn": "arn:aws:billingconductor::111122223333:pricingrule/aaaaaaaaaa", "PricingPlanArn": "arn:aws:billingconductor::111122223333:pricingplan/aaaaaaaaaa",
	"PricingRuleArn": "arn:aws:billingconductor::111122223333:pricingrule/aaaaaaaaaa", "BillingGroupArn": "arn:aws:billingconductor::111122223333:billinggroup/aaaaaaaaaa",
	"Scope": "SKU", "Status": "ACTIVE", "NextToken": "",
}

// filled is a value of a shape with every member there is.
func (m apiModel) filled(shape, name, kind string) any {
	s := m.Shapes[shape]
	switch s.Type {
	case "structure", "union":
		members := map[string]any{}
		for name, member := range s.Members {
			members[name] = m.filled(member.Target, name, kind)
		}
		return members
	case "list":
		return []any{m.filled(s.Member.Target, strings.TrimSuffix(name, "s"), kind)}
	case "map":
		return map[string]any{"a": "b"}
	case "boolean":
		return false
	case "integer", "long", "double":
		return 1
	}
	switch {
	case name == "Type" && strings.Contains(shape, "PricingRuleType"):
		return kind
	case strings.HasSuffix(shape, "#Boolean"):
		return false
	case apiTexts[name] != "" || name == "NextToken":
		return apiTexts[name]
	}
	return "text"
}

// What the API says of rules, plans and groups is known, field by field.
func TestABCKnowsAPI(t *testing.T) {
	var model apiModel
	if err := json.Unmarshal(sampleText(t, "aws-api-models/billingconductor/service/2021-07-30/billingconductor-2021-07-30.json"), &model); err != nil {
		t.Fatal(err)
	}
	const prefix = "com.amazonaws.billingconductor#"
	for _, kind := range []string{"MARKUP", "TIERING"} {
		for _, shape := range []string{
			"ListPricingRulesOutput", "ListPricingPlansOutput", "ListPricingRulesAssociatedToPricingPlanOutput", "ListPricingPlansAssociatedWithPricingRuleOutput",
			"ListBillingGroupsOutput", "ListAccountAssociationsOutput", "ListCustomLineItemsOutput", "CreatePricingRuleInput", "CreatePricingPlanInput", "CreateBillingGroupInput",
		} {
			if len(model.Shapes[prefix+shape].Members) == 0 {
				t.Fatalf("the API has no %s", shape)
			}
			// A plan beside it, for outputs that have nothing to make a book of.
			documents := []any{model.filled(prefix+shape, "", kind), map[string]any{"PricingPlans": []any{map[string]any{"Name": "empty", "Size": 0}}}}
			written, err := json.Marshal(documents)
			if err != nil {
				t.Fatal(err)
			}
			result, err := bookfile.Read(bookfile.ABC, shape, written)
			if err != nil {
				t.Errorf("%v\n%s", err, written)
				continue
			}
			accepted(t, result)
			for _, l := range result.Lost {
				if strings.Contains(l.Why, "is not known here") {
					t.Errorf("%s: %s: %s", shape, l.Where, l.What)
				}
			}
		}
	}
}

// The examples that come with AWS's clients are read where there are any.
func TestABCExamples(t *testing.T) {
	var file struct {
		Examples map[string][]struct{ Input, Output json.RawMessage }
	}
	if err := json.Unmarshal(sampleText(t, "botocore-examples/billingconductor/2021-07-30/examples-1.json"), &file); err != nil {
		t.Fatal(err)
	}
	read := 0
	for operation, examples := range file.Examples {
		for _, example := range examples {
			if !strings.HasPrefix(operation, "List") || example.Output == nil {
				continue
			}
			read++
			if _, err := bookfile.Read(bookfile.ABC, operation, example.Output); err != nil {
				t.Error(err)
			}
		}
	}
	if read == 0 {
		t.Skip("the file of examples has none for Billing Conductor")
	}
}
