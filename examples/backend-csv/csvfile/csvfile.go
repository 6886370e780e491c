// Package csvfile is a vendor for package backend: one that publishes CSV files over HTTP.
package csvfile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/backend"
)

// Version of this backend.
const Version = "1.0.0"

// Schemas of credentials.
const (
	public = "public" // nothing: the files are there for everybody
	basic  = "basic"  // user name and password, as HTTP has them
	bearer = "token"  // a token in the header Authorization
)

var schemas = map[string]string{
	public: `{"type":"object","title":"No credential","properties":{},"additionalProperties":false}`,
	basic: `{"type":"object","title":"User and password","properties":{
		"username":{"type":"string","title":"User","minLength":1},
		"password":{"type":"string","title":"Password","minLength":1,"writeOnly":true}},
		"required":["username","password"],"additionalProperties":false}`,
	bearer: `{"type":"object","title":"Token","properties":{
		"token":{"type":"string","title":"Token","minLength":1,"writeOnly":true}},
		"required":["token"],"additionalProperties":false}`,
}

// Vendor reads the files that its options name. Most is how many bytes a file may have; 1
// GiB where it is 0.
type Vendor struct{ Most int64 }

// settings are the options of the backend in the configuration of Sluice.
type settings struct {
	places   []string          // URLs; {month} in them is the month
	columns  map[string]string // our name of a column → the file's
	defaults map[string]string // our name of a column → what a row has that says nothing
	tags     map[string]string // name of a tag → the file's column
}

func settingsOf(options map[string]string) (settings, error) {
	s := settings{columns: map[string]string{}, defaults: map[string]string{}, tags: map[string]string{}}
	for name, text := range options {
		var into any
		switch name {
		case "base_url":
			s.places = strings.Fields(strings.ReplaceAll(text, ",", " "))
			continue
		case "field_mapper":
			into = &s.columns
		case "default_vars":
			into = &s.defaults
		case "tags":
			into = &s.tags
		default:
			return s, fmt.Errorf("option %q is unknown; use base_url, field_mapper, default_vars and tags", name)
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return s, fmt.Errorf("option %s is no JSON object of texts; write it as {\"cost\": \"PreTaxCost\"}", name)
		}
	}
	if len(s.places) == 0 {
		return s, errors.New("option base_url is missing; name the files, with a blank between them")
	}
	for _, place := range s.places {
		u, err := url.Parse(place)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return s, fmt.Errorf("base_url %q is no address of a file; write https://host/path, and keep users and passwords in the credential", place)
		}
	}
	for _, names := range []map[string]string{s.columns, s.defaults} {
		for name := range names {
			if !slices.Contains(columnNames, name) {
				return s, fmt.Errorf("%q is no column that is read; use %s", name, strings.Join(columnNames, ", "))
			}
		}
	}
	return s, nil
}

// Describe says what the backend is. Wrong options are told here already.
func (v Vendor) Describe(_ context.Context, options map[string]string) (backend.Description, error) {
	s, err := settingsOf(options)
	if err != nil {
		return backend.Description{}, err
	}
	return backend.Description{Name: "CSV over HTTP", Version: Version, Currency: s.defaults["currency"], Schemas: schemas}, nil
}

// Verify opens each file, and reads its first line. Files of a month are tried with the
// current one; that it is not there yet is no fault.
func (v Vendor) Verify(ctx context.Context, a backend.Access) ([]backend.Account, error) {
	s, err := settingsOf(a.Options)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	month := backend.Month{Year: now.Year(), Month: now.Month()}
	for _, place := range s.places {
		err := v.read(ctx, a, s, place, month, func(backend.Row) error { return errEnough })
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
	}
	return nil, nil
}

// errEnough ends a file of which no more is wanted.
var errEnough = errors.New("enough was read")

// Plan has a task for each file.
func (v Vendor) Plan(_ context.Context, a backend.Access, _ backend.Month, _ time.Time) ([]backend.Task, error) {
	s, err := settingsOf(a.Options)
	if err != nil {
		return nil, err
	}
	var tasks []backend.Task
	for _, place := range s.places {
		if !slices.ContainsFunc(tasks, func(t backend.Task) bool { return t.ID == place }) {
			tasks = append(tasks, backend.Task{ID: place, Name: place[strings.LastIndex(place, "/")+1:]})
		}
	}
	return tasks, nil
}

// Costs tells the rows of a file that are of the month.
func (v Vendor) Costs(ctx context.Context, a backend.Access, m backend.Month, task string, tell func(backend.Row) error) error {
	s, err := settingsOf(a.Options)
	if err != nil {
		return err
	}
	if !slices.Contains(s.places, task) {
		return backend.NoSuchTask(task)
	}
	return v.read(ctx, a, s, task, m, tell)
}

// read reads a file, and tells its rows of a month. A file whose address has the month in
// it need not be there.
func (v Vendor) read(ctx context.Context, a backend.Access, s settings, place string, m backend.Month, tell func(backend.Row) error) error {
	address := strings.ReplaceAll(place, "{month}", m.String())
	body, err := open(ctx, a, address)
	if errors.Is(err, errNotThere) && address != place {
		return nil
	}
	if err != nil {
		return err
	}
	defer body.Close()
	most := v.Most
	if most == 0 {
		most = 1 << 30
	}
	return s.rows(&bounded{Reader: body, left: most}, address, m, tell)
}

// bounded is a reader that fails where there is more than there may be: a file is read
// whole or not at all.
type bounded struct {
	io.Reader
	left int64
}

// Read reads on, while there is something left.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errors.New("the file is larger than it may be; split it by month, with {month} in base_url")
	}
	return n, err
}
