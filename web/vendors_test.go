package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/examples/backend-hyper/hyper"
	"github.com/sluice-billing/sluice/examples/backend-hyper/mock"
	"github.com/sluice-billing/sluice/internal/awsstub"
)

// Whom the journeys of onboarding meet at AWS: an organization of the demo's second
// payer with one account that the demo knows, and accounts outside that are invited.
const (
	invitingPayer = "222222222222"
	knownMember   = "300000000001"
)

// The payer whose exports lie in a folder, and the first of its accounts. Nobody in the
// demo has them.
const (
	folderPayer        = "333333333333"
	folderFirstAccount = "310000000001"
)

// vendors are those outside whom the demo and its people meet.
type vendors struct {
	toProgram  []string // variables of the served demo
	toJourneys []string // variables of the journeys
}

// startVendors starts a stand-in of AWS, a vendor with its billing backend, and writes
// exports into a folder. They end with the test. Without the models of AWS, which are
// third-party data, there is no AWS, and its journeys are skipped.
func startVendors(t *testing.T, program string) vendors {
	t.Helper()
	var v vendors
	v.aws(t)
	v.toJourneys = append(v.toJourneys, "SLUICE_BACKEND="+serveBackend(t), "SLUICE_EXPORTS="+writeExports(t, program))
	return v
}

// aws starts the stand-in of AWS, which the program reaches by its environment, and lets
// the journeys do there what a customer does.
func (v *vendors) aws(t *testing.T) {
	t.Helper()
	data := os.Getenv("SLUICE_TESTDATA")
	if data == "" {
		data = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(data, "aws-api-models")); err != nil {
		return
	}
	stub, err := awsstub.NewServer(data)
	if err != nil {
		t.Fatal(err)
	}
	organization := stub.Organization(invitingPayer)
	organization.Add(awsstub.Account{ID: knownMember})
	customer := httptest.NewServer(answers(organization))
	t.Cleanup(func() {
		customer.Close()
		stub.Close()
		for _, problem := range stub.TakeProblems() {
			t.Errorf("stub of AWS: %s", problem)
		}
	})
	nothing := filepath.Join(t.TempDir(), "nothing")
	v.toProgram = append(v.toProgram,
		"AWS_ENDPOINT_URL="+stub.URL(), "AWS_REGION="+awsstub.Region, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+nothing, "AWS_SHARED_CREDENTIALS_FILE="+nothing,
		"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN=", "AWS_PROFILE=")
	v.toJourneys = append(v.toJourneys,
		"SLUICE_AWS_CUSTOMER="+customer.URL, "SLUICE_AWS_PAYER="+invitingPayer,
		"SLUICE_AWS_KEY="+awsstub.AccessKey(invitingPayer), "SLUICE_AWS_SECRET="+awsstub.SecretKey())
}

// answers lets a journey answer invitations: POST /accept, /decline and /expire with
// ?handshake=, and GET /members, which is who is in the organization and since when.
func answers(o *awsstub.Organization) http.Handler {
	mux := http.NewServeMux()
	for path, answer := range map[string]func(handshake string) bool{
		"/accept": func(handshake string) bool { return o.Accept(handshake, "") }, "/decline": o.Decline, "/expire": o.Expire,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			if !answer(r.FormValue("handshake")) {
				http.Error(w, fmt.Sprintf("no invitation %q waits", r.FormValue("handshake")), http.StatusNotFound)
			}
		})
	}
	mux.HandleFunc("GET /members", func(w http.ResponseWriter, _ *http.Request) {
		joined := map[string]string{}
		for _, a := range o.Accounts() {
			joined[a.ID] = a.Joined.UTC().Format("2006-01-02")
		}
		_ = json.NewEncoder(w).Encode(joined)
	})
	return mux
}

// serveBackend serves the make-believe vendor Hyper and its billing backend, and returns
// the backend's address.
func serveBackend(t *testing.T) string {
	t.Helper()
	vendor := httptest.NewServer(mock.New())
	t.Cleanup(vendor.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- backend.Server{Vendor: &hyper.Vendor{Address: vendor.URL}}.ServeOn(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the backend: %v", err)
		}
	})
	return "grpc://" + l.Addr().String()
}

// writeExports writes exports of a payer that the demo does not have, of a month that is
// closed there and one that is open, and returns their folder. Beside them lies what
// they come to (expected-totals.json of each month, by the generator).
func writeExports(t *testing.T, program string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deliveries")
	for _, month := range []string{"2026-09", "2026-10"} {
		c := exec.Command(program, "generate", "--period", month, "--lines", "400", "--accounts", "2", "--payer", folderPayer,
			"--first-account", folderFirstAccount, "--out", dir, "--json", "--quiet")
		var complaints strings.Builder
		c.Stderr = &complaints
		totals, err := c.Output()
		if err == nil {
			err = os.WriteFile(filepath.Join(filepath.Dir(dir), month+".json"), totals, 0o600)
		}
		if err != nil {
			t.Fatalf("the exports of %s: %v\n%s", month, err, complaints.String())
		}
	}
	return dir
}
