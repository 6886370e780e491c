package source

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// answering is a server that answers everything alike.
func answering(t *testing.T, status int, header http.Header, body string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func staticKeys() *awssdk.Config {
	return &awssdk.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "testsecret123", "")}
}

func s3Error(code, more string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>` + code + `</Code><Message>said by a test</Message>` + more + `</Error>`
}

// Each way in which S3 refuses to list a bucket is told apart, with what to do.
func TestTroubleWithS3(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	redirect := http.Header{"X-Amz-Bucket-Region": {"eu-central-1"}}
	for name, c := range map[string]struct {
		status       int
		header       http.Header
		body         string
		what, region string
		says         []string
	}{
		"denied":       {403, nil, s3Error("AccessDenied", ""), TroubleDenied, "", []string{"access to the bucket bills is denied", "s3:ListBucket", "s3:GetObject"}},
		"no bucket":    {404, nil, s3Error("NoSuchBucket", "<BucketName>bills</BucketName>"), TroubleNoBucket, "", []string{"there is no bucket bills"}},
		"redirect":     {301, redirect, s3Error("PermanentRedirect", "<Endpoint>bills.s3.eu-central-1.amazonaws.com</Endpoint>"), TroubleRegion, "eu-central-1", []string{"another region than us-east-1", "region=eu-central-1"}},
		"malformed":    {400, redirect, s3Error("AuthorizationHeaderMalformed", "<Region>eu-central-1</Region>"), TroubleRegion, "eu-central-1", []string{"region=eu-central-1"}},
		"unknown key":  {403, nil, s3Error("InvalidAccessKeyId", ""), TroubleKeys, "", []string{"the access key is not taken (InvalidAccessKeyId)", "save the credential again"}},
		"wrong secret": {403, nil, s3Error("SignatureDoesNotMatch", ""), TroubleKeys, "", []string{"SignatureDoesNotMatch"}},
		"ended":        {400, nil, s3Error("ExpiredToken", ""), TroubleKeys, "", []string{"ExpiredToken"}},
		"other":        {409, nil, s3Error("OperationAborted", ""), TroubleOther, "", []string{"OperationAborted", "check the bucket's name"}},
	} {
		t.Run(name, func(t *testing.T) {
			query := url.Values{"endpoint": {answering(t, c.status, c.header, c.body)}, "use_path_style": {"true"}, "region": {"us-east-1"}}
			_, err := Open(t.Context(), "s3://bills/cur?"+query.Encode(), Access{AWS: staticKeys()})
			var trouble *Trouble
			if !errors.As(err, &trouble) {
				t.Fatalf("error is %v", err)
			}
			if trouble.What != c.what || trouble.Region != c.region || !strings.HasPrefix(err.Error(), "s3://bills/cur/ cannot be listed: ") {
				t.Errorf("it is %s in %q: %v", trouble.What, trouble.Region, err)
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error is %q; want it to say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "testsecret123") {
				t.Error("the error tells the secret")
			}
		})
	}
}

// A role that may not be assumed is told apart from a bucket that may not be read.
func TestTroubleWithARole(t *testing.T) {
	by := staticKeys()
	caller := sts.NewFromConfig(*by, func(o *sts.Options) {
		o.BaseEndpoint = awssdk.String(answering(t, 403, nil, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not you</Message></Error><RequestId>1</RequestId></ErrorResponse>`))
	})
	by.Credentials = awssdk.NewCredentialsCache(stscreds.NewAssumeRoleProvider(caller, "arn:aws:iam::111122223333:role/sluice"))
	query := url.Values{"endpoint": {"http://127.0.0.1:1"}, "use_path_style": {"true"}}
	_, err := Open(t.Context(), "s3://bills?"+query.Encode(), Access{AWS: by})
	var trouble *Trouble
	if !errors.As(err, &trouble) || trouble.What != TroubleRole || !strings.Contains(err.Error(), "external id") {
		t.Errorf("error is %v", err)
	}
}

// Who names a credential does not get another one by the address.
func TestCredentialAndParametersDoNotMix(t *testing.T) {
	for _, parameter := range []string{"profile=other", "anonymous=true", "role=arn:aws:iam::111122223333:role/x"} {
		_, err := Open(t.Context(), "s3://bills?region=us-east-1&"+parameter, Access{AWS: staticKeys()})
		name, _, _ := strings.Cut(parameter, "=")
		if err == nil || !strings.Contains(err.Error(), "has the parameter "+name+", and the source a credential") {
			t.Errorf("%s: error is %v", parameter, err)
		}
	}
}
