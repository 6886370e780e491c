package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
)

func month(t *testing.T, text string) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t *testing.T, address string) *Place {
	t.Helper()
	p, err := Open(context.Background(), address, Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func content(t *testing.T, p *Place, f File) []byte {
	t.Helper()
	body, err := p.Open(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAddresses(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a b", "x.csv"), "1")
	if err := os.Symlink(filepath.Join(folder, "a b"), filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	for _, address := range []string{"a b", "./a b", filepath.Join(folder, "a b"), "file://" + folder + "/a%20b", "file://localhost" + folder + "/a%20b", "link"} {
		p := open(t, address)
		if got := content(t, p, File{Key: "x.csv", Size: 1}); string(got) != "1" {
			t.Errorf("%s: read %q", address, got)
		}
	}
	for address, want := range map[string]string{
		"":                                "is empty",
		"nowhere":                         "the folder nowhere does not exist",
		"file://" + folder + "/nowhere":   "does not exist",
		"a b/x.csv":                       "is a file, not a folder",
		"file://data/exports":             "three slashes",
		"ftp://server/x":                  `cannot be read from "ftp://"`,
		"gs:///x":                         "names no bucket",
		"gs://bucket?endpoint=file:///x":  "no address of a server",
		"s3://bucket?no_such_parameter=1": "no_such_parameter",
	} {
		_, err := Open(context.Background(), address, Access{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error is %v, want it to say %q", address, err, want)
		}
	}
}

func TestUnknownKindIsRefused(t *testing.T) {
	p := open(t, t.TempDir())
	_, err := p.Deliveries(context.Background(), "cur", month(t, "2024-09"))
	if err == nil || !strings.Contains(err.Error(), `"cur" is not a kind of source`) {
		t.Errorf("error is %v", err)
	}
}

func TestLargeManifestIsRefused(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "20240901-20241001", "acme-Manifest.json"), strings.Repeat(" ", 10<<20)+"{}")
	_, err := open(t, folder).Deliveries(context.Background(), AWSCUR, month(t, "2024-09"))
	if err == nil || !strings.Contains(err.Error(), "has 10485762 bytes") {
		t.Errorf("error is %v", err)
	}
}

func TestManifestMayBeginWithByteOrderMark(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "run", "part.csv"), "1")
	write(t, filepath.Join(folder, "run", "manifest.json"),
		"\xef\xbb\xbf"+`{"runInfo": {"runId": "r", "startDate": "2024-09-01"}, "blobs": [{"blobName": "run/part.csv"}]}`)
	got, err := open(t, folder).Deliveries(context.Background(), FOCUS, month(t, "2024-09"))
	if err != nil || len(got) != 1 || got[0].Version != "r" {
		t.Errorf("got %v, %v", got, err)
	}
}

// A delivery stops being valid when any of what it is made of changes.
func TestVerify(t *testing.T) {
	const data = "data/BILLING_PERIOD=2024-09/lines-00001.csv.gz"
	const manifest = "metadata/BILLING_PERIOD=2024-09/lines-Manifest.json"
	plain := `{"dataFiles": ["s3://bucket/` + data + `"]}`
	assembled := func(id string) string {
		return `{"assemblyId": "` + id + `", "dataFiles": ["s3://bucket/` + data + `"]}`
	}
	for name, c := range map[string]struct {
		manifest string
		change   func(t *testing.T, folder string)
		changed  bool
	}{
		"nothing":     {plain, func(*testing.T, string) {}, false},
		"file size":   {plain, func(t *testing.T, folder string) { write(t, filepath.Join(folder, data), "12345") }, true},
		"file, same":  {plain, func(t *testing.T, folder string) { rewrite(t, filepath.Join(folder, data), "4321") }, true},
		"file gone":   {plain, func(t *testing.T, folder string) { remove(t, filepath.Join(folder, data)) }, true},
		"manifest":    {plain, func(t *testing.T, folder string) { rewrite(t, filepath.Join(folder, manifest), plain) }, true},
		"no manifest": {plain, func(t *testing.T, folder string) { remove(t, filepath.Join(folder, manifest)) }, true},
		"assembly":    {assembled("1"), func(t *testing.T, folder string) { write(t, filepath.Join(folder, manifest), assembled("2")) }, true},
		"same assembly": {assembled("1"), func(t *testing.T, folder string) {
			rewrite(t, filepath.Join(folder, manifest), assembled("1"))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, filepath.Join(folder, data), "1234")
			write(t, filepath.Join(folder, manifest), c.manifest)
			p := open(t, folder)
			deliveries, err := p.Deliveries(context.Background(), AWSCUR2, month(t, "2024-09"))
			if err != nil || len(deliveries) != 1 {
				t.Fatalf("%v, %v", deliveries, err)
			}
			c.change(t, folder)
			err = p.Verify(context.Background(), deliveries[0])
			if c.changed && !errors.Is(err, ErrChanged) || !c.changed && err != nil {
				t.Errorf("error is %v, want changed: %v", err, c.changed)
			}
		})
	}
}

// rewrite replaces a file's content and moves its time on.
func rewrite(t *testing.T, file, text string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, text)
	later := info.ModTime().Add(1e9)
	if err := os.Chtimes(file, later, later); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

func TestHashedVersionFollowsContentOnly(t *testing.T) {
	a, b := File{Key: "a", ETag: "1"}, File{Key: "b", ETag: "2"}
	m := &manifest{etag: "m"}
	version := m.versionOf([]File{a, b})
	if m.versionOf([]File{b, a}) != version {
		t.Error("the order of files changes the version")
	}
	b.ETag = "3"
	if m.versionOf([]File{a, b}) == version {
		t.Error("a changed file does not change the version")
	}
}

func TestLocalFiles(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "one", "b.csv"), "bb")
	write(t, filepath.Join(folder, "two", "deep", "a.parquet"), "a")
	write(t, filepath.Join(folder, "two", "notes.txt"), "x")
	t.Chdir(folder)
	load := func(paths ...string) (*Place, Delivery) {
		t.Helper()
		p, d, err := LocalFiles(context.Background(), paths, month(t, "2024-09"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
		return p, d
	}
	p, d := load("one/b.csv", filepath.Join(folder, "two/deep/a.parquet"))
	want := "local files 2024-09 version=hash manifest= account=\n  one/b.csv 2 none csv\n  two/deep/a.parquet 1 none parquet\n"
	if got := describe([]Delivery{d}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := content(t, p, d.Files[0]); string(got) != "bb" {
		t.Errorf("read %q", got)
	}
	if err := p.Verify(context.Background(), d); err != nil {
		t.Error(err)
	}

	write(t, filepath.Join(folder, "moved", "b.csv"), "bb")
	write(t, filepath.Join(folder, "moved", "a.parquet"), "a")
	if _, moved := load("moved/a.parquet", "moved/b.csv"); moved.Version != d.Version {
		t.Error("the same files elsewhere are another version")
	}
	write(t, filepath.Join(folder, "moved", "b.csv"), "cc")
	if _, other := load("moved/a.parquet", "moved/b.csv"); other.Version == d.Version {
		t.Error("other content is the same version")
	}

	for _, c := range []struct {
		paths []string
		want  string
	}{
		{nil, "no file is given"},
		{[]string{"one/none.csv"}, "file one/none.csv does not exist"},
		{[]string{"one"}, "is not a file"},
		{[]string{"two/notes.txt"}, "is not an export"},
		{[]string{"one/b.csv", "./one/b.csv"}, "given twice"},
	} {
		_, _, err := LocalFiles(context.Background(), c.paths, month(t, "2024-09"))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error is %v, want it to say %q", c.paths, err, c.want)
		}
	}
}

// Wherever the upper folders of a bucket's copy are cut, each version's file is
// found, and never another version's.
func TestCopiesResolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		upper := rapid.SliceOfN(rapid.SampledFrom([]string{"exports", "acme", "a", "x y"}), 0, 4).Draw(t, "upper")
		versioned := rapid.Bool().Draw(t, "versioned")
		present := rapid.Bool().Draw(t, "present")
		cut := rapid.IntRange(0, len(upper)).Draw(t, "cut")
		leading := rapid.SampledFrom([]string{"", "/", "//"}).Draw(t, "leading")

		below := []string{"20240901-20241001"}
		if versioned {
			below = append(below, "v2")
		}
		folder, err := os.MkdirTemp("", "source")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(folder)
		put := func(text string, parts ...string) {
			file := filepath.Join(append([]string{folder}, parts...)...)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		key := leading + strings.Join(slices.Concat(upper, below, []string{"r-1.csv"}), "/")
		copied := upper[cut:]
		put(`{"assemblyId": "v2", "billingPeriod": {"start": "20240901T000000.000Z"}, "reportKeys": ["`+key+`"]}`,
			slices.Concat(copied, []string{"20240901-20241001", "r-Manifest.json"})...)
		put("other month", slices.Concat(copied, []string{"20240801-20240901", "r-1.csv"})...)
		put("other version", slices.Concat(copied, []string{"20240901-20241001", "v1", "r-1.csv"})...)
		put("other report", "r-1.csv")
		if present {
			put("right", slices.Concat(copied, below, []string{"r-1.csv"})...)
		}

		p, err := Open(context.Background(), folder, Access{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		got, err := p.Deliveries(context.Background(), AWSCUR, billing.PeriodOf(billing.Day(19980).Time()))
		if !present {
			if err == nil {
				t.Fatalf("a missing file was found as %s", got[0].Files[0].Key)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := p.Open(context.Background(), got[0].Files[0])
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if text, err := io.ReadAll(body); err != nil || !bytes.Equal(text, []byte("right")) {
			t.Fatalf("%s reads as %q, %v", got[0].Files[0].Key, text, err)
		}
	})
}
