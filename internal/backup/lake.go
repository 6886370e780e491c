package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
)

// placeIn is where a file of the manifest lies in a lake or beside it; there is no such
// place for one of the records.
func placeIn(l lake.Lake, f File) (path string, inside bool) {
	for folder, root := range map[string]string{lakeDir: l.Root(), collectedDir: l.Collected()} {
		if rest, within := strings.CutPrefix(f.Path, folder); within {
			return filepath.Join(root, filepath.FromSlash(rest)), true
		}
	}
	return "", false
}

// lakeFiles lists and hashes the files of the folders that the records name. A
// folder that is needed and not there is an error; others may have been removed.
func (b *Backups) lakeFiles(ctx context.Context, k kept) ([]File, error) {
	var paths []string
	for _, load := range k.loads {
		found, err := filesBelow(b.home.Lake.LoadDir(load.Period, load.Payer, load.ID), load.Needed)
		if err != nil {
			return nil, err
		}
		paths = append(paths, found...)
		// What was collected is the provider's own word for the load, which the vendor may
		// not say twice; the load stays in force without it.
		if at := filepath.Join(load.Source, load.Period.String(), load.Version); load.Source != "" && load.Version != "" && filepath.IsLocal(at) {
			if found, err = filesBelow(filepath.Join(b.home.Lake.Collected(), at), false); err != nil {
				return nil, err
			}
			paths = append(paths, found...)
		}
	}
	for _, r := range k.revisions {
		for _, dir := range []string{b.home.Lake.RatedDir(r.Period, r.ID), b.home.Lake.AppliedDir(r.Period, r.ID)} {
			found, err := filesBelow(dir, r.Needed)
			if err != nil {
				return nil, err
			}
			paths = append(paths, found...)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths) // a version may have been loaded twice
	files := make([]File, len(paths))
	for i, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		billing.Step(ctx, "hash the lake", int64(i), int64(len(paths)))
		var err error
		if files[i], err = hashed(b.home.Lake, path); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// filesBelow are the files of a folder and its folders.
func filesBelow(dir string, needed bool) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist) && !needed:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is on record and not in the lake: either the month was closed again in this moment, then make the copy again, or the lake lacks it: %w", dir, err)
	}
	return files, err
}

// hashed is what a manifest says of a file of the lake, or beside it.
func hashed(l lake.Lake, path string) (File, error) {
	folder := lakeDir
	relative, err := filepath.Rel(l.Root(), path)
	if err == nil && !filepath.IsLocal(relative) {
		folder = collectedDir
		relative, err = filepath.Rel(l.Collected(), path)
	}
	if err != nil {
		return File{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("the lake was changed in this moment, make the copy again: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	return File{folder + filepath.ToSlash(relative), size, hex.EncodeToString(sum.Sum(nil))}, err
}
