package provision

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bcmdataexports"
	bcm "github.com/aws/aws-sdk-go-v2/service/bcmdataexports/types"
	cur "github.com/aws/aws-sdk-go-v2/service/costandusagereportservice"
	curtypes "github.com/aws/aws-sdk-go-v2/service/costandusagereportservice/types"
)

// mostPages bounds how many pages of exports or reports are asked for. An account has
// a handful.
const mostPages = 50

// Created says what became of an export that was to be made.
type Created struct {
	Name string
	ARN  string // of an export of Data Exports; empty for reports
	Made bool   // false where it was there before, as it was to be
	Says string // a sentence
}

// CreateExport makes the export of a plan by AWS's API, unless there is one of its
// name. One that is there and goes elsewhere is an error, one that has other settings
// is taken and said. The bucket and its policy must be there. An error is a
// *ProblemsError, or says what AWS refused and what to do.
func CreateExport(ctx context.Context, c aws.Config, p Plan) (Created, error) {
	if problems := p.CheckExport(); len(problems) > 0 {
		return Created{}, &ProblemsError{problems}
	}
	p = p.filled()
	c = inBillingRegion(c)
	health, err := ExportHealth(ctx, c, Which{Kind: p.Kind, Name: p.Export})
	if err != nil {
		return Created{}, err
	}
	if health.Found {
		return p.existingExport(health)
	}
	if p.Kind == CUR {
		return p.createReport(ctx, c)
	}
	return p.createExport(ctx, c)
}

// inBillingRegion calls AWS where it keeps exports.
func inBillingRegion(c aws.Config) aws.Config {
	c = c.Copy()
	c.Region = BillingRegion
	return c
}

// existingExport says how an export of a plan's name differs from the plan.
func (p Plan) existingExport(h Health) (Created, error) {
	if h.Bucket != p.Bucket || h.Prefix != p.Prefix {
		return Created{}, fmt.Errorf("payer %s has an export %s already, which goes to s3://%s/%s; choose another name, or declare a source there", p.Payer, p.Export, h.Bucket, h.Prefix)
	}
	if h.Kind != p.Kind {
		return Created{}, fmt.Errorf("payer %s has an export %s already, which is not of kind %s; choose another name", p.Payer, p.Export, p.Kind)
	}
	says := []string{fmt.Sprintf("export %s was there already", p.Export)}
	for _, f := range h.Findings {
		says = append(says, f.Says+"; "+f.Advice)
	}
	return Created{Name: h.Name, ARN: h.ARN, Says: strings.Join(says, ". ")}, nil
}

func (p Plan) createReport(ctx context.Context, c aws.Config) (Created, error) {
	report := curtypes.ReportDefinition{
		ReportName: &p.Export, TimeUnit: curtypes.TimeUnitHourly, Format: curtypes.ReportFormatCsv, Compression: curtypes.CompressionFormatGzip,
		S3Bucket: &p.Bucket, S3Prefix: &p.Prefix, S3Region: curtypes.AWSRegion(p.Region),
		RefreshClosedReports: aws.Bool(true), ReportVersioning: curtypes.ReportVersioningOverwriteReport,
	}
	for _, e := range p.elements() {
		report.AdditionalSchemaElements = append(report.AdditionalSchemaElements, curtypes.SchemaElement(e))
	}
	if p.BillingView != "" {
		report.BillingViewArn = &p.BillingView
	}
	_, err := cur.NewFromConfig(c).PutReportDefinition(ctx, &cur.PutReportDefinitionInput{ReportDefinition: &report})
	var twice *curtypes.DuplicateReportNameException
	if errors.As(err, &twice) {
		return Created{}, fmt.Errorf("payer %s has a report %s that was made just now; look at it with source check, or choose another name", p.Payer, p.Export)
	}
	if err != nil {
		return Created{}, p.refused(ctx, err, "cur:PutReportDefinition")
	}
	return Created{Name: p.Export, Made: true, Says: p.madeNow()}, nil
}

func (p Plan) createExport(ctx context.Context, c aws.Config) (Created, error) {
	settings := map[string]string{}
	for _, s := range p.settings() {
		settings[s.name] = s.value
	}
	to := &bcm.S3Destination{
		S3Bucket: &p.Bucket, S3Prefix: &p.Prefix, S3Region: &p.Region,
		S3OutputConfigurations: &bcm.S3OutputConfigurations{
			OutputType: bcm.S3OutputTypeCustom, Format: bcm.FormatOptionParquet, Compression: bcm.CompressionOptionParquet, Overwrite: bcm.OverwriteOptionOverwriteReport,
		},
	}
	if p.foreign() {
		to.S3BucketOwner = &p.BucketOwner
	}
	out, err := bcmdataexports.NewFromConfig(c).CreateExport(ctx, &bcmdataexports.CreateExportInput{Export: &bcm.Export{
		Name: &p.Export, Description: aws.String(exportDescription),
		DataQuery:                 &bcm.DataQuery{QueryStatement: aws.String(p.query()), TableConfigurations: map[string]map[string]string{p.table(): settings}},
		DestinationConfigurations: &bcm.DestinationConfigurations{S3Destination: to},
		RefreshCadence:            &bcm.RefreshCadence{Frequency: bcm.FrequencyOptionSynchronous},
	}})
	if err != nil {
		return Created{}, p.refused(ctx, err, "bcm-data-exports:CreateExport")
	}
	return Created{Name: p.Export, ARN: aws.ToString(out.ExportArn), Made: true, Says: p.madeNow()}, nil
}

func (p Plan) madeNow() string {
	return fmt.Sprintf("export %s was made; its first files come to s3://%s/%s within 24 hours", p.Export, p.Bucket, p.Prefix)
}

// refused says why AWS did not make an export, and what to do.
func (p Plan) refused(ctx context.Context, err error, action string) error {
	var quota *bcm.ServiceQuotaExceededException
	var limit *curtypes.ReportLimitReachedException
	var invalid *bcm.ValidationException
	var invalidReport *curtypes.ValidationException
	switch {
	case errors.As(err, &quota), errors.As(err, &limit):
		return fmt.Errorf("payer %s has as many exports as AWS allows; delete one that nobody reads, or ask AWS for more", p.Payer)
	case errors.As(err, &invalid):
		said := []string{aws.ToString(invalid.Message)}
		for _, f := range invalid.Fields {
			said = append(said, aws.ToString(f.Name)+": "+aws.ToString(f.Message))
		}
		return p.invalid(strings.Join(said, ", "))
	case errors.As(err, &invalidReport):
		return p.invalid(aws.ToString(invalidReport.Message))
	}
	return explain(ctx, err, fmt.Sprintf("export %s was not made", p.Export), action)
}

// invalid explains what AWS says of an export that it does not take: mostly that it
// may not write into the bucket.
func (p Plan) invalid(said string) error {
	for _, word := range []string{"bucket", "permission", "policy", "s3"} {
		if strings.Contains(strings.ToLower(said), word) {
			return fmt.Errorf("AWS may not deliver export %s into bucket %s (%s); see that the bucket is in region %s and of account %s, and that its policy has the statements of bucket-policy.json", p.Export, p.Bucket, said, p.Region, p.BucketOwner)
		}
	}
	return fmt.Errorf("AWS does not take export %s (%s); change what it names", p.Export, said)
}
