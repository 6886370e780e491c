package identity

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/store/postgrestest"
)

const origin = "https://billing.example.com"

// fixture is a directory on records of its own, with a clock that a test moves.
type fixture struct {
	*Directory
	t       *testing.T
	records *store.Store
	file    string

	mu sync.Mutex
	at time.Time
}

func newFixture(t *testing.T, o Options) *fixture {
	t.Helper()
	dir := t.TempDir()
	place := newPlace(t)
	records, err := store.Open(t.Context(), place)
	ok(t, err)
	t.Cleanup(func() { records.Close() })
	keys, err := secret.Open(t.Context(), dir, records)
	ok(t, err)
	f := &fixture{t: t, records: records, file: place, at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	f.Directory = f.another(keys, o)
	return f
}

// databaseOfTests names the database of a run of these tests: SQLite, or
// PostgreSQL where it says postgres.
const databaseOfTests = "SLUICE_TEST_DATABASE"

func onPostgres() bool { return os.Getenv(databaseOfTests) == "postgres" }

// newPlace is a place of new records, of the kind of this run of the tests.
func newPlace(t *testing.T) string {
	t.Helper()
	if !onPostgres() {
		return filepath.Join(t.TempDir(), "records.db")
	}
	if migrated == "" { // copying a database with tables is quicker than making the tables
		migrated, _ = postgrestest.Copy(t, "postgres:///template0") // it goes with the server
		s, err := store.Open(t.Context(), migrated)
		ok(t, err)
		ok(t, s.Close())
	}
	place, drop := postgrestest.Copy(t, migrated)
	t.Cleanup(drop)
	return place
}

var migrated string

// All tests of this package run on PostgreSQL as well, in a process of their own.
func TestAllOnPostgreSQL(t *testing.T) {
	if onPostgres() {
		t.Skip("it runs the others on PostgreSQL, and this is that run")
	}
	postgrestest.URL(t) // skips this one where there is no PostgreSQL
	run := exec.CommandContext(t.Context(), os.Args[0], "-test.count=1", "-rapid.checks=20")
	run.Env = append(os.Environ(), databaseOfTests+"=postgres")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("on PostgreSQL: %v\n%s", err, out)
	}
}

// another is a directory as another process has it: on the same records, with a
// cache of its own.
func (f *fixture) another(keys *secret.Keyring, o Options) *Directory {
	f.t.Helper()
	d, err := New(f.records, keys, f.clockNow, o)
	ok(f.t, err)
	d.passwords.params.Memory, d.passwords.params.Iterations = 64, 1 // tests are about what is done, not how long it takes
	d.passwords.nobody = nobodysHash(d.passwords.params)
	return d
}

func (f *fixture) clockNow() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

// pass lets time pass.
func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// code checks that err is an *Error with a code.
func code(t *testing.T, err error, want string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v; want one with code %s", err, want)
	}
	if e.Code != want {
		t.Fatalf("error %q has code %s, want %s", e.Message, e.Code, want)
	}
	return e
}

const good = "olive tram beside the harbour"

var home = Visit{Address: "192.0.2.7", UserAgent: "a browser"}

// owner sets the installation up.
func (f *fixture) owner() User {
	f.t.Helper()
	l, needed, err := f.SetUpLink(f.t.Context())
	ok(f.t, err)
	if !needed {
		f.t.Fatal("no set-up link")
	}
	u, err := f.SetUp(f.t.Context(), l.Token, "Ann@Example.com", "Ann Sato", good)
	ok(f.t, err)
	return u
}

// joined invites somebody, who joins.
func (f *fixture) joined(email string, grants ...access.Grant) User {
	f.t.Helper()
	_, l, err := f.Invite(f.t.Context(), InvitationOrder{Email: email, Name: "Somebody", Grants: grants})
	ok(f.t, err)
	u, err := f.AcceptInvitation(f.t.Context(), l.Token, "", good)
	ok(f.t, err)
	return u
}

// in signs a user in and returns the cookie.
func (f *fixture) in(email string) SignIn {
	f.t.Helper()
	s, err := f.SignIn(f.t.Context(), email, good, home)
	ok(f.t, err)
	if s.Cookie == "" {
		f.t.Fatal("no session")
	}
	return s
}

func (f *fixture) audited(action string) []store.AuditEntry {
	f.t.Helper()
	all, err := f.records.Audit(f.t.Context(), 0)
	ok(f.t, err)
	return slices.DeleteFunc(all, func(e store.AuditEntry) bool { return e.Action != action })
}

