package identity

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/access"
)

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	ok(t, err)
	return string(content)
}

// code is the one-time code of now, as the user's phone makes it.
func (f *fixture) code(e Enrolment) string {
	f.t.Helper()
	text, err := totp.GenerateCode(e.Seed, f.clockNow())
	ok(f.t, err)
	return text
}

// enrolled gives a user one-time codes.
func (f *fixture) enrolled(u User) (Enrolment, []string) {
	f.t.Helper()
	session := f.in(u.Email)
	e, err := f.EnrolTOTP(f.t.Context(), u.ID)
	ok(f.t, err)
	recovery, _, err := f.ConfirmTOTP(f.t.Context(), u.ID, session.Session.ID, f.code(e))
	ok(f.t, err)
	f.pass(time.Minute) // the code is used
	return e, recovery
}

func TestSignIn(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	s := f.in(" ANN@example.com ")
	p, err := f.Authenticate(t.Context(), s.Cookie)
	ok(t, err)
	if p.UserID != u.ID || p.Kind != Person || p.SessionID != s.Session.ID || p.TokenID != "" || p.Scopes != nil || !slices.Equal(p.Grants, []access.Grant{root}) {
		t.Errorf("principal %+v", p)
	}
	for _, other := range []string{"", "x", s.Cookie + "x", s.Cookie[1:], s.Session.ID} {
		_, err := f.Authenticate(t.Context(), other)
		code(t, err, NotSignedIn)
	}
	sessions, err := f.Sessions(t.Context(), u.ID)
	ok(t, err)
	if len(sessions) != 1 || sessions[0].Address != home.Address || sessions[0].UserAgent != home.UserAgent || sessions[0].Method != "password" {
		t.Errorf("sessions %+v", sessions)
	}
	ok(t, f.RevokeSession(t.Context(), u.ID, s.Session.ID))
	_, err = f.Authenticate(t.Context(), s.Cookie)
	code(t, err, NotSignedIn)
	code(t, f.RevokeSession(t.Context(), u.ID, s.Session.ID), NotFound)
	if in, out := f.audited("signin.ok"), f.audited("session.revoke"); len(in) != 1 || in[0].By != u.Email || len(out) != 1 {
		t.Errorf("audit: %v %v", in, out)
	}
}

