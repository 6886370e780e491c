package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// answered serves a request made of a method, a target and headers in turn.
func answered(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, in)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else if headers[i] == "From" {
			r.RemoteAddr = headers[i+1]
		} else {
			r.Header.Add(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// isProblem checks that an answer is a problem of a status and code.
func isProblem(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var p struct {
		Type, Title, Code, Detail string
		Status                    int
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != status || p.Status != status || p.Code != code ||
		p.Title != http.StatusText(status) || p.Detail == "" || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("the answer is %d %s %s, %v; wanted %d %s", w.Code, w.Header().Get("Content-Type"), w.Body, err, status, code)
	}
}

var fine = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "fine") })

func TestLogLine(t *testing.T) {
	var out bytes.Buffer
	h := Log{To: slog.New(slog.NewJSONHandler(&out, nil)), Routes: NewRoutes("GET /api/v1/invoices/{id}")}.Wrap(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			NameCaller(r.Context(), "ann@example.com")
			if RequestID(r.Context()) == "" {
				t.Error("the request has no id")
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, "twelve bytes")
		}))
	w := answered(h, "GET", "/api/v1/invoices/7?token=hunter2", "", "Authorization", "Bearer hunter2", "Cookie", "sluice_session=hunter2",
		"User-Agent", "wget\n"+strings.Repeat("x", 1000), "X-Request-ID", "asked-1")
	if strings.Contains(out.String(), "hunter2") || strings.Count(out.String(), "\n") != 1 || out.Len() > 700 {
		t.Errorf("the log has a secret, or more than a short line: %s", &out)
	}
	var line map[string]any
	ok(t, json.Unmarshal(out.Bytes(), &line))
	for key, want := range map[string]any{"msg": "request", "request": "asked-1", "method": "GET", "route": "/api/v1/invoices/{id}",
		"status": 404.0, "bytes": 12.0, "caller": "ann@example.com", "address": "192.0.2.1"} {
		if line[key] != want {
			t.Errorf("%s is %v, wanted %v", key, line[key], want)
		}
	}
	if got := w.Header().Get("X-Request-ID"); got != "asked-1" {
		t.Errorf("the answer's id is %q", got)
	}
	if got := answered(h, "GET", "/", "", "X-Request-ID", "no good id").Header().Get("X-Request-ID"); len(got) != 26 {
		t.Errorf("a made-up id is %q", got)
	}
}

func TestPanicIsAnswered(t *testing.T) {
	var out bytes.Buffer
	l := Log{To: slog.New(slog.NewJSONHandler(&out, nil)), Routes: NewRoutes()}
	w := answered(l.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("table user is gone") })), "GET", "/x", "")
	isProblem(t, w, http.StatusInternalServerError, "failed")
	if strings.Contains(w.Body.String(), "table") || !strings.Contains(out.String(), "table user is gone") || !strings.Contains(out.String(), `"status":500`) {
		t.Errorf("the answer is %s, the log %s", w.Body, &out)
	}
	out.Reset()
	answered(l.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })), "GET", "/x", "")
	if !strings.Contains(out.String(), `"status":499`) || strings.Contains(out.String(), "stack") {
		t.Errorf("of a client that was gone the log says %s", &out)
	}
}

// What a handler sends bit by bit gets through at once.
func TestLogLetsStreamsThrough(t *testing.T) {
	s := httptest.NewServer(Log{To: quiet(), Routes: NewRoutes()}.Wrap(Limits{Stream: Streams}.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-r.Context().Done()
	}))))
	defer s.Close()
	answer, err := http.Get(s.URL + "/jobs/1/events")
	ok(t, err)
	defer answer.Body.Close()
	first := make([]byte, 5)
	if _, err := io.ReadFull(answer.Body, first); err != nil || string(first) != "first" {
		t.Errorf("got %q, %v", first, err)
	}
}

func TestRoutesAreFew(t *testing.T) {
	routes := NewRoutes("GET /api/v1/jobs/{id}", "/docs")
	for target, want := range map[string]string{"/api/v1/jobs/7": "/api/v1/jobs/{id}", "/api/v1/jobs/7/x": "other", "/docs": "/docs", "/../../etc": "other", "/": "other"} {
		if got := routes.Of(httptest.NewRequest("GET", target, nil)); got != want {
			t.Errorf("%s is %s, wanted %s", target, got, want)
		}
	}
	if got := routes.Of(httptest.NewRequest("POST", "/api/v1/jobs/7", nil)); got != "other" {
		t.Errorf("another method is %s", got)
	}
}

var errNo = errors.New("no")
