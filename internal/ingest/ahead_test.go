package ingest

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// closing counts how often it was closed.
type closing struct {
	io.Reader
	closed int
}

func (c *closing) Close() error { c.closed++; return nil }

// Reading ahead changes neither the text nor the error behind it.
func TestReadAhead(t *testing.T) {
	broken := errors.New("broken")
	long := strings.Repeat("0123456789", aheadBlocks*aheadSize/4)
	for _, text := range []string{"", "a", long[:aheadSize], long} {
		for _, want := range []error{nil, broken} {
			r := io.Reader(iotest.HalfReader(strings.NewReader(text)))
			if want != nil {
				r = io.MultiReader(r, iotest.ErrReader(want))
			}
			from := &closing{Reader: r}
			a := readAhead(from)
			got, err := io.ReadAll(a)
			if string(got) != text || !errors.Is(err, want) {
				t.Errorf("%d bytes, %v; want %d, %v", len(got), err, len(text), want)
			}
			if n, again := a.Read(make([]byte, 1)); n != 0 || want != nil && !errors.Is(again, want) || want == nil && !errors.Is(again, io.EOF) {
				t.Errorf("after the end: %d bytes, %v", n, again)
			}
			if err := a.Close(); err != nil || from.closed != 1 {
				t.Errorf("closed %d times, %v; want once", from.closed, err)
			}
		}
	}
}

// A file that is left before its end is closed, and not read while it is.
func TestReadAheadLeft(t *testing.T) {
	for _, first := range []int{0, 1, aheadSize + 1} {
		from := &closing{Reader: endless{}}
		a := readAhead(from)
		if _, err := io.ReadFull(a, make([]byte, first)); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil || from.closed != 1 {
			t.Errorf("closed %d times, %v; want once", from.closed, err)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
