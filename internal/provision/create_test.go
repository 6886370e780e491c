package provision

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

const exportARN = "arn:aws:bcm-data-exports:us-east-1:111122223333:export/sluice-hourly-0f1e2d3c"

// made has the stub keep what is made, as AWS does.
func keepExports(s *awsstub.Server) {
	var kept []map[string]any
	s.On("CreateExport", func(in map[string]any) (any, error) {
		kept = append(kept, in["Export"].(map[string]any))
		return map[string]any{"ExportArn": exportARN}, nil
	})
	s.On("ListExports", func(map[string]any) (any, error) {
		list := []any{}
		for _, e := range kept {
			list = append(list, map[string]any{"ExportArn": exportARN, "ExportName": e["Name"], "ExportStatus": map[string]any{"StatusCode": "HEALTHY"}})
		}
		return map[string]any{"Exports": list}, nil
	})
	s.On("GetExport", func(map[string]any) (any, error) {
		return map[string]any{"Export": kept[0], "ExportStatus": map[string]any{"StatusCode": "HEALTHY"}}, nil
	})
}

// keepReports does the same for reports.
func keepReports(s *awsstub.Server) {
	kept := []any{}
	s.On("PutReportDefinition", func(in map[string]any) (any, error) {
		kept = append(kept, in["ReportDefinition"])
		return map[string]any{}, nil
	})
	s.On("DescribeReportDefinitions", func(map[string]any) (any, error) {
		return map[string]any{"ReportDefinitions": kept}, nil
	})
}

// sent is what arrived of an operation, without what is longer than a line.
func sent(t *testing.T, s *awsstub.Server, operation string) string {
	t.Helper()
	calls := s.Calls(operation)
	if len(calls) != 1 {
		t.Fatalf("%s was called %d times", operation, len(calls))
	}
	data, err := json.Marshal(calls[0].Input)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAnExportIsMadeOnce(t *testing.T) {
	s := awsstub.Start(t, awsstub.Data(t))
	keepExports(s)
	p := plans["foreign"]
	first, err := CreateExport(t.Context(), s.Config(), p)
	if err != nil || !first.Made || first.ARN != exportARN || !strings.Contains(first.Says, "within 24 hours") {
		t.Fatalf("first %+v, %v", first, err)
	}
	got := sent(t, s, "CreateExport")
	for _, part := range []string{
		`"TableConfigurations":{"COST_AND_USAGE_REPORT":{"INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY":"FALSE","INCLUDE_RESOURCES":"TRUE","INCLUDE_SPLIT_COST_ALLOCATION_DATA":"FALSE","TIME_GRANULARITY":"HOURLY"}}`,
		`"S3Bucket":"acme-billing","S3BucketOwner":"444455556666"`, `"S3Prefix":"exports","S3Region":"eu-central-1"`,
		`{"Compression":"PARQUET","Format":"PARQUET","OutputType":"CUSTOM","Overwrite":"OVERWRITE_REPORT"}`, `"Name":"sluice-hourly"`, `"RefreshCadence":{"Frequency":"SYNCHRONOUS"}`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("sent was %s, without %s", got, part)
		}
	}
	second, err := CreateExport(t.Context(), s.Config(), p)
	if err != nil || second.Made || second.Says != "export sluice-hourly was there already" {
		t.Errorf("second %+v, %v", second, err)
	}
	elsewhere := p
	elsewhere.Prefix = "other"
	if _, err := CreateExport(t.Context(), s.Config(), elsewhere); err == nil || !strings.Contains(err.Error(), "goes to s3://acme-billing/exports; choose another name") {
		t.Errorf("one that goes elsewhere: %v", err)
	}
	p.Kind, p.BillingView = FOCUS, ""
	if _, err := CreateExport(t.Context(), s.Config(), p); err == nil || !strings.Contains(err.Error(), "not of kind focus") {
		t.Errorf("one of another kind: %v", err)
	}
}

func TestAReportIsMadeOnce(t *testing.T) {
	s := awsstub.Start(t, awsstub.Data(t))
	keepReports(s)
	p := with(func(p *Plan) { p.Kind = CUR; p.SplitCosts = true; p.Region = "ap-northeast-1" })
	first, err := CreateExport(t.Context(), s.Config(), p)
	if err != nil || !first.Made {
		t.Fatalf("first %+v, %v", first, err)
	}
	want := `{"ReportDefinition":{"AdditionalSchemaElements":["RESOURCES","SPLIT_COST_ALLOCATION_DATA"],"Compression":"GZIP","Format":"textORcsv","RefreshClosedReports":true,"ReportName":"sluice-hourly","ReportVersioning":"OVERWRITE_REPORT","S3Bucket":"acme-billing","S3Prefix":"exports","S3Region":"ap-northeast-1","TimeUnit":"HOURLY"}}`
	if got := sent(t, s, "PutReportDefinition"); got != want {
		t.Errorf("sent was %s, not %s", got, want)
	}
	second, err := CreateExport(t.Context(), s.Config(), p)
	if err != nil || second.Made || second.Says != "export sluice-hourly was there already" {
		t.Errorf("second %+v, %v", second, err)
	}
}

