package credential

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sluice-billing/sluice/internal/plugin"
)

// Verified says what a credential reaches.
type Verified struct {
	// Tried is false where nobody can be asked about the credential alone: it is seen
	// when a source is opened with it.
	Tried    bool   `json:"tried"`
	Account  string `json:"account,omitempty"`  // that it is of, as the provider says
	Identity string `json:"identity,omitempty"` // as whom it acts there, such as an ARN
	Caller   string `json:"caller,omitempty"`   // who assumes its role
	// Accounts that a backend reaches with it.
	Accounts []plugin.Account `json:"accounts,omitempty"`
	Says     string           `json:"says"` // for people
}

// Parts of a credential that may be refused.
const (
	PartFields  = "fields"  // they are not whole
	PartKeys    = "keys"    // nobody is reached with them
	PartRole    = "role"    // it cannot be assumed
	PartAccount = "account" // it is another one than is declared
)

// RefusedError says that a credential does not work.
type RefusedError struct {
	Part   string // one of the constants
	Says   string // what is wrong, for people
	Advice string // what to do
	Fields []FieldProblem
	err    error
}

// Error says what is wrong, and what to do.
func (e *RefusedError) Error() string { return e.Says + "; " + e.Advice }

// Unwrap returns what the provider's library said.
func (e *RefusedError) Unwrap() error { return e.err }

// Verifier tries a credential at whoever takes it. What is refused is a *RefusedError.
type Verifier func(ctx context.Context, o Opened) (Verified, error)

// Verifiers are those of schemas that are not known here, by the beginning of the
// schema's name.
type Verifiers map[string]Verifier

// mostVerifying bounds one trial.
const mostVerifying = 25 * time.Second

// Verify tries a credential really: AWS is asked whom its keys and its role make of
// Sluice, and a backend whether it takes it. Keys of Google and signatures of Azure are
// looked at alone. What is refused is a *RefusedError, and so are fields that are not
// whole. now is the time it is, UTC.
func Verify(ctx context.Context, o Opened, now time.Time, more Verifiers) (Verified, error) {
	if problems := Check(o, now); len(problems) > 0 {
		var all []string
		for _, p := range problems {
			all = append(all, p.Field+" "+p.Says)
		}
		return Verified{}, &RefusedError{Part: PartFields, Says: "credential " + o.ID + " is not whole: " + strings.Join(all, ". "), Advice: "save it again", Fields: problems}
	}
	within, cancel := context.WithTimeoutCause(ctx, mostVerifying, fmt.Errorf("credential %s: nobody has answered for %s; try again", o.ID, mostVerifying))
	defer cancel()
	for prefix, verify := range more {
		if strings.HasPrefix(o.Schema, prefix) {
			return verify(within, o)
		}
	}
	switch o.Schema {
	case AWSRole, AWSKey:
		return verifyAWS(within, o)
	case AWSAccount:
		return Verified{Account: o.Account, Says: "it is for billing only: there are no keys to try"}, nil
	case GoogleKey, AzureSAS:
		return Verified{Account: o.Account, Says: "it is well formed; a source that is opened with it tells whether it works"}, nil
	}
	return Verified{}, &RefusedError{Part: PartFields, Says: fmt.Sprintf("credential %s is of schema %s, which nobody here can try", o.ID, o.Schema), Advice: "choose another schema"}
}

// verifyAWS asks AWS who calls: with the keys, then in the role.
func verifyAWS(ctx context.Context, o Opened) (Verified, error) {
	first, err := caller(ctx, o)
	if err != nil {
		return Verified{}, &RefusedError{Part: PartKeys, Says: err.Error(), Advice: "save it again", err: err}
	}
	who, err := whoCalls(ctx, first)
	if err != nil {
		return Verified{}, refusedKeys(ctx, o, err)
	}
	if role := o.Field("role_arn"); !role.IsZero() {
		inRole, err := AWS(ctx, o)
		if err != nil {
			return Verified{}, &RefusedError{Part: PartRole, Says: err.Error(), Advice: "save it again", err: err}
		}
		by := who.Identity
		if who, err = whoCalls(ctx, inRole); err != nil {
			return Verified{}, refusedRole(ctx, o, by, err)
		}
		who.Caller = by
	}
	if o.Account != "" && who.Account != o.Account {
		return Verified{}, &RefusedError{
			Part: PartAccount, Says: fmt.Sprintf("credential %s is declared for account %s, but AWS says that it is of account %s", o.ID, o.Account, who.Account),
			Advice: "correct the account, or take keys of the right one",
		}
	}
	who.Tried, who.Says = true, fmt.Sprintf("AWS takes it as %s of account %s", who.Identity, who.Account)
	if who.Caller != "" {
		who.Says += ", assumed by " + who.Caller
	}
	return who, nil
}

