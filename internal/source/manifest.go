package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// The formats of exports, as a source's kind names them.
const (
	AWSCUR  = "aws-cur"  // Cost and Usage Report, legacy
	AWSCUR2 = "aws-cur2" // Data Exports, table COST_AND_USAGE_REPORT
	FOCUS   = "focus"    // FOCUS of any provider
)

// maxManifest bounds what is read into memory; real ones have some kilobytes.
const maxManifest = 10 << 20

// manifest is what an export says of itself. The fields of all providers are
// here together; which are set tells the format.
type manifest struct {
	key  string
	etag string

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
	ReportKeys []string `json:"reportKeys"` // AWS legacy: keys in the bucket
	DataFiles  []string `json:"dataFiles"`  // AWS Data Exports: s3://bucket/key
	ExportARN  string   `json:"exportArn"`

	Blobs []struct { // Azure: names in the container
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

// isManifest tells from its name whether a file may be a manifest of the kind.
func isManifest(kind, name string) bool {
	return strings.HasSuffix(name, "-Manifest.json") || kind == FOCUS && name == "manifest.json"
}

func (p *Place) readManifest(ctx context.Context, key string) (*manifest, error) {
	file, err := p.stat(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("manifest %s in %s cannot be read: %w", key, p.name, err)
	}
	if file.Size > maxManifest {
		return nil, fmt.Errorf("manifest %s has %d bytes; more than %d are not read, it is no manifest of an export", key, file.Size, maxManifest)
	}
	body, err := p.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	m := &manifest{key: key, etag: file.ETag}
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), m); err != nil {
		return nil, fmt.Errorf("manifest %s in %s is not well formed; copy it again or have the provider deliver again: %w", key, p.name, err)
	}
	return m, nil
}

// is tells whether the manifest belongs to an export of the kind. Data Exports
// of other tables lie beside each other and are told apart by their columns.
func (m *manifest) is(kind string) bool {
	switch kind {
	case AWSCUR:
		return m.ReportKeys != nil
	case AWSCUR2:
		return m.DataFiles != nil && m.hasColumn(func(name string) bool { return strings.HasPrefix(name, "line_item_") })
	default:
		if m.Blobs != nil {
			return m.ExportConfig.Type == "" || strings.EqualFold(m.ExportConfig.Type, "FocusCost")
		}
		return m.DataFiles != nil && m.hasColumn(func(name string) bool { return name == "billedcost" || name == "billed_cost" })
	}
}

// hasColumn tells whether a column's name in small letters fits. Without a
// list of columns nothing speaks against it.
func (m *manifest) hasColumn(fits func(string) bool) bool {
	for _, c := range m.Columns {
		if fits(strings.ToLower(c.Name)) {
			return true
		}
	}
	return m.Columns == nil
}

// files are the data files as the manifest names them, in its order.
func (m *manifest) files() []string {
	names := slices.Concat(m.ReportKeys, m.DataFiles)
	for _, b := range m.Blobs {
		names = append(names, b.BlobName)
	}
	return names
}

func (m *manifest) columns() []string {
	var names []string
	for _, c := range m.Columns {
		if c.Category != "" {
			c.Name = c.Category + "/" + c.Name
		}
		names = append(names, c.Name)
	}
	return names
}

func (m *manifest) report() string {
	for _, name := range []string{m.ReportName, m.ExportConfig.ExportName} {
		if name != "" {
			return name
		}
	}
	if name := strings.TrimSuffix(path.Base(m.key), "-Manifest.json"); name != "manifest.json" {
		return name
	}
	return strings.Trim(folderOf(m.key), "/")
}

// identity is the same for all versions of a report and differs between
// reports, wherever their copies lie. What the provider says comes first; a
// report's folder is next; a manifest copied without its folders has its name.
func (m *manifest) identity(c candidate) string {
	switch {
	case m.ReportKeys != nil && m.Account != "":
		return m.Account + "/" + m.report()
	case m.ExportARN != "":
		return m.ExportARN
	case m.ExportConfig.ResourceID != "":
		return strings.ToLower(m.ExportConfig.ResourceID) + "/" + m.report()
	case c.dated:
		return c.report
	default:
		return m.report()
	}
}

// period is the month the manifest is about.
func (m *manifest) period() (billing.Period, error) {
	switch {
	case m.Blobs != nil:
		return m.runPeriod()
	case m.BillingPeriod.Start != "":
		start, err := time.Parse("20060102T150405.000Z", m.BillingPeriod.Start)
		if err != nil {
			return billing.Period{}, fmt.Errorf("manifest %s has a billing period that starts at %q; expected a time such as 20240901T000000.000Z", m.key, m.BillingPeriod.Start)
		}
		return billing.PeriodOf(start), nil
	}
	for _, name := range append([]string{m.key}, m.files()...) {
		for _, folder := range segments(name) {
			if month := periodFolder.FindStringSubmatch(folder); month != nil {
				return m.parsePeriod(month[1] + "-" + month[2])
			}
			if month := rangeFolder.FindStringSubmatch(folder); month != nil {
				return m.parsePeriod(month[1] + "-" + month[2])
			}
		}
	}
	return billing.Period{}, fmt.Errorf("manifest %s does not say which month it is about; keep the provider's folders, such as BILLING_PERIOD=2024-09", m.key)
}

// runPeriod is the month of an Azure export's run. A run over several months
// is refused, for its lines would all be booked in the first.
func (m *manifest) runPeriod() (billing.Period, error) {
	start, end := m.RunInfo.StartDate, m.RunInfo.EndDate
	if len(start) < len("2006-01-02") {
		return billing.Period{}, fmt.Errorf("manifest %s has no start date in runInfo", m.key)
	}
	period, err := m.parsePeriod(start[:len("2006-01")])
	if err != nil || len(end) < len("2006-01-02") {
		return period, err
	}
	last, err := billing.ParseDay(end[:len("2006-01-02")])
	if err != nil {
		return billing.Period{}, fmt.Errorf("manifest %s: %w", m.key, err)
	}
	if last > period.LastDay()+1 { // the end is the last day, or the day after it
		return billing.Period{}, fmt.Errorf("manifest %s covers %s to %s; export one month at a time", m.key, start, end)
	}
	return period, nil
}

func (m *manifest) parsePeriod(text string) (billing.Period, error) {
	period, err := billing.ParsePeriod(text)
	if err != nil {
		return billing.Period{}, fmt.Errorf("manifest %s: %w", m.key, err)
	}
	return period, nil
}

// version is the provider's own name of this delivery, or else a hash that
// changes when the manifest or a file does.
func (m *manifest) version(files []File) string {
	switch {
	case m.AssemblyID != "":
		return m.AssemblyID
	case m.RunInfo.RunID != "":
		return m.RunInfo.RunID
	default:
		return hashOf(files, m.etag)
	}
}

// hashOf is a hash over the keys and ETags of the files in any order, and over
// what else is given.
func hashOf(files []File, more ...string) string {
	lines := make([]string, 0, len(files))
	for _, f := range files {
		lines = append(lines, f.Key+"\x00"+f.ETag)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(append(lines, more...), "\n")))
	return hex.EncodeToString(sum[:])
}
