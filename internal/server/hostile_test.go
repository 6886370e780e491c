package server

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/api"
)

// longestAnswer is how long the answer to nonsense may take; the machine that tests
// may be busy with other things.
const longestAnswer = 20 * time.Second

// throw sends a request that is wrong, and wants it refused with a code.
func (s *tested) throw(what, token, method, path, kind, body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	begun := time.Now()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Errorf("%s: %v", what, err)
		return
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	got := reaction{answer.StatusCode, answer.Header, data}
	if err != nil || got.status < 400 || got.status >= 500 || got.problem() == "" {
		s.t.Errorf("%s: %.300s, %v", what, got, err)
	}
	if took := time.Since(begun); took > longestAnswer {
		s.t.Errorf("%s: it took %s", what, took)
	}
}

// Whatever is sent as a body, the answer says that it is wrong.
func TestHostileBodies(t *testing.T) {
	s := serve(t)
	token := s.program("hostile", nil, ownerOfAll)
	bodies := map[string]string{
		"nothing":             "",
		"half an object":      `{"a":`,
		"a list":              `[]`,
		"a text":              `"x"`,
		"no JSON":             "\xff\xfe\x00<xml/>",
		"two documents":       `{}{}`,
		"deeply nested":       strings.Repeat(`[`, 200_000),
		"deeply nested field": strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
		"broken UTF-8":        "{\"name\":\"\xc3\x28\",\"reason\":\"\xff\"}",
		"NUL":                 `{"name":"a\u0000b","reason":"\u0000"}`,
		"a huge number":       `{"days":1e999999999,"amount":` + strings.Repeat("9", 100_000) + `}`,
		"many fields":         `{` + strings.Repeat(`"a":1,`, 50_000) + `"a":1}`,
		"numbers for texts":   `{"name":1,"email":{},"ids":7,"reason":[],"grants":"x","groups":"","amount":true,"config":1,"id":0,"url":1,"books":1,"files":1,"period":1,"kinds":1,"code":1,"token":1,"handle":1,"current":1,"now":1,"payer":1,"label":1,"on":1,"as_of":1,"against_issued":1,"preview":1,"source":1,"dry_run":1,"since":1,"value":1,"organization":1,"format":1,"password":1,"to":1,"apply":1,"documents":1,"description":1}`,
	}
	for _, r := range api.Routes() {
		if r.Method == http.MethodGet || r.Method == http.MethodDelete || strings.Contains(r.Path, "/uploads/") {
			continue
		}
		path, _ := s.harmless(r)
		if got := s.ask(token, r.Method, path, "["); got.status < 300 || got.problem() == "not-found" || got.problem() == "not-signed-in" {
			continue // it has no body
		}
		for what, body := range bodies {
			if strings.HasSuffix(r.Path, "/import") || r.ID == "convert-price-book" || r.ID == "put-resource" {
				s.throw(r.ID+", "+what, token, r.Method, path, "application/octet-stream", body)
				continue
			}
			s.throw(r.ID+", "+what, token, r.Method, path, "application/json", body)
		}
		s.throw(r.ID+", XML", token, r.Method, path, "application/xml", "<a/>")
	}
}

// More than is read is refused, whether its length is said before or not.
func TestHostileSize(t *testing.T) {
	s := serve(t)
	token := s.program("hostile", nil, ownerOfAll)
	large := `{"ids":["` + strings.Repeat("x", DefaultBody) + `"]}`
	for _, length := range []int64{int64(len(large)), -1} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+api.Base+"/entries/keep", strings.NewReader(large))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(answer.Body) // its code says enough
		_ = answer.Body.Close()
		if got := (reaction{answer.StatusCode, answer.Header, data}); got.status != http.StatusRequestEntityTooLarge || got.problem() != "too-large" {
			t.Errorf("a body of %d bytes, said as %d: %s", len(large), length, got)
		}
	}
	if got := s.ask(token, http.MethodPost, api.Base+"/entries/keep", `{"ids":[]}`, "Idempotency-Key", strings.Repeat("k", 5000)); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a key of 5000 characters: %s", got)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+api.Base+"/months", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		r.Header.Set(fmt.Sprintf("X-Flood-%d", i), strings.Repeat("x", 1000))
	}
	if answer, err := http.DefaultClient.Do(r); err == nil { // else it hung up
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("three megabytes of headers: %s", answer.Status)
		}
	}
}

// odd are names of nothing, as somebody would write them who looks for a way out.
var odd = []string{
	"../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", `..\..\windows\win.ini`, `C:\boot.ini`, "a\x00b", "a\nb", "\xff\xfe", ".", "..", "~root",
	"'; DROP TABLE invoice; --", `" OR 1=1`, "%", "{{7*7}}", "${jndi:ldap://127.0.0.1/x}", strings.Repeat("x", 5000), "\u202egnp.exe", "名前", "-1", "NaN", "1e400", "9999-99", "0000-00", "null",
}

