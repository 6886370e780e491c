package source

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// google is a server that answers as Cloud Storage's JSON interface does, for one
// bucket of the files in a folder, and gives tokens to one service account.
type google struct {
	folder string
	denied bool // the account may not list
	asked  []string
}

const googleAccount = "reader@bills.iam.example"

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.asked = append(g.asked, r.URL.Path)
	if r.URL.Path == "/token" {
		g.token(w, r)
		return
	}
	fail := func(status int) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error": {"code": %d, "message": "said by a test"}}`, status)
	}
	objects, in := strings.CutPrefix(r.URL.EscapedPath(), "/storage/v1/b/bills/o")
	switch key, err := url.PathUnescape(strings.TrimPrefix(objects, "/")); {
	case r.Header.Get("Authorization") != "Bearer t-1":
		fail(http.StatusUnauthorized)
	case !in:
		fail(http.StatusNotFound)
	case g.denied:
		fail(http.StatusForbidden)
	case err != nil:
		fail(http.StatusBadRequest)
	case key == "":
		g.list(w, r)
	case r.URL.Query().Get("alt") == "media":
		w.Header().Set("X-Goog-Generation", "1")
		http.ServeFile(w, r, filepath.Join(g.folder, filepath.FromSlash(key)))
	default:
		item, found := g.item(key)
		if !found {
			fail(http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(item)
	}
}

// token takes a grant that is signed by the account.
func (g *google) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	parts := strings.Split(r.FormValue("assertion"), ".")
	claims := ""
	if len(parts) == 3 {
		text, _ := base64.RawURLEncoding.DecodeString(parts[1])
		claims = string(text)
	}
	if !strings.Contains(claims, `"iss":"`+googleAccount+`"`) || !strings.Contains(claims, "devstorage.read_only") {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error": "invalid_grant", "error_description": "Invalid grant: account not found"}`)
		return
	}
	fmt.Fprint(w, `{"access_token": "t-1", "token_type": "Bearer", "expires_in": 3600}`)
}

func (g *google) item(key string) (map[string]string, bool) {
	info, err := os.Stat(filepath.Join(g.folder, filepath.FromSlash(key)))
	if err != nil || info.IsDir() {
		return nil, false
	}
	at := info.ModTime().UTC().Format(time.RFC3339Nano)
	return map[string]string{"name": key, "bucket": "bills", "size": fmt.Sprint(info.Size()), "updated": at, "timeCreated": at, "etag": at, "generation": "1"}, true
}

func (g *google) list(w http.ResponseWriter, r *http.Request) {
	prefix, delimiter := r.URL.Query().Get("prefix"), r.URL.Query().Get("delimiter")
	items, folders := []map[string]string{}, map[string]bool{}
	_ = filepath.WalkDir(g.folder, func(path string, e os.DirEntry, err error) error {
		key, _ := filepath.Rel(g.folder, path)
		key = filepath.ToSlash(key)
		if e.IsDir() || !strings.HasPrefix(key, prefix) {
			return err
		}
		if at := strings.Index(key[len(prefix):], "/"); delimiter == "/" && at >= 0 {
			folders[key[:len(prefix)+at+1]] = true
			return nil
		}
		item, _ := g.item(key)
		items = append(items, item)
		return nil
	})
	_ = json.NewEncoder(w).Encode(map[string]any{"items": items, "prefixes": slices.Sorted(maps.Keys(folders))})
}

// startGoogle serves a folder, and returns the address of the bucket and the key.
func startGoogle(t *testing.T, g *google) (address func(bucket, prefix string) string, key []byte) {
	t.Helper()
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key, err = json.Marshal(map[string]string{
		"type": "service_account", "client_email": googleAccount, "private_key_id": "k1", "token_uri": "http://127.0.0.1:1/elsewhere",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(bucket, prefix string) string {
		return "gs://" + bucket + "/" + prefix + "?" + url.Values{"endpoint": {server.URL}}.Encode()
	}, key
}

// Exports in a bucket of Google are found and read as those in a folder.
func TestTreesInGoogle(t *testing.T) {
	g := &google{}
	address, key := startGoogle(t, g)
	for _, name := range []string{"focus-azure", "focus-oci", "cur2-overwrite", "missing-file"} {
		t.Run(name, func(t *testing.T) {
			tr := readTree(t, "testdata/"+name+".txtar")
			g.folder = t.TempDir()
			tr.writeTo(t, g.folder)
			tr.setTimes(t, g.folder)
			p, err := Open(t.Context(), address("bills", ""), Access{Google: key})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			tr.check(t, p, "")
		})
	}
	if slices.Contains(g.asked, "/elsewhere") {
		t.Error("the address in the key was asked")
	}
}

func TestTroubleWithGoogle(t *testing.T) {
	g := &google{folder: t.TempDir()}
	address, key := startGoogle(t, g)
	stranger := []byte(strings.Replace(string(key), googleAccount, "stranger@bills.iam.example", 1))
	for name, c := range map[string]struct {
		key    []byte
		bucket string
		denied bool
		what   string
		says   string
	}{
		"no bucket": {key, "other", false, TroubleNoBucket, "there is no bucket other"},
		"denied":    {key, "bills", true, TroubleDenied, "Storage Object Viewer"},
		"stranger":  {stranger, "bills", false, TroubleKeys, "account not found"},
	} {
		t.Run(name, func(t *testing.T) {
			g.denied = c.denied
			_, err := Open(t.Context(), address(c.bucket, "x"), Access{Google: c.key})
			var trouble *Trouble
			if !errors.As(err, &trouble) || trouble.What != c.what || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "PRIVATE KEY") {
				t.Errorf("error is %v", err)
			}
		})
	}
	// Files that would run a program or ask any address are no keys.
	for _, text := range []string{`{"type": "external_account", "credential_source": {"executable": {"command": "/bin/true"}}}`, `{"type": "service_account"}`, "x"} {
		if _, err := Open(t.Context(), address("bills", ""), Access{Google: []byte(text)}); err == nil || !strings.Contains(err.Error(), "is not the JSON key of a service account") {
			t.Errorf("%s: error is %v", text, err)
		}
	}
}
