package abiquo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// readJSON reads enterprises as Abiquo's API gives them, with what it has behind links
// put in: a list, or an object with enterprises (or collection), scopes, system
// properties and price factors.
func (p *platform) readJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // no number of the file becomes binary
	var whole any
	if err := depthOf(data); err != nil {
		return p.fail("", "%s", err)
	}
	if err := d.Decode(&whole); err != nil {
		return p.fail("", "the JSON cannot be read: %s", err)
	}
	if d.More() {
		return p.fail("", "goes on behind the end of its JSON; keep one value")
	}
	n := node{p, "", whole}
	if _, is := whole.([]any); is {
		return n.each(p.readEnterprise)
	}
	for key, v := range n.fields() {
		var err error
		switch plainKey(key) {
		case "enterprises", "collection":
			err = v.each(p.readEnterprise)
		case "scopes":
			err = v.each(func(s node) error {
				p.scopes[s.field("name").text()] = s.field("parent").text()
				return nil
			})
		case "system", "systemproperties", "properties":
			for key, value := range v.properties() {
				p.system = append(p.system, property{value.path, key, value.text()})
			}
		case "pricefactors":
			err = v.each(func(f node) error {
				p.factors = append(p.factors, placedFactor{f.factor(), f.field("association", "level").text(), f.field("enterprise").text()})
				return nil
			})
		case "links", "totalsize":
		default:
			p.note(Note{Where: v.path, Property: key, Became: Left, Why: "it is not known here"})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readEnterprise reads one enterprise.
func (p *platform) readEnterprise(n node) error {
	if _, is := n.value.(map[string]any); !is {
		return p.fail(n.path, "is no enterprise; expected an object with a name")
	}
	e := &enterprise{where: n.path, id: n.field("id").text(), name: n.field("name").text()}
	if err := p.add(e); err != nil {
		return err
	}
	for key, v := range n.fields() {
		var err error
		switch plainKey(key) {
		case "id", "name":
		case "reseller":
			e.reseller, err = p.flag(property{v.path, key, v.text()})
		case "keynode":
			e.keyNode, err = p.flag(property{v.path, key, v.text()})
		case "above", "parent":
			e.above = v.text()
		case "scope":
			e.scope = v.name()
		case "links":
			err = v.each(e.link)
		case "properties":
			for key, value := range v.properties() {
				prop := property{value.path, key, value.text()}
				if f, is := factorOf(prop); is {
					err = errors.Join(err, p.addFactor(e, f))
				} else {
					err = errors.Join(err, p.addProperty(e, prop))
				}
			}
		case "credentials", "publiccredentials":
			err = v.each(func(c node) error { return p.readLogin(&e.accounts, c) })
		case "pricingcredentials":
			err = v.each(func(c node) error { return p.readLogin(&e.pricing, c) })
		case "pricefactors":
			err = v.each(func(f node) error { return p.addFactor(e, f.factor()) })
		case "managed":
			err = v.each(func(f node) error {
				x := f.factor()
				x.billType = managed
				return p.addFactor(e, x)
			})
		default:
			if !ofNoUse[plainKey(key)] {
				p.note(Note{Where: v.path, Enterprise: e.name, Property: key, Value: v.short(), Became: Left, Why: "it is not known here"})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ofNoUse are fields of an enterprise that have nothing to do with bills.
var ofNoUse = map[string]bool{
	"isreservationrestricted": true, "workflow": true, "twofactorauthenticationmandatory": true, "idpricingtemplate": true, "scopeid": true,
	"cpucountsoftlimit": true, "cpucounthardlimit": true, "ramsoftlimitinmb": true, "ramhardlimitinmb": true, "vlanssoft": true, "vlanshard": true,
	"disksoftlimitinmb": true, "diskhardlimitinmb": true, "storagesoftinmb": true, "storagehardinmb": true, "repositorysoftinmb": true,
	"repositoryhardinmb": true, "publicipssoft": true, "publicipshard": true, "virtualmachinessoft": true, "virtualmachineshard": true, "theme": true,
}

// link takes of an enterprise's links whom it is below, and its scope.
func (e *enterprise) link(n node) error {
	title := n.field("title").text()
	switch plainKey(n.field("rel").text()) {
	case "reseller":
		if e.above == "" && title != e.name {
			e.above = title
		}
	case "keynode": // nearer than the reseller
		if title != "" && title != e.name {
			e.above = title
		}
	case "scope":
		if e.scope == "" {
			e.scope = title
		}
	}
	return nil
}

// readLogin reads a credential, all but its secret.
func (p *platform) readLogin(to *[]login, n node) (err error) {
	l := login{where: n.path, provider: n.field("provider", "hypervisortype", "providername").text(), account: accountOf(n.field("account", "accountid").text())}
	if flag := n.field("onlyforbilling"); flag.value != nil {
		if l.billing, err = p.flag(property{flag.path, "onlyForBilling", flag.text()}); err != nil {
			return err
		}
	}
	access := n.field("access", "accesskeyid").text()
	if l.account == "" && (l.billing || accountOf(access) != access) {
		l.account = accountOf(access)
	} else if l.account != access {
		l.key = access
	}
	if n.field("key", "secret").value != nil {
		p.note(Note{Where: n.path, Property: "credential of " + l.provider, Became: Left, Why: "secrets are not read from files; save them with `sluice credential save`"})
	}
	*to = append(*to, l)
	return nil
}

// node is a value of the JSON, with its path.
type node struct {
	in    *platform
	path  string
	value any
}

// fields are those of an object, in the order of their names.
func (n node) fields() func(func(string, node) bool) {
	object, _ := n.value.(map[string]any)
	return func(yield func(string, node) bool) {
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if !yield(key, node{n.in, strings.TrimPrefix(n.path+"."+clip(key), "."), object[key]}) {
				return
			}
		}
	}
}

// field is the first that has one of the names, which are written as plainKey does.
func (n node) field(names ...string) node {
	for _, name := range names {
		for key, v := range n.fields() {
			if plainKey(key) == name {
				return v
			}
		}
	}
	return node{in: n.in, path: n.path}
}

// properties are those of an object {"properties": {…}}, or of the object itself.
func (n node) properties() func(func(string, node) bool) {
	if inner := n.field("properties"); inner.value != nil {
		return inner.fields()
	}
	return n.fields()
}

// each goes through a list, or the collection of an object.
func (n node) each(do func(node) error) error {
	if inner := n.field("collection"); inner.value != nil {
		n = inner
	}
	list, is := n.value.([]any)
	if !is {
		return n.in.fail(n.path, "is no list; expected […], or {\"collection\": […]}")
	}
	for i, v := range list {
		if err := do(node{n.in, fmt.Sprintf("%s[%d]", n.path, i), v}); err != nil {
			return err
		}
	}
	return nil
}

// text is a text, number or truth value as it is written; empty of anything else.
func (n node) text() string {
	switch v := n.value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// short is what a note shows of a value: nothing of what is made of others.
func (n node) short() string { return clip(n.text()) }

// name is a text, or the name or title of an object.
func (n node) name() string {
	if _, is := n.value.(map[string]any); is {
		return n.field("name", "title").text()
	}
	return n.text()
}

// factor reads a price factor.
func (n node) factor() factor {
	return factor{n.path, n.field("provider").text(), n.field("billtype").text(), n.field("product", "productid").text(), n.field("factor", "value").text()}
}

// depthOf refuses values that are too deep inside each other.
func depthOf(data []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("is more than %d levels deep", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
