package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/source"
)

// Glance is what the first rows of a file tell of an export.
type Glance struct {
	Format string
	File   source.File
	Rows   int64 // that were looked at
	Usage  int64 // of these, lines of usage
	// Of the lines of usage: how long their time is, and whether they say what was used.
	Hourly, Daily, Longer int64
	Resources             int64
	Payers                map[string]int64 // rows of each paying account, as the lines say
	Currencies            map[string]int64 // rows of each
}

// mostGlanced bounds a file that has to be fetched whole before its first row is seen,
// in bytes.
const mostGlanced = 512 << 20

// Look reads the first rows of the smallest file of in.Delivery, at most so many, and
// loads nothing. in.Dir is a folder for what must be fetched, which is removed again;
// in.Keys is not used. Errors name the file, and the row where it is one's fault.
func Look(ctx context.Context, in Input, most int64) (Glance, error) {
	file := in.Delivery.Files[0]
	for _, f := range in.Delivery.Files {
		if f.Size < file.Size && f.Size > 0 {
			file = f
		}
	}
	g := Glance{File: file, Payers: map[string]int64{}, Currencies: map[string]int64{}}
	if (file.Parquet || file.Compression == "zip") && file.Size > mostGlanced {
		return g, fmt.Errorf("%s has %d bytes, and must be fetched whole to be looked at; load the month, and look at what is found then", file.Key, file.Size)
	}
	raw, err := in.Place.Open(ctx, file)
	if err != nil {
		return g, err
	}
	defer raw.Close()
	l := &loader{in: in, keys: newKeySet(), bytes: file.Size}
	w := &worker{loader: l, notes: newNotes(), sums: map[sumKey]*sum{}}
	text, err := w.text(ctx, file, &countingReader{r: raw, ctx: ctx, loader: l})
	if err != nil {
		return g, fmt.Errorf("%s: %w", file.Key, err)
	}
	defer text.Close()
	w.notes.file = file.Key
	r, err := newReader(text, 0, w.notes)
	if err != nil {
		return g, fmt.Errorf("%s: %w", file.Key, err)
	}
	g.Format = r.format.name
	for g.Rows < most {
		line, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return g, fmt.Errorf("%s: %w", file.Key, err)
		}
		g.add(line)
	}
	return g, ctx.Err()
}

// add counts one line.
func (g *Glance) add(line *row) {
	g.Rows++
	if payer := string(line.text[lake.BillingAccountID]); payer != "" {
		g.Payers[payer]++
	}
	g.Currencies[string(line.text[lake.BillingCurrency])]++
	if string(line.text[lake.Class]) != lake.ClassUsage {
		return
	}
	g.Usage++
	if len(line.text[lake.ResourceID]) > 0 {
		g.Resources++
	}
	from, to := line.instant[lake.ChargePeriodStart], line.instant[lake.ChargePeriodEnd]
	if from == noTime || to == noTime {
		return
	}
	switch long := time.Duration(to-from) * time.Microsecond; {
	case long <= time.Hour:
		g.Hourly++
	case long <= 25*time.Hour: // a day in which clocks are set back
		g.Daily++
	default:
		g.Longer++
	}
}
