package backup_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/sluice-billing/sluice/internal/backup"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

const declared = `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111"]}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups: [{id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000001"]}]}]
`

var october = billing.PeriodOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// home opens records and a lake.
func home(t *testing.T, place, root string) *month.Installation {
	t.Helper()
	s, err := store.Open(t.Context(), place)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return &month.Installation{Store: s, Lake: lake.At(root), Now: time.Now, User: "ann"}
}

// installation has a configuration, a load, a rating with an issued document, and
// files for both in the lake.
func installation(t *testing.T) *month.Installation {
	t.Helper()
	dir := t.TempDir()
	h := home(t, filepath.Join(dir, "sluice.db"), filepath.Join(dir, "lake"))
	c, err := config.Parse("reseller.yaml", []byte(declared))
	must(t, err)
	changes, err := h.Plan(t.Context(), c, false)
	must(t, err)
	must(t, h.Apply(t.Context(), changes))
	load := store.Load{ID: "01LOAD", Payer: "111111111111", Source: "main", Report: "cur", Period: october, Files: []store.LoadFile{{Key: "a.csv"}}}
	must(t, h.Store.SwapLoad(t.Context(), load, nil))
	must(t, h.Store.SwapRated(t.Context(), store.Rated{Period: october, Revision: "01RATED", Loads: []string{"01LOAD"}}))
	document := `{"id":"2026-10/acme","group":"acme","period":"2026-10","state":"issued","number":"INV-1","currency":"USD","lines":[],"total":"10"}`
	_, err = h.Store.ReplaceDrafts(t.Context(), october, nil, []store.Invoice{{ID: "2026-10/acme", Group: "acme", Period: october, Document: []byte(document), Rated: "01RATED"}})
	must(t, err)
	_, err = h.Store.IssueInvoice(t.Context(), store.Issue{Invoice: "2026-10/acme", Series: "INV", By: "ann", At: time.Now()},
		func(store.Invoice, int64) (string, json.RawMessage, error) {
			return "INV-1", json.RawMessage(document), nil
		})
	must(t, err)
	for _, path := range lakeFiles(h.Lake) {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte(path), 0o644))
	}
	return h
}

func lakeFiles(l lake.Lake) []string {
	return []string{
		filepath.Join(l.LoadDir(october, "111111111111", "01LOAD"), "part-1.parquet"),
		l.Keys(october, "111111111111", "01LOAD"),
		filepath.Join(l.RatedDir(october, "01RATED"), "group=acme", "part-1.parquet"),
		filepath.Join(l.AppliedDir(october, "01RATED"), "applied.json"),
	}
}

// manifest is that of a copy that is a folder.
func manifest(t *testing.T, folder string) (m backup.Manifest) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	must(t, err)
	must(t, json.Unmarshal(text, &m))
	return m
}

// sameRecords compares two copies that are folders, table by table.
func sameRecords(t *testing.T, one, two string) {
	t.Helper()
	a, b := manifest(t, one), manifest(t, two)
	if a.Schema != b.Schema || len(a.Tables) != len(b.Tables) || len(a.Lake.Files) != 4 || len(b.Lake.Files) != 4 {
		t.Fatalf("manifests differ: %+v\n%+v", a, b)
	}
	for i, table := range a.Tables {
		if table != b.Tables[i] {
			text, _ := os.ReadFile(filepath.Join(one, table.Path))
			other, _ := os.ReadFile(filepath.Join(two, b.Tables[i].Path))
			t.Errorf("%s:\n%s\n%s:\n%s", table.Name, text, b.Tables[i].Name, other)
		}
	}
	for i, file := range a.Lake.Files {
		if file.SHA256 != b.Lake.Files[i].SHA256 || file.Path != b.Lake.Files[i].Path {
			t.Errorf("lake: %+v, %+v", file, b.Lake.Files[i])
		}
	}
}

// From SQLite to PostgreSQL and back, as an archive and as a folder, with the lake
// and beside it: the records are the same to the byte.
func TestRoundTrip(t *testing.T) {
	address := postgrestest.URL(t)
	first := installation(t)
	dir := t.TempDir()
	copies := []string{filepath.Join(dir, "1"), filepath.Join(dir, "2"), filepath.Join(dir, "3")}
	make := func(h *month.Installation, path string, withLake bool) {
		t.Helper()
		made, err := backup.New(h, plain).Make(t.Context(), path, withLake)
		must(t, err)
		if made.Files != 4 || made.Rows < 10 || made.Lake != withLake {
			t.Errorf("%s: %+v", path, made)
		}
	}
	make(first, copies[0], false)
	archive := filepath.Join(dir, "copy.tar.zst")
	make(first, archive, true)

	moved := lake.At(filepath.Join(dir, "moved"))
	restored, err := backup.Restore(t.Context(), archive, address, moved)
	must(t, err)
	if restored.Files != 4 || restored.Written != 4 || strings.Contains(restored.Database, "@/") == false {
		t.Errorf("restored %+v", restored)
	}
	second := home(t, address, moved.Root())
	make(second, copies[1], true)
	sameRecords(t, copies[0], copies[1])

	place := filepath.Join(dir, "back.db")
	restored, err = backup.Restore(t.Context(), copies[1], place, moved) // whose files are there
	must(t, err)
	if restored.Written != 0 {
		t.Errorf("restored %+v over the same files", restored)
	}
	make(home(t, place, moved.Root()), copies[2], false)
	sameRecords(t, copies[0], copies[2])
	inv, err := second.Store.Invoice(t.Context(), "INV-1")
	must(t, err)
	if inv.State != store.InvoiceIssued {
		t.Errorf("the document is %+v", inv)
	}
}

