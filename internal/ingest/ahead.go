package ingest

import "io"

// ahead reads and unpacks a file on a processor that has no file of its own,
// while the worker takes apart what came before.
type ahead struct {
	from   io.ReadCloser
	full   chan block
	empty  chan []byte
	stop   chan struct{}
	left   []byte // of the block in work
	buffer []byte // that it is in
	err    error  // after it
}

// block is what was read at once, and the error that came behind it.
type block struct {
	text []byte
	err  error
}

// The blocks bound the memory of reading ahead.
const (
	aheadBlocks = 4
	aheadSize   = 1 << 20
)

// readAhead passes on what it reads, and closes it in the end.
func readAhead(from io.ReadCloser) io.ReadCloser {
	a := &ahead{from: from, full: make(chan block, aheadBlocks), empty: make(chan []byte, aheadBlocks), stop: make(chan struct{})}
	for range aheadBlocks {
		a.empty <- make([]byte, aheadSize)
	}
	go a.fill()
	return a
}

// fill ends at the first error, which may be the end of the file, or when nobody
// wants more. Room for a full block is always there: there are no more of them.
func (a *ahead) fill() {
	defer close(a.full)
	for {
		select {
		case <-a.stop:
			return
		case buffer := <-a.empty:
			n, err := fillBlock(a.from, buffer, a.stop)
			a.full <- block{buffer[:n], err}
			if err != nil {
				return
			}
		}
	}
}

// fillBlock is io.ReadFull that keeps the reader's own error, and ends early
// when it is to stop.
func fillBlock(from io.Reader, buffer []byte, stop <-chan struct{}) (n int, err error) {
	for n < len(buffer) && err == nil {
		select {
		case <-stop:
			return n, io.ErrClosedPipe
		default:
		}
		var more int
		more, err = from.Read(buffer[n:])
		n += more
	}
	return n, err
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.left) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		if a.buffer != nil {
			a.empty <- a.buffer[:aheadSize]
		}
		next := <-a.full
		a.buffer, a.left, a.err = next.text, next.text, next.err
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	return n, nil
}

// Close waits until nobody reads any more: what it closes is in use till then.
func (a *ahead) Close() error {
	close(a.stop)
	for range a.full {
	}
	return a.from.Close()
}
