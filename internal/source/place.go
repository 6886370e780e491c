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
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/sethvargo/go-retry"
	"gocloud.dev/aws"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
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
}

// Open opens a folder's path (relative or absolute), file:///folder, or
// s3://bucket/prefix?region=…&endpoint=…&use_path_style=true. Everything after
// the bucket is a folder in it. S3 credentials come from the environment, the
// shared configuration files or the machine's role, never from the address;
// the parameters profile, role and anonymous choose between them.
// It fails when the folder does not exist or the bucket cannot be listed.
func Open(ctx context.Context, address string) (*Place, error) {
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
		return openS3(ctx, u)
	default:
		return nil, fmt.Errorf("a source cannot be read from %q; use a folder, file:///folder or s3://bucket/prefix", u.Scheme+"://")
	}
}

func openFolder(folder string) (*Place, error) {
	if folder == "" {
		return nil, errors.New("the address of the source is empty; use a folder, file:///folder or s3://bucket/prefix")
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

func openS3(ctx context.Context, u *url.URL) (*Place, error) {
	// One slash parts bucket and key; a second one belongs to the key, because
	// reports made with an empty prefix have keys that begin with a slash.
	root := strings.TrimPrefix(u.Path, "/")
	if root != "" && !strings.HasSuffix(root, "/") {
		root += "/"
	}
	name := "s3://" + u.Host + "/" + root
	client, err := s3Client(ctx, u.Query())
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	bucket, err := s3blob.OpenBucket(ctx, client, u.Host, nil)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	if _, _, err := bucket.ListPage(ctx, blob.FirstPageToken, 1, &blob.ListOptions{Prefix: root}); err != nil {
		bucket.Close()
		return nil, fmt.Errorf("%s cannot be listed; check the bucket's name, region, endpoint and the credentials: %w", name, err)
	}
	return &Place{name: name, bucket: bucket, root: root, slashes: true, backoff: patience}, nil
}

func s3Client(ctx context.Context, query url.Values) (*s3.Client, error) {
	pathStyle := false
	if text := query.Get("use_path_style"); text != "" {
		var err error
		if pathStyle, err = strconv.ParseBool(text); err != nil {
			return nil, fmt.Errorf("use_path_style=%s: write true or false", text)
		}
		query.Del("use_path_style")
	}
	config, err := aws.V2ConfigFromURLParams(ctx, query)
	if err != nil {
		return nil, err
	}
	return s3.NewFromConfig(config, func(o *s3.Options) {
		o.UsePathStyle = pathStyle
		// Checksums are compared where there are some; a warning for each object
		// that has none would drown everything else.
		o.DisableLogOutputChecksumValidationSkipped = true
	}), nil
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
	return File{Key: key, Size: a.Size, ETag: etag, Compression: compression(key), Parquet: hasEnding(key, ".parquet")}, nil
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

// IsData tells from its ending whether a file holds rows.
func IsData(key string) bool {
	return hasEnding(key, ".csv", ".csv.gz", ".csv.zip", ".parquet")
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
