package api

import (
	"archive/zip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// exports is the folder of an installation for files that were made to be
// downloaded, and keepExports how long they are kept.
const (
	exports     = app.SpoolFolder
	keepExports = 7 * 24 * time.Hour
)

// CleanFiles removes what was made for download in an installation's folder and is
// old now.
func CleanFiles(dir string, now time.Time) error {
	found, failed := os.ReadDir(filepath.Join(dir, exports))
	if errors.Is(failed, os.ErrNotExist) {
		return nil
	}
	for _, f := range found {
		info, err := f.Info()
		if err == nil && now.Sub(info.ModTime()) > keepExports {
			err = os.RemoveAll(filepath.Join(dir, exports, f.Name()))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// SpooledFile is a file that was made.
type SpooledFile struct {
	Name   string `json:"name" doc:"Download it as /exports/{id}/files/{name}"`
	Bytes  int64  `json:"bytes" doc:"How large it is"`
	SHA256 string `json:"sha256" doc:"Of its content, hexadecimal"`
}

// Spooled is a folder of files that can be downloaded for some days.
type Spooled struct {
	ID    string        `json:"id" doc:"Download all files as /exports/{id}/files"`
	Files []SpooledFile `json:"files"`
	Until time.Time     `json:"until" doc:"They are removed then"`
}

// spoolID is the shape of a folder's id: what it is of, whether cost is in it, the
// month, and what nobody can guess.
var spoolID = regexp.MustCompile(`^((cost|bills)-[0-9]{4}-[0-9]{2}-[a-z0-9-]{1,40})-[A-Z2-7]{26}$`)

// Who may download a folder; they begin its id.
const (
	spoolCost  = "cost"
	spoolBills = "bills"
)

// spool makes a folder of files for whoever has the permission of its kind, which is
// there when it is whole.
func (d *Desk) spool(kind string, period billing.Period, what string, write func(dir string) error) (Spooled, error) {
	id := fmt.Sprintf("%s-%s-%s-%s", kind, period, what, rand.Text())
	if !spoolID.MatchString(id) {
		return Spooled{}, fmt.Errorf("%q is no name of an export", what)
	}
	if err := os.MkdirAll(d.Spool(), 0o700); err != nil {
		return Spooled{}, err
	}
	making, err := os.MkdirTemp(d.Spool(), "making-*")
	if err != nil {
		return Spooled{}, err
	}
	made := Spooled{ID: id, Until: d.Now().UTC().Add(keepExports)}
	if err = write(making); err == nil {
		made.Files, err = filesIn(making)
	}
	if err == nil {
		err = os.Rename(making, filepath.Join(d.Spool(), id))
	}
	if err != nil {
		return Spooled{}, errors.Join(err, os.RemoveAll(making))
	}
	return made, nil
}

// filesIn lists the files of a folder by name.
func filesIn(dir string) ([]SpooledFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := []SpooledFile{}
	for _, e := range entries {
		hash := sha256.New()
		n, err := copyFile(hash, filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, SpooledFile{e.Name(), n, hex.EncodeToString(hash.Sum(nil))})
	}
	return files, nil
}

func copyFile(to io.Writer, path string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	return io.Copy(to, file)
}

// spooled finds a folder that the caller may have: its path, the names of its files,
// and what it is called.
func (d *Desk) spooled(id string) (dir string, files []string, name string, err error) {
	unknown := fmt.Errorf("export %s %w; it may be older than seven days: make it again", id, store.ErrNotFound)
	parts := spoolID.FindStringSubmatch(id)
	if parts == nil {
		return "", nil, "", unknown
	}
	if parts[2] == spoolCost {
		if err := d.May(access.ReadMargin); err != nil {
			return "", nil, "", err
		}
	}
	dir = filepath.Join(d.Spool(), id)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = unknown
	}
	for _, e := range entries {
		files = append(files, e.Name())
	}
	return dir, files, parts[1], err
}

// BySpool names a folder of files.
type BySpool struct {
	ID string `path:"id" maxLength:"150" doc:"Its id, as the export gave it"`
}

// DownloadExportFiles returns all files of an export.
var DownloadExportFiles = Stream[*Desk, BySpool]{
	ID: "download-export-files", Path: "/exports/{id}/files", Tag: "Exports", Title: "Download all files of an export", Needs: access.ReadBills,
	About:      "A ZIP archive of the files that `export-data-set` or `export-accounting` made in the last seven days. Data sets of the reseller's own cost need `margin.read`, too.",
	MediaTypes: []string{"application/zip"},
	Do: func(_ context.Context, d *Desk, in BySpool) (Streamed, error) {
		dir, files, name, err := d.spooled(in.ID)
		return Streamed{Name: name + ".zip", MediaType: "application/zip", Write: func(w io.Writer) error { return writeZip(w, dir, files) }}, err
	},
}

// writeZip stores files without packing them: those that are large are packed.
func writeZip(w io.Writer, dir string, files []string) error {
	archive := zip.NewWriter(w)
	for _, name := range files {
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = copyFile(entry, filepath.Join(dir, name))
		}
		if err != nil {
			return err
		}
	}
	return archive.Close()
}

// BySpooledFile names one of them.
type BySpooledFile struct {
	BySpool
	Name string `path:"name" maxLength:"250" doc:"The name of the file"`
}

// DownloadExportFile returns one file of an export.
var DownloadExportFile = Stream[*Desk, BySpooledFile]{
	ID: "download-export-file", Path: "/exports/{id}/files/{name}", Tag: "Exports", Title: "Download a file of an export", Needs: access.ReadBills,
	About:      "One of the files that `export-data-set` or `export-accounting` made in the last seven days. Data sets of the reseller's own cost need `margin.read`, too.",
	MediaTypes: []string{"application/octet-stream"},
	Do: func(_ context.Context, d *Desk, in BySpooledFile) (Streamed, error) {
		dir, files, _, err := d.spooled(in.ID)
		if err == nil && !slices.Contains(files, in.Name) {
			err = fmt.Errorf("file %s of export %s %w", in.Name, in.ID, store.ErrNotFound)
		}
		return Streamed{Name: in.Name, MediaType: "application/octet-stream", Write: func(w io.Writer) error {
			_, err := copyFile(w, filepath.Join(dir, in.Name))
			return err
		}}, err
	},
}
