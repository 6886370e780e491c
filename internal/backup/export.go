package backup

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// Exported says what was written.
type Exported struct {
	Folder    string `json:"folder"`
	Documents int    `json:"documents"` // each in several formats
	Rows      int64  `json:"rows"`      // of all tables
	Files     int    `json:"files"`     // of the lake
	// Left says what could not be written, and why; the rest is whole.
	Left []string `json:"left,omitempty"`
}

// exportedTables are the tables that leave the system, and what is in each. All
// others hold what has a meaning inside of it only: keys, sessions, jobs.
var exportedTables = map[string]string{
	"pushed_bill":       "bills and registers that were pushed; `document` is JSON as it came",
	"collection_run":    "when sources were read anew, and why",
	"resource":          "what was declared, all versions; `spec` is JSON. What is in force is in configuration.yaml",
	"audit":             "who did what to which thing, the oldest first",
	"load":              "versions of the provider's exports that were read",
	"load_file":         "the files of each, with their SHA-256",
	"current_load":      "which versions are in force",
	"finding":           "what was found in the data",
	"waiver":            "findings that somebody accepted, and why",
	"period_state":      "where each payer stands in each month",
	"reopening":         "months that were opened again after their close",
	"rated":             "pricings of each month",
	"rated_load":        "the versions of exports that each was made from",
	"current_rated":     "which pricings are in force",
	"booking_mapping":   "in which accounts of accounting systems documents are booked; `document` is YAML",
	"artwork":           "pictures and fonts of documents; `data` is base64",
	"certificate":       "the proof of each pricing; `document` is JSON",
	"invoice":           "documents; `document` is JSON, the same as below documents/",
	"invoice_number":    "the register of numbers",
	"document_event":    "what happened to documents: approved, published, sent, reminded",
	"adjusting_entry":   "fees, refunds and credits, and what was decided on each; `document` is JSON",
	"entry_collection":  "from which versions of exports they were collected",
	"payment":           "payments, write-offs and reversals",
	"settlement":        "which part of which settles which document",
	"prepaid_entry":     "prepaid balances, entry by entry",
	"month_item":        "additional items of each month",
	"month_item_import": "files that they were imported from",
	"month_setting":     "invoice settings of each month, all versions; `settings` is JSON",
	"schedule_run":      "what became of each time at which a schedule was due",
}

// Export writes all that an installation holds into a folder, which must be new or
// empty, in forms that other programs read: YAML, JSON, CSV, PDF and Parquet. The
// records are those of one moment. Nothing secret is written.
func (b *Backups) Export(ctx context.Context, folder string) (Exported, error) {
	e := exporting{home: b, folder: folder, done: Exported{Folder: folder}}
	if entries, err := os.ReadDir(folder); err == nil && len(entries) > 0 {
		return e.done, fmt.Errorf("%s is not empty; name a new folder", folder)
	}
	for _, step := range []func(context.Context) error{e.configuration, e.documents, e.records, e.readme} {
		if err := step(ctx); err != nil {
			return e.done, fmt.Errorf("export to %s: %w", folder, err)
		}
	}
	return e.done, nil
}

// exporting is one Export under way.
type exporting struct {
	home   *Backups
	folder string
	done   Exported
}

