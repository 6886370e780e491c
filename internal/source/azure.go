package source

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Kinds of Microsoft's own exports. Its FOCUS exports are of the kind focus.
const (
	Azure         = "azure"          // Cost Management, actual cost
	PartnerCenter = "partner-center" // reconciliation of a partner's invoices
)

// azureCosts lie as FOCUS exports of Azure do: in a folder for the month, one for each
// run, mostly with a manifest. Without one the newest run is in force: each holds the
// whole month.
var azureCosts = &layout{
	kind:       Azure,
	about:      "Azure Cost Management, cost and usage details (actual cost)",
	files:      "CSV (gzip, zip) and Parquet",
	isManifest: func(name string) bool { return name == "manifest.json" },
	read: func(m *manifest, text []byte) (ours bool, err error) {
		var says azureManifest
		if err := m.decode(text, &says); err != nil {
			return false, err
		}
		switch {
		case says.Blobs == nil:
			return false, nil
		case strings.EqualFold(says.ExportConfig.Type, "ActualCost"), strings.EqualFold(says.ExportConfig.Type, "Usage"):
			return true, m.takeExport(says)
		}
		return false, nil
	},
	instead: func(m *manifest, text []byte) string {
		var says azureManifest
		if err := m.decode(text, &says); err != nil || m.takeExport(says) != nil {
			return ""
		}
		switch {
		case strings.EqualFold(says.ExportConfig.Type, "AmortizedCost"):
			return fmt.Sprintf("export %s is of amortized cost, which is not what Microsoft bills; make an export of actual cost beside it", m.report())
		case strings.EqualFold(says.ExportConfig.Type, "FocusCost"):
			return fmt.Sprintf("export %s is in FOCUS; use the kind %s for it", m.report(), FOCUS)
		}
		return ""
	},
	loose: regexp.MustCompile(`^(?:(.*)/)?(\d{4})(\d{2})\d{2}-\d{8}/(([^/]+)(?:/[^/]+)?)\.(?i:csv|csv\.gz|csv\.zip|parquet)$`),
	runs:  true,
}

// partnerManifest is what Partner Center says of a reconciliation that was asked for.
// It does not name the month, which the folders must say that it was copied to.
type partnerManifest struct {
	ID              string `json:"id"`
	ETag            string `json:"eTag"`
	DataFormat      string `json:"dataFormat"`
	PartnerTenantID string `json:"partnerTenantId"`
	Blobs           []struct {
		Name string `json:"name"`
	} `json:"blobs"`
}

var partnerCenter = &layout{
	kind:       PartnerCenter,
	about:      "Microsoft Partner Center reconciliation: daily rated usage, invoices",
	files:      "JSON lines (gzip) and CSV (gzip, zip)",
	isManifest: func(name string) bool { return name == "manifest.json" },
	read: func(m *manifest, text []byte) (ours bool, err error) {
		var says partnerManifest
		if err := m.decode(text, &says); err != nil {
			return false, err
		}
		if !strings.EqualFold(says.DataFormat, "compressedJSONLines") {
			return false, nil
		}
		at := monthInPath.FindStringSubmatch(m.key)
		if at == nil {
			return false, fmt.Errorf("manifest %s does not say which month it is about; copy it with its files to a folder of the month, such as 2026-10", m.key)
		}
		if m.month, err = m.parsePeriod(at[2] + "-" + at[3]); err != nil {
			return false, err
		}
		m.name = path.Base("/" + strings.Trim(at[1], "/"))
		if m.name == "/" {
			m.name = PartnerCenter
		}
		m.id = PartnerCenter + "/" + strings.Trim(at[1], "/")
		m.account, m.version = says.PartnerTenantID, strings.Trim(says.ETag, `"`)
		if m.version == "" {
			m.version = says.ID
		}
		for _, b := range says.Blobs {
			m.names = append(m.names, folderOf(m.key)+strings.TrimLeft(b.Name, "/"))
		}
		return true, nil
	},
	loose: monthInPath,
}

// monthInPath finds the month that a path names, the first one: in a folder, as 2026-10,
// 202610, 2026/10, year=2026/month=10 or month=2026-10, or in the name of a file, as
// billing-202610-000.json.gz.
var monthInPath = regexp.MustCompile(`^(?:(.*?)[/_.-])?(?:\w+=)?(20\d{2})[-/]?(?:month=)?(0[1-9]|1[0-2])(?:[/_.-].*)?\.(?i:json|json\.gz|jsonl|jsonl\.gz|ndjson|ndjson\.gz|csv|csv\.gz|csv\.zip|parquet)$`)