func whoCalls(ctx context.Context, c aws.Config) (Verified, error) {
	said, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Verified{}, err
	}
	return Verified{Account: aws.ToString(said.Account), Identity: aws.ToString(said.Arn)}, nil
}

// refusedKeys says why AWS does not take the keys.
func refusedKeys(ctx context.Context, o Opened, err error) error {
	r := &RefusedError{Part: PartKeys, err: err}
	id := o.Field("access_key_id").Reveal()
	switch code := codeOf(err); {
	case unanswered(ctx, err):
		r.Says, r.Advice = "AWS does not answer about credential "+o.ID, "check the network and try again"
	case code == "" && o.Schema == AWSRole:
		r.Says = "Sluice has no identity of its own at AWS here to assume the role of credential " + o.ID + " with"
		r.Advice = "run it where AWS gives it a role, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use the schema aws-key with role_arn"
	case code == "InvalidClientTokenId" || code == "UnrecognizedClientException":
		r.Says, r.Advice = "AWS does not know the access key "+id+" of credential "+o.ID, "make a new key, and save the credential again; the old one was deleted or is not active"
	case code == "SignatureDoesNotMatch":
		r.Says, r.Advice = "the secret of credential "+o.ID+" does not belong to its access key "+id, "save the credential again with both parts of one key"
	case code == "ExpiredToken" || code == "ExpiredTokenException":
		r.Says, r.Advice = "the keys of credential "+o.ID+" have ended", "save the credential again with a key that does not end"
	default:
		r.Says, r.Advice = fmt.Sprintf("AWS does not take credential %s (%s)", o.ID, code), "look whether the key is active, and whether a policy of its organization denies it"
	}
	return r
}

// refusedRole says why the role cannot be assumed by whom Sluice is without it.
func refusedRole(ctx context.Context, o Opened, by string, err error) error {
	role := o.Field("role_arn").Reveal()
	r := &RefusedError{Part: PartRole, err: err}
	switch code := codeOf(err); {
	case unanswered(ctx, err):
		r.Says, r.Advice = "AWS does not answer about the role of credential "+o.ID, "check the network and try again"
	case code == "AccessDenied":
		r.Says = fmt.Sprintf("%s may not assume the role %s", by, role)
		r.Advice = "look whether the role is there, whether its trust policy names that identity, and whether its condition on sts:ExternalId has exactly the external id of the credential"
		if o.Field("external_id").IsZero() {
			r.Advice = "look whether the role is there, whether its trust policy names that identity, and whether it asks for an external id, which the credential does not have"
		}
	case code == "RegionDisabledException":
		r.Says, r.Advice = "the account of the role "+role+" has switched AWS STS off in the region that was asked", "let its administrator activate STS there, in the account settings of IAM"
	case code == "ExpiredToken" || code == "ExpiredTokenException":
		r.Says, r.Advice = "the session in which the role "+role+" is assumed has ended", "try again; where that does not help, renew the keys that Sluice runs with"
	default:
		r.Says, r.Advice = fmt.Sprintf("the role %s cannot be assumed (%s)", role, code), "look at its trust policy and at the external id"
	}
	return r
}

// unanswered tells whether AWS was not reached at all.
func unanswered(ctx context.Context, err error) bool {
	var sent *smithyhttp.RequestSendError
	return ctx.Err() != nil || codeOf(err) == "" && errors.As(err, &sent)
}

// codeOf is AWS's word for an error; empty where it has not answered.
func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
