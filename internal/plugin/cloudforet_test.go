package plugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/secret"
)

// What a plugin sends on the wire: made with the published package spaceone-api 2.0.435
// for Python, of a make-believe tenant.
const (
	wireMetadata = "0a88010a300a116163636f756e745f6d617463685f6b6579121b1a196164646974696f6e616c5f696e666f2e54656e616e742049440a110a0863757272656e637912051a034b52570a260a16737570706f727465645f7365637265745f7479706573120c320a0a081a064d414e55414c0a190a137573655f6163636f756e745f726f7574696e6712022001"
	wireTasks    = "0a5f0a460a1c0a0a6163636f756e745f6964120e1a0c3132333435363738393031320a120a05706167657312091100000000000008400a120a05737461727412091a07323032362d313012150a07323032362d31301a0a0a080a016112031a016212090a07323032362d31301a130a0c3132333435363738393031321203776562"
	wireAccounts = "0a130a0c3132333435363738393031321203776562"
	wireCosts    = "0aab01099a9999999999b93f1100000000000038401a0348727322036177732a0975732d656173742d313209416d617a6f6e4543323a11426f7855736167653a74332e6d6963726f4203692d31620f0a0d0a047465616d12051a037765626a2c0a160a09496e7374616e63657312091100000000000000400a120a0954656e616e7420494412051a03742d3172130a110a0450617947120911333333333333d33faa010a323032362d31302d33310a160948afbc9af2d77a3eaa010a323032362d31302d3031"
)

// A Cloudforet plugin works as it is: it is asked as the other product asks, and what it
// sends is read to the last digit.
func TestCloudforetProtocol(t *testing.T) {
	var asked []map[string]any
	note := func(answer ...any) func(map[string]any) ([]any, error) {
		return func(question map[string]any) ([]any, error) {
			asked = append(asked, question)
			return answer, nil
		}
	}
	address := plugged{
		"init":                note(wire(t, wireMetadata)),
		"verify":              note([]byte{}),
		"get_linked_accounts": note(wire(t, wireAccounts)),
		"get_tasks":           note(wire(t, wireTasks)),
		"get_data":            note(wire(t, wireCosts), wire(t, ""), `{"results":[{"cost":7,"billed_date":"2026-11-01"},{"cost":9,"billed_date":"2026-09-30"}]}`),
	}.serve(t, costAnalysis)
	b := reached(t, billing.Backend{Address: address, Protocol: Cloudforet, Options: map[string]string{"include_credit": "false", "pages": "20", "name": "x"}})
	keys := Credential{Schema: "aws", Fields: map[string]secret.Text{"key": secret.TextOf("hunter-two"), "accounts": secret.TextOf(`["1","2"]`)}}

	d, err := b.Describe(t.Context())
	if err != nil || d.Name != "hyper" || d.Protocol != "cloudforet" || d.Currency != "KRW" || len(d.Schemas) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	accounts, err := b.Verify(t.Context(), keys)
	if err != nil || !reflect.DeepEqual(accounts, []Account{{"123456789012", "web"}}) {
		t.Errorf("%v, %v", accounts, err)
	}
	tasks, err := b.Tasks(t.Context(), keys, october, time.Now())
	if err != nil || len(tasks) != 1 || tasks[0].Name != "123456789012" {
		t.Fatalf("%s, %v", tasks, err)
	}
	var total Total
	var rows []Row
	for row, err := range b.Rows(t.Context(), keys, october, tasks[0], &total) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	want := []Row{
		{Day: october.LastDay(), Account: "t-1", Service: "AmazonEC2", Region: "us-east-1", UsageType: "BoxUsage:t3.micro", Resource: "i-1", Unit: "Hrs", Currency: "KRW",
			Quantity: money.MustParse("24"), Cost: money.MustParse("0.1"),
			Tags:     map[string]string{"team": "web", "additional_info.Tenant ID": "t-1", "additional_info.Instances": "2", "provider": "aws"},
			Measures: map[string]string{"PayG": "0.3"}},
		{Day: october.FirstDay(), Currency: "KRW", Quantity: money.MustParse("0"), Cost: money.MustParse("1e-07"), Tags: map[string]string{}},
	}
	if fmt.Sprint(rows) != fmt.Sprint(want) || rows[1].Cost.String() != "0.0000001" || total.Rows != -1 {
		t.Errorf("rows\n%+v\nwanted\n%+v", rows, want)
	}

	options := map[string]any{"include_credit": false, "pages": 20.0, "name": "x", "secret_type": "MANUAL"}
	secrets := map[string]any{"key": "hunter-two", "accounts": []any{"1", "2"}}
	with := func(more map[string]any) map[string]any {
		question := map[string]any{"options": options, "domain_id": "sluice", "secret_data": secrets, "schema": "aws"}
		for key, value := range more {
			question[key] = value
		}
		return question
	}
	questions := []map[string]any{
		{"options": options, "domain_id": "sluice"},
		with(nil), // verify
		with(nil), // accounts
		with(nil), // accounts, for the tasks
		with(map[string]any{"start": "2026-10", "linked_accounts": []any{map[string]any{"account_id": "123456789012", "name": "web", "is_sync": false}}}),
		with(map[string]any{"task_options": map[string]any{"account_id": "123456789012", "start": "2026-10", "pages": 3.0}}),
	}
	for i, question := range questions {
		if i >= len(asked) || !reflect.DeepEqual(asked[i], question) {
			t.Errorf("question %d\n%v\nwanted\n%v", i, asked[min(i, len(asked)-1)], question)
		}
	}
}

