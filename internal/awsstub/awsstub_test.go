package awsstub_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/bcmdataexports"
	exporttypes "github.com/aws/aws-sdk-go-v2/service/bcmdataexports/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

// What breaks the model is refused as AWS does, and is a problem that names the
// member.
func TestRequestsAgainstTheModel(t *testing.T) {
	s := awsstub.Start(t, "")
	client := organizations.NewFromConfig(s.Config())
	_, err := client.DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: aws.String("12345")})
	var invalid *types.InvalidInputException
	if !errors.As(err, &invalid) || invalid.Reason != types.InvalidInputExceptionReasonInvalidPattern || !strings.Contains(invalid.ErrorMessage(), "'accountId'") {
		t.Errorf("a short account id: %v", err)
	}
	problems(t, s, "DescribeAccount: the request's AccountId must satisfy the pattern")

	for body, want := range map[string]string{
		`{}`: "the request's AccountId must not be null",
		`{"AccountId":"123456789012","Colour":"red"}`: "the request's Colour DescribeAccountRequest has no such member",
		`{"AccountId":123456789012}`:                  "the request's AccountId must be a text",
		`[]`:                                          "the body is no JSON object",
	} {
		if status := post(t, s, "AWSOrganizationsV20161128.DescribeAccount", body, "organizations"); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", body, status)
		}
		problems(t, s, want)
	}
	post(t, s, "AWSOrganizationsV20161128.DescribeAccount", `{"AccountId":"1234567890123"}`, "organizations")
	problems(t, s, "the request's AccountId must have length less than or equal to 12", "the request's AccountId must satisfy the pattern")
	for body, want := range map[string]string{
		`{"MaxResults":0}`:    "the request's MaxResults must be greater than or equal to 1",
		`{"MaxResults":21}`:   "the request's MaxResults must be less than or equal to 20",
		`{"MaxResults":"20"}`: "the request's MaxResults must be a number",
		`{"MaxResults":1.5}`:  "the request's MaxResults must be a whole number",
	} {
		post(t, s, "AWSOrganizationsV20161128.ListAccounts", body, "organizations")
		problems(t, s, want)
	}
	post(t, s, "AWSOrganizationsV20161128.ListCreateAccountStatus", `{"States":["SUCCEEDED","DONE"]}`, "organizations")
	problems(t, s, "the request's States.2.member must be one of FAILED, IN_PROGRESS, SUCCEEDED")
	post(t, s, "AWSOrganizationsV20161128.TerminateResponsibilityTransfer", `{"EndTimestamp":"2027-01-31"}`, "organizations")
	problems(t, s, "the request's Id must not be null", "the request's EndTimestamp must be a number")
	post(t, s, "AWSOrganizationsV20161128.ListAccounts", `{}`, "billing")
	problems(t, s, "ListAccounts: signed for billing in us-east-1 instead of organizations in us-east-1")
	post(t, s, "AWSOrganizationsV20161128.ListAcounts", `{}`, "organizations")
	problems(t, s, "no such operation in the models")
}

// post sends a body that the SDK would not, signed in form.
func post(t *testing.T, s *awsstub.Server, target, body, service string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1", "X-Amz-Date": "20270101T000000Z",
		"Authorization": fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20270101/us-east-1/%s/aws4_request, SignedHeaders=host, Signature=%064d", awsstub.AccessKey(awsstub.ExamplePayer), service, 0),
	} {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	return response.StatusCode
}

func problems(t *testing.T, s *awsstub.Server, want ...string) {
	t.Helper()
	got := s.TakeProblems()
	if len(got) != len(want) {
		t.Errorf("problems %q, want %d", got, len(want))
		return
	}
	slices.Sort(got)
	slices.Sort(want)
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("problem %q, want %q in it", got[i], want[i])
		}
	}
}

// A test cannot make up what AWS never answers.
func TestAnswersAgainstTheModel(t *testing.T) {
	s := awsstub.Start(t, "")
	client := organizations.NewFromConfig(s.Config(), func(o *organizations.Options) { o.RetryMaxAttempts = 1 })
	s.On("ListAccounts", func(in map[string]any) (any, error) {
		return map[string]any{"Accounts": []any{map[string]any{"Id": "123456789012", "Owner": "nobody"}}}, nil
	})
	if _, err := client.ListAccounts(t.Context(), nil); err == nil {
		t.Error("an invented member was answered")
	}
	problems(t, s, "ListAccounts: the answer's Accounts.1.member.Owner Account has no such member")

	joined := time.Date(2026, 11, 3, 9, 30, 0, 250e6, time.UTC)
	s.On("ListAccounts", func(in map[string]any) (any, error) {
		if in["NextToken"] != "more" {
			return nil, awsstub.Error{Type: "InvalidInputException", Reason: "INVALID_PAGINATION_TOKEN"}
		}
		return &organizations.ListAccountsOutput{Accounts: []types.Account{{Id: aws.String("123456789012"), State: types.AccountStateActive, JoinedTimestamp: &joined}}}, nil
	})
	out, err := client.ListAccounts(t.Context(), &organizations.ListAccountsInput{NextToken: aws.String("more")})
	if err != nil || len(out.Accounts) != 1 || !out.Accounts[0].JoinedTimestamp.Equal(joined) || out.Accounts[0].State != types.AccountStateActive {
		t.Errorf("the SDK's own output: %+v, %v", out, err)
	}
	s.Fail("ListAccounts", awsstub.Error{Type: "HandshakeNotFoundException", Message: "no"})
	problems(t, s, "ListAccounts does not answer HandshakeNotFoundException")
	s.Fail("InviteAccountToOrganization", awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: "TUESDAY"})
	problems(t, s, "HandshakeConstraintViolationException: Reason must be one of")
}

