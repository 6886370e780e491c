package membership

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// RefusalError says what AWS refused, and what to do about it.
type RefusalError struct {
	Code   string // of AWS, such as HandshakeConstraintViolationException
	Reason string // of the code, such as PAYMENT_INSTRUMENT_REQUIRED; empty where it has none
	Advice string // for people
}

// Error is the advice.
func (e *RefusalError) Error() string { return e.Advice }

// isCode tells whether AWS has refused with a code.
func isCode(err error, code string) bool {
	var refused *RefusalError
	return errors.As(err, &refused) && refused.Code == code
}

// handshakeAdvice is what to do about each reason for which AWS refuses a handshake.
var handshakeAdvice = map[types.HandshakeConstraintViolationExceptionReason]string{
	types.HandshakeConstraintViolationExceptionReasonAccountNumberLimitExceeded:                       "the payer's organization has as many accounts as AWS allows it, closed ones counted; ask AWS Support for a higher quota, or wait an hour where the organization is new",
	types.HandshakeConstraintViolationExceptionReasonHandshakeRateLimitExceeded:                       "the payer has sent as many invitations today as AWS allows; send the rest tomorrow, or ask AWS Support for a higher quota",
	types.HandshakeConstraintViolationExceptionReasonAlreadyInAnOrganization:                          "the account is a member of an organization already; where it is not this payer's, its owner leaves that one, or accepts the move there, and then it is invited again",
	types.HandshakeConstraintViolationExceptionReasonOrganizationAlreadyHasAllFeatures:                "the organization has all features already; nothing has to be switched on",
	types.HandshakeConstraintViolationExceptionReasonOrganizationIsAlreadyPendingAllFeaturesMigration: "the organization is switching all features on already; wait until all its accounts have agreed",
	types.HandshakeConstraintViolationExceptionReasonInviteDisabledDuringEnableAllFeatures:            "nobody can be invited while the payer's organization switches all features on; finish that in AWS Organizations, and invite again",
	types.HandshakeConstraintViolationExceptionReasonPaymentInstrumentRequired:                        "an account of the two has no payment method; add a card or bank account to it in the AWS billing console, and try again",
	types.HandshakeConstraintViolationExceptionReasonOrganizationFromDifferentSellerOfRecord:          "the account buys from another AWS company than the payer, such as that of India; invite it by a payer of the same company, or have AWS Support change its seller of record",
	types.HandshakeConstraintViolationExceptionReasonOrganizationMembershipChangeRateLimitExceeded:    "the account has changed its organization too short a time ago; wait some days, and invite it again",
	types.HandshakeConstraintViolationExceptionReasonManagementAccountEmailNotVerified:                "the e-mail address of the payer's management account is not verified; open the mail that AWS has sent to it, or have another one sent in AWS Organizations",
	types.HandshakeConstraintViolationExceptionReasonResponsibilityTransferAlreadyExists:              "the bills of that organization are transferred, or about to be, already; end that transfer or wait for its answer first",
	types.HandshakeConstraintViolationExceptionReasonSourceAndTargetCannotMatch:                       "an organization cannot transfer its bills to itself; name the management account of the customer's organization",
	types.HandshakeConstraintViolationExceptionReasonUnusedPrepaymentBalance:                          "one of the organizations has prepaid AWS and not used it up; let it be used up, or have AWS Support pay it back, and try again",
	types.HandshakeConstraintViolationExceptionReasonLegacyPermissionsStillInUse:                      "the organization still has billing permissions of the old kind (aws-portal); its owner moves its policies to the new actions for billing and accounts, and it is invited again",
	types.HandshakeConstraintViolationExceptionReasonPastDueInvoice:                                   "the organization has an AWS invoice that is past due; it is paid first, and then invited again",
	types.HandshakeConstraintViolationExceptionReasonTargetAccountValidationFailure:                   "AWS does not offer Billing Transfer for this account; its owner asks AWS Support why",
}

