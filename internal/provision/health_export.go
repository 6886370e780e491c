package provision

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bcmdataexports"
	bcm "github.com/aws/aws-sdk-go-v2/service/bcmdataexports/types"
)

// mostLooked bounds how many exports are looked into where their name is not known.
const mostLooked = 100

func dataExportHealth(ctx context.Context, c aws.Config, which Which) (Health, error) {
	at := bcmdataexports.NewFromConfig(c)
	arns := []string{which.ARN}
	if which.ARN == "" {
		var err error
		if arns, err = exportARNs(ctx, at, which); err != nil {
			return Health{}, err
		}
	}
	for _, arn := range arns {
		out, err := at.GetExport(ctx, &bcmdataexports.GetExportInput{ExportArn: &arn})
		var gone *bcm.ResourceNotFoundException
		switch {
		case errors.As(err, &gone):
			continue
		case err != nil:
			return Health{}, explain(ctx, err, which.String()+" could not be looked at", "bcm-data-exports:GetExport")
		case out.Export == nil:
			continue
		}
		if h, ok := describedExport(which, arn, out); ok {
			if !h.Works {
				return h, lastExecution(ctx, at, &h)
			}
			return h, nil
		}
	}
	return none(which), nil
}

// exportARNs are those of the exports that may be the one that is meant.
func exportARNs(ctx context.Context, at *bcmdataexports.Client, which Which) ([]string, error) {
	var arns []string
	pages := bcmdataexports.NewListExportsPaginator(at, &bcmdataexports.ListExportsInput{})
	for range mostPages {
		if !pages.HasMorePages() || len(arns) >= mostLooked {
			break
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, explain(ctx, err, "exports could not be listed", "bcm-data-exports:ListExports")
		}
		for _, e := range page.Exports {
			if which.Name == "" || which.Name == aws.ToString(e.ExportName) {
				arns = append(arns, aws.ToString(e.ExportArn))
			}
		}
	}
	return arns[:min(len(arns), mostLooked)], nil
}

// describedExport is what AWS says of an export, if it is the one that is meant.
func describedExport(which Which, arn string, out *bcmdataexports.GetExportOutput) (Health, bool) {
	e := out.Export
	h := Health{Found: true, Works: true, Kind: which.Kind, Name: aws.ToString(e.Name), ARN: arn}
	var to *bcm.S3Destination
	if e.DestinationConfigurations != nil {
		to = e.DestinationConfigurations.S3Destination
	}
	if to != nil {
		h.Bucket, h.Prefix = aws.ToString(to.S3Bucket), strings.Trim(aws.ToString(to.S3Prefix), "/")
	}
	if which.ARN == "" && which.Name == "" && !which.goesTo(h.Bucket, h.Prefix) {
		return h, false
	}
	table := ""
	if e.DataQuery != nil {
		table = h.query(aws.ToString(e.DataQuery.QueryStatement))
		h.settings(table, e.DataQuery.TableConfigurations[table])
	}
	if kind := kindOfTable(table); kind != which.Kind {
		if which.Name == "" && which.ARN == "" {
			return h, false
		}
		h.Kind = kind
		h.find(true, "format", fmt.Sprintf("export %s has table %s, which is not of kind %s", h.Name, table, which.Kind), "declare the source with the kind of its export, or make an export of this kind")
	}
	if s := out.ExportStatus; s != nil {
		if s.LastRefreshedAt != nil {
			h.Last = s.LastRefreshedAt.UTC()
		}
		if s.StatusCode == bcm.ExportStatusCodeUnhealthy {
			h.Works = false
			says, advice := reasonOf(string(s.StatusReason))
			h.find(true, "status", "AWS does not deliver export "+h.Name+" any more: "+says, advice)
		}
	}
	return h, true
}

