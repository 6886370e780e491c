package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/secret"
)

// A rotation goes through every column that holds sealed texts, with the words that
// its texts are sealed about.
func TestReplaceKeyringSealsAllAnew(t *testing.T) {
	s := openNew(t)
	const at = "2026-10-01T00:00:00.000000Z"
	for _, insert := range []string{
		`INSERT INTO secret VALUES ('n', 'old', '` + at + `', 'ann')`,
		`INSERT INTO webhook_endpoint VALUES ('w', 'reseller', 'https://example.com', '[]', '', 'old', 'old', '', TRUE, '', 0, '` + at + `', 'ann', 1)`,
		`INSERT INTO webhook_endpoint VALUES ('w2', 'reseller', 'https://example.com', '[]', '', 'old', '', '', TRUE, '', 0, '` + at + `', 'ann', 1)`,
		`INSERT INTO ceremony (id, kind, user_id, state, expires_at) VALUES ('c', 'k', '', 'old', '` + at + `')`,
	} {
		_, err := s.db.ExecContext(t.Context(), insert)
		ok(t, err)
	}
	abouts := map[string]bool{}
	change := secret.KeyringChange{Sealed: "k1", By: "ann", Action: "secret.rotate"}
	ok(t, s.ReplaceKeyring(t.Context(), change, func(sealed, about string) (string, error) {
		abouts[about] = true
		return strings.Replace(sealed, "old", "new", 1), nil
	}))
	for _, about := range []string{"secret/n", "webhook/w", "webhook/w2", "ceremony/c"} {
		if !abouts[about] {
			t.Errorf("%s was not sealed anew; only %v", about, abouts)
		}
	}
	for _, c := range sealedColumns {
		left, _, err := first(t.Context(), s.db, scanOne[int], `SELECT COUNT(*) FROM `+c.table+` WHERE `+c.column+` = 'old'`)
		ok(t, err)
		if left != 0 {
			t.Errorf("%d texts of %s.%s are the old ones", left, c.table, c.column)
		}
	}

	if err := s.ReplaceKeyring(t.Context(), change, nil); !errors.Is(err, secret.ErrKeyringChanged) {
		t.Errorf("replaced a keyring that is not there any more: %v", err)
	}
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	if len(entries) != 1 || entries[0].Action != "secret.rotate" {
		t.Errorf("the audit says %+v", entries)
	}
}

// Named secrets are kept under their names, the last one that was set.
func TestSecretsByName(t *testing.T) {
	s := openNew(t)
	ok(t, s.SetSecret(t.Context(), "b", "sealed", "ann"))
	ok(t, s.SetSecret(t.Context(), "a", "sealed", "ann"))
	ok(t, s.SetSecret(t.Context(), "a", "again", "ben"))
	all, err := s.Secrets(t.Context())
	ok(t, err)
	if len(all) != 2 || all[0].Name != "a" || all[0].By != "ben" {
		t.Errorf("secrets are %+v", all)
	}
	if sealed, err := s.Secret(t.Context(), "a"); err != nil || sealed != "again" {
		t.Errorf("a is %q, %v", sealed, err)
	}
	_, err = s.Secret(t.Context(), "c")
	notFound(t, err, "sluice secret set c")
	notFound(t, s.DeleteSecret(t.Context(), "c", "ann"), "c")
	notFound(t, s.DeleteSecret(t.Context(), "c\x00", "ann"), "c")
	ok(t, s.DeleteSecret(t.Context(), "a", "ann"))
	_, err = s.Secret(t.Context(), "a")
	notFound(t, err, "a")
}
