package duckdb

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

func open(t *testing.T) *Engine {
	t.Helper()
	e, err := Open("512MB", filepath.Join(t.TempDir(), "spill"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func newSession(t *testing.T, e *Engine) engine.Session {
	t.Helper()
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func text(t *testing.T, s engine.Session, query string, args ...any) string {
	t.Helper()
	rows, err := s.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		all = append(all, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// A small table holds what it was given, whatever the text, and more rows than
// one statement takes.
func TestTable(t *testing.T) {
	s := newSession(t, open(t))
	defer s.Close()
	day, err := billing.ParseDay("2026-10-31")
	if err != nil {
		t.Fatal(err)
	}
	columns := []engine.TableColumn{{Name: "n", Type: "BIGINT"}, {Name: "group", Type: "VARCHAR"}, {Name: "day", Type: "DATE"}, {Name: "amount", Type: "DECIMAL(38, 18)"}}
	odd := `it's "odd" \ ; -- 日本`
	rows := [][]any{{int64(1), odd, day, money.MustParse("-99999999999999999999.999999999999999999")}, {int32(2), nil, nil, nil}}
	for i := range 1200 {
		rows = append(rows, []any{i + 3, "x", day, money.Zero})
	}
	if err := s.Table(t.Context(), "small", columns, rows); err != nil {
		t.Fatal(err)
	}
	if got := text(t, s, `SELECT "group" || day || amount FROM small WHERE n = 1`); got != odd+"2026-10-31-99999999999999999999.999999999999999999" {
		t.Errorf("first row %q", got)
	}
	if got := text(t, s, `SELECT count(*) || ' ' || count("group") || ' ' || sum(n) FROM small`); got != "1202 1201 723003" { // 1202 × 1203 ÷ 2
		t.Errorf("rows %q", got)
	}
	if err := s.Table(t.Context(), "small", columns[:1], [][]any{{1.5}}); err == nil || !strings.Contains(err.Error(), "table small, column n") {
		t.Errorf("a binary fraction: %v", err)
	}
	if err := s.Table(t.Context(), "small", columns[:1], nil); err != nil || text(t, s, `SELECT count(*) FROM small`) != "0" {
		t.Errorf("a table made again without rows: %v", err)
	}
}

// Numbers are exact: a DECIMAL that does not fit is an error.
func TestDecimalOverflow(t *testing.T) {
	s := newSession(t, open(t))
	defer s.Close()
	rows, err := s.Query(t.Context(), `SELECT CAST(CAST('99999999999999999999' AS DECIMAL(38, 18)) * CAST('2' AS DECIMAL(12, 6)) AS DECIMAL(38, 24))`)
	if err == nil {
		defer rows.Close()
		rows.Next()
		err = rows.Err()
	}
	if err == nil {
		t.Error("2 × 10^20 fits DECIMAL(38, 24)")
	}
}

// What is written by partition is read back by view with the partition as a
// column, text stays text, and each partition is a folder of its own.
func TestWriteAndView(t *testing.T) {
	e, dir := open(t), filepath.Join(t.TempDir(), "o'clock")
	s := newSession(t, e)
	defer s.Close()
	n, err := s.Write(t.Context(), `SELECT * FROM (VALUES ('007', 1), ('007', 2), ('b c', 3)) v("group", n)`, dir, "group", 2)
	if err != nil || n != 3 {
		t.Fatalf("%d rows, %v", n, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "group=*", "*.parquet"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	if err := s.View(t.Context(), "back", files); err != nil {
		t.Fatal(err)
	}
	if got := text(t, s, `SELECT "group" || ':' || n FROM back ORDER BY n`); got != "007:1\n007:2\nb c:3" {
		t.Errorf("read back %q", got)
	}
	if err := s.View(t.Context(), "none", nil); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a view of no files: %v", err)
	}
}

// More partitions than one pass takes are written all the same, and nothing else
// is left behind.
func TestWriteManyPartitions(t *testing.T) {
	e, dir := open(t), t.TempDir()
	s := newSession(t, e)
	defer s.Close()
	n, err := s.Write(t.Context(), `SELECT 'g' || (i % 300) AS "group", i AS n FROM range(1200) r(i)`, dir, "group", 300)
	if err != nil || n != 1200 {
		t.Fatalf("%d rows, %v", n, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "group=*", "*.parquet"))
	if err != nil || len(files) < 300 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if err := s.View(t.Context(), "back", files); err != nil {
		t.Fatal(err)
	}
	// 0 to 1199 is 1200 × 1199 ÷ 2; each of 300 groups has every 300th.
	if got := text(t, s, `SELECT count(*) || ' ' || sum(n) || ' ' || count(DISTINCT "group") || ' ' || count(*) FILTER ("group" <> 'g' || (n % 300)) FROM back`); got != "1200 719400 300 0" {
		t.Errorf("read back %q", got)
	}
	if rest, err := filepath.Glob(filepath.Join(dir, "shares*")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

// A result without rows keeps its columns.
func TestWriteNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	s := newSession(t, open(t))
	defer s.Close()
	n, err := s.Write(t.Context(), `SELECT 'x' AS "group", CAST(1 AS DECIMAL(38, 24)) AS amount WHERE false`, dir, "group", 1)
	if err != nil || n != 0 {
		t.Fatalf("%d rows, %v", n, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.parquet"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	if err := s.View(t.Context(), "empty", files); err != nil {
		t.Fatal(err)
	}
	if got := text(t, s, `SELECT count(*) FROM empty WHERE "group" = 'x' OR amount > 0`); got != "0" {
		t.Errorf("%s rows", got)
	}
}

// What a session made is gone with it, though connections are used again.
func TestSessionsAreApart(t *testing.T) {
	e := open(t)
	one := newSession(t, e)
	if err := one.Table(t.Context(), "mine", []engine.TableColumn{{Name: "n", Type: "BIGINT"}}, [][]any{{1}}); err != nil {
		t.Fatal(err)
	}
	two := newSession(t, e)
	defer two.Close()
	if rows, err := two.Query(t.Context(), "SELECT * FROM mine"); err == nil {
		rows.Close()
		t.Error("another session sees the table")
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	three := newSession(t, e)
	defer three.Close()
	if rows, err := three.Query(t.Context(), "SELECT * FROM mine"); err == nil {
		rows.Close()
		t.Error("a later session sees the table")
	}
}

// A Parquet file becomes text that holds every digit: doubles in the shortest
// form that reads back the same, decimals whole, times in UTC, nested as JSON.
func TestParquetAsCSV(t *testing.T) {
	e, dir := open(t), t.TempDir()
	s := newSession(t, e)
	defer s.Close()
	file := filepath.Join(dir, "it's a file.parquet")
	if err := s.Exec(t.Context(), `COPY (SELECT
		0.1::DOUBLE AS tenth, 4064.4831315379::DOUBLE AS cost, 1e-7::DOUBLE AS small, 12345678901234567890.123456789012345678::DECIMAL(38, 18) AS exact,
		TIMESTAMPTZ '2026-10-01 00:00:00+09' AS start, '' AS empty, NULL::VARCHAR AS absent, 'a,"b"' AS "quoted text",
		MAP {'k': 'v'} AS tags, {'a': 'x'} AS product, ['p', 'q'] AS list, 'blob'::BLOB AS raw
	) TO `+quote(file)+` (FORMAT parquet)`); err != nil {
		t.Fatal(err)
	}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	failed := make(chan error, 1)
	go func() {
		failed <- e.ParquetAsCSV(context.Background(), file, in, func(n int64) { total = n })
		in.Close()
	}()
	got, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	const want = `tenth,cost,small,exact,start,empty,absent,quoted text,tags,product,list,raw
0.1,4064.4831315379,1e-07,12345678901234567890.123456789012345678,2026-09-30 15:00:00+00,,,"a,""b""","{""k"":""v""}","{""a"":""x""}","[""p"",""q""]",blob
`
	if string(got) != want || total != 1 {
		t.Errorf("%d rows\n%s\nwant\n%s", total, got, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	if e, err := Open("plenty", t.TempDir()); err == nil {
		e.Close()
		t.Error("a bound of memory that is none was taken")
	} else if !strings.Contains(err.Error(), "starting the SQL engine") {
		t.Error(err)
	}
}

// quotient is exact to 15 digits where DuckDB's own division is not.
func TestQuotient(t *testing.T) {
	s := newSession(t, open(t))
	for _, test := range []struct{ a, b, want string }{
		{"1", "3", "0.333333333333333"}, {"0.3", "0.75", "0.400000000000000"}, {"0", "7", "0.000000000000000"},
		{"99999.999999999999999999", "1", "99999.999999999999999"}, {"-1", "3", "-0.333333333333333"},
		{"0.000000000000000001", "0.000000000000000003", "0.333333333333333"}, {"2007.04", "12288", "0.163333333333333"},
		{"-100000", "3", "-33333.333333333000000"}, {"99999999999.5", "0.5", "199999999999.000000000000000"},
	} {
		got := text(t, s, "SELECT CAST(quotient(CAST('"+test.a+"' AS DECIMAL(38, 18)), CAST('"+test.b+"' AS DECIMAL(38, 18))) AS VARCHAR)")
		if got != test.want {
			t.Errorf("%s / %s is %s, want %s", test.a, test.b, got, test.want)
		}
	}
}
