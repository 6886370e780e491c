package api

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

const (
	mostUploads = 20 << 30       // bytes of all uploads that wait for their use, where nothing else is set
	longestName = 200            // bytes of a file's name
	uploadAge   = 24 * time.Hour // after which what nobody used is removed
)

// uploadFolder holds files that were sent to be used by an operation. Each lies in a
// folder of its own, named by its id, below uploads in the installation's folder.
// Nothing that a caller says becomes a path but an id, which is a ULID, and a name
// without a folder.
type uploadFolder struct {
	dir  string
	most int64 // bytes of all that wait for their use
	now  func() time.Time
}

// open opens the folder, which is made where it is not there.
func (u uploadFolder) open() (*os.Root, error) {
	if err := os.MkdirAll(u.dir, 0o700); err != nil {
		return nil, fmt.Errorf("the folder for uploads: %w", err)
	}
	return os.OpenRoot(u.dir)
}

// checkUploadName refuses what is no plain name of a file.
func checkUploadName(name string) error {
	odd := func(r rune) bool { return r < ' ' || r == 0x7f || r == '/' || r == '\\' }
	if len(name) > longestName || !filepath.IsLocal(name) || strings.HasPrefix(name, ".") || strings.ContainsFunc(name, odd) {
		return invalid("path.id", "is no name of a file; give one without folders, of at most %d bytes", longestName)
	}
	return nil
}

// keep stores a file and returns its id and size. What is larger than the room that
// is left is refused.
func (u uploadFolder) keep(name string, from io.Reader) (id string, size int64, err error) {
	root, err := u.open()
	if err != nil {
		return "", 0, err
	}
	defer root.Close()
	if err := u.sweep(root); err != nil {
		return "", 0, err
	}
	waiting, err := u.waiting(root)
	if err != nil {
		return "", 0, err
	}
	room := u.most
	for _, w := range waiting {
		room -= w.Bytes
	}
	folder := ulid.MustNew(ulid.Timestamp(u.now()), ulid.DefaultEntropy()).String()
	if err := root.Mkdir(folder, 0o700); err != nil {
		return "", 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, root.RemoveAll(folder))
		}
	}()
	file, err := root.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, err
	}
	size, err = io.Copy(file, io.LimitReader(from, max(room, 0)+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return "", 0, err
	}
	if size > room {
		return "", 0, &Problem{Code: "too-large", Detail: fmt.Sprintf("all files that wait for their use may have %d bytes together; use or remove some first", u.most)}
	}
	return folder, size, nil
}

// sweep removes what nobody used for long.
func (u uploadFolder) sweep(root *os.Root) error {
	folders, err := fs.ReadDir(root.FS(), ".")
	for _, f := range folders {
		id, unknown := ulid.ParseStrict(strings.TrimPrefix(f.Name(), inUse))
		if unknown == nil && u.now().Sub(ulid.Time(id.Time())) > uploadAge {
			err = errors.Join(err, root.RemoveAll(f.Name()))
		}
	}
	return err
}

// list lists what waits for its use, the oldest first.
func (u uploadFolder) list() ([]Upload, error) {
	root, err := u.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return u.waiting(root)
}

func (u uploadFolder) waiting(root *os.Root) ([]Upload, error) {
	folders, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	all := []Upload{}
	for _, f := range folders {
		one, err := u.one(root, f.Name())
		switch {
		case errors.As(err, new(*Problem)): // in use, or gone since
		case err != nil:
			return nil, err
		default:
			all = append(all, one)
		}
	}
	return all, nil
}

// inUse begins the name of a folder that holds links to the files of one use.
const inUse = "use-"

// use puts uploads side by side under their own names and returns their paths. done
// takes that away again, and the uploads too where what they were for went well.
func (u uploadFolder) use(ids []string) (paths []string, done func(error) error, err error) {
	root, err := u.open()
	if err != nil {
		return nil, nil, err
	}
	folder := inUse + ulid.MustNew(ulid.Timestamp(u.now()), ulid.DefaultEntropy()).String()
	done = func(failed error) error {
		err := errors.Join(failed, root.RemoveAll(folder))
		for _, id := range ids {
			if failed == nil {
				err = errors.Join(err, root.RemoveAll(id))
			}
		}
		return errors.Join(err, root.Close())
	}
	if err := root.Mkdir(folder, 0o700); err != nil {
		return nil, nil, errors.Join(err, root.Close())
	}
	for _, id := range ids {
		one, err := u.one(root, id)
		if err == nil {
			err = root.Link(filepath.Join(id, one.Name), filepath.Join(folder, one.Name))
		}
		if errors.Is(err, fs.ErrExist) {
			err = invalid("body.files", "two of them are called %s; give them different names", one.Name)
		}
		if err != nil {
			return nil, nil, done(err)
		}
		paths = append(paths, filepath.Join(u.dir, folder, one.Name))
	}
	return paths, done, nil
}

// one is the upload of an id; a *Problem where there is none.
func (u uploadFolder) one(root *os.Root, id string) (Upload, error) {
	gone := &Problem{Code: "not-found", Detail: fmt.Sprintf("there is no upload %q; it was used already, or is older than a day", id)}
	at, err := ulid.ParseStrict(id)
	if err != nil {
		return Upload{}, gone
	}
	files, err := fs.ReadDir(root.FS(), id)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(files) != 1 {
		return Upload{}, gone
	}
	if err != nil {
		return Upload{}, err
	}
	info, err := files[0].Info()
	if errors.Is(err, fs.ErrNotExist) {
		return Upload{}, gone
	}
	if err != nil {
		return Upload{}, err
	}
	return Upload{id, info.Name(), info.Size(), ulid.Time(at.Time()).UTC()}, nil
}

// remove takes an upload away, and returns what it was.
func (u uploadFolder) remove(id string) (Upload, error) {
	root, err := u.open()
	if err != nil {
		return Upload{}, err
	}
	defer root.Close()
	was, err := u.one(root, id)
	if err != nil {
		return Upload{}, err
	}
	return was, root.RemoveAll(id)
}
