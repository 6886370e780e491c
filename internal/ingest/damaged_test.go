package ingest_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/source"
)

const (
	curHeader = "lineItem/UsageStartDate,bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/UsageType"
	curLine   = "2024-05-01T00:00:00Z,111111111111,222222222222,Usage,USD,1.5,Box"
	curFile   = curHeader + "\n" + curLine + "\n"
	focusFile = "ChargePeriodStart,BillingAccountId,ChargeCategory,BillingCurrency,BilledCost\n2024-05-01T00:00:00Z,111111111111,Usage,USD,1.5\n"
)

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// zipped packs files given as name, text, name, text …
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// flipped turns the bits of one byte over.
func flipped(text string, at int) string {
	b := []byte(text)
	b[at] ^= 0xff
	return string(b)
}

// bomb is a file of 100 MB that is well written and packs to a three-hundredth:
// more than twice the limit for its size, with few rows.
func bomb() string {
	return curHeader + "\n" + strings.Repeat(curLine+strings.Repeat("0", 1<<20)+"\n", 100)
}

// parquetOf is a Parquet file made of CSV text.
func parquetOf(t *testing.T, text string) string {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "in.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := openEngine(t).Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := filepath.Join(folder, "out.parquet")
	if err := s.Exec(t.Context(), `COPY (SELECT * FROM read_csv('`+file+`', all_varchar = true)) TO '`+out+`' (FORMAT parquet)`); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Files that are broken or not what their names say: the error names the file
// and what to do, and nothing is left of the load.
func TestDamaged(t *testing.T) {
	lines := curFile + strings.Repeat(curLine+"\n", 5000)
	table := parquetOf(t, lines)
	tests := []struct {
		name, file, data, want string
	}{
		{"gzip cut off", "a.csv.gz", gzipped(t, lines)[:200], "a.csv.gz: the gzip data stops in the middle: the file was not copied whole; fetch it again"},
		{"gzip without its last bytes", "a.csv.gz", strings.TrimSuffix(gzipped(t, lines), gzipped(t, lines)[len(gzipped(t, lines))-4:]), "a.csv.gz: the gzip data stops in the middle"},
		{"gzip with a wrong checksum", "a.csv.gz", flipped(gzipped(t, lines), len(gzipped(t, lines))-6), "a.csv.gz: the gzip data is damaged"},
		{"gzip with text behind it", "a.csv.gz", gzipped(t, lines) + "more", "a.csv.gz: the gzip data "},
		{"gzip that is empty", "a.csv.gz", "", "a.csv.gz: the file is empty"},
		{"gzip of nothing", "a.csv.gz", gzipped(t, ""), "a.csv.gz: the file is empty: it has not even a header"},
		{"gzip that is text", "a.csv.gz", lines, "a.csv.gz: the file ends in .gz but is not gzip"},
		{"gzip that is zip", "a.csv.gz", zipped(t, "a.csv", lines), "a.csv.gz: the file ends in .gz but is not gzip"},
		{"gzip bomb", "a.csv.gz", gzipped(t, bomb()), "unpacks to far more than a billing export does"},
		{"zip bomb", "a.csv.zip", zipped(t, "a.csv", bomb()), "unpacks to far more than a billing export does"},
		{"zip that is gzip", "a.csv.zip", gzipped(t, lines), "a.csv.zip: the file ends in .zip but is gzip: rename it to .gz"},
		{"zip that is text", "a.csv.zip", lines, "a.csv.zip: the file ends in .zip but cannot be read as a zip archive"},
		{"zip cut off", "a.csv.zip", zipped(t, "a.csv", lines)[:300], "a.csv.zip: the file ends in .zip but cannot be read as a zip archive"},
		{"zip with a wrong checksum", "a.csv.zip", flipped(zipped(t, "a.csv", lines), 100), "a.csv.zip: the zip data is damaged"},
		{"zip of two files", "a.csv.zip", zipped(t, "a.csv", lines, "b.csv", lines), "a.csv.zip: the zip archive must hold one .csv file, it holds 2 files: a.csv, b.csv"},
		{"zip of no files", "a.csv.zip", zipped(t), "a.csv.zip: the zip archive must hold one .csv file, it holds 0 files"},
		{"zip of a picture", "a.csv.zip", zipped(t, "a.png", lines), "a.csv.zip: the zip archive must hold one .csv file, it holds 1 files: a.png"},
		{"text that is gzip", "a.csv", gzipped(t, lines), "a.csv: the file ends in .csv but is gzip: rename it to .csv.gz"},
		{"text that is zip", "a.csv", zipped(t, "a.csv", lines), "a.csv: the file ends in .csv but is a zip archive: rename it to .csv.zip"},
		{"text that is Parquet", "a.csv", table, "a.csv: the file ends in .csv but is Parquet: rename it to .parquet"},
		{"UTF-16", "a.csv", "\xff\xfel\x00i\x00n\x00e\x00\n\x00", "a.csv: row 0: has a NUL byte: the file is damaged or not text"},
		{"NUL bytes", "a.csv", curFile + "2024-05-01T00:00:00Z,111111111111,222222222222,Usage,USD,1.5,\x00\x00\n", "a.csv: row 2: has a NUL byte: the file is damaged"},
		{"a field of 10 MB", "a.csv", curFile + curLine + strings.Repeat("x", 10<<20) + "\n", "a.csv: row 2: is longer than 4 MB"},
		{"Parquet that is text", "a.parquet", lines, "a.parquet: the file cannot be read as Parquet"},
		{"Parquet that is empty", "a.parquet", "", "a.parquet: the file cannot be read as Parquet"},
		{"Parquet cut off", "a.parquet", table[:len(table)/2], "a.parquet: the file cannot be read as Parquet"},
		{"Parquet with a bad cost", "a.parquet", parquetOf(t, lines+strings.Replace(curLine, "1.5", "?", 1)+"\n"), `a.parquet: row 5002: lineItem/UnblendedCost is "?", which is not a decimal number`},
		{"Parquet with a bad cost at its begin", "a.parquet", parquetOf(t, strings.Replace(lines, "1.5", "?", 1)), `a.parquet: row 1: lineItem/UnblendedCost is "?", which is not a decimal number`},
		{"Parquet of something else", "a.parquet", parquetOf(t, "name,price\ntea,1\n"), "a.parquet: this is not a format Sluice reads"},
	}
	e := openEngine(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), test.file)
			if err := os.WriteFile(file, []byte(test.data), 0o600); err != nil {
				t.Fatal(err)
			}
			dir, _, err := load(t, e, "111111111111", "2024-05", file)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), test.file+": ") {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), dir) {
				t.Errorf("the error names a file of the load's own folder: %v", err)
			}
			nothingLeft(t, dir)
		})
	}
}

