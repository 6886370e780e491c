package source

import (
	"fmt"
	"strings"
	"testing"
)

// together is a place that holds the files of several trees.
func together(t *testing.T, names ...string) tree {
	t.Helper()
	all := tree{modified: map[string]string{}, files: map[string][]byte{}}
	for _, name := range names {
		tr := readTree(t, "testdata/"+name+".txtar")
		for key, data := range tr.files {
			all.files[key] = data
		}
		for key, at := range tr.modified {
			all.modified[key] = at
		}
	}
	return all
}

func (f Found) text() string {
	var b strings.Builder
	for _, r := range f.Reports {
		fmt.Fprintf(&b, "%s %s in %s account=%s resources=%s integrations=%v files=%d bytes=%d delivered=%s\n", r.Kind, r.Name, r.Folder, r.Account, r.ResourceIDs, r.Integrations, r.Files, r.Bytes, r.Delivered.Format("2006-01-02T15:04"))
		for _, m := range r.Months {
			fmt.Fprintf(&b, "  %s %d files %d bytes %s %s\n", m.Period, m.Files, m.Bytes, m.Delivered.Format("2006-01-02T15:04"), m.Problem)
		}
	}
	for _, w := range f.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}

// Every report of a place is found with its months, whatever its kind; versions that
// are not in force, copies and other tables are not.
func TestReportsOfAPlace(t *testing.T) {
	all := together(t, "legacy-create-new", "cur2-overwrite", "focus-azure", "focus-oci")
	all.files["athena/big/20241001-20241101/big-Manifest.json"] = []byte(`{"assemblyId": "z", "account": "111122223333", "reportName": "big",
		"columns": [{"category": "lineItem", "name": "ResourceId", "type": "String"}], "billingPeriod": {"start": "20241001T000000.000Z"},
		"additionalArtifactKeys": [{"artifactType": "ATHENA", "name": "athena/big/crawler.yml"}], "reportKeys": ["athena/big/big/year=2024/month=10/big-00001.snappy.parquet"]}`)
	all.files["athena/big/big/year=2024/month=10/big-00001.snappy.parquet"] = []byte("12345678")
	all.files["athena/big/20240901-20241001/big-Manifest.json"] = []byte(`{"assemblyId": "y", "account": "111122223333", "reportName": "big",
		"billingPeriod": {"start": "20240901T000000.000Z"}, "reportKeys": ["athena/big/big/year=2024/month=9/big-00001.snappy.parquet"]}`)
	all.files["athena/big/big/year=2024/month=9/big-00001.snappy.parquet"] = []byte("1234567")
	folder := t.TempDir()
	all.writeTo(t, folder)
	all.setTimes(t, folder)
	found, err := open(t, folder).Reports(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = `aws-cur acme in cur/acme account=111122223333 resources=no integrations=[X] files=2 bytes=7 delivered=2024-09-20T10:00
  2024-09 2 files 7 bytes 2024-09-20T10:00 
  2024-08 0 files 0 bytes 2024-09-01T00:00 1 files that its manifest names are not there; copy the month again, or wait until its delivery is complete
aws-cur big in athena/big account=111122223333 resources=yes integrations=[ATHENA] files=2 bytes=15 delivered=2024-09-01T00:00
  2024-10 1 files 8 bytes 2024-09-01T00:00 
  2024-09 1 files 7 bytes 2024-09-01T00:00 
aws-cur2 lines in x/lines account= resources=no integrations=[] files=2 bytes=5 delivered=2024-09-01T00:00
  2024-09 2 files 5 bytes 2024-09-01T00:00 
`
	if got := found.text(); !strings.HasPrefix(got, want) {
		t.Errorf("found are\n%s\nwant first\n%s", got, want)
	}
	for _, line := range []string{
		"focus focus in costs/focus account= resources=unknown integrations=[] files=2 bytes=9 delivered=2024-09-21T01:00\n",
		"focus FOCUS Reports in FOCUS Reports account= resources=unknown integrations=[] files=5 bytes=13 delivered=2024-09-01T00:00\n",
		"  2024-10 1 files 2 bytes 2024-09-01T00:00 \n",
		"warning: the reports acme (aws-cur) and big (aws-cur) both have the money of account 111122223333 of 2024-09; read one of them alone, by its folder in the source's address, or every line counts twice\n",
		"BILLING_PERIOD=2024-08/lines-Manifest.json in " + folder + " is not well formed",
	} {
		if !strings.Contains(found.text(), line) {
			t.Errorf("it is not said that %q, but\n%s", line, found.text())
		}
	}
	if !found.Whole || found.Objects != len(all.files) {
		t.Errorf("%d objects were looked at of %d, whole is %t", found.Objects, len(all.files), found.Whole)
	}
}

func TestReportsOfAnEmptyPlace(t *testing.T) {
	found, err := open(t, t.TempDir()).Reports(t.Context(), nil)
	if err != nil || len(found.Reports) != 0 || found.Objects != 0 || !found.Whole {
		t.Errorf("found are %+v, %v", found, err)
	}
}
