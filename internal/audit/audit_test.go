package audit

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// records returns records with n entries in their audit, and their path.
func records(t *testing.T, n int) (*store.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sluice.db")
	s, err := store.Open(t.Context(), path)
	ok(t, err)
	t.Cleanup(func() { s.Close() })
	ctx := billing.WithActor(t.Context(), billing.Actor{Via: "cli"})
	var put []store.Resource
	for i := range n {
		spec := fmt.Sprintf(`{"name":"<Ä> & \u2028 \"%d\""}`, i)
		put = append(put, store.Resource{Kind: "customers", ID: fmt.Sprintf("c%d", i), Spec: []byte(spec)})
	}
	if n > 0 {
		ok(t, s.Apply(ctx, "ann\u2028 <a>", put, nil))
	}
	return s, path
}

// export returns the lines of an export of the whole audit, the last of them its
// head.
func export(t *testing.T, s *store.Store) []string {
	t.Helper()
	var out bytes.Buffer
	_, err := ExportLines(t.Context(), &out, s.AuditFrom(t.Context(), 1), time.Now())
	ok(t, err)
	return slices.Collect(strings.Lines(out.String()))
}

func verify(t *testing.T, lines []string, heads ...Head) (Proof, error) {
	t.Helper()
	return Verify(t.Context(), Lines(strings.NewReader(strings.Join(lines, ""))), heads...)
}

// broken checks at which entry the audit is said to be broken, and with which
// words.
func broken(t *testing.T, err error, seq int64, words string) {
	t.Helper()
	var b *BrokenError
	if !errors.As(err, &b) || b.Seq != seq || !strings.Contains(err.Error(), words) {
		t.Errorf("error is %v; want one of entry %d that says %q", err, seq, words)
	}
}

func TestVerifyWhatIsWhole(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1500} { // more than is read at a time
		s, _ := records(t, n)
		proof, err := VerifyRecords(t.Context(), s)
		ok(t, err)
		offline, err := verify(t, export(t, s), proof.Head)
		ok(t, err)
		if proof.Entries != int64(n) || offline != proof {
			t.Errorf("of %d entries: the records prove %+v, the export %+v", n, proof, offline)
		}
	}
}

func TestVerifyRecordsThatWereChanged(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		seq    int64
		words  string
	}{
		"changed":      {`UPDATE audit SET detail = 'version 2' WHERE seq = 4`, 4, "changed"},
		"author":       {`UPDATE audit SET done_by = 'ben' WHERE seq = 1`, 1, "changed"},
		"one second":   {`UPDATE audit SET done_at = '2020-01-01T00:00:00.000000Z' WHERE seq = 9`, 9, "changed"},
		"removed":      {`DELETE FROM audit WHERE seq = 4`, 4, "missing"},
		"first":        {`DELETE FROM audit WHERE seq = 1`, 1, "missing"},
		"last":         {`DELETE FROM audit WHERE seq = 9`, 9, "missing"},
		"tail":         {`DELETE FROM audit WHERE seq > 5`, 6, "missing"},
		"all":          {`DELETE FROM audit`, 1, "missing"},
		"order":        {`UPDATE audit SET seq = 109 - seq WHERE seq IN (4, 5); UPDATE audit SET seq = seq - 100 WHERE seq > 100`, 4, "changed"},
		"hash gone":    {`UPDATE audit SET hash = '' WHERE seq = 4`, 4, "hash is gone"},
		"chain gone":   {`UPDATE audit SET hash = '', previous = ''`, 9, "hash is gone"},
		"renumbered":   {`DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = seq - 1 WHERE seq > 4`, 4, "changed"},
		"moved ahead":  {`UPDATE audit SET seq = 0 WHERE seq = 9`, 9, "missing"}, // 0 is before all that are numbered
		"earlier head": {`DELETE FROM audit WHERE seq > 5; UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)`, 6, "missing"},
	} {
		t.Run(name, func(t *testing.T) {
			s, path := records(t, 9)
			noted, err := VerifyRecords(t.Context(), s)
			ok(t, err)
			db, err := sql.Open("sqlite", path)
			ok(t, err)
			defer db.Close()
			for statement := range strings.SplitSeq(c.change, ";") {
				_, err = db.ExecContext(t.Context(), statement)
				ok(t, err)
			}
			_, err = VerifyRecords(t.Context(), s, noted.Head)
			broken(t, err, c.seq, c.words)
		})
	}
}