var (
	root   = access.Grant{Organization: access.Root, Role: access.Owner}
	viewer = access.Grant{Organization: "acme", Role: "customer-viewer"}
)

func TestSetUp(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	first, _, err := f.SetUpLink(t.Context())
	ok(t, err)
	again, needed, err := f.SetUpLink(t.Context())
	ok(t, err)
	if !needed || first.Token == again.Token {
		t.Error("each start prints a link of its own until one is used")
	}
	if want := origin + "/set-up#" + again.Token; again.URL(origin) != want {
		t.Errorf("the link is %s", again.URL(origin))
	}
	_, err = f.SetUp(t.Context(), "made-up", "ann@example.com", "Ann", good)
	code(t, err, SetUpExpired)
	_, err = f.SetUp(t.Context(), again.Token, "ann@example.com", "Ann", "short")
	code(t, err, PasswordTooWeak)
	_, err = f.SetUp(t.Context(), again.Token, "no address", "Ann", good)
	code(t, err, EmailInvalid)
	u, err := f.SetUp(t.Context(), first.Token, " Ann@Example.COM", "Ann", good)
	ok(t, err)
	if u.Email != "ann@example.com" || len(u.Grants) != 1 || u.Grants[0].Grant != root || !u.Joined {
		t.Errorf("the first user is %+v", u)
	}
	_, err = f.SetUp(t.Context(), again.Token, "eve@example.com", "Eve", good)
	code(t, err, AlreadySetUp)
	if _, needed, err = f.SetUpLink(t.Context()); err != nil || needed {
		t.Errorf("a link to set up what is set up: %v", err)
	}
}

func TestSetUpLinkExpires(t *testing.T) {
	f := newFixture(t, Options{})
	l, _, err := f.SetUpLink(t.Context())
	ok(t, err)
	f.pass(24 * time.Hour)
	_, err = f.SetUp(t.Context(), l.Token, "ann@example.com", "Ann", good)
	code(t, err, SetUpExpired)
}

// Of several who use the same set-up link at once, one is the owner.
func TestSetUpOnce(t *testing.T) {
	f := newFixture(t, Options{})
	l, _, err := f.SetUpLink(t.Context())
	ok(t, err)
	var wait sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = f.SetUp(t.Context(), l.Token, fmt.Sprintf("u%d@example.com", i), "U", good)
		})
	}
	wait.Wait()
	users, err := f.Users(t.Context())
	ok(t, err)
	if done := slices.DeleteFunc(errs, func(err error) bool { return err != nil }); len(done) != 1 || len(users) != 1 {
		t.Errorf("%d set it up, there are %d users", len(done), len(users))
	}
}

func TestInvitation(t *testing.T) {
	f := newFixture(t, Options{})
	f.owner()
	ctx := billing.WithActor(t.Context(), billing.Actor{Name: "ann@example.com"})
	u, l, err := f.Invite(ctx, InvitationOrder{Email: "bo@acme.test", Name: "Bo", Grants: []access.Grant{viewer, viewer}, ExternalID: "4711"})
	ok(t, err)
	if u.Joined || len(u.Grants) != 1 || u.Grants[0].By != "ann@example.com" || u.ExternalID != "4711" {
		t.Errorf("invited: %+v", u)
	}
	_, err = f.SignIn(t.Context(), "bo@acme.test", "", home)
	code(t, err, BadCredentials)
	_, _, err = f.Invite(ctx, InvitationOrder{Email: "BO@acme.test", Name: "Bo"})
	code(t, err, EmailTaken)
	_, err = f.ResetLink(ctx, u.ID)
	code(t, err, Invalid)

	renewed, err := f.InviteAgain(ctx, u.ID)
	ok(t, err)
	_, err = f.AcceptInvitation(t.Context(), l.Token, "", good)
	code(t, err, InvitationExpired)
	about, err := f.InvitationOf(t.Context(), renewed.Token)
	ok(t, err)
	if about.Email != "bo@acme.test" || about.Purpose != "invitation" {
		t.Errorf("the invitation is %+v", about)
	}
	_, err = f.AcceptInvitation(t.Context(), renewed.Token, "Bo", "bo@acme.test is my name")
	code(t, err, PasswordTooWeak)
	joined, err := f.AcceptInvitation(t.Context(), renewed.Token, "Bo Li", good)
	ok(t, err)
	if !joined.Joined || joined.Name != "Bo Li" {
		t.Errorf("joined: %+v", joined)
	}
	_, err = f.AcceptInvitation(t.Context(), renewed.Token, "", good)
	code(t, err, InvitationExpired)
	_, err = f.InviteAgain(ctx, u.ID)
	code(t, err, Invalid)
	f.in("bo@acme.test")

	late, second, err := f.Invite(ctx, InvitationOrder{Email: "late@acme.test"})
	ok(t, err)
	f.pass(7 * 24 * time.Hour)
	_, err = f.AcceptInvitation(t.Context(), second.Token, "Late", good)
	code(t, err, InvitationExpired)
	ok(t, f.RemoveUser(ctx, late.ID))
}

