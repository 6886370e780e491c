package server

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
)

// The references of the API and of permissions are what the operations and roles
// say of themselves.
func TestReference(t *testing.T) {
	for name, text := range map[string]string{"api.md": apiReference(), "permissions.md": permissionReference()} {
		file := filepath.Join("..", "..", "docs", "reference", name)
		if *update {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		written, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(written) != text {
			t.Errorf("%s is not what the operations say; run go test ./internal/server -run TestReference -update", file)
		}
	}
}

const made = "<!-- Made from the operations: go test ./internal/server -run TestReference -update -->\n"

func apiReference() string {
	var b strings.Builder
	routes := api.Routes()
	fmt.Fprintf(&b, "# The API\n\n%s\n", made)
	fmt.Fprintf(&b, "A server has %d operations below `%s`. It describes them itself, with parameters, bodies and examples: at `/docs`\n", len(routes), api.Base)
	fmt.Fprint(&b, "for people, at `/openapi.json` for programs. [Use the API](../how-to/use-the-api.md) says how they work, and\n"+
		"[permissions](permissions.md) who has which.\n\n"+
		"**For** says whom an operation is for: people of the *reseller*; *members* of any organization, bounded to it; *anyone*,\n"+
		"about themselves; *open* to whoever is not signed in. What stands behind it is the feature that the reseller switches on\n"+
		"for customers. A *job* is long work.\n")
	var tags []string
	for _, r := range routes {
		if !slices.Contains(tags, r.Tag) {
			tags = append(tags, r.Tag)
		}
	}
	for _, tag := range tags {
		fmt.Fprintf(&b, "\n## %s\n\n| | | | permission | for |\n|---|---|---|---|---|\n", tag)
		for _, r := range routes {
			if r.Tag != tag {
				continue
			}
			title, audience := r.Title, string(r.For)
			if r.Long {
				title += " (job)"
			}
			if r.Open {
				audience = "open"
			}
			if r.Feature != "" {
				audience += ", `" + r.Feature + "`"
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s |\n", r.Method, r.Path, title, coded(string(r.Needs)), audience)
		}
	}
	return b.String()
}

func coded(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// managing are operations that ask for a feature themselves, where the caller is no
// user of the reseller.
var managing = map[string][]string{
	access.FeatureUsers:    {"list-users", "invite-user", "change-user", "change-grants"},
	access.FeatureTokens:   {"create-token", "create-service-account"},
	access.FeatureWebhooks: {"list-webhooks", "create-webhook", "change-webhook"},
}

func permissionReference() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Permissions, roles and features\n\n%s\n", made)
	fmt.Fprint(&b, "A user has roles in organizations; a role allows what it has permissions for, there and in all that is below.\n"+
		"[Users and roles](../how-to/users-and-roles.md) says how to give them, [portal features](../how-to/portal-features.md) what\n"+
		"customers see.\n\n## Roles\n\n")
	for _, r := range access.Roles {
		fmt.Fprintf(&b, "- `%s`, %s: %s.\n", r.ID, r.Name, r.About)
	}
	fmt.Fprint(&b, "\nOthers are declared by the reseller, of the same permissions.\n\n## Permissions\n\n"+
		"Those with * are meaningful for customers, too, bounded to their own organizations. All others count in the reseller itself only.\n\n| permission | allows |")
	for _, r := range access.Roles {
		fmt.Fprintf(&b, " %s |", r.Name)
	}
	fmt.Fprint(&b, "\n|---|---|", strings.Repeat(":-:|", len(access.Roles)), "\n")
	for _, p := range access.Permissions {
		star := ""
		if p.Own {
			star = " *"
		}
		fmt.Fprintf(&b, "| `%s`%s | %s |", p.Permission, star, p.About)
		for _, r := range access.Roles {
			mark := ""
			if slices.Contains(r.Permissions, p.Permission) {
				mark = "✓"
			}
			fmt.Fprintf(&b, " %s |", mark)
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprint(&b, "\n## Features\n\nA customer's user needs the permission, and the feature switched on for the customer. People of the reseller need no feature. Where no operation\n"+
		"stands, none asks for it: `/me` tells it to pages, which show that part or not.\n\n"+
		"| feature | shows | from the start | operations |\n|---|---|---|---|\n")
	for _, f := range access.FeatureList {
		start := "off"
		if f.Default {
			start = "on"
		}
		var operations []string
		for _, r := range api.Routes() {
			if r.Feature == f.Name || slices.Contains(managing[f.Name], r.ID) {
				operations = append(operations, strings.TrimSuffix(fmt.Sprintf("`%s %s` (`%s`)", r.Method, r.Path, r.Needs), " (``)"))
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.About, start, strings.Join(operations, ", "))
	}
	return b.String()
}
