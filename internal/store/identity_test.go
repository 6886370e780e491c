package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
)

var begun = time.Date(2026, 11, 2, 12, 0, 0, 123456000, time.UTC)

// person is a user as the records take it.
func person(id, email string, grants ...UserGrant) User {
	return User{ID: id, Kind: Person, Email: email, Name: "Name of " + id, Active: true, JoinedAt: begun, CreatedAt: begun, Grants: grants}
}

func change(t *testing.T, s *Store, do func(c IdentityChange) error) {
	t.Helper()
	ok(t, s.ChangeIdentities(t.Context(), "change identities", do))
}

func owners(role string) UserGrant {
	return UserGrant{Organization: "reseller", Role: role, By: "ann", At: begun}
}

func TestUser(t *testing.T) {
	s := openNew(t)
	ctx := t.Context()
	a := person("A", "a@x.test", owners("auditor"), owners("owner"))
	robot := User{ID: "R", Kind: Service, Name: "robot", Active: true, CreatedAt: begun}
	change(t, s, func(c IdentityChange) error {
		return errors.Join(c.CreateUser(ctx, a), c.CreateUser(ctx, robot), c.CreateUser(ctx, User{ID: "S", Kind: Service, CreatedAt: begun}))
	})
	got, err := s.Identities().User(ctx, "A")
	ok(t, err)
	if got.Email != a.Email || got.Version != 1 || !got.JoinedAt.Equal(begun) || !got.UpdatedAt.Equal(begun) || !slices.Equal(got.Grants, a.Grants) {
		t.Errorf("read %+v", got)
	}
	if got, err := s.Identities().User(ctx, "R"); err != nil || got.Email != "" || !got.JoinedAt.IsZero() || got.Grants != nil {
		t.Errorf("read %+v, %v", got, err)
	}
	got.Email, got.Grants, got.UpdatedAt = "b@x.test", nil, begun.Add(time.Hour)
	change(t, s, func(c IdentityChange) error { return c.SaveUser(ctx, got) })
	err = s.ChangeIdentities(ctx, "save", func(c IdentityChange) error { return c.SaveUser(ctx, got) })
	if !errors.Is(err, ErrChangedMeanwhile) {
		t.Errorf("a version that is not in force is saved: %v", err)
	}
	got, err = s.Identities().UserByEmail(ctx, "b@x.test")
	ok(t, err)
	if got.Version != 2 || got.Grants != nil {
		t.Errorf("read %+v", got)
	}
	err = s.ChangeIdentities(ctx, "create", func(c IdentityChange) error { return c.CreateUser(ctx, person("B", "b@x.test")) })
	if !errors.Is(err, ErrEmailTaken) {
		t.Errorf("an e-mail address twice: %v", err)
	}
	_, err = s.Identities().User(ctx, "B")
	notFound(t, err, "B")
	for _, hostile := range []string{"", "A\x00", "\xff", "' OR 1=1 --"} {
		_, err := s.Identities().User(ctx, hostile)
		notFound(t, err, "user")
		err = s.ChangeIdentities(ctx, "delete", func(c IdentityChange) error { return c.DeleteToken(ctx, hostile, hostile) })
		notFound(t, err, "token")
	}
	all, err := s.Identities().Users(ctx)
	ok(t, err)
	if len(all) != 3 || all[0].ID != "A" {
		t.Errorf("all are %+v", all)
	}
}