// An unknown user, a wrong password, a disabled user and one without a password
// get the same answer for the same work.
func TestSameWorkForUnknown(t *testing.T) {
	f := newFixture(t, Options{})
	f.owner()
	off := false
	gone := f.joined("gone@example.com")
	_, err := f.ChangeUser(t.Context(), gone.ID, 0, UserChange{Active: &off})
	ok(t, err)
	_, _, err = f.Invite(t.Context(), InvitationOrder{Email: "invited@example.com"})
	ok(t, err)
	answers := map[string]bool{}
	for _, try := range []struct{ email, password string }{
		{"ann@example.com", "something else altogether"}, {"nobody@example.com", good}, {"gone@example.com", good}, {"invited@example.com", ""},
		{"no address", good}, {"", ""}, {"ann@example.com", string(make([]byte, 10_000))},
	} {
		before := f.passwords.worked.Load()
		_, err := f.SignIn(t.Context(), try.email, try.password, Visit{})
		answers[code(t, err, BadCredentials).Message] = true
		if worked := f.passwords.worked.Load() - before; worked != 1 {
			t.Errorf("%q with %q: %d hashes", try.email, try.password, worked)
		}
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
	if failed := f.audited("signin.fail"); len(failed) != 7 {
		t.Errorf("%d failures in the audit", len(failed))
	}
}

// Delays are, by hand: five tries are free, then 2, 4, 8 … seconds, 15 minutes at
// most.
func TestTooManyTries(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	wrong := func() error {
		_, err := f.SignIn(t.Context(), u.Email, "something else altogether", Visit{})
		return err
	}
	for range 5 {
		code(t, wrong(), BadCredentials)
	}
	for _, seconds := range []int{2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
		code(t, wrong(), BadCredentials)
		wait := code(t, wrong(), TooManyTries).RetryAfter
		if want := time.Duration(seconds+1) * time.Second; wait != want {
			t.Fatalf("the delay is %s, want %s", wait, want)
		}
		_, err := f.SignIn(t.Context(), u.Email, good, Visit{}) // the right one waits, too
		code(t, err, TooManyTries)
		f.pass(time.Duration(seconds) * time.Second)
	}
	f.in(u.Email) // and all is forgiven
	code(t, wrong(), BadCredentials)
	code(t, wrong(), BadCredentials)
}

// Many accounts from one address are held up, others from elsewhere are not.
func TestTooManyFromOneAddress(t *testing.T) {
	f := newFixture(t, Options{})
	f.owner()
	attacker := func(host string) Visit { return Visit{Address: host} }
	hosts := []string{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9"} // one network of a provider's customer
	for i := range 31 {
		_, err := f.SignIn(t.Context(), string(rune('a'+i))+"@example.com", good, attacker(hosts[i%2]))
		code(t, err, BadCredentials)
	}
	_, err := f.SignIn(t.Context(), "z@example.com", good, attacker(hosts[0]))
	code(t, err, TooManyTries)
	_, err = f.SignIn(t.Context(), "ann@example.com", good, attacker("2001:db8:1:3::1"))
	ok(t, err)
}

// Tries that run at once count as many: no more than the free ones are looked at.
func TestTriesAtOnce(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	before := f.passwords.worked.Load()
	var wait sync.WaitGroup
	for range 30 {
		wait.Go(func() { _, _ = f.SignIn(context.Background(), u.Email, "something else altogether", Visit{}) })
	}
	wait.Wait()
	if worked := f.passwords.worked.Load() - before; worked != 6 { // five free ones, and the one that begins the delay
		t.Errorf("%d passwords were looked at", worked)
	}
}

func TestSecondFactor(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	before, other := f.in(u.Email), f.in(u.Email)
	e, err := f.EnrolTOTP(t.Context(), u.ID)
	ok(t, err)
	f.in(u.Email) // not asked for yet
	_, _, err = f.ConfirmTOTP(t.Context(), u.ID, before.Session.ID, "000000x")
	code(t, err, BadCode)
	recovery, cookie, err := f.ConfirmTOTP(t.Context(), u.ID, before.Session.ID, f.code(e))
	ok(t, err)
	if len(recovery) != 10 {
		t.Errorf("%d recovery codes", len(recovery))
	}
	for _, old := range []string{before.Cookie, other.Cookie} {
		_, err := f.Authenticate(t.Context(), old)
		code(t, err, NotSignedIn)
	}
	if p, err := f.Authenticate(t.Context(), cookie); err != nil || !p.SecondFactor || p.SessionID != before.Session.ID {
		t.Errorf("after enrolment: %+v, %v", p, err)
	}
	_, err = f.EnrolTOTP(t.Context(), u.ID)
	code(t, err, AlreadyEnrolled)

	pending := func() SignIn {
		t.Helper()
		s, err := f.SignIn(t.Context(), u.Email, good, home)
		ok(t, err)
		if s.Cookie != "" || s.Pending == "" || !slices.Equal(s.Factors, []string{"totp", "recovery-code"}) {
			t.Fatalf("sign-in %+v", s)
		}
		_, err = f.Authenticate(t.Context(), s.Pending)
		code(t, err, NotSignedIn)
		return s
	}
	s := pending()
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
	code(t, err, BadCode) // it confirmed the enrolment and is used
	f.pass(30 * time.Second)
	done, err := f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
	ok(t, err)
	if p, err := f.Authenticate(t.Context(), done.Cookie); err != nil || !p.SecondFactor {
		t.Errorf("%+v, %v", p, err)
	}
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
	code(t, err, SignInExpired)
	s = pending()
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
	code(t, err, BadCode) // the same step again
	f.pass(10 * time.Minute)
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
	code(t, err, SignInExpired)

	s = pending()
	_, err = f.FinishSignIn(t.Context(), s.Pending, " "+recovery[3]+" ", home)
	ok(t, err)
	s = pending()
	_, err = f.FinishSignIn(t.Context(), s.Pending, recovery[3], home)
	code(t, err, BadCode)
	if left, err := f.RecoveryCodesLeft(t.Context(), u.ID); err != nil || left != 9 {
		t.Errorf("%d left, %v", left, err)
	}
	renewed, err := f.RenewRecoveryCodes(t.Context(), u.ID)
	ok(t, err)
	_, err = f.FinishSignIn(t.Context(), s.Pending, recovery[4], home)
	code(t, err, BadCode)
	_, err = f.FinishSignIn(t.Context(), s.Pending, renewed[4], home)
	ok(t, err)
	ok(t, f.DisableTOTP(t.Context(), u.ID))
	f.in(u.Email)
}

// Guesses at one-time codes are delayed, also across new sign-ins with the right
// password.
func TestTooManyCodes(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	e, _ := f.enrolled(u)
	for range 6 {
		s, err := f.SignIn(t.Context(), u.Email, good, Visit{})
		ok(t, err)
		_, err = f.FinishSignIn(t.Context(), s.Pending, "abcdef", Visit{})
		code(t, err, BadCode)
	}
	s, err := f.SignIn(t.Context(), u.Email, good, Visit{})
	ok(t, err)
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), Visit{})
	code(t, err, TooManyTries)
	f.pass(3 * time.Second)
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), Visit{})
	ok(t, err)
}

