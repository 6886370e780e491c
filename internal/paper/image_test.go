package paper

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"strings"
	"testing"
)

// Two pixels side by side: red that covers wholly, blue that covers by half.
func TestTransparency(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	copy(picture.Pix, []byte{255, 0, 0, 255, 0, 0, 255, 128})
	var data bytes.Buffer
	if err := png.Encode(&data, picture); err != nil {
		t.Fatal(err)
	}
	d := New(Info{}, A4Width, A4Height)
	d.NewPage()
	for range 3 {
		d.Image(load(t, data.Bytes()), 0, 0, 9_000, 9_000, "")
	}
	colours, covers := 0, 0
	for _, o := range readObjects(t, fileOf(t, d)) {
		switch string(o.stream) {
		case "\xFF\x00\x00\x00\x00\xFF":
			colours++
			if !strings.Contains(o.body, "/Width 2/Height 1/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode/SMask") {
				t.Errorf("the picture is %s", o.body)
			}
		case "\xFF\x80":
			covers++
		}
	}
	if colours != 3 || covers != 3 {
		t.Errorf("three pictures have %d parts of colour and %d of cover", colours, covers)
	}
}

// A picture that is drawn often is in the file once.
func TestImageOnce(t *testing.T) {
	d := New(Info{}, A4Width, A4Height)
	img := load(t, photo(t, true))
	for range 5 {
		d.NewPage()
		d.Image(img, 0, 0, 9_000, 9_000, "photo")
	}
	if n := bytes.Count(fileOf(t, d), photo(t, true)); n != 1 {
		t.Errorf("the picture is in the file %d times", n)
	}
}

// gif is a GIF of one pixel, which no document takes.
const gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

func TestImagesRefused(t *testing.T) {
	other, err := base64.StdEncoding.DecodeString(gif)
	if err != nil {
		t.Fatal(err)
	}
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, MostPixels+1, 1))); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "neither PNG nor JPEG"},
		{"GIF", other, "neither PNG nor JPEG"},
		{"wide", wide.Bytes(), "the picture has 4001 × 1 pixels; each may be 1 to 4000"},
		{"large", make([]byte, MostPicture+1), "the picture has 2097153 bytes, more than 2097152"},
		{"cut off", seal(t)[:90], "reading the picture"},
		{"cut off JPEG", photo(t, true)[:300], "reading the picture"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := LoadImage(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, not %s", err, test.want)
			}
		})
	}
}

func FuzzLoadImage(f *testing.F) {
	f.Add(seal(f))
	f.Add(photo(f, true))
	f.Add(photo(f, false))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := LoadImage(data)
		if err != nil {
			return
		}
		if w, h := img.Size(); w < 1 || h < 1 || w > MostPixels || h > MostPixels {
			t.Fatalf("the picture has %d × %d pixels", w, h)
		}
		d := New(Info{}, A4Width, A4Height)
		d.NewPage()
		d.Image(img, 0, 0, 9_000, 9_000, "")
		fileOf(t, d)
	})
}
