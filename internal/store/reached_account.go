package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// ReachedAccount is an account that a credential was seen to reach.
type ReachedAccount struct {
	Credential string // its id
	Account    string // the provider's id
	Name       string
	SeenAt     time.Time // set by the store
}

// SawReached records which accounts a credential reaches, in the place of what was
// seen before. It is what was seen, and nothing that is decided: it is not audited.
func (s *Store) SawReached(ctx context.Context, credential string, all []ReachedAccount) error {
	return s.writeAside(ctx, "record what credential "+credential+" reaches", func(tx *sql.Tx) error {
		if err := require("its id", credential); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM reached_account WHERE credential = $1`, credential); err != nil {
			return err
		}
		for _, a := range all {
			if _, err := tx.ExecContext(ctx, `INSERT INTO reached_account (credential, account, name, seen_at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (credential, account) DO NOTHING`, credential, storable(a.Account), storable(a.Name), timeText(now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReachedAccounts returns what all credentials were seen to reach, by credential and
// account.
func (s *Store) ReachedAccounts(ctx context.Context) ([]ReachedAccount, error) {
	all, err := list(ctx, s.db, func(r row) (a ReachedAccount, err error) {
		err = r.Scan(&a.Credential, &a.Account, &a.Name, text{&a.SeenAt})
		return a, err
	}, `SELECT credential, account, name, seen_at FROM reached_account ORDER BY credential, account`)
	if err != nil {
		return nil, fmt.Errorf("read what credentials reach: %w", err)
	}
	return all, nil
}
