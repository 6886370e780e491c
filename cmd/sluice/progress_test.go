package main

import (
	"strings"
	"testing"
	"time"
)

// ticking is a clock that goes on by a second whenever it is looked at.
func ticking() func() time.Time {
	t := time.Date(2026, 10, 7, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		t = t.Add(time.Second)
		return t
	}
}

// Where nobody looks, a work is a line at its start and one at its end, also
// when its last steps come in the wrong order or never.
func TestProgressPlain(t *testing.T) {
	var out strings.Builder
	p := newProgress(&out, ticking())
	p.step("ingest cur", 1_000_000, 2_560_000)
	p.step("ingest cur", 2_560_000, 2_560_000)
	p.step("ingest cur", 2_000_000, 2_560_000)
	p.step("ingest cur", 40_000, 70_000) // another report of the same name
	p.step("draft 2026-10", 3, 3)
	p.step("generate 2026-10", 1200, 0)
	p.finish()
	p.finish()
	const want = `ingest cur …
ingest cur: 2.5 MB in 1s
ingest cur …
ingest cur: 0.0 MB in 1s
draft 2026-10 …
draft 2026-10: 3 groups in 1s
generate 2026-10 …
generate 2026-10: 1,200 lines in 1s
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwanted:\n%s", out.String(), want)
	}
}

// On a terminal the line of a work is drawn over itself, and is replaced by
// its end.
func TestProgressLive(t *testing.T) {
	var out strings.Builder
	p := newProgress(&out, ticking())
	p.live = true
	p.step("rate 2026-10", 300, 1200)
	p.step("rate 2026-10", 1200, 1200)
	want := "\r\x1b[Krate 2026-10                 ██████··················  25 %  300 of 1,200 charges" +
		"\r\x1b[Krate 2026-10: 1,200 charges in 3s\n"
	if out.String() != want {
		t.Errorf("got:\n%q\nwanted:\n%q", out.String(), want)
	}
}
