package store

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// loadOf is a load of payer 111122223333 with the given id.
func loadOf(id string, period billing.Period) Load {
	return Load{
		ID: id, Payer: "111122223333", Source: "main", Report: "cur", Period: period,
		Version: "assembly-" + id, Format: "aws-cur", Rows: 30, Totals: []byte(`{"USD": "12.50"}`),
		Files: []LoadFile{
			{Key: "z/part-1.csv.gz", Size: 5_000_000_000, ETag: "e1", SHA256: "aa", Rows: 10},
			{Key: "a/part-2.csv.gz", Size: 1, ETag: "e2", SHA256: "bb", Rows: 20},
		},
	}
}

func TestSwapLoad(t *testing.T) {
	s := openNew(t)
	old, new := loadOf("01A", october), loadOf("01B", october)
	before := now()
	ok(t, s.SwapLoad(t.Context(), old, nil))
	ok(t, s.SwapLoad(t.Context(), new, nil))

	got, err := s.CurrentLoad(t.Context(), old.Key())
	ok(t, err)
	if got.LoadedAt.Before(before) {
		t.Errorf("loaded at %s, before the test", got.LoadedAt)
	}
	want := new
	want.Current, want.LoadedAt = true, got.LoadedAt
	if !reflect.DeepEqual(got, want) {
		t.Errorf("current load is\n%+v, want\n%+v", got, want)
	}
	kept, err := s.Load(t.Context(), "01A")
	ok(t, err)
	if kept.Current || kept.Version != "assembly-01A" || len(kept.Files) != 2 {
		t.Errorf("the old load is %+v, want it kept and not current", kept)
	}
}

// Loads of other payers, sources, reports and periods are not in each other's way.
func TestCurrentLoads(t *testing.T) {
	s := openNew(t)
	for i, change := range []func(*Load){
		func(l *Load) { l.Report = "other" },
		func(l *Load) {},
		func(l *Load) { l.Source = "backup" },
		func(l *Load) { l.Payer = "000000000001" },
		func(l *Load) { l.Period = september },
	} {
		load := loadOf(fmt.Sprint("0", i), october)
		change(&load)
		ok(t, s.SwapLoad(t.Context(), load, nil))
	}
	loads, err := s.CurrentLoads(t.Context(), october)
	ok(t, err)
	var order []string
	for _, l := range loads {
		order = append(order, l.Payer+" "+l.Source+" "+l.Report)
	}
	want := []string{"000000000001 main cur", "111122223333 backup cur", "111122223333 main cur", "111122223333 main other"}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("loads of %s are %q, want %q", october, order, want)
	}
	periods, err := s.Periods(t.Context())
	ok(t, err)
	if !reflect.DeepEqual(periods, []billing.Period{september, october}) {
		t.Errorf("periods are %v, want %s and %s", periods, september, october)
	}
}

func TestLoadNotFound(t *testing.T) {
	s := openNew(t)
	_, err := s.Load(t.Context(), "01X")
	notFound(t, err, "01X")
	_, err = s.CurrentLoad(t.Context(), loadOf("01X", october).Key())
	notFound(t, err, "report cur of source main, payer 111122223333, 2026-10")
}

// A new load brings its own findings; those of other reports and stages stay.
func TestSwapLoadReplacesItsFindings(t *testing.T) {
	s := openNew(t)
	other := loadOf("02A", october)
	other.Report = "other"
	ok(t, s.SwapLoad(t.Context(), other, []billing.Finding{finding("other", "1")}))
	ok(t, s.SwapLoad(t.Context(), loadOf("01A", october), []billing.Finding{finding("old", "1"), finding("both", "1")}))
	ok(t, s.ReplaceFindings(t.Context(), october, "rating", loadOf("", october).Key().Scope(), []billing.Finding{finding("rating", "1")}))
	ok(t, s.SwapLoad(t.Context(), loadOf("01B", october), []billing.Finding{finding("both", "2")}))

	if got, want := codes(t, s, october), []string{"both", "other", "rating"}; !reflect.DeepEqual(got, want) {
		t.Errorf("findings are %q, want %q", got, want)
	}
}

func TestSwapLoadRefuses(t *testing.T) {
	s := openNew(t)
	good := loadOf("01A", october)
	ok(t, s.SwapLoad(t.Context(), good, []billing.Finding{finding("old", "1")}))

	refused(t, s.SwapLoad(t.Context(), good, nil), "01A", "already")
	noPeriod := loadOf("01B", billing.Period{})
	refused(t, s.SwapLoad(t.Context(), noPeriod, nil), "01B", "period")
	badTotals := loadOf("01B", october)
	badTotals.Totals = []byte(`{`)
	refused(t, s.SwapLoad(t.Context(), badTotals, nil), "01B", "totals")
	// The last thing to be written is refused: nothing before it must stay.
	refused(t, s.SwapLoad(t.Context(), loadOf("01B", october), []billing.Finding{{Code: "x", Severity: "fatal"}}), "fatal")

	checkOnlyLoad(t, s, "01A")
}

// checkOnlyLoad checks that the load is current, has its finding "old", and
// that no other left a trace.
func checkOnlyLoad(t *testing.T, s *Store, id string) {
	t.Helper()
	current, err := s.CurrentLoad(t.Context(), loadOf(id, october).Key())
	ok(t, err)
	if current.ID != id {
		t.Errorf("current load is %s, want %s", current.ID, id)
	}
	if loads, files := count(t, s, "load"), count(t, s, "load_file"); loads != 1 || files != 2 {
		t.Errorf("%d loads of %d files on record, want 1 of 2", loads, files)
	}
	if got := codes(t, s, october); !reflect.DeepEqual(got, []string{"old"}) {
		t.Errorf("findings are %q, want old", got)
	}
}

const killedRecords = "SLUICE_TEST_KILLED_RECORDS"

// A process that is killed after it has written everything, but before it
// commits, leaves the old load in force, and no lock behind.
func TestSwapLoadKilled(t *testing.T) {
	if path := os.Getenv(killedRecords); path != "" {
		swapWithoutEnd(t, path)
		return
	}
	path := newPlace(t)
	s := openAt(t, path)
	ok(t, s.SwapLoad(t.Context(), loadOf("01A", october), []billing.Finding{finding("old", "1")}))

	child := exec.Command(os.Args[0], "-test.run=^TestSwapLoadKilled$")
	child.Env = append(os.Environ(), killedRecords+"="+path)
	_, err := child.StdinPipe() // closed with this process, so the other one never outlives it
	ok(t, err)
	out, err := child.StdoutPipe()
	ok(t, err)
	ok(t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if killed := child.Process.Kill(); err != nil || killed != nil || line != "swapped\n" {
		t.Fatalf("the other process said %q, %v, %v", line, err, killed)
	}
	child.Wait() // its error is the kill

	checkOnlyLoad(t, s, "01A")
	ok(t, s.SwapLoad(t.Context(), loadOf("01B", october), nil))
}

// swapWithoutEnd is what the killed process does.
func swapWithoutEnd(t *testing.T, path string) {
	s := openAt(t, path)
	ok(t, s.write(t.Context(), "test", func(tx *sql.Tx) error {
		ok(t, swapLoad(t.Context(), tx, loadOf("01B", october), []billing.Finding{finding("new", "1")}))
		fmt.Println("swapped")
		_, err := os.Stdin.Read(make([]byte, 1))
		return err
	}))
}
