package backend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/sluice-billing/sluice/backend/backendv1"
)

// made is a vendor of functions.
type made struct {
	describe func() (Description, error)
	verify   func(Access) ([]Account, error)
	plan     func(Month, time.Time) ([]Task, error)
	costs    func(ctx context.Context, tell func(Row) error) error
}

func (v made) Describe(context.Context, map[string]string) (Description, error) {
	if v.describe != nil {
		return v.describe()
	}
	return Description{Name: "Made", Version: "1", Currency: "USD", Schemas: map[string]string{"none": `{"type":"object"}`}}, nil
}

func (v made) Verify(_ context.Context, a Access) ([]Account, error) { return v.verify(a) }

func (v made) Plan(_ context.Context, _ Access, m Month, since time.Time) ([]Task, error) {
	return v.plan(m, since)
}

func (v made) Costs(ctx context.Context, _ Access, _ Month, _ string, tell func(Row) error) error {
	return v.costs(ctx, tell)
}

// asked serves a vendor, and returns a caller of it.
func asked(t *testing.T, s Server) backendv1.BackendClient {
	t.Helper()
	client, stop := served(t, s)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return client
}

func served(t *testing.T, s Server) (backendv1.BackendClient, func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.ServeOn(ctx, l) }()
	conn, err := Dial("grpc://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return backendv1.NewBackendClient(conn), func() error {
		cancel()
		return <-ended
	}
}

// told reads the stream of a task.
func told(t *testing.T, c backendv1.BackendClient) (batches []*backendv1.Batch, summary *backendv1.Summary, err error) {
	t.Helper()
	stream, err := c.Costs(t.Context(), &backendv1.CostsRequest{Credential: &backendv1.Credential{Fields: map[string]string{"key": "opensesame"}}, Month: "2026-10", Task: "1"})
	if err != nil {
		return nil, nil, err
	}
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return batches, summary, nil
		}
		if err != nil {
			return batches, summary, err
		}
		if proto.Size(m) > 1<<20 {
			t.Errorf("a message of %d bytes", proto.Size(m))
		}
		if m.GetSummary() != nil {
			summary = m.GetSummary()
			continue
		}
		batches = append(batches, m.GetBatch())
	}
}

// Batches have a thousand rows and a mebibyte at most, and the sum is exact.
func TestBatches(t *testing.T) {
	c := asked(t, Server{Vendor: made{costs: func(_ context.Context, tell func(Row) error) error {
		for range 2500 {
			if err := tell(Row{Date: "2026-10-31", Cost: "0.1"}); err != nil {
				return err
			}
		}
		return tell(Row{Date: "2026-10", Cost: "-1e-20", Currency: "KRW"})
	}}})
	batches, summary, err := told(t, c)
	if err != nil {
		t.Fatal(err)
	}
	sizes := ""
	for _, b := range batches {
		sizes += fmt.Sprint(len(b.GetRows()), " ")
	}
	// 2500 × 0.1 = 250
	if sizes != "1000 1000 501 " || summary.GetRows() != 2501 || summary.GetCost()["USD"] != "250" || summary.GetCost()["KRW"] != "-0.00000000000000000001" {
		t.Errorf("batches of %s, summary %v", sizes, summary)
	}

	c = asked(t, Server{Vendor: made{costs: func(_ context.Context, tell func(Row) error) error {
		for range 10 {
			if err := tell(Row{Date: "2026-10-31", Cost: "1", Description: strings.Repeat("x", 300_000)}); err != nil {
				return err
			}
		}
		return nil
	}}})
	batches, summary, err = told(t, c)
	if err != nil || len(batches) != 4 || summary.GetRows() != 10 { // three of 300,000 bytes fit into 1,048,576
		t.Errorf("%d batches, %v, %v", len(batches), summary, err)
	}
}

