package abiquo

import (
	"fmt"
	"regexp"
	"strings"
)

// add keeps an enterprise.
func (p *platform) add(e *enterprise) error {
	switch {
	case e.name == "":
		return p.fail(e.where, "is an enterprise without a name; give it one")
	case len(e.name) > maxText:
		return p.fail(e.where, "has a name of %d bytes; at most %d are read", len(e.name), maxText)
	case len(p.enterprises) >= maxEnterprises:
		return p.fail(e.where, "is one enterprise too many; at most %d are read, so split the file by reseller", maxEnterprises)
	}
	p.enterprises = append(p.enterprises, e)
	return nil
}

func (p *platform) addProperty(e *enterprise, prop property) error {
	switch {
	case len(e.properties) >= maxProperties:
		return p.fail(prop.where, "is one property too many; an enterprise has at most %d", maxProperties)
	case len(prop.value) > maxText:
		return p.fail(prop.where, "%s has %d bytes; at most %d are read", clip(prop.key), len(prop.value), maxText)
	}
	if before, twice := e.property(prop.key); twice {
		if before.value == prop.value {
			return nil
		}
		return p.fail(prop.where, "%s of %s is at %s too, with another value; keep one", prop.key, e.name, before.where)
	}
	e.properties = append(e.properties, prop)
	return nil
}

func (p *platform) addFactor(e *enterprise, f factor) error {
	if len(e.factors) >= maxFactors {
		return p.fail(f.where, "is one price factor too many; an enterprise has at most %d", maxFactors)
	}
	e.factors = append(e.factors, f)
	return nil
}

// note keeps what became of a property. After a bound of them nothing more is kept;
// build refuses such a file.
func (p *platform) note(n Note) {
	if len(p.notes) <= maxNotes {
		p.notes = append(p.notes, n)
	}
}

// arrange finds who is below whom and who is above all: reseller, key node, standard
// enterprise.
func (p *platform) arrange(o Options) error {
	if len(p.enterprises) == 0 {
		return p.fail("", "has no enterprises; expected a list of them, or sections such as [Acme]")
	}
	byName := map[string]*enterprise{}
	for _, e := range p.enterprises {
		for _, name := range []string{e.name, e.id} {
			if other := byName[name]; name != "" && other != nil && other != e {
				return p.fail(e.where, "is enterprise %s, which is at %s too; keep one", name, other.where)
			}
			if name != "" {
				byName[name] = e
			}
		}
	}
	if err := p.place(byName); err != nil {
		return err
	}
	if err := p.giveFactors(byName); err != nil {
		return err
	}
	if err := p.head(o.Reseller, byName); err != nil {
		return err
	}
	p.name()
	return nil
}

// place gives every enterprise the one above it.
func (p *platform) place(byName map[string]*enterprise) error {
	heads := map[string]*enterprise{} // of scopes
	var resellers []*enterprise
	for _, e := range p.enterprises {
		if e.reseller {
			resellers = append(resellers, e)
		}
		if e.scope != "" && (e.reseller || e.keyNode) && heads[e.scope] == nil {
			heads[e.scope] = e
		}
	}
	for _, e := range p.enterprises {
		switch {
		case e.above != "":
			if e.parent = byName[e.above]; e.parent == nil {
				return p.fail(e.where, "%s is below %s, which is not in the file; add it, or correct the name", e.name, clip(e.above))
			}
		case e.scope != "" && p.headOf(heads, e) != nil:
			e.parent = p.headOf(heads, e)
		case !e.reseller && len(resellers) == 1:
			e.parent = resellers[0]
		}
	}
	for _, e := range p.enterprises {
		at := e
		for range p.enterprises {
			if at = at.parent; at == nil || at == e {
				break
			}
		}
		if at == e {
			return p.fail(e.where, "%s is below itself; correct who is above it", e.name)
		}
	}
	return nil
}

// headOf is the nearest head of the scope of an enterprise and of those above it.
func (p *platform) headOf(heads map[string]*enterprise, e *enterprise) *enterprise {
	scope := e.scope
	for range len(p.scopes) + 1 {
		if head := heads[scope]; head != nil && head != e {
			return head
		}
		if scope = p.scopes[scope]; scope == "" {
			return nil
		}
	}
	return nil
}

