package abiquo

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// sectionLine begins the properties of an enterprise.
var sectionLine = regexp.MustCompile(`^\[([^\[\]"{}]+)\]$`)

// Words of a section that are no properties of Abiquo.
const (
	credentialWord = "credential."
	pricingWord    = "pricing_credential."
	scopeWord      = "scope."
	factorWord     = "_price_factor"
)

// readProperties reads lines KEY=VALUE, in sections [name of the enterprise]. Lines
// before the first section are the platform's own. Lines that begin with # or ! are
// comments.
func (p *platform) readProperties(data []byte) error {
	var e *enterprise
	n := 0
	for text := range bytes.Lines(data) {
		n++
		where, line := fmt.Sprintf("line %d", n), strings.TrimSpace(string(text))
		switch {
		case line == "" || line[0] == '#' || line[0] == '!':
			continue
		case len(line) > 2*maxText:
			return p.fail(where, "has %d bytes; at most %d are read", len(line), 2*maxText)
		case sectionLine.MatchString(line):
			e = &enterprise{where: where, name: strings.TrimSpace(line[1 : len(line)-1])}
			if err := p.add(e); err != nil {
				return err
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if key, value = strings.TrimSpace(key), strings.TrimSpace(value); !ok || key == "" {
			return p.fail(where, "is %q; expected a property such as amazon_bucket=exports, or an enterprise such as [Acme]", clip(line))
		}
		prop := property{where, key, value}
		if e == nil {
			p.platformLine(prop)
			continue
		}
		if err := p.line(e, prop); err != nil {
			return err
		}
	}
	return nil
}

// platformLine takes a line before the first section.
func (p *platform) platformLine(prop property) {
	if name, is := strings.CutPrefix(prop.key, scopeWord); is && strings.HasSuffix(name, ".parent") {
		p.scopes[strings.TrimSuffix(name, ".parent")] = prop.value
		return
	}
	p.system = append(p.system, prop)
}

// line takes a line of an enterprise.
func (p *platform) line(e *enterprise, prop property) (err error) {
	lower := strings.ToLower(prop.key)
	switch plainKey(lower) {
	case "id":
		e.id = prop.value
		return nil
	case "reseller":
		e.reseller, err = p.flag(prop)
		return err
	case "keynode":
		e.keyNode, err = p.flag(prop)
		return err
	case "above", "parent":
		e.above = prop.value
		return nil
	case "scope":
		e.scope = prop.value
		return nil
	}
	if name, is := strings.CutPrefix(lower, pricingWord); is {
		return p.loginLine(&e.pricing, name, prop)
	}
	if name, is := strings.CutPrefix(lower, credentialWord); is {
		return p.loginLine(&e.accounts, name, prop)
	}
	if f, is := factorOf(prop); is {
		return p.addFactor(e, f)
	}
	return p.addProperty(e, prop)
}

// loginLine takes <provider>=<account>, or <provider>.<field>=….
func (p *platform) loginLine(to *[]login, name string, prop property) (err error) {
	provider, field, _ := strings.Cut(name, ".")
	i := len(*to) - 1
	for ; i >= 0 && (*to)[i].provider != provider; i-- {
	}
	if i < 0 || field == "" && (*to)[i].account != "" {
		*to = append(*to, login{where: prop.where, provider: provider})
		i = len(*to) - 1
	}
	l := &(*to)[i]
	switch plainKey(field) {
	case "", "account":
		l.account = accountOf(prop.value)
	case "onlyforbilling":
		l.billing, err = p.flag(prop)
	case "accesskeyid", "access":
		l.key = prop.value
	default:
		p.note(Note{Where: prop.where, Property: prop.key, Became: Left, Why: "secrets are not read from files; save them with `sluice credential save`"})
	}
	return err
}

// flag reads true or false.
func (p *platform) flag(prop property) (bool, error) {
	yes, err := strconv.ParseBool(strings.ToLower(prop.value))
	if err != nil {
		return false, p.fail(prop.where, "%s is %q; expected true or false", prop.key, clip(prop.value))
	}
	return yes, nil
}

// factorOf reads a property such as amazon_price_factor.Anniversary.AmazonEC2=1.2.
func factorOf(prop property) (factor, bool) {
	at := strings.Index(strings.ToLower(prop.key), factorWord)
	if at < 1 {
		return factor{}, false
	}
	rest := strings.ReplaceAll(prop.key[at+len(factorWord):], `\ `, " ")
	if rest != "" && rest[0] != '.' {
		return factor{}, false
	}
	parts := append(strings.SplitN(strings.TrimPrefix(rest, "."), ".", 2), "", "")
	return factor{where: prop.where, provider: prop.key[:at], billType: parts[0], product: parts[1], value: prop.value}, true
}

// accountOf is the account that a key of Abiquo's is of: Azure's are
// SUBSCRIPTION##TENANT for billing only, and normal#SUBSCRIPTION#… with keys.
func accountOf(text string) string {
	if before, _, is := strings.Cut(text, "##"); is {
		return before
	}
	if rest, is := strings.CutPrefix(text, "normal#"); is {
		subscription, _, _ := strings.Cut(rest, "#")
		return subscription
	}
	return text
}

// plainKey is a name by its letters and digits alone, which is how the names of
// Abiquo's pages, API and files are the same.
func plainKey(key string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '_' || r == '-' || r == ' ' || r == '.':
			return -1
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, key)
}

func sameKey(a, b string) bool { return plainKey(a) == plainKey(b) }

// clip shortens a text for a message.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
