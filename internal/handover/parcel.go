package handover

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// parcel is one hand-over with all that goes.
type parcel struct {
	key      string // the same at each try of a round
	handover handed
	route    Route
	period   billing.Period
	document document // empty for data sets and tests
	step     int
	queued   time.Time // when it was asked for
	taken    []string  // addresses that have it already
	files    []File    // in the order in which they go; a manifest comes last
	secret   secret.Text
	scratch  string // folder that goes with the parcel; empty where there is none
}

// handed is what of a hand-over its parcel needs to know.
type handed struct{ ID, What, Subject string }

// pack collects what a hand-over is to hand over. Its parcel must be thrown away.
func (h *Handovers) pack(ctx context.Context, p *parcel) (err error) {
	k, known := kindOf(p.handover.What)
	switch {
	case p.handover.What == whatTest:
		p.period, err = billing.ParsePeriod(p.handover.Subject)
		if p.route.By != ByMail {
			p.files = []File{{Name: "sluice-test.txt", MediaType: "text/plain; charset=utf-8", Data: []byte("This file says that files arrive here. It can be deleted.\n")}}
		}
		return err
	case !known:
		return &FinalError{fmt.Errorf("there is no %s to hand over any more", p.handover.What)}
	case k.document:
		return h.packDocument(ctx, p, k)
	default:
		return h.packDataset(ctx, p)
	}
}

// packDocument writes a document in the formats of its route. One that the customer
// was not to see any more is refused.
func (h *Handovers) packDocument(ctx context.Context, p *parcel, k kind) (err error) {
	p.document, err = h.document(ctx, p.handover.Subject)
	if errors.Is(err, store.ErrNotFound) {
		return &FinalError{err}
	}
	if err != nil {
		return err
	}
	p.period = p.document.period
	if k.sent && p.route.When.On != OnIssue {
		events, err := h.records.Events(ctx, p.document.id)
		if err != nil {
			return err
		}
		if withdrawn(events) {
			return &FinalError{errors.New("the document was taken out of the customer's sight before it was handed over; publish it, and it goes")}
		}
	}
	if h.material.Document == nil {
		return &FinalError{errors.New("this installation does not write documents")}
	}
	if p.route.By == ByMail && p.route.LinkDays > 0 {
		return nil // its link is made when it goes
	}
	for _, format := range h.formatsOf(p.route.Wish, p.handover.What) {
		f, err := h.material.Document(ctx, p.document.id, format)
		if err != nil {
			return fmt.Errorf("write it as %s: %w", format, err)
		}
		p.files = append(p.files, f)
	}
	if p.route.By == ByMail || p.route.By == ByPeppol || len(p.files) < 2 {
		return nil
	}
	base, _, _ := strings.Cut(path.Base(p.files[0].Name), ".")
	return p.addManifest(base + ".manifest.json")
}

// withdrawn tells whether a document was published and is not any more.
func withdrawn(events []invoice.Event) (is bool) {
	for _, e := range events {
		if e.Kind == invoice.EventPublished || e.Kind == invoice.EventUnpublished {
			is = e.Kind == invoice.EventUnpublished
		}
	}
	return is
}

// packDataset has a data set written into a folder of its own, whose files go by name.
func (h *Handovers) packDataset(ctx context.Context, p *parcel) (err error) {
	if p.period, err = billing.ParsePeriod(p.handover.Subject); err != nil {
		return err
	}
	if h.material.Dataset == nil {
		return &FinalError{errors.New("this installation does not write data sets")}
	}
	if h.options.Scratch != "" {
		if err := os.MkdirAll(h.options.Scratch, 0o700); err != nil {
			return fmt.Errorf("make a folder for data sets: %w", err)
		}
	}
	if p.scratch, err = os.MkdirTemp(h.options.Scratch, "handover-"); err != nil {
		return fmt.Errorf("make a folder for the data set: %w", err)
	}
	d := Data{What: p.handover.What, Customer: p.route.Customer, Groups: p.route.Groups, Period: p.period, Formats: h.formatsOf(p.route.Wish, p.handover.What)}
	if err := h.material.Dataset(ctx, d, p.scratch); err != nil {
		return fmt.Errorf("write the data set: %w", err)
	}
	if err := p.addFolder(); err != nil {
		return fmt.Errorf("read the data set: %w", err)
	}
	switch {
	case len(p.files) == 0:
		return fmt.Errorf("the data set of %s has no files yet", p.period)
	case p.route.By == ByMail:
		return p.load()
	case isManifest(p.files[len(p.files)-1]):
		return nil
	}
	return p.addManifest("manifest.json")
}

