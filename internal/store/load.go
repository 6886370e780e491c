package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// stageIngest is the stage under which the findings of a load are kept.
const stageIngest = "ingest"

// LoadKey names a report's month. At most one load of it is current.
type LoadKey struct {
	Payer, Source, Report string
	Period                billing.Period
}

// String names the key for a person.
func (k LoadKey) String() string {
	return fmt.Sprintf("report %s of source %s, payer %s, %s", k.Report, k.Source, k.Payer, k.Period)
}

// Scope is the scope under which the findings of the key's load are kept,
// within its period. Different keys have different scopes.
func (k LoadKey) Scope() string {
	return url.PathEscape(k.Payer) + "/" + url.PathEscape(k.Source) + "/" + url.PathEscape(k.Report)
}

// Load is one version of one report's month as it lies in the lake. It never
// changes; a new version of the report is a new load.
type Load struct {
	ID       string // ULID, also the folder in the lake
	Source   string // name of the configured source
	Report   string // the provider's name of the export
	Payer    string
	Period   billing.Period
	Version  string // of the export: assembly id, or hash of the manifest
	Format   string
	Files    []LoadFile      // in the order they were read
	Rows     int64           // in the lake
	Totals   json.RawMessage // opaque; nil when there is none
	LoadedAt time.Time       // set by the store
	Current  bool            // set by the store, as of the reading
}

// Key names the report's month that the load is a version of.
func (l Load) Key() LoadKey { return LoadKey{l.Payer, l.Source, l.Report, l.Period} }

// LoadFile is one of the provider's files that a load was made from.
type LoadFile struct {
	Key    string `json:"key"`  // of the object in the source
	Size   int64  `json:"size"` // bytes
	ETag   string `json:"etag"`
	SHA256 string `json:"sha256"` // hexadecimal
	Rows   int64  `json:"rows"`
}

const selectLoads = `
	SELECT l.id, l.payer, l.source, l.report, l.period, l.version, l.format, l.row_count, l.totals, l.loaded_at,
	       c.load_id IS NOT NULL
	FROM load l LEFT JOIN current_load c ON c.load_id = l.id`

func scanLoad(r row) (l Load, err error) {
	err = r.Scan(&l.ID, &l.Payer, &l.Source, &l.Report, text{&l.Period}, &l.Version, &l.Format, &l.Rows,
		(*[]byte)(&l.Totals), text{&l.LoadedAt}, &l.Current)
	if len(l.Totals) == 0 {
		l.Totals = nil
	}
	return l, err
}

func scanLoadFile(r row) (f LoadFile, err error) {
	err = r.Scan(&f.Key, &f.Size, &f.ETag, &f.SHA256, &f.Rows)
	return f, err
}

// CurrentLoads returns the loads that make up a period, by payer, source and
// report.
func (s *Store) CurrentLoads(ctx context.Context, period billing.Period) ([]Load, error) {
	loads, err := s.loads(ctx, ` WHERE c.period = $1`, period.String())
	if err != nil {
		return nil, fmt.Errorf("read the loads of %s: %w", period, err)
	}
	slices.SortFunc(loads, func(a, b Load) int {
		return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Report, b.Report))
	})
	return loads, nil
}

// CurrentLoad returns the load of a report's month that is in force, or
// ErrNotFound when none has been made.
func (s *Store) CurrentLoad(ctx context.Context, key LoadKey) (Load, error) {
	loads, err := s.loads(ctx, ` WHERE c.period = $1 AND c.payer = $2 AND c.source = $3 AND c.report = $4`,
		key.Period.String(), key.Payer, key.Source, key.Report)
	if err != nil {
		return Load{}, fmt.Errorf("read the load of %s: %w", key, err)
	}
	if len(loads) == 0 {
		return Load{}, fmt.Errorf("a load of %s %w; ingest the month first", key, ErrNotFound)
	}
	return loads[0], nil
}

