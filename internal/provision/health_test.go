package provision

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

// described is an export as AWS answers GetExport.
func described(table, settings, status string) map[string]any {
	properties := map[string]any{}
	for _, s := range strings.Fields(settings) {
		name, value, _ := strings.Cut(s, "=")
		properties[name] = value
	}
	code, reason, _ := strings.Cut(status, " ")
	state := map[string]any{"StatusCode": code, "LastRefreshedAt": time.Date(2026, 10, 2, 3, 4, 5, 0, time.UTC)}
	if reason != "" {
		state["StatusReason"] = reason
	}
	return map[string]any{"ExportStatus": state, "Export": map[string]any{
		"Name": "sluice-hourly", "ExportArn": exportARN,
		"DataQuery": map[string]any{"QueryStatement": "SELECT a, b, c FROM " + table, "TableConfigurations": map[string]any{strings.Fields(table)[0]: properties}},
		"DestinationConfigurations": map[string]any{"S3Destination": map[string]any{
			"S3Bucket": "acme-billing", "S3Prefix": "exports", "S3Region": "us-east-1",
			"S3OutputConfigurations": map[string]any{"OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET", "Overwrite": "OVERWRITE_REPORT"},
		}},
		"RefreshCadence": map[string]any{"Frequency": "SYNCHRONOUS"},
	}}
}

func found(h Health) string {
	var all []string
	for _, f := range h.Findings {
		all = append(all, fmt.Sprintf("%t %s: %s; %s", f.Serious, f.About, f.Says, f.Advice))
	}
	return strings.Join(all, "\n")
}

const asItShouldBe = "TIME_GRANULARITY=HOURLY INCLUDE_RESOURCES=TRUE"

func TestHealthOfExports(t *testing.T) {
	for _, c := range []struct {
		name                    string
		table, settings, status string
		kind                    string
		execution               string // status and reason of the last one
		works                   bool
		finds                   []string // in order; each a part of a finding
	}{
		{"well", curTable, asItShouldBe, "HEALTHY", CUR2, "", true, nil},
		{"daily", curTable, "TIME_GRANULARITY=DAILY INCLUDE_RESOURCES=TRUE", "HEALTHY", CUR2, "", true, []string{"true granularity: export sluice-hourly has granularity DAILY"}},
		{"without resources", curTable, "TIME_GRANULARITY=HOURLY", "HEALTHY", CUR2, "", true, []string{"true resources: "}},
		{"discounts as lines", curTable, asItShouldBe + " INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY=TRUE", "HEALTHY", CUR2, "", true, []string{"false format: "}},
		{"a condition", curTable + " WHERE bill_type = 'Anniversary'", asItShouldBe, "HEALTHY", CUR2, "", true, []string{"true format: export sluice-hourly leaves rows out"}},
		{"FOCUS", focusTable, "TIME_GRANULARITY=HOURLY", "HEALTHY", FOCUS, "", true, nil},
		{"daily FOCUS", focusTable, "TIME_GRANULARITY=DAILY", "HEALTHY", FOCUS, "", true, []string{"true granularity"}},
		{"another kind", focusTable, "", "HEALTHY", CUR2, "", true, []string{"has table FOCUS_1_2_AWS, which is not of kind aws-cur2"}},
		{"no right to the bucket", curTable, asItShouldBe, "UNHEALTHY INSUFFICIENT_PERMISSION", CUR2, "", false, []string{"it may not write into the bucket"}},
		{"transferred", curTable, asItShouldBe, "UNHEALTHY BILL_OWNER_CHANGED", CUR2, "", false, []string{"the bill has another owner now"}},
		{"a fault", curTable, asItShouldBe, "UNHEALTHY INTERNAL_FAILURE", CUR2, "", false, []string{"a fault of its own"}},
		{"no reason", curTable, asItShouldBe, "UNHEALTHY", CUR2, "", false, []string{"it gives no reason"}},
		{"a failed delivery", curTable, asItShouldBe, "UNHEALTHY", CUR2, "DELIVERY_FAILURE INSUFFICIENT_PERMISSION", false, []string{"it gives no reason", "wrote the files of export sluice-hourly, on 2026-10-05 00:00 UTC, it failed: it may not write"}},
		{"a failed query", curTable, asItShouldBe, "UNHEALTHY", CUR2, "QUERY_FAILURE INTERNAL_FAILURE", false, []string{"it gives no reason", "worked out export sluice-hourly"}},
		{"a delivery that was well", curTable, asItShouldBe, "UNHEALTHY", CUR2, "DELIVERY_SUCCESS", false, []string{"it gives no reason"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := awsstub.Start(t, awsstub.Data(t))
			s.On("GetExport", func(map[string]any) (any, error) { return described(c.table, c.settings, c.status), nil })
			s.On("ListExecutions", func(map[string]any) (any, error) {
				list := []any{execution(3, "QUERY_FAILURE BILL_OWNER_CHANGED")} // an older one
				if c.execution != "" {
					list = append(list, execution(5, c.execution))
				} else {
					list = append(list, execution(4, "DELIVERY_SUCCESS"))
				}
				return map[string]any{"Executions": list}, nil
			})
			h, err := ExportHealth(t.Context(), s.Config(), Which{Kind: c.kind, ARN: exportARN})
			if err != nil {
				t.Fatal(err)
			}
			if !h.Found || h.Works != c.works || h.Bucket != "acme-billing" || h.Prefix != "exports" || h.Columns != 3 || h.Last.Format(time.RFC3339) != "2026-10-02T03:04:05Z" {
				t.Errorf("health is %+v", h)
			}
			if len(h.Findings) != len(c.finds) {
				t.Fatalf("findings are:\n%s", found(h))
			}
			for i, part := range c.finds {
				if all := strings.Split(found(h), "\n"); !strings.Contains(all[i], part) {
					t.Errorf("finding %q does not say %q", all[i], part)
				}
			}
		})
	}
}

