package backend

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Fault is an error of which the caller is told what kind it is.
type Fault struct {
	code   codes.Code
	reason string
}

// Error is the sentence for people.
func (f *Fault) Error() string { return f.reason }

// Refused says that the vendor does not accept the credential: why, and what to do.
func Refused(reason string) error { return &Fault{codes.Unauthenticated, reason} }

// NoSuchTask says that a month has no task of this id.
func NoSuchTask(id string) error {
	return &Fault{codes.NotFound, fmt.Sprintf("there is no task %q in this month; plan the month again", clip(id))}
}

// Busy says that the same question can be asked again later: why it has no answer now.
func Busy(reason string) error { return &Fault{codes.Unavailable, reason} }

// mostReason bounds the sentence that goes over the wire, in bytes.
const mostReason = 1000

// statusOf is what the caller is told of an error: its kind and its sentence, without the
// values of the credential, in case the vendor repeated them.
func statusOf(err error, a Access) error {
	if err == nil {
		return nil
	}
	code, fault := codes.Internal, (*Fault)(nil)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return status.Error(codes.DeadlineExceeded, "the vendor took longer than the caller waits")
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, "the caller went away")
	case errors.As(err, &fault):
		code = fault.code
	default:
		if s, ok := status.FromError(err); ok { // such as what sending returned
			code = s.Code()
		}
	}
	text := hide(err.Error(), a.Fields)
	if len(text) > mostReason {
		text = strings.ToValidUTF8(text[:mostReason], "") + "..."
	}
	return status.Error(code, text)
}

// hide replaces the values of a credential, the longest first, since one may be part of
// another. Texts of three letters are no secrets, and would garble the sentence.
func hide(text string, fields map[string]string) string {
	var values []string
	for _, value := range fields {
		if len(value) > 3 {
			values = append(values, value)
		}
	}
	sort.Slice(values, func(i, k int) bool { return len(values[i]) > len(values[k]) })
	for _, value := range values {
		text = strings.ReplaceAll(text, value, "•••")
	}
	return text
}
