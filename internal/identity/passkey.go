package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/sluice-billing/sluice/internal/store"
)

// Kinds of ceremonies with passkeys, and how long one may take.
const (
	registerKind = "passkey-register"
	signInKind   = "passkey-sign-in"
	passkeyTime  = 5 * time.Minute
)

// mostPasskeys bounds how many passkeys a user has.
const mostPasskeys = 20

// Passkey is a key pair on a device of a user.
type Passkey struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// newPasskeys wants passkeys that the device finds by itself and uses only after
// it has seen its user, by a finger or a PIN: so one is two factors.
func newPasskeys(o Options) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: o.RelyingParty, RPDisplayName: o.Product, RPOrigins: []string{o.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
}

// holder is a user as the ceremonies see them.
type holder struct {
	user     store.User
	passkeys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.user.ID) }
func (h holder) WebAuthnName() string                       { return h.user.Email }
func (h holder) WebAuthnDisplayName() string                { return h.user.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.passkeys }

func (d *Directory) holder(ctx context.Context, i store.Identities, user string) (holder, []store.Passkey, error) {
	u, err := i.User(ctx, user)
	if err != nil {
		return holder{}, nil, err
	}
	all, err := i.Passkeys(ctx, user)
	if err != nil {
		return holder{}, nil, err
	}
	h := holder{user: u}
	for _, p := range all {
		var credential webauthn.Credential
		if err := json.Unmarshal(p.Credential, &credential); err != nil {
			return holder{}, nil, err
		}
		h.passkeys = append(h.passkeys, credential)
	}
	return h, all, nil
}

func (d *Directory) noOrigin() error {
	if d.passkeys != nil {
		return nil
	}
	return &Error{Code: NoOrigin, Message: "the server does not know where browsers reach it; start it with its public address"}
}

// registration is a passkey that is being registered.
type registration struct {
	Name    string
	Session webauthn.SessionData
}

// BeginPasskey begins the registration of a passkey for a user who is signed in.
// The options go to navigator.credentials.create, its answer with the handle to
// FinishPasskey, within five minutes.
func (d *Directory) BeginPasskey(ctx context.Context, user, name string) (handle string, options json.RawMessage, err error) {
	if err := d.noOrigin(); err != nil {
		return "", nil, err
	}
	if name, err = line("name of the passkey", name); err != nil {
		return "", nil, err
	}
	err = d.change(ctx, "begin a passkey", func(c store.IdentityChange) error {
		h, _, err := d.holder(ctx, c.Identities, user)
		if err != nil {
			return err
		}
		if h.user.Kind != Person {
			return invalid("a service account has no passkeys")
		}
		if len(h.passkeys) >= mostPasskeys {
			return invalid("a user has at most %d passkeys; remove one first", mostPasskeys)
		}
		creation, session, err := d.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.passkeys).CredentialDescriptors()))
		if err != nil {
			return err
		}
		if options, err = json.Marshal(creation); err != nil {
			return err
		}
		handle, err = d.keep(ctx, c, registerKind, user, passkeyTime, registration{name, *session})
		return err
	})
	return handle, options, err
}

