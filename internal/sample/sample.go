// Package sample makes months of provider exports that look like the real
// thing and hurt nobody: for trying Sluice out, for tests and for benchmarks.
// Everything follows from the options and the seed; the same options give the
// same bytes. Amounts are integers of 10^-10 dollars from the first to the
// last, and their sums are handed out beside the files, so that what a reader
// makes of the files can be checked against numbers that never were in one.
package sample

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Options say what to make. Zero values take the default in brackets.
type Options struct {
	Lines        int64          // rows of all files together, at least 100 [10000]; below 15000 usage is by day, else by hour
	Accounts     int            // linked accounts, besides the payer's own [10]
	Format       string         // one of Formats [cur-csv-gz]
	Seed         uint64         // another seed, other accounts' resources and usage
	Period       billing.Period // the month; must be given
	Payer        string         // 12 digits [111111111111]
	Chunks       int            // data files [1]; at most one for each hour or day
	Report       string         // name of the report or export [sample]
	InvoiceID    string         // on all lines; empty: the month is not final. Marketplace lines have it with -MP
	FirstAccount int            // number of the first linked account; the others follow [200000000001]
	Discounts    DiscountLayout // empty: a few lines for the month; lines: lines for each account; columns: columns of each line, with net costs
	SplitCost    bool           // rows of split cost allocation, which repeat cost (R10); not in FOCUS
	Moves        []Move         // accounts that change payers; those of other payers do no harm
	Commitments  int            // about so many reservations and savings plans, a tenth of them plans [as many as suit the size, at most 46]
	Restate      int            // 1 or more: a later version of the month, in which the last interval and a refund differ
}

func (o Options) withDefaults() Options {
	if o.Lines == 0 {
		o.Lines = 10_000
	}
	if o.Accounts == 0 {
		o.Accounts = 10
	}
	if o.Format == "" {
		o.Format = "cur-csv-gz"
	}
	if o.Payer == "" {
		o.Payer = "111111111111"
	}
	if o.Chunks == 0 {
		o.Chunks = 1
	}
	if o.Report == "" {
		o.Report = "sample"
	}
	if o.FirstAccount == 0 {
		o.FirstAccount = firstAccount
	}
	return o
}

func (o Options) check() error {
	payer, payerErr := strconv.Atoi(o.Payer)
	switch {
	case formats[o.Format].layout == nil:
		return fmt.Errorf("%q is not a format; use one of %s", o.Format, strings.Join(Formats, ", "))
	case o.Period.IsZero():
		return fmt.Errorf("no month is given; name one such as 2026-07")
	case o.Lines < 100:
		return fmt.Errorf("%d lines are too few for a month; use 100 or more", o.Lines)
	case o.Accounts < 1 || int64(o.Accounts) > o.Lines:
		return fmt.Errorf("%d accounts do not fit %d lines; use from 1 account to as many as lines", o.Accounts, o.Lines)
	case o.Chunks < 0:
		return fmt.Errorf("%d is not a number of files; use 1 or more", o.Chunks)
	case len(o.Payer) != 12 || payerErr != nil || payer < 0:
		return fmt.Errorf("%q is not an AWS account id; use 12 digits", o.Payer)
	case o.FirstAccount < 0 || o.FirstAccount+o.Accounts > 999_999_999_999:
		return fmt.Errorf("accounts from %d on have more than 12 digits; begin with a smaller number", o.FirstAccount)
	case payer >= o.FirstAccount && payer < o.FirstAccount+o.Accounts:
		return fmt.Errorf("payer %s would be one of its own %d accounts from %d on; choose another first account", o.Payer, o.Accounts, o.FirstAccount)
	case o.Discounts != "" && o.Discounts != DiscountsAsLines && o.Discounts != DiscountsAsColumns:
		return fmt.Errorf("discounts cannot be %q; use %s or %s, or nothing", o.Discounts, DiscountsAsLines, DiscountsAsColumns)
	case o.SplitCost && formats[o.Format].family == "focus":
		return fmt.Errorf("format %s has no split cost allocation; use one of the cost and usage reports", o.Format)
	case o.Restate < 0:
		return fmt.Errorf("%d is no version of a month; use 0 for the first, 1 or more for later ones", o.Restate)
	case o.Report != filepath.Base(o.Report) || o.Report == "." || o.Report == "..":
		return fmt.Errorf("%q is not the name of a report; use letters, digits, - and _", o.Report)
	}
	return o.checkMoves()
}