// constraintAdvice is what to do about limits of organizations, as far as they meet
// invitations and transfers.
var constraintAdvice = map[types.ConstraintViolationExceptionReason]string{
	types.ConstraintViolationExceptionReasonAccountNumberLimitExceeded:                       "the payer's organization has as many accounts as AWS allows it; ask AWS Support for a higher quota",
	types.ConstraintViolationExceptionReasonHandshakeRateLimitExceeded:                       "the payer has sent as many invitations today as AWS allows; send the rest tomorrow",
	types.ConstraintViolationExceptionReasonWaitPeriodActive:                                 "AWS lets accounts that were just made leave after a few days only; try again then",
	types.ConstraintViolationExceptionReasonAccountCannotLeaveOrganization:                   "the account cannot leave its organization by itself; its present payer removes it",
	types.ConstraintViolationExceptionReasonAccountCannotLeaveWithoutEula:                    "the account has not accepted the AWS customer agreement; its root user signs in and accepts it",
	types.ConstraintViolationExceptionReasonAccountCannotLeaveWithoutPhoneVerification:       "the telephone number of the account is not verified; its root user signs in and verifies it",
	types.ConstraintViolationExceptionReasonMasterAccountPaymentInstrumentRequired:           "the payer has no payment method; add one in its AWS billing console",
	types.ConstraintViolationExceptionReasonMemberAccountPaymentInstrumentRequired:           "the account has no payment method; its owner adds one in the AWS billing console",
	types.ConstraintViolationExceptionReasonInvalidPaymentInstrument:                         "the payment method of the account is not good for this; its owner adds another one in the AWS billing console",
	types.ConstraintViolationExceptionReasonMasterAccountMissingContactInfo:                  "the payer has no full contact address and telephone number; fill them in in its AWS account settings",
	types.ConstraintViolationExceptionReasonMasterAccountAddressDoesNotMatchMarketplace:      "the payer's address is in a country of another AWS company; correct its contact address, or use another payer",
	types.ConstraintViolationExceptionReasonMasterAccountMissingBusinessLicense:              "the payer has no business licence on file, which AWS asks for in China; upload it in its account settings",
	types.ConstraintViolationExceptionReasonOrganizationNotInAllFeaturesMode:                 "the organization has consolidated billing alone; switch all features on in AWS Organizations first",
	types.ConstraintViolationExceptionReasonAccountCreationNotComplete:                       "the account is still being made; try again in an hour",
	types.ConstraintViolationExceptionReasonMaxTagLimitExceeded:                              "there are more tags than AWS allows; take some away in AWS Organizations",
	types.ConstraintViolationExceptionReasonTagPolicyViolation:                               "a tag policy of the organization is not kept; change the tags in AWS Organizations",
	types.ConstraintViolationExceptionReasonResponsibilityTransferMaxLevelViolation:          "the chain of transfers would have more levels than AWS allows; bills go over one organization in between at most, and only in distribution: end a transfer above or below first",
	types.ConstraintViolationExceptionReasonResponsibilityTransferMaxInboundQuotaViolation:   "the payer already has the bills of as many organizations as AWS allows; end a transfer, ask AWS Support for a higher quota, or use another payer",
	types.ConstraintViolationExceptionReasonResponsibilityTransferMaxOutboundQuotaViolation:  "the organization transfers its bills already; its present transfer ends first",
	types.ConstraintViolationExceptionReasonResponsibilityTransferMaxTransfersQuotaViolation: "the chain already has as many transfers as AWS allows; end one, or use another payer",
	types.ConstraintViolationExceptionReasonActiveResponsibilityTransferProcess:              "a transfer of this organization is just being worked on; wait until it is done, or cancel its invitation first",
	types.ConstraintViolationExceptionReasonTransferResponsibilityTargetDeletionInProgress:   "the payer's organization is being deleted; use another payer",
	types.ConstraintViolationExceptionReasonTransferResponsibilitySourceDeletionInProgress:   "the customer's organization is being deleted; nothing can be transferred from it",
	types.ConstraintViolationExceptionReasonUnsupportedPricing:                               "the organization has a contract with AWS whose prices cannot be transferred; ask the AWS partner manager, or invite its accounts one by one",
	types.ConstraintViolationExceptionReasonUnmetBillingPrerequisite:                         "one of the organizations lacks what Billing Transfer needs, such as a valid payment method and tax settings; complete both in the AWS billing console",
	types.ConstraintViolationExceptionReasonAccountNotActiveForTransferResponsibility:        "the management account is not active; it is activated or opened again first",
	types.ConstraintViolationExceptionReasonTransferResponsibilityUpdateNotAllowed:           "this transfer cannot be changed any more; end it, and invite the organization again",
}