// file writes a new file below the folder.
func (e *exporting) file(name string, write func(io.Writer) error) error {
	path := filepath.Join(e.folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

func (e *exporting) configuration(ctx context.Context) error {
	c, err := e.home.home.Config(ctx)
	if err != nil {
		return err
	}
	return e.file("configuration.yaml", func(w io.Writer) error { return config.Write(w, c) })
}

// documents writes each document in each format. A format that cannot be written
// here, such as PDF without fonts, is left out and said so.
func (e *exporting) documents(ctx context.Context) error {
	periods, err := e.home.home.Store.DocumentPeriods(ctx)
	if err != nil {
		return err
	}
	left := map[string]bool{}
	for i, p := range periods {
		billing.Step(ctx, "export the documents", int64(i), int64(len(periods)))
		documents, err := e.home.home.Documents(ctx, p)
		if err != nil {
			return err
		}
		for _, d := range documents {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := e.document(ctx, p, d, left); err != nil {
				return err
			}
			e.done.Documents++
		}
	}
	return nil
}

// whole are the formats that hold all of a document, and that each can be written in.
var whole = []string{"json", "csv", "pdf"}

func (e *exporting) document(ctx context.Context, p billing.Period, d invoice.Invoice, left map[string]bool) error {
	doc, err := e.home.printed(ctx, d)
	if err != nil {
		return err
	}
	for _, format := range whole {
		f, err := deliver.ByName(format)
		if err != nil {
			return err
		}
		if left[f.Name] {
			continue
		}
		name := "documents/" + p.String() + "/" + deliver.FileName(d, f)
		err = e.file(name, func(w io.Writer) error { return f.Write(w, doc) })
		switch {
		case err == nil:
		case f.Name == "pdf":
			left[f.Name] = true
			e.done.Left = append(e.done.Left, "documents as PDF: "+err.Error())
			if err := os.Remove(filepath.Join(e.folder, filepath.FromSlash(name))); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// records writes the tables as CSV and as lines of JSON, and copies the lake's
// files that they name.
func (e *exporting) records(ctx context.Context) error {
	var k kept
	err := e.home.home.Store.Snapshot(ctx, func(x *store.Snapshot) (err error) {
		for _, t := range x.Tables {
			if exportedTables[t.Name] == "" {
				continue
			}
			billing.Step(ctx, "export the records", e.done.Rows, 0)
			if err := e.table(ctx, x, t); err != nil {
				return err
			}
		}
		if k.loads, err = x.Loads(ctx); err != nil {
			return err
		}
		k.revisions, err = x.Revisions(ctx)
		return err
	})
	if err != nil {
		return err
	}
	files, err := e.home.lakeFiles(ctx, k)
	if err != nil {
		return err
	}
	for i, f := range files {
		billing.Step(ctx, "export the lake", int64(i), int64(len(files)))
		if err := e.home.copyFile(ctx, f, e.folder); err != nil {
			return err
		}
	}
	e.done.Files = len(files)
	return nil
}

func (e *exporting) table(ctx context.Context, x *store.Snapshot, t store.Table) error {
	err := e.file("records/"+t.Name+".jsonl", func(w io.Writer) error {
		rows, err := x.Write(ctx, t, w)
		e.done.Rows += rows
		return err
	})
	if err != nil {
		return err
	}
	return e.file("records/"+t.Name+".csv", func(w io.Writer) error {
		out := csv.NewWriter(w)
		var cells []string
		for _, c := range t.Columns {
			cells = append(cells, c.Name)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
		err := x.Each(ctx, t, func(values []any) error {
			for i, v := range values {
				cells[i] = cell(v)
			}
			return out.Write(cells)
		})
		out.Flush()
		return errors.Join(err, out.Error())
	})
}

// cell is a value in a CSV file; nothing is empty.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// readme says what is where.
func (e *exporting) readme(context.Context) error {
	return e.file("README.md", func(w io.Writer) error {
		var text strings.Builder
		text.WriteString(`# Export of a Sluice installation

| file | holds |
|---|---|
| ` + "`configuration.yaml`" + ` | what is declared now; ` + "`sluice apply -f configuration.yaml`" + ` reads it |
| ` + "`documents/MONTH/`" + ` | each invoice and note by its number, drafts by their id: JSON is the document of record, CSV its lines, PDF what the customer got |
| ` + "`lake/line_items/`" + ` | the lines of the provider's exports, Parquet |
| ` + "`lake/commitments/`" + ` | what commitments covered, Parquet |
| ` + "`lake/charges/`" + ` | each customer's priced usage, Parquet, a folder for each billing group |
| ` + "`collected/SOURCE/MONTH/`" + ` | what backends told and people pushed, as it was loaded: CSV, gzip |
`)
		for _, name := range slices.Sorted(maps.Keys(exportedTables)) {
			fmt.Fprintf(&text, "| `records/%s.csv`, `.jsonl` | %s |\n", name, exportedTables[name])
		}
		text.WriteString(`
Times are UTC. Amounts are exact decimals. Days are YYYY-MM-DD, months YYYY-MM. In CSV nothing and an empty text look
the same; in JSON they do not. The columns of the Parquet files are those of docs/reference/tables.md of Sluice.
`)
		for _, left := range e.done.Left {
			fmt.Fprintf(&text, "\nNot here: %s\n", left)
		}
		_, err := io.WriteString(w, text.String())
		return err
	})
}