func TestResetPassword(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	session := f.in(u.Email)
	l, err := f.ResetLink(t.Context(), u.ID)
	ok(t, err)
	const other = "nine grey herons overhead"
	_, err = f.AcceptInvitation(t.Context(), l.Token, "", other)
	code(t, err, InvitationExpired) // a link is for one purpose
	_, err = f.ResetPassword(t.Context(), l.Token, other)
	ok(t, err)
	_, err = f.Authenticate(t.Context(), session.Cookie)
	code(t, err, NotSignedIn)
	_, err = f.SignIn(t.Context(), u.Email, good, home)
	code(t, err, BadCredentials)
	_, err = f.SignIn(t.Context(), u.Email, other, home)
	ok(t, err)
	l, err = f.ResetLink(t.Context(), u.ID)
	ok(t, err)
	f.pass(time.Hour)
	_, err = f.ResetPassword(t.Context(), l.Token, good)
	code(t, err, ResetExpired)
}

func TestLastOwner(t *testing.T) {
	f := newFixture(t, Options{})
	ann := f.owner()
	_, _, err := f.Invite(t.Context(), InvitationOrder{Email: "bo@example.com", Grants: []access.Grant{root}})
	ok(t, err)
	_, err = f.CreateServiceAccount(t.Context(), "robot", "", []access.Grant{root})
	ok(t, err)
	off, none := false, []access.Grant{viewer}
	_, err = f.ChangeUser(t.Context(), ann.ID, 0, UserChange{Active: &off})
	code(t, err, LastOwner) // whoever has not joined, and a program, cannot stand in
	_, err = f.ChangeUser(t.Context(), ann.ID, 0, UserChange{Grants: &none})
	code(t, err, LastOwner)
	code(t, f.RemoveUser(t.Context(), ann.ID), LastOwner)
	if still, err := f.User(t.Context(), ann.ID); err != nil || !still.Active || still.Grants[0].Grant != root {
		t.Errorf("after being refused: %+v, %v", still, err)
	}
	f.joined("cy@example.com", root)
	ok(t, f.RemoveUser(t.Context(), ann.ID))
}

// Of two owners who demote each other at the same time one stays.
func TestLastOwnerAtOnce(t *testing.T) {
	f := newFixture(t, Options{})
	ids := []string{f.owner().ID, f.joined("bo@example.com", root).ID}
	var wait sync.WaitGroup
	for _, id := range ids {
		wait.Go(func() { _, _ = f.ChangeUser(t.Context(), id, 0, UserChange{Grants: &[]access.Grant{}}) })
	}
	wait.Wait()
	if n, err := f.records.Identities().CountHolders(t.Context(), access.Root, access.Owner); err != nil || n != 1 {
		t.Errorf("%d owners left, %v", n, err)
	}
}

