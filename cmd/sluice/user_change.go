package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newUserGrant(c *cli) *cobra.Command {
	var in string
	cmd := &cobra.Command{
		Use:   "grant USER ROLE",
		Short: "Give a user a role",
		Long: `Grant gives a role beside those that the user has. It is in force within seconds, also for who is signed in. Nobody can
give a role that allows more than they may do themselves.`,
		Example: `  sluice user grant ken@keller.example customer-viewer --in keller/lab`,
		Args:    takes(2, 2, "USER and ROLE"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			given := api.Grant{Organization: in, Role: args[1]}
			return c.regrant(ctx, at, args[0], func(now []api.Grant) ([]api.Grant, error) {
				if slices.Contains(now, given) {
					return now, nil
				}
				return append(now, given), nil
			})
		}),
	}
	cmd.Flags().StringVar(&in, "in", topOrganization, "`organization` in which: reseller, a customer's id, or customer/unit")
	return cmd
}

func newUserWithdraw(c *cli) *cobra.Command {
	var in string
	cmd := &cobra.Command{
		Use:   "withdraw USER ROLE",
		Short: "Take a role from a user",
		Long: `Withdraw takes a role away, within seconds, also from who is signed in. Somebody always owns the installation: the last
owner keeps the role.`,
		Example: `  sluice user withdraw ken@keller.example customer-viewer --in keller/lab`,
		Args:    takes(2, 2, "USER and ROLE"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			taken := api.Grant{Organization: in, Role: args[1]}
			return c.regrant(ctx, at, args[0], func(now []api.Grant) ([]api.Grant, error) {
				if !slices.Contains(now, taken) {
					return nil, fmt.Errorf("%s does not have the role %s in %s; `sluice user show %s` lists what they have", args[0], taken.Role, taken.Organization, args[0])
				}
				return slices.DeleteFunc(now, func(g api.Grant) bool { return g == taken }), nil
			})
		}),
	}
	cmd.Flags().StringVar(&in, "in", topOrganization, "`organization` in which: reseller, a customer's id, or customer/unit")
	return cmd
}

// regrant changes the grants of a user, and prints what they are then.
func (c *cli) regrant(ctx context.Context, at api.Place, user string, change func([]api.Grant) ([]api.Grant, error)) error {
	u, err := userNamed(ctx, at, user)
	if err != nil {
		return err
	}
	wish := api.GrantsInput{ByID: api.ByID{ID: u.ID}}
	wish.Body.Grants = []api.Grant{}
	for _, g := range u.Grants {
		wish.Body.Grants = append(wish.Body.Grants, g.Grant)
	}
	if wish.Body.Grants, err = change(wish.Body.Grants); err != nil {
		return err
	}
	changed, err := api.ChangeGrants.Call(ctx, at, wish)
	if err != nil {
		return err
	}
	return c.result(changed, func(w io.Writer) {
		if len(changed.Grants) == 0 {
			fmt.Fprintf(w, "%s has no role left, and may do nothing.\n", userName(changed))
			return
		}
		fmt.Fprintf(w, "%s is %s.\n", userName(changed), grantWords(changed))
	})
}

func newUserDisable(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "disable USER",
		Short: "Keep a user out",
		Long: `Disable ends all sessions of a user, who cannot sign in any more, and the tokens do not work. The roles stay for
the day on which "sluice user enable" lets them in again. The last owner cannot be disabled.`,
		Example: `  sluice user disable ken@keller.example`,
		Args:    takes(1, 1, "USER"),
		RunE:    c.userActive(false, "is disabled, and signed out everywhere"),
	}
}

func newUserEnable(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "enable USER",
		Short:   "Let a user in again",
		Long:    `Enable lets a user sign in who was disabled, with the password and the roles of before.`,
		Example: `  sluice user enable ken@keller.example`,
		Args:    takes(1, 1, "USER"),
		RunE:    c.userActive(true, "can sign in"),
	}
}

func (c *cli) userActive(active bool, what string) func(*cobra.Command, []string) error {
	return c.placed(func(ctx context.Context, at api.Place, args []string) error {
		u, err := userNamed(ctx, at, args[0])
		if err != nil {
			return err
		}
		wish := api.ChangeUserInput{ByID: api.ByID{ID: u.ID}}
		wish.Body.Active = &active
		changed, err := api.ChangeUser.Call(ctx, at, wish)
		if err != nil {
			return err
		}
		return c.userDone(changed, changed, what)
	})
}

func newUserSignOut(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "sign-out USER",
		Short:   "Sign a user out everywhere",
		Long:    `Sign-out ends all sessions of a user, who may sign in again.`,
		Example: `  sluice user sign-out ken@keller.example`,
		Args:    takes(1, 1, "USER"),
		RunE:    c.userOver(api.RevokeUserSessions, "is signed out everywhere"),
	}
}

func newUserRemove(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "remove USER",
		Short: "Remove a user",
		Long: `Remove takes a user away with all sessions and tokens. The audit keeps what they did. The last owner cannot be
removed.`,
		Example: `  sluice user remove ken@keller.example`,
		Args:    takes(1, 1, "USER"),
		RunE:    c.userOver(api.RemoveUser, "is removed"),
	}
}

// userOver has an operation end something of the user that an argument names.
func (c *cli) userOver(operation api.Operation[*api.Session, api.ByID, api.Done], what string) func(*cobra.Command, []string) error {
	return c.placed(func(ctx context.Context, at api.Place, args []string) error {
		u, err := userNamed(ctx, at, args[0])
		if err != nil {
			return err
		}
		done, err := operation.Call(ctx, at, api.ByID{ID: u.ID})
		if err != nil {
			return err
		}
		return c.userDone(done, u, what)
	})
}

func (c *cli) userDone(whole any, u api.User, what string) error {
	return c.result(whole, func(w io.Writer) { fmt.Fprintf(w, "%s %s.\n", userName(u), what) })
}