// Ways to write the same file, all well: the same line comes of each.
func TestUnusualText(t *testing.T) {
	e := openEngine(t)
	for name, data := range map[string]string{
		"plain.csv":            curFile,
		"mark.csv":             "\xef\xbb\xbf" + curFile,
		"crlf.csv":             strings.ReplaceAll(curFile, "\n", "\r\n"),
		"no-line-feed.csv":     strings.TrimSuffix(curFile, "\n"),
		"quoted.csv":           `"` + strings.NewReplacer(",", `","`, "\n", "\"\n\"").Replace(strings.TrimSuffix(curFile, "\n")) + "\"\n",
		"blanks-in-header.csv": strings.Replace(curFile, ",bill/", ", bill/", 1),
		"two-members.csv.gz":   gzipped(t, curHeader+"\n") + gzipped(t, curLine+"\n"),
		"folder.csv.zip":       zipped(t, "in/", "", "in/a.CSV", curFile),
		"table.parquet":        parquetOf(t, curFile),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, want := outcome(t, e, "111111111111", "2024-05", []string{file}),
				name+" row 1: 222222222222 usage 1.5 USD 2024-05-01 00:00:00 Box\n"; got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// Text that is not UTF-8 is mended and told, cell by cell.
func TestNotUTF8(t *testing.T) {
	file := filepath.Join(t.TempDir(), "latin.csv")
	rows := curHeader + ",product/group\n" + curLine + ",gr\u00fcn\n" + curLine + ",gr\xfcn\n" + curLine + "\xff,gr\xfcn\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	const told = " has text that is not UTF-8; what cannot be read became U+FFFD, so rules and tags may miss these lines\n"
	const line = ": 222222222222 usage 1.5 USD 2024-05-01 00:00:00 Box"
	want := `warn not-utf8 "lineItem/UsageType" at latin.csv row 3, 1 lines: lineItem/UsageType` + told +
		`warn not-utf8 "product/group" at latin.csv row 2, 2 lines: product/group` + told +
		"latin.csv row 1" + line + " {\"product/group\":\"gr\u00fcn\"}\n" +
		"latin.csv row 2" + line + " {\"product/group\":\"gr\\ufffdn\"}\n" +
		"latin.csv row 3" + line + "\ufffd {\"product/group\":\"gr\\ufffdn\"}\n"
	if got := outcome(t, openEngine(t), "111111111111", "2024-05", []string{file}); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Files of two formats are not one export, whichever is read first.
func TestTwoFormats(t *testing.T) {
	folder := t.TempDir()
	a, b := filepath.Join(folder, "a.csv"), filepath.Join(folder, "b.csv")
	for file, text := range map[string]string{a: curFile, b: focusFile} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir, _, err := load(t, openEngine(t), "111111111111", "2024-05", a, b)
	if err == nil || !strings.Contains(err.Error(), "b.csv: this file is focus, another file of the same export is aws-cur") &&
		!strings.Contains(err.Error(), "a.csv: this file is aws-cur, another file of the same export is focus") {
		t.Errorf("got %v", err)
	}
	nothingLeft(t, dir)
}

// A load that is cancelled in the middle leaves nothing.
func TestCancelled(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.csv")
	if err := os.WriteFile(file, []byte(curFile+strings.Repeat(curLine+"\n", 100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	place, delivery, err := source.LocalFiles(t.Context(), []string{file}, month(t, "2024-05"))
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	ctx, cancel := context.WithCancel(t.Context())
	dir := filepath.Join(folder, "load")
	_, err = ingest.Load(billing.WithProgress(ctx, cancelAtStep(cancel)), ingest.Input{
		Place: place, Delivery: delivery, Payer: billing.Payer{ID: "111111111111", Provider: "aws"},
		Dir: dir, Keys: filepath.Join(dir, "keys.parquet"), Engine: openEngine(t),
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
	nothingLeft(t, dir)
}

// cancelAtStep cancels at the first word of progress.
func cancelAtStep(cancel context.CancelFunc) billing.Progress {
	return func(string, int64, int64) { cancel() }
}
