package identity

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// startOP starts a real OpenID provider and returns its issuer.
func startOP(t *testing.T, f *fixture) string {
	t.Helper()
	script, err := filepath.Abs("../../.tools/op/op.mjs")
	ok(t, err)
	node, lacks := exec.LookPath("node")
	if _, err := os.Stat(filepath.Join(filepath.Dir(script), "node_modules", "oidc-provider")); err != nil || lacks != nil {
		t.Skip("oidc-provider is not here: run make tools, with node and npm installed")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	port := strconv.Itoa(free.Addr().(*net.TCPAddr).Port)
	ok(t, free.Close())
	op := exec.CommandContext(t.Context(), node, script, port, "sluice", "op-client-secret", f.CallbackURL())
	stop, err := op.StdinPipe()
	ok(t, err)
	ok(t, op.Start())
	t.Cleanup(func() {
		stop.Close()
		_ = op.Wait()
	})
	issuer := "http://127.0.0.1:" + port
	for range 200 {
		if answer, err := http.Get(issuer + "/.well-known/openid-configuration"); err == nil {
			answer.Body.Close()
			return issuer
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("oidc-provider does not answer")
	return ""
}

// browse follows a sign-in at the provider as somebody with a browser, and returns
// the parameters it is sent back with.
func browse(t *testing.T, at, login string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	ok(t, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := []url.Values{{"prompt": {"login"}, "login": {login}, "password": {"any"}}, {"prompt": {"consent"}}}
	var answer *http.Response
	for range 12 {
		if strings.HasPrefix(at, origin) {
			back, err := url.Parse(at)
			ok(t, err)
			return back.Query()
		}
		here, err := url.Parse(at)
		ok(t, err)
		if strings.HasPrefix(here.Path, "/interaction/") && len(form) > 0 {
			answer, err = browser.PostForm(at, form[0])
			form = form[1:]
		} else {
			answer, err = browser.Get(at)
		}
		ok(t, err)
		page, err := io.ReadAll(answer.Body)
		ok(t, err)
		answer.Body.Close()
		next, err := answer.Location()
		if err != nil {
			t.Fatalf("%s answers %s: %s", at, answer.Status, page)
		}
		at = next.String()
	}
	t.Fatal("the provider goes round in circles")
	return nil
}

func (f *fixture) provider(issuer string, p Provider) Provider {
	f.t.Helper()
	p.Name, p.Issuer, p.ClientID, p.Active = "Acme", issuer, "sluice", true
	saved, err := f.SaveProvider(f.t.Context(), p, secret.TextOf("op-client-secret"))
	ok(f.t, err)
	return saved
}

// through signs somebody in with a provider.
func (f *fixture) through(p Provider, login, linkTo string) (SignIn, error) {
	f.t.Helper()
	start, err := f.BeginSSO(f.t.Context(), SSOOrder{Provider: p.ID, LinkTo: linkTo, ReturnTo: "/invoices"}, home)
	ok(f.t, err)
	back := browse(f.t, start.URL, login)
	done, next, err := f.FinishSSO(f.t.Context(), SSOCallback{State: back.Get("state"), Code: back.Get("code"), Issuer: back.Get("iss"), Browser: start.Browser}, home)
	if err == nil && next != "/invoices" {
		f.t.Errorf("returns to %q", next)
	}
	return done, err
}

func TestSSO(t *testing.T) {
	f := newFixture(t, Options{Origin: origin, AllowPrivate: true})
	f.at = time.Now() // the provider's clock
	f.owner()
	issuer := startOP(t, f)
	p := f.provider(issuer, Provider{Domains: []string{"@Acme.test", "example.com"}, JustInTime: true, Grants: []access.Grant{viewer}})

	t.Run("made just in time", func(t *testing.T) {
		s, err := f.through(p, "dee@acme.test", "")
		ok(t, err)
		who, err := f.Authenticate(t.Context(), s.Cookie)
		ok(t, err)
		if who.Email != "dee@acme.test" || who.Name != "Name of dee" || len(who.Grants) != 1 || who.Grants[0] != viewer || who.SecondFactor {
			t.Errorf("%+v", who)
		}
		again, err := f.through(p, "dee@acme.test", "")
		ok(t, err)
		if again.User.ID != s.User.ID {
			t.Error("the same subject is another user")
		}
	})
	t.Run("who was invited", func(t *testing.T) {
		invited, l, err := f.Invite(t.Context(), InvitationOrder{Email: "bo@acme.test", Grants: []access.Grant{{Organization: "acme", Role: "customer-admin"}}})
		ok(t, err)
		s, err := f.through(p, "bo@acme.test", "")
		ok(t, err)
		if s.User.ID != invited.ID || !s.User.Joined || s.User.Grants[0].Role != "customer-admin" {
			t.Errorf("%+v", s.User)
		}
		_, err = f.AcceptInvitation(t.Context(), l.Token, "", good)
		code(t, err, InvitationExpired)
	})
	t.Run("not who has joined", func(t *testing.T) {
		_, err := f.through(p, "ann@example.com", "")
		code(t, err, SSORefused)
	})
	t.Run("linked by who has joined", func(t *testing.T) {
		ann, err := f.UserByEmail(t.Context(), "ann@example.com")
		ok(t, err)
		_, err = f.through(p, "ann.private@elsewhere.test", ann.ID)
		ok(t, err)
		s, err := f.through(p, "ann.private@elsewhere.test", "")
		ok(t, err)
		if s.User.ID != ann.ID {
			t.Errorf("%+v", s.User)
		}
		_, err = f.through(p, "dee@acme.test", ann.ID)
		code(t, err, SSORefused) // another user's
	})
	t.Run("not another domain", func(t *testing.T) {
		_, err := f.through(p, "eve@elsewhere.test", "")
		code(t, err, SSORefused)
		_, err = f.through(p, "eve@sub.acme.test", "")
		code(t, err, SSORefused)
	})
	t.Run("not an address that is not verified", func(t *testing.T) {
		_, err := f.through(p, "unverified@acme.test", "")
		code(t, err, SSORefused)
	})
	t.Run("asks for the second factor of here", func(t *testing.T) {
		cy := f.joined("cy@example.com")
		e, _ := f.enrolled(cy)
		_, err := f.through(p, "cy@acme.test", cy.ID)
		ok(t, err)
		s, err := f.through(p, "cy@acme.test", "")
		ok(t, err)
		if s.Cookie != "" || s.Pending == "" {
			t.Fatalf("%+v", s)
		}
		done, err := f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
		ok(t, err)
		if done.Session.Method != "sso" || !done.Session.SecondFactor {
			t.Errorf("%+v", done.Session)
		}
		f.mu.Lock()
		f.at = time.Now()
		f.mu.Unlock()
	})
	t.Run("one browser, one time", func(t *testing.T) {
		start, err := f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
		ok(t, err)
		back := browse(t, start.URL, "dee@acme.test")
		callback := SSOCallback{State: back.Get("state"), Code: back.Get("code"), Issuer: back.Get("iss"), Browser: newSecret()}
		_, _, err = f.FinishSSO(t.Context(), callback, home)
		code(t, err, SignInExpired) // another browser
		callback.Browser = start.Browser
		_, _, err = f.FinishSSO(t.Context(), callback, home)
		ok(t, err)
		_, _, err = f.FinishSSO(t.Context(), callback, home)
		code(t, err, SignInExpired)
	})
	t.Run("spoilt", func(t *testing.T) {
		for name, spoil := range map[string]func(c *SSOCallback){
			"code of another sign-in": func(c *SSOCallback) { c.Code = "made-up" },
			"answer of another":       func(c *SSOCallback) { c.Issuer = "https://evil.test" },
			"refused there":           func(c *SSOCallback) { c.Error = "access_denied" },
		} {
			t.Run(name, func(t *testing.T) {
				start, err := f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
				ok(t, err)
				back := browse(t, start.URL, "dee@acme.test")
				callback := SSOCallback{State: back.Get("state"), Code: back.Get("code"), Issuer: back.Get("iss"), Browser: start.Browser}
				spoil(&callback)
				_, _, err = f.FinishSSO(t.Context(), callback, home)
				code(t, err, SSORefused)
			})
		}
	})
	t.Run("code and verifier belong together", func(t *testing.T) {
		one, err := f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
		ok(t, err)
		two, err := f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
		ok(t, err)
		stolen, mine := browse(t, one.URL, "dee@acme.test"), browse(t, two.URL, "eve@acme.test")
		_, _, err = f.FinishSSO(t.Context(), SSOCallback{State: mine.Get("state"), Code: stolen.Get("code"), Browser: two.Browser}, home)
		code(t, err, SSORefused)
	})
	t.Run("answer to another question", func(t *testing.T) {
		start, err := f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
		ok(t, err)
		back := browse(t, start.URL, "dee@acme.test")
		ceremony, err := f.ceremony(t.Context(), ssoKind, back.Get("state"))
		ok(t, err)
		var kept ssoState
		ok(t, f.state(ceremony, &kept))
		kept.Nonce = newSecret() // as if the token were made for another sign-in
		document, err := json.Marshal(kept)
		ok(t, err)
		ceremony.State, err = f.keys.Seal(document, "ceremony/"+ceremony.ID)
		ok(t, err)
		ok(t, f.records.ChangeIdentities(t.Context(), "spoil", func(c store.IdentityChange) error {
			return errors.Join(c.EndCeremony(t.Context(), ceremony.ID), c.CreateCeremony(t.Context(), ceremony))
		}))
		_, _, err = f.FinishSSO(t.Context(), SSOCallback{State: back.Get("state"), Code: back.Get("code"), Browser: start.Browser}, home)
		code(t, err, SSORefused)
	})
	t.Run("wrong secret", func(t *testing.T) {
		wrong, err := f.SaveProvider(t.Context(), p, secret.TextOf("another"))
		ok(t, err)
		_, err = f.through(wrong, "dee@acme.test", "")
		code(t, err, SSORefused)
		right, err := f.SaveProvider(t.Context(), wrong, secret.TextOf("op-client-secret"))
		ok(t, err)
		kept, err := f.SaveProvider(t.Context(), right, secret.TextOf(""))
		ok(t, err)
		_, err = f.through(kept, "dee@acme.test", "")
		ok(t, err)
		_, err = f.SaveProvider(t.Context(), right, secret.TextOf(""))
		code(t, err, ChangedMeanwhile)
		p = kept
	})
	t.Run("turned off and removed", func(t *testing.T) {
		p.Active = false
		p, err := f.SaveProvider(t.Context(), p, secret.TextOf(""))
		ok(t, err)
		_, err = f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
		code(t, err, SSORefused)
		ok(t, f.RemoveProvider(t.Context(), p.ID))
		_, err = f.BeginSSO(t.Context(), SSOOrder{Provider: p.ID}, home)
		code(t, err, NotFound)
		if all, err := f.Providers(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
	})
	if dump := f.dump(); !onPostgres() && strings.Contains(dump, "op-client-secret") {
		t.Error("the client secret is on record in clear")
	}
}

func TestProviderRefused(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	good := Provider{Name: "Acme", Issuer: "https://issuer.example.com", ClientID: "x"}
	for name, spoil := range map[string]func(p *Provider){
		"no name":                  func(p *Provider) { p.Name = "" },
		"no client":                func(p *Provider) { p.ClientID = "" },
		"no issuer":                func(p *Provider) { p.Issuer = "" },
		"not encrypted":            func(p *Provider) { p.Issuer = "http://issuer.example.com" },
		"a file":                   func(p *Provider) { p.Issuer = "file:///etc/passwd" },
		"with a password":          func(p *Provider) { p.Issuer = "https://a:b@issuer.example.com" },
		"makes users of anybody":   func(p *Provider) { p.JustInTime, p.Grants = true, []access.Grant{viewer} },
		"makes users who may none": func(p *Provider) { p.JustInTime, p.Domains = true, []string{"acme.test"} },
		"a domain that is none":    func(p *Provider) { p.Domains = []string{"a b"} },
		"half a grant":             func(p *Provider) { p.Grants = []access.Grant{{Organization: "acme"}} },
	} {
		t.Run(name, func(t *testing.T) {
			p := good
			spoil(&p)
			_, err := f.SaveProvider(t.Context(), p, secret.TextOf("s"))
			code(t, err, Invalid)
		})
	}
	_, err := f.SaveProvider(t.Context(), good, secret.TextOf(""))
	code(t, err, Invalid)

	// A name that leads to a private address is found out when it is connected to.
	good.Active, good.Issuer = true, "https://localhost:1"
	_, err = f.SaveProvider(t.Context(), good, secret.TextOf("s"))
	if e := code(t, err, SSOUnreachable); !strings.Contains(e.Message, "private address") {
		t.Errorf("it was connected to: %s", e.Message)
	}
}

func TestPublicAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "8.8.8.8": true,
		"127.0.0.1": false, "127.9.9.9": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "::1": false, "::": false, "fe80::1": false, "fd00::1": false, "::ffff:127.0.0.1": false,
		"::ffff:10.0.0.1": false, "64:ff9b::a9fe:a9fe": false, "2002:7f00:1::": false, "::7f00:1": false, "fd00:ec2::254": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: public is %t", address, got)
		}
	}
}

func TestReturnTo(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/invoices?month=2026-10": true,
		"//evil.test": false, "https://evil.test": false, `/\evil.test`: false, "javascript:alert(1)": false, "invoices": false, "/a\r\nSet-Cookie: x": false,
		"/\tevil": false,
	} {
		if ownPath(path) != want {
			t.Errorf("%q: %t", path, !want)
		}
	}
}
