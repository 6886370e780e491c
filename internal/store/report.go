package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Report is a question that is asked again by schedule, in the name of a user.
type Report struct {
	ID, User     string
	Who          json.RawMessage // how the user had proved who they are
	Organization string          // empty for all of the user's
	Name         string
	Question     string
	Cadence      string // daily, weekly or monthly
	Day          int64  // of the week from Monday on, or of the month; 0 where it is daily
	Due          time.Time
	Problem      string // why it was not made last time
	Created      time.Time
}

// ReportFile is what was made of a report.
type ReportFile struct {
	ID, Report  string
	Period      billing.Period
	Made        time.Time
	Rows, Bytes int64
}

const (
	reportColumns     = `id, user_id, who, organization, name, question, cadence, on_day, due, problem, created`
	reportFileColumns = `id, report, period, made, row_count, bytes`
)

func scanReport(r row) (x Report, err error) {
	var who string
	err = r.Scan(&x.ID, &x.User, &who, &x.Organization, &x.Name, &x.Question, &x.Cadence, &x.Day, text{&x.Due}, &x.Problem, text{&x.Created})
	x.Who = json.RawMessage(who)
	return x, err
}

func scanReportFile(r row) (f ReportFile, err error) {
	err = r.Scan(&f.ID, &f.Report, text{&f.Period}, text{&f.Made}, &f.Rows, &f.Bytes)
	return f, err
}

// PutReport adds a report, or takes the place of the one with its id.
func (s *Store) PutReport(ctx context.Context, x Report) error {
	return s.write(ctx, "record report "+x.Name, func(tx *sql.Tx) error {
		if err := require("the id", x.ID, "the user", x.User, "the name", x.Name); err != nil {
			return err
		}
		if err := requireJSON("who", x.Who); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx,
			`INSERT INTO report (`+reportColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			 ON CONFLICT (id) DO UPDATE SET
			   who = excluded.who, organization = excluded.organization, name = excluded.name, question = excluded.question,
			   cadence = excluded.cadence, on_day = excluded.on_day, due = excluded.due, problem = excluded.problem`,
			x.ID, x.User, string(x.Who), x.Organization, x.Name, x.Question, x.Cadence, x.Day, timeText(x.Due), x.Problem, timeText(x.Created))
		return err
	})
}

// MadeReport records what came of a report that was due at a time: a file, or else
// the problem, and when it is due next. A report that was changed meanwhile stays as
// it was changed; made is false then, and the file is on no record.
func (s *Store) MadeReport(ctx context.Context, x Report, next time.Time, file *ReportFile, problem string) (made bool, err error) {
	err = s.writeAside(ctx, "record what came of report "+x.Name, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE report SET due = $1, problem = $2 WHERE id = $3 AND due = $4`, timeText(next), problem, x.ID, timeText(x.Due))
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if made = err == nil && n > 0; !made || file == nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO report_file (`+reportFileColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
			file.ID, x.ID, periodText(file.Period), timeText(file.Made), file.Rows, file.Bytes)
		return err
	})
	return made, err
}

// DeleteReport removes a report; what was made of it is on no record any more.
func (s *Store) DeleteReport(ctx context.Context, id string) error {
	return s.write(ctx, "remove report "+id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM report WHERE id = $1`, id)
		return err
	})
}

// Reports returns the reports of a user, the oldest first.
func (s *Store) Reports(ctx context.Context, user string) ([]Report, error) {
	return list(ctx, s.db, scanReport, `SELECT `+reportColumns+` FROM report WHERE user_id = $1 ORDER BY created, id`, user)
}

// DueReports returns the reports that are due at a time, the first due first.
func (s *Store) DueReports(ctx context.Context, at time.Time) ([]Report, error) {
	return list(ctx, s.db, scanReport, `SELECT `+reportColumns+` FROM report WHERE due <= $1 ORDER BY due, id`, timeText(at))
}

// ReportFiles returns what was made of a report, the newest first.
func (s *Store) ReportFiles(ctx context.Context, report string) ([]ReportFile, error) {
	return list(ctx, s.db, scanReportFile, `SELECT `+reportFileColumns+` FROM report_file WHERE report = $1 ORDER BY made DESC, id`, report)
}

// ReportFile returns one file of a user's reports, and the report.
func (s *Store) ReportFile(ctx context.Context, user, id string) (ReportFile, Report, error) {
	missing := fmt.Errorf("report file %s %w", id, ErrNotFound)
	f, found, err := first(ctx, s.db, scanReportFile, `SELECT `+reportFileColumns+` FROM report_file WHERE id = $1`, id)
	if err != nil || !found {
		return f, Report{}, cmp.Or(err, missing)
	}
	x, found, err := first(ctx, s.db, scanReport, `SELECT `+reportColumns+` FROM report WHERE id = $1 AND user_id = $2`, f.Report, user)
	if err != nil || !found {
		return ReportFile{}, x, cmp.Or(err, missing)
	}
	return f, x, nil
}

// ForgetReportFiles removes the files that were made before a time from the records.
func (s *Store) ForgetReportFiles(ctx context.Context, before time.Time) error {
	return s.writeAside(ctx, "forget old report files", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM report_file WHERE made < $1`, timeText(before))
		return err
	})
}
