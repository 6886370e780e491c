//go:build !unix

package postgrestest

import (
	"errors"
	"io"
	"os/exec"
)

var errNotHere = errors.New("PostgreSQL is started for tests on Unix only")

func own(string) error { return errNotHere }

func asUser(*exec.Cmd) error { return errNotHere }

func background(*exec.Cmd) (io.Closer, error) { return nil, errNotHere }
