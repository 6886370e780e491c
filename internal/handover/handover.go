// Package handover brings documents and data sets to customers: by mail, into a folder
// on their SFTP server, into their bucket, by Peppol. A route says what of a customer
// goes where, how and when. What it asks for is queued in the records as hand-overs,
// one for each thing and route, so that nothing goes twice; hand-overs are leased,
// tried again for days, and keep a log of what came of each try.
//
// A thing is handed over at least once: where a server stops after sending and before
// it says so, it is sent again, as the same message or under the same names.
package handover

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// File is one file that is handed over. Its name may have folders, with slashes.
type File struct {
	Name      string
	MediaType string
	Data      []byte
	path      string // where its bytes are, instead of in Data
}

// Data says which data set is asked for.
type Data struct {
	What     string // statement, focus, cur2 or accounting
	Customer string // organization; store.RootOrganization is the reseller itself
	Groups   []string
	Period   billing.Period
	Formats  []string
}

// Mail is one message. It has either files or a link, or neither where it is a test.
type Mail struct {
	Key      string // the same at each try: what the Message-ID is made of
	Owner    string // organization whose mail it is
	Customer string // organization that it is for
	What     string // invoice, credit-note, reminder, statement …, or test
	Document string // id; empty for data sets and tests
	Letter   letter.Kind
	Step     int // of a reminder, from 1
	Period   billing.Period
	At       time.Time // its date: the same at each try
	To, Cc   []string
	Taken    []string // of them, who have it already: they are not sent it again
	Files    []File
	Link     string // where the document is, in the place of files; empty where it is attached
	Expires  time.Time
}

// Receipt says what became of something that was taken.
type Receipt struct {
	Detail    string   // whom or which place has it, for people
	MessageID string   // of mail, by which bounces are known
	Taken     []string // addresses that have it by now, also where others do not
}

// FinalError says that something was refused for good: trying it again as it is is of
// no use.
type FinalError struct{ Err error }

// Error says why.
func (e *FinalError) Error() string { return e.Err.Error() }

// Unwrap is the reason.
func (e *FinalError) Unwrap() error { return e.Err }

// Material is where what is handed over comes from, and by whom it goes where this
// package does not send it itself. What is nil is not there: routes that need it are
// refused.
type Material struct {
	// Document writes an issued document down in a format.
	Document func(ctx context.Context, id, format string) (File, error)
	// Dataset writes a data set into an empty folder. Where the folder has a file with
	// manifest in its name, that one is handed over last; else one is made.
	Dataset func(ctx context.Context, d Data, dir string) error
	// Formats are those of a kind; nil is any.
	Formats func(what string) []string
	// Mail sends a message; Post.Send is one. What is refused for good is a *FinalError.
	Mail func(ctx context.Context, m Mail) (Receipt, error)
	// Peppol gives an e-invoice to an access point.
	Peppol func(ctx context.Context, document, format string, f File) (Receipt, error)
}

// Options of handing over.
type Options struct {
	// LinkURL is where a link with a token is opened: a page of the owner of the route.
	// Nil is an installation without links.
	LinkURL func(ctx context.Context, owner, token string) (string, error)
	// AllowPrivate lets targets have private addresses and plain http: for tests and
	// intranets.
	AllowPrivate bool
	Scratch      string        // folder for data sets on their way; the system's where it is empty
	Timeout      time.Duration // of one try; 10 minutes where it is 0
	AtOnce       int           // tries at a time; 4 where it is 0
}

// Handovers is the door to routes, hand-overs and links. It is safe for use by several
// goroutines.
type Handovers struct {
	Links *Links

	records  *store.Store
	keys     *secret.Keyring
	now      func() time.Time
	material Material
	options  Options
	owner    string // of leases
	dialer   *net.Dialer
	client   *http.Client
}

// New returns the hand-overs of an installation.
func New(records *store.Store, keys *secret.Keyring, now func() time.Time, m Material, o Options) *Handovers {
	o.Timeout, o.AtOnce = cmp.Or(o.Timeout, 10*time.Minute), cmp.Or(o.AtOnce, 4)
	dialer := webhook.Dialer(o.AllowPrivate)
	return &Handovers{
		Links:   &Links{records: records, now: now, document: m.Document},
		records: records, keys: keys, now: now, material: m, options: o, owner: ulid.Make().String(), dialer: dialer,
		client: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
				ExpectContinueTimeout: 5 * time.Second, // who refuses a file says so before it is sent
				ResponseHeaderTimeout: 2 * time.Minute, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
			},
		},
	}
}

// List returns hand-overs, the newest first.
func (h *Handovers) List(ctx context.Context, f store.HandoverFilter) ([]store.Handover, error) {
	return h.records.Handovers(ctx, f)
}

// One returns a hand-over with what came of each try, or store.ErrNotFound.
func (h *Handovers) One(ctx context.Context, id string) (store.Handover, []store.HandoverAttempt, error) {
	return h.records.Handover(ctx, id)
}

// Again hands something over again in the next round, whatever came of it: mail goes
// as a message of its own.
func (h *Handovers) Again(ctx context.Context, id, by string) (store.Handover, error) {
	return h.records.HandoverAgain(ctx, id, mostTries, h.now(), by)
}

// Cancel takes a hand-over that is waiting out of the queue.
func (h *Handovers) Cancel(ctx context.Context, id, by string) (store.Handover, error) {
	return h.records.CancelHandover(ctx, id, by)
}

// Bounced takes what came to the address for bounces. Where it is a report that
// messages of ours could not be delivered, it is recorded, and the hand-overs are
// returned. What is no report is letter.ErrNoBounce; a report on a message that was
// not sent by us to that recipient is passed over.
func (h *Handovers) Bounced(ctx context.Context, raw io.Reader) ([]store.Handover, error) {
	report, err := letter.ReadBounce(raw)
	if err != nil {
		return nil, err
	}
	var all []store.Handover
	for _, r := range report.Recipients {
		if r.Action != letter.Failed || report.MessageID == "" {
			continue
		}
		problem := strings.TrimSuffix("it came back from "+r.Address+": "+strings.TrimSpace(r.Status+" "+r.Diagnostic), ": ")
		x, err := h.records.BounceHandover(ctx, report.MessageID, r.Address, h.now(), shortened(problem))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return all, err
		}
		all = append(all, x)
	}
	return all, nil
}

// Clear forgets links that ended, and data sets that were handed over, before a time.
// What came of documents is kept.
func (h *Handovers) Clear(ctx context.Context, before time.Time) error {
	var documents []string
	for _, k := range kinds {
		if k.document {
			documents = append(documents, k.name)
		}
	}
	return h.records.ClearHandovers(ctx, before, documents)
}
