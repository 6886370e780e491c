package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newUser(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "user",
		GroupID: "setup",
		Short:   "Say who may do what at a server",
		Long: `User is about those who sign in at a server: whom to invite, what they may do where, and whom to keep out. A user
is named by the e-mail address or the id. Passwords are set by the users themselves, by links that work once;
no command takes one.

A grant is a role in an organization, and counts in all that is below it: reseller, a customer's id, or
customer/unit. "sluice unit list" lists the organizations, "sluice user roles" the roles.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(
		newUserList(c), newUserShow(c), newUserRoles(c), newUserInvite(c), newUserLink(c), newUserReset(c),
		newUserGrant(c), newUserWithdraw(c), newUserDisable(c), newUserEnable(c), newUserSignOut(c), newUserRemove(c),
	)
	return cmd
}

// topOrganization is that of the reseller, which has all others below it.
const topOrganization = "reseller"

// userState says in a word whether a user can sign in.
func userState(u api.User) string {
	switch {
	case !u.Active:
		return "disabled"
	case u.Kind == "service":
		return "program"
	case !u.Joined:
		return "invited"
	}
	return "active"
}

// grantWords are grants, as people say them.
func grantWords(u api.User) string {
	all := make([]string, len(u.Grants))
	for i, g := range u.Grants {
		all[i] = g.Role + " in " + g.Organization
	}
	return strings.Join(all, ", ")
}

func userName(u api.User) string {
	if u.Email != "" {
		return u.Email
	}
	return u.Name
}

var userTable = grid[api.User]{
	[]string{"USER", "NAME", "STATE", "MAY", "ID"},
	func(u api.User) []string {
		return []string{userName(u), u.Name, userState(u), grantWords(u), u.ID}
	},
}

func newUserList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the users",
		Long:    `List shows users and programs, whether they can sign in, and their roles.`,
		Example: `  sluice user list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListUsers.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.User]{whole: map[string]any{"users": all}, rows: all, none: "There are no users. `sluice user invite` invites the first.", table: userTable})
		}),
	}
}

func newUserShow(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "show USER",
		Short:   "Show a user",
		Long:    `Show tells of one user, and who gave which role when.`,
		Example: `  sluice user show ken@keller.example`,
		Args:    takes(1, 1, "USER"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			u, err := userNamed(ctx, at, args[0])
			if err != nil {
				return err
			}
			return c.result(u, func(w io.Writer) {
				fmt.Fprintf(w, "%s  %s\n", userName(u), userState(u))
				t := newTable("", "", "")
				t.add("name", u.Name)
				t.add("id", u.ID)
				if u.Locale != "" {
					t.add("language", u.Locale)
				}
				for _, g := range u.Grants {
					t.add("may", fmt.Sprintf("%s in %s, given by %s on %s", g.Role, g.Organization, g.By, g.At.Format("2006-01-02")))
				}
				t.write(w, "  ")
			})
		}),
	}
}

// userNamed finds a user by the id or, where the text has an @, by the address.
func userNamed(ctx context.Context, at api.Place, text string) (api.User, error) {
	if !strings.Contains(text, "@") {
		return api.ShowUser.Call(ctx, at, api.ByID{ID: text})
	}
	all, err := api.ListUsers.Call(ctx, at, struct{}{})
	if err != nil {
		return api.User{}, err
	}
	for _, u := range all {
		if strings.EqualFold(u.Email, text) {
			return u, nil
		}
	}
	return api.User{}, fmt.Errorf("no user has the address %s; `sluice user list` lists those that there are", text)
}

var roleTable = grid[api.Role]{
	[]string{"ROLE", "NAME", "WHAT FOR", "PERMISSIONS"},
	func(r api.Role) []string {
		about := r.About
		if r.Custom {
			about = "declared"
		}
		permissions := make([]string, len(r.Permissions))
		for i, p := range r.Permissions {
			permissions[i] = string(p)
		}
		if r.ID == "owner" {
			permissions = []string{"all"}
		}
		return []string{r.ID, r.Name, about, strings.Join(permissions, " ")}
	},
}

func newUserRoles(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "roles",
		Short:   "List the roles that can be given",
		Long:    `Roles shows the roles that are built in and those that are declared, with what they allow.`,
		Example: `  sluice user roles`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListRoles.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.Role]{whole: map[string]any{"roles": all}, rows: all, table: roleTable})
		}),
	}
}