// What a vendor must not tell is refused, also where the vendor does not look at it.
func TestRowsAreChecked(t *testing.T) {
	for name, test := range map[string]struct {
		row  Row
		want string
	}{
		"month":    {Row{Date: "2026-11-01", Cost: "1"}, `row 2 of the backend: its date "2026-11-01" is not in 2026-10`},
		"date":     {Row{Date: "2026-10-1", Cost: "1"}, `its date "2026-10-1" is not in 2026-10`},
		"cost":     {Row{Date: "2026-10", Cost: ""}, `its cost: "" is not a decimal number; write it as 12.5`},
		"infinity": {Row{Date: "2026-10", Cost: "inf"}, `its cost: "inf" is not a decimal number`},
		"digits":   {Row{Date: "2026-10", Cost: "1e999"}, `its cost: "1e999" has an exponent beyond ±64`},
		"quantity": {Row{Date: "2026-10", Cost: "1", Quantity: "many"}, `its quantity: "many" is not a decimal number`},
		"category": {Row{Date: "2026-10", Cost: "1", Category: "Fun"}, `its category "Fun" is none of [Usage Purchase Tax Credit Adjustment]`},
		"size":     {Row{Date: "2026-10", Cost: "1", Description: strings.Repeat("x", 1<<20)}, "more than 1048576; shorten its texts"},
	} {
		t.Run(name, func(t *testing.T) {
			c := asked(t, Server{Vendor: made{costs: func(_ context.Context, tell func(Row) error) error {
				tell(Row{Date: "2026-10-01", Cost: "1"})
				tell(test.row)
				tell(Row{Date: "2026-10-01", Cost: "1"})
				return nil // as if nothing had been
			}}})
			_, summary, err := told(t, c)
			if summary != nil || status.Code(err) != codes.Internal || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, %v", summary, err)
			}
		})
	}
}

// Errors say what kind they are, and nothing of the credential.
func TestFaults(t *testing.T) {
	var log bytes.Buffer
	fault := error(nil)
	c := asked(t, Server{Log: slog.New(slog.NewTextHandler(&log, nil)), Vendor: made{verify: func(a Access) ([]Account, error) {
		if fault == nil {
			panic("the vendor's fault, with " + fmt.Sprintf("%v %+v %#v", a, a, a))
		}
		return nil, fault
	}}})
	for _, test := range []struct {
		err  error
		code codes.Code
		want string
	}{
		{Refused("opensesame is no key; get another one"), codes.Unauthenticated, "••• is no key; get another one"},
		{fmt.Errorf("asking: %w", Busy("come back in an hour")), codes.Unavailable, "asking: come back in an hour"},
		{NoSuchTask("x"), codes.NotFound, `there is no task "x" in this month; plan the month again`},
		{errors.New("https://vendor.example/?key=opensesame broke"), codes.Internal, "https://vendor.example/?key=••• broke"},
		{context.DeadlineExceeded, codes.DeadlineExceeded, "the vendor took longer than the caller waits"},
		{nil, codes.Internal, "the backend failed by a fault of its own; look at its log, and report it to who wrote it"},
	} {
		fault = test.err
		_, err := c.Verify(t.Context(), &backendv1.VerifyRequest{Credential: &backendv1.Credential{Schema: "none", Fields: map[string]string{"key": "opensesame"}}})
		if status.Code(err) != test.code || status.Convert(err).Message() != test.want {
			t.Errorf("got %v, wanted %s %s", err, test.code, test.want)
		}
	}
	if strings.Contains(log.String(), "opensesame") || !strings.Contains(log.String(), "the vendor's fault") {
		t.Errorf("the log has\n%s", log.String())
	}
}