// addFolder adds the files of the scratch folder, by name, manifests last.
func (p *parcel) addFolder() error {
	err := filepath.WalkDir(p.scratch, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(p.scratch, file)
		p.files = append(p.files, File{Name: filepath.ToSlash(name), MediaType: mediaTypeOf(name), path: file})
		return err
	})
	slices.SortStableFunc(p.files, func(a, b File) int { return rank(a) - rank(b) })
	return err
}

func rank(f File) int {
	if isManifest(f) {
		return 1
	}
	return 0
}

func isManifest(f File) bool { return strings.Contains(strings.ToLower(path.Base(f.Name)), "manifest") }

// mediaTypes are those of data sets, where the system may not know them.
var mediaTypes = map[string]string{".parquet": "application/vnd.apache.parquet", ".csv": "text/csv; charset=utf-8", ".gz": "application/gzip", ".json": "application/json"}

func mediaTypeOf(name string) string {
	ending := strings.ToLower(path.Ext(name))
	if known := mediaTypes[ending]; known != "" {
		return known
	}
	if known := mime.TypeByExtension(ending); known != "" {
		return known
	}
	return "application/octet-stream"
}

// load reads the files into memory, for mail.
func (p *parcel) load() (err error) {
	for i, f := range p.files {
		if f.path == "" {
			continue
		}
		if p.files[i].Data, err = os.ReadFile(f.path); err != nil {
			return err
		}
		p.files[i].Name, p.files[i].path = path.Base(f.Name), ""
	}
	return nil
}

// addManifest adds a file that says what the others are. It is the same at each try.
func (p *parcel) addManifest(name string) error {
	type entry struct {
		Name      string `json:"name"`
		MediaType string `json:"media_type"`
		Bytes     int64  `json:"bytes"`
		SHA256    string `json:"sha256"`
	}
	says := struct {
		Handover string  `json:"handover"`
		Customer string  `json:"customer"`
		What     string  `json:"what"`
		Subject  string  `json:"subject"`
		Number   string  `json:"number,omitempty"`
		Period   string  `json:"period"`
		Files    []entry `json:"files"`
	}{Handover: p.key, Customer: p.route.Customer, What: p.handover.What, Subject: p.handover.Subject, Number: p.document.number, Period: p.period.String()}
	for _, f := range p.files {
		hash := sha256.New()
		content, _, err := f.open()
		if err != nil {
			return err
		}
		n, err := io.Copy(hash, content)
		if err := errors.Join(err, content.Close()); err != nil {
			return err
		}
		says.Files = append(says.Files, entry{f.Name, f.MediaType, n, hex.EncodeToString(hash.Sum(nil))})
	}
	text, err := json.MarshalIndent(says, "", "  ")
	p.files = append(p.files, File{Name: name, MediaType: "application/json", Data: append(text, '\n')})
	return err
}

// open returns the bytes of a file, and how many they are.
func (f File) open() (content io.ReadSeekCloser, size int64, err error) {
	if f.path == "" {
		return inMemory{bytes.NewReader(f.Data)}, int64(len(f.Data)), nil
	}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

type inMemory struct{ *bytes.Reader }

// Close implements io.Closer.
func (inMemory) Close() error { return nil }

// place is where a file goes below a folder; a name that leads out of it is refused.
func place(folder string, f File) (string, error) {
	if !fs.ValidPath(f.Name) || f.Name == "." || strings.ContainsAny(f.Name, "\\\x00") {
		return "", &FinalError{fmt.Errorf("the file name %s cannot be handed over", strconv.Quote(f.Name))}
	}
	return strings.TrimPrefix(path.Join(folder, f.Name), "/"), nil
}

// throwAway removes what was written for the parcel. What cannot be removed is left
// to whoever cleans the folder: the parcel may have gone.
func (p *parcel) throwAway() {
	if p.scratch != "" {
		_ = os.RemoveAll(p.scratch)
	}
}
