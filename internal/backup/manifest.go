package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// What is in a copy beside the records and the lake.
const (
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS" // for sha256sum --check, first in an archive
	recordsDir   = "records/"
	lakeDir      = "lake/"
	collectedDir = "collected/" // beside the lake
)

// format names the layout of a copy.
const format = "sluice-backup/1"

// mostOverhead bounds the manifest and the sums, each in bytes: they are read into
// memory. A file of the lake takes some 300.
const mostOverhead = 256 << 20

// Manifest says what is in a copy.
type Manifest struct {
	Format string    `json:"format"`
	MadeAt time.Time `json:"made_at"` // UTC
	Schema int64     `json:"schema"`  // version of the tables
	Tables []Table   `json:"tables"`  // each after those that it refers to
	Lake   Lake      `json:"lake"`    // and what lies beside it
}

// Table is the rows of one table, as lines of JSON.
type Table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	File
}

// Lake is the files that the records name: those of the lake, and what backends told and
// people pushed, which loads of it were made from.
type Lake struct {
	Included bool   `json:"included"` // the files themselves are in the copy
	Files    []File `json:"files"`    // by path
}

// collected is how many files were collected.
func (l Lake) collected() (all int) {
	for _, f := range l.Files {
		if strings.HasPrefix(f.Path, collectedDir) {
			all++
		}
	}
	return all
}

// File is a file of the copy, or of the lake.
type File struct {
	Path   string `json:"path"`   // slashes, from the root of the copy
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hexadecimal
}

// rows is how many there are of all tables.
func (m Manifest) rows() (all int64) {
	for _, t := range m.Tables {
		all += t.Rows
	}
	return all
}

// size is that of all files of the lake.
func (l Lake) size() (all int64) {
	for _, f := range l.Files {
		all += f.Size
	}
	return all
}

// files are those that lie in the copy, in the order of an archive.
func (m Manifest) files() []File {
	var all []File
	for _, t := range m.Tables {
		all = append(all, t.File)
	}
	if m.Lake.Included {
		all = append(all, m.Lake.Files...)
	}
	return all
}

// sums is the text of SHA256SUMS.
func (m Manifest) sums(manifest []byte) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s  %s\n", hashOf(manifest), manifestName)
	for _, f := range m.files() {
		fmt.Fprintf(&text, "%s  %s\n", f.SHA256, f.Path)
	}
	return text.Bytes()
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// readManifest reads the sums and the manifest of a copy, and checks the one with
// the other, and that no path leads out of the folders that it may be in.
func readManifest(from contents) (m Manifest, err error) {
	sums, err := readAll(from, sumsName)
	if err != nil {
		return m, err
	}
	want := ""
	lines := bufio.NewScanner(bytes.NewReader(sums))
	for lines.Scan() {
		if hash, name, found := strings.Cut(lines.Text(), "  "); found && name == manifestName {
			want = hash
		}
	}
	text, err := readAll(from, manifestName)
	if err != nil {
		return m, err
	}
	if hashOf(text) != want {
		return m, &DamageError{manifestName, "it does not have the SHA-256 that " + sumsName + " says"}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, &DamageError{manifestName, err.Error()}
	}
	if m.Format != format {
		return m, fmt.Errorf("the copy has the format %q, this program reads %s; use the program that made it", m.Format, format)
	}
	return m, m.check()
}

// check refuses paths that are not where they belong, and what comes twice.
func (m Manifest) check() error {
	seen := map[string]bool{}
	fits := func(f File, folders ...string) error {
		within := slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(f.Path, folder) })
		switch {
		case !fs.ValidPath(f.Path) || !within || strings.ContainsAny(f.Path, "\\:\x00"):
			return &DamageError{manifestName, fmt.Sprintf("%q is no path in %s", f.Path, strings.Join(folders, " or "))}
		case f.Size < 0 || len(f.SHA256) != hex.EncodedLen(sha256.Size):
			return &DamageError{manifestName, fmt.Sprintf("the size or the SHA-256 of %s is none", f.Path)}
		case seen[f.Path]:
			return &DamageError{manifestName, f.Path + " comes twice"}
		}
		seen[f.Path] = true
		return nil
	}
	for _, t := range m.Tables {
		if err := fits(t.File, recordsDir); err != nil {
			return err
		}
	}
	for _, f := range m.Lake.Files {
		if err := fits(f, lakeDir, collectedDir); err != nil {
			return err
		}
	}
	return nil
}

// readAll reads a file of a copy whose size nothing says yet.
func readAll(from contents, name string) ([]byte, error) {
	file, err := from.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostOverhead+1))
	switch {
	case err != nil:
		return nil, &DamageError{name, err.Error()}
	case len(text) > mostOverhead:
		return nil, &DamageError{name, "it is too large"}
	}
	return text, nil
}

// DamageError says what of a copy is not as it was made.
type DamageError struct {
	Name string // of the file
	Why  string
}

// Error names the file and says what to do.
func (e *DamageError) Error() string {
	return fmt.Sprintf("%s of the copy is damaged: %s; take another copy", e.Name, e.Why)
}

// verified reads a file of a copy to its end and no further than it may be. Its
// last read fails where the bytes are not those of the manifest.
type verified struct {
	file File
	from io.Reader
	read int64
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func verify(from io.Reader, file File) *verified {
	return &verified{file: file, from: io.LimitReader(from, file.Size+1), sum: sha256.New()}
}

// Read implements io.Reader.
func (v *verified) Read(p []byte) (int, error) {
	n, err := v.from.Read(p)
	v.read += int64(n)
	v.sum.Write(p[:n])
	switch {
	case v.read > v.file.Size:
		return n, &DamageError{v.file.Path, fmt.Sprintf("it is longer than its %d bytes", v.file.Size)}
	case errors.Is(err, io.EOF) && v.read < v.file.Size:
		return n, &DamageError{v.file.Path, fmt.Sprintf("it ends after %d of its %d bytes", v.read, v.file.Size)}
	case errors.Is(err, io.EOF) && hex.EncodeToString(v.sum.Sum(nil)) != v.file.SHA256:
		return n, &DamageError{v.file.Path, "it does not have its SHA-256"}
	case err != nil && !errors.Is(err, io.EOF):
		return n, &DamageError{v.file.Path, err.Error()}
	}
	return n, err
}

// rest reads what is left, so that damage is found also behind what was read.
func (v *verified) rest() error {
	_, err := io.Copy(io.Discard, v)
	return err
}
