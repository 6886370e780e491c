package secret_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// installation returns the folder and records of a new one. The environment has no
// master key.
func installation(t *testing.T) (string, *store.Store) {
	t.Helper()
	for _, name := range []string{"SLUICE_MASTER_KEY", "SLUICE_MASTER_KEY_NEW", "SLUICE_MASTER_KEY_FILE"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	ok(t, err)
	t.Cleanup(func() { s.Close() })
	return dir, s
}

func open(t *testing.T, dir string, s *store.Store) *secret.Keyring {
	t.Helper()
	k, err := secret.Open(t.Context(), dir, s)
	ok(t, err)
	return k
}

// opens checks that a sealed text opens to what was sealed.
func opens(t *testing.T, k *secret.Keyring, sealed, about, want string) {
	t.Helper()
	plain, err := k.Open(sealed, about)
	if err != nil || string(plain) != want {
		t.Errorf("opened %q, %v; want %q", plain, err, want)
	}
}

func TestSealedTextsOpenOnlyWhereTheyBelong(t *testing.T) {
	dir, s := installation(t)
	k := open(t, dir, s)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		about := rapid.StringMatching(`[a-z]{1,5}/[a-z0-9]{1,8}`).Draw(t, "about")
		other := rapid.StringMatching(`[a-z]{1,5}/[a-z0-9]{1,8}`).Filter(func(o string) bool { return o != about }).Draw(t, "other")
		sealed, err := k.Seal(plain, about)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(sealed, about); err != nil || string(got) != string(plain) {
			t.Fatalf("opened %q, %v; sealed %q", got, err, plain)
		}
		if _, err := k.Open(sealed, other); err == nil {
			t.Fatalf("what was sealed about %s opens about %s", about, other)
		}
		changed := []byte(sealed)
		at := rapid.IntRange(0, len(changed)-1).Draw(t, "at")
		changed[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if got, err := k.Open(string(changed), about); err == nil && string(got) != string(plain) {
			t.Fatalf("a changed text opens to %q", got)
		}
	})
	if _, err := k.Seal([]byte("x"), ""); err == nil {
		t.Error("sealed about nothing")
	}
}

func TestTwoServersShareTheKeyring(t *testing.T) {
	dir, s := installation(t)
	a, b := open(t, dir, s), open(t, dir, s)
	early, err := b.Seal([]byte("early"), "x/1")
	ok(t, err)
	ok(t, a.Rotate(t.Context(), "ann"))
	late, err := a.Seal([]byte("late"), "x/2")
	ok(t, err)
	opens(t, b, late, "x/2", "late") // b has not been told of the new key
	opens(t, a, early, "x/1", "early")
	opens(t, open(t, dir, s), early, "x/1", "early")
	ok(t, b.Rotate(t.Context(), "ann"))
	ok(t, a.Rotate(t.Context(), "ann"))
	opens(t, b, late, "x/2", "late")
}

func TestRotationSealsAnew(t *testing.T) {
	dir, s := installation(t)
	k := open(t, dir, s)
	ok(t, k.Set(t.Context(), "source/prod", secret.TextOf("hunter-2-secret"), "ann"))
	before, err := s.Secret(t.Context(), "source/prod")
	ok(t, err)
	ok(t, k.Rotate(t.Context(), "ann"))
	after, err := s.Secret(t.Context(), "source/prod")
	ok(t, err)
	keyOf := func(sealed string) string {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sealed, "sealed1:"))
		ok(t, err)
		return string(raw[:5]) // Tink's prefix: its version and the key's number
	}
	if keyOf(before) == keyOf(after) {
		t.Error("after a rotation the secret is sealed with the old key")
	}
	opens(t, k, before, secret.About("source/prod"), "hunter-2-secret") // as a backup of before has it
	value, err := open(t, dir, s).Get(t.Context(), "source/prod")
	ok(t, err)
	if value.Reveal() != "hunter-2-secret" {
		t.Error("the secret is another one after a rotation")
	}
}

