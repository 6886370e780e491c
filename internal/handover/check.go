package handover

import (
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// RefusedError says why a route cannot be as it was asked for.
type RefusedError struct {
	Field string // such as to or target, as in the JSON of Route; secret
	Why   string
}

// Error implements error.
func (e *RefusedError) Error() string { return "the route's " + e.Field + " " + e.Why }

const (
	mostAddresses = 50
	mostGroups    = 200
	mostText      = 2048 // bytes
	mostLinkDays  = 365
)

// check refuses what a route cannot be. The secret is empty where it stays as it is.
func (h *Handovers) check(r Route, plain secret.Text) error {
	if r.Owner == "" || r.Customer == "" {
		return &RefusedError{"customer", "is missing"}
	}
	w, known := wayOf(r.Wish)
	if !known {
		return &RefusedError{"by", "is none of " + strings.Join(Ways(), ", ") + ", or its target is of another kind"}
	}
	if err := h.checkWhat(r.Wish); err != nil {
		return err
	}
	if why := r.When.refuse(); why != "" {
		return &RefusedError{"when", why}
	}
	for field, texts := range map[string][]string{"groups": r.Groups, "description": {r.Description}, "target": {r.Target}, "host_key": {r.HostKey}} {
		if len(texts) > mostGroups || slices.ContainsFunc(texts, func(s string) bool { return len(s) > mostText }) {
			return &RefusedError{field, "is too long"}
		}
	}
	if err := checkMail(r.Wish, h.options.LinkURL != nil); err != nil {
		return err
	}
	if r.By != BySFTP && r.HostKey != "" {
		return &RefusedError{"host_key", "is for SFTP alone"}
	}
	if w.operator && r.Owner != store.RootOrganization {
		return &RefusedError{"by", "is for the reseller whose installation it is alone"}
	}
	if w.secret && !r.HasSecret {
		return &RefusedError{"secret", "is missing: " + w.asks}
	}
	if !w.secret && r.HasSecret {
		return &RefusedError{"secret", "is given, and none is needed"}
	}
	return w.check(h, r, plain)
}

// checkWhat refuses kinds and formats that there are not.
func (h *Handovers) checkWhat(w Wish) error {
	if len(w.What) == 0 {
		return &RefusedError{"what", "is missing: name some of " + strings.Join(Kinds(), ", ")}
	}
	used := map[string]bool{}
	for i, name := range w.What {
		k, known := kindOf(name)
		switch {
		case !known:
			return &RefusedError{"what", fmt.Sprintf("has %.100q, which is none of %s", name, strings.Join(Kinds(), ", "))}
		case slices.Contains(w.What[:i], name):
			return &RefusedError{"what", "has " + name + " twice"}
		case len(k.ways) > 0 && !slices.Contains(k.ways, w.By), w.By == ByPeppol && !k.sent:
			return &RefusedError{"what", fmt.Sprintf("has %s, which does not go by %s", name, w.By)}
		}
		formats := h.formatsOf(w, name)
		for _, f := range formats {
			used[f] = true
		}
		if len(formats) == 0 {
			return &RefusedError{"formats", "has none that " + name + " can be written in" + h.offers(name)}
		}
	}
	for _, f := range w.Formats {
		if !used[f] {
			return &RefusedError{"formats", fmt.Sprintf("has %.100q, in which nothing of it can be written", f)}
		}
	}
	return nil
}

// formatsOf are the formats of a route that a kind has.
func (h *Handovers) formatsOf(w Wish, what string) []string {
	if h.material.Formats == nil {
		return w.Formats
	}
	has := h.material.Formats(what)
	return slices.DeleteFunc(slices.Clone(w.Formats), func(f string) bool { return !slices.Contains(has, f) })
}

func (h *Handovers) offers(what string) string {
	if h.material.Formats == nil {
		return ""
	}
	return ": " + strings.Join(h.material.Formats(what), ", ")
}

// checkMail refuses addresses that are none, and what is for mail where it goes
// another way.
func checkMail(w Wish, links bool) error {
	if w.By != ByMail {
		if len(w.To)+len(w.Cc) > 0 || w.LinkDays != 0 {
			return &RefusedError{"to", "and cc and link_days are for mail"}
		}
		return nil
	}
	switch {
	case len(w.To) == 0:
		return &RefusedError{"to", "is missing: mail needs an address"}
	case len(w.To)+len(w.Cc) > mostAddresses:
		return &RefusedError{"to", fmt.Sprintf("and cc have more than %d addresses", mostAddresses)}
	case w.LinkDays < 0 || w.LinkDays > mostLinkDays:
		return &RefusedError{"link_days", fmt.Sprintf("are 0 to %d", mostLinkDays)}
	case w.LinkDays > 0 && !links:
		return &RefusedError{"link_days", "are given, and this installation has no page that opens links"}
	}
	for field, addresses := range map[string][]string{"to": w.To, "cc": w.Cc} {
		for _, a := range addresses {
			if parsed, err := mail.ParseAddress(a); err != nil || parsed.Address != a || strings.ContainsAny(a, "\r\n") {
				return &RefusedError{field, fmt.Sprintf("has %.100q, which is no address such as billing@example.com", a)}
			}
		}
	}
	return nil
}

// sameServer tells whether two wishes go to one server, as one user, with what they
// were given: all of the target but its folder.
func sameServer(a, b Wish) bool {
	was, errWas := url.Parse(a.Target)
	is, errIs := url.Parse(b.Target)
	if errWas != nil || errIs != nil || a.By != b.By || a.HostKey != b.HostKey {
		return false
	}
	return was.Scheme == is.Scheme && was.User.String() == is.User.String() && was.Host == is.Host && was.RawQuery == is.RawQuery
}