func execution(day int, status string) map[string]any {
	code, reason, _ := strings.Cut(status, " ")
	s := map[string]any{"StatusCode": code, "CreatedAt": time.Date(2026, 10, day, 0, 0, 0, 0, time.UTC)}
	if reason != "" {
		s["StatusReason"] = reason
	}
	return map[string]any{"ExecutionId": "00000000-0000-0000-0000-000000000000", "ExecutionStatus": s}
}

func TestReasonsThatTheModelDoesNotKnow(t *testing.T) {
	if says, _ := reasonOf("DEPRECATED"); says != "its table is not offered any more" {
		t.Errorf("DEPRECATED says %q", says)
	}
	if says, _ := reasonOf("NEW_REASON"); says != "it says NEW_REASON" {
		t.Errorf("a new reason says %q", says)
	}
}

// Without name and ARN the export is found by where it goes; the listing has pages.
func TestAnExportIsFoundByItsBucket(t *testing.T) {
	s := awsstub.Start(t, awsstub.Data(t))
	arn := func(n int) string { return fmt.Sprintf("%s-%d", exportARN, n) }
	s.On("ListExports", func(in map[string]any) (any, error) {
		page := func(n int, next string) map[string]any {
			out := map[string]any{"Exports": []any{map[string]any{"ExportArn": arn(n), "ExportName": "e", "ExportStatus": map[string]any{"StatusCode": "HEALTHY"}}}}
			if next != "" {
				out["NextToken"] = next
			}
			return out
		}
		if in["NextToken"] == nil {
			return page(1, "more"), nil
		}
		return page(2, ""), nil
	})
	s.On("GetExport", func(in map[string]any) (any, error) {
		out := described(curTable, asItShouldBe, "HEALTHY")
		if in["ExportArn"] == arn(1) {
			out["Export"].(map[string]any)["DestinationConfigurations"].(map[string]any)["S3Destination"].(map[string]any)["S3Bucket"] = "somewhere-else"
		}
		return out, nil
	})
	for _, c := range []struct {
		bucket, prefix string
		want           string
	}{
		{"acme-billing", "exports", arn(2)}, {"acme-billing", "exports/sluice-hourly/", arn(2)}, {"acme-billing", "", arn(2)},
		{"somewhere-else", "exports", arn(1)}, {"acme-billing", "exports-old", ""}, {"nowhere", "exports", ""},
	} {
		h, err := ExportHealth(t.Context(), s.Config(), Which{Kind: CUR2, Bucket: c.bucket, Prefix: c.prefix})
		if err != nil || h.ARN != c.want || h.Found != (c.want != "") {
			t.Errorf("to s3://%s/%s goes %q, not %q (%v)", c.bucket, c.prefix, h.ARN, c.want, err)
		}
		if !h.Found && !strings.Contains(found(h), "see that the credential is of the payer") {
			t.Errorf("that there is none says %s", found(h))
		}
	}
}

