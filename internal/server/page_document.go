package server

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
)

// document is the OpenAPI document as far as people read it.
type document struct {
	Info struct{ Version string }
	Tags []struct{ Name, Description string }

	Paths      map[string]map[string]described
	Components struct {
		Schemas map[string]*schema
	}
}

// described is an operation in the document.
type described struct {
	ID          string `json:"operationId"`
	Description string
	Parameters  []struct {
		Name, In, Description string
		Required              bool
		Example               json.RawMessage
		Schema                *schema
	}
	RequestBody struct {
		Content map[string]media
	}
	Result    *media `json:"x-result"` // of a long operation's job
	Responses map[string]struct {
		Description string
		Content     map[string]media
	}
}

// media is a body of one type.
type media struct {
	Schema   *schema
	Example  json.RawMessage
	Examples map[string]struct{ Value json.RawMessage }
}

// example is the first of the examples, as people read JSON; empty where there is none.
func (m media) example() string {
	value := m.Example
	for _, name := range slices.Sorted(maps.Keys(m.Examples)) {
		if len(value) == 0 {
			value = m.Examples[name].Value
		}
	}
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var b bytes.Buffer
	if json.Indent(&b, value, "", "  ") != nil {
		return ""
	}
	return b.String()
}

// subject is a page of operations that belong together.
type subject struct {
	Name, Slug string
	About      template.HTML
	Operations []operation
}

// operation is one operation, as a page shows it.
type operation struct {
	api.Route
	Address    string // with /api/v1
	Text       template.HTML
	Who        template.HTML
	Roles      []string // built-in roles that may ask for it
	Parameters []field
	Paging     []field  // parameters that all lists have
	Headers    []string // that are explained once for all operations
	Sends      string   // type of the body; empty without one
	Body       []field
	Answers    []outcome
	Command    string   // with curl
	Codes      []string // of errors, besides those that every operation has
}

// outcome is a good answer.
type outcome struct {
	Status  string // empty for the result of a job
	Type    string
	Fields  []field
	Example string
}

// subjects are the operations by what they are about, in the order of the document.
func (d document) subjects(origin string) []subject {
	var all []subject
	add := func(name, about string) *subject {
		for i := range all {
			if all[i].Name == name {
				return &all[i]
			}
		}
		all = append(all, subject{Name: name, Slug: slug(name), About: prose(about)})
		return &all[len(all)-1]
	}
	for _, tag := range d.Tags {
		add(tag.Name, tag.Description)
	}
	for _, r := range api.Routes() {
		described, ok := d.Paths[api.Base+r.Path][strings.ToLower(r.Method)]
		if ok {
			s := add(r.Tag, "")
			s.Operations = append(s.Operations, d.operation(r, described, origin))
		}
	}
	return slices.DeleteFunc(all, func(s subject) bool { return len(s.Operations) == 0 })
}

func (d document) operation(r api.Route, in described, origin string) operation {
	o := operation{Route: r, Address: api.Base + r.Path, Text: prose(r.About), Who: who(r), Roles: rolesWith(r), Codes: codesOf(r)}
	for _, p := range in.Parameters {
		if p.In == "cookie" {
			continue
		}
		f := d.field(p.Name, p.Schema, "required", nil)
		if !p.Required {
			f.Required = ""
		}
		f.Where, f.About = p.In, prose(cmp.Or(p.Description, string(f.About)))
		switch {
		case p.In == "header" && slices.Contains(commonHeaders, p.Name):
			o.Headers = append(o.Headers, p.Name)
		case r.List && slices.Contains(pagingParameters, p.Name):
			o.Paging = append(o.Paging, f)
		default:
			o.Parameters = append(o.Parameters, f)
		}
	}
	slices.SortStableFunc(o.Parameters, func(a, b field) int { return cmp.Compare(place(a), place(b)) })
	body := ""
	for _, mediaType := range slices.Sorted(maps.Keys(in.RequestBody.Content)) {
		m := in.RequestBody.Content[mediaType]
		o.Sends, o.Body, body = mediaType, d.fields(m.Schema, "required"), m.example()
	}
	for _, status := range slices.Sorted(maps.Keys(in.Responses)) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		content := in.Responses[status].Content
		for _, mediaType := range slices.Sorted(maps.Keys(content)) {
			a := outcome{Status: status, Type: mediaType, Example: content[mediaType].example()}
			if strings.HasSuffix(mediaType, "json") {
				a.Fields = d.fields(content[mediaType].Schema, "always")
			}
			o.Answers = append(o.Answers, a)
		}
	}
	if in.Result != nil {
		o.Answers = append(o.Answers, outcome{Fields: d.fields(in.Result.Schema, "always"), Example: in.Result.example()})
	}
	o.Command = command(r, in, origin, o.Sends, body)
	return o
}

