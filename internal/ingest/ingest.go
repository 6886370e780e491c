// Package ingest turns the files of an export into line items in the lake:
// exact numbers, FOCUS names, every column kept, each line with the place it
// came from. A load is written whole or not at all.
package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// Input is what Load needs to know.
type Input struct {
	Place    *source.Place
	Delivery source.Delivery
	Payer    billing.Payer
	Dir      string        // folder for the load; made, and removed again when the load fails
	Keys     string        // file for the load's pricing keys
	Engine   engine.Engine // reads Parquet files
}

// Result says what a load holds.
type Result struct {
	Format   string
	Files    []File
	Totals   Totals
	Findings []billing.Finding
}

// File is one file of the provider as it was read.
type File struct {
	Key, ETag, SHA256 string
	Size, Rows        int64
}

// maxRunRows is how many rows are sorted at once, over all workers: it bounds
// the memory of a load whatever its size.
const maxRunRows = 1 << 18

// Load reads all files of a delivery into in.Dir. On any error, and when ctx
// ends, nothing stays in the folder. Errors name the file and the row.
func Load(ctx context.Context, in Input) (result Result, err error) {
	if err := os.MkdirAll(in.Dir, 0o755); err != nil {
		return Result{}, fmt.Errorf("making the folder of the load: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(in.Dir))
		}
	}()
	l := &loader{in: in, keys: newKeySet(), files: make([]File, len(in.Delivery.Files))}
	for _, f := range in.Delivery.Files {
		l.bytes += f.Size
	}
	workers := min(runtime.GOMAXPROCS(0), len(in.Delivery.Files))
	next := make(chan int, len(in.Delivery.Files))
	for i := range in.Delivery.Files {
		next <- i
	}
	close(next)
	group, working := errgroup.WithContext(ctx)
	results := make([]*worker, workers)
	for i := range workers {
		w := &worker{loader: l, number: i, runRows: maxRunRows / workers, ahead: workers < runtime.GOMAXPROCS(0), notes: newNotes(), sums: map[sumKey]*sum{}}
		results[i] = w
		group.Go(func() error { return w.work(working, next) })
	}
	if err := group.Wait(); err != nil {
		return Result{}, err
	}
	if err := in.Place.Verify(ctx, in.Delivery); err != nil {
		return Result{}, err
	}
	if err := writeKeys(in.Keys, l.keys); err != nil {
		return Result{}, fmt.Errorf("writing %s: %w", in.Keys, err)
	}
	return l.result(results)
}

// loader is what the workers of one load share.
type loader struct {
	in    Input
	keys  *keySet
	files []File // by number; each written by the one worker that reads it
	bytes int64  // packed size of all files
	done  atomic.Int64

	mu         sync.Mutex
	format     string
	invoiceIDs bool
}

// result puts the workers' sums and notes together and judges the whole.
func (l *loader) result(workers []*worker) (Result, error) {
	all, sums := newNotes(), map[sumKey]*sum{}
	totals := Totals{InvoiceIDs: l.invoiceIDs, Layout: lake.Layout}
	var otherPeriod, otherPayer int64
	for _, w := range workers {
		all.merge(w.notes)
		totals.Rows += w.rows
		totals.OpenUsage += w.openUsage
		otherPeriod += w.otherPeriod
		otherPayer += w.otherPayer
		for key, s := range w.sums {
			if sums[key] == nil {
				sums[key] = &sum{file: s.file, number: s.number, row: s.row}
			}
			sums[key].merge(s)
		}
	}
	if totals.Rows > 0 && otherPeriod == totals.Rows {
		f := all.first("other-period")
		return Result{}, fmt.Errorf("%s: no line is of %s: %s; load it as the month it is of", f.File, l.in.Delivery.Period, f.Message)
	}
	if totals.Rows > 0 && otherPayer == totals.Rows {
		f := all.first("other-payer")
		return Result{}, fmt.Errorf("%s: no line is of payer %s: %s; load it as that payer's", f.File, l.in.Payer.ID, f.Message)
	}
	if totals.Rows == 0 {
		all.file = l.in.Delivery.Files[0].Key
		all.add(billing.Warn, "no-lines", l.in.Delivery.Report, "the export has a header and no lines", money.Zero)
	}
	for _, f := range strayCurrencies(sums) {
		all.put(f)
	}
	for key, s := range sums {
		totals.Invoices = append(totals.Invoices, s.total(key))
	}
	sort.Slice(totals.Invoices, func(i, j int) bool {
		a, b := totals.Invoices[i], totals.Invoices[j]
		return a.ID < b.ID || a.ID == b.ID && a.Currency < b.Currency
	})
	return Result{Format: l.format, Files: l.files, Totals: totals, Findings: all.findings()}, nil
}

