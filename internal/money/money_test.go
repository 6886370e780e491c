package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// R20: the four modes, written out; negative numbers mirror positive ones.
func TestRounding(t *testing.T) {
	tests := []struct {
		in     string
		digits int32
		want   map[Rounding]string
	}{
		{"154140.6", 0, map[Rounding]string{HalfUp: "154141", HalfEven: "154141", Down: "154140", Up: "154141"}},
		{"2.5", 0, map[Rounding]string{HalfUp: "3", HalfEven: "2", Down: "2", Up: "3"}},
		{"3.5", 0, map[Rounding]string{HalfUp: "4", HalfEven: "4", Down: "3", Up: "4"}},
		{"-2.5", 0, map[Rounding]string{HalfUp: "-3", HalfEven: "-2", Down: "-2", Up: "-3"}},
		{"0.004", 2, map[Rounding]string{HalfUp: "0", HalfEven: "0", Down: "0", Up: "0.01"}},
		{"0.00000000000000000000000001", 2, map[Rounding]string{HalfUp: "0", Down: "0", Up: "0.01"}},
		{"123", 2, map[Rounding]string{HalfUp: "123", Up: "123"}},
	}
	for _, test := range tests {
		for mode, want := range test.want {
			if got := MustParse(test.in).Round(test.digits, mode).String(); got != want {
				t.Errorf("R20: %s to %d digits %s = %s, want %s", test.in, test.digits, mode, got, want)
			}
		}
	}
}

func TestFixed(t *testing.T) {
	for in, want := range map[string]string{"1": "1.00", "-0.001": "0.00", "1541406.789": "1541406.79", "1e3": "1000.00"} {
		if got := MustParse(in).Fixed(2); got != want {
			t.Errorf("Fixed(2) of %s = %s, want %s", in, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, bad := range []string{"", " ", "NaN", "Infinity", "1,000", "0x10", "1e999999999", "--1", "1.2.3", ".", "-"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", bad, d)
		}
		if a, _, err := ParseAtto([]byte(bad)); err == nil {
			t.Errorf("ParseAtto(%q) = %s, want an error", bad, a)
		}
	}
}

func TestParseAtto(t *testing.T) {
	tests := []struct {
		in, want string
		lost     bool
	}{
		{"0", "0", false},
		{"-0.0000000000", "0", false},
		{"4064.4831315379", "4064.4831315379", false},
		{"35.2E-7", "0.00000352", false},
		{"1e-05", "0.00001", false},
		{".5", "0.5", false},
		{"99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999", false},
		{"143227.763678187615017991050", "143227.763678187615017991", true},
		{"0.0000000000000000005", "0", true}, // half to even
		{"0.0000000000000000015", "0.000000000000000002", true},
		{"123456789012345678", "123456789012345678", false},
		{"0.100000000000000000000", "0.1", false},
	}
	for _, test := range tests {
		for _, sign := range []string{"", "-"} {
			if sign == "-" && test.in[0] == '-' {
				continue
			}
			a, lost, err := ParseAtto([]byte(sign + test.in))
			want := sign + test.want
			if test.want == "0" {
				want = "0"
			}
			if err != nil || a.String() != want || lost != test.lost {
				t.Errorf("ParseAtto(%s%s) = %s, lost %v, %v; want %s, %v", sign, test.in, a, lost, err, want, test.lost)
			}
		}
	}
	if _, _, err := ParseAtto([]byte("999999999999999999999")); err != ErrRange {
		t.Errorf("a number of 21 digits gave %v, want ErrRange", err)
	}
}

// Every number of at most 18 fractional digits survives the way through Atto,
// and sums agree with big integers.
func TestAttoRoundTrip(t *testing.T) {
	number := rapid.StringMatching(`-?[0-9]{1,19}(\.[0-9]{1,18})?`)
	rapid.Check(t, func(t *rapid.T) {
		x, y := number.Draw(t, "x"), number.Draw(t, "y")
		a, lost, err := ParseAtto([]byte(x))
		if err != nil || lost {
			t.Fatalf("ParseAtto(%s): lost %v, %v", x, lost, err)
		}
		if !a.Decimal().Equal(MustParse(x)) {
			t.Fatalf("%s became %s", x, a)
		}
		b, _, _ := ParseAtto([]byte(y))
		if sum, ok := a.Add(b); !ok || !sum.Decimal().Equal(MustParse(x).Add(MustParse(y))) {
			t.Fatalf("%s + %s = %s, %v", x, y, sum, ok)
		}
		if !a.Neg().Neg().Decimal().Equal(a.Decimal()) {
			t.Fatalf("−−%s = %s", x, a.Neg().Neg())
		}
	})
}

func TestFromBig(t *testing.T) {
	if got := FromBig(big.NewInt(-1234), 3).String(); got != "-1.234" {
		t.Errorf("FromBig(-1234, 3) = %s", got)
	}
}

// Rounded plus residue is the number, in every mode.
func TestResidue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := MustParse(rapid.StringMatching(`-?[0-9]{1,25}(\.[0-9]{1,30})?`).Draw(t, "d"))
		digits := rapid.Int32Range(0, 4).Draw(t, "digits")
		mode := rapid.SampledFrom([]Rounding{HalfUp, HalfEven, Down, Up}).Draw(t, "mode")
		r := d.Round(digits, mode)
		unit := Decimal{}.Add(MustParse("1e-" + string(rune('0'+digits))))
		if diff := d.Sub(r); diff.Sub(unit).Sign() >= 0 || diff.Add(unit).Sign() <= 0 {
			t.Fatalf("%s rounded %s to %d digits is %s: off by a unit or more", d, mode, digits, r)
		}
		if r.Scale() > digits {
			t.Fatalf("%s has more than %d digits", r, digits)
		}
		if !d.Neg().Round(digits, mode).Equal(r.Neg()) {
			t.Fatalf("R20: mode %s is not symmetric on %s", mode, d)
		}
	})
}

func FuzzParseAtto(f *testing.F) {
	for _, s := range []string{"0", "-1.5", "1e-7", "143227.763678187615017991050", "9999999999999999999999", "+.", "1e64"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, lost, err := ParseAtto([]byte(s))
		if err != nil {
			return
		}
		d, err := Parse(s)
		if err != nil {
			t.Fatalf("ParseAtto took %q, Parse did not: %v", s, err)
		}
		if !lost && !a.Decimal().Equal(d) {
			t.Fatalf("%q became %s", s, a)
		}
	})
}