// What is alike in all operations that have it, and explained in the introduction.
var (
	commonHeaders    = []string{"If-None-Match", "If-Match", "Idempotency-Key", "X-CSRF-Token"}
	pagingParameters = []string{"limit", "cursor", "sort", "filter", "fields"}
)

// place puts parameters of the path first, and headers last.
func place(f field) int {
	at := slices.Index([]string{"path", "query", "header"}, f.Where) * 2
	if f.Required == "" {
		at++
	}
	return at
}

// command asks for an operation from a shell. What has no example stands there in
// capital letters.
func command(r api.Route, in described, origin, sends, body string) string {
	path, query := api.Base+r.Path, []string{}
	for _, p := range in.Parameters {
		value := unquoted(p.Example)
		if value == "" && p.Schema != nil && len(p.Schema.Examples) > 0 {
			value = unquoted(p.Schema.Examples[0])
		}
		if value == "" {
			value = strings.ToUpper(p.Name)
		}
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", strings.ReplaceAll(value, "/", "%2F"))
		case p.In == "query" && p.Required:
			query = append(query, p.Name+"="+value)
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	lines := []string{"curl"}
	if r.Method != http.MethodGet {
		lines[0] += " -X " + r.Method
	}
	lines[0] += " '" + origin + path + "'"
	if !r.Open {
		lines = append(lines, `-H "Authorization: Bearer $SLUICE_TOKEN"`)
	}
	switch {
	case sends == "application/json":
		lines = append(lines, "-H 'Content-Type: application/json'", "-d '"+strings.ReplaceAll(cmp.Or(body, "{…}"), "'", `'\''`)+"'")
	case sends != "":
		lines = append(lines, "-H 'Content-Type: "+sends+"'", "--data-binary @FILE")
	}
	if r.File {
		lines = append(lines, "-OJ")
	}
	return strings.Join(lines, " \\\n  ")
}

// who says whom an operation is for.
func who(r api.Route) template.HTML {
	switch {
	case r.Open:
		return "Nobody needs to be signed in."
	case r.For == api.ForReseller:
		return "For people of the reseller."
	case r.For == api.ForMembers:
		return "For everybody, bounded to the organizations they belong to."
	case r.Needs != "":
		return "For everybody who has the permission in some organization, bounded to that and what is below it."
	}
	return "For everybody, about themselves."
}

// rolesWith are the names of the built-in roles that allow an operation. Roles made
// for customers are left out of what only the reseller's people can do.
func rolesWith(r api.Route) []string {
	var all []string
	for _, role := range access.Roles {
		if r.Needs != "" && slices.Contains(role.Permissions, r.Needs) && (r.For != api.ForReseller || !forCustomers(role)) {
			all = append(all, role.Name)
		}
	}
	return all
}

// forCustomers tells whether all that a role allows is meaningful below the reseller.
func forCustomers(role access.Role) bool {
	return !slices.ContainsFunc(access.Permissions, func(d access.Described) bool {
		return !d.Own && slices.Contains(role.Permissions, d.Permission)
	})
}

// slug is a name as part of an address.
func slug(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

var (
	codeMark = regexp.MustCompile("`([^`]+)`")
	linkMark = regexp.MustCompile(`\[([^\]]+)\]\(((?:https://|/)[^)\s]+)\)`)
	boldMark = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose makes HTML of the little Markdown that texts of operations have.
func prose(text string) template.HTML {
	var b strings.Builder
	for i, part := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString("<br><br>")
		}
		safe := template.HTMLEscapeString(part)
		safe = codeMark.ReplaceAllString(safe, "<code>$1</code>")
		safe = linkMark.ReplaceAllString(safe, `<a href="$2">$1</a>`)
		b.WriteString(boldMark.ReplaceAllString(safe, "<strong>$1</strong>"))
	}
	return template.HTML(b.String()) // all of it was escaped
}
