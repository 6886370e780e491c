package hyper

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// Headers of a question. The key itself never travels.
const (
	AccountHeader   = "Hyper-Account"
	EmailHeader     = "Hyper-Email"
	TimeHeader      = "Hyper-Time" // RFC 3339, UTC; at most Skew from the vendor's clock
	SignatureHeader = "Hyper-Signature"
)

// Skew is how far clocks may be apart.
const Skew = 5 * time.Minute

// Sign gives a question its headers.
func Sign(r *http.Request, account, email, key string, now time.Time) {
	r.Header.Set(AccountHeader, account)
	r.Header.Set(EmailHeader, email)
	r.Header.Set(TimeHeader, now.UTC().Format(time.RFC3339))
	r.Header.Set(SignatureHeader, Signature(r, key))
}

// Signature is the HMAC-SHA256 under the key, in hexadecimal digits, of these lines: method,
// path with query, account, e-mail, time. There is no newline behind the last one.
func Signature(r *http.Request, key string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(strings.Join([]string{r.Method, r.URL.RequestURI(), r.Header.Get(AccountHeader), r.Header.Get(EmailHeader), r.Header.Get(TimeHeader)}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}
