package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/letter"
	"github.com/sluice-billing/sluice/internal/mailroom"
	"github.com/sluice-billing/sluice/internal/secret"
)

// mailOperations set up by which server mail goes and what it says.
var mailOperations = []described{
	ShowMailServer, SaveMailServer, RemoveMailServer, TestMailServer, ReadBounce, ListLetters, ListLetterFields, SaveLetter, RemoveLetter, PreviewLetter,
}

// ShowMailServer tells by which server mail goes.
var ShowMailServer = Operation[*Desk, OfSeller, mailroom.MailServer]{
	ID: "show-mail-server", Method: http.MethodGet, Path: "/mail/server", Tag: "Hand-over", Title: "Show the mail server", Needs: access.ReadConfig,
	About: "By which server letters of an organization go, without its secrets. Where nothing was saved yet, version is 0: mail of who sells on goes by the reseller's server then.",
	Do: func(ctx context.Context, d *Desk, in OfSeller) (mailroom.MailServer, error) {
		m, organization, err := d.mailOf(ctx, in)
		if err != nil {
			return mailroom.MailServer{}, err
		}
		return m.Server(ctx, organization)
	},
}

// MailServerInput is a mail server to save.
type MailServerInput struct {
	OfSeller
	Body struct {
		Host         string  `json:"host" minLength:"1" maxLength:"253" doc:"Its name, for which its certificate is valid" example:"smtp.example.com"`
		Port         int     `json:"port,omitempty" minimum:"0" maximum:"65535" doc:"That of the security where it is not given: 587, 465 or 25"`
		Security     string  `json:"security,omitempty" enum:"starttls,tls,none" default:"starttls" doc:"None is for a server on the same machine"`
		User         string  `json:"user,omitempty" maxLength:"300" doc:"Where the server asks for one"`
		Password     *string `json:"password,omitempty" maxLength:"4000" writeOnly:"true" doc:"Kept encrypted, and never shown. The one before stays where it is not given, unless the host is another one; an empty one takes it away"`
		HELO         string  `json:"helo,omitempty" maxLength:"253" doc:"How this machine calls itself; the domain of the sender where it is not given"`
		Bounces      string  `json:"bounces,omitempty" maxLength:"254" doc:"Where mail servers report what they could not deliver; the sender where it is not given"`
		DKIMDomain   string  `json:"dkim_domain,omitempty" maxLength:"253" doc:"Of the signing key: the domain of the sender, or one above it"`
		DKIMSelector string  `json:"dkim_selector,omitempty" maxLength:"63" doc:"The public half is at selector._domainkey.domain"`
		DKIMKey      *string `json:"dkim_key,omitempty" maxLength:"16000" writeOnly:"true" doc:"The private half as PEM: RSA of 2048 bits or more, or Ed25519. Kept encrypted, and never shown; the one before stays where it is not given"`
	}
}

// SaveMailServer puts a mail server in force.
var SaveMailServer = Operation[*Desk, MailServerInput, mailroom.MailServer]{
	ID: "save-mail-server", Method: http.MethodPut, Path: "/mail/server", Tag: "Hand-over", Title: "Save the mail server", Needs: access.WriteConfig,
	About: "Replaces all of it but the secrets that are not given. Letters come from the `mail_sender` of the brand. Nothing is sent; `test-mail-server` tries it.",
	Do: func(ctx context.Context, d *Desk, in MailServerInput) (mailroom.MailServer, error) {
		m, organization, err := d.mailOf(ctx, in.OfSeller)
		if err != nil {
			return mailroom.MailServer{}, err
		}
		b := in.Body
		saved, err := m.SaveServer(ctx, organization, mailroom.Settings{
			Host: b.Host, Port: b.Port, Security: letter.Security(b.Security), User: b.User, HELO: b.HELO, Bounces: b.Bounces, DKIMDomain: b.DKIMDomain, DKIMSelector: b.DKIMSelector,
		}, secretOf(b.Password), secretOf(b.DKIMKey), d.User)
		return saved, outwardRefused(err)
	},
}

// secretOf is a secret that was given; nil where it was not.
func secretOf(given *string) *secret.Text {
	if given == nil {
		return nil
	}
	text := secret.Text{}
	if *given != "" {
		text = secret.TextOf(*given)
	}
	return &text
}

// RemoveMailServer forgets the mail server.
var RemoveMailServer = Operation[*Desk, OfSeller, Done]{
	ID: "remove-mail-server", Method: http.MethodDelete, Path: "/mail/server", Tag: "Hand-over", Title: "Forget the mail server", Needs: access.WriteConfig,
	About: "With its secrets. Mail of who sells on goes by the reseller's server from then on; that of the reseller waits until there is one again.",
	Do: func(ctx context.Context, d *Desk, in OfSeller) (Done, error) {
		m, organization, err := d.mailOf(ctx, in)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, m.RemoveServer(ctx, organization, d.User)
	},
}

// TestMailInput says whom to write to.
type TestMailInput struct {
	OfSeller
	Body struct {
		To string `json:"to" minLength:"3" maxLength:"254" doc:"An address of your own" example:"ayumi@akatsuki.example"`
	}
}

// TestMailServer sends a letter to see whether mail arrives.
var TestMailServer = Operation[*Desk, TestMailInput, mailroom.Tried]{
	ID: "test-mail-server", Method: http.MethodPost, Path: "/mail/test", Tag: "Hand-over", Title: "Send a test letter", Needs: access.WriteConfig,
	About: "Sends a letter that says it is a test, now, and tells what the mail server said. That it took the letter does not prove that it arrives: look into the mailbox.",
	Do: func(ctx context.Context, d *Desk, in TestMailInput) (mailroom.Tried, error) {
		m, organization, err := d.mailOf(ctx, in.OfSeller)
		if err != nil {
			return mailroom.Tried{}, err
		}
		tried, err := m.Try(ctx, organization, in.Body.To)
		return tried, outwardRefused(err)
	},
}

// mostReport is the largest report of a mail server that is read, in bytes: it may have
// the whole message in it.
const mostReport = 16 << 20

// BounceInput is a message as it came.
type BounceInput struct {
	RawBody []byte `contentType:"application/octet-stream" doc:"The message as it came to the address for bounces, headers and all"`
}

// Bounces are what came back.
type Bounces struct {
	Report  bool       `json:"report" doc:"False: it is no report of a mail server, but of a person, or a note of absence"`
	Parcels []Handover `json:"parcels" doc:"The hand-overs that it is about; none where their messages were not sent from here to that recipient"`
}

// ReadBounce takes in what a mail server reports.
var ReadBounce = Operation[*Desk, BounceInput, Bounces]{
	ID: "read-bounce", Method: http.MethodPost, Path: "/mail/bounces", Tag: "Hand-over", Title: "Take in a message that came back", Needs: access.SendBills,
	About: "Give it what arrives at the address for bounces, such as from the filter of a mail server. Reports that a message could not be delivered (RFC 3464) mark its hand-over as bounced. " +
		"Anybody can send such a report: it counts only where its message was sent to that recipient.",
	Upload: mostReport,
	Do: func(ctx context.Context, d *Desk, in BounceInput) (Bounces, error) {
		m, err := d.mailroom(ctx)
		if err != nil {
			return Bounces{}, err
		}
		all, err := m.Handovers.Bounced(ctx, bytes.NewReader(in.RawBody))
		if errors.Is(err, letter.ErrNoBounce) {
			return Bounces{Report: false}, nil
		}
		return Bounces{Report: err == nil, Parcels: all}, err
	},
}
