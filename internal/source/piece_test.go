package source

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file is read out of order as it is, in pieces of at least pieceSize, and no more of it
// than is allowed.
func TestPieces(t *testing.T) {
	folder := t.TempDir()
	content := make([]byte, 3*pieceSize+7)
	for i := range content {
		content[i] = byte(i * 7 >> 3)
	}
	file := filepath.Join(folder, "x.parquet")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p := open(t, folder)
	f, err := p.stat(t.Context(), "x.parquet")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(io.NewSectionReader(p.Pieces(t.Context(), f, 2*f.Size), 0, f.Size))
	if err != nil || !bytes.Equal(whole, content) {
		t.Errorf("read are %d bytes of %d, %v", len(whole), len(content), err)
	}
	r := p.Pieces(t.Context(), f, pieceSize+8)
	read := func(at int64, n, want int, end bool) {
		t.Helper()
		b := make([]byte, n)
		got, err := r.ReadAt(b, at)
		if got != want || (err == io.EOF) != end || err != nil && err != io.EOF || !bytes.Equal(b[:got], content[min(at, f.Size):min(at, f.Size)+int64(got)]) {
			t.Errorf("at %d are %d bytes, want %d; %v", at, got, want, err)
		}
	}
	read(f.Size-8, 8, 8, false)
	read(f.Size-4, 8, 4, true)
	read(f.Size, 1, 0, true)
	read(10, 100, 100, false)
	read(10+pieceSize-1, 1, 1, false) // in the piece that was fetched
	if _, err := r.ReadAt(make([]byte, 1), 0); err == nil || !strings.Contains(err.Error(), "would have to be read nearly whole") {
		t.Errorf("too much: %v", err)
	}
	if _, err := r.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("before its begin something is read")
	}
	if err := os.WriteFile(file, content[:pieceSize], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Pieces(t.Context(), f, f.Size).ReadAt(make([]byte, 9), 0); !errors.Is(err, ErrChanged) {
		t.Errorf("a file that has changed: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Pieces(t.Context(), f, f.Size).ReadAt(make([]byte, 9), 0); err == nil || !strings.Contains(err.Error(), "file x.parquet in "+folder+" cannot be read at byte 0") {
		t.Errorf("a file that is gone: %v", err)
	}
}
