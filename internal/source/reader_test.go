package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sethvargo/go-retry"
)

// object is the only thing on an S3 endpoint that breaks connections off.
type object struct {
	data     []byte
	modified time.Time
	breaks   atomic.Int64 // so many answers to GET break off
	after    int          // after so many bytes of each
	replaced []byte       // takes the place of data at the first break
	refuse   int          // status of every GET, when not 0
	gets     atomic.Int64
}

func (o *object) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("list-type") {
		fmt.Fprint(w, `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></ListBucketResult>`)
		return
	}
	o.gets.Add(1)
	if o.refuse != 0 {
		w.WriteHeader(o.refuse)
		return
	}
	data, modified := o.data, o.modified
	if o.replaced != nil && o.gets.Load() > 1 {
		data, modified = o.replaced, o.modified.Add(time.Minute)
	}
	if o.breaks.Add(-1) >= 0 {
		w = &breaking{w, o.after}
	}
	http.ServeContent(w, r, "", modified, bytes.NewReader(data))
}

type breaking struct {
	http.ResponseWriter
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	n, err := b.ResponseWriter.Write(p[:min(b.left, len(p))])
	b.left -= n
	if err == nil && b.left == 0 {
		b.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}

func serve(t *testing.T, o *object) *Place {
	t.Helper()
	o.modified = time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC)
	s := httptest.NewServer(o)
	t.Cleanup(s.Close)
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	query := url.Values{"endpoint": {s.URL}, "use_path_style": {"true"}, "region": {"us-east-1"}, "anonymous": {"true"}}
	p := open(t, "s3://bucket?"+query.Encode())
	p.backoff = func() retry.Backoff { return retry.WithMaxRetries(3, retry.NewConstant(time.Millisecond)) }
	return p
}

func TestReadingGoesOnWhereItBrokeOff(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	o := &object{data: data, after: 100_001}
	o.breaks.Store(9)
	p := serve(t, o)
	if got := content(t, p, File{Key: "x.csv", Size: int64(len(data))}); !bytes.Equal(got, data) {
		t.Errorf("read %d bytes that differ from the %d sent", len(got), len(data))
	}
	if o.gets.Load() != 10 {
		t.Errorf("opened %d times, want 10", o.gets.Load())
	}
}

func readAll(p *Place, f File) error {
	body, err := p.Open(context.Background(), f)
	if err != nil {
		return err
	}
	defer body.Close()
	_, err = io.Copy(io.Discard, body)
	return err
}

func TestLastingFaultIsReported(t *testing.T) {
	o := &object{data: []byte("0123456789")} // breaks off before the first byte
	o.breaks.Store(1 << 40)
	p := serve(t, o)
	err := readAll(p, File{Key: "x.csv", Size: 10})
	if err == nil || !strings.Contains(err.Error(), "file x.csv in s3://bucket/ cannot be read past byte 0") {
		t.Errorf("error is %v", err)
	}
}

func TestRefusalIsNotTriedAgain(t *testing.T) {
	o := &object{refuse: http.StatusForbidden}
	p := serve(t, o)
	if err := readAll(p, File{Key: "x.csv", Size: 10}); err == nil {
		t.Error("no error")
	}
	if o.gets.Load() != 1 {
		t.Errorf("asked %d times, want 1", o.gets.Load())
	}
}

// The two halves of a file that was replaced in between are never joined.
func TestReplacedFileIsNotReadOn(t *testing.T) {
	o := &object{data: []byte("0123456789"), replaced: []byte("abcdefghij"), after: 4}
	o.breaks.Store(1)
	p := serve(t, o)
	if err := readAll(p, File{Key: "x.csv", Size: 10}); !errors.Is(err, ErrChanged) {
		t.Errorf("error is %v, want ErrChanged", err)
	}
}

func TestFileOfOtherSizeIsNotRead(t *testing.T) {
	p := serve(t, &object{data: []byte("0123456789")})
	if err := readAll(p, File{Key: "x.csv", Size: 11}); !errors.Is(err, ErrChanged) {
		t.Errorf("error is %v, want ErrChanged", err)
	}
}

func TestCancelledReadingEnds(t *testing.T) {
	o := &object{data: []byte("0123456789"), after: 4}
	o.breaks.Store(1 << 40)
	p := serve(t, o)
	p.backoff = func() retry.Backoff { return retry.NewConstant(time.Hour) }
	ctx, cancel := context.WithCancel(context.Background())
	body, err := p.Open(ctx, File{Key: "x.csv", Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if _, err := io.ReadFull(body, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(body); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
}

func TestReadingAfterClose(t *testing.T) {
	p := serve(t, &object{data: []byte("0123456789")})
	body, err := p.Open(context.Background(), File{Key: "x.csv", Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := body.Read(make([]byte, 1)); err == nil {
		t.Error("a closed file can be read")
	}
	if err := body.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}
