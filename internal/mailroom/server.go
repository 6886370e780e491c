package mailroom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/sluice-billing/sluice/internal/handover"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// Settings are how mail of an organization goes, without secrets.
type Settings struct {
	Host         string          `json:"host"`
	Port         int             `json:"port,omitempty"`          // 0 is that of the security
	Security     letter.Security `json:"security,omitempty"`      // starttls where it is empty
	User         string          `json:"user,omitempty"`          // empty where the server asks for none
	HELO         string          `json:"helo,omitempty"`          // how this machine calls itself; the sender's domain where it is empty
	Bounces      string          `json:"bounces,omitempty"`       // where mail servers send what cannot be delivered; the sender where it is empty
	DKIMDomain   string          `json:"dkim_domain,omitempty"`   // of the signing key
	DKIMSelector string          `json:"dkim_selector,omitempty"` // of the signing key
}

// MailServer is the mail server of an organization, without its secrets.
type MailServer struct {
	Organization string `json:"organization"`
	Settings
	HasPassword bool      `json:"has_password"`
	HasKey      bool      `json:"has_dkim_key"`
	From        string    `json:"from,omitempty"`       // address of the brand that letters come from; empty where it has none
	Version     int64     `json:"version"`              // 0 where nothing was saved yet
	ChangedAt   time.Time `json:"changed_at,omitzero"`  // UTC
	ChangedBy   string    `json:"changed_by,omitempty"` // name
}

// RefusedError says what of the settings, or of a letter, cannot be as it was given.
type RefusedError struct {
	Field string // as in the JSON of Settings, password or dkim_key; empty where it is about several
	Why   string
}

// Error implements error.
func (e *RefusedError) Error() string { return strings.TrimPrefix(e.Field+": "+e.Why, ": ") }

// about is what the secrets of a mail server are sealed about.
func aboutPassword(organization string) string { return "mail-password/" + organization }
func aboutKey(organization string) string      { return "mail-key/" + organization }

// Server returns the mail server of an organization; with version 0 where it has none
// of its own.
func (m *Mailroom) Server(ctx context.Context, organization string) (MailServer, error) {
	b, err := m.brandOf(ctx, organization)
	if err != nil {
		return MailServer{}, err
	}
	kept, err := m.home.Store.MailServer(ctx, organization)
	if errors.Is(err, store.ErrNotFound) {
		return MailServer{Organization: organization, From: b.Sender.Address}, nil
	}
	if err != nil {
		return MailServer{}, err
	}
	s, err := shown(kept)
	s.From = b.Sender.Address
	return s, err
}

func shown(kept store.MailServer) (MailServer, error) {
	s := MailServer{
		Organization: kept.Organization, HasPassword: kept.Password != "", HasKey: kept.SigningKey != "",
		Version: kept.Version, ChangedAt: kept.ChangedAt, ChangedBy: kept.ChangedBy,
	}
	if err := json.Unmarshal(kept.Settings, &s.Settings); err != nil {
		return s, fmt.Errorf("the mail server of %s is damaged; save it anew: %w", kept.Organization, err)
	}
	return s, nil
}

// SaveServer puts a mail server in force. A password or signing key that is nil stays
// as it is, an empty one is taken away. A password stays only with the server it was
// given for. What cannot be is a *RefusedError.
func (m *Mailroom) SaveServer(ctx context.Context, organization string, s Settings, password, key *secret.Text, by string) (MailServer, error) {
	saved, err := m.home.Store.SaveMailServer(ctx, organization, by, func(kept *store.MailServer) error {
		was := MailServer{}
		if kept.Version > 0 {
			var err error
			if was, err = shown(*kept); err != nil {
				return err
			}
		}
		if password == nil && was.HasPassword && s.User != "" && !strings.EqualFold(was.Host, s.Host) {
			return &RefusedError{"password", "is not given; it is not sent to another server than the one it was given for"}
		}
		if s.User == "" && password == nil {
			kept.Password = ""
		}
		if s.DKIMDomain == "" && key == nil {
			kept.SigningKey = ""
		}
		var err error
		if kept.Password, err = m.sealed(kept.Password, password, aboutPassword(organization)); err != nil {
			return err
		}
		if kept.SigningKey, err = m.sealed(kept.SigningKey, key, aboutKey(organization)); err != nil {
			return err
		}
		if kept.Settings, err = json.Marshal(s); err != nil {
			return err
		}
		return m.check(organization, s, *kept)
	})
	if err != nil {
		return MailServer{}, err
	}
	return m.Server(ctx, saved.Organization)
}

// sealed is a secret after a change of it.
func (m *Mailroom) sealed(was string, plain *secret.Text, about string) (string, error) {
	switch {
	case plain == nil:
		return was, nil
	case plain.IsZero():
		return "", nil
	}
	return m.keys.Seal([]byte(plain.Reveal()), about)
}

