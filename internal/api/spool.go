package api

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// exports is the folder of an installation for files that were made to be
// downloaded, and keepExports how long they are kept.
const (
	exports     = "exports"
	keepExports = 7 * 24 * time.Hour
)

// CleanFiles removes what was made for download in an installation's folder and is
// old now.
func CleanFiles(dir string, now time.Time) error {
	found, failed := os.ReadDir(filepath.Join(dir, exports))
	if errors.Is(failed, os.ErrNotExist) {
		return nil
	}
	for _, f := range found {
		info, err := f.Info()
		if err == nil && now.Sub(info.ModTime()) > keepExports {
			err = os.RemoveAll(filepath.Join(dir, exports, f.Name()))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
