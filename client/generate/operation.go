package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/api"
)

// operation writes the method of an operation, and the type of its query before it.
func (g *generator) operation(r api.Route) string {
	op := g.documented(r)
	name := camel(r.ID)
	arguments, body := g.body(op, r)
	parameters := slices.DeleteFunc(slices.Clone(op.Parameters), func(p *huma.Param) bool {
		return p.In != "query" || r.List && p.Name == "cursor" // the client follows the cursor
	})
	var out strings.Builder
	values := ""
	if len(parameters) > 0 {
		out.WriteString(g.query(name, parameters))
		arguments = append(arguments, "q "+name+"Query")
		values = ", query: q.values()"
	} else if r.List {
		values = ", query: url.Values{}"
	}
	asked := fmt.Sprintf("request{method: %s, path: %s%s, options: options}%s", methods[r.Method], path(r.Path), values, body)
	result, call := g.answer(op, r)

	text := strings.TrimSpace(op.Description)
	out.WriteString(comment(name+": "+strings.ToLower(r.Title[:1])+r.Title[1:]+".\n\n"+text, ""))
	arguments = append(append([]string{"ctx context.Context"}, pathArguments(op)...), arguments...)
	fmt.Fprintf(&out, "func (c *Client) %s(%s, options ...Option) %s {\n\treturn %s(ctx, c, %s)\n}\n\n",
		name, strings.Join(arguments, ", "), result, call, asked)
	return out.String()
}

var methods = map[string]string{
	http.MethodGet: "http.MethodGet", http.MethodPost: "http.MethodPost", http.MethodPut: "http.MethodPut",
	http.MethodPatch: "http.MethodPatch", http.MethodDelete: "http.MethodDelete",
}

func (g *generator) documented(r api.Route) *huma.Operation {
	at := g.doc.Paths[api.Base+r.Path]
	for _, op := range []*huma.Operation{at.Get, at.Post, at.Put, at.Patch, at.Delete} {
		if op != nil && op.OperationID == r.ID {
			return op
		}
	}
	panic(r.ID + " is not in the document")
}

// body is the argument for an operation's body, and how it is sent.
func (g *generator) body(op *huma.Operation, r api.Route) (arguments []string, sent string) {
	if op.RequestBody == nil {
		return nil, ""
	}
	for media, content := range op.RequestBody.Content {
		if media != "application/json" {
			return []string{"body io.Reader"}, fmt.Sprintf(".withFile(%q, body)", media)
		}
		kind := g.goType(content.Schema)
		if _, ours := g.wanted[kind]; ours && r.Method == http.MethodPatch {
			g.wanted[kind] = true
		}
		return []string{"body " + kind}, ".withJSON(body)"
	}
	return nil, ""
}

// answer is what a method returns, and the function that asks for it.
func (g *generator) answer(op *huma.Operation, r api.Route) (result, call string) {
	for status, answer := range op.Responses {
		content := answer.Content["application/json"]
		switch {
		case status >= "300":
			continue
		case r.File && r.Method == http.MethodGet:
			return "(File, error)", "fetch"
		case r.Long:
			result := op.Extensions["x-result"].(*huma.MediaType).Schema
			kind := g.goType(result)
			return "(*Pending[" + kind + "], error)", "begin[" + kind + "]"
		case r.List:
			page := g.doc.Components.Schemas.SchemaFromRef(content.Schema.Ref)
			kind := g.goType(page.Properties["items"].Items)
			return "iter.Seq2[" + kind + ", error]", "rows[" + kind + "]"
		case content == nil || content.Schema == nil:
			return "(json.RawMessage, error)", "ask[json.RawMessage]"
		}
		kind := g.goType(content.Schema)
		return "(" + kind + ", error)", "ask[" + kind + "]"
	}
	panic(r.ID + " has no good answer")
}

// query writes the type of an operation's parameters and how they are sent.
func (g *generator) query(name string, parameters []*huma.Param) string {
	var fields, sets strings.Builder
	for _, p := range parameters {
		field, kind, set := camel(p.Name), g.goType(p.Schema), "text"
		switch {
		case kind == "time.Time":
			set = "time"
		case kind == "int64":
			set = "number"
		case kind == "bool":
			set = "yes"
		case kind == "[]string" && p.Explode != nil && !*p.Explode:
			set = "list"
		case kind == "[]string":
			set = "each"
		}
		text := p.Description
		if text == "" {
			text = p.Schema.Description
		}
		fields.WriteString(comment(described(&huma.Schema{Description: text, Enum: p.Schema.Enum}), "\t"))
		fmt.Fprintf(&fields, "\t%s %s\n", field, kind)
		fmt.Fprintf(&sets, ".\n\t\t%s(%q, q.%s)", set, p.Name, field)
	}
	return fmt.Sprintf("// %[1]sQuery are the parameters of %[1]s; those with the zero value are not sent.\ntype %[1]sQuery struct {\n%[2]s}\n\n"+
		"func (q %[1]sQuery) values() url.Values {\n\treturn url.Values(query{}%[3]s)\n}\n\n", name, fields.String(), sets.String())
}

// pathArguments are the arguments for what stands in the path.
func pathArguments(op *huma.Operation) []string {
	var arguments []string
	for _, name := range inPath(op.Path) {
		arguments = append(arguments, argument(name)+" string")
	}
	return arguments
}

func inPath(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// argument is the name of an argument in Go.
func argument(name string) string {
	first, rest, _ := strings.Cut(strings.ReplaceAll(name, "-", "_"), "_")
	if rest != "" {
		rest = camel(rest)
	}
	return first + rest
}

// path is an expression for the path with its arguments.
func path(pattern string) string {
	text := fmt.Sprintf("%q", api.Base+pattern)
	for _, name := range inPath(pattern) {
		text = strings.Replace(text, "{"+name+"}", `" + url.PathEscape(`+argument(name)+`) + "`, 1)
	}
	return strings.TrimSuffix(text, ` + ""`)
}
