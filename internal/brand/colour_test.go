package brand

import (
	"testing"

	"pgregory.net/rapid"
)

func colour(t testing.TB, text string) Colour {
	t.Helper()
	c, err := ParseColour(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Ratios by the formula of WCAG 2, worked out in Python, cut to two digits.
func TestContrast(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"#000000", "#ffffff", "21.00"},
		{"#777777", "#ffffff", "4.47"},
		{"#767676", "#ffffff", "4.54"},
		{"#ff0000", "#ffffff", "3.99"},
		{"#0000ff", "#ffffff", "8.59"},
		{"#00ff00", "#ffffff", "1.37"},
		{"#757575", "#000000", "4.55"},
		{"#747474", "#000000", "4.49"},
	} {
		if got := Contrast(colour(t, c.a), colour(t, c.b)); got != c.want {
			t.Errorf("%s on %s: %s, not %s", c.a, c.b, got, c.want)
		}
	}
	white, black := colour(t, "#ffffff"), colour(t, "#000000")
	if colour(t, "#777777").ReadableOn(white) || !colour(t, "#767676").ReadableOn(white) {
		t.Error("on white, #767676 is the lightest grey that is readable")
	}
	if colour(t, "#747474").ReadableOn(black) || !colour(t, "#757575").ReadableOn(black) {
		t.Error("on black, #757575 is the darkest grey that is readable")
	}
}

// The fifth power of what light gives is what it should be: the twelfth power of the
// fraction, worked out by hand for 255 and 188: ((188/255+0.055)/1.055)^2.4 = 0.502886458…
func TestLight(t *testing.T) {
	for v, want := range map[int64]int64{0: 0, 255: lightDigits, 188: 502_886_458_032, 1: 303_526_983, 10: 3_035_269_834, 11: 3_346_535_763} {
		if got := light(v); got < want-1000 || got > want+1000 {
			t.Errorf("light of %d is %d, not %d", v, got, want)
		}
	}
}

func TestColoursThatAreNone(t *testing.T) {
	for _, text := range []string{"", "#", "#fff", "#0b63633", "0b6363", "#0b636g", "red", "#0b6363;}"} {
		if c, err := ParseColour(text); err == nil {
			t.Errorf("%q is taken as %s", text, c)
		}
	}
}

// What is proposed is readable, and stays what it is when it is readable already.
func TestNearestIsReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Colour{rapid.Byte().Draw(t, "red"), rapid.Byte().Draw(t, "green"), rapid.Byte().Draw(t, "blue")}
		for _, ground := range []Colour{LightGround, DarkGround, {0xff, 0xff, 0xff}, {}} {
			near := c.Readable(ground)
			if !near.ReadableOn(ground) {
				t.Errorf("%s for %s is not readable on %s: %s", near, c, ground, Contrast(near, ground))
			}
			if c.ReadableOn(ground) && near != c {
				t.Errorf("%s is readable on %s, and %s is proposed", c, ground, near)
			}
		}
	})
	// What is written on an accent is readable, too: it is further away than the ground.
	if !colour(t, inkOnLight).ReadableOn(colour(t, "#ffffff").Readable(LightGround)) || !colour(t, inkOnDark).ReadableOn(colour(t, "#000000").Readable(DarkGround)) {
		t.Error("ink on an accent is not readable")
	}
}
