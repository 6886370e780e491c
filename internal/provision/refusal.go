package provision

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/smithy-go"
)

// explain says what went wrong in a call of AWS: what did not happen, why, and what to
// do. The action is the right that it takes. What ends with its context says so as it
// is.
func explain(ctx context.Context, err error, what, action string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		var lost net.Error
		if errors.As(err, &lost) {
			return fmt.Errorf("%s: AWS was not reached; look at the network of this machine, and try again", what)
		}
		return fmt.Errorf("%s: %w; look at the credential, and try again", what, innermost(err))
	}
	if ofSTS(err) {
		return fmt.Errorf("%s: the role could not be assumed (%s); see that the role is there, that it trusts who Sluice runs as, and that the external id is the one it asks for", what, api.ErrorCode())
	}
	switch code := api.ErrorCode(); {
	case code == "AccessDeniedException" || code == "AccessDenied" || code == "UnauthorizedException":
		return fmt.Errorf("%s: the credential may not %s; make its role anew from a template that allows it, or allow it there", what, action)
	case strings.Contains(code, "Throttl") || code == "TooManyRequestsException":
		return fmt.Errorf("%s: AWS was asked too often; try again in some minutes", what)
	case code == "ExpiredToken" || code == "ExpiredTokenException":
		return fmt.Errorf("%s: the keys have expired; save the credential with new ones", what)
	case code == "InvalidClientTokenId" || code == "UnrecognizedClientException" || code == "SignatureDoesNotMatch" || code == "InvalidSignatureException":
		return fmt.Errorf("%s: AWS does not know the keys; save the credential with keys that are active", what)
	case code == "InternalServerException" || code == "InternalErrorException" || code == "InternalFailure" || code == "ServiceUnavailable":
		return fmt.Errorf("%s: AWS has a fault of its own; try again in some minutes", what)
	default:
		return fmt.Errorf("%s: AWS says %s: %s; mend that, and try again", what, code, api.ErrorMessage())
	}
}

// ofSTS says whether it was the role that did not let in, before anything was asked.
func ofSTS(err error) bool {
	for err != nil {
		if op, ok := err.(*smithy.OperationError); ok && op.Service() == "STS" {
			return true
		}
		err = errors.Unwrap(err)
	}
	return false
}

// innermost is what an error comes from, without how the SDK came there.
func innermost(err error) error {
	for {
		below := errors.Unwrap(err)
		if below == nil {
			return err
		}
		err = below
	}
}
