package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"time"
)

// Artwork is a picture or a font that layouts name.
type Artwork struct {
	ID        string // SHA-256 of the data, hexadecimal
	Name      string // of the file it came from
	MediaType string
	Bytes     int64
	Data      []byte    // nil where only what it is was asked for
	AddedAt   time.Time // set by the store
	AddedBy   string
}

const artworkColumns = `id, name, media_type, bytes, added_at, added_by`

func scanArtwork(r row) (a Artwork, err error) {
	err = r.Scan(&a.ID, &a.Name, &a.MediaType, &a.Bytes, text{&a.AddedAt}, &a.AddedBy)
	return a, err
}

func scanWholeArtwork(r row) (a Artwork, err error) {
	var data string
	if err := r.Scan(&a.ID, &a.Name, &a.MediaType, &a.Bytes, text{&a.AddedAt}, &a.AddedBy, &data); err != nil {
		return a, err
	}
	a.Data, err = base64.StdEncoding.DecodeString(data)
	return a, err
}

// AllArtwork is what there is, without its bytes, by name.
func (s *Store) AllArtwork(ctx context.Context) ([]Artwork, error) {
	all, err := list(ctx, s.db, scanArtwork, `SELECT `+artworkColumns+` FROM artwork ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("read the artwork: %w", err)
	}
	return all, nil
}

// Artwork is one picture or font with its bytes, or ErrNotFound.
func (s *Store) Artwork(ctx context.Context, id string) (Artwork, error) {
	return oneOf(ctx, s.db, "artwork "+id, scanWholeArtwork, `SELECT `+artworkColumns+`, data FROM artwork WHERE id = $1`, id)
}

// AddArtwork keeps a picture or font, and audits it. What is there already stays as it
// is, under the name it has.
func (s *Store) AddArtwork(ctx context.Context, a Artwork) error {
	return s.write(ctx, "add the artwork "+a.Name, func(tx *sql.Tx) error {
		if err := require("its id", a.ID, "its name", a.Name, "its type", a.MediaType, "the name of who adds it", a.AddedBy); err != nil {
			return err
		}
		at := now()
		result, err := tx.ExecContext(ctx,
			`INSERT INTO artwork (`+artworkColumns+`, data) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
			a.ID, a.Name, a.MediaType, len(a.Data), timeText(at), a.AddedBy, base64.StdEncoding.EncodeToString(a.Data))
		if err != nil {
			return err
		}
		if added, err := result.RowsAffected(); err != nil || added == 0 {
			return err
		}
		return appendAudit(ctx, tx, AuditEntry{
			At: at, By: a.AddedBy, Action: "artwork.add", Subject: "artwork/" + a.ID, Detail: fmt.Sprintf("%s, %s, %d bytes", a.Name, a.MediaType, len(a.Data)),
		})
	})
}
