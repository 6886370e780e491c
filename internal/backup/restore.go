package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/store"
)

// Restored says what was restored.
type Restored struct {
	Database string `json:"database"` // where the records are now, without a password
	Rows     int64  `json:"rows"`     // of all tables
	Files    int    `json:"files"`    // of the lake, and of what was collected
	Written  int    `json:"written"`  // of these; the others were there already
}

// Restore makes an installation of a copy: its records at a place, as of
// store.Open, where there is nothing yet, and its files in a lake, where they may
// be already. Everything is verified: the hash of each file, the rows of each
// table as they come out of the records again, what rows refer to, and that each
// file of the lake is there. After an error there are no records.
func Restore(ctx context.Context, path, place string, into lake.Lake) (r Restored, err error) {
	from, err := openContents(path)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	m, err := readManifest(from)
	if err != nil {
		return r, err
	}
	w := restoring{from: from, manifest: m, into: into}
	if !m.Lake.Included { // before the records, which take longer
		if err := w.present(ctx); err != nil {
			return r, err
		}
	}
	err = store.Restore(ctx, place, m.Schema, func(f *store.Filling) error {
		if err := w.records(ctx, f); err != nil {
			return err
		}
		if err := w.lake(ctx); err != nil {
			return err
		}
		return from.end()
	})
	if err != nil {
		for _, file := range w.written {
			err = errors.Join(err, os.Remove(file))
		}
		return r, err
	}
	return Restored{store.PlaceOf(place), m.rows(), len(m.Lake.Files), len(w.written)}, nil
}

// restoring is one Restore under way.
type restoring struct {
	from     contents
	manifest Manifest
	into     lake.Lake
	written  []string // files of the lake, or beside it
}

// present looks whether the lake has the files that are not in the copy.
func (w *restoring) present(ctx context.Context) error {
	var missing []string
	for i, f := range w.manifest.Lake.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		billing.Step(ctx, "look at the lake", int64(i), int64(len(w.manifest.Lake.Files)))
		there, err := w.has(f)
		if err != nil {
			return err
		}
		if !there {
			missing = append(missing, f.Path)
		}
	}
	if n := len(missing); n > 0 {
		return fmt.Errorf("%s lacks %d of %d files, such as %s; copy the folders lake and collected there first, or make the copy with --with-lake",
			filepath.Dir(w.into.Root()), n, len(w.manifest.Lake.Files), missing[0])
	}
	return nil
}

// place is where a file of the manifest belongs.
func (w *restoring) place(f File) string {
	path, _ := placeIn(w.into, f) // check has looked that it has one
	return path
}

// has tells whether a file is in the lake; one that is another is an error.
func (w *restoring) has(f File) (bool, error) {
	file, err := os.Open(w.place(f))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	if err := verify(file, f).rest(); err != nil {
		return false, fmt.Errorf("%s is in the lake already and is not that of the copy; name another folder", w.place(f))
	}
	return true, nil
}

// records fills the tables, and compares what they hold with the copy.
func (w *restoring) records(ctx context.Context, f *store.Filling) error {
	for i, t := range w.manifest.Tables {
		billing.Step(ctx, "restore the records", int64(i), int64(len(w.manifest.Tables)))
		if err := w.table(ctx, f, t); err != nil {
			return err
		}
	}
	if missing := f.Missing(); len(missing) > 0 {
		return &DamageError{manifestName, "it does not say what is in the table " + missing[0]}
	}
	for _, t := range w.manifest.Tables {
		sum := sha256.New()
		table, _ := f.Table(t.Name)
		if _, err := f.Snapshot().Write(ctx, table, sum); err != nil {
			return err
		}
		if hex.EncodeToString(sum.Sum(nil)) != t.SHA256 {
			return fmt.Errorf("the rows of %s do not come out of the database as they were put in; nothing is restored", t.Name)
		}
	}
	return nil
}

func (w *restoring) table(ctx context.Context, f *store.Filling, t Table) error {
	file, err := w.from.open(t.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	from := verify(file, t.File)
	rows, err := f.Read(ctx, t.Name, from)
	if damage := from.rest(); damage != nil { // what it breaks says less
		return damage
	}
	if err == nil && rows != t.Rows {
		err = &DamageError{t.Path, fmt.Sprintf("it has %d rows, the manifest says %d", rows, t.Rows)}
	}
	return err
}

// lake writes the files that are in the copy.
func (w *restoring) lake(ctx context.Context) error {
	if !w.manifest.Lake.Included {
		return nil
	}
	for i, f := range w.manifest.Lake.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		billing.Step(ctx, "restore the lake", int64(i), int64(len(w.manifest.Lake.Files)))
		if err := w.file(f); err != nil {
			return err
		}
	}
	return nil
}

func (w *restoring) file(f File) error {
	file, err := w.from.open(f.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	from := verify(file, f)
	if there, err := w.has(f); err != nil || there {
		return errors.Join(err, from.rest())
	}
	if err := os.MkdirAll(filepath.Dir(w.place(f)), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(w.place(f), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	w.written = append(w.written, w.place(f))
	_, err = io.Copy(out, from)
	return errors.Join(err, out.Sync(), out.Close())
}
