package focus

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// Manifest says what was written, so that who takes it over knows when it is whole. It
// has no time of its making: the same months give the same manifest.
type Manifest struct {
	DataSet   DataSet        `json:"data_set"`
	Version   string         `json:"version"` // of what the data set follows
	Format    Format         `json:"format"`
	Schema    string         `json:"schema_id"` // of the columns and types
	Period    billing.Period `json:"period"`
	Start     time.Time      `json:"period_start"`
	End       time.Time      `json:"period_end"`       // exclusive
	Groups    []string       `json:"groups,omitempty"` // none of the reseller's own
	Draft     bool           `json:"draft,omitempty"`  // something in it is not issued and may change
	Columns   []Column       `json:"columns"`
	Files     []File         `json:"files"`
	Rows      int64          `json:"rows"`
	Totals    []Total        `json:"totals"`    // of BilledCost, by invoice and currency
	Revisions []string       `json:"revisions"` // pricings of the month that it was made from
	Loads     []string       `json:"loads"`     // of provider's files, of the pricing in force
}

// File is one file of a data set.
type File struct {
	Name   string `json:"name"` // below the folder
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Name is what the manifest's file is called, such as
// cost-and-usage-2026-10.manifest.json. It is written last.
func (m Manifest) Name() string { return fmt.Sprintf("%s-%s.manifest.json", m.DataSet, m.Period) }

// schemaOf names a set of columns: the same name is the same columns.
func schemaOf(set DataSet, version string, columns []Column) string {
	hash := sha256.New()
	fmt.Fprintln(hash, set, version)
	for _, c := range columns {
		fmt.Fprintln(hash, c.Name, c.Type)
	}
	return string(set) + "-" + hex.EncodeToString(hash.Sum(nil))[:12]
}

// write adds the files up and writes the manifest beside them. Files that an earlier
// export left under the numbers that follow are removed.
func (m *Manifest) write(dir string, files []engine.ExportFile) error {
	m.Files = []File{}
	for _, f := range files {
		file, err := fileOf(dir, f)
		if err != nil {
			return err
		}
		m.Files, m.Rows = append(m.Files, file), m.Rows+f.Rows
	}
	if err := m.sweep(dir); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, m.Name()), append(text, '\n'), 0o644)
}

// sweep removes files of the same data set and month that this export has not.
func (m *Manifest) sweep(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf("%s-%s-[0-9][0-9][0-9][0-9].%s", m.DataSet, m.Period, m.Format.exported())))
	if err != nil {
		return err
	}
	ours := map[string]bool{}
	for _, f := range m.Files {
		ours[f.Name] = true
	}
	for _, path := range left {
		if !ours[filepath.Base(path)] {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

func fileOf(dir string, f engine.ExportFile) (File, error) {
	opened, err := os.Open(filepath.Join(dir, f.Name))
	if err != nil {
		return File{}, err
	}
	defer opened.Close()
	hash := sha256.New()
	n, err := io.Copy(hash, opened)
	return File{Name: f.Name, Rows: f.Rows, Bytes: n, SHA256: hex.EncodeToString(hash.Sum(nil))}, err
}
