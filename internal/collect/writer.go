package collect

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/plugin"
)

// partRows is how many rows a file has at most.
const partRows = 250_000

// manifestName is the file that says what the others are.
const manifestName = "collected.json"

// writer writes rows into a folder of its own, which gets its name when they are
// whole.
type writer struct {
	folder string // partial-…
	payer  billing.Payer
	period billing.Period
	from   rules

	rows    int64
	cost    billing.Money
	decided map[string]int64
	sum     contentSum

	line bytes.Buffer
	csv  *csv.Writer
	file *os.File // nil between parts
	gzip *gzip.Writer
	part int
	held int64 // rows in the part
}

func newWriter(folder string, payer billing.Payer, period billing.Period) (*writer, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("the folder for what is collected: %w", err)
	}
	temporary, err := os.MkdirTemp(folder, partial)
	if err != nil {
		return nil, fmt.Errorf("the folder for what is collected: %w", err)
	}
	w := &writer{folder: temporary, payer: payer, period: period, cost: billing.Money{}, decided: map[string]int64{}}
	w.csv = csv.NewWriter(&w.line)
	return w, nil
}

// discard removes what was not kept.
func (w *writer) discard() {
	if w.file != nil {
		_ = w.file.Close()
	}
	_ = os.RemoveAll(w.folder) // what stays is swept the next time
}

// add writes a row, after the rules said whose it is.
func (w *writer) add(row plugin.Row) error {
	if !w.period.Contains(row.Day) {
		return fmt.Errorf("a row is of %s, which is not in %s", row.Day, w.period)
	}
	if err := money.Currency(row.Currency).Check(); err != nil {
		return fmt.Errorf("a row of %s: %w", row.Day, err)
	}
	for _, rule := range w.from.apply(&row) {
		w.decided[rule]++
	}
	if row.Account == "" {
		row.Account = Unnamed(w.payer.ID)
	}
	record, err := w.record(row)
	if err != nil {
		return err
	}
	text, err := w.encoded(record)
	if err != nil {
		return err
	}
	w.sum.add(text)
	if err := w.write(text); err != nil {
		return err
	}
	w.rows++
	w.cost.Add(money.Currency(row.Currency), row.Cost)
	return nil
}

// Unnamed is the account of a payer's rows that name none. It is not the payer's own:
// whoever enrols the accounts of the payer gets it, and else it is nobody's (R1).
func Unnamed(payer string) string { return "unnamed@" + payer }

// record is a row as ingest.CollectedColumns has it.
func (w *writer) record(row plugin.Row) ([]string, error) {
	start, end := row.Day.Time(), (row.Day + 1).Time()
	if row.Monthly {
		start, end = w.period.Start(), w.period.End()
	}
	tags, err := object(row.Tags)
	if err != nil {
		return nil, err
	}
	measures, err := object(row.Measures)
	if err != nil {
		return nil, err
	}
	list := ""
	if row.ListCost != nil {
		list = row.ListCost.String()
	}
	quantity := row.Quantity.String()
	if row.Quantity.IsZero() {
		quantity = ""
	}
	category := row.Category
	if category == "" {
		category = "Usage"
	}
	record := []string{
		w.payer.Provider, instant(w.period.Start()), instant(start), instant(end), row.Account, row.AccountName, category, row.Service, row.Region,
		row.UsageType, row.Resource, row.Description, quantity, row.Unit, row.Cost.String(), list, row.Currency, row.InvoiceID, tags, measures,
	}
	for i, text := range record {
		record[i] = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
	}
	return record, nil
}

// object is a map as a cell; an empty cell where there is nothing in it.
func object(texts map[string]string) (string, error) {
	if len(texts) == 0 {
		return "", nil
	}
	text, err := json.Marshal(texts)
	return string(text), err
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// encoded is a record as a line of CSV; it is valid until the next one.
func (w *writer) encoded(record []string) ([]byte, error) {
	w.line.Reset()
	err := w.csv.Write(record)
	w.csv.Flush()
	return w.line.Bytes(), errors.Join(err, w.csv.Error())
}

func (w *writer) write(line []byte) error {
	if w.file == nil {
		text := slices.Clone(line) // the header comes through the same buffer
		if err := w.begin(); err != nil {
			return err
		}
		line = text
	}
	if _, err := w.gzip.Write(line); err != nil {
		return err
	}
	if w.held++; w.held == partRows {
		return w.end()
	}
	return nil
}

// begin opens the next part and writes its header.
func (w *writer) begin() (err error) {
	w.part++
	if w.file, err = os.Create(filepath.Join(w.folder, fmt.Sprintf("part-%05d.csv.gz", w.part))); err != nil {
		return err
	}
	w.gzip, w.held = gzip.NewWriter(w.file), 0
	header, err := w.encoded(ingest.CollectedColumns)
	if err != nil {
		return err
	}
	_, err = w.gzip.Write(header)
	return err
}

func (w *writer) end() error {
	err := errors.Join(w.gzip.Close(), w.file.Sync(), w.file.Close())
	w.file = nil
	return err
}

// finish completes the last part, and says which version it is. Without rows there is
// one part with a header.
func (w *writer) finish() (version string, err error) {
	if w.part == 0 {
		if err := w.begin(); err != nil {
			return "", err
		}
	}
	if w.file != nil {
		if err := w.end(); err != nil {
			return "", err
		}
	}
	return w.sum.version(w.payer.ID), nil
}

// keep gives the folder its name, with what it says of itself. One that is there
// already has the same rows, and stays.
func (w *writer) keep(folder string, manifest []byte) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	if err := os.WriteFile(filepath.Join(w.folder, manifestName), manifest, 0o644); err != nil {
		return err
	}
	if err := os.Chmod(w.folder, 0o755); err != nil {
		return err
	}
	return os.Rename(w.folder, folder)
}

// contentSum sums the hashes of rows: the same rows have the same sum in whatever
// order they come, and a row that comes twice counts twice.
type contentSum struct {
	words [4]uint64
	rows  uint64
}

func (s *contentSum) add(line []byte) {
	hash, carry := sha256.Sum256(line), uint64(0)
	for i := range s.words {
		s.words[i], carry = bits.Add64(s.words[i], binary.LittleEndian.Uint64(hash[8*i:]), carry)
	}
	s.rows++
}

// version is a hash of the sum, of the payer, and of the columns.
func (s *contentSum) version(payer string) string {
	text := []byte(strings.Join(ingest.CollectedColumns, "\x00") + "\x00" + payer + "\x00")
	text = binary.LittleEndian.AppendUint64(text, s.rows)
	for _, word := range s.words {
		text = binary.LittleEndian.AppendUint64(text, word)
	}
	hash := sha256.Sum256(text)
	return hex.EncodeToString(hash[:16])
}