// Rules that come with a plugin are said as ours, or it is said that they cannot be.
func TestCloudforetRules(t *testing.T) {
	address := plugged{"init": answering(`{"metadata":{"currency":"USD","supported_secret_types":["USE_SERVICE_ACCOUNT_SECRET"],"supported_schema":["aws_hyperbilling"],"data_source_rules":[
		{"name":"account","conditions_policy":"ALWAYS","actions":{"match_service_account":{"source":"additional_info.Owner","target":"data.account_id"}},"options":{"stop_processing":true}},
		{"name":"shop","conditions_policy":"ANY","conditions":[{"key":"product","value":"EC2","operator":"contain"},{"key":"tags.team","value":"shop","operator":"eq"},{"key":"additional_info.Zone","value":"b","operator":"not"}],"actions":{"change_project":"project-1"},"options":{"stop_processing":true}},
		{"name":"unit","conditions_policy":"ALL","conditions":[{"key":"region_code","value":"eu","operator":"not_contain"}],"actions":{"change_project":"acme/web"}},
		{"name":"work","conditions_policy":"ALWAYS","actions":{"match_workspace":{"source":"tags.ws","target":"name"},"add_additional_info":{"a":"b"}}},
		{"name":"measure","conditions_policy":"ALL","conditions":[{"key":"data.Paygo","value":"1","operator":"eq"}],"actions":{"change_project":"p"}},
		{"name":"odd","conditions_policy":"ALL","conditions":[{"key":"product","value":"x","operator":"regex"}],"actions":{"change_project":"p"}}]}}`),
		"get_data": answering(`{"results":[{"cost":1,"billed_date":"2026-10-01","product":"Tax","additional_info":{"Owner":"o-1","Account ID":"a-1","Account Name":"Web"}},
			{"cost":1,"billed_date":"2026-10-01","additional_info":{"Account ID":"a-1"}}]}`),
	}.serve(t, costAnalysis)
	b := reached(t, billing.Backend{Address: address, Protocol: Cloudforet})
	d, err := b.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rules := []billing.SourceRule{
		{ID: "hyper-2", When: "any", Conditions: []billing.SourceCondition{{Field: "service", Contains: "EC2"}, {Field: "tag:team", Is: "shop"}, {Field: "tag:additional_info.Zone", Not: "b"}},
			GiveTo: billing.RowOwner{Account: "project-1"}},
		{ID: "hyper-3", When: "all", Conditions: []billing.SourceCondition{{Field: "region", NotContains: "eu"}}, GiveTo: billing.RowOwner{Project: "acme/web"}, GoOn: true},
	}
	if !reflect.DeepEqual(d.Rules, rules) {
		t.Errorf("rules\n%+v\nwanted\n%+v", d.Rules, rules)
	}
	notes := []string{
		"account of the plugin: the account of each row is what it has as additional_info.Owner",
		"shop of the plugin: rows of project project-1 are given to an account of that id; let a billing group claim it",
		"work of the plugin: workspaces are looked up by tags.ws, which Sluice cannot; declare source rules, or let billing groups claim the accounts",
		"work of the plugin: it adds information to rows, which Sluice does not",
		`measure of the plugin: it is left out: it looks at the measure "data.Paygo", by which no row is given to anybody; declare a source rule`,
		`odd of the plugin: it is left out: the operator "regex" is not known; declare a source rule`,
	}
	if !reflect.DeepEqual(d.Notes, notes) {
		t.Errorf("notes\n%q\nwanted\n%q", d.Notes, notes)
	}
	if form := string(d.Schemas["aws_hyperbilling"]); !json.Valid([]byte(form)) || !strings.Contains(form, `"Email"`) {
		t.Errorf("schema %s", form)
	}
	rows, _, err := rowsOf(t, b, Task{Text: json.RawMessage("{}")})
	if err != nil || len(rows) != 2 || rows[0].Account != "o-1" || rows[0].AccountName != "Web" || rows[0].Category != "Tax" || rows[1].Account != "a-1" {
		t.Errorf("%+v, %v", rows, err)
	}
}

