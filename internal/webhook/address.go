package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// mostURL is the longest address of an endpoint, in bytes.
const mostURL = 2048

// refuseAddress says why an address is not to be sent to; it is empty for others.
// What a name stands for is looked at when it is dialled.
func refuseAddress(address string, allowPrivate bool) string {
	u, err := url.Parse(address)
	switch {
	case len(address) > mostURL:
		return fmt.Sprintf("is longer than %d bytes", mostURL)
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		return "is no address such as https://example.com/sluice"
	case u.Scheme != "https" && !(allowPrivate && u.Scheme == "http"):
		return "does not begin with https://"
	case u.User != nil:
		return "holds a user or password; deliveries are signed, and need none"
	case u.Fragment != "":
		return "has a part after #, which is never sent"
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !allowPrivate && !public(ip) {
		return "is not on the public internet"
	}
	return ""
}

// special are networks that are not the public internet, beside those that
// net/netip knows: shared, of protocols, for documentation and measuring, reserved,
// and ways to write IPv4 addresses in IPv6.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"), netip.MustParsePrefix("5f00::/16"), netip.MustParsePrefix("fec0::/10"),
}

// public tells whether an address is on the public internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsValid() || ip.Zone() != "" || !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, network := range special {
		if network.Contains(ip) {
			return false
		}
	}
	return true
}

// ErrPrivate is why a name is not dialled. It does not say what the name stands
// for: who may add endpoints could ask about an inner network that way.
var ErrPrivate = errors.New("the address is not on the public internet")

// Dialer returns a dialer that looks at each address it dials, after the name was
// resolved, so that no name leads inside: it refuses with ErrPrivate what is not on
// the public internet, unless private addresses are allowed.
func Dialer(allowPrivate bool) *net.Dialer {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !allowPrivate {
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			target, err := netip.ParseAddrPort(address)
			if err != nil || !public(target.Addr()) {
				return ErrPrivate
			}
			return nil
		}
	}
	return dialer
}

// newClient returns a client that dials as Dialer says, that follows no redirect, and
// uses no proxy, behind which the address would not be seen.
func newClient(o Options) *http.Client {
	dialer := Dialer(o.AllowPrivate)
	return &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: 16 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
		},
	}
}
