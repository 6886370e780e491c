package einvoice

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A document that is sent lies in the folder as a whole, with its receipt; sent
// again, also after it was taken, it gives the same receipt and lies there no
// second time.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	access, err := OpenAccess("folder:" + dir)
	if err != nil {
		t.Fatal(err)
	}
	p := Parcel{Format: "peppol", Name: "R-1.xml", Data: []byte("<Invoice/>"), Sender: "0088:1", Receiver: "0088:2"}
	first, err := access.Send(t.Context(), p)
	if err != nil || first.ID == "" || first.Access != "folder" || first.At.IsZero() {
		t.Fatalf("receipt %+v, %v", first, err)
	}
	file := filepath.Join(dir, p.Name)
	if data, err := os.ReadFile(file); err != nil || string(data) != "<Invoice/>" {
		t.Errorf("the document is %q, %v", data, err)
	}
	if text, err := os.ReadFile(file + ".receipt.json"); err != nil || !strings.Contains(string(text), `"receiver": "0088:2"`) {
		t.Errorf("the receipt is %s, %v", text, err)
	}
	if err := os.Remove(file); err != nil { // the access point took it
		t.Fatal(err)
	}
	if again, err := access.Send(t.Context(), p); err != nil || again != first {
		t.Errorf("sent again: %+v, %v; the first was %+v", again, err, first)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("what was sent is sent again")
	}
	p.Data = []byte("<Invoice>2</Invoice>")
	if _, err := access.Send(t.Context(), p); err == nil || !strings.Contains(err.Error(), "not the same") {
		t.Errorf("another document under the same name: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".part-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestFolderRefuses(t *testing.T) {
	for _, address := range []string{"folder:out", "folder:" + filepath.Join(t.TempDir(), "none"), "ftp:/x", ""} {
		if _, err := OpenAccess(address); err == nil {
			t.Errorf("%q opens", address)
		}
	}
	dir := t.TempDir()
	access, err := OpenAccess("folder:" + dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "../x", "a/b", ".hidden"} {
		if _, err := access.Send(t.Context(), Parcel{Name: name}); err == nil {
			t.Errorf("%q is taken for the name of a file", name)
		}
	}
}