func TestMakeRefuses(t *testing.T) {
	h := installation(t)
	dir := t.TempDir()
	refused(t, second(backup.New(h, plain).Make(t.Context(), dir, false)), dir, "there already")
	must(t, os.RemoveAll(filepath.Dir(lakeFiles(h.Lake)[0])))
	refused(t, second(backup.New(h, plain).Make(t.Context(), filepath.Join(dir, "copy"), false)), "load=01LOAD", "not in the lake")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := backup.New(h, plain).Make(cancelled, filepath.Join(dir, "copy"), false); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) != 0 {
		t.Errorf("%v is left of copies that were not made", left)
	}
}

func second[T any](_ T, err error) error { return err }

func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", words)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error is %q; want it to say %q", err, word)
		}
	}
}

// Whatever is changed in a copy, it is refused, says what is damaged, and leaves
// neither records nor files.
func TestDamagedCopies(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole")
	_, err := backup.New(installation(t), plain).Make(t.Context(), whole, true)
	must(t, err)
	change := func(name string, change func([]byte) []byte) func(t *testing.T, copied string) {
		return func(t *testing.T, copied string) {
			t.Helper()
			path := filepath.Join(copied, filepath.FromSlash(name))
			text, err := os.ReadFile(path)
			must(t, err)
			must(t, os.WriteFile(path, change(text), 0o644))
		}
	}
	flipped := func(text []byte) []byte { text[len(text)/2] ^= 1; return text }
	longer := func(text []byte) []byte { return append(text, '\n') }
	shorter := func(text []byte) []byte { return text[:len(text)-1] }
	// resummed changes the manifest and makes the sums fit, as somebody would who
	// wants to do harm.
	resummed := func(old, new string) func(t *testing.T, copied string) {
		return func(t *testing.T, copied string) {
			t.Helper()
			change("manifest.json", func(text []byte) []byte { return bytes.ReplaceAll(text, []byte(old), []byte(new)) })(t, copied)
			text, err := os.ReadFile(filepath.Join(copied, "manifest.json"))
			must(t, err)
			must(t, os.WriteFile(filepath.Join(copied, "SHA256SUMS"), []byte(sumOf(text)+"  manifest.json\n"), 0o644))
		}
	}
	lakeFile := manifest(t, whole).Lake.Files[0].Path
	for name, test := range map[string]struct {
		damage func(t *testing.T, copied string)
		says   []string
	}{
		"a bit of a table":                 {change("records/resource.jsonl", flipped), []string{"records/resource.jsonl"}},
		"more of a table":                  {change("records/resource.jsonl", longer), []string{"records/resource.jsonl", "longer"}},
		"less of a table":                  {change("records/audit.jsonl", shorter), []string{"records/audit.jsonl", "ends after"}},
		"no table":                         {func(t *testing.T, copied string) { must(t, os.Remove(filepath.Join(copied, "records/load.jsonl"))) }, []string{"records/load.jsonl", "not there"}},
		"a bit of the lake":                {change(lakeFile, flipped), []string{lakeFile, "SHA-256"}},
		"the manifest":                     {change("manifest.json", flipped), []string{"manifest.json"}},
		"the sums":                         {change("SHA256SUMS", func([]byte) []byte { return nil }), []string{"manifest.json", "SHA256SUMS"}},
		"a path out of the lake":           {resummed(lakeFile, "lake/../../../escaped"), []string{"manifest.json", "is no path in lake/"}},
		"a path out of what was collected": {resummed(lakeFile, "collected/../../../escaped"), []string{"manifest.json", "is no path in lake/ or collected/"}},
		"an absolute path":                 {resummed(lakeFile, "/tmp/escaped"), []string{"is no path in lake/"}},
		"a lake file as a record":          {resummed("records/load.jsonl", lakeFile), []string{"is no path in records/"}},
		"a file twice":                     {resummed("records/load_file.jsonl", "records/load.jsonl"), []string{"twice"}},
		"a table without name":             {resummed(`"name": "load"`, `"name": "loads"`), []string{"loads"}},
		"another format":                   {resummed("sluice-backup/1", "sluice-backup/2"), []string{"sluice-backup/2"}},
		"a link out of the copy": {func(t *testing.T, copied string) {
			path := filepath.Join(copied, "records", "load.jsonl")
			outside := filepath.Join(t.TempDir(), "load.jsonl")
			must(t, os.Rename(path, outside))
			must(t, os.Symlink(outside, path))
		}, []string{"load.jsonl"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			copied := filepath.Join(dir, "copy")
			must(t, os.CopyFS(copied, os.DirFS(whole)))
			test.damage(t, copied)
			_, err := backup.Restore(t.Context(), copied, filepath.Join(dir, "to", "sluice.db"), lake.At(filepath.Join(dir, "to", "lake")))
			refused(t, err, test.says...)
			empty(t, dir)
		})
	}
}