// worker reads files one after another into one Parquet file.
type worker struct {
	*loader
	number  int
	runRows int
	ahead   bool // there is a processor without a file
	notes   *notes
	run     *run
	out     *partWriter

	sums    map[sumKey]*sum
	lastSum *sum
	lastKey sumKey

	expected atomic.Int64 // rows of the Parquet file in work
	clock    clock        // of the file in work
	undated  bool         // the file in work does not tell the month of its lines
	from, to int64        // the load's month by that clock

	rows, openUsage, otherPeriod, otherPayer int64
}

func (w *worker) work(ctx context.Context, next <-chan int) (err error) {
	w.run = newRun(w.keys, w.runRows)
	w.out, err = newPartWriter(filepath.Join(w.in.Dir, fmt.Sprintf("part-%05d.parquet", w.number)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.out.close()) }()
	for number := range next {
		file := w.in.Delivery.Files[number]
		if err := w.read(ctx, int32(number), file); err != nil {
			return fmt.Errorf("%s: %w", file.Key, err)
		}
	}
	return w.flush()
}

func (w *worker) flush() error {
	if w.run.len() == 0 {
		return nil
	}
	err := w.out.write(w.run)
	w.run.reset()
	return err
}

// read reads one file.
func (w *worker) read(ctx context.Context, number int32, file source.File) error {
	raw, err := w.in.Place.Open(ctx, file)
	if err != nil {
		return err
	}
	defer raw.Close()
	hash := sha256.New()
	counted := &countingReader{r: io.TeeReader(raw, hash), ctx: ctx, loader: w.loader}
	text, err := w.text(ctx, file, counted)
	if err != nil {
		return err
	}
	if w.ahead {
		text = readAhead(text)
	}
	defer text.Close()
	w.notes.file, w.notes.number = file.Key, number
	rows, err := w.lines(ctx, text, number)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, counted); err != nil { // what lies behind the data belongs to the hash
		return err
	}
	w.files[number] = File{Key: file.Key, ETag: file.ETag, SHA256: hex.EncodeToString(hash.Sum(nil)), Size: file.Size, Rows: rows}
	return nil
}

// text unpacks a file into CSV text.
func (w *worker) text(ctx context.Context, file source.File, raw io.Reader) (io.ReadCloser, error) {
	w.expected.Store(0)
	switch {
	case file.Parquet:
		return w.parquetText(ctx, file, raw)
	case file.Compression == "gzip":
		return gunzip(raw, file.Size)
	case file.Compression == "zip":
		local, err := w.local(raw, ".zip")
		if err != nil {
			return nil, err
		}
		text, err := unzip(local, file.Size)
		if err != nil {
			return nil, errors.Join(err, local.Close())
		}
		return readCloser{text, closers{text, local, removal(local.Name())}}, nil
	default:
		return plainText(raw)
	}
}

// lines reads the lines of one file.
func (w *worker) lines(ctx context.Context, text io.Reader, number int32) (rows int64, err error) {
	r, err := newReader(text, number, w.notes)
	if err != nil {
		return 0, err
	}
	if err := w.sameFormat(r); err != nil {
		return 0, err
	}
	defer func() { w.saw(r) }()
	w.clock, w.undated = r.format.clock, r.format.undated
	w.from, w.to = w.clock.month(w.in.Delivery.Period)
	for {
		line, err := r.next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		w.judge(line)
		w.run.add(line)
		rows++
		if total := w.expected.Load(); total > 0 && rows%groupRows == 0 { // bytes tell nothing of Parquet, which is fetched first
			billing.Step(ctx, "read "+w.in.Delivery.Files[number].Key, rows, total)
		}
		if w.run.len() == w.runRows {
			if err := w.flush(); err != nil {
				return rows, err
			}
		}
	}
}

