package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// The bounds of a picture.
const (
	MostPixels  = 4000    // in each direction
	MostPicture = 2 << 20 // bytes of the file
)

// Image is a picture, ready to be drawn in any number of documents at once.
type Image struct {
	width, height int
	data          []byte // as in the file
	kind          string // the entries on its colours and its compression
	clear         []byte // how much each pixel covers, compressed; nil where all cover wholly
}

// LoadImage reads a PNG (transparency is kept) or a JPEG (as it lies in the
// file: a turn that its camera noted is not made). It refuses what is larger
// than MostPicture bytes or MostPixels in a direction. Loading takes longer than
// drawing: load a logo once, not once a document.
func LoadImage(data []byte) (*Image, error) {
	if len(data) > MostPicture {
		return nil, fmt.Errorf("the picture has %d bytes, more than %d; make it smaller", len(data), MostPicture)
	}
	decode, decodeConfig := png.Decode, png.DecodeConfig
	isJPEG := bytes.HasPrefix(data, []byte{0xFF, 0xD8})
	switch {
	case isJPEG:
		decode, decodeConfig = jpeg.Decode, jpeg.DecodeConfig
	case !bytes.HasPrefix(data, []byte("\x89PNG")):
		return nil, errors.New("the picture is neither PNG nor JPEG; convert it to one of them")
	}
	config, err := decodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading the picture: %w", err)
	}
	if config.Width > MostPixels || config.Height > MostPixels || config.Width < 1 || config.Height < 1 {
		return nil, fmt.Errorf("the picture has %d × %d pixels; each may be 1 to %d", config.Width, config.Height, MostPixels)
	}
	decoded, err := decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading the picture: %w", err)
	}
	img := &Image{width: config.Width, height: config.Height}
	switch {
	case isJPEG && config.ColorModel == color.YCbCrModel:
		img.data, img.kind = bytes.Clone(data), "/ColorSpace/DeviceRGB/Filter/DCTDecode"
	case isJPEG && config.ColorModel == color.GrayModel:
		img.data, img.kind = bytes.Clone(data), "/ColorSpace/DeviceGray/Filter/DCTDecode"
	default:
		img.unpack(decoded)
	}
	return img, nil
}

// unpack stores a picture pixel by pixel in sRGB.
func (i *Image) unpack(decoded image.Image) {
	size := image.Rect(0, 0, i.width, i.height)
	pixels, plain := decoded.(*image.NRGBA)
	if !plain || pixels.Rect != size || pixels.Stride != 4*i.width {
		pixels = image.NewNRGBA(size)
		draw.Draw(pixels, size, decoded, decoded.Bounds().Min, draw.Src)
	}
	colours := make([]byte, 0, 3*i.width*i.height)
	covers := make([]byte, 0, i.width*i.height)
	whole := true
	for at := 0; at < len(pixels.Pix); at += 4 {
		colours = append(colours, pixels.Pix[at:at+3]...)
		covers = append(covers, pixels.Pix[at+3])
		whole = whole && pixels.Pix[at+3] == 0xFF
	}
	i.data, i.kind = deflate(colours), "/ColorSpace/DeviceRGB/Filter/FlateDecode"
	if !whole {
		i.clear = deflate(covers)
	}
}

// Size is the picture's size in pixels.
func (i *Image) Size() (width, height int) { return i.width, i.height }

// write puts the picture into a file and gives its number there.
func (i *Image) write(f *file) int {
	head := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8", i.width, i.height)
	number, more := f.reserve(), ""
	if i.clear != nil {
		mask := f.reserve()
		f.raw(mask, head+"/ColorSpace/DeviceGray/Filter/FlateDecode", i.clear)
		more = fmt.Sprintf("/SMask %d 0 R", mask)
	}
	f.raw(number, head+i.kind+more, i.data)
	return number
}
