package api

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// exportID is the shape of an export's id: month, format, and what nobody can
// guess. It is a file's name, so nothing else is let through.
var exportID = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[a-z-]{1,20})-[A-Z2-7]{26}$`)

// ExportInput names a month and a format.
type ExportInput struct {
	InMonth
	Body struct {
		Format string `json:"format,omitempty" enum:"pdf,csv,csv-account,json" default:"pdf" doc:"The format of the files"`
	}
}

// Export is a file that can be downloaded for some days.
type Export struct {
	ID    string    `json:"id" doc:"Download it as /exports/{id}"`
	Files int       `json:"files" doc:"How many documents are in it"`
	Bytes int64     `json:"bytes" doc:"How large it is"`
	Until time.Time `json:"until" doc:"It is removed then"`
}

// ExportMonth writes the documents of a month into an archive.
var ExportMonth = Operation[*Desk, ExportInput, Export]{
	ID: "export-month", Method: http.MethodPost, Path: "/months/{period}/export", Tag: "Invoices", Title: "Export all documents of a month", Needs: access.ReadBills,
	About: "Writes all documents of a month in one format into a ZIP archive, each called by its number, or by its id as long as it is a draft. The archive can be downloaded for seven days.",
	Long:  true,
	Do: func(ctx context.Context, d *Desk, in ExportInput) (Export, error) {
		format, err := deliver.ByName(cmp.Or(in.Body.Format, "pdf"))
		if err != nil {
			return Export{}, invalid("body.format", "%s", err)
		}
		invoices, err := d.Documents.Invoices(ctx, in.Period)
		if err != nil {
			return Export{}, err
		}
		if err := os.MkdirAll(d.exports(), 0o700); err != nil {
			return Export{}, err
		}
		id := fmt.Sprintf("%s-%s-%s", in.Period, format.Name, rand.Text())
		size, err := d.archive(ctx, id, invoices, format)
		return Export{ID: id, Files: len(invoices), Bytes: size, Until: d.Now().UTC().Add(keepExports)}, err
	},
}

// exports is the folder that they lie in.
func (d *Desk) exports() string { return filepath.Join(filepath.Dir(d.Lake.Root()), exports) }

func (d *Desk) exportFile(id string) string { return filepath.Join(d.exports(), id+".zip") }

// archive writes documents into the file of an export, which appears when it is
// whole, and returns its size.
func (d *Desk) archive(ctx context.Context, id string, invoices []invoice.Invoice, format deliver.Format) (size int64, err error) {
	file, err := os.CreateTemp(d.exports(), "making-*")
	if err != nil {
		return 0, err
	}
	err = writeArchive(ctx, file, invoices, format)
	if info, statErr := file.Stat(); statErr == nil {
		size = info.Size()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), d.exportFile(id))
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(file.Name()))
	}
	return size, nil
}

func writeArchive(ctx context.Context, w io.Writer, invoices []invoice.Invoice, format deliver.Format) error {
	archive := zip.NewWriter(w)
	for i, inv := range invoices {
		if err := ctx.Err(); err != nil {
			return err
		}
		entry, err := archive.Create(deliver.FileName(inv, format))
		if err != nil {
			return err
		}
		if err := format.Write(entry, inv); err != nil {
			return err
		}
		billing.Step(ctx, "export "+inv.Period.String(), int64(i+1), int64(len(invoices)))
	}
	return archive.Close()
}

// ByExport names an export.
type ByExport struct {
	ID string `path:"id" maxLength:"100" doc:"Its id, as export-month gave it"`
}

// DownloadExport returns an archive.
var DownloadExport = Download[*Desk, ByExport]{
	ID: "download-export", Path: "/exports/{id}", Tag: "Invoices", Title: "Download an export", Needs: access.ReadBills,
	About:      "The archive that an export of a month made in the last seven days.",
	MediaTypes: []string{"application/zip"},
	Do: func(_ context.Context, d *Desk, in ByExport) (File, error) {
		unknown := fmt.Errorf("export %s %w; it may be older than seven days: export the month again", in.ID, store.ErrNotFound)
		name := exportID.FindStringSubmatch(in.ID)
		if name == nil {
			return File{}, unknown
		}
		data, err := os.ReadFile(d.exportFile(in.ID))
		if errors.Is(err, fs.ErrNotExist) {
			err = unknown
		}
		return File{"invoices-" + name[1] + ".zip", "application/zip", data}, err
	},
}
