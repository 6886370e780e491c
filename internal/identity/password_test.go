package identity

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckPassword(t *testing.T) {
	about := []string{"frank.mueller@acme-trading.test", "Frank Müller", "Sluice"}
	weak := map[string]string{
		"elevenchars":                        "11",
		strings.Repeat("gh7!kd ", 19):        "133",
		"":                                   "0",
		"abababababab":                       "fewer than 5",
		"aaaaaaaaaaaaaaaaaaaa":               "fewer than 5",
		"t7#kqt7#kqt7#kq":                    "repeats",
		"olivetramolivetram":                 "repeats",
		"t7#kqz t7#kqz t":                    "repeats",
		"abcdefghijklm":                      "goes along",
		"zyxwvutsrqponm":                     "goes along",
		"123456789012":                       "goes along",
		"qwertyuiop[]":                       "goes along",
		"QwErTzUiOp12":                       "goes along",
		"asdfghjklqwert":                     "goes along",
		"1qaz2wsx3edc4rfv":                   "goes along",
		"frank likes tea":                    `"frank"`,
		"trading 4 tea now":                  `"trading"`,
		"my SLUICE is open":                  `"sluice"`,
		"Müller's garden":                    `"müller"`,
		"password1234":                       "everybody",
		"Passw0rd2026!":                      "everybody",
		"P@55w0rd!!!!!":                      "everybody",
		"!!Welcome2026!!":                    "everybody",
		"letmeinplease":                      "",
		"iloveyou12345":                      "everybody",
		"correct horse battery staple":       "everybody",
		"changeme-changeit":                  "everybody",
		"Summer-Winter-2026":                 "everybody",
		"May the force be with you":          "everybody",
		"administrator1":                     "everybody",
		"olive tram\x00harbour":              "cannot be typed",
		"olive tram\xff harbour":             "cannot be typed",
		"olive tram beside the harbour":      "",
		"xK9#mQ2$vL7pT":                      "",
		"vier graue Reiher":                  "",
		"北 極 星 は 今 夜 も 見 え る":                "",
		"739 182 465 108":                    "",
		"kettle 1234 moss":                   "",
		strings.Repeat("gh7!kd ", 18) + "xy": "repeats nothing",
	}
	for password, why := range weak {
		err := CheckPassword(password, about...)
		switch {
		case why == "" && err != nil:
			t.Errorf("%q is refused: %v", password, err)
		case why == "repeats nothing":
			if err != nil {
				t.Errorf("128 characters are refused: %v", err)
			}
		case why != "" && err == nil:
			t.Errorf("%q is let through; it is weak: %s", password, why)
		case why != "" && !strings.Contains(err.Error(), why):
			t.Errorf("%q is refused because %v; want %s", password, err, why)
		}
	}
}

// The error never says the password.
func TestCheckPasswordKeepsIt(t *testing.T) {
	for _, password := range []string{"password1234", "abcdefghijklm", "olivetramolivetram", "secret-x"} {
		if err := CheckPassword(password); err == nil || strings.Contains(err.Error(), password) {
			t.Errorf("%v", err)
		}
	}
}

// What a password manager makes is let through; whatever is typed is no panic.
func TestCheckPasswordProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		made := rapid.StringOfN(rapid.RuneFrom([]rune("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!#%&*+-=?")), 24, 40, -1).Draw(r, "made")
		distinct := map[rune]bool{}
		for _, c := range made {
			distinct[c] = true
		}
		if err := CheckPassword(made, "ann@example.com"); err != nil && len(distinct) > 14 && !strings.Contains(strings.ToLower(made), "example") {
			r.Fatalf("%q: %v", made, err)
		}
		_ = CheckPassword(rapid.String().Draw(r, "any"), rapid.String().Draw(r, "about"))
	})
}

// One password in two Unicode forms is one password.
func TestPasswordForms(t *testing.T) {
	f := newFixture(t, Options{})
	u := f.owner()
	l, err := f.ResetLink(t.Context(), u.ID)
	ok(t, err)
	_, err = f.ResetPassword(t.Context(), l.Token, "gru\u0308ne Ba\u0308ume im Ma\u0308rz") // as macOS types it
	ok(t, err)
	_, err = f.SignIn(t.Context(), u.Email, "gr\u00fcne B\u00e4ume im M\u00e4rz", home)
	ok(t, err)
}

func TestNormalEmail(t *testing.T) {
	for email, want := range map[string]string{
		" Ann@Example.COM ": "ann@example.com", "a.b+c@x.test": "a.b+c@x.test", "ａｎｎ@example.com": "ann@example.com",
		"": "", "ann": "", "ann@": "", "@x.test": "", "Ann <ann@x.test>": "", "ann@x.test, bo@x.test": "", "ann @x.test": "", "ann@x.test\r\nBcc: eve@x.test": "",
		strings.Repeat("a", 250) + "@x.test": "", "ann@x.test\x00": "", "<ann@x.test>": "",
	} {
		got, err := normalEmail(email)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", email, got, err, want)
		}
	}
}

// The hashes have the strength that was decided, whatever the tests use.
func TestHashStrength(t *testing.T) {
	h := newHasher(1)
	hash, err := h.hash(t.Context(), good)
	ok(t, err)
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=2$") || !strings.HasPrefix(h.nobody, "$argon2id$v=19$m=65536,t=3,p=2$") {
		t.Errorf("hash %s, nobody's %s", hash, h.nobody)
	}
	if match, err := h.matches(t.Context(), good, hash); err != nil || !match {
		t.Errorf("%t, %v", match, err)
	}
}
