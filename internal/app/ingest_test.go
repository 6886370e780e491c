package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// A version that is loaded is not loaded again; a newer one takes its place.
func TestIngestVersions(t *testing.T) {
	a, folder, first := installed(t, "1001")
	one := ingest(t, a)
	if one.UpToDate || one.Rows != first.Rows || !one.Billed["USD"].Equal(first.Unblended) {
		t.Errorf("first load %+v, want %d rows and %s", one, first.Rows, first.Unblended)
	}
	again := ingest(t, a)
	if !again.UpToDate || again.Load != one.Load {
		t.Errorf("the same version became load %+v, want %s up to date", again, one.Load)
	}
	second := delivered(t, folder, "1001", 2)
	two := ingest(t, a)
	if two.UpToDate || two.Load == one.Load || !two.Billed["USD"].Equal(second.Unblended) || second.Unblended.Equal(first.Unblended) {
		t.Errorf("second load %+v, want %s", two, second.Unblended)
	}
	status, err := a.Pipeline.Status(context.Background(), september(t))
	if err != nil || len(status.Loads) != 1 || status.Loads[0].Load != two.Load {
		t.Errorf("in force: %+v, %v; want the second", status.Loads, err)
	}
	proved(t, closeMonth(t, a, september(t)), second.ByInvoice)
}

// A source is asked for by its name.
func TestIngestOneSource(t *testing.T) {
	a, _, _ := installed(t, "1001")
	if _, err := a.Pipeline.Ingest(context.Background(), september(t), "exprot"); err == nil || !strings.Contains(err.Error(), `no source is called "exprot"`) {
		t.Errorf("an unknown source: %v", err)
	}
	if _, err := a.Pipeline.IngestFiles(context.Background(), "999999999999", september(t), []string{"x.csv"}); err == nil || !strings.Contains(err.Error(), `payer "999999999999" is not declared`) {
		t.Errorf("an unknown payer: %v", err)
	}
	if _, err := a.Pipeline.Close(context.Background(), monthOf(t, "2026-08"), false); err == nil || !strings.Contains(err.Error(), "nothing is loaded for 2026-08") {
		t.Errorf("a month without exports: %v", err)
	}
}

// An ingest that is cancelled leaves the load before it in force, and nothing
// of its own.
func TestIngestCancelled(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	first := delivered(t, folder, "1001", 1)
	a := openAt(t, dir, afterAll)
	apply(t, a, declared(folder))
	one := ingest(t, a)
	delivered(t, folder, "1001", 2)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if _, err := a.Pipeline.Ingest(billing.WithProgress(ctx, onStep("ingest", cancel)), september(t), ""); !errors.Is(err, context.Canceled) {
		t.Fatalf("the ingest ended with %v", err)
	}
	if got := loadFolders(t, dir); !slices.Equal(got, []string{one.Load}) {
		t.Errorf("the lake has loads %v, want %s", got, one.Load)
	}
	// The month closes on what is in force, without asking the source again.
	apply(t, a, strings.ReplaceAll(declared(t.TempDir()), "plus ten", "plus"))
	proved(t, closeMonth(t, a, september(t)), first.ByInvoice)
}

// A file that cannot be read whole leaves the load before it in force, and the
// error names the file.
func TestIngestBadFile(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	one := ingest(t, a)
	delivered(t, folder, "1001", 2)
	files, err := filepath.Glob(filepath.Join(folder, "cur", "*", "*", "*.csv.gz"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, info.Size()/2); err != nil {
			t.Fatal(err)
		}
	}
	for name, run := range map[string]func() error{
		"ingest": func() error { _, err := a.Pipeline.Ingest(context.Background(), september(t), ""); return err },
		"close":  func() error { _, err := a.Pipeline.Close(context.Background(), september(t), false); return err },
	} {
		if err := run(); err == nil || !strings.Contains(err.Error(), "source export") || !strings.Contains(err.Error(), ".csv.gz") {
			t.Errorf("%s of half a file: %v", name, err)
		}
	}
	status, err := a.Pipeline.Status(context.Background(), september(t))
	if err != nil || len(status.Loads) != 1 || status.Loads[0].Load != one.Load {
		t.Errorf("in force: %+v, %v; want %s", status.Loads, err, one.Load)
	}
}

// A process that is killed leaves what was in force before it; what it left in
// the lake is swept by the next run, which nothing keeps from running.
func TestKilled(t *testing.T) {
	for _, work := range []string{"ingest", "rate", "draft"} {
		t.Run(work, func(t *testing.T) {
			dir, folder := t.TempDir(), t.TempDir()
			delivered(t, folder, "1001", 1)
			a := openAt(t, dir, afterAll)
			apply(t, a, declared(folder))
			ingest(t, a)
			closeMonth(t, a, september(t))
			before, loads := stored(t, a, september(t)), loadFolders(t, dir)
			second := delivered(t, folder, "1001", 2)

			kill(t, dir, work)
			if got := stored(t, a, september(t)); len(got) != 2 || got["2026-09/acme"] != before["2026-09/acme"] || got["2026-09/beta"] != before["2026-09/beta"] {
				t.Errorf("killed in %s: documents were changed", work)
			}
			if work == "ingest" {
				status, err := a.Pipeline.Status(context.Background(), september(t))
				if err != nil || len(status.Loads) != 1 || status.Loads[0].Load != loads[0] {
					t.Errorf("in force: %+v, %v; want %s", status.Loads, err, loads[0])
				}
				if left := loadFolders(t, dir); len(left) != 2 {
					t.Errorf("the lake has loads %v, want the one in force and what is left over", left)
				}
			}
			proved(t, closeMonth(t, a, september(t)), second.ByInvoice)
			if got := loadFolders(t, dir); len(got) != 2 {
				t.Errorf("the lake has loads %v, want the two on record", got)
			}
			revisions, err := filepath.Glob(filepath.Join(dir, "lake", "charges", "*", "rev=*"))
			if err != nil || len(revisions) != 2 {
				t.Errorf("the lake has revisions %v, %v; want the one in force and the one before it", revisions, err)
			}
		})
	}
}

// killedIn names the installation and the work in which this process stops
// and waits to be killed.
const killedIn = "SLUICE_TEST_KILLED_IN"

// kill runs a close in a process of its own and kills it in the middle of the
// work.
func kill(t *testing.T, dir, work string) {
	t.Helper()
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.v")
	victim.Env = append(os.Environ(), killedIn+"="+work+":"+dir)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	reached := false
	for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
		reached = strings.Contains(lines.Text(), "in the middle")
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	victim.Wait() // says that it was killed
	if !reached {
		t.Fatalf("the process ended before it came to %s", work)
	}
}

// TestVictim is the process that kill starts.
func TestVictim(t *testing.T) {
	work, dir, ok := strings.Cut(os.Getenv(killedIn), ":")
	if !ok {
		t.Skip("it is run by TestKilled, in a process of its own")
	}
	a := openAt(t, dir, afterAll)
	ctx := billing.WithProgress(context.Background(), onStep(work, func() {
		fmt.Println("in the middle")
		select {}
	}))
	_, err := a.Pipeline.Close(ctx, september(t), false)
	t.Fatalf("the close ended: %v", err)
}