// check refuses settings that no letter could be sent with.
func (m *Mailroom) check(organization string, s Settings, kept store.MailServer) error {
	server, key, err := m.opened(organization, s, kept)
	if err != nil {
		return err
	}
	if err := server.Check(); err != nil {
		return &RefusedError{"", err.Error()}
	}
	if s.Bounces != "" {
		if parsed, err := mail.ParseAddress(s.Bounces); err != nil || parsed.Address != s.Bounces {
			return &RefusedError{"bounces", fmt.Sprintf("%.100q is no address such as bounces@example.com", s.Bounces)}
		}
	}
	if key == nil && s.DKIMDomain+s.DKIMSelector != "" {
		return &RefusedError{"dkim_key", "is missing; give the private key of the domain and selector, or leave them out"}
	}
	if key != nil {
		if err := key.Check(); err != nil {
			return &RefusedError{"dkim_key", err.Error()}
		}
	}
	return nil
}

// opened is a mail server with its secrets.
func (m *Mailroom) opened(organization string, s Settings, kept store.MailServer) (letter.Server, *letter.Key, error) {
	server := letter.Server{
		Host: s.Host, Port: s.Port, Security: s.Security, User: s.User, HELO: s.HELO, AllowPlain: m.options.Private,
		Dial: webhook.Dialer(m.options.Private).DialContext,
	}
	if kept.Password != "" {
		plain, err := m.keys.Open(kept.Password, aboutPassword(organization))
		if err != nil {
			return server, nil, err
		}
		server.Password = secret.TextOf(string(plain))
	}
	if kept.SigningKey == "" {
		return server, nil, nil
	}
	plain, err := m.keys.Open(kept.SigningKey, aboutKey(organization))
	return server, &letter.Key{Domain: s.DKIMDomain, Selector: s.DKIMSelector, Private: secret.TextOf(string(plain))}, err
}

// RemoveServer forgets a mail server, or returns store.ErrNotFound. Mail goes by that
// of the reseller from then on, or waits.
func (m *Mailroom) RemoveServer(ctx context.Context, organization, by string) error {
	return m.home.Store.DeleteMailServer(ctx, organization, by)
}

// errNoServer says that nothing can be sent yet. What waits is tried again.
var errNoServer = errors.New("no mail server is set up; set one up, and it is sent")

// sender is by whom and how mail of an organization goes: by its own mail server, else
// by that of the reseller, in its own name in both cases. The reseller's key signs for
// its own domain alone.
func (m *Mailroom) sender(ctx context.Context, owner string) (handover.Sender, error) {
	b, err := m.brandOf(ctx, owner)
	if err != nil {
		return handover.Sender{}, err
	}
	if b.Sender.Address == "" {
		return handover.Sender{}, fmt.Errorf("the brand of %s has no address to send mail from; set mail_sender.address, and it is sent", owner)
	}
	own, err := m.own(ctx, owner)
	if err != nil {
		return handover.Sender{}, err
	}
	kept, err := m.home.Store.MailServer(ctx, owner)
	if errors.Is(err, store.ErrNotFound) && owner != store.RootOrganization {
		kept, err = m.home.Store.MailServer(ctx, store.RootOrganization)
	}
	if errors.Is(err, store.ErrNotFound) {
		return handover.Sender{}, errNoServer
	}
	if err != nil {
		return handover.Sender{}, err
	}
	s, err := shown(kept)
	if err != nil {
		return handover.Sender{}, err
	}
	server, key, err := m.opened(kept.Organization, s.Settings, kept)
	if key != nil && kept.Organization != owner && !within(b.Sender.Address, key.Domain) {
		key = nil
	}
	return handover.Sender{Brand: b, Own: own, Server: server, Key: key, Bounces: s.Bounces}, err
}

// within tells whether an address is of a domain, or of one below it.
func within(address, domain string) bool {
	_, host, _ := strings.Cut(strings.ToLower(address), "@")
	domain = strings.ToLower(domain)
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// Tried is what came of a letter that was sent to see whether mail arrives.
type Tried struct {
	Good    bool   `json:"good"`    // the mail server took it
	Says    string `json:"says"`    // what it said, or why it could not be asked
	Subject string `json:"subject"` // of the letter
}

// Try sends a letter that says it is a test, now.
func (m *Mailroom) Try(ctx context.Context, organization, to string) (Tried, error) {
	if _, err := letter.Addresses("to", []string{to}); err != nil {
		return Tried{}, &RefusedError{"to", err.Error()}
	}
	s, err := m.sender(ctx, organization)
	if err != nil {
		return Tried{}, err
	}
	message, err := letter.Compose(letter.Letter{Kind: letter.Test, Language: s.Brand.Language}, s.Own, s.Brand)
	if err != nil {
		return Tried{}, err
	}
	message.ID, message.At, message.To = ulid.Make().String(), m.home.Now(), []string{to}
	message.Bounces, message.Key = s.Bounces, s.Key
	ready, err := message.Write()
	if err != nil {
		return Tried{}, err
	}
	o := s.Server.Send(ctx, ready)
	tried := Tried{Good: o.State() == letter.Taken, Says: o.Receipt, Subject: message.Subject}
	if !tried.Good {
		tried.Says = o.Problem()
	}
	return tried, nil
}