func TestChangeUser(t *testing.T) {
	f := newFixture(t, Options{})
	f.owner()
	bo := f.joined("bo@acme.test", viewer, access.Grant{Organization: "acme/lab", Role: "customer-admin"})
	session := f.in(bo.Email)
	name, email := "Bo Li", "bo.li@acme.test"
	changed, err := f.ChangeUser(t.Context(), bo.ID, bo.Version, UserChange{Name: &name, Email: &email})
	ok(t, err)
	if changed.Version <= bo.Version || changed.Email != email || len(changed.Grants) != 2 {
		t.Errorf("changed: %+v", changed)
	}
	_, err = f.ChangeUser(t.Context(), bo.ID, bo.Version, UserChange{Name: &name})
	code(t, err, ChangedMeanwhile)
	_, err = f.ChangeUser(t.Context(), "nobody", 0, UserChange{Name: &name})
	code(t, err, NotFound)
	taken := "ann@example.com"
	_, err = f.ChangeUser(t.Context(), bo.ID, 0, UserChange{Email: &taken})
	code(t, err, EmailTaken)
	if p, err := f.Authenticate(t.Context(), session.Cookie); err != nil || p.Email != email || len(p.Grants) != 2 {
		t.Errorf("principal %+v, %v", p, err)
	}

	more := []access.Grant{viewer, {Organization: "acme/lab", Role: "customer-admin"}, {Organization: "globex", Role: "customer-viewer"}}
	_, err = f.ChangeUser(t.Context(), bo.ID, 0, UserChange{Grants: &more})
	ok(t, err)
	if p, err := f.Authenticate(t.Context(), session.Cookie); err != nil || len(p.Grants) != 3 {
		t.Errorf("more rights are there at once, and the session goes on: %+v, %v", p, err)
	}
	fewer := more[1:]
	_, err = f.ChangeUser(t.Context(), bo.ID, 0, UserChange{Grants: &fewer})
	ok(t, err)
	_, err = f.Authenticate(t.Context(), session.Cookie)
	code(t, err, NotSignedIn)
	if added, removed := f.audited("grant.add"), f.audited("grant.remove"); len(added) != 4 || len(removed) != 1 || removed[0].Detail != "customer-viewer in acme" {
		t.Errorf("audit has %d grants given and %v taken", len(added), removed)
	}

	session = f.in(email)
	off := false
	_, err = f.ChangeUser(t.Context(), bo.ID, 0, UserChange{Active: &off})
	ok(t, err)
	_, err = f.Authenticate(t.Context(), session.Cookie)
	code(t, err, NotSignedIn)
	_, err = f.SignIn(t.Context(), email, good, home)
	code(t, err, BadCredentials)
	if len(f.audited("user.disable")) != 1 {
		t.Error("disabling is not in the audit")
	}
}

// No secret is in the records: what was given out, in clear, is in no file of
// them.
func TestNoSecretOnRecord(t *testing.T) {
	if onPostgres() {
		t.Skip("it reads the files of SQLite")
	}
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	session := f.in(u.Email)
	_, token, err := f.CreateToken(t.Context(), TokenOrder{User: u.ID, Name: "robot", Expires: time.Hour})
	ok(t, err)
	e, err := f.EnrolTOTP(t.Context(), u.ID)
	ok(t, err)
	recovery, cookie, err := f.ConfirmTOTP(t.Context(), u.ID, session.Session.ID, f.code(e))
	ok(t, err)
	l, err := f.ResetLink(t.Context(), u.ID)
	ok(t, err)
	dump := f.dump()
	for name, text := range map[string]string{
		"password": good, "cookie": session.Cookie, "new cookie": cookie, "token": token, "secret of the token": strings.Split(token, "_")[2][:tokenSecret],
		"seed": e.Seed, "recovery code": recovery[0], "recovery code without signs": strings.ReplaceAll(recovery[0], "-", ""), "link": l.Token,
	} {
		if strings.Contains(dump, text) {
			t.Errorf("the %s is on record in clear", name)
		}
	}
	if !strings.Contains(dump, u.Email) {
		t.Error("the records were not read at all")
	}
}

// dump is every byte of the records' files.
func (f *fixture) dump() string {
	f.t.Helper()
	files, err := filepath.Glob(f.file + "*")
	ok(f.t, err)
	var all strings.Builder
	for _, file := range files {
		all.WriteString(read(f.t, file))
	}
	return all.String()
}

func TestClean(t *testing.T) {
	f := newFixture(t, Options{Origin: origin})
	u := f.owner()
	f.in(u.Email)
	_, _, err := f.Invite(t.Context(), InvitationOrder{Email: "bo@example.com"})
	ok(t, err)
	_, _, err = f.BeginPasskeySignIn(t.Context(), home)
	ok(t, err)
	if n, err := f.Clean(t.Context()); err != nil || n != 0 {
		t.Errorf("removed %d that are good, %v", n, err)
	}
	f.pass(8 * 24 * time.Hour)
	if n, err := f.Clean(t.Context()); err != nil || n != 4 { // session, invitation, ceremony, the count of its beginning
		t.Errorf("removed %d, %v", n, err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, at := range []string{"billing.example.com", "ftp://example.com", "https://", "https://example.com/path", "https://example.com?x=1", "://"} {
		if _, err := New(nil, nil, time.Now, Options{Origin: at}); err == nil {
			t.Errorf("%q is taken for an origin", at)
		}
	}
	f := newFixture(t, Options{})
	_, _, err := f.BeginPasskeySignIn(context.Background(), home)
	code(t, err, NoOrigin)
}
