package server

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
)

var update = flag.Bool("update", false, "write the golden files anew")

// R5: which role may ask for which operation, in the reseller itself and in a
// customer. The golden file is read by people: each line is an operation, each
// letter a role that may.
func TestWhoMayAskWhat(t *testing.T) {
	s := serve(t)
	roles := append(slices.Clone(access.Roles), access.Role{ID: "bookkeeper"})
	var table strings.Builder
	fmt.Fprintln(&table, "operation | in the reseller | in a customer")
	for _, role := range roles {
		s.program("root "+role.ID, nil, access.Grant{Organization: access.Root, Role: role.ID})
		s.program("customer "+role.ID, nil, access.Grant{Organization: "aozora", Role: role.ID})
	}
	// A role that one's token does not reach is as if one did not have it.
	s.program("bounded", []string{string(access.ReadAudit)}, access.Grant{Organization: access.Root, Role: access.Owner})
	for _, r := range api.Routes() {
		path, body := s.harmless(r)
		may := func(name string) bool {
			got := s.ask(s.tokens[name], r.Method, path, body)
			return got.status != http.StatusUnauthorized && got.problem() != "denied" && got.problem() != "switched-off"
		}
		line := r.Method + " " + r.Path
		for _, where := range []string{"root ", "customer "} {
			var allowed []string
			for _, role := range roles {
				if may(where + role.ID) {
					allowed = append(allowed, role.ID)
				}
			}
			line += " | " + strings.Join(allowed, " ")
		}
		fmt.Fprintln(&table, line)
		if r.For == api.ForReseller && may("customer owner") {
			t.Errorf("R5: %s is the reseller's, and the owner of a customer may ask for it", r.ID)
		}
		if r.Needs != "" && r.Needs != access.ReadAudit && may("bounded") {
			t.Errorf("%s needs %s, and a token without it may ask for it", r.ID, r.Needs)
		}
		if got := s.ask("", r.Method, path, body); !r.Open && got.status != http.StatusUnauthorized {
			t.Errorf("nobody asks for %s and is answered %s", r.ID, got)
		}
	}
	golden := filepath.Join("testdata", "matrix.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if table.String() != string(want) {
		t.Errorf("who may ask what has changed; read the difference, then run with -update:\n%s", table.String())
	}
}

// harmless is a request for an operation that changes nothing even where it is
// allowed: it names what is not there.
func (s *tested) harmless(r api.Route) (path string, body any) {
	path = api.Base + r.Path
	for {
		from, to := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		if from < 0 {
			break
		}
		value := "nothing"
		if name := path[from+1 : to]; name == "period" || name == "month" {
			value = "1999-01"
		}
		path = path[:from] + value + path[to+1:]
	}
	if query := map[string]string{
		"list-usage": "period=" + closedMonth, "list-portal-commitments": "period=" + closedMonth, "list-balances": "on=2026-07-31", "show-statement": "from=2026-07-01&to=2026-07-31",
		"show-tier-margin": "period=" + closedMonth, "show-invitation": "token=x",
		"show-overview": "period=" + closedMonth, "show-dashboard": "period=" + closedMonth, "show-changes": "period=" + closedMonth,
		"download-focus": "period=1999-01", "download-own-focus": "period=1999-01",
		"list-charges": "group=nothing", "list-unmapped-accounts": "period=" + closedMonth, "search": "q=nothing",
		"list-pushed": "period=" + closedMonth, "list-invoice-gaps": "format=ubl", "list-month-gaps": "format=ubl",
	}[r.ID]; query != "" {
		path += "?" + query
	}
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		body = "[" // cannot be read, whoever sends it
	}
	return path, body
}

// placed are the organizations as somebody of pinecrest, which sells to blueharbor,
// stands to them.
var placed = []struct {
	relation, organization, group string
	seen                          bool
}{
	{"own", "pinecrest", "pinecrest-main", true},
	{"child", "blueharbor", "blueharbor-main", true},
	{"sibling", "hokuto", "hokuto-main", false},
	{"parent", access.Root, "", false},
	{"other tenant's", "lumiere", "lumiere-main", false},
	{"sibling that sells", "mueller", "mueller-main", false},
}

// R5: for each role of a customer and every operation that names a thing, the
// thing of a sibling, of the parent and of another tenant is answered just as one
// that is not there, and whatever is listed names nothing of theirs.
func TestNobodySeesOthers(t *testing.T) {
	s := serve(t)
	ids := map[string]map[string]string{} // by organization and kind
	admin := s.program("admin", nil, access.Grant{Organization: access.Root, Role: access.Owner})
	for _, p := range placed {
		s.program("user of "+p.organization, nil, access.Grant{Organization: p.organization, Role: "customer-viewer"})
		hook := s.hookOf(admin, p.organization)
		shared := s.ask(s.tokens["user of "+p.organization], http.MethodPost, api.Base+"/saved-views", map[string]any{"name": p.organization, "page": "explore", "query": "customer=" + p.organization, "shared": true})
		ids[p.organization] = map[string]string{
			"user": s.ids["user of "+p.organization], "bill": strings.ReplaceAll(closedMonth+"/"+p.group, "/", "%2F"),
			"group": p.group, "organization": p.organization, "hook": hook, "view": textAt(t, shared.body, "id"),
		}
	}
	roles := []string{access.Owner, "billing-admin", "auditor", "customer-admin", "customer-viewer", "bookkeeper"}
	for _, role := range roles {
		s.program(role, nil, access.Grant{Organization: "pinecrest", Role: role})
	}
	before, err := s.records().AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		token := s.tokens[role]
		for _, r := range api.Routes() {
			if r.For == api.ForReseller || r.Open {
				continue // TestWhoMayAskWhat
			}
			for _, kind := range kindsNamed(r) {
				unknown := s.ask(token, r.Method, named(r, kind, "nothing"), bodyOf(r))
				for _, p := range placed {
					id := ids[p.organization][kind]
					if id == "" || p.seen {
						continue
					}
					got := s.ask(token, r.Method, named(r, kind, id), bodyOf(r))
					if want := strings.ReplaceAll(strip(unknown), "nothing", plain(id)); got.status != unknown.status || strip(got) != want {
						t.Errorf("R5: %s asks %s for %s of %s: %s, but %s for what is not there", role, r.ID, kind, p.relation, got, unknown)
					}
				}
			}
			if r.List {
				s.namesNobody(t, token, role, r)
			}
		}
	}
	if after, err := s.records().AuditHead(t.Context()); err != nil || after != before {
		t.Errorf("R5: what was refused changed something: the audit went from %v to %v, %v", before, after, err)
	}
}

