package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/deliver"
)

// lastLine ends an export of JSON lines.
type lastLine struct {
	Head       *Head     `json:"head"`
	ExportedAt time.Time `json:"exported_at"`
}

// ExportLines writes the entries as JSON lines, each as Verify wants it, and the
// head as the last line, which says when that was. It returns the head.
func ExportLines(ctx context.Context, out io.Writer, entries iter.Seq2[Entry, error], at time.Time) (head Head, err error) {
	buffered := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false) // so that documents keep the bytes that were hashed
	for e, err := range entries {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return head, err
		}
		if err := encoder.Encode(e); err != nil {
			return head, err
		}
		head = Head{e.Seq, e.Hash}
	}
	return head, errors.Join(encoder.Encode(lastLine{&head, at.UTC()}), buffered.Flush())
}

// ExportCSV writes the entries for a spreadsheet, with all there is, and returns
// the head. No text of them is run as a formula, so that it cannot be verified as
// the lines can.
func ExportCSV(ctx context.Context, out io.Writer, entries iter.Seq2[Entry, error]) (head Head, err error) {
	buffered := bufio.NewWriter(out)
	row := []string{"seq", "at", "by", "via", "address", "token", "action", "subject", "detail", "reason", "before", "after", "previous", "hash"}
	if err := deliver.WriteRows(buffered, "the audit", [][]string{row}); err != nil {
		return head, err
	}
	for e, err := range entries {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return head, err
		}
		row := []string{
			strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339Nano), e.By, e.Via, e.Address, e.Token, e.Action, e.Subject, e.Detail, e.Reason,
			string(e.Before), string(e.After), e.Previous, e.Hash,
		}
		if err := deliver.WriteRows(buffered, "the audit", [][]string{row}); err != nil {
			return head, err
		}
		head = Head{e.Seq, e.Hash}
	}
	return head, buffered.Flush()
}

// HeadOf is the head that ExportLines, or ExportCSV where csv is true, returned when
// it wrote an export.
func HeadOf(export []byte, isCSV bool) (Head, error) {
	if !isCSV {
		end := bytes.TrimRight(export, "\n")
		var last lastLine
		if err := json.Unmarshal(end[bytes.LastIndexByte(end, '\n')+1:], &last); err != nil || last.Head == nil {
			return Head{}, errors.New("the export ends without its head")
		}
		return *last.Head, nil
	}
	rows, err := csv.NewReader(bytes.NewReader(export)).ReadAll()
	if err != nil || len(rows) < 2 { // of an audit without entries there is the row of names alone
		return Head{}, err
	}
	last := rows[len(rows)-1]
	return ParseHead(last[0] + ":" + last[len(last)-1])
}

// lineBytes is the most that a line of an export may have.
const lineBytes = 1 << 20

// Lines reads what ExportLines wrote. An export that does not end with its head
// was cut off: reading it ends with a *BrokenError, as it does where the head is
// another one than the last entry.
func Lines(in io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 64<<10), lineBytes)
		last := Head{}
		for n := 1; lines.Scan(); n++ {
			var line struct {
				Entry
				lastLine
			}
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				yield(Entry{}, fmt.Errorf("line %d is no entry of an audit: %w", n, err))
				return
			}
			if line.Head != nil {
				if err := endsWith(lines, *line.Head, last); err != nil {
					yield(Entry{}, err)
				}
				return
			}
			if !yield(line.Entry, nil) {
				return
			}
			last = Head{line.Seq, line.Entry.Hash}
		}
		err := lines.Err()
		if err == nil {
			err = &BrokenError{last.Seq + 1, "the export ends without its head: it was cut off; export it again"}
		}
		yield(Entry{}, err)
	}
}

// endsWith checks the end of an export.
func endsWith(lines *bufio.Scanner, head, last Head) error {
	switch {
	case head.Seq > last.Seq:
		return &BrokenError{last.Seq + 1, fmt.Sprintf("it is missing, with all that follow: the export had %d", head.Seq)}
	case head != last:
		return &BrokenError{last.Seq, "the export ends with another head: " + head.String()}
	case lines.Scan():
		return &BrokenError{last.Seq + 1, "it comes after the end of the export"}
	}
	return lines.Err()
}
