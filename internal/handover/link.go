package handover

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// Links are those by which whoever has one reads one document without signing in,
// until it ends. Only the hash of a link's token is kept.
type Links struct {
	records  *store.Store
	now      func() time.Time
	document func(ctx context.Context, id, format string) (File, error)
}

// tokenBytes is how many random bytes a token has.
const tokenBytes = 32

// LinkOrder is what a link is made of.
type LinkOrder struct {
	Customer string        // organization whose document it is
	Document string        // id of an issued document
	Formats  []string      // such as pdf
	For      time.Duration // how long it works, 1 minute to 365 days
	MostUses int           // 0 is any number
	Handover string        // id of the hand-over that it goes out with; empty for one made by hand
}

// EndedError says that a link does not work any more.
type EndedError struct{ Why string }

// Error says it for who has the link.
func (e *EndedError) Error() string {
	return "this link " + e.Why + "; ask who sent it for another one"
}

// Make makes a link. The token is what its address has; it is not shown again.
func (l *Links) Make(ctx context.Context, o LinkOrder, by string) (store.HandoverLink, secret.Text, error) {
	if len(o.Formats) == 0 || slices.ContainsFunc(o.Formats, func(f string) bool { return len(strings.Fields(f)) != 1 }) {
		return store.HandoverLink{}, secret.Text{}, &RefusedError{"formats", "are missing; name one such as pdf"}
	}
	if o.For < time.Minute || o.For > mostLinkDays*24*time.Hour || o.MostUses < 0 {
		return store.HandoverLink{}, secret.Text{}, &RefusedError{"link_days", fmt.Sprintf("are 1 to %d, and its uses 0 or more", mostLinkDays)}
	}
	stored, err := l.records.Invoice(ctx, o.Document)
	if err != nil {
		return store.HandoverLink{}, secret.Text{}, err
	}
	if stored.State != store.InvoiceIssued {
		return store.HandoverLink{}, secret.Text{}, fmt.Errorf("document %s is a draft; issue it first", stored.ID)
	}
	random := make([]byte, tokenBytes)
	rand.Read(random) // never fails
	token := base64.RawURLEncoding.EncodeToString(random)
	at := l.now().UTC().Truncate(time.Microsecond)
	made := store.HandoverLink{
		ID: ulid.Make().String(), TokenHash: hashOfToken(token), Customer: o.Customer, Document: stored.ID, Formats: o.Formats, Handover: o.Handover,
		Expires: at.Add(o.For), MostUses: o.MostUses, CreatedAt: at, CreatedBy: by,
	}
	if err := l.records.AddHandoverLink(ctx, made); err != nil {
		return store.HandoverLink{}, secret.Text{}, err
	}
	return made, secret.TextOf(token), nil
}

func hashOfToken(token string) string {
	hash := sha256.Sum256([]byte(token))
	return hex.EncodeToString(hash[:])
}

// Look returns the link with that token, without counting a use: what can be read by
// it. A token of none is store.ErrNotFound, one of a link that is over an *EndedError.
func (l *Links) Look(ctx context.Context, token string) (store.HandoverLink, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return store.HandoverLink{}, fmt.Errorf("the link %w", store.ErrNotFound)
	}
	link, err := l.records.HandoverLinkOf(ctx, hashOfToken(token))
	if err != nil {
		return store.HandoverLink{}, err
	}
	return link, l.ended(link)
}

// ended says why a link does not work; nil where it does.
func (l *Links) ended(link store.HandoverLink) error {
	switch {
	case !link.RevokedAt.IsZero():
		return &EndedError{"was taken back"}
	case !l.now().Before(link.Expires):
		return &EndedError{"worked until " + link.Expires.UTC().Format("2006-01-02 15:04 UTC")}
	case link.MostUses > 0 && link.Uses >= link.MostUses:
		return &EndedError{"was used as often as it may be"}
	}
	return nil
}

// Open counts a use of the link with that token and returns its document in one of its
// formats; the first where none is named. It fails as Look does; a format that the
// link is not for is store.ErrNotFound.
func (l *Links) Open(ctx context.Context, token, format string) (File, error) {
	link, err := l.Look(ctx, token)
	if err != nil {
		return File{}, err
	}
	if format == "" {
		format = link.Formats[0]
	}
	if !slices.Contains(link.Formats, format) {
		return File{}, fmt.Errorf("the document in the format %.50q %w", format, store.ErrNotFound)
	}
	if l.document == nil {
		return File{}, errors.New("this installation does not write documents")
	}
	used, err := l.records.UseHandoverLink(ctx, link.TokenHash, l.now())
	if err != nil {
		return File{}, err
	}
	if !used {
		return File{}, &EndedError{"does not work any more"} // somebody was quicker
	}
	return l.document(ctx, link.Document, format)
}

// List returns the links to a document by its id, or all where it is empty, the newest
// first, without their tokens.
func (l *Links) List(ctx context.Context, document string) ([]store.HandoverLink, error) {
	return l.records.HandoverLinks(ctx, document)
}

// Revoke ends a link, or returns store.ErrNotFound.
func (l *Links) Revoke(ctx context.Context, id, by string) (store.HandoverLink, error) {
	return l.records.RevokeHandoverLink(ctx, id, l.now(), by)
}
