package membership

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// PagePath is where a server shows the page of an invitation; the token follows.
const PagePath = "/i/"

const (
	tokenBytes       = 32 // random ones
	longestHandshake = 15 * 24 * time.Hour
	pageAfter        = 30 * 24 * time.Hour // the page is shown after the invitation has ended
)

func newToken() (secret.Text, string) {
	random := make([]byte, tokenBytes)
	rand.Read(random) // never fails
	token := base64.RawURLEncoding.EncodeToString(random)
	return secret.TextOf(token), hashOfToken(token)
}

func hashOfToken(token string) string {
	hash := sha256.Sum256([]byte(token))
	return hex.EncodeToString(hash[:])
}

// Page is what the customer is shown of an invitation: nothing of the seller but the
// payer's account, which the customer must recognise, and nothing of others.
type Page struct {
	Kind     string
	Payer    string // account
	Target   string
	Customer string // organization; empty where it is not known
	State    string
	Language string
	Expires  time.Time       // UTC; zero where it is not known
	Joined   *billing.Day    // from which on the payer is billed; nil before
	First    *billing.Period // of a transfer
	Replaced bool            // another invitation was sent in its place
}

// Page returns what the page with that token shows. A token of none, or of one that
// has ended or was taken back, is store.ErrNotFound.
func (m *Membership) Page(ctx context.Context, token string) (Page, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return Page{}, fmt.Errorf("the page %w", store.ErrNotFound)
	}
	kept, err := m.home.Store.MemberInvitationOf(ctx, hashOfToken(token))
	if err != nil {
		return Page{}, err
	}
	if !m.home.Now().Before(kept.TokenExpires) {
		return Page{}, fmt.Errorf("the page %w", store.ErrNotFound)
	}
	i, err := shownInvitation(kept)
	p := Page{
		Kind: i.Kind, Payer: i.Payer, Target: i.Target, Customer: i.Customer, State: i.State, Language: i.Language, Expires: i.Expires,
		First: i.FirstMonth, Replaced: i.ReplacedBy != "",
	}
	if !i.JoinedAt.IsZero() {
		day := billing.DayOf(i.JoinedAt)
		p.Joined = &day
	}
	return p, err
}

// NewPage makes a new token for the page of an invitation; the one before does not work
// any more.
func (m *Membership) NewPage(ctx context.Context, id string) (Sent, error) {
	token, hash := newToken()
	i, err := m.changePage(ctx, id, "membership.make-page", hash)
	return Sent{i, token}, err
}

// RevokePage takes the page of an invitation back, or returns store.ErrNotFound.
func (m *Membership) RevokePage(ctx context.Context, id string) (Invitation, error) {
	return m.changePage(ctx, id, "membership.revoke-page", "")
}

func (m *Membership) changePage(ctx context.Context, id, action, hash string) (Invitation, error) {
	_, err := m.home.Store.ChangeMemberInvitation(ctx, id, m.home.User, action, func(kept *store.MemberInvitation) (*store.MemberInvitationState, error) {
		kept.TokenHash, kept.TokenExpires = hash, time.Time{}
		if hash != "" {
			kept.TokenExpires = m.pageUntil(kept.Expires)
		}
		return nil, nil
	})
	if err != nil {
		return Invitation{}, err
	}
	return m.Invitation(ctx, id)
}

// pageUntil is until when the page of an invitation is shown that expires at a time.
func (m *Membership) pageUntil(expires time.Time) time.Time {
	now := m.now()
	if expires.Before(now) {
		expires = now
	}
	return expires.Add(pageAfter)
}
