package identity

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

func TestToken(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	robot, err := f.CreateServiceAccount(t.Context(), "nightly close", "", []access.Grant{{Organization: access.Root, Role: "billing-operator"}})
	ok(t, err)
	ctx := billing.WithActor(t.Context(), billing.Actor{Name: u.Email})
	made, text, err := f.CreateToken(ctx, TokenOrder{User: robot.ID, Name: "cron", Scopes: []string{"months.run", "months.read"}, Expires: 90 * 24 * time.Hour})
	ok(t, err)
	if !regexp.MustCompile(`^slu_[0-9a-z]{26}_[a-z2-7]{59}$`).MatchString(text) {
		t.Errorf("the token is %s", text)
	}
	p, err := f.Authenticate(t.Context(), text)
	ok(t, err)
	if p.UserID != robot.ID || p.Kind != Service || p.Email != "" || p.TokenID != made.ID || p.SessionID != "" ||
		!slices.Equal(p.Scopes, []string{"months.run", "months.read"}) || len(p.Grants) != 1 {
		t.Errorf("principal %+v", p)
	}
	f.pass(2 * time.Minute)
	_, err = f.Authenticate(t.Context(), text)
	ok(t, err)
	all, err := f.Tokens(t.Context(), robot.ID)
	ok(t, err)
	if len(all) != 1 || all[0].UsedAt.IsZero() || all[0].CreatedBy != u.Email {
		t.Errorf("tokens %+v", all)
	}
	_, empty, err := f.CreateToken(ctx, TokenOrder{User: robot.ID, Name: "may do nothing", Scopes: []string{}, Expires: time.Hour})
	ok(t, err)
	if p, err := f.Authenticate(t.Context(), empty); err != nil || p.Scopes == nil {
		t.Errorf("no scopes must not become all: %+v, %v", p, err)
	}
	f.pass(time.Hour)
	_, err = f.Authenticate(t.Context(), empty)
	code(t, err, NotSignedIn)

	off := false
	_, err = f.ChangeUser(t.Context(), robot.ID, 0, UserChange{Active: &off})
	ok(t, err)
	_, err = f.Authenticate(t.Context(), text)
	code(t, err, NotSignedIn)
	on := true
	_, err = f.ChangeUser(t.Context(), robot.ID, 0, UserChange{Active: &on})
	ok(t, err)
	_, err = f.Authenticate(t.Context(), text)
	ok(t, err)
	code(t, f.RevokeToken(t.Context(), u.ID, made.ID), NotFound) // it is another's
	ok(t, f.RevokeToken(t.Context(), robot.ID, made.ID))
	_, err = f.Authenticate(t.Context(), text)
	code(t, err, NotSignedIn)
}

func TestTokenRefused(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	for name, o := range map[string]TokenOrder{
		"no name":       {User: u.ID, Expires: time.Hour},
		"two lines":     {User: u.ID, Name: "a\nb", Expires: time.Hour},
		"no end":        {User: u.ID, Name: "x"},
		"too long":      {User: u.ID, Name: "x", Expires: 400 * 24 * time.Hour},
		"unknown scope": {User: u.ID, Name: "x", Scopes: []string{"everything"}, Expires: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := f.CreateToken(t.Context(), o)
			code(t, err, Invalid)
		})
	}
	_, _, err := f.CreateToken(t.Context(), TokenOrder{User: "nobody", Name: "x", Expires: time.Hour})
	code(t, err, NotFound)
}

// What is a token is written as it was read, and one character more, less or
// other is none.
func FuzzToken(f *testing.F) {
	const id, secret = "01HF8Z6G7Q3M5N4P2R1S0T9V8W", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	f.Add(writeToken(id, secret), 7, byte('q'))
	f.Add("slu_", 0, byte(0))
	f.Add("slu_01hf8z6g7q3m5n4p2r1s0t9v8w_", 3, byte('_'))
	f.Add(strings.ToUpper(writeToken(id, secret)), 3, byte('_'))
	f.Fuzz(func(t *testing.T, token string, at int, other byte) {
		id, secret, ok := parseToken(token)
		if !ok {
			return
		}
		if writeToken(id, secret) != token {
			t.Fatalf("%q is written as %q", token, writeToken(id, secret))
		}
		if at < 0 || at >= len(token) || token[at] == other {
			return
		}
		if changed := token[:at] + string(other) + token[at+1:]; changed != token {
			if _, _, ok := parseToken(changed); ok {
				t.Fatalf("%q is a token, too", changed)
			}
		}
		if _, _, ok := parseToken(token[:len(token)-1]); ok {
			t.Fatal("a token that is cut short is one")
		}
	})
}
