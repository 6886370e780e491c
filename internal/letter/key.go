package letter

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	gomail "github.com/wneessen/go-mail"

	"github.com/sluice-billing/sluice/internal/secret"
)

// Key signs messages, so that receivers know that they come from the domain (DKIM, RFC
// 6376). Its public half stands in the DNS, at Selector._domainkey.Domain.
type Key struct {
	Domain   string // of the sender's address, or one above it
	Selector string
	Private  secret.Text // PEM of an RSA key of 2048 bits and more, or of an Ed25519 one
}

var dnsName = regexp.MustCompile(`^([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$`)

// Check says what is wrong with a key. Nothing of the private half is in the error.
func (k Key) Check() error {
	switch {
	case !dnsName.MatchString(k.Domain) || !strings.Contains(k.Domain, ".") || len(k.Domain) > 253:
		return fmt.Errorf("the signing key's domain %q is no name such as example.com", k.Domain)
	case !dnsName.MatchString(k.Selector) || len(k.Selector) > 253:
		return fmt.Errorf("the signing key's selector %q is no name such as mail2026", k.Selector)
	}
	_, err := k.private()
	return err
}

func (k Key) private() (crypto.Signer, error) {
	key, err := gomail.PrivKeyFromPEM([]byte(k.Private.Reveal()))
	if err != nil {
		return nil, fmt.Errorf("the signing key of %s cannot be read: it must be PEM, of an RSA or Ed25519 key", k.Domain)
	}
	if r, is := key.(*rsa.PrivateKey); is && r.N.BitLen() < 2048 {
		return nil, fmt.Errorf("the signing key of %s has %d bits; it needs 2048", k.Domain, r.N.BitLen())
	}
	return key, nil
}

// signed are the headers that nobody can change on the way. Each is named once more
// than it is there, so that none can be added either.
var signed = slices.Concat(headers, headers)

var headers = []string{"From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"}

// sign puts a signature before a message. The sender must be of the key's domain, since
// receivers look for that (DMARC).
func (k Key) sign(raw []byte, sender string) ([]byte, error) {
	if err := k.Check(); err != nil {
		return nil, err
	}
	if domain := strings.ToLower(domainOf(sender)); domain != k.Domain && !strings.HasSuffix(domain, "."+k.Domain) {
		return nil, fmt.Errorf("the signing key is of %s, and the sender is %s; one of them has to change", k.Domain, sender)
	}
	private, err := k.private()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = dkim.Sign(&out, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: k.Domain, Selector: k.Selector, Signer: private, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return nil, fmt.Errorf("sign the message with the key of %s: %w", k.Domain, err)
	}
	return out.Bytes(), nil
}
