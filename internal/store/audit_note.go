package store

import (
	"context"
	"database/sql"
)

// Note adds an entry to the audit on something that was done elsewhere, such as at a
// provider, and that no record tells of. At is this moment. What is noted is never
// secret. It fails where the entry does not say who did what to which thing.
func (s *Store) Note(ctx context.Context, e AuditEntry) error {
	return s.write(ctx, "note "+e.Action+" in the audit", func(tx *sql.Tx) error {
		if err := require("the name of who does it", e.By, "what is done", e.Action, "to which thing", e.Subject); err != nil {
			return err
		}
		e.At = now()
		return appendAudit(ctx, tx, e)
	})
}