// inputAdvice is what to do about values that AWS does not take.
var inputAdvice = map[types.InvalidInputExceptionReason]string{
	types.InvalidInputExceptionReasonInvalidPartyTypeTarget:                    "AWS takes an account of 12 digits or an e-mail address; write one of the two",
	types.InvalidInputExceptionReasonInvalidPatternTargetId:                    "AWS does not take this account; write its 12 digits, with the zeros at the beginning",
	types.InvalidInputExceptionReasonInvalidFullNameTarget:                     "AWS does not take the name; write another one",
	types.InvalidInputExceptionReasonInvalidEmailAddressTarget:                 "AWS does not take this e-mail address; write that of the account's root user",
	types.InvalidInputExceptionReasonTargetNotSupported:                        "AWS cannot invite this account; ask AWS Support, or invite another one",
	types.InvalidInputExceptionReasonCallerRequiredFieldMissing:                "the payer's account lacks contact details; fill them in in its AWS account settings",
	types.InvalidInputExceptionReasonUnsupportedActionInResponsibilityTransfer: "AWS does not offer this for transfers of bills; do it in the AWS billing console",
	types.InvalidInputExceptionReasonStartDateNotBeginningOfMonth:              "a transfer begins on the first day of a month; write that day",
	types.InvalidInputExceptionReasonStartDateNotBeginningOfDay:                "a transfer begins at midnight UTC of the first day of a month; write that day",
	types.InvalidInputExceptionReasonStartDateTooEarly:                         "the first month is too early for AWS; name a later one, at the earliest the next",
	types.InvalidInputExceptionReasonStartDateTooLate:                          "the first month is too late for AWS; name an earlier one",
	types.InvalidInputExceptionReasonInvalidStartDate:                          "AWS does not take the first month; name the next one",
	types.InvalidInputExceptionReasonEndDateNotEndOfMonth:                      "a transfer ends with the last day of a month; name that month",
	types.InvalidInputExceptionReasonEndDateTooEarly:                           "the last month is too early for AWS; name a later one, at the earliest this one",
	types.InvalidInputExceptionReasonEndDateTooLate:                            "the last month is too late for AWS; name an earlier one",
	types.InvalidInputExceptionReasonInvalidEndDate:                            "AWS does not take the last month: it does not keep the terms of the partner agreement, such as its notice period; look at the relationship in Partner Central, and name a later one",
	types.InvalidInputExceptionReasonMaxLengthExceeded:                         "something is longer than AWS takes; shorten name and notes",
}