// A secret that does not open keeps the rotation from being done by half.
func TestRotationIsAllOrNothing(t *testing.T) {
	dir, s := installation(t)
	k := open(t, dir, s)
	ok(t, k.Set(t.Context(), "a", secret.TextOf("one"), "ann"))
	moved, err := s.Secret(t.Context(), "a")
	ok(t, err)
	ok(t, s.SetSecret(t.Context(), "b", moved, "mallory"))
	before, err := s.Keyring(t.Context())
	ok(t, err)
	if err := k.Rotate(t.Context(), "ann"); err == nil || !strings.Contains(err.Error(), "secret/b") {
		t.Errorf("rotated over a secret that does not open: %v", err)
	}
	if after, err := s.Keyring(t.Context()); err != nil || after != before {
		t.Errorf("the keyring changed in a rotation that failed (%v)", err)
	}
	if still, err := s.Secret(t.Context(), "a"); err != nil || still != moved {
		t.Errorf("a secret was sealed anew in a rotation that failed (%v)", err)
	}
}

func TestMasterKeyOfTheInstallation(t *testing.T) {
	dir, s := installation(t)
	k := open(t, dir, s)
	path := filepath.Join(dir, "master.key")
	about, err := os.Stat(path)
	ok(t, err)
	if about.Mode().Perm() != 0o600 {
		t.Errorf("the master key has mode %s", about.Mode())
	}
	sealed, err := k.Seal([]byte("x"), "x/1")
	ok(t, err)
	old, err := os.ReadFile(path)
	ok(t, err)

	ok(t, k.RotateMaster(t.Context(), "ann"))
	opens(t, k, sealed, "x/1", "x")
	opens(t, open(t, dir, s), sealed, "x/1", "x")
	fresh, err := os.ReadFile(path)
	ok(t, err)
	if string(old) == string(fresh) {
		t.Error("the master key is the old one after its rotation")
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) != 0 {
		t.Errorf("left beside the master key: %q", left)
	}

	for _, c := range []struct {
		name  string
		spoil func()
		words string
	}{
		{"another key", func() { ok(t, os.WriteFile(path, old, 0o600)) }, "another master key"},
		{"readable by all", func() { ok(t, os.WriteFile(path, fresh, 0o600)); ok(t, os.Chmod(path, 0o644)) }, "chmod 600"},
		{"no key", func() { ok(t, os.Chmod(path, 0o600)); ok(t, os.WriteFile(path, []byte("secret-but-short"), 0o600)) }, "no master key"},
		{"empty", func() { ok(t, os.WriteFile(path, nil, 0o600)) }, "empty"},
		{"gone", func() { ok(t, os.Remove(path)) }, "not here"},
	} {
		c.spoil()
		_, err := secret.Open(t.Context(), dir, s)
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v; want words %q", c.name, err, c.words)
		}
		if err != nil && (strings.Contains(err.Error(), strings.TrimSpace(string(old))) || strings.Contains(err.Error(), "secret-but-short")) {
			t.Errorf("%s: the error shows the key: %v", c.name, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a master key was made for a keyring that another one had sealed")
	}
	ok(t, os.WriteFile(path, fresh, 0o600))
	opens(t, open(t, dir, s), sealed, "x/1", "x")
}

// A crash between sealing the keyring anew and renaming the file, and one before
// the keyring is sealed anew.
func TestMasterKeyRotationThatCrashed(t *testing.T) {
	dir, s := installation(t)
	k := open(t, dir, s)
	sealed, err := k.Seal([]byte("x"), "x/1")
	ok(t, err)
	path := filepath.Join(dir, "master.key")
	old, err := os.ReadFile(path)
	ok(t, err)
	ok(t, k.RotateMaster(t.Context(), "ann"))
	ok(t, os.Rename(path, path+".new"))
	ok(t, os.WriteFile(path, old, 0o600))
	opens(t, open(t, dir, s), sealed, "x/1", "x")
	opens(t, open(t, dir, s), sealed, "x/1", "x") // by the file that is in its place again

	ok(t, os.WriteFile(path+".new", []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600))
	k = open(t, dir, s)
	opens(t, k, sealed, "x/1", "x")
	ok(t, k.RotateMaster(t.Context(), "ann"))
	opens(t, open(t, dir, s), sealed, "x/1", "x")
}

func TestMasterKeyOfTheEnvironment(t *testing.T) {
	dir, s := installation(t)
	one := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("1", 32)))
	two := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("2", 32)))
	t.Setenv("SLUICE_MASTER_KEY", one)
	k := open(t, dir, s)
	sealed, err := k.Seal([]byte("x"), "x/1")
	ok(t, err)
	if _, err := os.Stat(filepath.Join(dir, "master.key")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file of a master key was made beside that of the environment")
	}
	if err := k.RotateMaster(t.Context(), "ann"); err == nil || !strings.Contains(err.Error(), "SLUICE_MASTER_KEY_NEW") {
		t.Errorf("rotated without a new key: %v", err)
	}
	t.Setenv("SLUICE_MASTER_KEY_NEW", two)
	ok(t, k.RotateMaster(t.Context(), "ann"))
	opens(t, open(t, dir, s), sealed, "x/1", "x")
	t.Setenv("SLUICE_MASTER_KEY_NEW", "")
	if _, err := secret.Open(t.Context(), dir, s); err == nil {
		t.Error("the old master key still opens the keyring")
	}
	t.Setenv("SLUICE_MASTER_KEY", two)
	opens(t, open(t, dir, s), sealed, "x/1", "x")

	t.Setenv("SLUICE_MASTER_KEY", "")
	named := filepath.Join(t.TempDir(), "key")
	ok(t, os.WriteFile(named, []byte(two+"\n"), 0o440))
	t.Setenv("SLUICE_MASTER_KEY_FILE", named)
	opens(t, open(t, dir, s), sealed, "x/1", "x")
}