// Ids, names, queries and cursors that lead nowhere lead nowhere.
func TestHostileNames(t *testing.T) {
	s := serve(t)
	token := s.program("hostile", nil, ownerOfAll)
	for _, r := range api.Routes() {
		for _, name := range odd {
			path, body := s.harmless(r)
			path, _, _ = strings.Cut(path, "?")
			_, given, _ := strings.Cut(r.Path, "{")
			if given == "" || r.Method == http.MethodPut {
				continue
			}
			path = strings.NewReplacer("nothing", url.PathEscape(name), "1999-01", url.PathEscape(name)).Replace(path)
			if r.Method != http.MethodGet && r.Method != http.MethodDelete {
				body = map[string]any{}
			}
			got := s.ask(token, r.Method, path, body)
			listed := got.status == http.StatusOK && r.List || got.status == http.StatusMovedPermanently || got.status == http.StatusOK && r.ID == "preview-entry-rules"
			if !listed && (got.status < 300 || got.status >= 500 || got.status >= 400 && got.problem() == "") {
				if got.status == http.StatusOK && r.ID == "watch-job" || name == "." || name == ".." {
					continue
				}
				t.Errorf("%s of %.60q: %.300s", r.ID, name, got)
			}
			if strings.Contains(string(got.body), "root:x") || strings.Contains(string(got.body), s.dir) {
				t.Errorf("%s of %.60q tells of the machine: %.300s", r.ID, name, got)
			}
		}
		if !r.List || strings.Contains(r.Path, "{") {
			continue
		}
		path, _ := s.harmless(r)
		path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
		for _, query := range []string{
			"limit=0", "limit=-1", "limit=1e3", "limit=99999999999999999999", "cursor=x", "cursor=e30", "cursor=" + strings.Repeat("A", 3000), "sort=" + strings.Repeat("a,", 400), "sort=,",
			"filter=x", "filter=a:b", "filter=a:zz:b", "filter=:eq:b", "filter=" + strings.Repeat("x", 600) + ":eq:1", strings.Repeat("filter=a:eq:b&", 30), "filter=%00:eq:x", "fields=%ff", "x=%zz", "fields=" + strings.Repeat("a,", 700),
		} {
			s.throw(r.ID+" with "+query[:min(len(query), 60)], token, http.MethodGet, path+query, "", "")
		}
	}
	for _, name := range odd {
		for _, suffix := range []string{"", ".csv"} {
			got := s.ask(token, http.MethodPut, api.Base+"/uploads/"+url.PathEscape(name+suffix), "a,b\n1,2\n", "Content-Type", "application/octet-stream")
			if got.status == http.StatusCreated && !strings.ContainsAny(name, "/\\\x00\n") && len(name) < 200 {
				continue
			}
			if got.status < 300 || got.status >= 500 {
				t.Errorf("a file called %.60q: %.300s", name+suffix, got)
			}
		}
	}
	for _, wrong := range []struct{ method, path, code string }{
		{http.MethodGet, "/api/v1/", "not-found"}, {http.MethodGet, "/api/v1/nothing", "not-found"}, {http.MethodDelete, "/api/v1/months", "not-allowed"}, {"PROPFIND", "/api/v1/months", "not-allowed"},
	} {
		if got := s.ask(token, wrong.method, wrong.path, nil); got.problem() != wrong.code {
			t.Errorf("%s %s: %s", wrong.method, wrong.path, got)
		}
	}
}

