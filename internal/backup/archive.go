package backup

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// ending is that of an archive; a copy with another name is a folder.
const ending = ".tar.zst"

// contents are the files of a copy, opened in the order in which an archive has
// them: the sums, the manifest, and what that says.
type contents interface {
	open(name string) (io.ReadCloser, error)
	end() error // after the last file: that the copy is whole and has no more
	close() error
}

// openContents opens a copy.
func openContents(path string) (contents, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("the copy: %w", err)
	} else if info.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, fmt.Errorf("the copy: %w", err)
		}
		return folder{root}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the copy: %w", err)
	}
	// The memory is bounded here, the bytes by the sizes in the manifest.
	unpacked, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return &archive{path: path, file: file, unpacked: unpacked, entries: tar.NewReader(unpacked)}, nil
}

// folder is a copy that is a folder. Nothing outside of it is opened, also where a
// link leads there.
type folder struct{ root *os.Root }

func (f folder) open(name string) (io.ReadCloser, error) {
	file, err := f.root.Open(filepath.FromSlash(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, &DamageError{name, "it is not there"}
	}
	return file, err
}

// end has nothing to look at: what else lies in a folder is not of the copy.
func (f folder) end() error { return nil }

func (f folder) close() error { return f.root.Close() }

// archive is a copy that is one file.
type archive struct {
	path     string
	file     *os.File
	unpacked *zstd.Decoder
	entries  *tar.Reader
}

// open opens the next entry, which must be the file of that name.
func (a *archive) open(name string) (io.ReadCloser, error) {
	header, err := a.entries.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, &DamageError{name, "the archive ends before it"}
	case err != nil:
		return nil, &DamageError{name, "the archive cannot be read here: " + err.Error()}
	case header.Typeflag != tar.TypeReg || header.Name != name:
		return nil, &DamageError{name, fmt.Sprintf("in its place the archive has %q", header.Name)}
	}
	return io.NopCloser(a.entries), nil
}

// end reads past the last entry, which is where the checksum of the whole archive
// stands: it covers the names and times of the entries too, which no hash of the
// manifest does.
func (a *archive) end() error {
	const what = "the archive's end"
	if header, err := a.entries.Next(); err == nil {
		return &DamageError{what, fmt.Sprintf("an entry follows that the copy does not name, %q", header.Name)}
	} else if !errors.Is(err, io.EOF) {
		return &DamageError{what, err.Error()}
	}
	switch n, err := io.ReadFull(a.unpacked, make([]byte, 1)); {
	case n > 0:
		return &DamageError{what, "more follows"}
	case !errors.Is(err, io.EOF):
		return &DamageError{what, err.Error()}
	}
	return nil
}

func (a *archive) close() error {
	a.unpacked.Close()
	return a.file.Close()
}

// pack writes an archive of the files; open gives the bytes of each.
func pack(w io.Writer, files []File, at time.Time, open func(File) (io.ReadCloser, error)) error {
	packed, err := zstd.NewWriter(w)
	if err != nil {
		return err
	}
	entries := tar.NewWriter(packed)
	for _, f := range files {
		if err := packOne(entries, f, at, open); err != nil {
			return errors.Join(fmt.Errorf("pack %s: %w", f.Path, err), packed.Close())
		}
	}
	return errors.Join(entries.Close(), packed.Close())
}

func packOne(entries *tar.Writer, f File, at time.Time, open func(File) (io.ReadCloser, error)) error {
	from, err := open(f)
	if err != nil {
		return err
	}
	defer from.Close()
	if err := entries.WriteHeader(&tar.Header{Name: f.Path, Size: f.Size, Mode: 0o640, ModTime: at, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.Copy(entries, verify(from, f))
	return err
}

// isArchive tells by its name whether a copy is to be one file.
func isArchive(path string) bool { return strings.HasSuffix(path, ending) }
