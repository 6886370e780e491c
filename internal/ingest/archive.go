package ingest

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
)

// Billing exports unpack to ten to forty times their size. An archive that
// unpacks to more than maxRatio times is refused once it is past freeSize, so
// that a small file cannot fill the disk or keep the machine busy for hours.
const (
	maxRatio = 250
	freeSize = 64 << 20
)

var errBomb = errors.New("the archive unpacks to far more than a billing export does, over 250 times its size: it is damaged or not meant well")

// unpacked bounds how much comes out of an archive.
type unpacked struct {
	r    io.Reader
	left int64
}

func limitUnpacked(r io.Reader, packed int64) io.Reader {
	return &unpacked{r, freeSize + packed*maxRatio}
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.left -= int64(n)
	if u.left < 0 {
		return n, errBomb
	}
	return n, err
}

// gunzip unpacks a gzip stream of the given packed size.
func gunzip(r io.Reader, packed int64) (io.ReadCloser, error) {
	z, err := gzip.NewReader(r)
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("the file ends in .gz but is not gzip: %w", err)
	}
	return readCloser{limitUnpacked(gzipErrors{z}, packed), z}, nil
}

// gzipErrors says what gzip's errors mean for the file.
type gzipErrors struct{ r io.Reader }

func (g gzipErrors) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errors.New("the gzip data stops in the middle: the file was not copied whole; fetch it again")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		err = fmt.Errorf("the gzip data is damaged (%w): fetch the file again", err)
	}
	return n, err
}

// unzip opens the one CSV file of a zip archive.
func unzip(file io.ReaderAt, packed int64) (io.ReadCloser, error) {
	archive, err := zip.NewReader(file, packed)
	if err != nil {
		head := make([]byte, 2)
		if _, headErr := file.ReadAt(head, 0); headErr == nil && bytes.Equal(head, []byte{0x1f, 0x8b}) {
			return nil, errors.New("the file ends in .zip but is gzip: rename it to .gz")
		}
		return nil, fmt.Errorf("the file ends in .zip but cannot be read as a zip archive (%w): fetch it again", err)
	}
	var inside []*zip.File
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") {
			inside = append(inside, f)
		}
	}
	if len(inside) != 1 || !strings.HasSuffix(strings.ToLower(inside[0].Name), ".csv") {
		names := make([]string, 0, len(inside))
		for _, f := range inside {
			names = append(names, f.Name)
		}
		return nil, fmt.Errorf("the zip archive must hold one .csv file, it holds %d files: %s", len(inside), clip(strings.Join(names, ", "), 200))
	}
	r, err := inside[0].Open()
	if err != nil {
		return nil, fmt.Errorf("the zip archive's %s cannot be opened: %w", inside[0].Name, err)
	}
	return readCloser{limitUnpacked(zipErrors{r}, packed), r}, nil
}

type zipErrors struct{ r io.Reader }

func (z zipErrors) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("the zip data is damaged, or larger than the archive says (%w): fetch the file again", err)
	}
	return n, err
}

type readCloser struct {
	io.Reader
	io.Closer
}

// plainText passes on a file that its name says is CSV, unless its first bytes
// say otherwise.
func plainText(raw io.Reader) (io.ReadCloser, error) {
	text := bufio.NewReader(raw)
	head, err := text.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, packed := range []struct{ magic, name, ending string }{
		{"\x1f\x8b", "gzip", ".csv.gz"}, {"PK\x03\x04", "a zip archive", ".csv.zip"}, {"PAR1", "Parquet", ".parquet"},
	} {
		if strings.HasPrefix(string(head), packed.magic) {
			return nil, fmt.Errorf("the file ends in .csv but is %s: rename it to %s", packed.name, packed.ending)
		}
	}
	return io.NopCloser(text), nil
}

// utf8Watch passes text on and tells whether any of it was not UTF-8, runes
// over the borders of two reads put together.
type utf8Watch struct {
	r    io.Reader
	bad  bool
	tail []byte // begin of a rune at the end of the last read
}

func (u *utf8Watch) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if u.bad {
		return n, err
	}
	text := p[:n]
	for len(u.tail) > 0 && len(text) > 0 {
		u.tail, text = append(u.tail, text[0]), text[1:]
		if utf8.FullRune(u.tail) {
			u.bad = u.bad || !utf8.Valid(u.tail)
			u.tail = u.tail[:0]
		}
	}
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if end := text[len(text)-back:]; utf8.RuneStart(end[0]) {
			if !utf8.FullRune(end) {
				u.tail, text = append(u.tail, end...), text[:len(text)-back]
			}
			break
		}
	}
	u.bad = u.bad || !utf8.Valid(text) || err != nil && len(u.tail) > 0
	return n, err
}