// giveFactors gives price factors that say whose they are to their enterprises.
func (p *platform) giveFactors(byName map[string]*enterprise) error {
	for _, f := range p.factors {
		kind, name, _ := strings.Cut(f.association, ":")
		if name = strings.TrimSpace(name); name == "" {
			name = f.enterprise
		}
		if plainKey(kind) == "all" || kind == "" && name == "" {
			continue // the reseller's, who is found later
		}
		e := byName[name]
		if e == nil {
			return p.fail(f.where, "is a price factor of %s, which is not in the file; add the enterprise, or correct the name", clip(name))
		}
		if err := p.addFactor(e, f.factor); err != nil {
			return err
		}
	}
	return nil
}

// head finds whose installation this is, and leaves aside who is not below it.
func (p *platform) head(wanted string, byName map[string]*enterprise) error {
	if wanted != "" {
		if p.root = byName[wanted]; p.root == nil {
			return p.fail("", "has no enterprise %s; give the name of the reseller as the file has it", clip(wanted))
		}
	} else {
		var tops []string
		for _, e := range p.enterprises {
			if e.parent == nil && e.reseller {
				p.root, tops = e, append(tops, e.name)
			}
		}
		switch {
		case len(tops) == 0:
			return p.fail("", "has no reseller above all others; mark one with reseller=true, or say which enterprise it is with --reseller")
		case len(tops) > 1:
			return p.fail("", "has %d resellers, none above the others: %s; an installation is one reseller's, so say which with --reseller", len(tops), clip(strings.Join(tops, ", ")))
		}
	}
	p.root.parent, p.root.reseller = nil, true
	var ours []*enterprise
	for _, e := range p.enterprises {
		if e.below(p.root) {
			ours = append(ours, e)
			continue
		}
		p.note(Note{Where: e.where, Enterprise: e.name, Property: "enterprise", Value: e.name, Became: Left,
			Why: fmt.Sprintf("it is not below %s; import it into an installation of its own reseller", p.root.name)})
	}
	p.enterprises = ours
	for _, f := range p.factors {
		if kind, _, _ := strings.Cut(f.association, ":"); plainKey(kind) == "all" || kind == "" && f.enterprise == "" {
			if err := p.addFactor(p.root, f.factor); err != nil {
				return err
			}
		}
	}
	return nil
}

// below tells whether an enterprise is another one or stands below it.
func (e *enterprise) below(head *enterprise) bool {
	for at := e; at != nil; at = at.parent {
		if at == head {
			return true
		}
	}
	return false
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

const maxSlug = 30 // so that an id of two of them and a word is short enough

// name gives every enterprise the part of ids that stands for it.
func (p *platform) name() {
	taken := map[string]bool{"reseller": true, "unassigned": true}
	for _, e := range p.enterprises {
		slug := strings.Trim(notInID.ReplaceAllString(strings.ToLower(e.name), "-"), "-")
		if slug = strings.Trim(slug[:min(len(slug), maxSlug)], "-"); slug == "" {
			slug = "enterprise"
			if id := strings.Trim(notInID.ReplaceAllString(strings.ToLower(e.id), "-"), "-"); id != "" {
				slug += "-" + id[:min(len(id), maxSlug-len(slug)-1)]
			}
		}
		e.slug = slug
		for n := 2; taken[e.slug]; n++ {
			e.slug = fmt.Sprintf("%s-%d", slug, n)
		}
		taken[e.slug] = true
	}
}

// customer is the enterprise that is the customer which e is, or is part of: the
// highest one below a reseller. It is nil of a reseller above all others.
func (e *enterprise) customer() *enterprise {
	at := e
	for at.parent != nil && !at.reseller && !at.parent.reseller {
		at = at.parent
	}
	if at.parent == nil {
		return nil
	}
	return at
}

// isUnit tells whether an enterprise is a part of a customer.
func (e *enterprise) isUnit() bool { c := e.customer(); return c != nil && c != e }

// organization is the id of an enterprise in the tree of organizations.
func (e *enterprise) organization() string {
	c := e.customer()
	switch c {
	case nil:
		return "reseller"
	case e:
		return e.slug
	}
	return c.slug + "/" + e.slug
}