// Load returns a load by its id, current or not, or ErrNotFound.
func (s *Store) Load(ctx context.Context, id string) (Load, error) {
	loads, err := s.loads(ctx, ` WHERE l.id = $1`, id)
	if err != nil {
		return Load{}, fmt.Errorf("read load %s: %w", id, err)
	}
	if len(loads) == 0 {
		return Load{}, fmt.Errorf("load %s %w", id, ErrNotFound)
	}
	return loads[0], nil
}

// loads needs no transaction for its two queries: the files of a load are
// there as long as the load is, and never change.
func (s *Store) loads(ctx context.Context, where string, args ...any) ([]Load, error) {
	loads, err := list(ctx, s.db, scanLoad, selectLoads+where, args...)
	if err != nil {
		return nil, err
	}
	for i := range loads {
		loads[i].Files, err = list(ctx, s.db, scanLoadFile,
			`SELECT object_key, size, etag, sha256, row_count FROM load_file WHERE load_id = $1 ORDER BY position`, loads[i].ID)
		if err != nil {
			return nil, err
		}
	}
	return loads, nil
}

// Periods returns every period that has a load, oldest first.
func (s *Store) Periods(ctx context.Context) ([]billing.Period, error) {
	periods, err := list(ctx, s.db, scanPeriod, `SELECT DISTINCT period FROM current_load ORDER BY period`)
	if err != nil {
		return nil, fmt.Errorf("read the periods: %w", err)
	}
	return periods, nil
}

func scanPeriod(r row) (p billing.Period, err error) {
	err = r.Scan(text{&p})
	return p, err
}

// SwapLoad records a load and puts it in force for its payer, source, report
// and period. The load that was in force stays on record; its findings give
// way to the given ones, which are those of stage ingest (DESIGN: one stage,
// one output, replaced whole). All of it happens, or nothing.
func (s *Store) SwapLoad(ctx context.Context, load Load, findings []billing.Finding) error {
	return s.write(ctx, "record load "+load.ID, func(tx *sql.Tx) error {
		return swapLoad(ctx, tx, load, findings)
	})
}

func swapLoad(ctx context.Context, tx *sql.Tx, load Load, findings []billing.Finding) error {
	if err := insertLoad(ctx, tx, load); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO current_load (period, payer, source, report, load_id) VALUES ($1, $2, $3, $4, $5)
		 ON CONFLICT (period, payer, source, report) DO UPDATE SET load_id = excluded.load_id`,
		periodText(load.Period), load.Payer, load.Source, load.Report, load.ID); err != nil {
		return err
	}
	return replaceFindings(ctx, tx, load.Period, stageIngest, load.Key().Scope(), findings)
}

func insertLoad(ctx context.Context, tx *sql.Tx, load Load) error {
	if err := require("its id", load.ID, "its payer", load.Payer, "its source", load.Source,
		"its report", load.Report, "its period", periodText(load.Period)); err != nil {
		return err
	}
	if load.Totals != nil {
		if err := requireJSON("its totals", load.Totals); err != nil {
			return err
		}
	}
	_, exists, err := first(ctx, tx, scanOne[string], `SELECT id FROM load WHERE id = $1`, load.ID)
	if err != nil {
		return err
	}
	if exists {
		return fmt.Errorf("it is on record already and never changes; give the new version its own id")
	}
	if _, err := tx.ExecContext(ctx,
		`INSERT INTO load (id, payer, source, report, period, version, format, row_count, totals, loaded_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		load.ID, load.Payer, load.Source, load.Report, periodText(load.Period), load.Version, load.Format,
		load.Rows, string(load.Totals), timeText(now())); err != nil {
		return err
	}
	for i, file := range load.Files {
		if _, err := tx.ExecContext(ctx,
			`INSERT INTO load_file (load_id, position, object_key, size, etag, sha256, row_count)
			 VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			load.ID, i, file.Key, file.Size, file.ETag, file.SHA256, file.Rows); err != nil {
			return fmt.Errorf("file %s: %w", file.Key, err)
		}
	}
	return nil
}
