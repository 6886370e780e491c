package backup_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/backup"
	"github.com/sluice-billing/sluice/internal/lake"
)

func sumOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// A manifest that somebody made up never writes a file outside of the lake.
func FuzzManifest(f *testing.F) {
	f.Add(`{"format":"sluice-backup/1","schema":1,"tables":[],"lake":{"included":true,"files":[{"path":"lake/a","size":1,"sha256":"00"}]}}`, "x")
	f.Add(`{"format":"sluice-backup/1","schema":1,"lake":{"included":true,"files":[{"path":"lake/../b","size":1,"sha256":""}]}}`, "")
	f.Add(`{"format":"sluice-backup/1","schema":1,"lake":{"included":true,"files":[{"path":"collected/../b","size":1,"sha256":""}]}}`, "")
	f.Add(`{"format":"sluice-backup/1","schema":1,"tables":[],"lake":{"included":true,"files":[{"path":"collected/s/2026-10/v/a","size":1,"sha256":"00"}]}}`, "x")
	f.Fuzz(func(t *testing.T, manifest, content string) {
		dir := t.TempDir()
		copied := filepath.Join(dir, "copy")
		for name, text := range map[string]string{
			"manifest.json": manifest, "SHA256SUMS": sumOf([]byte(manifest)) + "  manifest.json\n", "lake/a": content, "collected/s/2026-10/v/a": content, "records/load.jsonl": content,
		} {
			path := filepath.Join(copied, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := backup.Restore(t.Context(), copied, filepath.Join(dir, "to", "sluice.db"), lake.At(filepath.Join(dir, "to", "lake"))); err == nil {
			t.Error("a copy without tables is restored")
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 2 {
			t.Errorf("%v, %v", entries, err)
		}
	})
}
