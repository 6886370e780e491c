package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

// grantFlags are the options that say what somebody may do.
type grantFlags struct {
	role, in string
	grants   []string
}

func (f *grantFlags) options(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.role, "role", "", "`role` that the user gets")
	cmd.Flags().StringVar(&f.in, "in", topOrganization, "`organization` in which: reseller, a customer's id, or customer/unit")
	cmd.Flags().StringArrayVar(&f.grants, "grant", nil, "another role, as `ORGANIZATION=ROLE`; may be given several times")
}

// read takes the options together.
func (f *grantFlags) read(cmd *cobra.Command) (all []api.Grant, err error) {
	if f.role != "" {
		all = append(all, api.Grant{Organization: f.in, Role: f.role})
	}
	for _, text := range f.grants {
		organization, role, ok := strings.Cut(text, "=")
		if !ok || organization == "" || role == "" {
			return nil, wrong(cmd, fmt.Sprintf("--grant %q is not like keller=customer-admin", text))
		}
		all = append(all, api.Grant{Organization: organization, Role: role})
	}
	if len(all) == 0 {
		return nil, wrong(cmd, "no role is given; without one a user may do nothing, so say --role, and --in for the organization")
	}
	return all, nil
}

// invited prints a link for a user.
func (c *cli) invited(made api.Invited, what string) error {
	return c.result(made, func(w io.Writer) {
		fmt.Fprintf(w, "%s %s, until %s UTC. Send this link to nobody else; it works once, and is not shown again:\n%s\n", userName(made.User), what, moment(made.Expires), made.Link)
	})
}

func newUserInvite(c *cli) *cobra.Command {
	var in api.InviteInput
	var grants grantFlags
	cmd := &cobra.Command{
		Use:   "invite EMAIL",
		Short: "Invite a user",
		Long: `Invite makes a user, and prints the link by which they choose a password and join. Where no server is asked, SLUICE_ORIGIN
says at which address the link is opened. Nobody can give a role that allows more than they may do themselves.`,
		Example: `  sluice user invite bills@harbor.example --role customer-admin --in harbor
  sluice user invite ann@example.com --name "Ann Lee" --role billing-operator
  sluice user invite ken@keller.example --language de --grant keller=customer-viewer --grant keller/lab=customer-admin`,
		Args: takes(1, 1, "EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in.Body.Email = args[0]
			if in.Body.Grants, err = grants.read(cmd); err != nil {
				return err
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				made, err := api.InviteUser.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.invited(made, "is invited")
			})
		},
	}
	grants.options(cmd)
	cmd.Flags().StringVar(&in.Body.Name, "name", "", "what the user is `called`; they may change it")
	cmd.Flags().StringVar(&in.Body.Locale, "language", "", "`language` of the user, such as ja")
	cmd.Flags().StringVar(&in.Body.ExternalID, "external-id", "", "`id` of the user in a directory that manages users")
	return cmd
}

func newUserLink(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "link USER",
		Short:   "Make a new link for somebody who has not joined",
		Long:    `Link prints a new link for a user who was invited and has not joined yet. The one before does not work any more.`,
		Example: `  sluice user link bills@harbor.example`,
		Args:    takes(1, 1, "USER"),
		RunE:    c.userLink(api.InviteAgain, "is invited"),
	}
}

func newUserReset(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "reset USER",
		Short: "Let a user set a new password",
		Long: `Reset prints a link by which a user sets a new password, within an hour. The second factor, where there is one, is
asked for as before. Refused for users who may do more than you.`,
		Example: `  sluice user reset bills@harbor.example`,
		Args:    takes(1, 1, "USER"),
		RunE:    c.userLink(api.ResetUser, "may set a new password"),
	}
}

// userLink has an operation make a link for the user that an argument names.
func (c *cli) userLink(operation api.Operation[*api.Session, api.ByID, api.Invited], what string) func(*cobra.Command, []string) error {
	return c.placed(func(ctx context.Context, at api.Place, args []string) error {
		u, err := userNamed(ctx, at, args[0])
		if err != nil {
			return err
		}
		made, err := operation.Call(ctx, at, api.ByID{ID: u.ID})
		if err != nil {
			return err
		}
		return c.invited(made, what)
	})
}
