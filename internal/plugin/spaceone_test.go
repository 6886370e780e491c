package plugin

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
)

var hyperKeys = Credential{Schema: "aws_hyperbilling", Fields: map[string]secret.Text{
	"Account": secret.TextOf("acme-1"), "Email": secret.TextOf("a@example.com"), "Key": secret.TextOf("hunter-two")}}

// The protocol of 1.5 is asked for a month by day, and its texts are read with care: values
// have & and = in them.
func TestOldBillingProtocol(t *testing.T) {
	var asked map[string]any
	address := plugged{
		"init":   answering(`{"metadata":{"supported_schema":["aws_hyperbilling"],"supported_aggregation":["inventory.Region","inventory.CloudServiceType"],"max_daily_count":31,"max_monthly_count":24}}`),
		"verify": answering([]byte{}),
		"get_data": func(question map[string]any) ([]any, error) {
			asked = question
			return []any{`{"total_count":2,"results":[
				{"resource_type":"inventory.CloudService?identity.Provider=aws&inventory.Region=us-east-1&inventory.CloudServiceType=A&B=C","name":"both","billing_data":[{"date":"2026-10-01","cost":0.3,"currency":"USD"},{"date":"2026-10-31","cost":1e-7}]},
				{"resource_type":"inventory.CloudService?inventory.CloudServiceType=S3","billing_data":[{"date":"2026-10","cost":-2.5}]}]}`}, nil
		},
	}.serve(t, oldBilling)
	b := reached(t, billing.Backend{Address: address, Protocol: CloudforetBilling, Options: map[string]string{"debug": "true"}})
	d, err := b.Describe(t.Context())
	if err != nil || d.Currency != "USD" || !strings.Contains(string(d.Schemas["aws_hyperbilling"]), `"Key"`) {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := b.Verify(t.Context(), hyperKeys); err != nil {
		t.Error(err)
	}
	tasks, err := b.Tasks(t.Context(), hyperKeys, october, time.Time{})
	if err != nil || len(tasks) != 1 {
		t.Fatalf("%v, %v", tasks, err)
	}
	var total Total
	var rows []Row
	for row, err := range b.Rows(t.Context(), hyperKeys, october, tasks[0], &total) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if len(rows) != 3 || total.Rows != -1 {
		t.Fatalf("%+v", rows)
	}
	r := rows[0]
	if r.Service != "A&B=C" || r.Region != "us-east-1" || r.Account != "acme-1" || r.Description != "both" || r.Cost.String() != "0.3" || r.Currency != "USD" || r.Day != october.FirstDay() || r.Monthly ||
		!reflect.DeepEqual(r.Tags, map[string]string{"provider": "aws"}) {
		t.Errorf("the first row is %+v", r)
	}
	if r := rows[1]; r.Cost.String() != "0.0000001" || r.Currency != "USD" || r.Day != october.LastDay() {
		t.Errorf("the second row is %+v", r)
	}
	if r := rows[2]; r.Service != "S3" || !r.Monthly || r.Cost.String() != "-2.5" {
		t.Errorf("the third row is %+v", r)
	}
	want := map[string]any{
		"options": map[string]any{"debug": true}, "secret_data": map[string]any{"Account": "acme-1", "Email": "a@example.com", "Key": "hunter-two"}, "schema": "aws_hyperbilling",
		"aggregation": []any{"inventory.Region", "inventory.CloudServiceType"}, "granularity": "DAILY", "start": "2026-10-01", "end": "2026-10-31",
	}
	if !reflect.DeepEqual(asked, want) {
		t.Errorf("asked\n%v\nwanted\n%v", asked, want)
	}
}

// A plugin that cannot tell as many days as the month has is asked by month.
func TestOldBillingByMonth(t *testing.T) {
	var asked map[string]any
	b := reached(t, billing.Backend{Protocol: CloudforetBilling, Address: plugged{
		"init": answering(`{"metadata":{"max_daily_count":30,"supported_aggregation":["inventory.Region"]}}`),
		"get_data": func(question map[string]any) ([]any, error) {
			asked = question
			return []any{`{}`}, nil
		},
	}.serve(t, oldBilling)})
	if _, _, err := rowsOf(t, b, Task{}); err != nil {
		t.Fatal(err)
	}
	if asked["granularity"] != "MONTHLY" || asked["start"] != "2026-10" || asked["end"] != "2026-10" || !reflect.DeepEqual(asked["aggregation"], []any{"inventory.Region"}) {
		t.Errorf("asked %v", asked)
	}
}

func TestOldBillingLies(t *testing.T) {
	for name, test := range map[string]struct{ answer, want string }{
		"count":    {`{"total_count":3,"results":[{"resource_type":"x"}]}`, "backend hyper says that it told 3 results, and told 1; nothing of the month is taken"},
		"month":    {`{"results":[{"resource_type":"x","billing_data":[{"date":"2026-09-30","cost":1}]}]}`, "row 1 of the task is of 2026-09-30, and 2026-10 was asked for"},
		"NaN":      {`{"results":[{"resource_type":"x","billing_data":[{"date":"2026-10-01","cost":"NaN"}]}]}`, `has the cost "NaN", which is no decimal number`},
		"currency": {`{"results":[{"resource_type":"x","billing_data":[{"date":"2026-10-01","cost":1,"currency":"Won"}]}]}`, `has the currency "Won", which ISO 4217 does not know`},
		"flood":    {`{"results":[{"resource_type":"x","billing_data":[{"date":"2026-10-01","cost":1},{"date":"2026-10-01","cost":1},{"date":"2026-10-01","cost":1}]}]}`, "told more than 2 rows of 2026-10"},
	} {
		t.Run(name, func(t *testing.T) {
			b := reached(t, billing.Backend{Protocol: CloudforetBilling, MostRows: 2, Address: plugged{"init": answering(`{}`), "get_data": answering(test.answer)}.serve(t, oldBilling)})
			_, _, err := rowsOf(t, b, Task{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