// FinishPasskey takes what the user's device answered and puts the passkey on
// record.
func (d *Directory) FinishPasskey(ctx context.Context, user, handle string, response []byte) (Passkey, error) {
	if err := d.noOrigin(); err != nil {
		return Passkey{}, err
	}
	ceremony, err := d.ceremony(ctx, registerKind, handle)
	if err != nil {
		return Passkey{}, err
	}
	var r registration
	if err := d.state(ceremony, &r); err != nil {
		return Passkey{}, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil || ceremony.User != user {
		return Passkey{}, refusedPasskey()
	}
	var p store.Passkey
	err = d.change(ctx, "register a passkey", func(c store.IdentityChange) error {
		if err := d.end(ctx, c, ceremony); err != nil {
			return err
		}
		h, _, err := d.holder(ctx, c.Identities, user)
		if err != nil {
			return err
		}
		credential, err := d.passkeys.CreateCredential(h, r.Session, answer)
		if err != nil {
			return refusedPasskey()
		}
		document, err := json.Marshal(credential)
		if err != nil {
			return err
		}
		p = store.Passkey{
			ID: d.newID(), CredentialID: base64.RawURLEncoding.EncodeToString(credential.ID), User: user, Name: r.Name, Credential: document, CreatedAt: d.now(),
		}
		added, err := c.CreatePasskey(ctx, p)
		if err != nil {
			return err
		}
		if !added {
			return refusedPasskey()
		}
		return d.audit(ctx, c, "passkey.add", "user/"+user, "passkey "+p.ID+": "+p.Name)
	})
	if err != nil {
		return Passkey{}, err
	}
	return passkeyOf(p), nil
}

func refusedPasskey() *Error {
	return &Error{Code: PasskeyRefused, Message: "the passkey is not good here; try again, or use another way to sign in"}
}

func passkeyOf(p store.Passkey) Passkey {
	return Passkey{ID: p.ID, Name: p.Name, CreatedAt: p.CreatedAt, UsedAt: p.UsedAt}
}

// BeginPasskeySignIn begins a sign-in with whichever passkey the user's device
// has. The options go to navigator.credentials.get, its answer with the handle to
// FinishPasskeySignIn, within five minutes.
func (d *Directory) BeginPasskeySignIn(ctx context.Context, v Visit) (handle string, options json.RawMessage, err error) {
	if err := d.noOrigin(); err != nil {
		return "", nil, err
	}
	if err := d.admit(ctx, startFrom(v)); err != nil {
		return "", nil, err
	}
	assertion, session, err := d.passkeys.BeginDiscoverableLogin()
	if err != nil {
		return "", nil, err
	}
	if options, err = json.Marshal(assertion); err != nil {
		return "", nil, err
	}
	err = d.store.ChangeIdentities(ctx, "begin a sign-in", func(c store.IdentityChange) (err error) {
		handle, err = d.keep(ctx, c, signInKind, "", passkeyTime, session)
		return err
	})
	return handle, options, err
}

// FinishPasskeySignIn takes what the user's device answered and makes a session,
// which counts as one with a second factor. A passkey whose counter went back, as
// that of a copy does, is refused.
func (d *Directory) FinishPasskeySignIn(ctx context.Context, handle string, response []byte, v Visit) (SignIn, error) {
	if err := d.noOrigin(); err != nil {
		return SignIn{}, err
	}
	ceremony, err := d.ceremony(ctx, signInKind, handle)
	if err != nil {
		return SignIn{}, err
	}
	var session webauthn.SessionData
	if err := d.state(ceremony, &session); err != nil {
		return SignIn{}, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return SignIn{}, refusedPasskey()
	}
	u, err := d.store.Identities().User(ctx, string(answer.Response.UserHandle))
	if errors.Is(err, store.ErrNotFound) {
		return SignIn{}, d.refuse(ctx, "", byPasskey, refusedPasskey())
	}
	if err != nil {
		return SignIn{}, err
	}
	method := byPasskey
	done, err := d.begin(ctx, u, byPasskey, true, v, func(c store.IdentityChange) error {
		if err := d.end(ctx, c, ceremony); err != nil {
			return err
		}
		if err := d.forgive(ctx, c, startFrom(v)); err != nil {
			return err
		}
		copied, err := d.usePasskey(ctx, c, u.ID, session, answer)
		if copied {
			method = "passkey whose counter went back, as that of a copy does"
		}
		return err
	})
	var wrong *Error
	if errors.As(err, &wrong) && wrong.Code == PasskeyRefused {
		return SignIn{}, d.refuse(ctx, u.ID, method, wrong)
	}
	return done, err
}

// usePasskey checks what a device signed, and keeps its counter. It is a copy where
// the counter went back.
func (d *Directory) usePasskey(ctx context.Context, c store.IdentityChange, user string, session webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData) (copied bool, err error) {
	h, passkeys, err := d.holder(ctx, c.Identities, user)
	if err != nil {
		return false, err
	}
	credential, err := d.passkeys.ValidateDiscoverableLogin(func([]byte, []byte) (webauthn.User, error) { return h, nil }, session, answer)
	if err != nil || credential.Authenticator.CloneWarning {
		return err == nil, refusedPasskey()
	}
	used := passkeys[slices.IndexFunc(h.passkeys, func(x webauthn.Credential) bool { return string(x.ID) == string(credential.ID) })]
	if used.Credential, err = json.Marshal(credential); err != nil {
		return false, err
	}
	used.UsedAt = d.now()
	return false, c.SavePasskey(ctx, used)
}

// Passkeys returns the passkeys of a user, the oldest first.
func (d *Directory) Passkeys(ctx context.Context, user string) ([]Passkey, error) {
	all, err := d.store.Identities().Passkeys(ctx, user)
	if err != nil {
		return nil, err
	}
	passkeys := make([]Passkey, len(all))
	for i, p := range all {
		passkeys[i] = passkeyOf(p)
	}
	return passkeys, nil
}

// RenamePasskey gives a passkey of a user another name.
func (d *Directory) RenamePasskey(ctx context.Context, user, id, name string) error {
	name, err := line("name of the passkey", name)
	if err != nil {
		return err
	}
	return d.change(ctx, "rename passkey "+id, func(c store.IdentityChange) error {
		all, err := c.Passkeys(ctx, user)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p store.Passkey) bool { return p.ID == id })
		if i < 0 {
			return &Error{Code: NotFound, Message: "passkey " + id + " is not on record"}
		}
		all[i].Name = name
		return c.SavePasskey(ctx, all[i])
	})
}

// RemovePasskey removes a passkey of a user, and ends their sessions but for one
// where keep is not empty.
func (d *Directory) RemovePasskey(ctx context.Context, user, id, keep string) error {
	return d.change(ctx, "remove passkey "+id, func(c store.IdentityChange) error {
		if err := c.DeletePasskey(ctx, user, id); err != nil {
			return err
		}
		if _, err := d.endSessions(ctx, c, user, keep, "a passkey was removed"); err != nil {
			return err
		}
		return d.audit(ctx, c, "passkey.remove", "user/"+user, "passkey "+id)
	})
}