// Who sends slowly does not keep others from being answered.
func TestSlowBodies(t *testing.T) {
	s := serve(t)
	token := s.program("hostile", nil, ownerOfAll)
	for range 40 {
		c, err := net.Dial("tcp", s.Address().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := fmt.Fprintf(c, "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
			t.Fatal(err)
		}
	}
	begun := time.Now()
	if got := s.ask(token, http.MethodGet, api.Base+"/months", nil); got.status != http.StatusOK || time.Since(begun) > longestAnswer {
		t.Errorf("after %s: %s", time.Since(begun), got)
	}
}

// A small file that becomes a large one is no way to fill the machine: the load
// ends, with a reason, and the server goes on.
func TestBombs(t *testing.T) {
	s := serve(t)
	token := s.program("hostile", nil, ownerOfAll)
	const unpacked = 192 << 20
	for name, one := range map[string][]byte{
		"zeros.csv.gz": make([]byte, 1<<20),
		"lines.csv.gz": bytes.Repeat([]byte("a,b,c,d\n"), 1<<17),
	} {
		var bomb bytes.Buffer
		w := gzip.NewWriter(&bomb)
		for range unpacked >> 20 {
			if _, err := w.Write(one); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		up := s.ask(token, http.MethodPut, api.Base+"/uploads/"+name, bomb.String(), "Content-Type", "application/octet-stream")
		if up.status != http.StatusCreated {
			t.Fatal(up)
		}
		began := s.ask(token, http.MethodPost, api.Base+"/months/2026-08/files", map[string]any{"payer": "111111111111", "files": []string{textAt(t, up.body, "id")}})
		if began.status != http.StatusAccepted {
			t.Fatal(began)
		}
		var j api.Job
		for until := time.Now().Add(2 * time.Minute); j.Finished == nil && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
			if err := json.Unmarshal(s.ask(token, http.MethodGet, api.Base+"/jobs/"+textAt(t, began.body, "id"), nil).body, &j); err != nil {
				t.Fatal(err)
			}
		}
		if j.State != "failed" || j.Error == nil || j.Error.Status >= 500 || strings.Contains(j.Error.Detail, s.dir) {
			t.Errorf("%s: %s, %+v", name, j.State, j.Error)
		}
	}
}

// A spreadsheet that opens a list runs nothing that somebody else has written.
func TestListsRunNoFormulas(t *testing.T) {
	s := serve(t)
	token := s.program("hostile", nil, ownerOfAll)
	for _, begins := range []string{"=", "+", "-", "@", "\t", "\r"} {
		payment := map[string]any{"amount": "1", "currency": "JPY", "customer": "aozora", "payer": begins + `cmd|'/C calc'!A0`, "reference": begins + "1+1", "key": "k" + fmt.Sprint(begins[0])}
		if got := s.ask(token, http.MethodPost, api.Base+"/payments", payment); got.status != http.StatusCreated && got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %s", begins, got)
		}
	}
	got := s.ask(token, http.MethodGet, api.Base+"/payments", nil, "Accept", "text/csv")
	if got.status != http.StatusOK || !strings.Contains(string(got.body), "calc") {
		t.Fatal(got)
	}
	for _, line := range strings.Split(string(got.body), "\n") {
		for _, cell := range strings.Split(line, ",") {
			if cell = strings.Trim(cell, `"`); cell != "" && strings.ContainsRune("=+@\t", rune(cell[0])) {
				t.Errorf("a spreadsheet runs %q in %s", cell, line)
			}
		}
	}
}

// Nobody makes the server call what is beside it.
func TestNothingPrivateIsCalled(t *testing.T) {
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Workers: 1, PerSecond: 10_000, Requests: 16, Grace: time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	at := running(t, s)
	token := at.program("hostile", nil, ownerOfAll)
	for _, to := range []string{
		"http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://192.168.1.1/", "https://0.0.0.0/",
		"https://[fd00::1]/", "https://[fe80::1]/", "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.com/", "https://user:pass@example.com/", "//example.com", "https://", "javascript:alert(1)",
		at.base + "/api/v1/sign-in",
	} {
		at.throw("a webhook to "+to, token, http.MethodPost, api.Base+"/webhooks", "application/json", mustJSON(map[string]any{"organization": "reseller", "url": to}))
		at.throw("a provider at "+to, token, http.MethodPut, api.Base+"/sign-on-providers/evil", "application/json",
			mustJSON(map[string]any{"name": "x", "issuer": to, "client_id": "x", "client_secret": "x", "active": true}))
	}
}

// A name is looked up when something is sent, and what it is then is not called
// where it is private.
func TestPrivateNamesAreNotCalled(t *testing.T) {
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Workers: 1, PerSecond: 10_000, Requests: 16, Grace: time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	at := running(t, s)
	token := at.program("hostile", nil, ownerOfAll)
	beside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan string, 100)
	go func() {
		for {
			c, err := beside.Accept()
			if err != nil {
				return // the test has ended
			}
			called <- c.RemoteAddr().String()
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = beside.Close() })
	port := beside.Addr().(*net.TCPAddr).Port
	for _, name := range []string{"localhost", "localhost.", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"} {
		hook := at.ask(token, http.MethodPost, api.Base+"/webhooks", map[string]any{"organization": "reseller", "url": fmt.Sprintf("https://%s:%d/", name, port)})
		if hook.status >= 400 && hook.status < 500 {
			continue
		}
		path := api.Base + "/webhooks/" + textAt(t, hook.body, "webhook", "id")
		if got := at.ask(token, http.MethodPost, path+"/test", nil); got.status != http.StatusOK {
			t.Fatal(got)
		}
		var page struct{ Items []struct{ Attempts int } }
		for until := time.Now().Add(longestAnswer); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
			if err := json.Unmarshal(at.ask(token, http.MethodGet, path+"/deliveries", nil).body, &page); err != nil {
				t.Fatal(err)
			}
			if len(page.Items) == 1 && page.Items[0].Attempts > 0 {
				break
			}
		}
		if len(page.Items) != 1 || page.Items[0].Attempts == 0 {
			t.Errorf("%s was not tried: %+v", name, page)
		}
	}
	select {
	case from := <-called:
		t.Errorf("something beside the server was called from %s", from)
	default:
	}
}

func mustJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // made in the test
	}
	return string(data)
}
