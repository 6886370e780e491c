package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	issuerTime  = 10 * time.Second // for one answer of an issuer
	issuerBytes = 1 << 20          // of one answer
	issuerKept  = 10 * time.Minute // how long what an issuer says of itself is believed
)

// issuers asks issuers of single sign-on. Their addresses are typed in by people,
// so it connects only to public ones, unless private ones are allowed: looked at
// when the connection is made, whatever a name resolved to before.
type issuers struct {
	allowPrivate bool
	client       *http.Client

	mu   sync.Mutex
	kept map[string]keptIssuer
}

type keptIssuer struct {
	provider *oidc.Provider
	until    time.Time
}

func newIssuers(allowPrivate bool) *issuers {
	i := &issuers{allowPrivate: allowPrivate, kept: map[string]keptIssuer{}}
	dialer := &net.Dialer{Timeout: issuerTime, Control: i.control}
	i.client = &http.Client{
		Timeout: issuerTime,
		Transport: bounded{i, &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: issuerTime, ResponseHeaderTimeout: issuerTime, MaxIdleConnsPerHost: 2,
			IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 64 << 10,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("an issuer must answer itself, not send elsewhere")
		},
	}
	return i
}

// control refuses a connection to an address that is not public.
func (i *issuers) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !i.allowPrivate && !public(to.Addr()) {
		return fmt.Errorf("%s is a private address; the server must be allowed to use those", to.Addr())
	}
	return nil
}

// notPublic are the networks that lead nowhere on the internet, or by another name
// to such ones (RFC 6890 and what followed).
var notPublic = func() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}()

func public(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return address.IsGlobalUnicast() && !address.IsPrivate() && !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(address) })
}

// checkURL refuses an address that is not https, but for http on this machine
// where private addresses are allowed.
func (i *issuers) checkURL(u *url.URL) error {
	if u.Scheme == "https" && u.Host != "" && u.User == nil {
		return nil
	}
	if host, err := netip.ParseAddr(u.Hostname()); i.allowPrivate && u.Scheme == "http" && err == nil && host.IsLoopback() {
		return nil
	}
	return fmt.Errorf("%s is not an https address", u.Redacted())
}

// bounded lets only requests through to addresses that are allowed, and bounds
// their answers.
type bounded struct {
	issuers   *issuers
	transport http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := b.issuers.checkURL(r.URL); err != nil {
		return nil, err
	}
	answer, err := b.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, issuerBytes), answer.Body}
	return answer, nil
}

// find asks an issuer what it is, or remembers.
func (i *issuers) find(ctx context.Context, issuer string, now time.Time) (*oidc.Provider, error) {
	i.mu.Lock()
	kept, ok := i.kept[issuer]
	i.mu.Unlock()
	if ok && now.Before(kept.until) {
		return kept.provider, nil
	}
	provider, err := oidc.NewProvider(i.with(ctx), issuer)
	if err != nil {
		return nil, &Error{Code: SSOUnreachable, Message: fmt.Sprintf("the issuer %s does not answer as OpenID Connect says: %v", issuer, err)}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.kept) > 100 {
		clear(i.kept)
	}
	i.kept[issuer] = keptIssuer{provider, now.Add(issuerKept)}
	return provider, nil
}

// with returns a context in which issuers are asked by the bounded client. It goes
// on when the request ends: keys that are fetched are for others, too.
func (i *issuers) with(ctx context.Context) context.Context {
	return oidc.ClientContext(context.WithoutCancel(ctx), i.client)
}
