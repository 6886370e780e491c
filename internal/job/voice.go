package job

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// voice is what a running job says: how far it is, and lines for its log. It is
// kept here until the next beat takes it to the records.
type voice struct {
	now func() time.Time

	mu       sync.Mutex
	progress Progress
	works    []Progress // each as far as it came, in the order they began
	lines    []Line
	fresh    bool // something was said since it was taken
}

const (
	longestLine = 2000 // bytes
	mostLines   = 1000 // between two beats
	mostWorks   = 100  // that are kept, and get a line
)

// step is the billing.Progress of the job. The first step of each work is a
// line of the log as well.
func (v *voice) step(work string, done, total int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.progress, v.fresh = Progress{Work: shortened(work), Done: done, Total: total}, true
	at := slices.IndexFunc(v.works, func(p Progress) bool { return p.Work == v.progress.Work })
	switch {
	case at >= 0 && (total != v.works[at].Total || done > v.works[at].Done): // steps of one work may come in any order
		v.works[at] = v.progress
	case at < 0 && len(v.works) < mostWorks:
		v.works = append(v.works, v.progress)
		v.add(slog.LevelInfo, work)
	}
}

func (v *voice) say(level slog.Level, line string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fresh = true
	v.add(level, line)
}

// add keeps a line; the mutex is held.
func (v *voice) add(level slog.Level, line string) {
	if len(v.lines) < mostLines {
		v.lines = append(v.lines, Line{At: v.now(), Level: strings.ToLower(level.String()), Text: shortened(line)})
	}
}

// shortened cuts a text that is too long for the log, between two letters.
func shortened(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "�")
	if len(s) <= longestLine {
		return s
	}
	cut := longestLine
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func (v *voice) news() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.fresh
}

// take returns how far the job and each of its works is, and the lines since the
// last time.
func (v *voice) take() (Progress, []Progress, []Line) {
	v.mu.Lock()
	defer v.mu.Unlock()
	lines := v.lines
	v.lines, v.fresh = nil, false
	return v.progress, slices.Clone(v.works), lines
}

// untake puts back lines that could not be stored.
func (v *voice) untake(lines []Line) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lines, v.fresh = append(lines, v.lines...), true
}

// lineHandler writes what a job logs into its log, and hands it on to that of
// the server.
type lineHandler struct {
	voice  *voice
	next   slog.Handler
	prefix string // of the names of attributes: the groups
	attrs  string // given before, written out
}

// Enabled implements slog.Handler.
func (h *lineHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo || h.next.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h *lineHandler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelInfo {
		line := r.Message + h.attrs
		r.Attrs(func(a slog.Attr) bool {
			line += h.written(a)
			return true
		})
		h.voice.say(r.Level, line)
	}
	if h.next.Enabled(ctx, r.Level) {
		return h.next.Handle(ctx, r)
	}
	return nil
}

// written is an attribute as a line shows it. A value that hides itself in a
// log, by LogValue, is hidden here.
func (h *lineHandler) written(a slog.Attr) string {
	return fmt.Sprintf(" %s%s=%v", h.prefix, a.Key, a.Value.Resolve())
}

// WithAttrs implements slog.Handler.
func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.next = h.next.WithAttrs(attrs)
	for _, a := range attrs {
		with.attrs += h.written(a)
	}
	return &with
}

// WithGroup implements slog.Handler.
func (h *lineHandler) WithGroup(name string) slog.Handler {
	with := *h
	with.next = h.next.WithGroup(name)
	with.prefix += name + "."
	return &with
}
