package brand

import (
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Languages are those that people can be shown.
var Languages = []string{"en", "ja"}

const (
	mostLine   = 200 // characters
	mostFooter = 500
)

// tidy puts a brand into the form that is kept, or says in a *RefusedError what it
// cannot be.
func (b *Brand) tidy() error {
	for _, line := range []struct {
		field string
		text  *string
	}{{"name", &b.Name}, {"mail_sender.name", &b.Sender.Name}, {"support.phone", &b.Support.Phone}} {
		*line.text = strings.TrimSpace(*line.text)
		if !utf8.ValidString(*line.text) || utf8.RuneCountInString(*line.text) > mostLine || strings.ContainsFunc(*line.text, unicode.IsControl) {
			return &RefusedError{line.field, fmt.Sprintf("must be one line of at most %d characters", mostLine)}
		}
	}
	if b.Name == "" {
		return &RefusedError{"name", "is missing"}
	}
	for _, address := range []struct {
		field string
		text  *string
	}{{"mail_sender.address", &b.Sender.Address}, {"support.email", &b.Support.Email}} {
		if *address.text = strings.TrimSpace(*address.text); *address.text != "" && !isAddress(*address.text) {
			return &RefusedError{address.field, "is no e-mail address such as billing@example.com"}
		}
	}
	if why := refusePage(b.Support.URL); why != "" {
		return &RefusedError{"support.url", why}
	}
	b.Footer = strings.TrimSpace(strings.ReplaceAll(b.Footer, "\r\n", "\n"))
	if !utf8.ValidString(b.Footer) || utf8.RuneCountInString(b.Footer) > mostFooter || strings.ContainsFunc(b.Footer, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		return &RefusedError{"footer", fmt.Sprintf("must be plain text of at most %d characters", mostFooter)}
	}
	if b.Language != "" && !slices.Contains(Languages, b.Language) {
		return &RefusedError{"language", fmt.Sprintf("must be one of %s", strings.Join(Languages, ", "))}
	}
	if b.Domain != "" {
		domain, err := hostOf(b.Domain)
		if err != nil || strings.ContainsRune(b.Domain, ':') {
			return &RefusedError{"domain", "is no host name such as billing.example.com, without https:// and without a port; write other letters than a to z as xn--…"}
		}
		b.Domain = domain
	}
	return b.tidyColours()
}

func (b *Brand) tidyColours() error {
	if b.Accent == "" {
		if b.AccentDark != "" {
			return &RefusedError{"accent_dark", "is of no use without accent"}
		}
		return nil
	}
	accent, err := accentOn("accent", b.Accent, "light", LightGround)
	if err != nil {
		return err
	}
	dark := accent.Readable(DarkGround)
	if b.AccentDark != "" {
		if dark, err = accentOn("accent_dark", b.AccentDark, "dark", DarkGround); err != nil {
			return err
		}
	}
	b.Accent, b.AccentDark = accent.String(), dark.String()
	return nil
}

// accentOn reads a colour that must be readable on a ground.
func accentOn(field, text, kind string, ground Colour) (Colour, error) {
	c, err := ParseColour(text)
	if err != nil {
		return c, &RefusedError{field, "must be a colour such as #0b6363"}
	}
	if !c.ReadableOn(ground) {
		return c, &RefusedError{field, fmt.Sprintf("has a contrast of %s to the %s ground of the pages, %s, and needs 4.5 to be readable; the nearest colour that has it is %s",
			Contrast(c, ground), kind, ground, c.Readable(ground))}
	}
	return c, nil
}

// isAddress tells whether a text is an e-mail address without a name.
func isAddress(text string) bool {
	parsed, err := mail.ParseAddress(text)
	return err == nil && parsed.Address == text && parsed.Name == "" && len(text) <= 254 && !strings.ContainsFunc(text, unicode.IsControl)
}

// refusePage says why an address cannot be linked to; it is empty for others, and for
// none.
func refusePage(address string) string {
	if address == "" {
		return ""
	}
	const longest = 2000
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || len(address) > longest {
		return "is no address such as https://example.com/support"
	}
	return ""
}

var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// hostOf is a host name in small letters, without port and final dot; an error for
// what is none: addresses, single names such as localhost, and what no browser sends.
func hostOf(text string) (string, error) {
	host := strings.ToLower(text)
	if before, _, err := net.SplitHostPort(host); err == nil {
		host = before
	}
	host = strings.TrimSuffix(host, ".")
	labels := strings.Split(host, ".")
	_, notAddress := netip.ParseAddr(host)
	last := labels[len(labels)-1]
	if len(host) > 253 || len(labels) < 2 || notAddress == nil || strings.Trim(last, "0123456789") == "" {
		return "", fmt.Errorf("%q is no host name", text)
	}
	for _, l := range labels {
		if !label.MatchString(l) {
			return "", fmt.Errorf("%q is no host name", text)
		}
	}
	return host, nil
}