// totalsFile lies beside the exports.
const totalsFile = "expected-totals.json"

// Generate writes a payer's month below dir, in the folders and with the
// manifest that the provider would write, and expected-totals.json beside it.
// It streams: memory does not grow with Lines but with the resources of one
// hour. Files are written at the same time. Progress is reported in lines. A
// cancelled context leaves data files without a manifest.
func Generate(ctx context.Context, dir string, o Options) (Totals, error) {
	totals, err := generate(ctx, dir, o, 0)
	if err != nil {
		return Totals{}, err
	}
	return totals, writeJSON(filepath.Join(dir, totalsFile), totals)
}

// generate is Generate without the file of totals; of a month's first days where
// days are given, as the provider exports a month that is running.
func generate(ctx context.Context, dir string, o Options, days int) (Totals, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return Totals{}, err
	}
	d := newDelivery(o)
	m := newMonth(o, d.layout(o))
	if days > 0 {
		m.running(days)
		d.version = uuid(newRand(o.Seed, fmt.Sprintf("%+v of %d days", o, days)))
	}
	keys := d.dataKeys(min(o.Chunks, m.written))
	files := make([]string, len(keys)) // that are written as CSV
	for i, key := range keys {
		files[i] = filepath.Join(dir, filepath.FromSlash(key))
	}
	if d.parquet() {
		folder, err := os.MkdirTemp("", "sluice-sample-")
		if err != nil {
			return Totals{}, err
		}
		defer os.RemoveAll(folder)
		for i := range files {
			files[i] = filepath.Join(folder, fmt.Sprintf("%d.csv.gz", i))
		}
	}
	totals, err := m.write(ctx, files)
	if err != nil {
		return Totals{}, err
	}
	if d.parquet() {
		for i, key := range keys {
			if err := toParquet(ctx, files[i], filepath.Join(dir, filepath.FromSlash(key)), m.layout.columns); err != nil {
				return Totals{}, err
			}
		}
	}
	return totals, d.writeManifests(dir, m.layout.columns, keys)
}

// write writes the month into the files, each a run of intervals; what stands
// once a month is at the end of the last.
func (m *month) write(ctx context.Context, files []string) (Totals, error) {
	chunks := make([]*chunk, len(files))
	tallies := make([]*tally, len(files))
	var written atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		tallies[i] = newTally(m)
		group.Go(func() (err error) {
			chunks[i], err = createChunk(file, m.layout.columns, m.Period.Start())
			if err != nil {
				return err
			}
			first, last := i*m.written/len(files), (i+1)*m.written/len(files)
			for number := first; number < last; number++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				before := tallies[i].rows
				if err := m.interval(number, tallies[i], chunks[i].write); err != nil {
					return err
				}
				billing.Step(ctx, "generate "+m.Period.String(), written.Add(tallies[i].rows-before), m.Lines)
			}
			return nil
		})
	}
	err := group.Wait()
	all := newTally(m)
	for _, t := range tallies {
		all.merge(t)
	}
	if err == nil {
		closing := newTally(m)
		err = m.close(all, closing, chunks[len(chunks)-1].write)
		all.merge(closing)
	}
	for _, c := range chunks {
		if c == nil {
			continue
		}
		if closeErr := c.close(); err == nil {
			err = closeErr
		}
	}
	if err != nil {
		return Totals{}, fmt.Errorf("writing %s: %w", m.Period, err)
	}
	billing.Step(ctx, "generate "+m.Period.String(), all.rows, m.Lines)
	return all.totals(m), nil
}
