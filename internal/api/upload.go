package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/source"
)

// Upload is a file that waits for its use.
type Upload struct {
	ID      string    `json:"id" doc:"By which an operation such as ingest-files takes it"`
	Name    string    `json:"name"`
	Bytes   int64     `json:"bytes"`
	Created time.Time `json:"created"`
}

// uploading is the operation that takes a file. It goes to the disk as it comes.
type uploading struct{}

func (uploading) route() Route {
	return Route{
		ID: "upload-file", Method: http.MethodPut, Path: "/uploads/{id}", Tag: "Months", Title: "Upload a file", Needs: access.RunMonths, Creates: true, Upload: 1 << 40, File: true, For: ForReseller,
		About: "Takes a file of any size for an operation such as ingest-files: .csv, .csv.gz, .csv.zip, .parquet, .jsonl or .jsonl.gz. It is kept until it is used, or for a day. " +
			"Each upload is one of its own, also of the same name. All that wait together are bounded; more is refused with `too-large`.",
	}
}

// uploadName names a file.
type uploadName struct {
	Name string `path:"id" maxLength:"200" doc:"The name of the file, without folders; the answer has the id that it is known by" example:"october.parquet"`
}

func (u uploading) register(on huma.API, s *Service) {
	op := s.document(u.route())
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	huma.Register(on, op, func(ctx context.Context, in *uploadName) (*reply[Upload], error) {
		made, err := u.take(ctx, in.Name)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &reply[Upload]{Status: op.DefaultStatus, Body: made}, nil
	})
}

func (u uploading) take(ctx context.Context, name string) (Upload, error) {
	d, err := reach[*Desk](ctx, sessionOf(ctx), u.route())
	if err != nil {
		return Upload{}, err
	}
	if err := checkUploadName(name); err != nil {
		return Upload{}, err
	}
	if !source.IsData(name) {
		return Upload{}, invalid("path.id", "%s is not an export; its name must end in .csv, .csv.gz, .csv.zip, .parquet, .jsonl or .jsonl.gz", name)
	}
	created := d.Now().UTC()
	id, size, err := d.uploads().keep(name, requestOf(ctx).Body)
	if errors.As(err, new(*http.MaxBytesError)) {
		err = &Problem{Code: "too-large", Detail: "the file is larger than what is read here"}
	}
	return Upload{id, name, size, created}, err
}

func (uploading) run(context.Context, *Session, json.RawMessage) (json.RawMessage, error) {
	return nil, errors.New("a file is uploaded by a request, not by a job")
}

// uploads are those of the installation.
func (d *Desk) uploads() uploadFolder {
	most := int64(mostUploads)
	if s := d.session.service; s != nil {
		most = cmp.Or(s.MostUploads, most)
	}
	return uploadFolder{filepath.Join(filepath.Dir(d.Lake.Root()), "uploads"), most, time.Now}
}

// ListUploads lists the files that wait for their use.
var ListUploads = Listing[*Desk, struct{}, Upload]{
	ID: "list-uploads", Path: "/uploads", Tag: "Months", Title: "List uploads", Needs: access.RunMonths,
	About: "The files that were uploaded and wait for their use, the oldest first.",
	Key:   func(u Upload) string { return u.ID },
	Do:    func(_ context.Context, d *Desk, _ struct{}) ([]Upload, error) { return d.uploads().list() },
}

// RemoveUpload takes an uploaded file away.
var RemoveUpload = Operation[*Desk, ByID, Upload]{
	ID: "remove-upload", Method: http.MethodDelete, Path: "/uploads/{id}", Tag: "Months", Title: "Remove an upload", Needs: access.RunMonths,
	About: "Takes a file away that was uploaded and not used.",
	Do:    func(_ context.Context, d *Desk, in ByID) (Upload, error) { return d.uploads().remove(in.ID) },
}

// SendFile makes a local file known to a place, for ingest-files: in this process it
// is its path, a server is sent the file.
func SendFile(ctx context.Context, at Place, path string) (string, error) {
	if at.Remote == nil {
		return path, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	to := at.Remote.Base.JoinPath(Base, "uploads", url.PathEscape(filepath.Base(path)))
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, to.String(), nil)
	if err != nil {
		return "", err
	}
	request.ContentLength = info.Size()
	request.Header.Set("Content-Type", "application/octet-stream")
	request.GetBody = func() (io.ReadCloser, error) { return os.Open(path) }
	if request.Body, err = request.GetBody(); err != nil {
		return "", err
	}
	answer, err := at.Remote.Transport.Do(request)
	if err != nil {
		return "", fmt.Errorf("send %s to the server %s: %w", path, at.Remote.Base.Host, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusMultipleChoices {
		return "", problemFrom(answer)
	}
	var made Upload
	err = json.NewDecoder(answer.Body).Decode(&made)
	return made.ID, err
}