// Every error comes out of the SDK as its own type, with its reason, and after what
// was ordered all is well again.
func TestFailures(t *testing.T) {
	s := awsstub.Start(t, "")
	s.Organization("111111111111")
	client := organizations.NewFromConfig(s.Config())
	invite := &organizations.InviteAccountToOrganizationInput{Target: &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: aws.String("222222222222")}}
	var kind types.HandshakeConstraintViolationExceptionReason
	for _, reason := range kind.Values() {
		s.FailTimes("InviteAccountToOrganization", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: string(reason), Message: "no"})
		_, err := client.InviteAccountToOrganization(t.Context(), invite)
		var violated *types.HandshakeConstraintViolationException
		if !errors.As(err, &violated) || violated.Reason != reason || violated.ErrorMessage() != "no" {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if _, err := client.InviteAccountToOrganization(t.Context(), invite); err != nil {
		t.Errorf("after the failures: %v", err)
	}
	s.Throttle(2)
	s.ForgetCalls()
	if _, err := client.ListAccounts(t.Context(), nil); err != nil || len(s.Calls("ListAccounts")) != 3 {
		t.Errorf("throttled twice: %v after %d calls", err, len(s.Calls()))
	}
	s.Fail("DescribeOrganization", awsstub.Error{Type: "AccessDeniedException", Message: "denied"})
	for range 2 {
		_, err := client.DescribeOrganization(t.Context(), nil)
		var denied *types.AccessDeniedException
		if !errors.As(err, &denied) {
			t.Errorf("denied: %v", err)
		}
	}
	s.Mend("DescribeOrganization")
	if _, err := client.DescribeOrganization(t.Context(), nil); err != nil {
		t.Errorf("mended: %v", err)
	}
}

// A program that uses the default configuration reaches the stub, as the payer, and
// as another account by a role.
func TestEnvironmentAndRoles(t *testing.T) {
	s := awsstub.Start(t, "")
	s.Organization("444444444444")
	s.Env(t)
	loaded, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who := func(c aws.Config) string {
		t.Helper()
		out, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return *out.Account
	}
	if got := who(loaded); got != "444444444444" {
		t.Errorf("by the environment: %s", got)
	}
	const arn = "arn:aws:iam::555555555555:role/billing"
	s.Role(arn, "our-id")
	assume := func(external string) (aws.Config, error) {
		c := loaded.Copy()
		c.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(loaded), arn, func(o *stscreds.AssumeRoleOptions) { o.ExternalID = &external })
		_, err := c.Credentials.Retrieve(t.Context())
		return c, err
	}
	assumed, err := assume("our-id")
	if err != nil {
		t.Fatal(err)
	}
	if got := who(assumed); got != "555555555555" {
		t.Errorf("by the role: %s", got)
	}
	_, err = assume("another-id")
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "AccessDenied" {
		t.Errorf("with another external id: %v", err)
	}
	strange := s.Config()
	strange.Credentials = credentials.NewStaticCredentialsProvider("AKIANOBODY", "secret", "")
	if _, err := sts.NewFromConfig(strange).GetCallerIdentity(context.Background(), nil); !errors.As(err, &api) || api.ErrorCode() != "InvalidClientTokenId" {
		t.Errorf("with a key of nobody's: %v", err)
	}
}

// Data Exports is served by its model: an export's query may not be empty.
func TestDataExports(t *testing.T) {
	s := awsstub.Start(t, "")
	s.On("CreateExport", func(in map[string]any) (any, error) {
		return map[string]any{"ExportArn": "arn:aws:bcm-data-exports:us-east-1:111111111111:export/sluice-1"}, nil
	})
	client := bcmdataexports.NewFromConfig(s.Config())
	in := &bcmdataexports.CreateExportInput{Export: &exporttypes.Export{
		Name:      aws.String("sluice"),
		DataQuery: &exporttypes.DataQuery{QueryStatement: aws.String("SELECT line_item_usage_account_id FROM COST_AND_USAGE_REPORT")},
		DestinationConfigurations: &exporttypes.DestinationConfigurations{S3Destination: &exporttypes.S3Destination{
			S3Bucket: aws.String("bucket"), S3Prefix: aws.String("exports"), S3Region: aws.String("us-east-1"),
			S3OutputConfigurations: &exporttypes.S3OutputConfigurations{
				Compression: exporttypes.CompressionOptionParquet, Format: exporttypes.FormatOptionParquet,
				OutputType: exporttypes.S3OutputTypeCustom, Overwrite: exporttypes.OverwriteOptionOverwriteReport,
			},
		}},
		RefreshCadence: &exporttypes.RefreshCadence{Frequency: exporttypes.FrequencyOptionSynchronous},
	}}
	out, err := client.CreateExport(t.Context(), in)
	if err != nil || *out.ExportArn != "arn:aws:bcm-data-exports:us-east-1:111111111111:export/sluice-1" {
		t.Errorf("%+v, %v", out, err)
	}
	in.Export.DataQuery.QueryStatement = aws.String("")
	if _, err = client.CreateExport(t.Context(), in); err == nil {
		t.Error("an export without a query was taken")
	}
	problems(t, s, "the request's Export.DataQuery.QueryStatement must have length greater than or equal to 1")
}
