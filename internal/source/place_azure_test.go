package source

import (
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// azure is a server that answers as Azure Blob Storage does, for the container bills of
// the account acme1 with the files of a folder.
type azure struct {
	folder string
	code   string // of a refusal; empty where it answers
}

type azureList struct {
	XMLName       xml.Name `xml:"EnumerationResults"`
	ContainerName string   `xml:",attr"`
	Blobs         struct {
		Blob       []azureBlob
		BlobPrefix []struct{ Name string }
	}
	NextMarker string
}

type azureBlob struct {
	Name       string
	Properties struct {
		LastModified  string `xml:"Last-Modified"`
		ETag          string `xml:"Etag"`
		ContentLength int64  `xml:"Content-Length"`
		BlobType      string
	}
}

func (a *azure) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fail := func(status int, code string) {
		w.Header().Set("X-Ms-Error-Code", code)
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`<?xml version="1.0" encoding="utf-8"?><Error><Code>` + code + `</Code><Message>said by a test</Message></Error>`))
	}
	query := r.URL.Query()
	key, in := strings.CutPrefix(r.URL.Path, "/acme1/bills")
	switch {
	case query.Get("sig") != "abc=" || query.Get("sv") == "":
		fail(http.StatusForbidden, "AuthenticationFailed")
	case !in:
		fail(http.StatusNotFound, "ContainerNotFound")
	case a.code != "":
		fail(http.StatusForbidden, a.code)
	case query.Get("comp") == "list":
		a.list(w, query.Get("prefix"), query.Get("delimiter"))
	default:
		file := filepath.Join(a.folder, filepath.FromSlash(key))
		info, err := os.Stat(file)
		if err != nil || info.IsDir() {
			fail(http.StatusNotFound, "BlobNotFound")
			return
		}
		w.Header().Set("Etag", strconv.Quote(strconv.FormatInt(info.ModTime().UnixNano(), 16)))
		w.Header().Set("X-Ms-Creation-Time", info.ModTime().UTC().Format(http.TimeFormat))
		http.ServeFile(w, r, file)
	}
}

func (a *azure) list(w http.ResponseWriter, prefix, delimiter string) {
	list := azureList{ContainerName: "bills"}
	seen := map[string]bool{}
	_ = filepath.WalkDir(a.folder, func(path string, e os.DirEntry, err error) error {
		key, _ := filepath.Rel(a.folder, path)
		key = filepath.ToSlash(key)
		if e.IsDir() || !strings.HasPrefix(key, prefix) {
			return err
		}
		if at := strings.Index(key[len(prefix):], "/"); delimiter == "/" && at >= 0 {
			if folder := key[:len(prefix)+at+1]; !seen[folder] {
				seen[folder] = true
				list.Blobs.BlobPrefix = append(list.Blobs.BlobPrefix, struct{ Name string }{folder})
			}
			return nil
		}
		info, err := e.Info()
		b := azureBlob{Name: key}
		b.Properties.LastModified, b.Properties.ContentLength, b.Properties.BlobType = info.ModTime().UTC().Format(http.TimeFormat), info.Size(), "BlockBlob"
		list.Blobs.Blob = append(list.Blobs.Blob, b)
		return err
	})
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(list)
}

const goodSignature = "sv=2022-11-02&sp=rl&sig=abc%3D"

func startAzure(t *testing.T, a *azure) func(container, prefix string) string {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return func(container, prefix string) string {
		return "azblob://" + container + "/" + prefix + "?" + url.Values{"storage_account": {"acme1"}, "endpoint": {server.URL}}.Encode()
	}
}

// Exports in a container of Azure are found and read as those in a folder.
func TestTreesInAzure(t *testing.T) {
	a := &azure{}
	address := startAzure(t, a)
	for _, name := range []string{"focus-azure", "focus-oci", "cur2-overwrite", "missing-file"} {
		t.Run(name, func(t *testing.T) {
			tr := readTree(t, "testdata/"+name+".txtar")
			a.folder = t.TempDir()
			tr.writeTo(t, a.folder)
			tr.setTimes(t, a.folder)
			p, err := Open(t.Context(), address("bills", ""), Access{Azure: "?" + goodSignature})
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			tr.check(t, p, "")
		})
	}
}

func TestTroubleWithAzure(t *testing.T) {
	a := &azure{folder: t.TempDir()}
	address := startAzure(t, a)
	for name, c := range map[string]struct {
		signature, container, code string
		what, says                 string
	}{
		"no container": {goodSignature, "other", "", TroubleNoBucket, "has no container other"},
		"ended":        {"sv=2022-11-02&sig=geheim", "bills", "", TroubleKeys, "AuthenticationFailed"},
		"denied":       {goodSignature, "bills", "AuthorizationPermissionMismatch", TroubleDenied, "Storage Blob Data Reader"},
	} {
		t.Run(name, func(t *testing.T) {
			a.code = c.code
			_, err := Open(t.Context(), address(c.container, "x"), Access{Azure: c.signature})
			var trouble *Trouble
			if !errors.As(err, &trouble) || trouble.What != c.what || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("error is %v", err)
			}
			for inner := error(trouble); inner != nil; inner = errors.Unwrap(inner) {
				if strings.Contains(inner.Error(), "geheim") || strings.Contains(inner.Error(), "sig=") {
					t.Errorf("the error tells the signature: %v", inner)
				}
			}
		})
	}
	dead := "azblob://bills/x?storage_account=acme1&endpoint=" + url.QueryEscape("http://127.0.0.1:1")
	_, err := Open(t.Context(), dead, Access{Azure: "sv=2022-11-02&sig=geheim"})
	var trouble *Trouble
	if !errors.As(err, &trouble) || trouble.What != TroubleUnreachable || strings.Contains(trouble.err.Error(), "geheim") {
		t.Errorf("error is %v, of %v", err, errors.Unwrap(trouble))
	}
	for address, want := range map[string]string{
		"azblob://bills/x":                           "names no storage account",
		"azblob://bills/x?storage_account=a/b":       "names no storage account",
		"azblob://bills/x?storage_account=a&x=1":     `the parameter "x"`,
		"azblob://bills/x?storage_account=a&domain=": "is no shared access signature",
	} {
		if _, err := Open(t.Context(), address, Access{Azure: "nothing"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v", address, err)
		}
	}
}

func TestAzureSignatures(t *testing.T) {
	if _, err := AzureSignature("sv=2022-11-02&sp=cw&sig=x"); err == nil || !strings.Contains(err.Error(), `the permissions "cw"`) {
		t.Errorf("error is %v", err)
	}
	for text, want := range map[string]time.Time{
		"?sv=1&se=2026-10-01T00%3A00%3A00Z&sig=x": time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
		"sv=1&se=2026-10-01&sig=x":                time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
		"sv=1&sig=x":                              {},
	} {
		if got := EndOfAzureSignature(text); !got.Equal(want) {
			t.Errorf("%s ends %s", text, got)
		}
	}
}
