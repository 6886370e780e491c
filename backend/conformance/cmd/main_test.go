package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTrialFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trial.json")
	for text, want := range map[string]struct {
		code int
		says string
	}{
		`{"address":"ftp://x","month":"2026-10"}`: {1, `FAILED   answers for its health`},
		`{"adress":"grpc://x:1"}`:                 {2, `unknown field "adress"`},
		`not JSON`:                                {2, "is no trial"},
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, complaints strings.Builder
		if code := run(t.Context(), []string{file}, &out, &complaints); code != want.code || !strings.Contains(out.String()+complaints.String(), want.says) {
			t.Errorf("%s: %d, %s%s", text, code, out.String(), complaints.String())
		}
	}
	var out, complaints strings.Builder
	if code := run(t.Context(), nil, &out, &complaints); code != 2 || !strings.Contains(complaints.String(), "name one file") {
		t.Errorf("%d, %s", code, complaints.String())
	}
}
