// Package abiquo reads the enterprises of an Abiquo platform, with their billing
// properties, credentials and price factors, and says the same in a configuration of
// ours: reseller, customers, units, sources, billing groups and price books.
//
// What becomes of each property is a Note. What a configuration cannot say is a note
// too, with what to do about it; nothing of a file is left out in silence. Secrets are
// not read.
package abiquo

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Bounds of a file.
const (
	MaxSize        = 16 << 20 // bytes
	maxEnterprises = 20_000
	maxProperties  = 500     // of an enterprise
	maxFactors     = 10_000  // of an enterprise
	maxNotes       = 200_000 // of a file
	maxDepth       = 32      // of JSON values inside each other
	maxText        = 2000    // bytes of a name or value
)

// Became says what a property came to.
type Became string

// What becomes of a property.
const (
	Taken   Became = "taken"   // Setting has it
	Assumed Became = "assumed" // the file does not say it; Setting has what Abiquo takes then
	ByHand  Became = "by-hand" // Why says what to do
	Left    Became = "left"    // no setting is for it, or it is of no use here
)

// Note says what became of a property of an enterprise.
type Note struct {
	Where      string `json:"where"`                // line of the file, or path in its JSON
	Enterprise string `json:"enterprise,omitempty"` // its name; empty where it is the platform's
	Property   string `json:"property"`             // its name in the file
	Value      string `json:"value,omitempty"`      // as it is in the file; never a secret
	Became     Became `json:"became"`
	Setting    string `json:"setting,omitempty"` // where it is in the configuration, such as billing_groups[acme-web].cost_basis
	As         string `json:"as,omitempty"`      // what is there
	Why        string `json:"why,omitempty"`
}

// Result is what a file comes to. The configuration may lack what Abiquo does not
// know; package config says so.
type Result struct {
	Config billing.Config
	Notes  []Note
}

// Options decide what a file leaves open.
type Options struct {
	// Reseller is the name of the enterprise whose installation this is. It may be left
	// out where one reseller is above all others.
	Reseller string
	// Currency is that of enterprises without currency_code, ISO 4217.
	Currency string
	// NetPrices says that lines of AWS cost what the partner pays, with the partner's
	// discount taken off each. Where it comes in lines of its own, as in exports that
	// have SppDiscount lines, amazon_discount is nothing to add: those lines are the
	// reseller's (R11).
	NetPrices bool
}

// Import reads a file of at most MaxSize bytes in UTF-8: enterprises in JSON, or
// properties in sections. The name is used in errors, each of which is for a file that
// cannot be read or whose enterprises do not fit together; it names the place.
func Import(name string, data []byte, o Options) (Result, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > MaxSize:
		return Result{}, fmt.Errorf("%s: has %d bytes; at most %d are read, so split it", name, len(data), MaxSize)
	case !utf8.Valid(data):
		return Result{}, fmt.Errorf("%s: is not UTF-8 text; save it as UTF-8", name)
	case len(bytes.TrimSpace(data)) == 0:
		return Result{}, fmt.Errorf("%s: is empty; expected enterprises in JSON, or properties below lines such as [Acme]", name)
	}
	p := &platform{file: name, scopes: map[string]string{}}
	var err error
	if text := bytes.TrimSpace(data); text[0] == '{' || text[0] == '[' && !sectionLine.Match(firstLine(text)) {
		err = p.readJSON(data)
	} else {
		err = p.readProperties(data)
	}
	if err == nil {
		err = p.arrange(o)
	}
	if err != nil {
		return Result{}, err
	}
	b := &builder{platform: p, options: o}
	if err := b.build(); err != nil {
		return Result{}, err
	}
	return Result{b.config, b.notes}, nil
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return bytes.TrimSpace(line)
}

// platform is a file as it was read.
type platform struct {
	file        string
	enterprises []*enterprise
	scopes      map[string]string // the scope above each
	system      []property        // of the platform itself
	factors     []placedFactor    // that say themselves whose they are
	notes       []Note
	root        *enterprise // the reseller whose installation this is
}

// fail is an error at a place of the file.
func (p *platform) fail(where, format string, args ...any) error {
	if where != "" {
		where += ": "
	}
	return fmt.Errorf("%s: %s%s", p.file, where, fmt.Sprintf(format, args...))
}

// property is one of an enterprise or of the platform.
type property struct{ where, key, value string }

// login is a credential of an enterprise, without its secret.
type login struct {
	where    string
	provider string // as the file has it
	account  string // the provider's id of the account
	key      string // access key id, which is no secret
	billing  bool   // "Only for billing"
}

// factor is a price factor.
type factor struct {
	where, provider, billType, product, value string
}

// placedFactor is a price factor that says whose it is.
type placedFactor struct {
	factor
	association, enterprise string
}

// enterprise is a tenant.
type enterprise struct {
	where, id, name   string
	reseller, keyNode bool
	above, scope      string // as the file has them; either may be empty
	properties        []property
	accounts, pricing []login
	factors           []factor

	parent *enterprise
	slug   string // the part of ids that stands for it
}

// property returns the value of the first of some names that the enterprise has.
func (e *enterprise) property(names ...string) (property, bool) {
	for _, name := range names {
		for _, p := range e.properties {
			if sameKey(p.key, name) {
				return p, true
			}
		}
	}
	return property{}, false
}

// nearest is a property of the enterprise, or of the next above it that has it.
func (e *enterprise) nearest(names ...string) (p property, of *enterprise, ok bool) {
	for at := e; at != nil; at = at.parent {
		if p, ok := at.property(names...); ok {
			return p, at, true
		}
	}
	return property{}, nil, false
}