// A user goes with everything that lets them in.
func TestDeleteUser(t *testing.T) {
	s := openNew(t)
	ctx := t.Context()
	change(t, s, func(c IdentityChange) error {
		return errors.Join(c.CreateUser(ctx, person("A", "a@x.test", owners("owner"))), c.CreateUser(ctx, person("B", "b@x.test", owners("owner"))))
	})
	for _, u := range []string{"A", "B"} {
		change(t, s, func(c IdentityChange) error {
			added, err := c.CreatePasskey(ctx, Passkey{ID: u, CredentialID: "p" + u, User: u, Credential: []byte(`{}`), CreatedAt: begun})
			linked, linkErr := c.LinkSubject(ctx, "https://issuer.test", "sub"+u, u, begun)
			if !added || !linked {
				t.Errorf("%s: passkey added is %t, subject linked is %t", u, added, linked)
			}
			return errors.Join(err, linkErr,
				c.CreateSession(ctx, Session{ID: u, Hash: "s" + u, User: u, CreatedAt: begun, SeenAt: begun}),
				c.CreateToken(ctx, APIToken{ID: u, Hash: "t" + u, User: u, CreatedAt: begun, ExpiresAt: begun}),
				c.CreateLink(ctx, Link{Hash: "l" + u, Purpose: "reset", User: u, CreatedAt: begun, CreatedBy: "ann", ExpiresAt: begun}),
				c.CreateCeremony(ctx, Ceremony{ID: "c" + u, Kind: "x", User: u, ExpiresAt: begun}),
				c.ReplaceRecoveryCodes(ctx, u, []string{"1", "2"}))
		})
	}
	change(t, s, func(c IdentityChange) error {
		added, err := c.CreatePasskey(ctx, Passkey{ID: "C", CredentialID: "pA", User: "B", Credential: []byte(`{}`), CreatedAt: begun})
		linked, linkErr := c.LinkSubject(ctx, "https://issuer.test", "subA", "B", begun)
		if added || linked {
			t.Errorf("another's passkey is added: %t, another's subject is linked: %t", added, linked)
		}
		return errors.Join(err, linkErr)
	})
	change(t, s, func(c IdentityChange) error { return c.DeleteUser(ctx, "A") })
	for table, want := range map[string]int64{
		"user_account": 1, "user_grant": 1, "user_session": 1, "api_token": 1, "passkey": 1, "one_time_link": 1, "ceremony": 1, "sso_link": 1, "recovery_code": 2,
	} {
		if n := count(t, s, table); n != want {
			t.Errorf("%d rows of %s, want %d", n, table, want)
		}
	}
	if u, err := s.Identities().UserBySubject(ctx, "https://issuer.test", "subB"); err != nil || u.ID != "B" {
		t.Errorf("%+v, %v", u, err)
	}
	_, err := s.Identities().UserBySubject(ctx, "https://issuer.test", "subA")
	notFound(t, err, "issuer.test")
}

// The query of every request gives the session, the user, its grants, and whether
// an organization of theirs, or the one a unit is of, requires a second factor.
func TestSessionByHash(t *testing.T) {
	s := openNew(t)
	ctx := t.Context()
	grant := func(organization string) UserGrant {
		return UserGrant{Organization: organization, Role: "customer-viewer", By: "ann", At: begun}
	}
	tests := map[string]struct {
		grants []UserGrant
		needs  bool
	}{
		"none":          {nil, false},
		"its":           {[]UserGrant{grant("acme")}, true},
		"a unit of its": {[]UserGrant{grant("other"), grant("acme/lab")}, true},
		"a neighbour":   {[]UserGrant{grant("acme-two"), grant("acme-two/lab"), grant("lab/acme"), grant("acm")}, false},
	}
	change(t, s, func(c IdentityChange) error { return c.SetSecondFactorRule(ctx, "acme", true, "ann", begun) })
	for name, test := range tests {
		u := person(name, name+"@x.test", test.grants...)
		want := Session{ID: "s " + name, Hash: name, User: name, Method: "password", SecondFactor: true, Address: "192.0.2.1", UserAgent: "x", CreatedAt: begun, SeenAt: begun}
		token := APIToken{ID: "t " + name, Hash: "h", User: name, Name: "n", Scopes: []string{"a", "b"}, CreatedAt: begun, CreatedBy: "ann", ExpiresAt: begun}
		change(t, s, func(c IdentityChange) error {
			return errors.Join(c.CreateUser(ctx, u), c.CreateSession(ctx, want), c.CreateToken(ctx, token))
		})
		session, h, err := s.Identities().SessionByHash(ctx, name)
		ok(t, err)
		if session != want || h.ID != name || h.Email != u.Email || !h.Active || len(h.Grants) != len(test.grants) || h.NeedsSecondFactor != test.needs {
			t.Errorf("%s: %+v %+v", name, session, h)
		}
		got, h, err := s.Identities().Token(ctx, token.ID)
		ok(t, err)
		if !slices.Equal(got.Scopes, token.Scopes) || !got.UsedAt.IsZero() || h.ID != name || len(h.Grants) != len(test.grants) {
			t.Errorf("%s: %+v %+v", name, got, h)
		}
	}
	_, _, err := s.Identities().SessionByHash(ctx, "nobody's")
	notFound(t, err, "session")
	_, _, err = s.Identities().Token(ctx, "nobody's")
	notFound(t, err, "token")
}

