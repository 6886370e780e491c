package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBodyIsBounded(t *testing.T) {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if errors.As(err, new(*http.MaxBytesError)) {
			refuse(w, r, http.StatusRequestEntityTooLarge, "too-large", "too large")
			return
		}
		fmt.Fprint(w, len(data))
	})
	s := httptest.NewServer(Limits{Body: func(r *http.Request) int64 {
		if r.URL.Path == "/upload" {
			return 3 << 20
		}
		return 0
	}}.Wrap(read))
	defer s.Close()
	for _, test := range []struct {
		path    string
		size    int
		chunked bool
		want    int
	}{
		{"/", DefaultBody, false, 200}, {"/", DefaultBody, true, 200}, {"/", DefaultBody + 1, false, 413}, {"/", DefaultBody + 1, true, 413},
		{"/upload", 3 << 20, true, 200}, {"/upload", 3<<20 + 1, false, 413}, {"/", 0, false, 200},
	} {
		var body io.Reader = bytes.NewReader(make([]byte, test.size))
		if test.chunked {
			body = struct{ io.Reader }{body}
		}
		answer, err := http.Post(s.URL+test.path, "application/json", body)
		if err != nil {
			if test.want == 413 && !test.chunked {
				continue // the server closed while the client was still sending
			}
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%+v: %d", test, answer.StatusCode)
		}
	}
}

// A body that was read does not end the request when the time for bodies is over,
// and streams end when the server stops.
func TestStreamsEndWithTheServer(t *testing.T) {
	ending, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	s := httptest.NewServer(Limits{Stream: Streams, Ending: ending}.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, limited := r.Context().Deadline(); limited {
			t.Error("a stream has a time to end")
		}
		w.WriteHeader(200)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		ended <- r.Context().Err()
	})))
	defer s.Close()
	answer, err := http.Get(s.URL + "/jobs/1/events")
	ok(t, err)
	defer answer.Body.Close()
	end()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the stream goes on")
	}
}

func TestCrowd(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	h := NewCrowd(1, 1, 10*time.Millisecond, Streams).Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inside <- struct{}{}
		<-leave
	}))
	go answered(h, "GET", "/a", "")
	<-inside
	w := answered(h, "GET", "/b", "")
	isProblem(t, w, http.StatusServiceUnavailable, "unavailable")
	if w.Header().Get("Retry-After") == "" {
		t.Error("it does not say when to come again")
	}
	go answered(h, "GET", "/jobs/1/events", "") // streams have their own room
	<-inside
	close(leave)
	done := make(chan struct{})
	go func() { answered(h, "GET", "/c", ""); close(done) }()
	<-inside
	<-done
}

// However requests come, in any span of time no caller makes more than the rate
// allows, and one that keeps to the rate is never refused.
func TestRateByModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
		const perSecond, burst = 10, 5
		l := NewRate(perSecond, burst, func(r *http.Request) string { return r.URL.Path }, func() time.Time { return now })
		h := l.Wrap(fine)
		let := map[string][]time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "ms")) * time.Millisecond)
			who := rapid.SampledFrom([]string{"/a", "/b"}).Draw(t, "who")
			w := answered(h, "GET", who, "")
			if w.Code == http.StatusOK {
				let[who] = append(let[who], now)
			} else if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
				t.Fatalf("answer %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
			}
			times := let[who]
			for i := range times {
				span := times[len(times)-1].Sub(times[i])
				if n := len(times) - i; n > burst+int(span*perSecond/time.Second)+1 {
					t.Fatalf("%d requests were let through within %s", n, span)
				}
			}
			if w.Code != http.StatusOK && (len(times) == 0 || now.Sub(times[len(times)-1]) >= time.Second/perSecond) {
				t.Fatal("somebody was refused who kept to the rate")
			}
		}
	})
}

func TestRateForgetsTheOldest(t *testing.T) {
	l := NewRate(1, 1, nil, time.Now)
	for i := range mostBuckets + 100 {
		l.bucket(fmt.Sprint(i))
	}
	if len(l.buckets) != mostBuckets || l.recent.Len() != mostBuckets || l.buckets["0"] != nil || l.buckets[fmt.Sprint(mostBuckets)] == nil {
		t.Errorf("%d buckets are remembered", len(l.buckets))
	}
}

func TestKeysOfCallers(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"192.0.2.1:80", "192.0.2.1:90", true},
		{"192.0.2.1:80", "192.0.2.2:80", false},
		{"[2001:db8:1:2::3]:80", "[2001:db8:1:2:ffff::4]:80", true},
		{"[2001:db8:1:2::3]:80", "[2001:db8:1:3::3]:80", false},
		{"[::ffff:192.0.2.1]:80", "[::ffff:192.0.2.2]:80", false},
	} {
		a, b := ByAddress(&http.Request{RemoteAddr: test.a}), ByAddress(&http.Request{RemoteAddr: test.b})
		if (a == b) != test.same {
			t.Errorf("%s is %q, %s is %q", test.a, a, test.b, b)
		}
	}
	key := ByCredential("session")
	with := func(header, value string) string {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set(header, value)
		return key(r)
	}
	if with("X", "y") != "" || with("Authorization", "Bearer a") == with("Authorization", "Bearer b") || with("Cookie", "session=a") == "" || strings.Contains(with("Authorization", "Bearer abc"), "abc") {
		t.Error("credentials are not told apart, or are kept")
	}
}

// A client that sends its header too slowly is cut off; others are served.
func TestServeStopsInGoodOrder(t *testing.T) {
	var answeredLate atomic.Bool
	begun := make(chan struct{})
	h := NewHealth(quiet())
	s := NewHTTP(h.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		time.Sleep(300 * time.Millisecond)
		answeredLate.Store(true)
		_, _ = io.WriteString(w, "late")
	})), quiet())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	ended := false
	go func() {
		stopped <- Serve(ctx, s, l, h, 100*time.Millisecond, 5*time.Second, func() { ended = true })
	}()
	got := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + l.Addr().String() + "/slow")
		if err != nil {
			got <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		got <- string(body)
	}()
	<-begun
	stop()
	time.Sleep(30 * time.Millisecond)
	answer, err := http.Get("http://" + l.Addr().String() + ReadyPath) // in the delay it answers, and says that it stops
	ok(t, err)
	line, _ := bufio.NewReader(answer.Body).ReadString('\n')
	answer.Body.Close()
	if answer.StatusCode != 503 || !strings.Contains(line, "stopping") {
		t.Errorf("while it stops it says %d %s", answer.StatusCode, line)
	}
	if err := <-stopped; err != nil || !ended {
		t.Errorf("it stopped with %v, streams told %t", err, ended)
	}
	if body := <-got; body != "late" || !answeredLate.Load() {
		t.Errorf("the running request got %q", body)
	}
	if err := Serve(t.Context(), NewHTTP(fine, quiet()), l, h, 0, 0, func() {}); err == nil {
		t.Error("a listener that is closed was served")
	}
}