func (w *worker) sameFormat(r *reader) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.format != "" && w.format != r.format.name {
		return fmt.Errorf("this file is %s, another file of the same export is %s", r.format.name, w.format)
	}
	w.format = r.format.name
	return nil
}

// saw takes in what the whole file had: JSON lines bring columns as they come.
func (w *worker) saw(r *reader) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.invoiceIDs = w.invoiceIDs || r.has(lake.InvoiceID)
}

// judge completes a line, sums it and notes what is odd about it.
func (w *worker) judge(line *row) {
	w.rows++
	if len(line.text[lake.BillingAccountID]) == 0 {
		line.text[lake.BillingAccountID] = []byte(w.in.Payer.ID)
	} else if string(line.text[lake.BillingAccountID]) != w.in.Payer.ID {
		w.otherPayer++
		w.odd("other-payer", "lines name another payer than %s, such as %s", w.in.Payer.ID, line.text[lake.BillingAccountID])
	}
	if len(line.text[lake.SubAccountID]) == 0 {
		line.text[lake.SubAccountID] = line.text[lake.BillingAccountID]
	}
	w.judgeTime(line)

	invoice, currency := line.text[lake.InvoiceID], line.text[lake.BillingCurrency]
	if w.lastSum == nil || string(invoice) != w.lastKey.invoice || string(currency) != string(w.lastKey.currency) {
		key := sumKey{string(invoice), money.Currency(currency)}
		if w.sums[key] == nil {
			w.sums[key] = &sum{file: w.notes.file, number: w.notes.number, row: line.row}
		}
		w.lastSum, w.lastKey = w.sums[key], key
	}
	w.lastSum.add(line)
	if len(invoice) == 0 && string(line.text[lake.Class]) == lake.ClassUsage {
		w.openUsage++
	}
}

// judgeTime notes lines of another month than the load's, as the provider's
// clock counts them.
func (w *worker) judgeTime(line *row) {
	period := w.in.Delivery.Period
	if w.undated && line.instant[lake.BillingPeriodStart] == noTime {
		line.instant[lake.BillingPeriodStart], line.instant[lake.BillingPeriodEnd] = w.from, w.to
	}
	start := line.instant[lake.BillingPeriodStart]
	if start == noTime {
		start = line.instant[lake.ChargePeriodStart]
	}
	if start < w.from || start >= w.to {
		w.otherPeriod++
		w.odd("other-period", "lines are of another billing month than %s, such as %s", period.String(), []byte(w.clock.text(start)))
	} else if charge := line.instant[lake.ChargePeriodStart]; charge < w.from || charge >= w.to {
		if f := w.notes.seen("other-dates", ""); f != nil {
			f.Count++
			return
		}
		w.notes.add(billing.Warn, "other-dates", "", fmt.Sprintf(
			"lines billed in %s are for another time, such as %s; they stay in %s", period, w.clock.text(charge), period), money.Zero)
	}
}

// odd notes a line that holds the close, with its cost.
func (w *worker) odd(code, message, want string, got []byte) {
	if f := w.notes.found[noteID(code, "", w.notes.currency)]; f != nil {
		f.Count++
		f.Amount = f.Amount.Add(w.notes.amount.Decimal())
		return
	}
	w.notes.addMoney(billing.Hold, code, "", fmt.Sprintf(message, want, got))
}

// countingReader reports progress by packed bytes and stops with the context.
type countingReader struct {
	r      io.Reader
	ctx    context.Context
	loader *loader
}

func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	billing.Step(c.ctx, "ingest "+c.loader.in.Delivery.Report, c.loader.done.Add(int64(n)), c.loader.bytes)
	return n, err
}
