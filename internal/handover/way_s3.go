package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/webhook"
)

// s3Way puts files into a bucket of S3, or of what speaks like it. It uses the keys of
// the route alone, never those of the machine: whoever sets a route up could write
// into the machine's own buckets else.
var s3Way = way{by: ByBucket, scheme: s3blob.Scheme, secret: true, asks: "ACCESS-KEY-ID:SECRET-ACCESS-KEY of a user who may write there", check: checkS3, send: sendS3}

var s3Parameters = []string{"region", "endpoint", "use_path_style"}

func checkS3(h *Handovers, r Route, plain secret.Text) error {
	u, err := checkTarget(r, false, s3Parameters...)
	if err != nil {
		return err
	}
	if why := h.refuseEndpoint(u); why != "" {
		return &RefusedError{"target", why}
	}
	if !plain.IsZero() {
		if _, err := keysOfS3(plain); err != nil {
			return &RefusedError{"secret", err.Error()}
		}
	}
	return nil
}

// refuseEndpoint says why a bucket cannot be reached as its target says.
func (h *Handovers) refuseEndpoint(u *url.URL) string {
	if u.Host == "" {
		return "names no bucket"
	}
	endpoint := u.Query().Get("endpoint")
	if endpoint == "" {
		return ""
	}
	e, err := url.Parse(endpoint)
	if err != nil || e.Hostname() == "" || e.User != nil || e.RawQuery != "" || e.Fragment != "" || e.Scheme != "https" && !(h.options.AllowPrivate && e.Scheme == "http") {
		return "has an endpoint that is no address such as https://s3.example.com"
	}
	return ""
}

func keysOfS3(plain secret.Text) (aws.Credentials, error) {
	id, key, found := strings.Cut(strings.TrimSpace(plain.Reveal()), ":")
	if !found || id == "" || key == "" || strings.ContainsAny(id+key, " \r\n\t") {
		return aws.Credentials{}, errors.New("is not written ACCESS-KEY-ID:SECRET-ACCESS-KEY")
	}
	return aws.Credentials{AccessKeyID: id, SecretAccessKey: key}, nil
}

func sendS3(ctx context.Context, h *Handovers, p parcel) (Receipt, error) {
	target, err := checkTarget(p.route, false, s3Parameters...)
	if err != nil {
		return Receipt{}, &FinalError{err}
	}
	keys, err := keysOfS3(p.secret)
	if err != nil {
		return Receipt{}, &FinalError{fmt.Errorf("the secret of the route %w", err)}
	}
	query := target.Query()
	options := s3.Options{
		Region: query.Get("region"), HTTPClient: h.client, UsePathStyle: query.Get("use_path_style") == "true",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
		// The queue tries again, and buckets that are not Amazon's know no checksums at
		// the end of a body.
		RetryMaxAttempts: 2, RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
	}
	if options.Region == "" {
		options.Region = "us-east-1"
	}
	if endpoint := query.Get("endpoint"); endpoint != "" {
		options.BaseEndpoint = &endpoint
	}
	bucket, err := s3blob.OpenBucket(ctx, s3.New(options), target.Host, nil)
	if err != nil {
		return Receipt{}, err
	}
	defer bucket.Close()
	folder := p.folder(target)
	for _, f := range p.files {
		if err := putS3(ctx, bucket, folder, f); err != nil {
			return Receipt{}, s3Problem(f.Name, err)
		}
	}
	return Receipt{Detail: "s3://" + target.Host + "/" + folder}, nil
}

func putS3(ctx context.Context, bucket *blob.Bucket, folder string, f File) error {
	key, err := place(folder, f)
	if err != nil {
		return err
	}
	content, _, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	broken, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := bucket.NewWriter(broken, key, &blob.WriterOptions{ContentType: f.MediaType})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, content); err != nil {
		cancel() // so that half a file is not closed as a whole one
		return errors.Join(err, w.Close())
	}
	return w.Close()
}

// finalCodes are answers of S3 after which trying again is of no use.
var finalCodes = []string{
	"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "InvalidBucketName", "AllAccessDisabled", "AccountProblem", "PermanentRedirect",
	"AuthorizationHeaderMalformed",
}

// s3Problem says what went wrong in the server's words, without those of the client.
func s3Problem(name string, err error) error {
	var answer interface {
		ErrorCode() string
		ErrorMessage() string
	}
	switch {
	case errors.Is(err, webhook.ErrPrivate):
		return &FinalError{webhook.ErrPrivate}
	case !errors.As(err, &answer):
		return fmt.Errorf("put %s into the bucket: %w", name, err)
	case slices.Contains(finalCodes, answer.ErrorCode()):
		return &FinalError{fmt.Errorf("put %s into the bucket: %s: %s", name, answer.ErrorCode(), answer.ErrorMessage())}
	}
	return fmt.Errorf("put %s into the bucket: %s: %s", name, answer.ErrorCode(), answer.ErrorMessage())
}
