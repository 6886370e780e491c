package identity

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
)

// device is a phone that holds passkeys, as a browser talks to it.
type device struct {
	party         virtualwebauthn.RelyingParty
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

func newDevice() *device {
	return &device{
		party:         virtualwebauthn.RelyingParty{Name: "Sluice", ID: "billing.example.com", Origin: origin},
		authenticator: virtualwebauthn.NewAuthenticator(),
		credential:    virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
}

// create answers what navigator.credentials.create is given.
func (d *device) create(t *testing.T, options json.RawMessage, user string) []byte {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAttestationOptions(string(options))
	ok(t, err)
	d.authenticator.Options.UserHandle = []byte(user)
	d.authenticator.AddCredential(d.credential)
	return []byte(virtualwebauthn.CreateAttestationResponse(d.party, d.authenticator, d.credential, *parsed))
}

// get answers what navigator.credentials.get is given; the counter goes on.
func (d *device) get(t *testing.T, options json.RawMessage) []byte {
	t.Helper()
	parsed, err := virtualwebauthn.ParseAssertionOptions(string(options))
	ok(t, err)
	d.credential.Counter++
	return []byte(virtualwebauthn.CreateAssertionResponse(d.party, d.authenticator, d.credential, *parsed))
}

// registered gives a user a passkey on a new device.
func (f *fixture) registered(u User) (*device, Passkey) {
	f.t.Helper()
	d := newDevice()
	handle, options, err := f.BeginPasskey(f.t.Context(), u.ID, "my phone")
	ok(f.t, err)
	p, err := f.FinishPasskey(f.t.Context(), u.ID, handle, d.create(f.t, options, u.ID))
	ok(f.t, err)
	return d, p
}

func TestPasskey(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	d, p := f.registered(u)
	if p.Name != "my phone" {
		t.Errorf("passkey %+v", p)
	}
	handle, options, err := f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	answer := d.get(t, options)
	s, err := f.FinishPasskeySignIn(t.Context(), handle, answer, home)
	ok(t, err)
	if who, err := f.Authenticate(t.Context(), s.Cookie); err != nil || who.UserID != u.ID || !who.SecondFactor || s.Session.Method != "passkey" {
		t.Errorf("%+v, %v", who, err)
	}
	_, err = f.FinishPasskeySignIn(t.Context(), handle, answer, home)
	code(t, err, SignInExpired)

	handle, options, err = f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	_, err = f.FinishPasskeySignIn(t.Context(), handle, answer, home) // an answer to another question
	code(t, err, PasskeyRefused)
	f.pass(5 * time.Minute)
	_, err = f.FinishPasskeySignIn(t.Context(), handle, d.get(t, options), home)
	code(t, err, SignInExpired)

	all, err := f.Passkeys(t.Context(), u.ID)
	ok(t, err)
	if len(all) != 1 || all[0].UsedAt.IsZero() {
		t.Errorf("%+v", all)
	}
	ok(t, f.RenamePasskey(t.Context(), u.ID, p.ID, "old phone"))
	code(t, f.RenamePasskey(t.Context(), "another", p.ID, "mine"), NotFound)
	code(t, f.RemovePasskey(t.Context(), "another", p.ID, ""), NotFound)
	ok(t, f.RemovePasskey(t.Context(), u.ID, p.ID, ""))
	_, err = f.Authenticate(t.Context(), s.Cookie)
	code(t, err, NotSignedIn)
	handle, options, err = f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	_, err = f.FinishPasskeySignIn(t.Context(), handle, d.get(t, options), home)
	code(t, err, PasskeyRefused)
}

func TestPasskeyRefused(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	bo := f.joined("bo@example.com")
	d, _ := f.registered(u)
	for name, spoil := range map[string]func(d *device){
		"another site":          func(d *device) { d.party.Origin = "https://billing.example.org" },
		"another domain":        func(d *device) { d.party.ID = "example.org" },
		"nobody touched it":     func(d *device) { d.authenticator.Options.UserNotPresent = true },
		"nobody was recognised": func(d *device) { d.authenticator.Options.UserNotVerified = true },
		"another user's":        func(d *device) { d.authenticator.Options.UserHandle = []byte(bo.ID) },
		"nobody's":              func(d *device) { d.authenticator.Options.UserHandle = []byte("nobody") },
		"another key":           func(d *device) { d.credential.Key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2).Key },
		"another passkey":       func(d *device) { d.credential.ID = []byte("another") },
	} {
		t.Run(name, func(t *testing.T) {
			spoilt := *d
			spoil(&spoilt)
			handle, options, err := f.BeginPasskeySignIn(t.Context(), home)
			ok(t, err)
			_, err = f.FinishPasskeySignIn(t.Context(), handle, spoilt.get(t, options), home)
			code(t, err, PasskeyRefused)
		})
	}
	handle, _, err := f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	for _, answer := range []string{"", "{}", "[]", `{"id":"x"}`} {
		_, err := f.FinishPasskeySignIn(t.Context(), handle, []byte(answer), home)
		code(t, err, PasskeyRefused)
	}
	off := false
	_, err = f.ChangeUser(t.Context(), bo.ID, 0, UserChange{Active: &off})
	ok(t, err)

	// A registration is for the user who began it, with the device that is asked.
	handle, options, err := f.BeginPasskey(t.Context(), u.ID, "x")
	ok(t, err)
	_, err = f.FinishPasskey(t.Context(), bo.ID, handle, newDevice().create(t, options, u.ID))
	code(t, err, PasskeyRefused)
	other := newDevice()
	other.party.Origin = "https://billing.example.org"
	_, err = f.FinishPasskey(t.Context(), u.ID, handle, other.create(t, options, u.ID))
	code(t, err, PasskeyRefused)
	handle, options, err = f.BeginPasskey(t.Context(), bo.ID, "x")
	ok(t, err)
	_, err = f.FinishPasskey(t.Context(), bo.ID, handle, d.create(t, options, bo.ID))
	code(t, err, PasskeyRefused)                                            // the id of another user's passkey
	_, err = f.FinishPasskeySignIn(t.Context(), handle, []byte("{}"), home) // no handle of a sign-in
	code(t, err, SignInExpired)
}

// A copy of a passkey is known by its counter, which lags behind.
func TestPasskeyCopied(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	d, _ := f.registered(u)
	stolen := *d
	for range 3 {
		handle, options, err := f.BeginPasskeySignIn(t.Context(), home)
		ok(t, err)
		_, err = f.FinishPasskeySignIn(t.Context(), handle, d.get(t, options), home)
		ok(t, err)
	}
	handle, options, err := f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	_, err = f.FinishPasskeySignIn(t.Context(), handle, stolen.get(t, options), home)
	code(t, err, PasskeyRefused)
	if failed := f.audited("signin.fail"); len(failed) != 1 || failed[0].Subject != "user/"+u.ID || !strings.Contains(failed[0].Detail, "copy") {
		t.Errorf("audit: %v", failed)
	}
}

// Somebody with one-time codes and a passkey may use either.
func TestPasskeyInsteadOfCode(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	f.enrolled(u)
	d, _ := f.registered(u)
	s, err := f.SignIn(t.Context(), u.Email, good, home)
	ok(t, err)
	if !slices.Contains(s.Factors, "passkey") {
		t.Errorf("factors %v", s.Factors)
	}
	handle, options, err := f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	s, err = f.FinishPasskeySignIn(t.Context(), handle, d.get(t, options), home)
	ok(t, err)
	if s.Cookie == "" {
		t.Error("a passkey is two factors; none is asked for after it")
	}
}
