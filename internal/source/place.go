// Package source knows where a provider's export files lie and what they say
// of themselves: the place, the manifests in it, the files of a month and the
// version they are. It reads bytes and never looks into a data file.
package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/sethvargo/go-retry"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/blob/s3blob"
)

// Place is a folder or a part of a bucket that holds exports. It is safe for
// use by several goroutines.
type Place struct {
	name    string // for people: the folder, or s3://bucket/prefix
	bucket  *blob.Bucket
	root    string // what every key of the place begins with: empty, or ends in "/"
	slashes bool   // keys may begin with a slash or hold two in a row, as in S3
	backoff func() retry.Backoff
}

// File is one object of a place as it was when it was listed.
type File struct {
	Key         string // in the bucket, or relative to the folder
	Size        int64  // bytes as stored, before decompression
	ETag        string // changes when the content does; time and size where the store has none
	Compression string // gzip | zip | none, from the key's ending
	Parquet     bool   // from the key's ending; otherwise the file is CSV

	modified time.Time // UTC
}

// Access is by what a bucket is opened. What is not given comes from the environment,
// the shared configuration files or the machine's role.
type Access struct {
	AWS    *awssdk.Config // S3's; region and endpoint of an address come before its own
	Google []byte         // JSON key of a service account
	Azure  string         // shared access signature: sv=…&sig=…
}

// Open opens a folder's path (relative or absolute), file:///folder,
// s3://bucket/prefix?region=…&endpoint=…&use_path_style=true,
// gs://bucket/prefix?endpoint=… or
// azblob://container/prefix?storage_account=…&domain=…&endpoint=…. Everything after
// the bucket is a folder in it. Credentials come from access, else from the
// environment, the shared configuration files or the machine's role, never from the
// address; of S3, the parameters profile, role and anonymous choose between the latter.
// It fails when the folder does not exist; where a bucket cannot be listed the error
// is a *Trouble.
func Open(ctx context.Context, address string, access Access) (*Place, error) {
	if !strings.Contains(address, "://") {
		return openFolder(address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the address of a source is not well written: %w", err)
	}
	switch {
	case u.Scheme == fileblob.Scheme && (u.Host == "" || u.Host == "localhost"):
		return openFolder(filepath.FromSlash(u.Path))
	case u.Scheme == fileblob.Scheme:
		return nil, fmt.Errorf("%s names a machine %q; write file:///folder with three slashes", address, u.Host)
	case u.Scheme == s3blob.Scheme:
		return openS3(ctx, u, access.AWS)
	case u.Scheme == gcsblob.Scheme:
		return openGCS(ctx, u, access.Google)
	case u.Scheme == azureblob.Scheme:
		return openAzure(ctx, u, access.Azure)
	default:
		return nil, fmt.Errorf("a source cannot be read from %q; use %s", u.Scheme+"://", addresses)
	}
}

// IsFolder tells whether an address is that of a folder of this machine, which needs no
// credential.
func IsFolder(address string) bool {
	return address != "" && (!strings.Contains(address, "://") || strings.HasPrefix(address, fileblob.Scheme+"://"))
}

// addresses are the ways to write where a source is.
const addresses = "a folder, file:///folder, s3://bucket/prefix, gs://bucket/prefix or azblob://container/prefix"

// inBucket is a place in a bucket that is open, once it could be listed. What went
// wrong is said by explain, if it knows.
func inBucket(ctx context.Context, bucket *blob.Bucket, u *url.URL, slashes bool, explain func(error) *Trouble) (*Place, error) {
	p := &Place{name: u.Scheme + "://" + u.Host + "/" + rootOf(u), bucket: bucket, root: rootOf(u), slashes: slashes, backoff: patience}
	opening, cancel := context.WithTimeout(ctx, mostOpening)
	defer cancel()
	if _, _, err := bucket.ListPage(opening, blob.FirstPageToken, 1, &blob.ListOptions{Prefix: p.root}); err != nil {
		bucket.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		t := explain(err)
		t.Place = p.name
		return nil, t
	}
	return p, nil
}

// mostOpening is how long the first question to a bucket may take.
const mostOpening = 40 * time.Second

// rootOf is what the keys of an address begin with. One slash parts bucket and key; a
// second one belongs to the key, because reports made with an empty prefix have keys
// that begin with a slash.
func rootOf(u *url.URL) string {
	root := strings.TrimPrefix(u.Path, "/")
	if root != "" && !strings.HasSuffix(root, "/") {
		root += "/"
	}
	return root
}

// parameters refuses those of an address that are not known.
func parameters(u *url.URL, known ...string) (url.Values, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%s://%s has parameters that are not well written; quote them, such as a%%20b", u.Scheme, u.Host)
	}
	for name := range query {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s://%s has the parameter %q, which there is not; it takes %s", u.Scheme, u.Host, name, strings.Join(known, ", "))
		}
	}
	if u.Host == "" {
		return nil, fmt.Errorf("%s:// names no bucket; write %s", u.Scheme, addresses)
	}
	return query, endpointOf(u, query)
}

