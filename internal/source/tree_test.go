package source

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
)

// tree is a bucket written as text: files below place/, what is asked of it in
// the comment, and the answer in want.
type tree struct {
	kind     string
	period   billing.Period
	open     string            // folder of the bucket that is opened
	modified map[string]string // key → time
	files    map[string][]byte
	want     string
}

func readTree(t *testing.T, file string) tree {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tr := tree{modified: map[string]string{}, files: map[string][]byte{}}
	for line := range strings.Lines(string(archive.Comment)) {
		switch words := strings.Fields(line); {
		case len(words) == 2 && words[0] == "kind":
			tr.kind = words[1]
		case len(words) == 2 && words[0] == "period":
			tr.period = month(t, words[1])
		case len(words) == 2 && words[0] == "open":
			tr.open = words[1]
		case len(words) == 3 && words[0] == "modified":
			tr.modified[words[1]] = words[2]
		}
	}
	for _, f := range archive.Files {
		if f.Name == "want" {
			tr.want = string(f.Data)
			continue
		}
		tr.files[strings.TrimPrefix(f.Name, "place/")] = f.Data
	}
	return tr
}

// setTimes gives the files below folder their times; what is not named in the
// tree is older than what is.
func (tr tree) setTimes(t *testing.T, folder string) {
	t.Helper()
	for key := range tr.files {
		at := time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC)
		if text, ok := tr.modified[key]; ok {
			var err error
			if at, err = time.Parse(time.RFC3339, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(filepath.Join(folder, key), at, at); err != nil {
			t.Fatal(err)
		}
	}
}

func (tr tree) writeTo(t *testing.T, folder string) {
	t.Helper()
	for key, data := range tr.files {
		file := filepath.Join(folder, key)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tr.setTimes(t, folder)
}

func TestTreesInFolder(t *testing.T) {
	eachTree(t, func(t *testing.T, tr tree) {
		folder := t.TempDir()
		tr.writeTo(t, folder)
		p := open(t, filepath.Join(folder, tr.open))
		tr.check(t, p, "")
	})
}

func eachTree(t *testing.T, test func(*testing.T, tree)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no trees: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			test(t, readTree(t, file))
		})
	}
}

// check asks for the deliveries, compares them with want, reads every file and
// verifies that nothing has changed.
func (tr tree) check(t *testing.T, p *Place, root string) {
	t.Helper()
	ctx := context.Background()
	deliveries, err := p.Deliveries(ctx, tr.kind, tr.period)
	if wanted, ok := strings.CutPrefix(tr.want, "error: "); ok {
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(wanted)) {
			t.Fatalf("error is %v\nwant it to say %s", err, wanted)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(deliveries), strings.ReplaceAll(tr.want, "{root}", root); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	for _, d := range deliveries {
		for _, f := range d.Files {
			inBucket := f.Key
			if root == "" && tr.open != "" {
				inBucket = tr.open + "/" + f.Key
			}
			if got := content(t, p, f); !bytes.Equal(got, tr.files[inBucket]) {
				t.Errorf("%s reads as %q, want %q", f.Key, got, tr.files[inBucket])
			}
		}
		if err := p.Verify(ctx, d); err != nil {
			t.Error(err)
		}
	}
}

var isHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

func describe(deliveries []Delivery) string {
	var b strings.Builder
	for _, d := range deliveries {
		version := isHash.ReplaceAllString(d.Version, "hash")
		fmt.Fprintf(&b, "%s %s version=%s manifest=%s account=%s\n", d.Report, d.Period, version, d.Manifest, d.Account)
		if d.Columns != nil {
			fmt.Fprintf(&b, "  columns %s\n", strings.Join(d.Columns, " "))
		}
		for _, f := range d.Files {
			format := "csv"
			if f.Parquet {
				format = "parquet"
			}
			fmt.Fprintf(&b, "  %s %d %s %s\n", f.Key, f.Size, f.Compression, format)
		}
	}
	return b.String()
}
