package source

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// FOCUS is the kind of FOCUS exports of any provider.
const FOCUS = "focus"

// focus exports lie as those of AWS do, as Azure's do, or in folders of days
// without any manifest.
var focus = &layout{
	kind:       FOCUS,
	about:      "FOCUS 1.0 to 1.3, of AWS, Microsoft Azure, Google Cloud, Oracle and Alibaba Cloud",
	files:      "CSV (gzip, zip) and Parquet",
	isManifest: func(name string) bool { return name == "manifest.json" || isAWSManifest(name) },
	read: func(m *manifest, text []byte) (ours bool, err error) {
		var says struct {
			awsManifest
			azureManifest
		}
		if err := m.decode(text, &says); err != nil {
			return false, err
		}
		if says.Blobs != nil {
			return m.takeAzure(says.azureManifest)
		}
		if says.DataFiles == nil || !says.hasColumn(func(name string) bool { return name == "billedcost" || name == "billed_cost" }) {
			return false, nil
		}
		return true, m.takeAWS(says.awsManifest)
	},
	loose: regexp.MustCompile(`^(?:(.*)/)?(\d{4})/(\d{2})/\d{2}/[^/]+\.(?i:csv|csv\.gz|csv\.zip|parquet)$`),
}

// azureManifest is what Azure writes beside its exports.
type azureManifest struct {
	Blobs []struct { // names in the container
		BlobName string `json:"blobName"`
	} `json:"blobs"`
	ExportConfig struct {
		ExportName string `json:"exportName"`
		ResourceID string `json:"resourceId"`
		Type       string `json:"type"`
	} `json:"exportConfig"`
	RunInfo struct {
		RunID     string `json:"runId"`
		StartDate string `json:"startDate"`
		EndDate   string `json:"endDate"`
	} `json:"runInfo"`
}

func (m *manifest) takeAzure(says azureManifest) (ours bool, err error) {
	if says.ExportConfig.Type != "" && !strings.EqualFold(says.ExportConfig.Type, "FocusCost") {
		return false, nil
	}
	return true, m.takeExport(says)
}

// takeExport takes the files and month of a run, whatever it exports.
func (m *manifest) takeExport(says azureManifest) error {
	m.name, m.version = says.ExportConfig.ExportName, says.RunInfo.RunID
	for _, b := range says.Blobs {
		m.names = append(m.names, b.BlobName)
	}
	if says.ExportConfig.ResourceID != "" {
		m.id = strings.ToLower(says.ExportConfig.ResourceID) + "/" + m.report()
	}
	return m.takeRun(says.RunInfo.StartDate, says.RunInfo.EndDate)
}

// takeRun takes the month of a run. A run over several months is refused, for
// its lines would all be booked in the first.
func (m *manifest) takeRun(start, end string) (err error) {
	if len(start) < len("2006-01-02") {
		return fmt.Errorf("manifest %s has no start date in runInfo", m.key)
	}
	if m.month, err = m.parsePeriod(start[:len("2006-01")]); err != nil || len(end) < len("2006-01-02") {
		return err
	}
	last, err := billing.ParseDay(end[:len("2006-01-02")])
	if err != nil {
		return fmt.Errorf("manifest %s: %w", m.key, err)
	}
	if last > m.month.LastDay()+1 { // the end is the last day, or the day after it
		return fmt.Errorf("manifest %s covers %s to %s; export one month at a time", m.key, start, end)
	}
	return nil
}
