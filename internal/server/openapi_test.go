package server

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/api"
)

// tool is a program that make tools fetches; the test is skipped without.
func tool(t *testing.T, path ...string) string {
	t.Helper()
	name, err := filepath.Abs(filepath.Join(append([]string{"..", "..", ".tools"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); err != nil {
		t.Skipf("%s is not there; make tools fetches it", filepath.Join(path...))
	}
	return name
}

// A linter that others use finds nothing wrong with the OpenAPI document, and its
// examples fit its schemas.
func TestDocumentLints(t *testing.T) {
	lint := exec.CommandContext(t.Context(), tool(t, "redocly", "node_modules", ".bin", "redocly"), "lint", "--config", filepath.Join("testdata", "openapi", "redocly.yaml"), "--format", "stylish",
		filepath.Join("..", "..", "docs", "reference", "openapi.json"))
	lint.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
	if said, err := lint.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// locking are the operations with which a caller can end what it may do itself. They
// come last.
var locking = []string{"apply-config", "remove-resource", "put-resource", "remove-user", "change-user", "change-grants", "revoke-token", "revoke-user-token", "revoke-user-sessions", "rotate-secrets"}

// A program that reads the document and asks for everything in it, right and wrong,
// is never answered by a failure of the server, nor by anything that the document
// does not say. SLUICE_SCHEMATHESIS is how many requests it thinks up for each
// operation beside those of the examples; a few where it is not set.
func TestDocumentHolds(t *testing.T) {
	program := tool(t, "schemathesis", "bin", "schemathesis")
	s := serve(t)
	token := s.program("schemathesis", nil, ownerOfAll)
	document := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(document, s.ask(token, "GET", "/openapi.json", nil).body, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, last := range []bool{false, true} {
		arguments := []string{ // one worker: hypothesis moves Python's limit of recursion, which threads share
			"run", document, "--url", s.base, "--header", "Authorization: Bearer " + token, "--workers", "1", "--request-timeout", "60", "--continue-on-failure", "--no-shrink", "--suppress-health-check", "all", "--no-color",
			"--checks", "not_a_server_error,status_is_said,content_type_conformance,response_headers_conformance,answer_fits,nonsense_is_refused",
			"--seed", "1", "--generation-database", "none",
		}
		if many := os.Getenv("SLUICE_SCHEMATHESIS"); many != "" {
			arguments = append(arguments, "--phases", "examples,coverage,fuzzing", "--max-examples", many)
		} else {
			arguments = append(arguments, "--phases", "examples,fuzzing", "--max-examples", "3")
		}
		for _, r := range api.Routes() {
			if slices.Contains(locking, r.ID) != last {
				arguments = append(arguments, "--exclude-operation-id", r.ID)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		run := exec.CommandContext(ctx, program, arguments...)
		run.Dir = t.TempDir()
		checks, err := filepath.Abs(filepath.Join("testdata", "openapi"))
		if err != nil {
			t.Fatal(err)
		}
		run.Env = append(os.Environ(), "SCHEMATHESIS_HOOKS=checks", "PYTHONPATH="+checks, "PYTHONDONTWRITEBYTECODE=1")
		said, err := run.CombinedOutput()
		cancel()
		if err != nil {
			t.Errorf("%v\n%s", err, said)
		}
		t.Log(lastLines(string(said), 12))
	}
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// The document that a server offers is the one of its operations, for everybody.
func TestDocumentIsServed(t *testing.T) {
	s := serve(t)
	var served struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID string }
	}
	got := s.ask("", "GET", "/openapi.json", nil)
	if err := json.Unmarshal(got.body, &served); err != nil || !strings.HasPrefix(served.OpenAPI, "3.1") {
		t.Fatalf("%v, %.300s", err, got)
	}
	for _, r := range api.Routes() {
		if served.Paths[api.Base+r.Path][strings.ToLower(r.Method)].OperationID != r.ID {
			t.Errorf("%s %s is not %s in the document", r.Method, r.Path, r.ID)
		}
	}
}
