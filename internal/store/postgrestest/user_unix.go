//go:build unix

package postgrestest

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// runner is who runs the server: nil for whoever runs the tests. PostgreSQL
// refuses root.
func runner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// own gives a folder to the runner.
func own(dir string) error {
	who, err := runner()
	if err != nil || who == nil {
		return err
	}
	return os.Chown(dir, int(who.Uid), int(who.Gid))
}

// asUser runs a program of the server to its end.
func asUser(cmd *exec.Cmd) error {
	if err := prepare(cmd); err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd.Path, err, out)
	}
	return nil
}

// background starts a program that ends when what it returns is closed, or this
// program is gone: its standard input is a pipe that nobody else holds. What it
// prints is lost.
func background(cmd *exec.Cmd) (alive io.Closer, err error) {
	if err := prepare(cmd); err != nil {
		return nil, err
	}
	if alive, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return alive, cmd.Start()
}

func prepare(cmd *exec.Cmd) error {
	who, err := runner()
	if err != nil {
		return err
	}
	cmd.Dir = "/"
	// A session of its own, so that an interrupt from the keyboard reaches the tests
	// first, and the server by their end.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setsid: true}
	return nil
}