// What is being told when the server stops is told to its end.
func TestStopsInGoodOrder(t *testing.T) {
	began, goOn := make(chan struct{}), make(chan struct{})
	client, stop := served(t, Server{Vendor: made{costs: func(_ context.Context, tell func(Row) error) error {
		close(began)
		<-goOn
		return tell(Row{Date: "2026-10", Cost: "1"})
	}}})
	stopped := make(chan error)
	go func() {
		<-began
		go func() {
			time.Sleep(20 * time.Millisecond) // by then it is stopping
			close(goOn)
		}()
		stopped <- stop()
	}()
	_, summary, err := told(t, client)
	if err != nil || summary.GetRows() != 1 {
		t.Errorf("%v, %v", summary, err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// Questions that make no sense are refused before the vendor sees them.
func TestQuestionsAreChecked(t *testing.T) {
	c := asked(t, Server{Vendor: made{plan: func(m Month, since time.Time) ([]Task, error) {
		return []Task{{ID: strings.Repeat("x", 4097), Name: "long"}}, nil
	}}})
	for want, r := range map[string]*backendv1.PlanRequest{
		`"October" is not a month; write it as 2026-10`: {Month: "October"},
		`"today" is not a time; write it as RFC 3339`:   {Month: "2026-10", Since: "today"},
		`task "long" has an id of 4097 bytes`:           {Month: "2026-10"},
	} {
		if _, err := c.Plan(t.Context(), r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, wanted %s", err, want)
		}
	}
}

// Addresses, and sockets that another program left behind.
func TestAddresses(t *testing.T) {
	for text, want := range map[string]Address{
		"grpc://127.0.0.1:7070": {"tcp", "127.0.0.1:7070", false}, "grpcs://b.example:443/": {"tcp", "b.example:443", true}, "unix:///run/b.sock": {"unix", "/run/b.sock", false}} {
		if got, err := ParseAddress(text); err != nil || got != want {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "127.0.0.1:7070", "grpc://host", "grpc://u:p@host:1", "grpc://host:1/x", "unix://host/x", "unix:///", "http://h:1"} {
		if got, err := ParseAddress(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
	place := filepath.Join(t.TempDir(), "b.sock")
	address := Address{Network: "unix", Place: place}
	first, err := listen(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listen(address); err == nil || !strings.Contains(err.Error(), "another program answers at "+place) {
		t.Errorf("got %v", err)
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false)
	first.Close()
	second, err := listen(address)
	if err != nil {
		t.Fatal("a socket that was left behind is in the way: ", err)
	}
	second.Close()
	if err := os.WriteFile(place, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listen(address); err == nil || !strings.Contains(err.Error(), "is there already, and no socket") {
		t.Errorf("got %v", err)
	}
	if err := Serve(t.Context(), "grpcs://127.0.0.1:0", made{}); err == nil || !strings.Contains(err.Error(), "needs a certificate") {
		t.Errorf("got %v", err)
	}
}

// The committed code is what the contract makes.
func TestGeneratedCode(t *testing.T) {
	if _, err := exec.LookPath("protoc"); err != nil {
		t.Skip("protoc is not installed")
	}
	out := t.TempDir()
	if text, err := exec.Command("sh", "generate.sh", out).CombinedOutput(); err != nil {
		if strings.Contains(string(text), "program not found") {
			t.Skip("protoc-gen-go or protoc-gen-go-grpc is not installed")
		}
		t.Fatalf("%v\n%s", err, text)
	}
	for _, name := range []string{"backend.pb.go", "backend_grpc.pb.go"} {
		made, err := os.ReadFile(filepath.Join(out, "backendv1", name))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(filepath.Join("backendv1", name))
		if err != nil {
			t.Fatal(err)
		}
		if header(kept) != header(made) {
			t.Skip("another version of protoc or its plugins is installed than the code was made with")
		}
		if !bytes.Equal(made, kept) {
			t.Errorf("backendv1/%s is not what the contract makes; run go generate ./backend", name)
		}
	}
}

// header is which programs made generated code.
func header(code []byte) string {
	var lines []string
	for line := range strings.Lines(string(code[:min(len(code), 4096)])) {
		if strings.HasPrefix(line, "// ") && strings.Contains(line, "protoc") && strings.Contains(line, " v") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
