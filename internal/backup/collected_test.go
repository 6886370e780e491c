package backup_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/backup"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// withCollected is an installation with a load of what a backend told: a version that
// is on record twice, as after an update, one that was never loaded, and one that is
// being written.
func withCollected(t *testing.T) (h *month.Installation, kept []string) {
	t.Helper()
	h = installation(t)
	for _, id := range []string{"02LOAD", "03LOAD"} {
		load := store.Load{ID: id, Payer: "hyper-shop", Source: "hyper-shop", Report: "hyper-shop", Version: "v1", Period: october, Files: []store.LoadFile{{Key: "2026-10/v1/part-1.csv.gz"}}}
		must(t, h.Store.SwapLoad(t.Context(), load, nil))
	}
	for path, text := range map[string]string{
		filepath.Join(h.Lake.LoadDir(october, "hyper-shop", "03LOAD"), "part-1.parquet"): "lines",
		filepath.Join(h.Lake.Collected(), "hyper-shop/2026-10/v1/part-1.csv.gz"):         "rows",
		filepath.Join(h.Lake.Collected(), "hyper-shop/2026-10/v1/collected.json"):        "{}",
		filepath.Join(h.Lake.Collected(), "hyper-shop/2026-10/v2/part-1.csv.gz"):         "never loaded",
		filepath.Join(h.Lake.Collected(), "hyper-shop/2026-10/partial-7/part-1.csv.gz"):  "half",
		filepath.Join(h.Lake.Collected(), "gone/2026-10/v1/part-1.csv.gz"):               "of no load",
	} {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return h, []string{"hyper-shop/2026-10/v1/collected.json", "hyper-shop/2026-10/v1/part-1.csv.gz"}
}

// What was collected and loaded is copied, verified and restored as the lake is; what no
// load is of is not.
func TestCollected(t *testing.T) {
	h, kept := withCollected(t)
	dir := t.TempDir()
	archive, folder := filepath.Join(dir, "copy.tar.zst"), filepath.Join(dir, "copy")
	for path, withLake := range map[string]bool{archive: true, folder: false} {
		made, err := backup.New(h, plain).Make(t.Context(), path, withLake)
		must(t, err)
		if made.Collected != 2 || made.Files != 7 { // 4 of the lake, one of the load, 2 collected
			t.Errorf("made %+v", made)
		}
	}
	into := lake.At(filepath.Join(dir, "to", "lake"))
	place := filepath.Join(dir, "to", "sluice.db")
	refused(t, second(backup.Restore(t.Context(), folder, place, into)), "lacks 7 of 7 files, such as collected/hyper-shop/2026-10/v1/collected.json", "the folders lake and collected")
	restored, err := backup.Restore(t.Context(), archive, place, into)
	must(t, err)
	if restored.Files != 7 || restored.Written != 7 {
		t.Errorf("restored %+v", restored)
	}
	found, err := filepath.Glob(filepath.Join(into.Collected(), "*", "*", "*", "*"))
	must(t, err)
	if len(found) != len(kept) {
		t.Errorf("restored are %v", found)
	}
	for _, name := range kept {
		was, err := os.ReadFile(filepath.Join(h.Lake.Collected(), name))
		must(t, err)
		is, err := os.ReadFile(filepath.Join(into.Collected(), name))
		must(t, err)
		if !bytes.Equal(was, is) {
			t.Errorf("%s is %q, was %q", name, is, was)
		}
	}
	// The records alone fit to what is there now, and not to something else.
	again := filepath.Join(dir, "to", "again.db")
	must(t, second(backup.Restore(t.Context(), folder, again, into)))
	must(t, os.WriteFile(filepath.Join(into.Collected(), kept[1]), []byte("rowz"), 0o644))
	refused(t, second(backup.Restore(t.Context(), folder, filepath.Join(dir, "to", "third.db"), into)), kept[1], "is not that of the copy")
}

// A load stays in force without what it was collected from: a copy is made all the same.
func TestCollectedIsGone(t *testing.T) {
	h, _ := withCollected(t)
	must(t, os.RemoveAll(h.Lake.Collected()))
	made, err := backup.New(h, plain).Make(t.Context(), filepath.Join(t.TempDir(), "copy"), true)
	must(t, err)
	if made.Collected != 0 || made.Files != 5 {
		t.Errorf("made %+v", made)
	}
}

// The name of a source or version leads to no other folder.
func TestCollectedStaysInItsFolder(t *testing.T) {
	h := installation(t)
	secret := filepath.Join(filepath.Dir(h.Lake.Root()), "2026-10", "v1", "secret")
	must(t, os.MkdirAll(filepath.Dir(secret), 0o755))
	must(t, os.WriteFile(secret, []byte("s"), 0o644))
	must(t, h.Store.SwapLoad(t.Context(), store.Load{ID: "09LOAD", Payer: "p", Source: "..", Report: "r", Version: "v1", Period: october, Files: []store.LoadFile{{Key: "a"}}}, nil))
	must(t, os.MkdirAll(h.Lake.LoadDir(october, "p", "09LOAD"), 0o755))
	made, err := backup.New(h, plain).Make(t.Context(), filepath.Join(t.TempDir(), "copy"), true)
	must(t, err)
	if made.Collected != 0 || made.Files != 4 {
		t.Errorf("made %+v", made)
	}
}
