package handover

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// startS3 starts versitygw on a folder of this machine, or skips the test where it is
// not installed.
func startS3(t *testing.T) (endpoint, folder string) {
	t.Helper()
	binary := findBinary(t, "versitygw")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	address := listener.Addr().String()
	listener.Close()
	endpoint, folder = "http://"+address, t.TempDir()
	command := exec.Command(binary, "--access", "testkey", "--secret", "testsecret123", "--port", address, "posix", folder)
	ok(t, command.Start())
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if response, err := http.Get(endpoint); err == nil {
			response.Body.Close()
			return endpoint, folder
		}
		if time.Now().After(deadline) {
			t.Fatal("versitygw does not answer")
		}
	}
}

func findBinary(t *testing.T, name string) string {
	t.Helper()
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/"
	}
	for _, file := range []string{filepath.Join("..", "..", ".tools", "bin", name), filepath.Join(home, "go", "bin", name)} {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	t.Skipf("%s is not installed; run `make tools`", name)
	return ""
}

// Files arrive in a bucket of a real S3 server; wrong keys and buckets are said once.
func TestS3(t *testing.T) {
	endpoint, folder := startS3(t)
	w := newWorld(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "testkey") // those of the machine are not used
	t.Setenv("AWS_SECRET_ACCESS_KEY", "testsecret123")
	ok(t, os.Mkdir(filepath.Join(folder, "acme-bills"), 0o777))
	wish := func(bucket string, what ...string) Wish {
		query := url.Values{"endpoint": {endpoint}, "use_path_style": {"true"}, "region": {"us-east-1"}}
		return Wish{What: what, Formats: []string{"csv"}, By: ByBucket, When: When{On: OnPublish}, Target: "s3://" + bucket + "/in/{what}?" + query.Encode()}
	}
	w.dataset["big.csv"] = strings.Repeat("0123456789abcdef", 1<<19) // 8 MiB: in several parts
	w.add(wish("acme-bills", "invoice", "focus"), "testkey:testsecret123")
	w.add(wish("no-such-bucket", "invoice"), "testkey:testsecret123")
	w.add(wish("acme-bills", "invoice"), "testkey:wrong")
	w.published("2026-10/acme-main", "acme-main")
	w.deliver(2)
	got := filesIn(t, filepath.Join(folder, "acme-bills"))
	if got["in/invoice/INV-acme-main.csv"] != "2026-10/acme-main as csv" || got["in/focus/cost/part-1.csv"] != "a,b\n3,4\n" ||
		got["in/focus/big.csv"] != w.dataset["big.csv"] || !strings.Contains(got["in/focus/manifest.json"], "cost/part-0.csv") {
		t.Errorf("there are %d files", len(got))
	}
	failed, err := w.List(t.Context(), store.HandoverFilter{State: store.HandoverFailed})
	ok(t, err)
	var problems []string
	for _, x := range failed {
		problems = append(problems, x.Problem)
	}
	all := strings.Join(problems, "\n")
	if len(failed) != 2 || !strings.Contains(all, "NoSuchBucket") || !strings.Contains(all, "SignatureDoesNotMatch") || strings.Contains(all, "testsecret") {
		t.Errorf("the problems are\n%s", all)
	}
}

// webBucket takes what is written by single requests.
type webBucket struct {
	*httptest.Server
	mu     sync.Mutex
	got    map[string]string // by method, path and query
	header http.Header       // of the last request
	answer int
}

