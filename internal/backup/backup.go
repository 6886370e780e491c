// Package backup copies an installation: the records, whichever database they are
// in, and what the records name in the lake. A copy is restored into either
// database, verified to the byte. It also writes all that an installation holds
// in forms that other programs read.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// Backups makes copies of an installation.
type Backups struct {
	home    *month.Installation
	printed func(context.Context, invoice.Invoice) (deliver.Document, error)
}

// New makes the door. printed gives a document what it is printed with.
func New(home *month.Installation, printed func(context.Context, invoice.Invoice) (deliver.Document, error)) *Backups {
	return &Backups{home, printed}
}

// Made says what a copy holds.
type Made struct {
	Path   string    `json:"path"`
	MadeAt time.Time `json:"made_at"`
	Schema int64     `json:"schema"` // version of the tables
	Rows   int64     `json:"rows"`   // of all tables
	Files  int       `json:"files"`  // of the lake, and of what was collected
	Bytes  int64     `json:"bytes"`  // of these files
	// Collected is how many of the files are what backends told and people pushed.
	Collected int  `json:"collected,omitempty"`
	Lake      bool `json:"lake"` // the files themselves are in the copy
}

// Make copies the installation to path, which must not be there: one file where
// the name ends in .tar.zst, else a folder. The records are those of one moment,
// also while others work. Of the lake the copy has the names and hashes of what
// the records name, and with withLake the files. Until it is whole it has another
// name.
func (b *Backups) Make(ctx context.Context, path string, withLake bool) (Made, error) {
	if _, err := os.Lstat(path); err == nil {
		return Made{}, fmt.Errorf("%s is there already; a copy never takes the place of another", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return Made{}, fmt.Errorf("the folder of the copy: %w", err)
	}
	stage, err := os.MkdirTemp(filepath.Dir(path), ".sluice-backup-")
	if err != nil {
		return Made{}, fmt.Errorf("the folder of the copy: %w", err)
	}
	defer os.RemoveAll(stage)
	m := Manifest{Format: format, MadeAt: time.Now().UTC().Truncate(time.Second)}
	kept, err := b.copyRecords(ctx, stage, &m)
	if err != nil {
		return Made{}, err
	}
	m.Lake.Included = withLake
	if m.Lake.Files, err = b.lakeFiles(ctx, kept); err != nil {
		return Made{}, err
	}
	if err := b.finish(ctx, stage, path, m); err != nil {
		return Made{}, err
	}
	return Made{path, m.MadeAt, m.Schema, m.rows(), len(m.Lake.Files), m.Lake.size(), m.Lake.collected(), withLake}, nil
}

// kept are the folders of the lake that the records name.
type kept struct{ loads, revisions []store.Kept }

// copyRecords writes the rows of all tables below stage.
func (b *Backups) copyRecords(ctx context.Context, stage string, m *Manifest) (k kept, err error) {
	if err := os.MkdirAll(filepath.Join(stage, recordsDir), 0o750); err != nil {
		return k, err
	}
	err = b.home.Store.Snapshot(ctx, func(x *store.Snapshot) (err error) {
		m.Schema = x.Version
		for i, t := range x.Tables {
			billing.Step(ctx, "copy the records", int64(i), int64(len(x.Tables)))
			table := Table{Name: t.Name, File: File{Path: recordsDir + t.Name + ".jsonl"}}
			table.File, err = writeHashed(stage, table.Path, func(w io.Writer) (err error) {
				table.Rows, err = x.Write(ctx, t, w)
				return err
			})
			if err != nil {
				return err
			}
			m.Tables = append(m.Tables, table)
		}
		if k.loads, err = x.Loads(ctx); err != nil {
			return err
		}
		k.revisions, err = x.Revisions(ctx)
		return err
	})
	return k, err
}

// writeHashed writes a new file below a folder, and returns what a manifest says
// of it.
func writeHashed(folder, path string, write func(io.Writer) error) (File, error) {
	f := File{Path: path}
	file, err := os.OpenFile(filepath.Join(folder, filepath.FromSlash(path)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return f, err
	}
	sum := sha256.New()
	counted := &counter{to: io.MultiWriter(file, sum)}
	err = errors.Join(write(counted), file.Sync(), file.Close())
	f.Size, f.SHA256 = counted.written, hex.EncodeToString(sum.Sum(nil))
	return f, err
}

type counter struct {
	to      io.Writer
	written int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.written += int64(n)
	return n, err
}

// finish writes manifest and sums, and gives the copy its name.
func (b *Backups) finish(ctx context.Context, stage, path string, m Manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	files := m.files()
	for _, own := range []struct {
		name string
		text []byte
	}{{manifestName, text}, {sumsName, m.sums(text)}} { // the sums come to stand first
		file, err := writeHashed(stage, own.name, func(w io.Writer) error {
			_, err := w.Write(own.text)
			return err
		})
		if err != nil {
			return err
		}
		files = append([]File{file}, files...)
	}
	if isArchive(path) {
		return b.packed(ctx, stage, path, files, m.MadeAt)
	}
	for i, f := range m.Lake.Files {
		if !m.Lake.Included {
			break
		}
		billing.Step(ctx, "copy the lake", int64(i), int64(len(m.Lake.Files)))
		if err := b.copyFile(ctx, f, stage); err != nil {
			return err
		}
	}
	if err := os.Chmod(stage, 0o750); err != nil {
		return err
	}
	return os.Rename(stage, path)
}

// packed writes the archive and gives it its name.
func (b *Backups) packed(ctx context.Context, stage, path string, files []File, at time.Time) error {
	whole := filepath.Join(stage, "archive")
	out, err := os.OpenFile(whole, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	done := int64(0)
	err = pack(out, files, at, func(f File) (io.ReadCloser, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		billing.Step(ctx, "pack the copy", done, int64(len(files)))
		done++
		if file, inLake := placeIn(b.home.Lake, f); inLake {
			return os.Open(file)
		}
		return os.Open(filepath.Join(stage, filepath.FromSlash(f.Path)))
	})
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(whole, path)
}

// copyFile copies a file of the lake into a copy, and looks whether it still has
// its hash.
func (b *Backups) copyFile(ctx context.Context, f File, stage string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	at, _ := placeIn(b.home.Lake, f)
	from, err := os.Open(at)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := os.MkdirAll(filepath.Join(stage, filepath.Dir(filepath.FromSlash(f.Path))), 0o750); err != nil {
		return err
	}
	_, err = writeHashed(stage, f.Path, func(w io.Writer) error {
		_, err := io.Copy(w, verify(from, f))
		return err
	})
	return err
}
