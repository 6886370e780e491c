package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/secret"
)

// sealedColumns are all columns that hold sealed texts: a rotation of the data key
// seals each of them anew. The words a text is sealed about are the prefix and the
// row's key.
var sealedColumns = []struct{ table, key, column, about string }{
	{"secret", "name", "sealed", secret.About("")},
	{"webhook_endpoint", "id", "secret", "webhook/"},
	{"webhook_endpoint", "id", "old_secret", "webhook/"},
	{"user_account", "id", "totp", "totp/"},
	{"ceremony", "id", "state", "ceremony/"},
	{"sso_provider", "id", "secret", "sso/"},
	{"handover_route", "id", "secret", "handover/"},
	{"mail_server", "organization", "password", "mail-password/"},
	{"mail_server", "organization", "signing_key", "mail-key/"},
}

// Keyring returns the sealed keyring; it is empty where there is none yet.
func (s *Store) Keyring(ctx context.Context) (string, error) {
	sealed, _, err := first(ctx, s.db, scanOne[string], `SELECT sealed FROM keyring WHERE id = 1`)
	if err != nil {
		return "", fmt.Errorf("read the keyring: %w", err)
	}
	return sealed, nil
}

// ReplaceKeyring puts a keyring in the place of the one it was made from and
// audits it. It returns secret.ErrKeyringChanged where another one is there by
// now. Where reseal is given, every sealed text on record is put through it in the
// same transaction.
func (s *Store) ReplaceKeyring(ctx context.Context, change secret.KeyringChange, reseal func(sealed, about string) (string, error)) error {
	return s.write(ctx, "change the keyring", func(tx *sql.Tx) error {
		if err := require("the keyring", change.Sealed, "what is done", change.Action, "the name of who does it", change.By); err != nil {
			return err
		}
		present, _, err := first(ctx, tx, scanOne[string], `SELECT sealed FROM keyring WHERE id = 1`)
		if err != nil {
			return err
		}
		if present != change.Was {
			return secret.ErrKeyringChanged
		}
		at := now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO keyring (id, sealed, changed_at, changed_by) VALUES (1, $1, $2, $3)
			 ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			change.Sealed, timeText(at), change.By); err != nil {
			return err
		}
		if reseal != nil {
			if err := resealAll(ctx, tx, reseal); err != nil {
				return err
			}
		}
		return appendAudit(ctx, tx, AuditEntry{At: at, By: change.By, Action: change.Action, Subject: "keyring", Detail: change.Detail})
	})
}

func resealAll(ctx context.Context, tx *sql.Tx, reseal func(sealed, about string) (string, error)) error {
	type sealedText struct{ key, sealed string }
	for _, c := range sealedColumns {
		texts, err := list(ctx, tx, func(r row) (t sealedText, err error) {
			err = r.Scan(&t.key, &t.sealed)
			return t, err
		}, `SELECT `+c.key+`, `+c.column+` FROM `+c.table+` WHERE `+c.column+` <> ''`)
		if err != nil {
			return err
		}
		for _, t := range texts {
			fresh, err := reseal(t.sealed, c.about+t.key)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE `+c.table+` SET `+c.column+` = $1 WHERE `+c.key+` = $2`, fresh, t.key); err != nil {
				return err
			}
		}
	}
	return nil
}

// Secret returns the sealed text of a named secret, or ErrNotFound.
func (s *Store) Secret(ctx context.Context, name string) (string, error) {
	sealed, err := oneOf(ctx, s.db, "it", scanOne[string], `SELECT sealed FROM secret WHERE name = $1`, name)
	if errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("%w; `sluice secret set %s` sets it", err, name)
	}
	if err != nil {
		return "", fmt.Errorf("read secret %s: %w", name, err)
	}
	return sealed, nil
}

// Secrets returns which named secrets there are, by name, without what they are.
func (s *Store) Secrets(ctx context.Context) ([]secret.Named, error) {
	all, err := list(ctx, s.db, func(r row) (n secret.Named, err error) {
		err = r.Scan(&n.Name, text{&n.UpdatedAt}, &n.By)
		return n, err
	}, `SELECT name, updated_at, updated_by FROM secret`)
	if err != nil {
		return nil, fmt.Errorf("read the names of the secrets: %w", err)
	}
	slices.SortFunc(all, func(a, b secret.Named) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// SetSecret keeps a sealed text under a name, in the place of the one that was
// there, and audits that it did.
func (s *Store) SetSecret(ctx context.Context, name, sealed, by string) error {
	return s.write(ctx, "set secret "+name, func(tx *sql.Tx) error {
		if err := require("its name", name, "its sealed text", sealed, "the name of who sets it", by); err != nil {
			return err
		}
		at := now()
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO secret (name, sealed, updated_at, updated_by) VALUES ($1, $2, $3, $4)
			 ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
			name, sealed, timeText(at), by); err != nil {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{At: at, By: by, Action: "secret.set", Subject: "secret/" + name})
	})
}

// DeleteSecret forgets a named secret and audits that it did; ErrNotFound where
// there is none.
func (s *Store) DeleteSecret(ctx context.Context, name, by string) error {
	return s.write(ctx, "delete secret "+name, func(tx *sql.Tx) error {
		if err := require("the name of who deletes it", by); err != nil {
			return err
		}
		if neverStored([]any{name}) {
			return fmt.Errorf("it %w", ErrNotFound)
		}
		done, err := tx.ExecContext(ctx, `DELETE FROM secret WHERE name = $1`, name)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(fmt.Errorf("it %w", ErrNotFound), err)
		}
		return appendAudit(ctx, tx, AuditEntry{At: now(), By: by, Action: "secret.delete", Subject: "secret/" + name})
	})
}
