package awsstub_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bcmdataexports"
	"github.com/aws/aws-sdk-go-v2/service/costandusagereportservice"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

// clients are those of the SDK, by the service's name here.
func clients(config aws.Config) map[string]any {
	return map[string]any{
		"organizations":                 organizations.NewFromConfig(config),
		"cost-and-usage-report-service": costandusagereportservice.NewFromConfig(config),
		"bcm-data-exports":              bcmdataexports.NewFromConfig(config),
		"sts":                           sts.NewFromConfig(config),
	}
}

// Each published example is sent by the SDK's own client, arrives as it was
// published, and what the SDK makes of the answer is what was published.
func TestPublishedExamples(t *testing.T) {
	for service, want := range map[string]int{"organizations": 42, "cost-and-usage-report-service": 3, "sts": 9} {
		s := awsstub.Start(t, "")
		client := clients(s.Config())[service]
		exact := 0
		examples := s.Examples(service)
		for _, e := range examples {
			if e.Operation == "GetCallerIdentity" { // three examples with the same input
				s.UseExample(e.ID)
			}
			s.ForgetCalls()
			output := send(t, client, e.Operation, e.Input)
			calls := s.Calls()
			if len(calls) != 1 || calls[0].Operation != e.Operation {
				t.Errorf("%s: %d calls arrived: %v", e.ID, len(calls), calls)
				continue
			}
			sent, got, want := plain(t, calls[0].Input), plain(t, output), plain(t, e.Output)
			if wantSent := plain(t, e.Input); !reflect.DeepEqual(sent, wantSent) {
				t.Errorf("%s: sent %v, published %v", e.ID, sent, wantSent)
				continue
			}
			if e.ID == "to-create-a-service-control-policy" {
				// The only difference: AwsManaged is missing in what is published, and the SDK,
				// which has a plain bool for it, reads false.
				want.(map[string]any)["Policy"].(map[string]any)["PolicySummary"].(map[string]any)["AwsManaged"] = false
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got  %v\npublished %v", e.ID, got, want)
				continue
			}
			exact++
		}
		if exact != want || len(examples) != want {
			t.Errorf("%s: %d of %d examples sent and answered as published, want %d", service, exact, len(examples), want)
		}
		t.Logf("%s: %d examples sent and answered as published", service, exact)
	}
}

// send calls an operation of the SDK by its name, and returns its output.
func send(t *testing.T, client any, operation string, input map[string]any) any {
	t.Helper()
	method := reflect.ValueOf(client).MethodByName(operation)
	if !method.IsValid() {
		t.Fatalf("the SDK has no %s", operation)
	}
	in := reflect.New(method.Type().In(1).Elem())
	text, err := json.Marshal(input)
	if err == nil {
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.DisallowUnknownFields()
		err = decoder.Decode(in.Interface())
	}
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), in})
	if err, _ := results[1].Interface().(error); err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	return results[0].Interface()
}

// plain is a value with what is set of it, and times as texts in UTC to the
// millisecond. Epoch seconds of examples are the only numbers with a fraction or
// beyond a thousand million that they have.
func plain(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var decoded any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&decoded); err != nil {
		t.Fatal(err)
	}
	return stripped(decoded)
}

func stripped(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, each := range v {
			if name == "ResultMetadata" || each == nil || each == "" {
				continue
			}
			kept[name] = stripped(each)
		}
		return kept
	case []any:
		for i := range v {
			v[i] = stripped(v[i])
		}
		return v
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.UTC().Round(time.Millisecond).Format(time.RFC3339Nano)
		}
	case json.Number:
		seconds, err := v.Float64()
		if err == nil && (seconds > 1e9 || strings.Contains(v.String(), ".")) {
			return time.UnixMilli(int64(seconds*1000 + 0.5)).UTC().Format(time.RFC3339Nano)
		}
		return v.String()
	}
	return value
}

// What the models and extensions.go know is all that the SDK knows: a new version of
// the SDK with new operations, members or values fails here.
func TestNothingOfTheSDKIsUnknown(t *testing.T) {
	s := awsstub.Start(t, "")
	for service, client := range clients(s.Config()) {
		if service == "sts" { // made of the SDK's types anyway
			continue
		}
		of := reflect.TypeOf(client)
		operations := 0
		for i := range of.NumMethod() {
			m := of.Method(i)
			if m.Type.NumIn() != 4 || m.Type.NumOut() != 2 {
				continue
			}
			operations++
			for _, gap := range s.Gaps(service, m.Name, m.Type.In(2), m.Type.Out(0)) {
				t.Errorf("%s", gap)
			}
		}
		if least := map[string]int{"organizations": 63, "cost-and-usage-report-service": 7, "bcm-data-exports": 12}[service]; operations < least {
			t.Errorf("%s: looked at %d operations, want %d at least", service, operations, least)
		}
	}
}

// The published answers keep to the model, so that holding answers against it refuses
// none that AWS would give.
func TestPublishedAnswersKeepToTheModel(t *testing.T) {
	s := awsstub.Start(t, "")
	for _, service := range []string{"organizations", "cost-and-usage-report-service", "sts"} {
		for _, e := range s.Examples(service) {
			for _, v := range s.Violations(e) {
				t.Errorf("%s: %s", e.ID, v)
			}
		}
		if unchecked := s.Unchecked(service); len(unchecked) > 0 {
			t.Errorf("%s: no pattern is read of %v", service, unchecked)
		}
	}
	if unchecked := s.Unchecked("bcm-data-exports"); len(unchecked) > 0 {
		t.Errorf("bcm-data-exports: no pattern is read of %v", unchecked)
	}
}