func TestNamedSecrets(t *testing.T) {
	dir, s := installation(t)
	k := open(t, dir, s)
	for _, name := range []string{"", "Upper", "../x y", "-x", strings.Repeat("a", 129)} {
		if err := k.Set(t.Context(), name, secret.TextOf("v"), "ann"); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
	}
	if err := k.Set(t.Context(), "a", secret.Text{}, "ann"); err == nil {
		t.Error("an empty secret was kept")
	}
	for _, name := range []string{"b/key", "a"} {
		ok(t, k.Set(t.Context(), name, secret.TextOf("v "+name), "ann"))
	}
	ok(t, k.Set(t.Context(), "a", secret.TextOf("v2"), "ben"))
	names, err := k.Names(t.Context())
	ok(t, err)
	if len(names) != 2 || names[0].Name != "a" || names[0].By != "ben" || names[1].Name != "b/key" {
		t.Errorf("names are %v", names)
	}
	ok(t, k.Delete(t.Context(), "a", "ann"))
	if err := k.Delete(t.Context(), "a", "ann"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := k.Get(t.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got a deleted secret: %v", err)
	}
}

// A secret in a Go value is never shown, in whatever way it is written.
func TestTextIsNeverShown(t *testing.T) {
	const plain = "correct-horse-battery"
	type inner struct{ key secret.Text }
	value := struct {
		Key    secret.Text
		hidden secret.Text
		Deep   map[string]any
		inner  inner
	}{secret.TextOf(plain), secret.TextOf(plain), map[string]any{"k": secret.TextOf(plain), "p": &inner{secret.TextOf(plain)}}, inner{secret.TextOf(plain)}}

	var written strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&written, verb+" "+verb+"\n", value, value.Key)
	}
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&written, nil), slog.NewTextHandler(&written, nil)} {
		slog.New(handler).Info("used", "key", value.Key, "all", value, "deep", value.Deep)
	}
	asJSON, err := json.Marshal(value)
	ok(t, err)
	asYAML, err := yaml.Marshal(value)
	ok(t, err)
	fmt.Fprintf(&written, "%s%s%s", asJSON, asYAML, errors.Join(fmt.Errorf("with %v", value.Key)))
	for _, form := range []string{plain, fmt.Sprintf("%x", plain), base64.StdEncoding.EncodeToString([]byte(plain))} {
		if strings.Contains(written.String(), form) {
			t.Errorf("the secret is shown as %s in\n%s", form, written.String())
		}
	}
	if !strings.Contains(string(asJSON), `"Key":"•••"`) {
		t.Errorf("JSON is %s", asJSON)
	}

	var read struct{ Key, None secret.Text }
	ok(t, json.Unmarshal([]byte(`{"Key":"`+plain+`"}`), &read))
	if read.Key.Reveal() != plain || !read.None.IsZero() || !read.Key.Equal(value.Key) || read.Key.Equal(read.None) {
		t.Error("a secret that was read from JSON is another one")
	}
}