// What a plugin may do wrong, and what people are told.
func TestCloudforetFaults(t *testing.T) {
	metadata := answering(`{"metadata":{"currency":"USD"}}`)
	costs := func(results string) plugged {
		return plugged{"init": metadata, "get_data": answering(`{"results":[` + results + `]}`)}
	}
	all := func(b Backend) error {
		_, _, err := rowsOf(t, b, Task{Text: json.RawMessage("{}")})
		return err
	}
	tasks := func(b Backend) error {
		_, err := b.Tasks(t.Context(), credential, october, time.Time{})
		return err
	}
	verify := func(b Backend) error {
		_, err := b.Verify(t.Context(), credential)
		return err
	}
	tests := []struct {
		name string
		p    plugged
		do   func(Backend) error
		want string
	}{
		{"NaN", costs(`{"cost":"NaN","billed_date":"2026-10-01"}`), all, `row 1 of the task has the cost "NaN", which is no decimal number`},
		{"infinity", costs(`{"cost":"-Infinity","billed_date":"2026-10-01"}`), all, `row 1 of the task has the cost "-Infinity", which is no decimal number`},
		{"huge", costs(`{"cost":1e300,"billed_date":"2026-10-01"}`), all, `row 1 of the task has the cost "1e+300", which is no decimal number`},
		{"date", costs(`{"cost":1}`), all, `row 1 of the task has the date "", which is none`},
		{"no currency", plugged{"init": answering(`{"metadata":{}}`), "get_data": answering(`{"results":[{"cost":1,"billed_date":"2026-10-01"}]}`)}, all, "names no currency, and neither does the backend"},
		{"costs as they were sent in 2021", plugged{"init": metadata, "get_data": answering(wire(t, "0a16"+"0d0000803f"+"1203555344"+"720a323032312d30352d3031"))}, all, "no message of protocol cloudforet"},
		{"cost as another kind of number", plugged{"init": metadata, "get_data": answering(wire(t, "0a05"+"0d0000803f"))}, all, "sent costs in another version of protocol cloudforet: what they come to cannot be read; use a newer version of the plugin"},
		{"no message", plugged{"init": metadata, "get_data": answering([]byte("<html>"))}, all, "answered with something that is no message of protocol cloudforet"},
		{"changes only", plugged{"init": metadata, "get_tasks": answering(`{"tasks":[{"task_options":{}}],"changed":[{"start":"2026-11"}]}`)}, tasks, "was asked for 2026-10, and tells only changes from 2026-11 to ; what was collected of the month before stays in force"},
		{"credential", plugged{"init": metadata, "verify": func(map[string]any) ([]any, error) {
			return nil, status.Error(codes.InvalidArgument, "ERROR_INVALID_PARAMETER: key = hunter-two")
		}}, verify, "backend hyper does not accept the credential: ERROR_INVALID_PARAMETER: key = •••; correct the credential, and verify it again"},
		{"fault of its own", plugged{"init": metadata, "get_tasks": func(map[string]any) ([]any, error) {
			return nil, status.Error(codes.Internal, "Traceback:\n  KeyError 'start'")
		}}, tasks, "backend hyper failed when it was asked for the tasks of the month: Traceback: KeyError 'start'; look at its log"},
		{"dies", plugged{"init": metadata, "get_data": func(map[string]any) ([]any, error) {
			return []any{`{"results":[{"cost":1,"billed_date":"2026-10-01"}]}`}, status.Error(codes.Unavailable, "error reading from server: EOF")
		}}, all, "the connection to backend hyper broke off when it was asked for its costs; look at its log, and try again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.do(reached(t, billing.Backend{Address: test.p.serve(t, costAnalysis), Protocol: Cloudforet}))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			var refused *RefusedError
			if errors.As(err, &refused) != (test.name == "credential") {
				t.Errorf("%v is told as a refused credential, or not as one", err)
			}
		})
	}
}

