package main

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/money"
)

func TestGrouped(t *testing.T) {
	for _, test := range []struct{ number, want string }{
		{"0", "0"}, {"999", "999"}, {"1000", "1,000"}, {"-1000", "-1,000"}, {"-999.5", "-999.5"},
		{"1234567.0001234", "1,234,567.0001234"}, {"-0.000001", "-0.000001"}, {"100000", "100,000"},
	} {
		if got := grouped(test.number); got != test.want {
			t.Errorf("grouped(%q) = %q, wanted %q", test.number, got, test.want)
		}
	}
}

// Separators change no digit, and no group is longer than three.
func TestGroupedKeepsDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,24})?`).Draw(t, "number")
		got := grouped(number)
		if strings.ReplaceAll(got, ",", "") != number {
			t.Fatalf("%q became %q", number, got)
		}
		whole, _, _ := strings.Cut(strings.TrimPrefix(got, "-"), ".")
		for i, group := range strings.Split(whole, ",") {
			if len(group) != 3 && (i > 0 || len(group) == 0 || len(group) > 3) {
				t.Fatalf("%q has the group %q", got, group)
			}
		}
	})
}

// Numbers of a block stand with their points below each other.
func TestFigures(t *testing.T) {
	var f figures
	f.add("cost", money.MustParse("1234.5"), "USD")
	f.add("× factor", money.MustParse("1.025"), "")
	f.addUnlessZero("nothing", money.Zero, "USD")
	f.add("left", money.Zero, "USD")
	var out strings.Builder
	f.write(&out, "")
	want := strings.Join([]string{
		"cost                                     1,234.5    USD",
		"× factor                                     1.025",
		"left                                         0      USD", "",
	}, "\n")
	if out.String() != want {
		t.Errorf("got:\n%s\nwanted:\n%s", out.String(), want)
	}
}

// Han, kana and Hangul take two columns each, so what follows stands right.
func TestTable(t *testing.T) {
	table := newTable("NAME", ">TOTAL", "")
	table.add("さくら", "1", "JPY")
	table.add("Müller", "1,000", "")
	var out strings.Builder
	table.write(&out, "  ")
	const want = "  NAME    TOTAL\n  さくら      1  JPY\n  Müller  1,000\n"
	if out.String() != want {
		t.Errorf("got:\n%s\nwanted:\n%s", out.String(), want)
	}
}

func TestWrap(t *testing.T) {
	text := strings.Repeat("word ", 30)
	lines := strings.Split(strings.TrimSuffix(wrap(text, "  "), "\n"), "\n")
	if len(lines) != 2 || len(lines[0]) > pageWidth || len(lines[0])+len(" word") <= pageWidth {
		t.Errorf("wrapped to %q", lines)
	}
	if long := wrap(strings.Repeat("x", 150), "  "); long != "  "+strings.Repeat("x", 150)+"\n" {
		t.Errorf("a long word became %q", long)
	}
}
