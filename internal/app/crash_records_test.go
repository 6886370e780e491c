package app_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/proof"
)

// recordQueries read all that the runs of a month leave in the records, but for
// the ids of loads and revisions and the times, which every run has of its own.
var recordQueries = map[string]string{
	"integrity":      `PRAGMA integrity_check`,
	"foreign keys":   `PRAGMA foreign_key_check`,
	"documents":      `SELECT id, billing_group, period, state, number, hash, document, issued_at FROM invoice ORDER BY id`,
	"numbers":        `SELECT series, seq, invoice, state, number, hash, issued_by FROM invoice_number ORDER BY series, seq`,
	"ledger":         `SELECT seq, entry_key, billing_group, currency, kind, day, amount, expires, invoice, reference, done_by FROM prepaid_entry ORDER BY seq`,
	"settlements":    `SELECT seq, source, kind, invoice, amount, day, done_by FROM settlement ORDER BY seq`,
	"entries":        `SELECT id, period, applied_to, due, document FROM adjusting_entry ORDER BY id`,
	"month settings": `SELECT period, billing_group, version, origin, settings, saved_by FROM month_setting ORDER BY period, billing_group, version`,
	"findings":       `SELECT period, id, stage, scope, code, severity, subject, row_count, amount, currency, message FROM finding ORDER BY period, id`,
	"states":         `SELECT period, payer, state, reason, basis, restated FROM period_state ORDER BY period, payer`,
	"loads":          `SELECT l.payer, l.source, l.report, l.period, l.version, l.row_count, l.totals FROM current_load c JOIN load l ON l.id = c.load_id ORDER BY 1, 2, 3, 4`,
	"audit":          `SELECT seq, done_by, action, subject, detail FROM audit ORDER BY seq`,
}

const certificateQuery = `SELECT c.document FROM current_rated r JOIN certificate c ON c.rated = r.revision ORDER BY r.period`

// recordsOf reads the records of an installation that nobody has open: by table,
// a line for each row. The certificates are without their time, their revision
// and the ids of their loads.
func recordsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	db := recordsAt(t, dir)
	records := map[string]string{}
	for table, query := range recordQueries {
		records[table] = strings.Join(rowsOf(t, db, query), "\n")
	}
	for _, document := range rowsOf(t, db, certificateQuery) {
		var c map[string]any
		if err := json.Unmarshal([]byte(document), &c); err != nil {
			t.Errorf("the certificate: %v", err)
			continue
		}
		delete(c, "at")
		delete(c, "revision")
		for _, input := range c["inputs"].([]any) {
			delete(input.(map[string]any), "load")
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Error(err)
		}
		records["certificate"] += string(text) + "\n"
	}
	return records
}

func recordsAt(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// rowsOf returns a line for each row, the columns divided by bars.
func rowsOf(t *testing.T, db *sql.DB, query string) (lines []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Error(query, err)
		return nil
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Error(err)
	}
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Error(err)
		}
		line := make([]string, len(columns))
		for i, v := range values {
			line[i] = v.String
		}
		lines = append(lines, strings.Join(line, " | "))
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
	return lines
}

// leftBehind counts the revisions and loads in the lake of an installation that
// nobody has open. Each must be on record, and nothing else may lie around that a
// run did not end with.
func leftBehind(t *testing.T, dir string) (folders int) {
	t.Helper()
	db := recordsAt(t, dir)
	known := map[string]bool{}
	for _, id := range rowsOf(t, db, `SELECT 'load=' || id FROM load UNION SELECT 'rev=' || revision FROM rated`) {
		known[id] = true
	}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		inLake := strings.HasPrefix(path, filepath.Join(dir, "lake"))
		switch {
		case e.IsDir() && filepath.Base(filepath.Dir(path)) == "usage": // a part of a revision
		case e.IsDir() && (strings.HasPrefix(name, "load=") || strings.HasPrefix(name, "rev=")):
			folders++
			if !known[name] {
				t.Errorf("%s is in the lake, and on no record", path)
			}
		case inLake && !e.IsDir() && name != "applied.json" && !strings.HasSuffix(name, ".parquet"):
			t.Errorf("%s is left over in the lake", path)
		case strings.Contains(path, "spill") && !e.IsDir():
			t.Errorf("%s is left over of the engine", path)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return folders
}

// checkBooks proves what must be so of an installation however its runs were
// mixed: the certificate in force has no residue, each series of numbers is
// counted from 1 without a gap, each issue and change of settings is in the audit
// once, and no prepaid balance is negative.
func checkBooks(t *testing.T, dir string) {
	t.Helper()
	db := recordsAt(t, dir)
	for _, document := range rowsOf(t, db, certificateQuery) {
		var c proof.Certificate
		if err := json.Unmarshal([]byte(document), &c); err != nil || !c.Proved() || len(c.Billed) == 0 {
			t.Errorf("the certificate is no proof: %v, %v", c.Residues, err)
		}
	}
	for what, query := range map[string]string{
		"a series with a gap": `SELECT series, COUNT(*), MAX(seq) FROM invoice_number GROUP BY series HAVING COUNT(*) <> MAX(seq)`,
		"a document that is issued and not numbered once": `SELECT i.id FROM invoice i
			LEFT JOIN invoice_number n ON n.invoice = i.id WHERE (i.state = 'issued') <> (n.invoice IS NOT NULL)`,
		"a number that is not in the audit once": `SELECT n.number, COUNT(a.seq) FROM invoice_number n LEFT JOIN audit a
			ON a.action = 'invoice.issue' AND a.subject = n.invoice GROUP BY n.number HAVING COUNT(a.seq) <> 1`,
		"settings with a gap": `SELECT billing_group, COUNT(*), MAX(version) FROM month_setting GROUP BY period, billing_group
			HAVING COUNT(*) <> MAX(version)`,
		"an audit with a gap": `SELECT COUNT(*), MAX(seq) FROM audit HAVING COUNT(*) <> MAX(seq)`,
	} {
		if rows := rowsOf(t, db, query); len(rows) != 0 {
			t.Errorf("%s: %s", what, fmt.Sprint(rows))
		}
	}
}
