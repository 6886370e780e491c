package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"gocloud.dev/aws"
	"gocloud.dev/blob/s3blob"
)

func openS3(ctx context.Context, u *url.URL, by *awssdk.Config) (*Place, error) {
	name := "s3://" + u.Host + "/" + rootOf(u)
	if u.Host == "" {
		return nil, fmt.Errorf("s3:// names no bucket; write %s", addresses)
	}
	client, err := s3Client(ctx, u.Query(), by)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	bucket, err := s3blob.OpenBucket(ctx, client, u.Host, nil)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	return inBucket(ctx, bucket, u, true, func(err error) *Trouble { return troubleOfS3(err, u) })
}

func s3Client(ctx context.Context, query url.Values, by *awssdk.Config) (*s3.Client, error) {
	pathStyle := false
	if text := query.Get("use_path_style"); text != "" {
		var err error
		if pathStyle, err = strconv.ParseBool(text); err != nil {
			return nil, fmt.Errorf("use_path_style=%s: write true or false", text)
		}
		query.Del("use_path_style")
	}
	if by != nil {
		for _, name := range []string{"role", "profile", "anonymous"} {
			if query.Has(name) {
				return nil, fmt.Errorf("the address has the parameter %s, and the source a credential; remove one of the two", name)
			}
		}
	}
	config, err := aws.V2ConfigFromURLParams(ctx, query)
	if err != nil {
		return nil, err
	}
	if by != nil {
		config.Credentials = by.Credentials
		config.Region = cmp.Or(query.Get("region"), by.Region)
	}
	return s3.NewFromConfig(config, func(o *s3.Options) {
		o.UsePathStyle = pathStyle
		// Checksums are compared where there are some; a warning for each object
		// that has none would drown everything else.
		o.DisableLogOutputChecksumValidationSkipped = true
	}), nil
}

// What S3 answers, by what is the matter.
var (
	otherRegion = []string{"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "TemporaryRedirect", "MovedPermanently"}
	badKeys     = []string{"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidClientTokenId", "UnrecognizedClientException"}
	refusedS3   = []string{"AccessDenied", "AllAccessDisabled", "AccountProblem", "Forbidden", "403"}
)

// troubleOfS3 says for people why a bucket of S3 could not be listed.
func troubleOfS3(err error, u *url.URL) *Trouble {
	t := &Trouble{err: err}
	if refused := refusedBySTS(err); refused != nil {
		t.What = TroubleRole
		t.Says = fmt.Sprintf("the role cannot be assumed (%s)", codeOf(refused))
		t.Advice = "let the trust policy of the role name the identity that Sluice runs as, with the external id of the credential; `sluice credential verify` tells more"
		return t
	}
	var answer *smithyhttp.ResponseError
	status, region := 0, ""
	if errors.As(err, &answer) && answer.Response != nil {
		status, region = answer.HTTPStatusCode(), answer.HTTPResponse().Header.Get("X-Amz-Bucket-Region")
	}
	code := codeOf(err)
	switch {
	case slices.Contains(otherRegion, code) || status == http.StatusMovedPermanently || status == http.StatusTemporaryRedirect:
		t.What, t.Region = TroubleRegion, region
		t.Says = "the bucket " + u.Host + " lies in another region than " + cmp.Or(u.Query().Get("region"), "the one that is asked")
		t.Advice = "write its region into the source's address, as region=" + cmp.Or(region, "…; the S3 console shows it beside the bucket")
	case code == "NoSuchBucket":
		t.What, t.Says = TroubleNoBucket, "there is no bucket "+u.Host
		t.Advice = "correct the bucket in the source's address, or create it with `sluice source template`"
	case slices.Contains(badKeys, code):
		t.What, t.Says = TroubleKeys, "the access key is not taken ("+code+")"
		t.Advice = "save the credential again with a key that is active"
	case slices.Contains(refusedS3, code) || status == http.StatusForbidden || status == http.StatusUnauthorized:
		t.What, t.Says = TroubleDenied, "access to the bucket "+u.Host+" is denied"
		t.Advice = "let the policy of the role or user, and that of the bucket, allow s3:ListBucket on the bucket and s3:GetObject on what is in it; `sluice source template` writes both"
	case noIdentity(err):
		t.What, t.Says = TroubleKeys, "there are no keys to open the bucket "+u.Host+" with"
		t.Advice = "name a credential in the source, or run Sluice where AWS gives it a role"
	case status == 0 && code == "":
		t.What, t.Says = TroubleUnreachable, "the server of the bucket "+u.Host+" does not answer"
		t.Advice = "check the network, the region and, where there is one, the endpoint in the source's address"
	default:
		t.What, t.Says = TroubleOther, fmt.Sprintf("the bucket %s cannot be listed (%s)", u.Host, cmp.Or(code, strconv.Itoa(status)))
		t.Advice = "check the bucket's name, region, endpoint and the credentials"
	}
	return t
}

// codeOf is the provider's word for an error; empty where it has not answered.
func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// refusedBySTS is the part of an error in which STS gives no session for a role.
func refusedBySTS(err error) error {
	for err != nil {
		var op *smithy.OperationError
		if !errors.As(err, &op) {
			return nil
		}
		if op.ServiceID == "STS" && codeOf(op) != "" {
			return op
		}
		err = op.Err
	}
	return nil
}

// noIdentity tells whether no keys were found to sign with.
func noIdentity(err error) bool {
	var signing *smithy.OperationError
	if !errors.As(err, &signing) {
		return false
	}
	var canceled *awssdk.RequestCanceledError
	var sent *smithyhttp.RequestSendError
	return codeOf(err) == "" && !errors.As(err, &canceled) && !errors.As(err, &sent) && !errors.Is(err, context.DeadlineExceeded)
}
