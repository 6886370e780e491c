package web_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// served is what a demo says of itself when it answers.
type served struct {
	Address string `json:"address"`
}

// buildProgram builds the program, with the pages as they were built last.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sluice")
	if output, err := exec.Command("go", "build", "-ldflags=-s", "-o", program, "../cmd/sluice").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	return program
}

// serveDemo serves a demo of its own, with more variables of environment.
func serveDemo(t *testing.T, program string, variables []string) served {
	t.Helper()
	dir := t.TempDir()
	var complaints bytes.Buffer
	c := exec.Command(program, "demo", "--serve", "--dir", filepath.Join(dir, "demo"), "--listen", "127.0.0.1:0", "--json", "--quiet")
	c.Env, c.Stderr = append(os.Environ(), variables...), &complaints
	says, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		gone := make(chan error, 1)
		go func() { gone <- c.Wait() }()
		select {
		case err := <-gone:
			if err != nil {
				t.Errorf("the server: %v\n%s", err, complaints.Bytes())
			}
		case <-time.After(time.Minute):
			_ = c.Process.Kill()
			t.Errorf("the server does not stop")
		}
	})
	var s served
	if err := json.NewDecoder(says).Decode(&s); err != nil {
		t.Fatalf("the demo does not start: %v\n%s", err, complaints.Bytes())
	}
	go func() { _, _ = io.Copy(io.Discard, says) }()
	return s
}

// suite is a part of Playwright's report.
type suite struct {
	Title  string
	Suites []suite
	Specs  []struct {
		Title string
		Tests []struct {
			Annotations []struct{ Description string }
			Results     []struct {
				Status string
				Errors []struct{ Message string }
			}
		}
	}
}

func (s suite) run(t *testing.T) {
	for _, spec := range s.Specs {
		t.Run(spec.Title, func(t *testing.T) {
			for _, attempt := range spec.Tests {
				for _, r := range attempt.Results {
					for _, e := range r.Errors {
						t.Error(e.Message)
					}
					if r.Status == "skipped" {
						why := "an earlier one failed"
						for _, a := range attempt.Annotations {
							why = cmp.Or(a.Description, why)
						}
						t.Skip(why)
					}
				}
			}
		})
	}
	for _, below := range s.Suites {
		t.Run(below.Title, below.run)
	}
}

// TestJourneys does in a browser what people do, and looks at every page.
func TestJourneys(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some minutes")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	if _, err := os.Stat("dist/app/console.html"); err != nil {
		t.Skip("the pages could not be built (make web)")
	}
	report := filepath.Join(t.TempDir(), "report.json")
	c := npx(t, "playwright", "test", "--reporter=json")
	program := buildProgram(t)
	outside := startVendors(t, program)
	c.Env = append(append(c.Env, outside.toJourneys...), "SLUICE_ORIGIN="+serveDemo(t, program, outside.toProgram).Address, "CHROMIUM="+browser, "PLAYWRIGHT_JSON_OUTPUT_NAME="+report)
	output, failed := c.CombinedOutput()
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("Playwright has no report: %v\n%s", failed, output)
	}
	var r struct {
		Suites []suite
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Errors {
		t.Error(e.Message)
	}
	for _, s := range r.Suites {
		t.Run(s.Title, s.run)
	}
	if failed != nil && !t.Failed() || len(r.Suites) == 0 {
		t.Errorf("Playwright: %v\n%s", failed, output)
	}
}