func startWebBucket(t *testing.T) *webBucket {
	t.Helper()
	b := &webBucket{got: map[string]string{}, answer: http.StatusCreated}
	b.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		text, err := io.ReadAll(in.Body)
		if err != nil {
			t.Error(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if in.URL.Path == "/token" {
			form, _ := url.ParseQuery(string(text))
			if form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || strings.Count(form.Get("assertion"), ".") != 2 {
				t.Errorf("the token is asked for with %s", text)
			}
			out.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(out).Encode(map[string]any{"access_token": "t0ken", "token_type": "Bearer", "expires_in": 3600})
			return
		}
		b.got[in.Method+" "+in.URL.Path+"?"+in.URL.RawQuery], b.header = string(text), in.Header
		out.WriteHeader(b.answer)
		if b.answer >= 400 {
			_, _ = io.WriteString(out, `{"error":{"message":"acme has no right to write"}}`)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// What is written by Google's JSON interface: cloud.google.com/storage/docs/json_api/v1/objects/insert,
// and developers.google.com/identity/protocols/oauth2/service-account.
func TestGoogleCloudStorage(t *testing.T) {
	b, w := startWebBucket(t), newWorld(t)
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	ok(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	ok(t, err)
	key, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "sluice@acme.iam.gserviceaccount.com", "private_key_id": "1", "token_uri": "https://evil.example/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	ok(t, err)
	w.add(Wish{What: []string{"focus"}, Formats: []string{"csv"}, By: ByBucket, When: When{On: OnPublish}, Target: "gs://acme-bills/focus/{period}?endpoint=" + url.QueryEscape(b.URL)}, string(key))
	w.published("2026-10/acme-main", "acme-main")
	w.deliver(1)
	const path = "POST /upload/storage/v1/b/acme-bills/o?name=focus%2F2026-10%2F"
	if len(b.got) != 3 || b.got[path+"cost%2Fpart-0.csv&uploadType=media"] != "a,b\n1,2\n" || b.header.Get("Authorization") != "Bearer t0ken" || b.header.Get("Content-Type") != "application/json" {
		t.Errorf("it got %q with %v", b.got, b.header)
	}
	w.published("2026-10/acme-lab", "acme-lab")
	b.answer = http.StatusForbidden
	w.deliver(0)
	failed, err := w.List(t.Context(), store.HandoverFilter{State: store.HandoverFailed})
	ok(t, err)
	if len(failed) != 1 || !strings.Contains(failed[0].Problem, "403 Forbidden acme has no right to write") {
		t.Errorf("the problems are %+v", failed)
	}
}

// What is written by Put Blob: learn.microsoft.com/rest/api/storageservices/put-blob.
func TestAzureBlobStorage(t *testing.T) {
	b, w := startWebBucket(t), newWorld(t)
	const signature = "sv=2022-11-02&sr=c&sp=cw&sig=abc%2Bdef%3D"
	w.add(Wish{What: []string{"invoice"}, Formats: []string{"pdf"}, By: ByBucket, When: When{On: OnPublish}, Target: "azblob://bills/in?storage_account=acme1&endpoint=" + url.QueryEscape(b.URL)}, "?"+signature)
	w.published("2026-10/acme-main", "acme-main")
	b.answer = http.StatusServiceUnavailable // later
	w.deliver(0)
	if x := w.one(); x.State != store.HandoverWaiting || strings.Contains(x.Problem, "sig=") {
		t.Errorf("on record is %+v", x)
	}
	b.answer = http.StatusCreated
	w.clock.forward(time.Hour)
	w.deliver(1)
	if b.got["PUT /acme1/bills/in/INV-acme-main.pdf?"+signature] != "2026-10/acme-main as pdf" || b.header.Get("X-Ms-Blob-Type") != "BlockBlob" || b.header.Get("Content-Length") == "chunked" {
		t.Errorf("it got %q with %v", b.got, b.header)
	}
	b.Close()
	_, err := w.Again(t.Context(), w.one().ID, "ann")
	ok(t, err)
	w.deliver(0)
	if x := w.one(); x.Problem != "the server could not be reached" {
		t.Errorf("on record is %+v", x)
	}
}

// A folder of the machine, and an access point.
func TestFolderAndPeppol(t *testing.T) {
	w, folder := newWorld(t), t.TempDir()
	w.add(Wish{What: []string{"invoice"}, Formats: []string{"pdf"}, By: ByFolder, When: When{On: OnIssue}, Target: "file://" + filepath.ToSlash(folder) + "/{customer}/{subject}"}, "")
	w.add(Wish{What: []string{"invoice"}, Formats: []string{"ubl"}, By: ByPeppol, When: When{On: OnIssue}}, "")
	d := w.published("2026-10/acme-main", "acme-main")
	w.deliver(2)
	if got := filesIn(t, folder); len(got) != 1 || got["acme/2026-10-acme-main/INV-acme-main.pdf"] == "" {
		t.Errorf("there are %q", got)
	}
	if got := strings.Join(w.sentEvents(d.ID), "; "); !strings.Contains(got, "peppol to 2026-10/acme-main ubl 24 bytes") {
		t.Errorf("the document was sent %s", got)
	}
}