// endpointOf checks the server that an address names in the place of the provider's.
func endpointOf(u *url.URL, query url.Values) error {
	text := query.Get("endpoint")
	if text == "" {
		return nil
	}
	e, err := url.Parse(text)
	if err != nil || e.Scheme != "https" && e.Scheme != "http" || e.Host == "" || e.User != nil || e.RawQuery != "" || e.Fragment != "" {
		return fmt.Errorf("%s://%s has an endpoint that is no address of a server; write it as https://host:port", u.Scheme, u.Host)
	}
	return nil
}

func openFolder(folder string) (*Place, error) {
	if folder == "" {
		return nil, errors.New("the address of the source is empty; use " + addresses)
	}
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("the folder %s does not exist; create it or correct the source's address", folder)
	case err != nil:
		return nil, fmt.Errorf("the folder %s cannot be opened: %w", folder, err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file, not a folder; give the folder that holds the exports", folder)
	}
	// The listing below does not follow a link at its root, so it is resolved here.
	resolved, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be opened: %w", folder, err)
	}
	// The listing passes over what it may not read, so that is asked here.
	if err := readable(resolved); err != nil {
		return nil, fmt.Errorf("the folder %s cannot be listed: %w", folder, err)
	}
	bucket, err := fileblob.OpenBucket(resolved, nil)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be opened: %w", folder, err)
	}
	return &Place{name: folder, bucket: bucket, backoff: patience}, nil
}

func readable(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Readdirnames(1); err != nil && err != io.EOF {
		return err
	}
	return nil
}

// patience is how long a fault of disk or network is waited out: six tries
// more, about thirteen seconds in all.
func patience() retry.Backoff {
	return retry.WithMaxRetries(6, retry.NewExponential(200*time.Millisecond))
}

// Close releases the place.
func (p *Place) Close() error { return p.bucket.Close() }

// String is the place's address for people, without query and credentials.
func (p *Place) String() string { return p.name }

// stat asks the store for a file as it is now.
func (p *Place) stat(ctx context.Context, key string) (File, error) {
	a, err := p.bucket.Attributes(ctx, key)
	if err != nil {
		return File{}, err
	}
	etag := a.ETag
	if etag == "" {
		etag = fmt.Sprintf("%x-%x", a.ModTime.UnixNano(), a.Size)
	}
	return File{Key: key, Size: a.Size, ETag: etag, Compression: compression(key), Parquet: hasEnding(key, ".parquet"), modified: a.ModTime.UTC()}, nil
}

func compression(key string) string {
	switch {
	case hasEnding(key, ".gz"):
		return "gzip"
	case hasEnding(key, ".zip"):
		return "zip"
	default:
		return "none"
	}
}

// IsData tells from its ending whether a file holds rows: not those that say which
// files do.
func IsData(key string) bool {
	return !hasEnding(key, "manifest.json", "metadata.json") && hasEnding(key, ".csv", ".csv.gz", ".csv.zip", ".parquet", ".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
}

func hasEnding(key string, endings ...string) bool {
	key = strings.ToLower(key)
	for _, e := range endings {
		if strings.HasSuffix(key, e) {
			return true
		}
	}
	return false
}

// Shown is an address as people see it: without parameters, which may name other
// servers and roles.
func Shown(address string) string {
	shown, _, _ := strings.Cut(address, "?")
	return shown
}
