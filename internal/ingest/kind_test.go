package ingest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/source"
)

// Headers of formats whose files lie alike.
const (
	googleHead    = "billing_account_id,cost,currency,usage_start_time,invoice.month,cost_type"
	partnerHead   = "PartnerId,CustomerId,UsageDate,BillingPreTaxTotal,BillingCurrency"
	collectedHead = "CollectedProvider,Start,Category,CollectedCost,Currency"
	focusHead     = "BilledCost,ChargePeriodStart,ChargeCategory,BillingCurrency"
)

// asParquet is a Parquet file of one row of empty texts; invoice is an object.
func asParquet(t testing.TB, head string) string {
	t.Helper()
	var fields []arrow.Field
	for _, name := range strings.Split(head, ",") {
		f := arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
		if outer, inner, nested := strings.Cut(name, "."); nested {
			f = arrow.Field{Name: outer, Type: arrow.StructOf(arrow.Field{Name: inner, Type: arrow.BinaryTypes.String, Nullable: true}), Nullable: true}
		}
		fields = append(fields, f)
	}
	schema := arrow.NewSchema(fields, nil)
	rows := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer rows.Release()
	for i := range fields {
		rows.Field(i).AppendEmptyValue()
	}
	record := rows.NewRecordBatch()
	defer record.Release()
	var b bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &b, nil, pqarrow.DefaultWriterProps())
	if err == nil {
		err = w.Write(record)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// found says what lies in a folder of files: kind and folder of each report with its
// months, and the warnings.
func found(t *testing.T, files map[string]string) (reports, warnings []string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	place, err := source.Open(t.Context(), folder, source.Access{})
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	all, err := place.Reports(t.Context(), ingest.KindOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all.Reports {
		text := r.Kind + " in " + r.Folder + ":"
		for _, m := range r.Months {
			text += fmt.Sprintf(" %s(%d)", m.Period, m.Files)
		}
		reports = append(reports, text)
	}
	return reports, all.Warnings
}

// Files that lie alike are each found as one kind, that of their header, however they are
// packed.
func TestDiscoveryAsksTheHeader(t *testing.T) {
	for name, pack := range map[string]func(*testing.T, string) (ending, content string){
		"csv":     func(_ *testing.T, head string) (string, string) { return ".csv", head + "\n" },
		"gzip":    func(t *testing.T, head string) (string, string) { return ".csv.gz", gzipped(t, head+"\n") },
		"zip":     func(t *testing.T, head string) (string, string) { return ".csv.zip", zipped(t, "x.csv", head+"\n") },
		"parquet": func(t *testing.T, head string) (string, string) { return ".parquet", asParquet(t, head) },
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for folder, head := range map[string]string{"g/2026-09/": googleHead, "g/2026-10/": googleHead, "m/2026-10/": partnerHead, "own/2026-10/": collectedHead, "oci/2026/10/07/": focusHead} {
				ending, content := pack(t, head)
				files[folder+"part-1"+ending] = content
			}
			reports, warnings := found(t, files)
			want := []string{"collected in own: 2026-10(1)", "focus in oci: 2026-10(1)", "google in g: 2026-10(1) 2026-09(1)", "partner-center in m: 2026-10(1)"}
			if fmt.Sprint(reports) != fmt.Sprint(want) || len(warnings) != 0 {
				t.Errorf("found are\n%s\nwant\n%s\nwarnings %q", strings.Join(reports, "\n"), strings.Join(want, "\n"), warnings)
			}
		})
	}
}

// JSON lines are told from their first line; what is nothing of that sort is not named,
// and it is said why.
func TestDiscoverySaysWhatItCannotTell(t *testing.T) {
	reports, warnings := found(t, map[string]string{
		"g/2026-10/a.json.gz":   gzipped(t, `{"billing_account_id":"A","cost":1,"usage_start_time":"2026-10-01","invoice":{"month":"202610"}}`+"\n"),
		"m/2026-10/a.jsonl":     `{"PartnerId":"p","CustomerId":"c","InvoiceNumber":"1","SubTotal":1,"EffectiveUnitPrice":1,"BillableQuantity":1}` + "\n",
		"logs/2026-10/a.csv":    "time,level,text\n",
		"aws/2026-10/a.csv":     "lineItem/UnblendedCost,lineItem/UsageAccountId,lineItem/UsageStartDate\n",
		"bad/2026-10/a.parquet": "PAR1 and nothing else of that sort",
		"cut/2026-10/a.csv.gz":  gzipped(t, googleHead)[:20],
		"none/2026-10/a.csv":    "",
		// The smallest file of the newest month that is not empty is asked.
		"some/2026-10/a.csv": "", "some/2026-10/b.csv": googleHead + "\n", "some/2026-10/c.csv": googleHead + "\nA,1,USD,2026-10-01,202610,regular\n", "some/2026-09/a.csv": "x\n",
	})
	want := []string{"google in g: 2026-10(1)", "google in some: 2026-10(3) 2026-09(1)", "partner-center in m: 2026-10(1)"}
	if fmt.Sprint(reports) != fmt.Sprint(want) {
		t.Errorf("found are\n%s\nwant\n%s", strings.Join(reports, "\n"), strings.Join(want, "\n"))
	}
	said := strings.Join(warnings, "\n")
	for _, text := range []string{
		"logs/2026-10/a.csv", "cannot be told: it is in no format that Sluice reads; its columns are time, level, text",
		"file aws/2026-10/a.csv in ", " is of kind aws-cur, whose exports do not lie so; copy them with their manifests and folders",
		"cannot be told: the file ends in .parquet and is no Parquet", "cannot be told: the gzip data stops in the middle", "none/2026-10/a.csv in ", "cannot be told: the file is empty",
	} {
		if !strings.Contains(said, text) {
			t.Errorf("it is not said that %q, but\n%s", text, said)
		}
	}
	if len(warnings) != 5 {
		t.Errorf("%d warnings:\n%s", len(warnings), said)
	}
}

// Whatever a file that is called Parquet has: no panic, and a kind or a sentence.
func FuzzKindOfParquet(f *testing.F) {
	whole := asParquet(f, googleHead)
	f.Add([]byte(whole))
	f.Add([]byte(whole[len(whole)/2:]))
	f.Add([]byte("PAR1PAR1\x00\x00\x00\x00PAR1"))
	folder := f.TempDir()
	place, err := source.Open(f.Context(), folder, source.Access{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { place.Close() })
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(filepath.Join(folder, "x.parquet"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		kind, err := ingest.KindOf(t.Context(), place, source.File{Key: "x.parquet", Size: int64(len(content)), Parquet: true})
		if (kind == "") == (err == nil) {
			t.Fatalf("the kind is %q, %v", kind, err)
		}
	})
}
