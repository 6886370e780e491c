package server

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

type secureKey struct{}

// Secure tells whether the client came by TLS, to this server or to a trusted
// proxy before it.
func Secure(r *http.Request) bool {
	forwarded, _ := r.Context().Value(secureKey{}).(bool)
	return r.TLS != nil || forwarded
}

// Forwarded believes proxies of some networks who the client is, and nobody else.
type Forwarded struct{ trusted []netip.Prefix }

// NewForwarded takes networks such as 10.0.0.0/8, or single addresses.
func NewForwarded(networks []string) (Forwarded, error) {
	var f Forwarded
	for _, text := range networks {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			address, addressErr := netip.ParseAddr(text)
			if addressErr != nil {
				return f, fmt.Errorf("trusted proxy %q is no network, such as 10.0.0.0/8, and no address", text)
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		f.trusted = append(f.trusted, prefix.Masked())
	}
	return f, nil
}

// Wrap puts the client's address into RemoteAddr and the host that the client asked
// for into Host where a trusted proxy names them, and removes what an untrusted one
// says. It stands before all other handlers.
func (f Forwarded) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !f.trusts(peer.Addr()) {
			for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-Ip", "X-Request-Id"} {
				r.Header.Del(name)
			}
			next.ServeHTTP(w, r)
			return
		}
		if client, ok := f.client(r.Header.Values("X-Forwarded-For")); ok {
			r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
		}
		if host := last(r.Header.Values("X-Forwarded-Host")); host != "" {
			r.Host = host
		}
		if strings.EqualFold(last(r.Header.Values("X-Forwarded-Proto")), "https") {
			r = r.WithContext(context.WithValue(r.Context(), secureKey{}, true))
		}
		next.ServeHTTP(w, r)
	})
}

// last is what the proxy next to this server says.
func last(values []string) string {
	all := strings.Split(strings.Join(values, ","), ",")
	return strings.TrimSpace(all[len(all)-1])
}

func (f Forwarded) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(f.trusted, func(p netip.Prefix) bool { return p.Contains(address.Unmap().WithZone("")) })
}

// client is the last address that no trusted proxy has: what stands before it
// anybody can have written.
func (f Forwarded) client(values []string) (client netip.Addr, ok bool) {
	hops := strings.Split(strings.Join(values, ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		address, err := netip.ParseAddr(strings.Trim(hop, "[]"))
		if err != nil {
			withPort, portErr := netip.ParseAddrPort(hop)
			if portErr != nil {
				return client, ok
			}
			address = withPort.Addr()
		}
		client, ok = address.Unmap(), true
		if !f.trusts(client) {
			return client, true
		}
	}
	return client, ok
}
