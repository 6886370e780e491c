package source

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/sethvargo/go-retry"
	"gocloud.dev/gcerrors"
)

// pieceSize is how much is asked for at least, in bytes.
const pieceSize = 256 << 10

// pieces reads a file out of order, each piece by a request of its own.
type pieces struct {
	ctx   context.Context
	place *Place
	file  File
	left  int64 // bytes that may still be asked for

	begin int64 // of the last piece
	last  []byte
}

// Pieces reads a file out of order, at most so many bytes of it. A fault of disk or
// network is waited out; what lasts is reported with the file's key. It fails with
// ErrChanged when the file is no longer the size it was listed with. It is not safe for
// use by several goroutines; the context bounds all of it.
func (p *Place) Pieces(ctx context.Context, f File, most int64) io.ReaderAt {
	return &pieces{ctx: ctx, place: p, file: f, left: most}
}

// ReadAt implements io.ReaderAt.
func (r *pieces) ReadAt(b []byte, at int64) (int, error) {
	if at < 0 {
		return 0, errors.New("a piece before the begin of a file is asked for")
	}
	if at >= r.file.Size {
		return 0, io.EOF
	}
	want := min(int64(len(b)), r.file.Size-at)
	if at < r.begin || at+want > r.begin+int64(len(r.last)) {
		if err := r.fetch(at, min(max(want, pieceSize), r.file.Size-at)); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.last[at-r.begin:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (r *pieces) fetch(at, length int64) error {
	if length > r.left {
		return fmt.Errorf("file %s in %s would have to be read nearly whole to be looked into", r.file.Key, r.place.name)
	}
	r.left -= length
	r.begin, r.last = 0, nil
	var piece []byte
	err := retry.Do(r.ctx, r.place.backoff(), func(ctx context.Context) error {
		body, err := r.place.bucket.NewRangeReader(ctx, r.file.Key, at, length, nil)
		if err == nil {
			piece = make([]byte, length)
			_, err = io.ReadFull(body, piece)
			if body.Size() != r.file.Size {
				err = changed(r.file.Key)
			}
			err = errors.Join(err, body.Close())
		}
		switch {
		case err == nil, errors.Is(err, ErrChanged), gcerrors.Code(err) == gcerrors.NotFound, gcerrors.Code(err) == gcerrors.PermissionDenied, gcerrors.Code(err) == gcerrors.InvalidArgument:
			return err
		}
		return retry.RetryableError(err)
	})
	switch {
	case r.ctx.Err() != nil:
		return context.Cause(r.ctx)
	case err != nil && !errors.Is(err, ErrChanged):
		return fmt.Errorf("file %s in %s cannot be read at byte %d: %w", r.file.Key, r.place.name, at, err)
	case err != nil:
		return err
	}
	r.begin, r.last = at, piece
	return nil
}
