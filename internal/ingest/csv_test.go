package ingest

import (
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func readAll(r io.Reader) (rows [][]string, err error) {
	c := newCSVReader(r)
	for {
		fields, err := c.next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		row := make([]string, len(fields))
		for i, f := range fields {
			row[i] = string(f)
		}
		rows = append(rows, row)
	}
}

func TestCSV(t *testing.T) {
	tests := []struct {
		name, in string
		want     [][]string
	}{
		{"plain", "a,b\n1,2\n", [][]string{{"a", "b"}, {"1", "2"}}},
		{"no line feed at the end", "a,b\n1,2", [][]string{{"a", "b"}, {"1", "2"}}},
		{"CRLF and byte order mark", "\xef\xbb\xbfa,b\r\n1,\"2\"\r\n", [][]string{{"a", "b"}, {"1", "2"}}},
		{"empty fields", ",,\n,x,\n", [][]string{{"", "", ""}, {"", "x", ""}}},
		{"quotes", "\"a,\"\"b\"\"\n\",c\n", [][]string{{"a,\"b\"\n", "c"}}},
		{"quote inside an unquoted field", "3\" pipe,x\n", [][]string{{"3\" pipe", "x"}}},
		{"blank lines", "a\n\n\r\nb\n\n", [][]string{{"a"}, {"b"}}},
		{"an empty quoted field is a row", "a\n\"\"\n", [][]string{{"a"}, {""}}},
		{"long field", strings.Repeat("x", 3<<20) + ",y\n", [][]string{{strings.Repeat("x", 3<<20), "y"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(test.in), iotest.HalfReader(strings.NewReader(test.in))} {
				got, err := readAll(r)
				if err != nil || !reflect.DeepEqual(got, test.want) {
					t.Errorf("got %.200q, %v; want %.200q", got, err, test.want)
				}
			}
		})
	}
}

func TestCSVRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"a,b\n1,\"x\"y\n": "row 1: column 2 has text after its closing quote",
		"a\n1\nx\x00y\n":  "row 2: has a NUL byte",
		"a\n" + strings.Repeat("x", maxRow+1) + "\n": "row 1: is longer than 4 MB",
		"a\n\"open\nb\n": "row 1: a quote is left open",
	} {
		if _, err := readAll(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", in, err, want)
		}
	}
}

// What encoding/csv writes is read back, whatever the buffer's borders.
func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		field := rapid.StringOfN(rapid.SampledFrom([]rune("ab,\"\n 0é")), 0, 12, -1)
		rows := rapid.SliceOfN(rapid.SliceOfN(field, width, width), 1, 20).Draw(t, "rows")
		var text strings.Builder
		w := csv.NewWriter(&text)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		got, err := readAll(iotest.OneByteReader(strings.NewReader(text.String())))
		if err != nil || !reflect.DeepEqual(got, rows) {
			t.Fatalf("got %q, %v; want %q", got, err, rows)
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\"b\",c\r\n", "\xef\xbb\xbf\n", "\"", ",\"x\"y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rows, err := readAll(strings.NewReader(s))
		again, err2 := readAll(iotest.OneByteReader(strings.NewReader(s)))
		if (err == nil) != (err2 == nil) || !reflect.DeepEqual(rows, again) {
			t.Fatalf("buffer borders change the rows: %q, %v against %q, %v", rows, err, again, err2)
		}
	})
}
