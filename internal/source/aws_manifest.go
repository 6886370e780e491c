package source

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// awsManifest is what AWS writes beside its exports.
type awsManifest struct {
	AssemblyID    string `json:"assemblyId"`
	Account       string `json:"account"`
	ReportName    string `json:"reportName"`
	BillingPeriod struct {
		Start string `json:"start"`
	} `json:"billingPeriod"`
	Columns []struct {
		Category string `json:"category"`
		Name     string `json:"name"`
	} `json:"columns"`
	ReportKeys []string `json:"reportKeys"` // legacy: keys in the bucket
	DataFiles  []string `json:"dataFiles"`  // Data Exports: s3://bucket/key
	ExportARN  string   `json:"exportArn"`

	AdditionalArtifactKeys []struct { // legacy, of integrations
		ArtifactType string `json:"artifactType"`
	} `json:"additionalArtifactKeys"`
	AdditionalOutputFiles json.RawMessage `json:"additionalOutputFiles"` // Data Exports, of integrations
}

// isAWSManifest tells whether a file may be the manifest of an export of AWS.
func isAWSManifest(name string) bool { return strings.HasSuffix(name, "-Manifest.json") }

// hasColumn tells whether a column's name in small letters fits: Data Exports of
// several tables lie beside each other. Without a list of columns nothing speaks
// against it.
func (says awsManifest) hasColumn(fits func(string) bool) bool {
	for _, c := range says.Columns {
		if fits(strings.ToLower(c.Name)) {
			return true
		}
	}
	return says.Columns == nil
}

// integrations are the services that the files are made for, such as ATHENA.
func (says awsManifest) integrations() []string {
	var names []string
	for _, a := range says.AdditionalArtifactKeys {
		if name := strings.ToUpper(a.ArtifactType); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	files := strings.ToLower(string(says.AdditionalOutputFiles))
	switch {
	case strings.Contains(files, "redshift"):
		names = append(names, "REDSHIFT")
	case strings.ContainsRune(files, '"'): // there is a file at least
		names = append(names, "ATHENA")
	}
	return names
}

func (m *manifest) takeAWS(says awsManifest) error {
	m.name, m.account, m.version = says.ReportName, says.Account, says.AssemblyID
	m.names = append(says.ReportKeys, says.DataFiles...)
	for _, c := range says.Columns {
		if c.Category != "" {
			c.Name = c.Category + "/" + c.Name
		}
		m.columns = append(m.columns, c.Name)
	}
	m.id = says.ExportARN
	m.integrations = says.integrations()
	if part := strings.Split(says.ExportARN, ":"); m.account == "" && len(part) > 4 {
		m.account = part[4] // arn:aws:bcm-data-exports:region:account:export/…
	}
	if says.ReportKeys != nil && says.Account != "" {
		m.id = says.Account + "/" + m.report()
	}
	if says.BillingPeriod.Start == "" {
		return nil
	}
	start, err := time.Parse("20060102T150405.000Z", says.BillingPeriod.Start)
	if err != nil {
		return fmt.Errorf("manifest %s has a billing period that starts at %q; expected a time such as 20240901T000000.000Z", m.key, says.BillingPeriod.Start)
	}
	m.month = billing.PeriodOf(start)
	return nil
}