func TestHealthOfReports(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		works  bool
		finds  string
	}{
		{"well", func(map[string]any) {}, true, ""},
		{"never delivered", func(r map[string]any) { delete(r, "ReportStatus") }, true, ""},
		{"no right", func(r map[string]any) {
			r["ReportStatus"] = map[string]any{"lastStatus": "ERROR_PERMISSIONS", "lastDelivery": "20261002T030405Z"}
		}, false, "true status: AWS may not write report hourly into bucket acme-billing; give the bucket"},
		{"no bucket", func(r map[string]any) { r["ReportStatus"] = map[string]any{"lastStatus": "ERROR_NO_BUCKET"} }, false, "true status: bucket acme-billing, which report hourly goes to, is not there any more"},
		{"daily", func(r map[string]any) { r["TimeUnit"] = "DAILY" }, true, "true granularity: report hourly has granularity DAILY; hours are needed"},
		{"without resources", func(r map[string]any) { r["AdditionalSchemaElements"] = []any{} }, true, "true resources: report hourly has no resource ids"},
		{"for Athena", func(r map[string]any) { r["AdditionalArtifacts"] = []any{"ATHENA"} }, true, "false artifacts: report hourly is made for ATHENA too"},
		{"closed for good", func(r map[string]any) { r["RefreshClosedReports"] = false }, true, "false versioning: report hourly is not made anew"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := awsstub.Start(t, awsstub.Data(t))
			report := map[string]any{
				"ReportName": "hourly", "TimeUnit": "HOURLY", "Format": "textORcsv", "Compression": "GZIP", "AdditionalSchemaElements": []any{"RESOURCES"},
				"S3Bucket": "acme-billing", "S3Prefix": "exports", "S3Region": "us-east-1", "RefreshClosedReports": true,
				"ReportStatus": map[string]any{"lastStatus": "SUCCESS", "lastDelivery": "20261002T030405Z"},
			}
			c.change(report)
			s.On("DescribeReportDefinitions", func(map[string]any) (any, error) {
				return map[string]any{"ReportDefinitions": []any{report}}, nil
			})
			for _, which := range []Which{{Kind: CUR, Name: "hourly"}, {Kind: CUR, Bucket: "acme-billing", Prefix: "exports"}} {
				h, err := ExportHealth(t.Context(), s.Config(), which)
				if err != nil || !h.Found || h.Works != c.works || !strings.HasPrefix(found(h), c.finds) || (c.finds == "") != (found(h) == "") {
					t.Errorf("health is %+v, %v; wanted %q", h, err, c.finds)
				}
				if c.name == "well" && h.Last.Format(time.RFC3339) != "2026-10-02T03:04:05Z" {
					t.Errorf("it was delivered on %s", h.Last)
				}
			}
			if h, err := ExportHealth(t.Context(), s.Config(), Which{Kind: CUR, Name: "daily"}); err != nil || h.Found {
				t.Errorf("a report that is not there is %+v, %v", h, err)
			}
		})
	}
}

func TestHealthOfOtherKinds(t *testing.T) {
	s := awsstub.Start(t, awsstub.Data(t))
	if _, err := ExportHealth(t.Context(), s.Config(), Which{Kind: "azure-actual"}); err == nil || !strings.Contains(err.Error(), "ask about aws-cur2") {
		t.Errorf("it ends with %v", err)
	}
}