// namesNobody reads a list as JSON and as CSV and looks for everybody else in it.
func (s *tested) namesNobody(t *testing.T, token, role string, r api.Route) {
	t.Helper()
	path, _ := s.harmless(r)
	path = strings.ReplaceAll(path, "nothing", "pinecrest-main")
	for _, accept := range []string{"application/json", "text/csv"} {
		got := s.ask(token, r.Method, path, nil, "Accept", accept)
		for _, p := range placed {
			if p.seen || p.organization == access.Root {
				continue
			}
			if text := string(got.body); strings.Contains(text, p.organization) || strings.Contains(text, s.ids["user of "+p.organization]) {
				t.Errorf("R5: %s lists %s and finds %s of %s: %s", role, r.ID, p.organization, p.relation, text)
			}
		}
	}
}

// hookOf makes a webhook of an organization.
func (s *tested) hookOf(token, organization string) string {
	s.t.Helper()
	got := s.ask(token, http.MethodPost, api.Base+"/webhooks", map[string]any{"organization": organization, "url": "https://example.com/" + organization})
	if got.status != http.StatusCreated {
		s.t.Fatal(got)
	}
	return textAt(s.t, got.body, "webhook", "id")
}

// kindsNamed are the kinds of things that an operation's path or query names.
func kindsNamed(r api.Route) []string {
	var kinds []string
	for prefix, kind := range map[string]string{"/users/{id}": "user", "/portal/invoices/{id}": "bill", "/portal/groups/{group}": "group", "/webhooks/{id}": "hook", "/saved-views/{id}": "view"} {
		if strings.HasPrefix(r.Path, prefix) {
			kinds = append(kinds, kind)
		}
	}
	if slices.Contains([]string{"list-saved-views", "list-portal-groups", "list-bills", "list-usage", "list-balances", "list-portal-commitments", "list-portal-fees", "show-overview"}, r.ID) {
		kinds = append(kinds, "organization")
	}
	return kinds
}

// named is the path of an operation for one thing.
func named(r api.Route, kind, id string) string {
	path := api.Base + r.Path
	for _, name := range []string{"{id}", "{group}"} {
		path = strings.Replace(path, name, id, 1)
	}
	path = strings.NewReplacer("{token}", "x", "{delivery}", "x").Replace(path)
	query := map[string]string{
		"list-usage": "period=" + closedMonth, "list-portal-commitments": "period=" + closedMonth, "list-balances": "on=2026-07-31", "show-statement": "from=2026-07-01&to=2026-07-31", "show-tier-margin": "period=" + closedMonth, "show-overview": "period=" + closedMonth,
	}[r.ID]
	if kind == "organization" {
		query += "&organization=" + id
	}
	return path + "?" + query
}

// bodyOf is a body that an operation understands.
func bodyOf(r api.Route) any {
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodDelete:
		return nil
	case r.ID == "change-grants":
		return map[string]any{"grants": []access.Grant{}}
	case r.ID == "create-user-token":
		return map[string]any{"name": "x", "days": 1}
	case r.ID == "replay-webhook":
		return map[string]any{"since": "2026-01-01T00:00:00Z"}
	}
	return map[string]any{}
}

// strip is an answer without what differs from request to request.
func strip(a reaction) string {
	text := string(a.body)
	if from := strings.Index(text, `"instance":"`); from >= 0 {
		rest := text[from+len(`"instance":"`):]
		text = text[:from] + rest[strings.IndexByte(rest, '"')+1:]
	}
	return text
}

func plain(id string) string { return strings.ReplaceAll(id, "%2F", "/") }

// What an operation asks inside for: who may read the configuration may not change
// it, prices are for who may price, and roles are given by who has them.
func TestWhoMayDeclareWhat(t *testing.T) {
	s := serve(t)
	project := map[string]any{"code": "x", "name": "X"}
	book := map[string]any{"id": "x", "rules": []any{map[string]any{"name": "all", "percent": "1"}}}
	role := map[string]any{"id": "x", "permissions": []string{"audit.read"}}
	for name, may := range map[string][3]bool{ // project, price book, role
		"auditor": {}, "billing-operator": {}, "billing-admin": {true, false, false}, "pricing-admin": {false, true, false}, access.Owner: {true, true, true},
	} {
		token := s.program("root "+name, nil, access.Grant{Organization: access.Root, Role: name})
		for i, path := range []string{"/config/projects/x", "/config/price_books/x", "/config/roles/x"} {
			got := s.ask(token, http.MethodPut, api.Base+path, []any{project, book, role}[i])
			if allowed := got.status < 300; allowed != may[i] || !allowed && got.problem() != "denied" {
				t.Errorf("%s declares %s: %s", name, path, got)
			}
		}
	}
}
