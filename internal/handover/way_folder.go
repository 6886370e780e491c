package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/sluice-billing/sluice/internal/secret"
)

// folderWay puts files into a folder of the machine, for the reseller's own programs.
var folderWay = way{by: ByFolder, scheme: "file", operator: true, check: checkFolder, send: sendFolder}

func checkFolder(_ *Handovers, r Route, _ secret.Text) error {
	u, err := checkTarget(r, false)
	if err != nil {
		return err
	}
	if u.Host != "" || len(u.Path) < 2 {
		return &RefusedError{"target", "is no folder such as file:///srv/invoices"}
	}
	return nil
}

func sendFolder(ctx context.Context, _ *Handovers, p parcel) (Receipt, error) {
	target, err := checkTarget(p.route, false)
	if err != nil {
		return Receipt{}, &FinalError{err}
	}
	folder := string(filepath.Separator) + filepath.FromSlash(p.folder(target))
	for _, f := range p.files {
		name, err := place("", f)
		if err == nil {
			err = putFile(ctx, filepath.Join(folder, filepath.FromSlash(name)), "."+p.key+".part", f)
		}
		if err != nil {
			return Receipt{}, fmt.Errorf("put %s into the folder: %w", f.Name, err)
		}
	}
	return Receipt{Detail: folder}, nil
}

// putFile writes a file under another name and then renames it, so that nobody reads
// half of it.
func putFile(ctx context.Context, to, part string, f File) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	content, _, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	written, err := os.OpenFile(to+part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(written, content)
	if err := errors.Join(err, written.Sync(), written.Close(), ctx.Err()); err != nil {
		return errors.Join(err, os.Remove(to+part))
	}
	return os.Rename(to+part, to)
}
