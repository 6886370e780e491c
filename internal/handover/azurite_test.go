package handover

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/store"
)

// accountSignature signs as learn.microsoft.com/rest/api/storageservices/create-account-sas
// says, for blobs of an account.
func accountSignature(account string, key []byte, permissions string) string {
	until := time.Now().UTC().Add(time.Hour).Format("2006-01-02T15:04:05Z")
	const version = "2022-11-02"
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join([]string{account, permissions, "b", "sco", "", until, "", "", version, "", ""}, "\n")))
	return url.Values{
		"sv": {version}, "ss": {"b"}, "srt": {"sco"}, "sp": {permissions}, "se": {until}, "sig": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}.Encode()
}

// Files arrive in a container of Azurite, Microsoft's own server for tests.
func TestAzurite(t *testing.T) {
	binary, err := exec.LookPath("azurite-blob")
	if err != nil {
		t.Skip("azurite-blob is not in the path; `npm install -g azurite` installs it")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	key := []byte(strings.Repeat("k", 64))
	command := exec.Command(binary, "--blobHost", "127.0.0.1", "--blobPort", port, "--location", t.TempDir(), "--silent")
	command.Env = append(os.Environ(), "AZURITE_ACCOUNTS=acme1:"+base64.StdEncoding.EncodeToString(key))
	ok(t, command.Start())
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	endpoint := "http://127.0.0.1:" + port
	ask := func(method, path string) (int, string) {
		request, err := http.NewRequest(method, endpoint+"/acme1/bills"+path, nil)
		ok(t, err)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, ""
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		ok(t, err)
		return response.StatusCode, string(text)
	}
	all := accountSignature("acme1", key, "rwlc")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if status, text := ask(http.MethodPut, "?restype=container&"+all); status == http.StatusCreated {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("Azurite answers %d %s", status, text)
		}
	}
	w := newWorld(t)
	w.dataset["big.csv"] = strings.Repeat("0123456789abcdef", 1<<18) // 4 MiB
	wish := Wish{What: []string{"focus"}, Formats: []string{"csv"}, By: ByBucket, When: When{On: OnPublish}, Target: "azblob://bills/in?storage_account=acme1&endpoint=" + url.QueryEscape(endpoint)}
	w.add(wish, accountSignature("acme1", key, "wc"))
	w.add(wish, accountSignature("acme1", []byte("another key"), "wc"))
	w.published("2026-10/acme-main", "acme-main")
	w.deliver(1)
	if status, text := ask(http.MethodGet, "/in/big.csv?"+all); status != http.StatusOK || text != w.dataset["big.csv"] {
		t.Errorf("big.csv is %d with %d bytes", status, len(text))
	}
	if status, text := ask(http.MethodGet, "/in/cost/part-0.csv?"+all); text != "a,b\n1,2\n" {
		t.Errorf("part-0.csv is %d %s", status, text)
	}
	failed, err := w.List(t.Context(), store.HandoverFilter{State: store.HandoverFailed})
	ok(t, err)
	if len(failed) != 1 || !strings.Contains(failed[0].Problem, "403") || strings.Contains(failed[0].Problem, "sig=") {
		t.Errorf("the problems are %+v", failed)
	}
}
