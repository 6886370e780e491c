package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/sethvargo/go-retry"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// Open streams the file's bytes as stored. A fault of disk or network is
// waited out and the file opened again where it broke off; what lasts is
// reported with the file's key. It fails with ErrChanged when the file is no
// longer the size it was listed with, or is replaced while being read.
// The context bounds the whole reading.
func (p *Place) Open(ctx context.Context, f File) (io.ReadCloser, error) {
	r := &reader{ctx: ctx, place: p, file: f, backoff: p.backoff()}
	for r.body == nil {
		if err := r.open(); err != nil {
			if err := r.wait(err); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

type reader struct {
	ctx      context.Context
	place    *Place
	file     File
	offset   int64        // bytes handed out
	body     *blob.Reader // nil when it has to be opened again at offset
	closed   bool
	modified time.Time // of the object at the first opening
	backoff  retry.Backoff
}

func (r *reader) Read(p []byte) (int, error) {
	for {
		n, err := r.read(p)
		r.offset += int64(n)
		if r.offset > r.file.Size {
			return 0, changed(r.file.Key) // or the store began again at its first byte
		}
		if n > 0 {
			r.backoff = r.place.backoff() // it moves again: patience anew
		}
		if err == nil || err == os.ErrClosed {
			return n, err
		}
		if err == io.EOF && r.offset == r.file.Size {
			return n, io.EOF
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // less than its listed size is a fault too
		}
		r.release()
		if n > 0 {
			return n, nil
		}
		if err := r.wait(err); err != nil {
			return 0, err
		}
	}
}

func (r *reader) read(p []byte) (int, error) {
	if r.closed {
		return 0, os.ErrClosed
	}
	if r.body == nil {
		if r.offset == r.file.Size && r.offset > 0 {
			return 0, io.EOF
		}
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	return r.body.Read(p)
}

// open opens the object at offset and makes sure it is the one of before.
func (r *reader) open() error {
	body, err := r.place.bucket.NewRangeReader(r.ctx, r.file.Key, r.offset, -1, nil)
	if err != nil {
		return err
	}
	if r.modified.IsZero() {
		r.modified = body.ModTime()
	}
	if body.Size() != r.file.Size || !body.ModTime().Equal(r.modified) {
		body.Close()
		return changed(r.file.Key)
	}
	r.body = body
	return nil
}

// wait sleeps before the next try, or returns the fault for people when more
// tries would not help.
func (r *reader) wait(fault error) error {
	if errors.Is(fault, ErrChanged) {
		return fault
	}
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	failed := fmt.Errorf("file %s in %s cannot be read past byte %d: %w", r.file.Key, r.place.name, r.offset, fault)
	switch gcerrors.Code(fault) {
	case gcerrors.NotFound, gcerrors.PermissionDenied, gcerrors.InvalidArgument:
		return failed
	}
	pause, stop := r.backoff.Next()
	if stop {
		return failed
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	case <-timer.C:
		return nil
	}
}

// Close ends the reading. It may be called more than once.
func (r *reader) Close() error {
	r.closed = true
	return r.release()
}

func (r *reader) release() error {
	if r.body == nil {
		return nil
	}
	body := r.body
	r.body = nil
	return body.Close()
}