// Scopes that are not bounded are told from none.
func TestTokenScopes(t *testing.T) {
	s := openNew(t)
	ctx := t.Context()
	change(t, s, func(c IdentityChange) error { return c.CreateUser(ctx, person("A", "a@x.test")) })
	for id, scopes := range map[string][]string{"all": nil, "none": {}} {
		change(t, s, func(c IdentityChange) error {
			return c.CreateToken(ctx, APIToken{ID: id, User: "A", Scopes: scopes, CreatedAt: begun, ExpiresAt: begun})
		})
		if got, _, err := s.Identities().Token(ctx, id); err != nil || (got.Scopes == nil) != (scopes == nil) {
			t.Errorf("%s: %v, %v", id, got.Scopes, err)
		}
	}
}

// What is good for one time is used once, however many try.
func TestUsedOnce(t *testing.T) {
	s := openNew(t)
	ctx := t.Context()
	change(t, s, func(c IdentityChange) error {
		return errors.Join(c.CreateUser(ctx, person("A", "a@x.test")), c.ReplaceRecoveryCodes(ctx, "A", []string{"code"}),
			c.CreateCeremony(ctx, Ceremony{ID: "c", Kind: "x", ExpiresAt: begun}))
	})
	uses := map[string]func(c IdentityChange) (bool, error){
		"recovery code": func(c IdentityChange) (bool, error) { return c.UseRecoveryCode(ctx, "A", "code") },
		"one-time code": func(c IdentityChange) (bool, error) { return c.UseTOTPStep(ctx, "A", 59_000_000) },
		"ceremony": func(c IdentityChange) (bool, error) {
			err := c.EndCeremony(ctx, "c")
			if errors.Is(err, ErrNotFound) {
				return false, nil
			}
			return err == nil, err
		},
	}
	for name, use := range uses {
		var wait sync.WaitGroup
		used := make([]bool, 8)
		for i := range used {
			wait.Go(func() {
				err := s.ChangeIdentities(context.Background(), "use "+name, func(c IdentityChange) (err error) {
					used[i], err = use(c)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := len(slices.DeleteFunc(used, func(u bool) bool { return !u })); n != 1 {
			t.Errorf("%s: used %d times", name, n)
		}
	}
}

func TestSSOProvider(t *testing.T) {
	s := openNew(t)
	ctx := t.Context()
	p := SSOProvider{
		ID: "P", Name: "Acme", Issuer: "https://issuer.test", ClientID: "c", Secret: "sealed", Domains: []string{"acme.test"},
		Grants: []access.Grant{{Organization: "acme", Role: "customer-viewer"}}, JustInTime: true, Active: true, UpdatedAt: begun,
	}
	change(t, s, func(c IdentityChange) error { return c.SaveSSOProvider(ctx, p) })
	got, err := s.Identities().SSOProvider(ctx, "P")
	ok(t, err)
	if got.Version != 1 || !slices.Equal(got.Domains, p.Domains) || !slices.Equal(got.Grants, p.Grants) || !got.CreatedAt.Equal(begun) || !got.JustInTime || got.SecondFactor {
		t.Errorf("read %+v", got)
	}
	got.Name, got.UpdatedAt = "Acme Corp", begun.Add(time.Hour)
	change(t, s, func(c IdentityChange) error { return c.SaveSSOProvider(ctx, got) })
	if err := s.ChangeIdentities(ctx, "save", func(c IdentityChange) error { return c.SaveSSOProvider(ctx, got) }); !errors.Is(err, ErrChangedMeanwhile) {
		t.Errorf("an old version is saved: %v", err)
	}
	all, err := s.Identities().SSOProviders(ctx)
	ok(t, err)
	if len(all) != 1 || all[0].Name != "Acme Corp" || all[0].Version != 2 || !all[0].CreatedAt.Equal(begun) {
		t.Errorf("read %+v", all)
	}
	change(t, s, func(c IdentityChange) error { return c.DeleteSSOProvider(ctx, "P") })
	_, err = s.Identities().SSOProvider(ctx, "P")
	notFound(t, err, "P")
}
