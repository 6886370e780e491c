package plugin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// mostSaid bounds what is repeated of a backend's own words, in bytes.
const mostSaid = 300

// sentence says to people why a question had no answer, and what to do. What was asked is
// such as "its costs".
func (c *caller) sentence(ctx context.Context, what string, err error, by Credential) error {
	if ctx.Err() != nil {
		return fmt.Errorf("asking backend %s for %s was stopped: %w", c.Name, what, context.Cause(ctx))
	}
	s := status.Convert(err)
	said := words(s.Message(), by)
	switch code := s.Code(); code {
	case codes.DeadlineExceeded:
		return c.silent(what)
	case codes.Unimplemented:
		return &unknownError{fmt.Sprintf("what listens at %s does not speak protocol %s, or another version of it (it was asked for %s); correct protocol or address of backend %s, or update it",
			c.Address, c.Protocol, what, c.Name)}
	case codes.InvalidArgument:
		if what == asksCredential {
			return c.refused(said)
		}
		return c.failed(what, said)
	case codes.Unauthenticated, codes.PermissionDenied:
		return c.refused(said)
	case codes.ResourceExhausted:
		if strings.Contains(s.Message(), "larger than max") {
			return fmt.Errorf("backend %s sent more in one message than is taken when it was asked for %s; let it send smaller parts", c.Name, what)
		}
		return fmt.Errorf("backend %s has no more to give now: %s; try again later", c.Name, said)
	case codes.Unavailable:
		return c.unreached(what, s.Message(), said)
	default:
		if unreadable(s.Message()) {
			return fmt.Errorf("backend %s answered with something that is no message of protocol %s when it was asked for %s; correct its protocol, or report it to who wrote the backend", c.Name, c.Protocol, what)
		}
		return c.failed(what, said)
	}
}

func (c *caller) failed(what, said string) error {
	return fmt.Errorf("backend %s failed when it was asked for %s: %s", c.Name, what, withAdvice(said, "look at its log"))
}

// unknownError says that what listens does not know the question.
type unknownError struct{ text string }

// Error is the sentence.
func (e *unknownError) Error() string { return e.text }

func (c *caller) silent(what string) error {
	return fmt.Errorf("backend %s did not answer for %d seconds when it was asked for %s; look at its log, or raise idle_seconds", c.Name, int64(c.idle.Seconds()), what)
}

func (c *caller) refused(said string) error {
	return &RefusedError{fmt.Sprintf("backend %s does not accept the credential: %s", c.Name, withAdvice(said, "correct the credential, and verify it again"))}
}

// unreached looks into what the connection says: why it came not about is in its text
// alone.
func (c *caller) unreached(what, message, said string) error {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(message, part) })
	}
	switch {
	case has("first record does not look like a TLS handshake"):
		return fmt.Errorf("backend %s at %s does not speak TLS; write grpc:// in its address, or give the backend a certificate", c.Name, c.Address)
	case has("x509:", "certificate is not trusted", "certificate has expired"):
		return fmt.Errorf("the certificate of backend %s at %s is not trusted: %s; name the file of its authority in SSL_CERT_FILE, or renew the certificate", c.Name, c.Address, after(said, "x509: "))
	case has("reading server preface"):
		return fmt.Errorf("what listens at %s does not speak gRPC without TLS; write grpcs:// in the address of backend %s if it wants TLS, or correct the address", c.Address, c.Name)
	case has("authentication handshake failed"):
		return fmt.Errorf("backend %s at %s and Sluice found no TLS that both speak: %s; let the backend speak TLS 1.2 or higher, with ALPN h2", c.Name, c.Address, after(said, "failed: "))
	case has("Error while dialing", "produced zero addresses", "no such host", "name resolver error"):
		return fmt.Errorf("backend %s at %s cannot be reached: %s; start it, or correct its address", c.Name, c.Address, after(said, "dialing: "))
	case has("error reading from server", "connection is closing", "closed the connection", "GOAWAY", "goaway", "transport is closing", "connection reset"):
		return fmt.Errorf("the connection to backend %s broke off when it was asked for %s; look at its log, and try again", c.Name, what)
	}
	return fmt.Errorf("backend %s cannot answer now: %s", c.Name, withAdvice(said, "try again later"))
}

// broken tells whether a stream ended by the connection or the backend's own end, not by
// something that it said.
func broken(err error) bool {
	s := status.Convert(err)
	switch s.Code() {
	case codes.Unavailable, codes.Aborted:
		return true
	case codes.Internal, codes.Canceled, codes.Unknown:
		return strings.Contains(s.Message(), "RST_STREAM") || strings.Contains(s.Message(), "unexpected EOF") || strings.Contains(s.Message(), "server closed the stream")
	}
	return false
}

func unreadable(message string) bool {
	return strings.Contains(message, "failed to unmarshal") || strings.Contains(message, "error unmarshalling") || strings.Contains(message, "cannot parse")
}

// words are what a backend said, fit to be shown: in one line, not too long, and without
// the values of the credential.
func words(said string, by Credential) string {
	var values []string
	for _, text := range by.Fields {
		if value := text.Reveal(); len(value) > 3 {
			values = append(values, value)
		}
	}
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
	for _, value := range values {
		said = strings.ReplaceAll(said, value, "•••")
	}
	said = strings.Join(strings.FieldsFunc(said, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if len(said) > mostSaid {
		said = strings.ToValidUTF8(said[:mostSaid], "") + "..."
	}
	if said == "" {
		return "it gave no reason"
	}
	return said
}

// withAdvice adds what to do to a sentence that does not say so itself.
func withAdvice(said, advice string) string {
	if strings.Contains(said, "; ") {
		return said
	}
	return strings.TrimRight(said, ".") + "; " + advice
}

// after is what stands behind the last place of a mark, without a closing quotation mark;
// all of it where there is none.
func after(said, mark string) string {
	if i := strings.LastIndex(said, mark); i >= 0 {
		said = said[i+len(mark):]
	}
	return strings.TrimRight(said, `"'`)
}
