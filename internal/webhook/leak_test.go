package webhook

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/audit"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// After secrets were used in all ways, none is in the plain in what the installation
// keeps, logs, exports, sends or says of errors.
func TestNoSecretLeaks(t *testing.T) {
	for _, name := range []string{"SLUICE_MASTER_KEY", "SLUICE_MASTER_KEY_FILE"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	ok(t, err)
	defer s.Close()
	keys, err := secret.Open(t.Context(), dir, s)
	ok(t, err)
	r := newReceiver(t)
	c := &clock{}
	c.forward(1 << 60)
	w := New(s, keys, c.now, Options{AllowPrivate: true})

	var seen bytes.Buffer // what was logged, said or sent
	log := slog.New(slog.NewJSONHandler(&seen, nil))
	said := func(err error) {
		if err == nil {
			t.Error("no error where there is one")
		}
		fmt.Fprintln(&seen, err)
	}
	const password = "hunter-2-hunter-3"
	value := secret.TextOf(password)
	ok(t, keys.Set(t.Context(), "source/prod", value, "ann"))
	endpoint, signing, err := w.Add(t.Context(), Order{Organization: "reseller", URL: r.URL}, "ann")
	ok(t, err)
	rotated, err := w.RotateSecret(t.Context(), endpoint.ID, "ann")
	ok(t, err)
	got, err := keys.Get(t.Context(), "source/prod")
	ok(t, err)
	if got.Reveal() != password {
		t.Error("the secret is another one")
	}
	log.Info("made", "endpoint", endpoint, "secret", got, "signing", signing, "all", []any{value, &rotated, Order{}})
	said(keys.Set(t.Context(), "Not A Name", value, "ann"))
	sealed, err := s.Secret(t.Context(), "source/prod")
	ok(t, err)
	_, err = keys.Open(sealed, "secret/other")
	said(err)
	r.answers(http.StatusInternalServerError)
	ok(t, s.Announce(t.Context(), store.OutboxEvent{Kind: "month.closed", Subject: "2026-10"}))
	_, _, err = w.Deliver(t.Context())
	ok(t, err)
	ok(t, keys.Rotate(t.Context(), "ann"))
	master, err := os.ReadFile(filepath.Join(dir, "master.key"))
	ok(t, err)
	ok(t, keys.RotateMaster(t.Context(), "ann"))
	_, err = audit.ExportLines(t.Context(), &seen, s.AuditFrom(t.Context(), 1), c.now())
	ok(t, err)
	deliveries, err := w.Deliveries(t.Context(), endpoint.ID, "", 0, 9)
	ok(t, err)
	d, tries, err := w.Delivery(t.Context(), deliveries[0].ID)
	ok(t, err)
	log.Info("delivered", "delivery", d, "tries", tries)
	for _, one := range r.got {
		fmt.Fprintln(&seen, one)
	}
	said(w.Replay(t.Context(), "none", "ann"))

	// The records as they lie, with all that a backup or dump could take from them.
	ok(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "master.key" {
			return err
		}
		kept, err := os.ReadFile(path)
		seen.Write(kept)
		return err
	}))
	if !bytes.Contains(seen.Bytes(), []byte("source/prod")) || !bytes.Contains(seen.Bytes(), []byte(endpoint.ID)) {
		t.Fatal("what was kept is not among what is looked at")
	}
	next, err := os.ReadFile(filepath.Join(dir, "master.key"))
	ok(t, err)
	for name, plain := range map[string]string{
		"password": password, "signing secret": signing.Reveal(), "rotated secret": rotated.Reveal(),
		"master key": strings.TrimSpace(string(master)), "next master key": strings.TrimSpace(string(next)),
	} {
		forms := []string{plain, hex.EncodeToString([]byte(plain)), base64.StdEncoding.EncodeToString([]byte(plain))}
		if key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(plain, "whsec_")); err == nil && len(key) == 32 {
			forms = append(forms, string(key), hex.EncodeToString(key), base64.StdEncoding.EncodeToString(key))
		}
		for _, form := range forms {
			if bytes.Contains(seen.Bytes(), []byte(form)) {
				t.Errorf("the %s is in the plain in what is kept or said", name)
			}
		}
	}
}
