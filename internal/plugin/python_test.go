package plugin

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
)

// A plugin in Python, on the other product's own published package, works unchanged. The
// test is skipped where that package is not there; PYTHONPATH may name where it is.
func TestCloudforetPluginInPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	if out, err := exec.Command(python, "-c", "import grpc, spaceone.api.cost_analysis.plugin.cost_pb2_grpc").CombinedOutput(); err != nil {
		t.Skipf("the Python packages spaceone-api and grpcio are not there: %.200s", out)
	}
	program := exec.Command(python, "testdata/plugin.py")
	program.Stderr = os.Stderr
	input, err := program.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		program.Wait()
	})
	port, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	b := reached(t, billing.Backend{Address: "grpc://127.0.0.1:" + strings.TrimSpace(port), Protocol: Cloudforet})
	accounts, err := b.Verify(t.Context(), credential)
	if err != nil || fmt.Sprint(accounts) != "[{111 one} {222 two}]" {
		t.Errorf("%v, %v", accounts, err)
	}
	var refused *RefusedError
	if _, err := b.Verify(t.Context(), Credential{Fields: map[string]secret.Text{"key": secret.TextOf("wrong")}}); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	tasks, err := b.Tasks(t.Context(), credential, october, time.Time{})
	if err != nil || len(tasks) != 2 {
		t.Fatalf("%v, %v", tasks, err)
	}
	rows, _, err := rowsOf(t, b, tasks[1])
	// In Python 0.1 × 1, 2 and 31 are 0.1, 0.2 and 3.1: what the plugin's numbers print as.
	got := ""
	for _, r := range rows {
		got += fmt.Sprintf("%s %s %s %s;", r.Day, r.Account, r.Cost, r.Currency)
	}
	if want := "2026-10-01 222 0.1 USD;2026-10-02 222 0.2 USD;2026-10-31 222 3.1 USD;"; err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}
