package provision

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tools is where the checkers are that make tools fetches.
func tools(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(filepath.Join("..", "..", ".tools", path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(full); err != nil {
		t.Skipf("%s is not there; run make tools", filepath.Join(".tools", path))
	}
	return full
}

// written writes the files of all plans below a folder, each plan in its own.
func written(t *testing.T, make func(Plan) (Made, error)) string {
	t.Helper()
	folder := t.TempDir()
	for name, p := range plans {
		made, err := make(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range made.Files {
			path := filepath.Join(folder, name, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

// cfn-lint holds templates against the schemas of AWS's resources, as of us-east-1, and
// looks at the policies in them. It finds nothing, not even what is only informational, but for the partition: other partitions bill by
// themselves, and a plan for them is refused.
func TestCloudFormationIsAcceptedByItsLinter(t *testing.T) {
	t.Parallel()
	lint := tools(t, "cfnlint/bin/cfn-lint")
	folder := written(t, CloudFormation)
	templates, err := filepath.Glob(filepath.Join(folder, "*", "*.yaml"))
	if err != nil || len(templates) < len(plans) {
		t.Fatalf("there are %d templates of %d plans (%v)", len(templates), len(plans), err)
	}
	out, err := exec.CommandContext(t.Context(), lint, append([]string{"--include-checks", "I", "--ignore-checks", "I3042", "--regions", "us-east-1", "--"}, templates...)...).CombinedOutput()
	if err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
	bad := filepath.Join(folder, "bad.yaml")
	text, err := os.ReadFile(templates[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, bytes.Replace(text, []byte("RoleName:"), []byte("Name:"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), lint, bad).CombinedOutput(); err == nil {
		t.Errorf("cfn-lint takes a role with a property that there is not:\n%s", out)
	}
}

// Terraform itself holds the modules against the schema of the provider. It is asked
// about all of them at once, as children of one: it takes seconds to load the schema.
// What it cannot know is the text of export.json, which goes to AWS as it is; that is
// the same as in the templates of CloudFormation.
func TestTerraformValidates(t *testing.T) {
	t.Parallel()
	plugins := tools(t, "terraform/plugins")
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	folder := written(t, Terraform)
	modules, err := filepath.Glob(filepath.Join(folder, "*", "*", "main.tf"))
	if err != nil || len(modules) < len(plans) {
		t.Fatalf("there are %d modules of %d plans (%v)", len(modules), len(plans), err)
	}
	var root strings.Builder
	for i, main := range modules {
		below, err := filepath.Rel(folder, filepath.Dir(main))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&root, "module \"m%d\" {\n  source = \"./%s\"\n}\n", i, filepath.ToSlash(below))
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(root.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(arguments ...string) ([]byte, error) {
		c := exec.CommandContext(t.Context(), terraform, append([]string{"-chdir=" + folder}, arguments...)...)
		c.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE=", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
		var out, problems bytes.Buffer
		c.Stdout, c.Stderr = &out, &problems
		err := c.Run()
		if problems.Len() > 0 {
			t.Logf("terraform %s: %s", arguments[0], problems.String())
		}
		return out.Bytes(), err
	}
	if out, err := run("fmt", "-check", "-recursive", "-diff", "-no-color"); err != nil {
		t.Errorf("terraform would write the modules another way:\n%s", out)
	}
	if out, err := run("init", "-backend=false", "-input=false", "-no-color", "-plugin-dir="+plugins); err != nil {
		t.Fatalf("terraform init: %v\n%s", err, out)
	}
	out, err := run("validate", "-json")
	var said struct {
		Valid       bool `json:"valid"`
		Diagnostics []struct {
			Severity, Summary, Detail string
		} `json:"diagnostics"`
	}
	if jsonErr := json.Unmarshal(out, &said); jsonErr != nil {
		t.Fatalf("terraform validate: %v\n%s", err, out)
	}
	for _, d := range said.Diagnostics {
		t.Errorf("%s: %s %s", d.Severity, d.Summary, d.Detail)
	}
	if !said.Valid {
		t.Errorf("terraform finds the modules invalid: %v", err)
	}
	main := modules[0]
	text, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(main, bytes.Replace(text, []byte("assume_role_policy"), []byte("assume_policy"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := run("validate", "-no-color"); err == nil {
		t.Errorf("terraform takes a role with an argument that there is not:\n%s", out)
	}
}
