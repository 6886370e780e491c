package ingest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/parquet/file"

	"github.com/sluice-billing/sluice/internal/source"
)

// Bounds of what is read of a file to see its columns, in bytes.
const (
	mostPieces = 64 << 20
	mostFooter = 16 << 20
)

// KindOf tells from the names of its columns of which kind of source a file is; the two
// kinds of AWS are both source.AWSCUR. It reads the begin of a text or archive, or the end
// of a Parquet file. Its errors are for people.
func KindOf(ctx context.Context, place *source.Place, f source.File) (string, error) {
	names, err := columnsOf(ctx, place, f)
	if errors.Is(err, io.EOF) {
		return "", errors.New("the file is empty: it has not even a header")
	}
	if err != nil {
		return "", err
	}
	if format := recognised(plainNames(names)); format != nil {
		return format.kind, nil
	}
	return "", fmt.Errorf("it is in no format that Sluice reads; its columns are %s", clip(strings.Join(names, ", "), 200))
}

// columnsOf are the names of a file's columns.
func columnsOf(ctx context.Context, place *source.Place, f source.File) ([]string, error) {
	if f.Parquet {
		return parquetNames(place.Pieces(ctx, f, mostPieces), f.Size)
	}
	text, err := beginOf(ctx, place, f)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	rows, err := rowsOf(text)
	if err != nil {
		return nil, err
	}
	return rows.columns()
}

// beginOf is the text of a file that is no Parquet, unpacked as far as it is read.
func beginOf(ctx context.Context, place *source.Place, f source.File) (io.ReadCloser, error) {
	if f.Compression == "zip" {
		return unzip(place.Pieces(ctx, f, mostPieces), f.Size)
	}
	raw, err := place.Open(ctx, f)
	if err != nil {
		return nil, err
	}
	open := plainText
	if f.Compression == "gzip" {
		open = func(raw io.Reader) (io.ReadCloser, error) { return gunzip(raw, f.Size) }
	}
	text, err := open(raw)
	if err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return readCloser{text, closers{text, raw}}, nil
}

// parquetNames are the columns of a Parquet file, which its end names. Of nested ones it
// is the outermost name, as the engine writes them.
func parquetNames(raw io.ReaderAt, size int64) ([]string, error) {
	const tail = 8 // the length of what says the columns, and PAR1
	damaged := errors.New("the file ends in .parquet and is no Parquet, or was not copied whole; fetch it again")
	var end [tail]byte
	if size < tail+4 {
		return nil, damaged
	}
	if n, err := raw.ReadAt(end[:], size-tail); n < tail {
		return nil, err
	}
	if length := int64(binary.LittleEndian.Uint32(end[:])); string(end[4:]) != "PAR1" || length > size-tail-4 {
		return nil, damaged
	} else if length > mostFooter {
		return nil, fmt.Errorf("the file's description of itself has %d bytes, which no cost export has", length)
	}
	names, err := parquetFields(io.NewSectionReader(raw, 0, size))
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", damaged, clip(err.Error(), 200))
	}
	return names, nil
}

// parquetFields are the outermost fields of a Parquet file. The library panics at some
// descriptions that are damaged: that is an error here.
func parquetFields(raw *io.SectionReader) (names []string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			names, err = nil, fmt.Errorf("its description is damaged: %v", cause)
		}
	}()
	r, err := file.NewParquetReader(raw)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	root := r.MetaData().Schema.Root()
	for i := range root.NumFields() {
		names = append(names, root.Field(i).Name())
	}
	return names, nil
}
