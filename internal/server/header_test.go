package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/api"
)

func TestSecurityHeaders(t *testing.T) {
	f, err := NewForwarded([]string{"10.0.0.0/8"})
	ok(t, err)
	h := f.Wrap(Headers{}.Wrap(fine))
	w := answered(h, "GET", "/", "")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()", "X-Frame-Options": "DENY",
	} {
		if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q", name, got)
		}
	}
	if !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") || w.Header().Get("Strict-Transport-Security") != "" {
		t.Errorf("without TLS the headers are %v", w.Header())
	}
	if answered(h, "GET", "/", "", "From", "10.1.2.3:80", "X-Forwarded-Proto", "https").Header().Get("Strict-Transport-Security") == "" {
		t.Error("behind a proxy with TLS browsers are not told to keep to it")
	}
	if answered(h, "GET", "/", "", "X-Forwarded-Proto", "https").Header().Get("Strict-Transport-Security") != "" {
		t.Error("anybody can say that there is TLS")
	}
	if answered(Headers{Content: "default-src 'none'"}.Wrap(fine), "GET", "/", "").Header().Get("Content-Security-Policy") != "default-src 'none'" {
		t.Error("another policy is not used")
	}
}

func TestForwarded(t *testing.T) {
	f, err := NewForwarded([]string{"10.0.0.0/8", "2001:db8::1"})
	ok(t, err)
	for _, test := range []struct{ peer, header, want string }{
		{"192.0.2.9:1", "198.51.100.1", "192.0.2.9"},                          // nobody's proxy
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},                        //
		{"10.0.0.1:1", "203.0.113.5, 198.51.100.1, 10.0.0.2", "198.51.100.1"}, // the client wrote the first one
		{"10.0.0.1:1", "1.1.1.1, nonsense, 10.0.0.2", "10.0.0.2"},             // what stands before nonsense counts for nothing
		{"10.0.0.1:1", "", "10.0.0.1"},                                        //
		{"10.0.0.1:1", "10.0.0.7, 10.0.0.8", "10.0.0.7"},                      // a client inside
		{"[2001:db8::1]:1", "[2001:db8:5::7]:443", "2001:db8:5::7"},           //
		{"[::ffff:10.0.0.1]:1", "198.51.100.1", "198.51.100.1"},               // IPv4 on a socket of IPv6
		{"10.0.0.1:1", "198.51.100.1,::ffff:10.0.0.5", "198.51.100.1"},        //
	} {
		got, left := "", ""
		h := f.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got, left = api.AddressOf(r), r.Header.Get("X-Request-ID")
		}))
		answered(h, "GET", "/", "", "From", test.peer, "X-Forwarded-For", test.header, "X-Request-ID", "mine")
		if got != test.want {
			t.Errorf("%s saying %q is %s, wanted %s", test.peer, test.header, got, test.want)
		}
		if trusted := !strings.HasPrefix(test.peer, "192"); (left == "mine") != trusted {
			t.Errorf("the id of %s is %q", test.peer, left)
		}
	}
	if _, err := NewForwarded([]string{"proxy.example.com"}); err == nil || !strings.Contains(err.Error(), "proxy.example.com") {
		t.Errorf("a name is a network: %v", err)
	}
}

func TestForgery(t *testing.T) {
	h, err := Forgery{Cookie: "s", Origins: []string{"https://portal.example.com"}}.Wrap(fine)
	ok(t, err)
	const session = "s=1"
	for _, test := range []struct {
		name, method, body string
		headers            []string
		want               int
	}{
		{"reading from elsewhere", "GET", "", []string{"Cookie", session, "Sec-Fetch-Site", "cross-site"}, 200},
		{"own page", "POST", "{}", []string{"Cookie", session, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/json"}, 200},
		{"another site", "POST", "{}", []string{"Cookie", session, "Sec-Fetch-Site", "cross-site", "Content-Type", "application/json"}, 403},
		{"a sister site", "POST", "{}", []string{"Cookie", session, "Sec-Fetch-Site", "same-site", "Content-Type", "application/json"}, 403},
		{"another site signs in", "POST", "{}", []string{"Origin", "https://evil.example", "Content-Type", "application/json"}, 403},
		{"a portal", "PUT", "{}", []string{"Cookie", session, "Sec-Fetch-Site", "cross-site", "Origin", "https://portal.example.com", "Content-Type", "application/json"}, 200},
		{"old browser, other origin", "DELETE", "", []string{"Cookie", session, "Origin", "https://evil.example", "Host", "sluice.example"}, 403},
		{"old browser, own origin", "DELETE", "", []string{"Cookie", session, "Origin", "https://sluice.example", "Host", "sluice.example"}, 200},
		{"a session without proof", "POST", "", []string{"Cookie", session}, 403},
		{"a session with the token", "POST", "", []string{"Cookie", session, "X-CSRF-Token", "t"}, 200},
		{"a form", "POST", "a=b", []string{"Cookie", session, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"a body without a type", "POST", "{}", []string{"Cookie", session, "X-CSRF-Token", "t"}, 415},
		{"JSON as text", "POST", "{}", []string{"Cookie", session, "X-CSRF-Token", "t", "Content-Type", "text/plain;charset=UTF-8"}, 415},
		{"a table", "POST", "a,b", []string{"Cookie", session, "X-CSRF-Token", "t", "Content-Type", "text/csv"}, 200},
		{"a program", "POST", "{}", []string{"Authorization", "Bearer t", "Sec-Fetch-Site", "cross-site"}, 200},
		{"basic credentials, which browsers add", "POST", "", []string{"Authorization", "Basic dTpw", "Sec-Fetch-Site", "cross-site"}, 403},
	} {
		if got := answered(h, test.method, "/", test.body, test.headers...); got.Code != test.want {
			t.Errorf("%s: %d %s, wanted %d", test.name, got.Code, got.Body, test.want)
		}
	}
	if _, err := (Forgery{Origins: []string{"portal.example.com"}}).Wrap(fine); err == nil {
		t.Error("an origin without a scheme was taken")
	}
}

func TestCORS(t *testing.T) {
	off := CORS(nil)(fine)
	if answered(off, "GET", "/", "", "Origin", "https://portal.example.com").Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("origins are let in that nobody named")
	}
	on := Headers{}.Wrap(CORS([]string{"https://portal.example.com"})(fine))
	asked := []string{"Origin", "https://portal.example.com", "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization"}
	w := answered(on, "OPTIONS", "/", "", asked...)
	if w.Header().Get("Access-Control-Allow-Origin") != "https://portal.example.com" || w.Header().Get("Access-Control-Allow-Credentials") != "" || w.Header().Get("Access-Control-Allow-Methods") != "PUT" {
		t.Errorf("a preflight gets %v", w.Header())
	}
	if w := answered(on, "GET", "/", "", asked[:2]...); w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" || w.Body.String() != "fine" {
		t.Errorf("a request gets %v", w.Header())
	}
	asked[1] = "https://evil.example"
	if w := answered(on, "OPTIONS", "/", "", asked...); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("another origin is let in")
	}
}

