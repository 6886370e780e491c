package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-billing/sluice/internal/source"
)

// local copies a file that must be read out of order into the load's folder,
// which must not keep it: who closes it removes it.
func (w *worker) local(raw io.Reader, ending string) (*os.File, error) {
	file, err := os.CreateTemp(w.in.Dir, "fetched-*"+ending)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(file, raw); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// parquetText lets the engine write a Parquet file as text into a pipe: all
// formats then go the same way, and a double is read by its shortest decimal.
func (w *worker) parquetText(ctx context.Context, file source.File, raw io.Reader) (io.ReadCloser, error) {
	local, err := w.local(raw, ".parquet")
	if err != nil {
		return nil, err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, local.Close())
	}
	failed := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	go func() {
		err := w.in.Engine.ParquetAsCSV(ctx, local.Name(), in, w.expected.Store)
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("the file cannot be read as Parquet; fetch it again, it was not copied whole or is something else (%s)",
				strings.ReplaceAll(err.Error(), local.Name(), filepath.Base(file.Key)))
		}
		failed <- err
		in.Close()
	}()
	text := &pipeText{out: out, failed: failed, stop: stop}
	return readCloser{text, closers{text, local, removal(local.Name())}}, nil
}

// pipeText reads the pipe, and at its end asks the writer whether it is the end.
type pipeText struct {
	out    *os.File
	failed chan error
	stop   context.CancelFunc
}

func (p *pipeText) Read(b []byte) (int, error) {
	n, err := p.out.Read(b)
	if errors.Is(err, io.EOF) && p.failed != nil {
		if cause := <-p.failed; cause != nil {
			err = cause
		}
		p.failed = nil
	}
	return n, err
}

// Close stops the writer and reads on until it is gone: a pipe without a reader
// would end the whole program, because the engine writes from threads of its own
// and gets the signal there.
func (p *pipeText) Close() error {
	p.stop()
	_, err := io.Copy(io.Discard, p.out)
	return errors.Join(err, p.out.Close())
}

type removal string

func (r removal) Close() error { return os.Remove(string(r)) }

type closers []io.Closer

func (c closers) Close() (err error) {
	for _, each := range c {
		err = errors.Join(err, each.Close())
	}
	return err
}
