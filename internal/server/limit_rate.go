package server

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/sluice-billing/sluice/internal/api"
)

// Rate bounds how many requests each caller makes in a second. Callers are told
// apart by a key; it is safe against those who invent keys, since only a bounded
// number is remembered, those who came last.
type Rate struct {
	perSecond, burst int
	key              func(*http.Request) string // empty: not bounded
	now              func() time.Time

	mu      sync.Mutex
	buckets map[string]*list.Element // of *bucket
	recent  *list.List               // the latest first
}

type bucket struct {
	key     string
	limiter *rate.Limiter
}

// mostBuckets bounds the memory: some 300 bytes each.
const mostBuckets = 20_000

// NewRate lets each caller make so many requests a second, and burst at once.
func NewRate(perSecond, burst int, key func(*http.Request) string, now func() time.Time) *Rate {
	return &Rate{perSecond: perSecond, burst: burst, key: key, now: now, buckets: map[string]*list.Element{}, recent: list.New()}
}

// Wrap returns the handler with the bound before it; 429 tells when to go on.
func (l *Rate) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key := l.key(r); key != "" {
			if wait := l.wait(key); wait > 0 {
				seconds := max(1, int64((wait+time.Second-1)/time.Second))
				w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
				refuse(w, r, http.StatusTooManyRequests, "too-many",
					fmt.Sprintf("more than %d requests a second; go on in %d seconds", l.perSecond, seconds))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// wait is how long a caller has to wait, or 0 when it may go on now.
func (l *Rate) wait(key string) time.Duration {
	now := l.now()
	reserved := l.bucket(key).ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now) // who is sent away does not use up what comes
	}
	return wait
}

func (l *Rate) bucket(key string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known, ok := l.buckets[key]; ok {
		l.recent.MoveToFront(known)
		return known.Value.(*bucket).limiter
	}
	if len(l.buckets) >= mostBuckets {
		oldest := l.recent.Back()
		delete(l.buckets, l.recent.Remove(oldest).(*bucket).key)
	}
	b := &bucket{key, rate.NewLimiter(rate.Limit(l.perSecond), l.burst)}
	l.buckets[key] = l.recent.PushFront(b)
	return b.limiter
}

// ByCredential tells callers apart by the token or the session they show, and is
// empty for those who show none. Nobody has looked at it yet, so ByAddress must
// bound them besides.
func ByCredential(cookie string) func(*http.Request) string {
	return func(r *http.Request) string {
		shown := r.Header.Get("Authorization")
		if shown == "" {
			c, err := r.Cookie(cookie)
			if err != nil {
				return ""
			}
			shown = c.Value
		}
		sum := sha256.Sum256([]byte(shown)) // no secret stays in memory longer than it must
		return string(sum[:])
	}
}

// ByAddress tells callers apart by IP address, those of IPv6 by the network of
// 64 bits that one customer of a provider has.
func ByAddress(r *http.Request) string {
	address := api.AddressOf(r)
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}