func TestHealth(t *testing.T) {
	var broken error
	h := NewHealth(quiet(), Check{"records", func(context.Context) error { return broken }}, Writable("lake", filepath.Join(t.TempDir(), "lake")))
	all := h.Wrap(fine)
	if w := answered(all, "GET", ReadyPath, ""); w.Code != 200 || w.Body.String() != "{\"status\":\"ready\"}\n" {
		t.Errorf("it is %d %s", w.Code, w.Body)
	}
	broken = errNo
	if w := answered(all, "GET", ReadyPath, ""); w.Code != 200 {
		t.Error("it is checked more often than once a second")
	}
	h.checked = time.Time{}
	if w := answered(all, "GET", ReadyPath, ""); w.Code != 503 || w.Body.String() != "{\"status\":\"not ready\",\"failing\":[\"records\"]}\n" {
		t.Errorf("without records it is %d %s", w.Code, w.Body)
	}
	h.Stop()
	if w := answered(all, "GET", LivePath, ""); w.Code != 200 {
		t.Errorf("while it stops it is not alive: %d", w.Code)
	}
	if w := answered(all, "GET", ReadyPath, ""); w.Code != 503 || !strings.Contains(w.Body.String(), "stopping") {
		t.Errorf("while it stops it is %d %s", w.Code, w.Body)
	}
	if answered(all, "GET", "/other", "").Body.String() != "fine" {
		t.Error("other paths are not let through")
	}
	folder := filepath.Join(t.TempDir(), "file")
	ok(t, os.WriteFile(folder, nil, 0o600))
	if Writable("lake", folder).Do(t.Context()) == nil {
		t.Error("a file is a folder to write into")
	}
}

// makeCertificate writes a certificate of a name with its key.
func makeCertificate(t *testing.T, name, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	ok(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	ok(t, err)
	ok(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	ok(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
}

func TestCertificateIsReadAgain(t *testing.T) {
	folder := t.TempDir()
	certificate, key := filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key")
	if _, err := LoadCertificate(certificate, key, quiet()); err == nil {
		t.Error("files that are not there were read")
	}
	makeCertificate(t, "first", certificate, key)
	c, err := LoadCertificate(certificate, key, quiet())
	ok(t, err)
	go c.Watch(t.Context(), 10*time.Millisecond)
	s := httptest.NewUnstartedServer(Headers{}.Wrap(fine))
	s.TLS = c.Config()
	s.StartTLS()
	defer s.Close()
	name := func() string {
		connection, err := tls.Dial("tcp", s.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, ServerName: "sluice.example"})
		ok(t, err)
		defer connection.Close()
		if connection.ConnectionState().Version < tls.VersionTLS12 {
			t.Error("the connection is older than TLS 1.2")
		}
		return connection.ConnectionState().PeerCertificates[0].Subject.CommonName
	}
	if got := name(); got != "first" {
		t.Fatalf("the certificate is that of %s", got)
	}
	ok(t, os.WriteFile(certificate, []byte("half of it"), 0o600))
	time.Sleep(50 * time.Millisecond)
	if got := name(); got != "first" {
		t.Fatalf("after a broken file the certificate is that of %s", got)
	}
	makeCertificate(t, "second", certificate, key)
	for deadline := time.Now().Add(10 * time.Second); name() != "second"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the new certificate is not used")
		}
	}
	if _, err := tls.Dial("tcp", s.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is taken")
	}
}
