package sample

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// bucket is the name that manifests give the place of the files.
const bucket = "example-exports"

// format is one way a provider delivers a month.
type format struct {
	family      string // cur | cur2 | focus: how folders and manifest look
	ending      string // of the data files
	compression string // as the manifest says
	contentType string
	layout      func(Options) layout
}

func (f format) parquet() bool { return f.compression == "Parquet" }

// Formats lists what Options.Format may be.
var Formats = []string{"cur-csv-gz", "cur-csv-zip", "cur-parquet", "cur2", "cur2-parquet", "focus", "focus-parquet"}

var formats = map[string]format{
	"cur-csv-gz":    {"cur", ".csv.gz", "GZIP", "text/csv", func(o Options) layout { return curLayout(o, false) }},
	"cur-csv-zip":   {"cur", ".csv.zip", "ZIP", "text/csv", func(o Options) layout { return curLayout(o, false) }},
	"cur-parquet":   {"cur", ".snappy.parquet", "Parquet", "Parquet", func(o Options) layout { return curLayout(o, true) }},
	"cur2":          {"cur2", ".csv.gz", "GZIP", "text/csv", cur2Layout},
	"cur2-parquet":  {"cur2", ".snappy.parquet", "Parquet", "Parquet", cur2Layout},
	"focus":         {"focus", ".csv.gz", "GZIP", "text/csv", func(Options) layout { return focusLayout() }},
	"focus-parquet": {"focus", ".snappy.parquet", "Parquet", "Parquet", func(Options) layout { return focusLayout() }},
}

// delivery is where one version of a month lies; all paths are keys below the
// folder of the export, with slashes.
type delivery struct {
	format
	Options
	version string // assemblyId
}

func newDelivery(o Options) delivery {
	// Whatever changes the content changes the version.
	version := uuid(newRand(o.Seed, fmt.Sprintf("%+v", o)))
	return delivery{formats[o.Format], o, version}
}

// dataKeys are the data files, in the order of their lines.
func (d delivery) dataKeys(chunks int) []string {
	folder := ""
	switch {
	case d.family != "cur":
		folder = path.Join(d.Report, "data", d.partition())
	case d.parquet():
		folder = path.Join(d.Report, d.Report, fmt.Sprintf("year=%d/month=%d", d.Period.Year(), d.Period.Month()))
	default:
		folder = path.Join(d.Report, dateRange(d.Period), d.version)
	}
	keys := make([]string, chunks)
	for i := range keys {
		keys[i] = fmt.Sprintf("%s/%s-%05d%s", folder, d.Report, i+1, d.ending)
	}
	return keys
}

// manifestKeys are where the manifest is written; the last one is the one
// that says which version is current.
func (d delivery) manifestKeys() []string {
	name := d.Report + "-Manifest.json"
	switch {
	case d.family != "cur":
		return []string{path.Join(d.Report, "metadata", d.partition(), name)}
	case d.parquet():
		return []string{path.Join(d.Report, dateRange(d.Period), name)}
	}
	return []string{
		path.Join(d.Report, dateRange(d.Period), d.version, name),
		path.Join(d.Report, dateRange(d.Period), name),
	}
}

// partition is the month's folder in data exports; its case differs.
func (d delivery) partition() string {
	if d.family == "focus" {
		return "billing_period=" + d.Period.String()
	}
	return "BILLING_PERIOD=" + d.Period.String()
}

func dateRange(p billing.Period) string {
	return p.Start().Format("20060102") + "-" + p.End().Format("20060102")
}

// manifestColumn describes a column; data exports have no categories, and
// legacy CSV reports no types.
type manifestColumn struct {
	Category string `json:"category,omitempty"`
	Name     string `json:"name"`
	Type     string `json:"type,omitempty"`
}

var manifestTypes = map[columnKind]string{
	text: "OptionalString", number: "OptionalBigDecimal", timestamp: "Timestamp", dictionary: "map",
}

type manifest struct {
	AssemblyID    string            `json:"assemblyId"`
	Account       string            `json:"account"`
	Columns       []manifestColumn  `json:"columns"`
	Charset       string            `json:"charset"`
	Compression   string            `json:"compression"`
	ContentType   string            `json:"contentType"`
	ReportID      string            `json:"reportId,omitempty"`
	ReportName    string            `json:"reportName"`
	BillingPeriod map[string]string `json:"billingPeriod,omitempty"`
	Bucket        string            `json:"bucket,omitempty"`
	ReportKeys    []string          `json:"reportKeys,omitempty"`
	DataFiles     []string          `json:"dataFiles,omitempty"`
}

func (d delivery) manifest(columns []column, keys []string) manifest {
	m := manifest{
		AssemblyID: d.version, Account: d.Payer, Charset: "UTF-8",
		Compression: d.compression, ContentType: d.contentType, ReportName: d.Report,
	}
	legacy := curColumns(d.Options)
	for i, c := range columns {
		mc := manifestColumn{Name: c.name, Type: manifestTypes[c.kind]}
		if d.family == "cur" {
			mc.Category, mc.Name, _ = strings.Cut(legacy[i].name, "/")
			if d.parquet() {
				mc.Category, mc.Name = snake(mc.Category), snake(mc.Name)
			} else {
				mc.Type = ""
			}
		}
		m.Columns = append(m.Columns, mc)
	}
	if d.family != "cur" {
		for _, key := range keys {
			m.DataFiles = append(m.DataFiles, "s3://"+bucket+"/"+key)
		}
		return m
	}
	const basic = "20060102T150405.000Z"
	m.ReportID = strings.ReplaceAll(uuid(newRand(d.Seed, "report", d.Report)), "-", "")
	m.BillingPeriod = map[string]string{"start": d.Period.Start().Format(basic), "end": d.Period.End().Format(basic)}
	m.Bucket, m.ReportKeys = bucket, keys
	return m
}

// writeManifests writes them after all data, as the provider does.
func (d delivery) writeManifests(dir string, columns []column, keys []string) error {
	m := d.manifest(columns, keys)
	for _, key := range d.manifestKeys() {
		file := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := writeJSON(file, m); err != nil {
			return err
		}
	}
	return nil
}
