package paper

import (
	"math"
	"testing"
	"time"
)

func TestSyntax(t *testing.T) {
	zone := func(minutes int) *time.Location { return time.FixedZone("", 60*minutes) }
	date := time.Date(2026, 3, 1, 4, 5, 6, 0, zone(0))
	tests := []struct {
		name, got, want string
	}{
		{"whole points", string(appendMilli(nil, 12_000)), "12"},
		{"thousandths", string(appendMilli(nil, 595_276)), "595.276"},
		{"zeros at the end", string(appendMilli(nil, 841_890)), "841.89"},
		{"zeros in front", string(appendMilli(nil, 7)), "0.007"},
		{"below zero", string(appendMilli(nil, -50)), "-0.05"},
		{"zero", string(appendMilli(nil, 0)), "0"},
		{"colours", string(appendColour(nil, Colour{255, 0, 128})), "1 0 0.502 "},
		{"name", string(appendName(nil, "text/xml (ü)")), "/text#2Fxml#20#28#C3#BC#29"},
		{"plain text", string(appendText(nil, `a (b) \c`)), `(a \(b\) \\c)`},
		{"UTF-16", string(appendText(nil, "é𠮷\n")), "<FEFF00E9D842DFB7000A>"},
		{"empty text", string(appendText(nil, "")), "()"},
		{"UTC", string(appendDate(nil, date)), "(D:20260301040506+00'00')"},
		{"east", string(appendDate(nil, date.In(zone(330)))), "(D:20260301093506+05'30')"},
		{"west", string(appendDate(nil, date.In(zone(-210)))), "(D:20260301003506-03'30')"},
		{"address", ascii("https://x.de/ü y"), "https://x.de/%C3%BC%20y"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %s, wanted %s", test.name, test.got, test.want)
		}
	}
}

func TestTurn(t *testing.T) {
	for angle := -3700; angle <= 3700; angle++ {
		sine, cosine := turn(angle)
		radians := float64(angle) * math.Pi / 1800
		if math.Abs(float64(sine)/whole-math.Sin(radians)) > 1e-7 || math.Abs(float64(cosine)/whole-math.Cos(radians)) > 1e-7 {
			t.Fatalf("turned by %d tenths: sine %d, cosine %d, wanted %g and %g", angle, sine, cosine, math.Sin(radians), math.Cos(radians))
		}
	}
}