// query reads which table an export selects from, and how many columns.
func (h *Health) query(statement string) (table string) {
	columns, rest, found := strings.Cut(strings.Join(strings.Fields(statement), " "), " FROM ")
	if !found {
		columns, rest, _ = strings.Cut(strings.Join(strings.Fields(statement), " "), " from ")
	}
	h.Columns = strings.Count(columns, ",") + 1
	if where, _, filtered := strings.Cut(rest, " "); filtered {
		h.find(true, "format", "export "+h.Name+" leaves rows out by a condition", "make the export anew without a condition, or its sum is not that of the bill")
		return where
	}
	return rest
}

func kindOfTable(table string) string {
	switch {
	case table == curTable:
		return CUR2
	case strings.HasPrefix(table, "FOCUS_"):
		return FOCUS
	}
	return ""
}

// settings looks at the properties of an export's table. Those that it does not give
// are as AWS has them by itself: hourly, and in CUR 2.0 without resources.
func (h *Health) settings(table string, given map[string]string) {
	if granularity := given["TIME_GRANULARITY"]; granularity != "" && granularity != "HOURLY" {
		h.find(true, "granularity", fmt.Sprintf("export %s has granularity %s", h.Name, granularity), notHourly)
	}
	if kindOfTable(table) == CUR2 && given["INCLUDE_RESOURCES"] != "TRUE" {
		h.find(true, "resources", "export "+h.Name+" has no resource ids", noResources)
	}
	if given["INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY"] == "TRUE" {
		h.find(false, "format", "export "+h.Name+" has discounts as lines of their own", "that is read as well; do not change it inside a month")
	}
}

// reasonOf says why AWS does not deliver, and what to do.
func reasonOf(reason string) (says, advice string) {
	switch reason {
	case "INSUFFICIENT_PERMISSION":
		return "it may not write into the bucket, or whoever made the export lost the right to", "see that the bucket is there, and that its policy has the statements of bucket-policy.json"
	case "BILL_OWNER_CHANGED":
		return "the bill has another owner now, as after a billing transfer", "make an export at the new payer, with the billing view of this organization, and declare a source for it; what was delivered before stays"
	case "INTERNAL_FAILURE":
		return "AWS had a fault of its own", "wait for the next delivery, some hours, and ask AWS if there is none"
	case "DEPRECATED":
		return "its table is not offered any more", "make an export from the table's new version"
	case "":
		return "it gives no reason", "look at the export in AWS's console under Data Exports"
	}
	return "it says " + reason, "look at the export in AWS's console under Data Exports"
}

// lastExecution adds why the last delivery of an export failed that does not work,
// where that is another reason than its status has.
func lastExecution(ctx context.Context, at *bcmdataexports.Client, h *Health) error {
	var last *bcm.ExecutionStatus
	pages := bcmdataexports.NewListExecutionsPaginator(at, &bcmdataexports.ListExecutionsInput{ExportArn: &h.ARN})
	for range mostPages {
		if !pages.HasMorePages() {
			break
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return explain(ctx, err, "the deliveries of export "+h.Name+" could not be listed", "bcm-data-exports:ListExecutions")
		}
		for _, e := range page.Executions {
			if s := e.ExecutionStatus; s != nil && s.CreatedAt != nil && (last == nil || s.CreatedAt.After(*last.CreatedAt)) {
				last = s
			}
		}
	}
	if last == nil || last.StatusCode != bcm.ExecutionStatusCodeQueryFailure && last.StatusCode != bcm.ExecutionStatusCodeDeliveryFailure {
		return nil
	}
	says, advice := reasonOf(string(last.StatusReason))
	done := "wrote the files of"
	if last.StatusCode == bcm.ExecutionStatusCodeQueryFailure {
		done = "worked out"
	}
	h.find(true, "status", fmt.Sprintf("the last time that AWS %s export %s, on %s, it failed: %s", done, h.Name, last.CreatedAt.UTC().Format("2006-01-02 15:04 UTC"), says), advice)
	return nil
}
