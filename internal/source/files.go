package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// LocalFiles makes a delivery for the period of files on this machine that
// have no manifest, in the given order. Its version is a hash of their names,
// sizes and contents, so that the same files are the same version wherever
// they lie. Close the place when they are read.
func LocalFiles(ctx context.Context, paths []string, period billing.Period) (*Place, Delivery, error) {
	absolute, err := checkFiles(paths)
	if err != nil {
		return nil, Delivery{}, err
	}
	folder := commonFolder(absolute)
	place, err := openFolder(folder)
	if err != nil {
		return nil, Delivery{}, err
	}
	d, err := place.local(ctx, folder, absolute, period)
	if err != nil {
		place.Close()
		return nil, Delivery{}, err
	}
	return place, d, nil
}

// checkFiles returns the absolute paths and refuses what is no data file and
// what is given twice.
func checkFiles(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("no file is given; name at least one csv, json, jsonl (also .gz), csv.zip or parquet file")
	}
	var absolute []string
	for _, p := range paths {
		a, err := filepath.Abs(p)
		if err != nil {
			return nil, fmt.Errorf("file %s cannot be found: %w", p, err)
		}
		info, err := os.Stat(a)
		switch {
		case os.IsNotExist(err):
			return nil, fmt.Errorf("file %s does not exist", p)
		case err != nil:
			return nil, fmt.Errorf("file %s cannot be read: %w", p, err)
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s is not a file; name the files in it one by one", p)
		case !IsData(a):
			return nil, fmt.Errorf("file %s is not an export; its name must end in .csv, .csv.gz, .csv.zip, .parquet, .json, .jsonl, .json.gz or .jsonl.gz", p)
		case slices.Contains(absolute, a):
			return nil, fmt.Errorf("file %s is given twice; its lines would count twice", p)
		}
		absolute = append(absolute, a)
	}
	return absolute, nil
}

// commonFolder is the deepest folder that holds all the files.
func commonFolder(files []string) string {
	folder := filepath.Dir(files[0])
	for _, f := range files[1:] {
		for !strings.HasPrefix(f, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator)) {
			above := filepath.Dir(folder)
			if above == folder {
				break
			}
			folder = above
		}
	}
	return folder
}

func (p *Place) local(ctx context.Context, folder string, files []string, period billing.Period) (Delivery, error) {
	d := Delivery{Report: "local files", Period: period}
	var contents []string
	for _, name := range files {
		key, err := filepath.Rel(folder, name)
		if err != nil {
			return Delivery{}, fmt.Errorf("file %s does not lie on the same drive as the others: %w", name, err)
		}
		f, err := p.stat(ctx, filepath.ToSlash(key))
		if err != nil {
			return Delivery{}, fmt.Errorf("file %s cannot be read: %w", name, err)
		}
		sum, err := p.digest(ctx, f)
		if err != nil {
			return Delivery{}, err
		}
		d.Files = append(d.Files, f)
		contents = append(contents, fmt.Sprintf("%s %d %s", filepath.Base(name), f.Size, sum))
	}
	slices.Sort(contents)
	d.Version = hashOf(nil, contents...)
	return d, nil
}

// digest is the SHA-256 of the file's bytes as stored, in hexadecimal.
func (p *Place) digest(ctx context.Context, f File) (string, error) {
	body, err := p.Open(ctx, f)
	if err != nil {
		return "", err
	}
	defer body.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