// empty looks that what was refused has left neither rows nor files of the lake.
func empty(t *testing.T, dir string) {
	t.Helper()
	h := home(t, filepath.Join(dir, "to", "sluice.db"), "")
	resources, err := h.Store.Resources(t.Context())
	must(t, err)
	audit, err := h.Store.Audit(t.Context(), 0)
	must(t, err)
	if len(resources) != 0 || len(audit) != 0 {
		t.Errorf("%d resources and %d entries of the audit are left", len(resources), len(audit))
	}
	err = filepath.WalkDir(filepath.Join(dir, "to", "lake"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			t.Errorf("%s is left", path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	must(t, err)
}

// An archive that is cut off anywhere, or has a bit changed anywhere, is refused.
func TestDamagedArchives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copy.tar.zst")
	_, err := backup.New(installation(t), plain).Make(t.Context(), path, true)
	must(t, err)
	whole, err := os.ReadFile(path)
	must(t, err)
	for step := range 24 {
		at := len(whole) * step / 24
		changed := bytes.Clone(whole)
		changed[at] ^= 0x10
		for name, text := range map[string][]byte{"cut": whole[:at], "changed": changed} {
			dir := t.TempDir()
			bad := filepath.Join(dir, "copy.tar.zst")
			must(t, os.WriteFile(bad, text, 0o644))
			_, err := backup.Restore(t.Context(), bad, filepath.Join(dir, "to", "sluice.db"), lake.At(filepath.Join(dir, "to", "lake")))
			switch {
			case err != nil:
				empty(t, dir)
			case !bytes.Equal(unpacked(whole), unpacked(text)): // some bits of zstd mean nothing
				t.Errorf("%s at %d of %d: it is restored", name, at, len(whole))
			}
		}
	}
}

// unpacked is the tar in an archive, nil of one that is no zstd.
func unpacked(archive []byte) []byte {
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		panic(err)
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(archive, nil)
	if err != nil {
		return nil
	}
	return text
}

func TestRestoreLooksAtTheLake(t *testing.T) {
	h := installation(t)
	copied := filepath.Join(t.TempDir(), "copy")
	_, err := backup.New(h, plain).Make(t.Context(), copied, false)
	must(t, err)
	dir := t.TempDir()
	restore := func(l lake.Lake) error {
		return second(backup.Restore(t.Context(), copied, filepath.Join(dir, "sluice.db"), l))
	}
	refused(t, restore(lake.At(filepath.Join(dir, "lake"))), "lacks 4 of 4 files", "--with-lake")
	must(t, os.CopyFS(filepath.Join(dir, "lake"), os.DirFS(h.Lake.Root())))
	must(t, os.WriteFile(lakeFiles(lake.At(filepath.Join(dir, "lake")))[0], []byte("other"), 0o644))
	refused(t, restore(lake.At(filepath.Join(dir, "lake"))), "is not that of the copy")
	must(t, restore(h.Lake))
	refused(t, restore(h.Lake), "already")
}

func TestExport(t *testing.T) {
	h := installation(t)
	folder := filepath.Join(t.TempDir(), "all")
	done, err := backup.New(h, plain).Export(t.Context(), folder)
	must(t, err)
	if done.Documents != 1 || done.Files != 4 {
		t.Errorf("exported %+v", done)
	}
	for _, name := range []string{
		"README.md", "documents/2026-10/INV-1.json", "documents/2026-10/INV-1.csv", "records/payment.csv", "records/audit.jsonl",
		"lake/charges/period=2026-10/rev=01RATED/group=acme/part-1.parquet",
	} {
		if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "configuration.yaml"))
	must(t, err)
	c, err := config.Parse("configuration.yaml", text)
	must(t, err)
	changes, err := h.Plan(t.Context(), c, true)
	must(t, err)
	if len(changes) != 0 {
		t.Errorf("the configuration is another: %+v", changes)
	}
	file, err := os.Open(filepath.Join(folder, "records", "invoice.csv"))
	must(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	must(t, err)
	if len(rows) != 2 || rows[0][0] != "id" || rows[1][0] != "2026-10/acme" {
		t.Errorf("documents: %v", rows)
	}
	for _, secret := range []string{"session", "api_token", "account", "keyring", "secret"} {
		if found, err := filepath.Glob(filepath.Join(folder, "records", "*"+secret+"*")); err != nil || len(found) > 0 {
			t.Errorf("%v leave the system, %v", found, err)
		}
	}
	refused(t, second(backup.New(h, plain).Export(t.Context(), folder)), "not empty")
}

// plain prints a document with nothing beside it.
func plain(_ context.Context, inv invoice.Invoice) (deliver.Document, error) {
	return deliver.Document{Invoice: inv}, nil
}
