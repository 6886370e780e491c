package provision

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cur "github.com/aws/aws-sdk-go-v2/service/costandusagereportservice"
	curtypes "github.com/aws/aws-sdk-go-v2/service/costandusagereportservice/types"
)

// deliveredAt is how AWS writes the time of a report's delivery.
const deliveredAt = "20060102T150405Z0700"

func reportHealth(ctx context.Context, c aws.Config, which Which) (Health, error) {
	pages := cur.NewDescribeReportDefinitionsPaginator(cur.NewFromConfig(c), &cur.DescribeReportDefinitionsInput{})
	for range mostPages {
		if !pages.HasMorePages() {
			break
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Health{}, explain(ctx, err, "reports could not be listed", "cur:DescribeReportDefinitions")
		}
		for _, r := range page.ReportDefinitions {
			if which.Name == aws.ToString(r.ReportName) || which.Name == "" && which.goesTo(aws.ToString(r.S3Bucket), aws.ToString(r.S3Prefix)) {
				return describedReport(r), nil
			}
		}
	}
	return none(which), nil
}

// describedReport is what AWS says of a report.
func describedReport(r curtypes.ReportDefinition) Health {
	h := Health{Found: true, Works: true, Kind: CUR, Name: aws.ToString(r.ReportName), Bucket: aws.ToString(r.S3Bucket), Prefix: strings.Trim(aws.ToString(r.S3Prefix), "/")}
	if s := r.ReportStatus; s != nil {
		if t, err := time.Parse(deliveredAt, aws.ToString(s.LastDelivery)); err == nil {
			h.Last = t.UTC()
		}
		switch s.LastStatus {
		case curtypes.LastStatusErrorPermissions:
			h.Works = false
			h.find(true, "status", fmt.Sprintf("AWS may not write report %s into bucket %s", h.Name, h.Bucket), "give the bucket the statements of bucket-policy.json, and wait a day")
		case curtypes.LastStatusErrorNoBucket:
			h.Works = false
			h.find(true, "status", fmt.Sprintf("bucket %s, which report %s goes to, is not there any more", h.Bucket, h.Name), "make the bucket again with its policy, or a report that goes elsewhere")
		}
	}
	if r.TimeUnit != curtypes.TimeUnitHourly {
		h.find(true, "granularity", fmt.Sprintf("report %s has granularity %s", h.Name, r.TimeUnit), notHourly)
	}
	if !slices.Contains(r.AdditionalSchemaElements, curtypes.SchemaElementResources) {
		h.find(true, "resources", "report "+h.Name+" has no resource ids", noResources)
	}
	if len(r.AdditionalArtifacts) > 0 {
		var all []string
		for _, a := range r.AdditionalArtifacts {
			all = append(all, string(a))
		}
		h.find(false, "artifacts", fmt.Sprintf("report %s is made for %s too, which puts other files beside it", h.Name, strings.Join(all, ", ")), "turn the integration off, unless somebody uses it")
	}
	if !aws.ToBool(r.RefreshClosedReports) {
		h.find(false, "versioning", "report "+h.Name+" is not made anew when AWS corrects a closed month", "let AWS refresh closed reports, or refunds come without a new file")
	}
	return h
}
