package api

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/press"
)

// written is a document as a file of an archive, or why it is none.
type written struct {
	data bytes.Buffer
	err  error
}

// writeArchive writes each document into a file of its own, in their order, and says
// what it left out. The same documents give the same bytes. A failure of the machine
// ends it.
func (d *Desk) writeArchive(ctx context.Context, w io.Writer, documents []invoice.Invoice, choice press.Choice) (files int, left []LeftOut, err error) {
	archive, left, seen := zip.NewWriter(w), []LeftOut{}, int64(0)
	for some := range slices.Chunk(documents, atOnce(choice)) {
		if err := ctx.Err(); err != nil {
			return files, left, err
		}
		for i, made := range d.written(ctx, some, choice) {
			inv := some[i]
			seen++
			billing.Step(ctx, "export "+inv.Period.String(), seen, int64(len(documents)))
			if made.err != nil {
				problem, inner := ProblemOf(d.placed(inv, made.err))
				if inner {
					return files, left, made.err
				}
				left = append(left, LeftOut{inv.ID, problem.Detail})
				continue
			}
			if err := putFile(archive, deliver.FileName(inv, choice.Format), made.data.Bytes()); err != nil {
				return files, left, err
			}
			files++
		}
	}
	if len(left) > 0 {
		var list bytes.Buffer
		for _, l := range left {
			fmt.Fprintf(&list, "%s: %s\n", l.ID, l.Reason)
		}
		if err := putFile(archive, "left-out.txt", list.Bytes()); err != nil {
			return files, left, err
		}
	}
	return files, left, archive.Close()
}

// atOnce is how many documents are written side by side. What asks the SQL engine has
// all of the machine for itself already.
func atOnce(choice press.Choice) int {
	if choice.Format.Name == press.FocusFormat || choice.Format.ByTag {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// written are documents side by side, in their order.
func (d *Desk) written(ctx context.Context, documents []invoice.Invoice, choice press.Choice) []written {
	all := make([]written, len(documents))
	var done sync.WaitGroup
	for i, inv := range documents {
		done.Go(func() { all[i].err = d.Press.WriteAs(ctx, &all[i].data, inv, choice) })
	}
	done.Wait()
	return all
}

// putFile adds a file to an archive, without a time.
func putFile(archive *zip.Writer, name string, data []byte) error {
	entry, err := archive.Create(name)
	if err == nil {
		_, err = entry.Write(data)
	}
	return err
}
