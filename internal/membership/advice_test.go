package membership

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/sluice-billing/sluice/internal/awsstub"
)

// isAdvice checks that a text says what happened and what to do.
func isAdvice(t *testing.T, of, advice string) {
	t.Helper()
	if len(advice) < 40 || !strings.Contains(advice, "; ") && !strings.Contains(advice, ": ") || strings.HasSuffix(advice, ".") || strings.ToLower(advice[:1]) != advice[:1] && !strings.HasPrefix(advice, "AWS") {
		t.Errorf("the advice about %s is no sentence that says what to do: %q", of, advice)
	}
}

// Every reason for which AWS refuses a handshake, of the SDK and of the published model,
// becomes a sentence.
func TestAdviceOnEveryReason(t *testing.T) {
	reasons := map[string]bool{}
	for _, r := range types.HandshakeConstraintViolationExceptionReason("").Values() {
		reasons[string(r)] = true
	}
	for r := range modelled(t, "HandshakeConstraintViolationExceptionReason") {
		reasons[r] = true
	}
	if len(reasons) < 16 {
		t.Fatalf("there are only %d reasons", len(reasons))
	}
	told := map[string]string{}
	for r := range reasons {
		err := explained(payer, "InviteAccountToOrganization", fmt.Errorf("operation error: %w", &types.HandshakeConstraintViolationException{
			Reason: types.HandshakeConstraintViolationExceptionReason(r), Message: aws.String("in AWS's own words"),
		}))
		isAdvice(t, r, err.Error())
		if strings.Contains(err.Error(), "own words") {
			t.Errorf("there is no advice about %s: %v", r, err)
		}
		if other := told[err.Error()]; other != "" {
			t.Errorf("%s and %s have the same advice", r, other)
		}
		told[err.Error()] = r
	}
}

// modelled are the values of an enumeration in the published model.
func modelled(t *testing.T, enum string) map[string]bool {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(awsstub.Data(t), "aws-api-models", "organizations", "service", "*", "*.json"))
	ok(t, err)
	values := map[string]bool{}
	for _, path := range found {
		data, err := os.ReadFile(path)
		ok(t, err)
		var model struct {
			Shapes map[string]struct {
				Members map[string]struct {
					Traits map[string]any `json:"traits"`
				} `json:"members"`
			} `json:"shapes"`
		}
		ok(t, json.Unmarshal(data, &model))
		for _, m := range model.Shapes["com.amazonaws.organizations#"+enum].Members {
			values[fmt.Sprint(m.Traits["smithy.api#enumValue"])] = true
		}
	}
	if len(values) == 0 {
		t.Fatalf("the model has no %s", enum)
	}
	return values
}

// Reasons about transfers, and all other errors of invitations have a sentence too;
// what nobody foresaw is told in the words of AWS.
func TestAdviceOnOtherRefusals(t *testing.T) {
	for _, r := range types.ConstraintViolationExceptionReason("").Values() {
		if text := string(r); strings.Contains(text, "RESPONSIBILITY") || strings.Contains(text, "BILLING_PREREQUISITE") || strings.Contains(text, "PRICING") {
			isAdvice(t, text, constraintAdvice[r])
		}
	}
	for _, r := range types.InvalidInputExceptionReason("").Values() {
		if text := string(r); strings.Contains(text, "_DATE") || strings.Contains(text, "RESPONSIBILITY") {
			isAdvice(t, text, inputAdvice[r])
		}
	}
	for code, advice := range codeAdvice {
		isAdvice(t, code, advice)
	}
	for _, known := range []error{
		&types.AccountOwnerNotVerifiedException{}, &types.AWSOrganizationsNotInUseException{}, &types.ConcurrentModificationException{}, &types.DuplicateHandshakeException{},
		&types.FinalizingOrganizationException{}, &types.HandshakeAlreadyInStateException{}, &types.HandshakeNotFoundException{}, &types.InvalidHandshakeTransitionException{},
		&types.TooManyRequestsException{}, &types.ServiceException{}, &types.MasterCannotLeaveOrganizationException{}, &types.AccessDeniedForDependencyException{},
		&types.InvalidResponsibilityTransferTransitionException{}, &types.ResponsibilityTransferAlreadyInStatusException{}, &types.ResponsibilityTransferNotFoundException{},
		&types.UnsupportedAPIEndpointException{}, &types.AccessDeniedException{Message: aws.String("no")},
	} {
		err := explained(payer, "InviteAccountToOrganization", known)
		isAdvice(t, fmt.Sprintf("%T", known), err.Error())
		if strings.Contains(err.Error(), "AWS refuses") {
			t.Errorf("there is no advice about %T", known)
		}
	}
	err := explained(payer, "InviteAccountToOrganization", &types.ConstraintViolationException{Reason: "SOMETHING_NEW", Message: aws.String("You have\n exceeded it." + strings.Repeat(" x", 400))})
	says(t, err, "AWS refuses InviteAccountToOrganization for payer 111111111111 and says ConstraintViolationException SOMETHING_NEW You have exceeded it.")
	if len(err.Error()) > 500 {
		t.Errorf("the words of AWS are not bounded: %d bytes", len(err.Error()))
	}
}

// The server of the stub answers with these errors on the wire, and they are read.
func TestReasonsOnTheWire(t *testing.T) {
	s := newSite(t)
	for _, r := range types.HandshakeConstraintViolationExceptionReason("").Values() {
		s.aws.FailTimes("InviteAccountToOrganization", 1, awsstub.Error{Type: "HandshakeConstraintViolationException", Reason: string(r), Message: "no"})
		_, err := s.Invite(t.Context(), acme(guest))
		if err == nil || err.Error() != handshakeAdvice[r] {
			t.Errorf("%s: %v", r, err)
		}
	}
}
