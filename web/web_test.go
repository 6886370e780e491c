package web_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// npx is how a program of the packages is run; the test is skipped where they are not there.
func npx(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat("node_modules/.package-lock.json"); err != nil {
		t.Skip("the packages of the web application could not be fetched (npm ci)")
	}
	// node.sh finds a Node that is new enough.
	c := exec.Command("sh", "-c", `. ./node.sh && exec npx --no-install "$@"`, "npx")
	c.Args = append(c.Args, args...)
	c.Env = append(os.Environ(), "NO_COLOR=1")
	return c
}

// TestUnits runs the tests that stand beside the pages' own files.
func TestUnits(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	c := npx(t, "vitest", "run", "--reporter=json", "--outputFile="+report)
	output, failed := c.CombinedOutput()
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("vitest has no report: %v\n%s", failed, output)
	}
	var r struct {
		TestResults []struct {
			Name             string
			Message          string
			AssertionResults []struct {
				FullName        string
				Status          string
				FailureMessages []string
			}
		}
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range r.TestResults {
		name, _ := filepath.Rel(here, file.Name)
		t.Run(name, func(t *testing.T) {
			if len(file.AssertionResults) == 0 {
				t.Error(file.Message)
			}
			for _, a := range file.AssertionResults {
				count++
				if a.Status == "failed" {
					t.Errorf("%s\n%s", a.FullName, strings.Join(a.FailureMessages, "\n"))
				}
			}
		})
	}
	if failed != nil && !t.Failed() || count == 0 {
		t.Errorf("vitest: %v\n%s", failed, bytes.TrimSpace(output))
	}
}
