package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// Preferences returns how a user has set up the web application, as JSON that package
// workspace reads; nil where nothing was set.
func (s *Store) Preferences(ctx context.Context, user string) (json.RawMessage, error) {
	document, err := preferences(ctx, s.db, user)
	if err != nil {
		return nil, fmt.Errorf("read the preferences: %w", err)
	}
	return document, nil
}

func preferences(ctx context.Context, q querier, user string) (json.RawMessage, error) {
	document, _, err := first(ctx, q, scanOne[string], `SELECT document FROM user_preference WHERE user_id = $1`, user)
	return json.RawMessage(document), err
}

// ChangePreferences puts what change makes of a user's preferences in their place.
// They concern nobody else, so that they are neither audited nor a revision of the
// records.
func (s *Store) ChangePreferences(ctx context.Context, user string, change func(json.RawMessage) (json.RawMessage, error)) error {
	return s.writeAside(ctx, "change the preferences", func(tx *sql.Tx) error {
		if err := require("the user", user); err != nil {
			return err
		}
		was, err := preferences(ctx, tx, user)
		if err != nil {
			return err
		}
		document, err := change(was)
		if err != nil {
			return err
		}
		if err := requireJSON("the text", document); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx,
			`INSERT INTO user_preference (user_id, document, changed_at) VALUES ($1, $2, $3)
			 ON CONFLICT (user_id) DO UPDATE SET document = excluded.document, changed_at = excluded.changed_at`,
			user, string(document), timeText(now()))
		return err
	})
}
