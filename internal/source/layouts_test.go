package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sampleFolder is a folder of the sample data of real exporters, which is not
// part of this repository.
func sampleFolder(t *testing.T, name string) string {
	t.Helper()
	data := os.Getenv("SLUICE_TESTDATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	folder := filepath.Join(data, name)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the sample data %s is not here; set SLUICE_TESTDATA to its folder", name)
	}
	return folder
}

// sums reads the SHA256SUMS that came with the data: file → hexadecimal sum.
func sums(t *testing.T, folder string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) == 2 {
			known[strings.TrimPrefix(words[1], "./")] = words[0]
		}
	}
	return known
}

// expected is what a real exporter's folder holds.
type expected struct {
	report, version, account string
	file                     string // relative to the data's folder
	columns                  int
	firstColumn              string
}

func TestRealLayouts(t *testing.T) {
	const mock1 = "mock_data/cur_1_0/s3_structure/mock-cur-bucket"
	const mock2 = "mock_data/cur_2_0/s3_structure/mock-cur-v2-bucket"
	local := expected{"koku-local", "16e57707-f9e3-49be-8be6-b84e684b5194", "6568388779672",
		"koku-local/20180801-20180901/16e57707-f9e3-49be-8be6-b84e684b5194/koku-local-1.csv.gz", 57, "identity/LineItemId"}
	mine := expected{"my-report", "861af42f-713c-4a42-9562-9158a7625630", "4090136019287",
		"my-prefix/my-report/20180801-20180901/861af42f-713c-4a42-9562-9158a7625630/my-report-1.csv.gz", 57, "identity/LineItemId"}
	legacy := expected{"MockTestReport", "123e4567-e89b-12d3-a456-426614174000", "123456789012",
		mock1 + "/20240101-20240131/MockTestReport-00001.csv.zip", 30, "identity/LineItemId"}
	second := expected{"MockTestReportV2", "987f6543-a21b-43c7-d654-321098765432", "123456789012",
		mock2 + "/data/BILLING_PERIOD=2024-09/MockTestReportV2-00001.csv.gz", 30, "identity_line_item_id"}

	for _, c := range []struct {
		name, data, open string
		kind, period     string
		want             []expected
	}{
		{"bucket of two reports", "koku-aws-local-bucket", "", AWSCUR, "2018-08", []expected{local, mine}},
		{"another month", "koku-aws-local-bucket", "", AWSCUR, "2018-09", nil},
		{"another kind", "koku-aws-local-bucket", "", AWSCUR2, "2018-08", nil},
		{"below its prefix", "koku-aws-local-bucket", "my-prefix", AWSCUR, "2018-08", []expected{mine}},
		{"below its report", "koku-aws-local-bucket", "koku-local", AWSCUR, "2018-08", []expected{local}},
		{"in its month", "koku-aws-local-bucket", "koku-local/20180801-20180901", AWSCUR, "2018-08", []expected{local}},
		{"in its version", "koku-aws-local-bucket", "koku-local/20180801-20180901/16e57707-f9e3-49be-8be6-b84e684b5194", AWSCUR, "2018-08", []expected{local}},
		{"legacy zip", "aws-cur-keboola-mock", mock1, AWSCUR, "2024-01", []expected{legacy}},
		{"legacy zip from far above", "aws-cur-keboola-mock", "", AWSCUR, "2024-01", []expected{legacy}},
		{"second kind", "aws-cur-keboola-mock", mock2, AWSCUR2, "2024-09", []expected{second}},
		{"second kind from far above", "aws-cur-keboola-mock", "", AWSCUR2, "2024-09", []expected{second}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := sampleFolder(t, c.data)
			known := sums(t, folder)
			p := open(t, filepath.Join(folder, c.open))
			got, err := p.Deliveries(context.Background(), c.kind, month(t, c.period))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.want) {
				t.Fatalf("%d deliveries, want %d:\n%s", len(got), len(c.want), describe(got))
			}
			for i, want := range c.want {
				want.check(t, p, got[i], c.open, known)
			}
		})
	}
}

func (want expected) check(t *testing.T, p *Place, d Delivery, opened string, known map[string]string) {
	t.Helper()
	if d.Report != want.report || d.Version != want.version || d.Account != want.account {
		t.Errorf("got %s version %s account %s, want %+v", d.Report, d.Version, d.Account, want)
	}
	if len(d.Columns) != want.columns || d.Columns[0] != want.firstColumn {
		t.Errorf("%d columns %v, want %d beginning with %s", len(d.Columns), d.Columns, want.columns, want.firstColumn)
	}
	if len(d.Files) != 1 {
		t.Fatalf("files %v, want one", d.Files)
	}
	file := filepath.ToSlash(filepath.Join(opened, d.Files[0].Key))
	sum := sha256.Sum256(content(t, p, d.Files[0]))
	if file != want.file || hex.EncodeToString(sum[:]) != known[want.file] {
		t.Errorf("file %s with SHA-256 %x, want %s with %s", file, sum, want.file, known[want.file])
	}
	if err := p.Verify(context.Background(), d); err != nil {
		t.Error(err)
	}
}