// A recovery code that several use at once lets one in.
func TestRecoveryCodeOnce(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	_, recovery := f.enrolled(u)
	pending := make([]SignIn, 5)
	for i := range pending {
		s, err := f.SignIn(t.Context(), u.Email, good, Visit{})
		ok(t, err)
		pending[i] = s
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	in := 0
	for _, s := range pending {
		wait.Go(func() {
			if done, err := f.FinishSignIn(context.Background(), s.Pending, recovery[0], Visit{}); err == nil && done.Cookie != "" {
				mu.Lock()
				defer mu.Unlock()
				in++
			}
		})
	}
	wait.Wait()
	if in != 1 {
		t.Errorf("one recovery code let %d in", in)
	}
}

// Where an organization requires a second factor, its people have no grants
// without one, and nobody else is touched.
func TestSecondFactorRequired(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	bo := f.joined("bo@acme.test", access.Grant{Organization: "acme/lab", Role: "customer-viewer"})
	f.joined("cy@acme-two.test", access.Grant{Organization: "acme-two", Role: "customer-viewer"})
	ok(t, f.SetSecondFactorRequired(t.Context(), "acme", true))
	s := f.in(bo.Email)
	p, err := f.Authenticate(t.Context(), s.Cookie)
	ok(t, err)
	if !p.NeedsSecondFactor || p.Grants != nil {
		t.Errorf("%+v", p)
	}
	for _, email := range []string{u.Email, "cy@acme-two.test"} {
		if p, err := f.Authenticate(t.Context(), f.in(email).Cookie); err != nil || p.NeedsSecondFactor || len(p.Grants) != 1 {
			t.Errorf("%s: %+v, %v", email, p, err)
		}
	}
	e, err := f.EnrolTOTP(t.Context(), bo.ID)
	ok(t, err)
	_, cookie, err := f.ConfirmTOTP(t.Context(), bo.ID, s.Session.ID, f.code(e))
	ok(t, err)
	if p, err := f.Authenticate(t.Context(), cookie); err != nil || p.NeedsSecondFactor || len(p.Grants) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	ok(t, f.SetSecondFactorRequired(t.Context(), "acme", false))
	if rules, err := f.SecondFactorRequired(t.Context()); err != nil || len(rules) != 0 {
		t.Errorf("%v, %v", rules, err)
	}
}

// Seeds that were sealed with an old data key are good after a new one.
func TestKeysRotate(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	e, _ := f.enrolled(u)
	s, err := f.SignIn(t.Context(), u.Email, good, home)
	ok(t, err)
	ok(t, f.keys.Rotate(t.Context(), "ann"))
	_, err = f.FinishSignIn(t.Context(), s.Pending, f.code(e), home)
	ok(t, err)
}

// When somebody was last seen is written once a minute, not at every request.
func TestSeenOnceAMinute(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	s := f.in(u.Email)
	began := f.clockNow()
	for _, step := range []struct {
		pass time.Duration
		seen time.Duration
	}{{50 * time.Second, 0}, {15 * time.Second, 65 * time.Second}, {55 * time.Second, 65 * time.Second}, {10 * time.Second, 130 * time.Second}} {
		f.pass(step.pass)
		_, err := f.Authenticate(t.Context(), s.Cookie)
		ok(t, err)
		all, err := f.Sessions(t.Context(), u.ID)
		ok(t, err)
		if !all[0].SeenAt.Equal(began.Add(step.seen)) {
			t.Errorf("after %s it was seen %s in", f.clockNow().Sub(began), all[0].SeenAt.Sub(began))
		}
	}
}

func TestChangePassword(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	mine, other := f.in(u.Email), f.in(u.Email)
	const fresh = "nine grey herons overhead"
	_, err := f.ChangePassword(t.Context(), u.ID, mine.Session.ID, "wrong one", fresh)
	code(t, err, BadCredentials)
	_, err = f.ChangePassword(t.Context(), u.ID, mine.Session.ID, good, "password1234")
	code(t, err, PasswordTooWeak)
	cookie, err := f.ChangePassword(t.Context(), u.ID, mine.Session.ID, good, fresh)
	ok(t, err)
	for _, old := range []string{mine.Cookie, other.Cookie} {
		_, err := f.Authenticate(t.Context(), old)
		code(t, err, NotSignedIn)
	}
	if p, err := f.Authenticate(t.Context(), cookie); err != nil || p.SessionID != mine.Session.ID {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestSessionExpires(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	idle, busy := f.in(u.Email), f.in(u.Email)
	for range 2 * 30 { // a look every 11 hours for 27.5 days
		f.pass(11 * time.Hour)
		_, err := f.Authenticate(t.Context(), busy.Cookie)
		ok(t, err)
	}
	_, err := f.Authenticate(t.Context(), idle.Cookie)
	code(t, err, NotSignedIn)
	for f.clockNow().Before(busy.Session.CreatedAt.Add(30*24*time.Hour - 11*time.Hour)) {
		f.pass(11 * time.Hour)
		_, err := f.Authenticate(t.Context(), busy.Cookie)
		ok(t, err)
	}
	f.pass(11 * time.Hour)
	_, err = f.Authenticate(t.Context(), busy.Cookie)
	code(t, err, NotSignedIn)
	if left, err := f.Sessions(t.Context(), u.ID); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// What another process revokes ends here within two seconds.
func TestRevokedElsewhere(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	s := f.in(u.Email)
	elsewhere := f.another(f.keys, Options{})
	_, err := f.Authenticate(t.Context(), s.Cookie)
	ok(t, err)
	ok(t, elsewhere.RevokeSession(t.Context(), u.ID, s.Session.ID))
	f.pass(2 * time.Second)
	_, err = f.Authenticate(t.Context(), s.Cookie)
	code(t, err, NotSignedIn)
}

// Whatever was revoked, in whatever order, never authenticates again.
func TestRevokedNeverAuthenticates(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	rapid.Check(t, func(r *rapid.T) {
		ctx := context.Background()
		good := map[string]func() error{}
		gone := map[string]bool{}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"session", "token", "revoke", "pass"}).Draw(r, "step") {
			case "session":
				s := f.in(u.Email)
				good[s.Cookie] = func() error { return f.RevokeSession(ctx, u.ID, s.Session.ID) }
			case "token":
				made, text, err := f.CreateToken(ctx, TokenOrder{User: u.ID, Name: "x", Expires: time.Hour * 24 * 300})
				ok(t, err)
				good[text] = func() error { return f.RevokeToken(ctx, u.ID, made.ID) }
			case "revoke":
				for credential, revoke := range good {
					ok(t, revoke())
					delete(good, credential)
					gone[credential] = true
					break
				}
			case "pass":
				f.pass(time.Duration(rapid.IntRange(0, 3000).Draw(r, "ms")) * time.Millisecond)
			}
			for credential := range good {
				if _, err := f.Authenticate(ctx, credential); err != nil {
					r.Fatalf("a good credential: %v", err)
				}
			}
			for credential := range gone {
				if p, err := f.Authenticate(ctx, credential); err == nil || p.UserID != "" {
					r.Fatalf("a revoked credential is good")
				}
			}
		}
	})
}

func TestCSRFToken(t *testing.T) {
	a, b := newSecret(), newSecret()
	if !ValidCSRFToken(a, CSRFToken(a)) || ValidCSRFToken(a, CSRFToken(b)) || ValidCSRFToken("", CSRFToken("")) || ValidCSRFToken(a, "") {
		t.Error("a token is of its cookie only")
	}
	if CSRFToken(a) == hashed(a) {
		t.Error("the token is on record")
	}
}

// A flood of sign-ins is sent away instead of filling the memory.
func TestHashesAreBounded(t *testing.T) {
	h := newHasher(1)
	held := make(chan struct{})
	var wait sync.WaitGroup
	for range hashQueue + 1 {
		wait.Go(func() { _ = h.use(context.Background(), func() error { <-held; return nil }) })
	}
	for h.waiting.Load() < hashQueue {
		time.Sleep(time.Millisecond)
	}
	err := h.use(context.Background(), func() error { return nil })
	if e := code(t, err, TooManyTries); e.RetryAfter == 0 {
		t.Error("it does not say when to try again")
	}
	close(held)
	wait.Wait()
	ok(t, h.use(context.Background(), func() error { return nil }))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h.slots <- struct{}{}
	if err := h.use(ctx, func() error { return nil }); err == nil {
		t.Error("somebody who went away is still served")
	}
}
