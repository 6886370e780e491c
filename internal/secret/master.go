package secret

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Where a master key comes from. The key itself, or the file it is in, wins over
// the file of the installation.
const (
	masterEnv    = "SLUICE_MASTER_KEY"      // base64 of 32 bytes
	masterNewEnv = "SLUICE_MASTER_KEY_NEW"  // the one that follows, while it is being replaced
	fileEnv      = "SLUICE_MASTER_KEY_FILE" // names a file that has it
	masterFile   = "master.key"             // in the installation's folder
	masterBytes  = 32
)

// master is a key that keyrings are sealed with.
type master struct {
	aead tink.AEAD
	from string // for people: the variable or file it was read from
}

// masterPath is the file of the master key, where it is in one.
func masterPath(dir string) string {
	if named := os.Getenv(fileEnv); named != "" {
		return named
	}
	return filepath.Join(dir, masterFile)
}

// masters returns the master keys that there are, the one in use first. The
// second is one that was being put in its place. There may be none.
func masters(dir string) (all []master, err error) {
	if key := os.Getenv(masterEnv); key != "" {
		for _, name := range []string{masterEnv, masterNewEnv} {
			if key := os.Getenv(name); key != "" {
				m, err := parseMaster(key, name)
				if err != nil {
					return nil, err
				}
				all = append(all, m)
			}
		}
		return all, nil
	}
	for _, path := range []string{masterPath(dir), masterPath(dir) + ".new"} {
		m, err := readMaster(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// parseMaster reads a key; from says where it was, and never what it is.
func parseMaster(text, from string) (master, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != masterBytes {
		return master{}, fmt.Errorf("%s holds no master key: it is %d random bytes in base64; `openssl rand -base64 %d` makes one", from, masterBytes, masterBytes)
	}
	aead, err := subtle.NewAESGCM(key)
	if err != nil {
		return master{}, fmt.Errorf("the master key of %s: %w", from, err)
	}
	return master{aead, from}, nil
}

func readMaster(path string) (master, error) {
	file, err := os.Open(path)
	if err != nil {
		return master{}, fmt.Errorf("read the master key: %w", err)
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return master{}, fmt.Errorf("read the master key: %w", err)
	}
	// A group may read it: that is how orchestrators hand files to a service.
	if mode := about.Mode().Perm(); runtime.GOOS != "windows" && mode&0o027 != 0 {
		return master{}, fmt.Errorf("the master key %s can be read or changed by others (%s): allow it to its owner alone with `chmod 600 %s`", path, mode, path)
	}
	text := make([]byte, 256)
	n, err := file.Read(text)
	if err != nil {
		return master{}, fmt.Errorf("the master key %s is empty or cannot be read: %w", path, err)
	}
	return parseMaster(string(text[:n]), path)
}

// writeMaster makes a new master key in a file that is not there yet, and returns
// fs.ErrExist where it is. The file is there whole or not at all.
func writeMaster(path string) (err error) {
	key := make([]byte, masterBytes)
	rand.Read(key) // never fails
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make a master key: %w", err)
	}
	half, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return fmt.Errorf("make a master key: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(half.Name())) }()
	_, err = half.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, half.Sync(), half.Close()); err != nil {
		return fmt.Errorf("make a master key: %w", err)
	}
	if err := os.Link(half.Name(), path); err != nil {
		return fmt.Errorf("make a master key: %w", err)
	}
	return nil
}
