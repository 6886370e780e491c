package api

import (
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
	"github.com/sluice-billing/sluice/internal/press"
	"github.com/sluice-billing/sluice/internal/store"
)

// exportID is the shape of an export's id: month, format, whether all documents are
// in one file, and what nobody can guess. It is a file's name, so nothing else is let
// through.
var exportID = regexp.MustCompile(`^([0-9]{4}-[0-9]{2})-([a-z0-9-]{1,30}?)(-together)?-[A-Z2-7]{26}$`)

// ExportInput names a month and a format.
type ExportInput struct {
	InMonth
	Body struct {
		Format FormatName `json:"format,omitempty" default:"pdf" doc:"The format of the files"`
		Selection
		FileChoice
		Together bool `json:"together,omitempty" doc:"All documents in one file, of the formats that can"`
	}
}

// Export is a file that can be downloaded for some days.
type Export struct {
	ID    string    `json:"id" doc:"Download it as /exports/{id}"`
	Files int       `json:"files" doc:"How many documents are in it"`
	Bytes int64     `json:"bytes" doc:"How large it is"`
	Until time.Time `json:"until" doc:"It is removed then"`
	Left  []LeftOut `json:"left" doc:"The documents that could not be written, in their order; an archive has them in the file left-out.txt, too"`
}

// LeftOut is a document that could not be written.
type LeftOut struct {
	ID     string `json:"id" doc:"The document"`
	Reason string `json:"reason" doc:"Why, and what to do"`
}

// ExportMonth writes the documents of a month into an archive.
var ExportMonth = Operation[*Desk, ExportInput, Export]{
	ID: "export-month", Method: http.MethodPost, Path: "/months/{period}/export", Tag: "Invoices", Title: "Export all documents of a month", Needs: access.ReadBills,
	About: "Writes the documents of a month, or the chosen ones, in one format into a ZIP archive, each called by its number, or by its id as long as it is a draft; with `together`, into one file of rows and columns. " +
		"What cannot be written, such as an e-invoice that lacks something, is left out and told in `left`; the others are written. The file can be downloaded for seven days.",
	Long: true,
	Do: func(ctx context.Context, d *Desk, in ExportInput) (Export, error) {
		choice, err := in.Body.FileChoice.of("body", string(in.Body.Format), in.Body.Together)
		if err != nil {
			return Export{}, err
		}
		documents, err := in.Body.Selection.of(ctx, d, "body", in.Period)
		if err != nil {
			return Export{}, err
		}
		if err := os.MkdirAll(d.exports(), 0o700); err != nil {
			return Export{}, err
		}
		made := Export{ID: fmt.Sprintf("%s-%s-%s", in.Period, choice.Format.Name, rand.Text()), Left: []LeftOut{}, Until: d.Now().UTC().Add(keepExports)}
		write := func(w io.Writer) (err error) {
			made.Files, made.Left, err = d.writeArchive(ctx, w, documents, choice)
			return err
		}
		if in.Body.Together {
			made.ID = fmt.Sprintf("%s-%s-together-%s", in.Period, choice.Format.Name, rand.Text())
			write = func(w io.Writer) error {
				made.Files = len(documents)
				return d.Press.WriteTogether(ctx, w, documents, choice)
			}
		}
		made.Bytes, err = d.keep(made.ID, write)
		return made, err
	},
}

// exports is the folder that they lie in.
func (d *Desk) exports() string { return filepath.Join(filepath.Dir(d.Lake.Root()), exports) }

func (d *Desk) exportFile(id string) string { return filepath.Join(d.exports(), id) }

// keep writes the file of an export, which appears when it is whole, and returns its
// size.
func (d *Desk) keep(id string, write func(io.Writer) error) (size int64, err error) {
	file, err := os.CreateTemp(d.exports(), "making-*")
	if err != nil {
		return 0, err
	}
	err = write(file)
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

// ByExport names an export.
type ByExport struct {
	ID string `path:"id" maxLength:"100" doc:"Its id, as export-month gave it"`
}

// DownloadExport returns an archive.
var DownloadExport = Download[*Desk, ByExport]{
	ID: "download-export", Path: "/exports/{id}", Tag: "Invoices", Title: "Download an export", Needs: access.ReadBills,
	About:      "The archive, or the one file, that an export of a month made in the last seven days.",
	MediaTypes: append([]string{"application/zip"}, formatTypes(func(f FileFormat) bool { return f.Together })...),
	Do: func(_ context.Context, d *Desk, in ByExport) (File, error) {
		unknown := fmt.Errorf("export %s %w; it may be older than seven days: export the month again", in.ID, store.ErrNotFound)
		id := exportID.FindStringSubmatch(in.ID)
		if id == nil {
			return File{}, unknown
		}
		month, format, together := id[1], id[2], id[3] != ""
		file := File{Name: "invoices-" + month + "-" + format + ".zip", MediaType: "application/zip"}
		if together {
			f, err := press.ByName(format)
			if err != nil {
				return File{}, unknown
			}
			file.Name, file.MediaType = "invoices-"+month+f.Ending, f.MediaType
		}
		var err error
		file.Data, err = os.ReadFile(d.exportFile(in.ID))
		if errors.Is(err, fs.ErrNotExist) {
			err = unknown
		}
		return file, err
	},
}
