package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/report.txt anew")

// testdata/stream.json is what go test -json said of five packages: one that
// is good, one with wrong tests, one that does not compile, one that exits in
// the middle, and one without tests.
func TestReport(t *testing.T) {
	stream, err := os.Open(filepath.Join("testdata", "stream.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var got strings.Builder
	r := newReport(&got)
	if err := r.read(stream); err != nil {
		t.Fatal(err)
	}
	if r.close() {
		t.Error("the run failed and is called well")
	}
	golden := filepath.Join("testdata", "report.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("report:\n%s\nwanted:\n%s", got.String(), want)
	}
}

// What decides the exit status, and the last line.
func TestCounts(t *testing.T) {
	const (
		pass = `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p","Test":"A"}` + "\n"
		skip = `{"Action":"skip","Package":"p","Test":"B"}` + "\n"
		fail = `{"Action":"fail","Package":"p","Test":"C"}` + "\n"
		sub  = `{"Action":"run","Package":"p","Test":"D"}` + "\n" + `{"Action":"run","Package":"p","Test":"D/e"}` + "\n" +
			`{"Action":"pass","Package":"p","Test":"D/e"}` + "\n" + `{"Action":"pass","Package":"p","Test":"D"}` + "\n"
		end = `{"Action":"fail","Package":"p"}` + "\n"
	)
	tests := []struct {
		name, stream, last string
		well               bool
	}{
		{"all pass", pass, "1 passed, 0 failed, 0 skipped", true},
		{"a parent counts by its subtests", pass + sub, "2 passed, 0 failed, 0 skipped", true},
		{"one skipped", pass + skip, "1 passed, 0 failed, 1 skipped", true},
		{"one failed", pass + fail + end, "1 passed, 1 failed, 0 skipped", false},
		{"a package failed by itself", pass + end, "1 passed, 1 failed, 0 skipped", false},
		{"nothing ran", "", "0 passed, 0 failed, 0 skipped", false},
		{"the last line is cut off", strings.TrimSuffix(pass+fail, "\n"), "1 passed, 1 failed, 0 skipped", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out)
			if err := r.read(strings.NewReader(test.stream)); err != nil {
				t.Fatal(err)
			}
			well := r.close()
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if last := lines[len(lines)-1]; last != test.last || well != test.well {
				t.Errorf("%q, well %v; wanted %q, well %v", last, well, test.last, test.well)
			}
		})
	}
}

// A line that is no event is shown: it is the only word on what went wrong.
func TestOtherLines(t *testing.T) {
	var out strings.Builder
	if err := newReport(&out).read(strings.NewReader("go: no such tool\n")); err != nil {
		t.Fatal(err)
	}
	if out.String() != "go: no such tool\n" {
		t.Errorf("%q", out.String())
	}
}