// codeAdvice is what to do about refusals that have no reasons.
var codeAdvice = map[string]string{
	"AccountOwnerNotVerifiedException":                 "the e-mail address of the payer's management account is not verified; open the mail that AWS has sent to it first",
	"AWSOrganizationsNotInUseException":                "the payer's account has no organization; make one in AWS Organizations, and try again",
	"DuplicateHandshakeException":                      "AWS has an open invitation to this target already; wait for its answer, or cancel it in AWS Organizations, and try again",
	"DuplicateAccountException":                        "the account is in the organization already; read its members anew",
	"FinalizingOrganizationException":                  "AWS is still making the payer's organization; try again in an hour",
	"HandshakeAlreadyInStateException":                 "the invitation is in that state already; follow the invitations to see it",
	"HandshakeNotFoundException":                       "AWS does not know the invitation any more; it forgets them 30 days after their end",
	"InvalidHandshakeTransitionException":              "the invitation was answered or has ended already; follow the invitations to see how",
	"InvalidResponsibilityTransferTransitionException": "the transfer was answered or has ended already; follow the invitations to see how",
	"ResponsibilityTransferAlreadyInStatusException":   "the transfer is in that state already; follow the invitations to see it",
	"ResponsibilityTransferNotFoundException":          "AWS does not know the transfer any more; follow the invitations to see what is on record of it",
	"ConcurrentModificationException":                  "AWS is changing the organization just now; try again in a minute",
	"TooManyRequestsException":                         "AWS answers no more requests of this payer for now; try again in some minutes",
	"ServiceException":                                 "AWS has failed by itself; try again in some minutes",
	"MasterCannotLeaveOrganizationException":           "the management account cannot leave its own organization; its owner deletes that organization first, once no account is left in it",
	"AccessDeniedForDependencyException":               "AWS may not make the role that Organizations works with; give the payer's credential iam:CreateServiceLinkedRole, or make the role in AWS Organizations",
	"UnsupportedAPIEndpointException":                  "this place of AWS does not do it; call it in us-east-1",
	"AccountNotFoundException":                         "AWS does not know the account; correct its 12 digits",
	"AlreadyInOrganizationException":                   "the account is in an organization already; it leaves that one first",
	"InvalidClientTokenId":                             "AWS does not know the access key; save the payer's credential again with a key that is in force",
	"UnrecognizedClientException":                      "AWS does not know the access key; save the payer's credential again with a key that is in force",
	"SignatureDoesNotMatch":                            "the secret access key is not that of the access key; save the payer's credential again",
	"InvalidSignatureException":                        "the secret access key is not that of the access key; save the payer's credential again",
	"ExpiredToken":                                     "the keys have ended; save the payer's credential again with new ones",
	"ExpiredTokenException":                            "the keys have ended; save the payer's credential again with new ones",
	"RequestExpired":                                   "the clock of this machine is wrong by minutes; set it, and try again",
}

// explained is an error of AWS as a sentence for people; nil stays nil. What AWS has
// not answered itself names no address of the network.
func explained(payer, action string, err error) error {
	if err == nil {
		return nil
	}
	var api apiError
	if !errors.As(err, &api) {
		if strings.Contains(err.Error(), "credentials") {
			return &RefusalError{Code: "NoCredentials", Advice: fmt.Sprintf("there are no keys by which AWS is called for payer %s; save keys with its credential, or run Sluice as an identity of AWS that may assume its role", payer)}
		}
		return &RefusalError{Code: "NoAnswer", Advice: fmt.Sprintf("AWS does not answer to %s for payer %s; see whether this machine reaches organizations.us-east-1.amazonaws.com, and try again", action, payer)}
	}
	r := &RefusalError{Code: api.ErrorCode()}
	r.Reason, r.Advice = reasonOf(err)
	if r.Advice == "" {
		r.Advice = codeAdvice[r.Code]
	}
	switch {
	case r.Advice != "":
	case r.Code == "AccessDenied" || r.Code == "AccessDeniedException" && strings.Contains(api.ErrorMessage(), "sts:AssumeRole"):
		r.Advice = fmt.Sprintf("the role of payer %s's credential cannot be assumed; see that it trusts the identity that Sluice runs as, with the external id of the credential", payer)
	case r.Code == "AccessDeniedException":
		r.Advice = fmt.Sprintf("the credential of payer %s may not do organizations:%s; see that it is of the management account, and give its role that action", payer, action)
	default:
		r.Advice = fmt.Sprintf("AWS refuses %s for payer %s and says %s; correct that, and try again", action, payer, said(api, r.Reason))
	}
	return r
}

// reasonOf is for which reason AWS refused, where it names one, and what to do.
func reasonOf(err error) (reason, advice string) {
	var handshake *types.HandshakeConstraintViolationException
	var constraint *types.ConstraintViolationException
	var input *types.InvalidInputException
	switch {
	case errors.As(err, &handshake):
		return string(handshake.Reason), handshakeAdvice[handshake.Reason]
	case errors.As(err, &constraint):
		return string(constraint.Reason), constraintAdvice[constraint.Reason]
	case errors.As(err, &input):
		return string(input.Reason), inputAdvice[input.Reason]
	}
	return "", ""
}

// said is what AWS says in its own words, bounded.
func said(e apiError, reason string) string {
	const longest = 300
	text := strings.Join(strings.Fields(e.ErrorMessage()), " ")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return strings.TrimRight(strings.TrimSpace(strings.Join([]string{e.ErrorCode(), reason, text}, " ")), ".")
}

// text is a text of AWS; empty where there is none.
func text(s *string) string { return aws.ToString(s) }