// Each refusal of AWS becomes what to do about it.
func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name      string
		kind      string
		operation string
		refusal   awsstub.Error
		says      string
	}{
		{"may not list", CUR2, "ListExports", awsstub.Error{Type: "AccessDeniedException", Message: "no", Status: 400}, "the credential may not bcm-data-exports:ListExports; make its role anew"},
		{"may not make", CUR2, "CreateExport", awsstub.Error{Type: "AccessDeniedException", Message: "no", Status: 400}, "the credential may not bcm-data-exports:CreateExport"},
		{"no bucket", CUR2, "CreateExport", awsstub.Error{Type: "ValidationException", Message: "S3 bucket permission validation failed", Status: 400}, "its policy has the statements of bucket-policy.json"},
		{"a bad column", CUR2, "CreateExport", awsstub.Error{Type: "ValidationException", Message: "unknown column", Status: 400}, "AWS does not take export sluice-hourly (unknown column)"},
		{"too many", FOCUS, "CreateExport", awsstub.Error{Type: "ServiceQuotaExceededException", Message: "5", Status: 402, Members: map[string]any{"ResourceId": "r", "ResourceType": "export", "QuotaCode": "L-1", "ServiceCode": "bcm-data-exports"}}, "as many exports as AWS allows; delete one"},
		{"too often", CUR2, "ListExports", awsstub.Error{Type: "ThrottlingException", Message: "slow down", Status: 400}, "asked too often; try again"},
		{"a fault", CUR2, "CreateExport", awsstub.Error{Type: "InternalServerException", Message: "sorry", Status: 500}, "a fault of its own; try again"},
		{"may not describe", CUR, "DescribeReportDefinitions", awsstub.Error{Type: "AccessDeniedException", Message: "no", Status: 400}, "the credential may not cur:DescribeReportDefinitions"},
		{"too many reports", CUR, "PutReportDefinition", awsstub.Error{Type: "ReportLimitReachedException", Message: "10", Status: 400}, "as many exports as AWS allows"},
		{"made just now", CUR, "PutReportDefinition", awsstub.Error{Type: "DuplicateReportNameException", Message: "twice", Status: 400}, "was made just now"},
		{"no bucket of a report", CUR, "PutReportDefinition", awsstub.Error{Type: "ValidationException", Message: "Failed to verify customer bucket permission", Status: 400}, "see that the bucket is in region us-east-1 and of account 111122223333"},
		{"a fault of reports", CUR, "PutReportDefinition", awsstub.Error{Type: "InternalErrorException", Message: "sorry", Status: 500}, "a fault of its own"},
		{"unknown keys", CUR, "DescribeReportDefinitions", awsstub.Error{Type: "UnrecognizedClientException", Message: "?", Status: 403}, "save the credential with keys that are active"},
		{"keys that expired", CUR, "DescribeReportDefinitions", awsstub.Error{Type: "ExpiredTokenException", Message: "?", Status: 403}, "the keys have expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := awsstub.Start(t, awsstub.Data(t))
			keepExports(s)
			keepReports(s)
			s.Fail(c.operation, c.refusal)
			made, err := CreateExport(t.Context(), s.Config(), with(func(p *Plan) { p.Kind = c.kind }))
			if err == nil || made.Made || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%+v, %v; wanted an error that says %q", made, err, c.says)
			}
			for _, code := range []string{"RequestID", "StatusCode", "operation error"} {
				if err != nil && strings.Contains(err.Error(), code) {
					t.Errorf("%q is not for people", err)
				}
			}
		})
	}
}

func TestWhatEndsWithItsContext(t *testing.T) {
	s := awsstub.Start(t, awsstub.Data(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := CreateExport(ctx, s.Config(), ours()); err != context.Canceled {
		t.Errorf("it ended with %v", err)
	}
	s.Close()
	if _, err := CreateExport(t.Context(), s.Config(), ours()); err == nil || !strings.Contains(err.Error(), "AWS was not reached; look at the network") {
		t.Errorf("without AWS it ended with %v", err)
	}
}