// What a plugin tells beside the cost is kept as it is written: the shortest decimal of
// each double, and no tag.
func TestCloudforetMeasures(t *testing.T) {
	b := reached(t, billing.Backend{Protocol: Cloudforet, Address: plugged{
		"init": answering(`{"metadata":{"currency":"USD"}}`),
		"get_data": answering(`{"results":[
			{"cost":1,"billed_date":"2026-10-01","data":{"Actual Cost":12.1,"RI Cost":0,"Saved":-1e-7,"Large":123456789012345680000,"Unknown":"NaN","Note":"x","None":null}},
			{"cost":2,"billed_date":"2026-10-01","data":{"None":null}},
			{"cost":3,"billed_date":"2026-10-01"}]}`),
	}.serve(t, costAnalysis)})
	rows, _, err := rowsOf(t, b, Task{Text: json.RawMessage("{}")})
	if err != nil || len(rows) != 3 {
		t.Fatalf("%+v, %v", rows, err)
	}
	want := map[string]string{"Actual Cost": "12.1", "RI Cost": "0", "Saved": "-1e-7", "Large": "123456789012345680000", "Unknown": "NaN", "Note": "x"}
	if !reflect.DeepEqual(rows[0].Measures, want) || len(rows[0].Tags) != 0 || rows[1].Measures != nil || rows[2].Measures != nil {
		t.Errorf("measures %q, want %q; of the others %v, %v; tags %v", rows[0].Measures, want, rows[1].Measures, rows[2].Measures, rows[0].Tags)
	}
}

// Rows of other months pass by, but not without end.
func TestCloudforetOtherMonths(t *testing.T) {
	other := strings.TrimSuffix(strings.Repeat(`{"cost":1,"billed_date":"2026-11-01"},`, 37), ",")
	b := reached(t, billing.Backend{MostRows: 1, Protocol: Cloudforet, Address: plugged{
		"init": answering(`{"metadata":{"currency":"USD"}}`), "get_data": answering(`{"results":[` + other + `]}`)}.serve(t, costAnalysis)})
	_, _, err := rowsOf(t, b, Task{Text: json.RawMessage("{}")})
	if err == nil || !strings.Contains(err.Error(), "told more than 36 rows of other months than 2026-10") {
		t.Errorf("got %v", err)
	}
}

// A plugin that links no accounts is none the worse.
func TestCloudforetWithoutLinkedAccounts(t *testing.T) {
	b := reached(t, billing.Backend{Address: plugged{"init": answering(`{}`), "verify": answering([]byte{})}.serve(t, costAnalysis), Protocol: Cloudforet})
	if accounts, err := b.Verify(t.Context(), credential); err != nil || accounts != nil {
		t.Errorf("%v, %v", accounts, err)
	}
}