// Whatever is done to an export, but for its last line, is found offline; and so is
// what is done to the last line, by one who has noted the head.
func TestVerifyFindsEveryChange(t *testing.T) {
	s, _ := records(t, 12)
	whole := export(t, s)
	proof, err := verify(t, whole)
	ok(t, err)
	rapid.Check(t, func(r *rapid.T) {
		lines := slices.Clone(whole)
		at := rapid.IntRange(0, len(lines)-2).Draw(r, "at")
		switch rapid.SampledFrom([]string{"change", "remove", "swap", "repeat", "cut"}).Draw(r, "what") {
		case "change":
			var fields map[string]any
			ok(t, json.Unmarshal([]byte(lines[at]), &fields))
			names := []string{"seq", "at", "by", "via", "action", "subject", "detail", "after", "previous", "hash", "reason", "before", "token", "address"}
			switch name := rapid.SampledFrom(names).Draw(r, "field"); name {
			case "seq":
				fields[name] = rapid.Int64Range(-3, 30).Filter(func(n int64) bool { return n != int64(at)+1 }).Draw(r, "seq")
			case "at":
				fields[name] = time.Unix(rapid.Int64Range(0, 1e9).Draw(r, "time"), 0).UTC()
			case "after", "before":
				fields[name] = map[string]int{"x": rapid.Int().Draw(r, "x")}
			default:
				was, _ := fields[name].(string)
				fields[name] = rapid.String().Filter(func(s string) bool { return s != was }).Draw(r, "text")
			}
			line, err := json.Marshal(fields)
			ok(t, err)
			lines[at] = string(line) + "\n"
		case "remove":
			lines = slices.Delete(lines, at, at+1)
		case "swap":
			other := rapid.IntRange(0, len(lines)-2).Filter(func(i int) bool { return i != at }).Draw(r, "other")
			lines[at], lines[other] = lines[other], lines[at]
		case "repeat":
			lines = slices.Insert(lines, at, lines[at])
		case "cut":
			lines = lines[:at]
		}
		found, err := verify(t, lines)
		// Without the first entries an export is one of a part.
		if err == nil && found.From > 1 && found.Head == proof.Head {
			return
		}
		if b := new(BrokenError); !errors.As(err, &b) {
			r.Fatalf("verified %+v, %v, of\n%s", found, err, strings.Join(lines, ""))
		}
	})
}

// A whole new chain is only found by one who has noted a head of the old one.
func TestVerifyNotedHead(t *testing.T) {
	a, _ := records(t, 6)
	b, _ := records(t, 8)
	proof, err := VerifyRecords(t.Context(), a)
	ok(t, err)
	_, err = verify(t, export(t, b), proof.Head)
	broken(t, err, 6, "not the one that was noted")

	ok(t, a.Apply(t.Context(), "ann", []store.Resource{{Kind: "customers", ID: "new", Spec: []byte(`{}`)}}, nil))
	later, err := verify(t, export(t, a), proof.Head)
	ok(t, err)
	if later.Entries != 7 {
		t.Errorf("proved %+v", later)
	}
	_, err = verify(t, export(t, a)[:5], Head{})
	broken(t, err, 6, "cut off")
	part, err := verify(t, export(t, a)[3:], later.Head)
	ok(t, err)
	if part.From != 4 || part.Entries != 4 {
		t.Errorf("a part from entry 4 on proves %+v", part)
	}
}

func TestHeads(t *testing.T) {
	h := Head{7, strings.Repeat("0a", 32)}
	if got, err := ParseHead(h.String()); err != nil || got != h {
		t.Errorf("%s is read as %+v, %v", h, got, err)
	}
	for _, text := range []string{"", "7", "7:", "0:" + h.Hash, "-1:" + h.Hash, "7:" + strings.ToUpper(h.Hash), "7:" + h.Hash + "0", "x:" + h.Hash} {
		if got, err := ParseHead(text); err == nil {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestExportCSV(t *testing.T) {
	s, _ := records(t, 1)
	ok(t, s.Apply(t.Context(), "=cmd()", []store.Resource{{Kind: "customers", ID: "x", Spec: []byte(`{}`)}}, nil))
	var out bytes.Buffer
	head, err := ExportCSV(t.Context(), &out, s.AuditFrom(t.Context(), 1))
	ok(t, err)
	lines := slices.Collect(strings.Lines(out.String()))
	if len(lines) != 3 || head.Seq != 2 || !strings.Contains(lines[2], ",'=cmd(),") || !strings.Contains(lines[2], head.Hash) {
		t.Errorf("head %s, CSV\n%s", head, out.String())
	}
}

func FuzzLines(f *testing.F) {
	f.Add(`{"seq":1,"at":"2026-10-01T00:00:00Z","by":"ann","action":"a","subject":"b","previous":"","hash":""}` + "\n" + `{"head":{"seq":1,"hash":""}}`)
	f.Add("{}")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		proof, err := Verify(t.Context(), Lines(strings.NewReader(text)))
		if err == nil && proof.Entries != proof.Head.Seq-max(proof.From, 1)+1 {
			t.Errorf("%q proves %+v", text, proof)
		}
	})
}
