package einvoice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// folderKind drops documents into a folder that the program of an access point
// empties: the file appears whole or not at all, and a receipt beside it says what
// it is and for whom.
var folderKind = AccessKind{Name: "folder", Title: "A folder that an access point empties", Open: openFolder}

// folder is a folder of the host.
type folder struct {
	path string
	now  func() time.Time
}

// label is what lies beside a document.
type label struct {
	Receipt
	Format   string `json:"format"`
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Sender   string `json:"sender,omitempty"`
	Receiver string `json:"receiver,omitempty"`
}

func openFolder(path string) (Access, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("%q is no folder; write folder: and its whole path, such as folder:/srv/peppol/out", path)
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("the folder %s is not there; make it, and let the service write to it", path)
	}
	return folder{path, time.Now}, nil
}

// receiptEnding is that of the file beside a document.
const receiptEnding = ".receipt.json"

// Send writes the document, and then its receipt, which stays when the document is
// taken: what has one is not sent again. After a crash in between the same file
// appears a second time, with the same bytes; it is never lost.
func (f folder) Send(_ context.Context, p Parcel) (Receipt, error) {
	if p.Name == "" || p.Name != filepath.Base(p.Name) || strings.HasPrefix(p.Name, ".") {
		return Receipt{}, fmt.Errorf("%q is no name of a file; send it under one without a folder", p.Name)
	}
	sum := sha256.Sum256(p.Data)
	l := label{
		Receipt: Receipt{ID: hex.EncodeToString(sum[:16]), Access: folderKind.Name, At: f.now().UTC().Truncate(time.Second)},
		Format:  p.Format, File: p.Name, SHA256: hex.EncodeToString(sum[:]), Sender: p.Sender, Receiver: p.Receiver,
	}
	file := filepath.Join(f.path, p.Name)
	sent, err := f.sent(file)
	switch {
	case err != nil:
		return Receipt{}, err
	case sent != nil && sent.SHA256 != l.SHA256:
		return Receipt{}, fmt.Errorf("a document was sent as %s before that is not the same; send this one under another name", p.Name)
	case sent != nil:
		return sent.Receipt, nil
	}
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return Receipt{}, err
	}
	if err := f.put(file, p.Data); err != nil {
		return Receipt{}, err
	}
	return l.Receipt, f.put(file+receiptEnding, append(text, '\n'))
}

// sent is what was noted of a document that was sent before; nil of one that was
// not, or not as a whole.
func (f folder) sent(file string) (*label, error) {
	text, err := os.ReadFile(file + receiptEnding)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var l label
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(text)).Decode(&l)
	}
	if err != nil {
		return nil, fmt.Errorf("the receipt of %s cannot be read: %w", filepath.Base(file), err)
	}
	return &l, nil
}

// put writes a file that appears whole: under another name first.
func (f folder) put(file string, data []byte) error {
	temporary, err := os.CreateTemp(f.path, ".part-*")
	if err != nil {
		return fmt.Errorf("nothing can be written to %s: %w", f.path, err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Chmod(0o640), temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing %s to %s: %w", filepath.Base(file), f.path, err)
	}
	return nil
}
