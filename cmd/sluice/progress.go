package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress shows on a terminal one line for each work, redrawn as it goes on.
// Elsewhere it writes a plain line at the start and at the end of each work.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	live  bool
	now   func() time.Time
	drawn time.Time // when the live line was last written
	work  work      // the one that is shown
}

type work struct {
	name        string
	done, total int64
	started     time.Time
	ended       bool // its end is written
}

// redraw bounds how often the live line is written.
const redraw = 100 * time.Millisecond

func newProgress(w io.Writer, now func() time.Time) *progress {
	file, ok := w.(*os.File)
	return &progress{w: w, live: ok && term.IsTerminal(int(file.Fd())), now: now, work: work{ended: true}}
}

// step is a billing.Progress. Steps of one work may come in any order.
func (p *progress) step(name string, done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.work.name == name && p.work.total == total && (p.work.ended || done < p.work.done) {
		return // overtaken by a later step
	}
	if p.work.name != name || p.work.ended {
		p.end()
		p.work = work{name: name, started: p.now()}
		if !p.live {
			fmt.Fprintf(p.w, "%s …\n", name)
		}
	}
	p.work.done, p.work.total = done, total
	switch {
	case total > 0 && done >= total:
		p.end()
	case p.live && p.now().Sub(p.drawn) >= redraw:
		p.drawn = p.now()
		fmt.Fprintf(p.w, "\r\x1b[K%s", p.work.line())
	}
}

// finish ends the work that is shown, whether it came to its end or not.
func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}

func (p *progress) end() {
	if p.work.ended {
		return
	}
	p.work.ended = true
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	elapsed := p.now().Sub(p.work.started).Round(100 * time.Millisecond)
	fmt.Fprintf(p.w, "%s: %s in %s\n", p.work.name, p.work.amount(p.work.done), elapsed)
}

// line is the work with a bar: ingest cur  ████████····  66 %  8.1 of 12.3 MB.
func (w work) line() string {
	if w.total <= 0 {
		return fmt.Sprintf("%s  %s", w.name, w.amount(w.done))
	}
	const width = 24
	full := int(min(w.done, w.total) * width / w.total)
	bar := strings.Repeat("█", full) + strings.Repeat("·", width-full)
	return fmt.Sprintf("%-28s %s %3d %%  %s of %s", w.name, bar, w.done*100/w.total, w.number(w.done), w.amount(w.total))
}

// units of the works, by the first word of their name; ingest and history count
// bytes, and waiting seconds.
var units = map[string]string{
	"generate": "lines", "history": "MB", "ingest": "MB", "read": "lines", "rate": "charges", "compare": "groups", "draft": "groups", "export": "files", "wait": "s",
}

func (w work) unit() string {
	kind, _, _ := strings.Cut(w.name, " ")
	return units[kind]
}

// amount is a number with its unit.
func (w work) amount(n int64) string { return strings.TrimSpace(w.number(n) + " " + w.unit()) }

func (w work) number(n int64) string {
	if w.unit() == "MB" {
		return fmt.Sprintf("%s.%d", count(n/1_000_000), n%1_000_000/100_000)
	}
	return count(n)
}
