package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newServiceAccount(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Say at which accounts of a vendor a backend asks",
		Long:  `Account lists, saves and removes service accounts: by what a backend comes into an account at a vendor, and for which project that account is.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newServiceAccountList(c), newServiceAccountSave(c), newServiceAccountRemove(c))
	return cmd
}

func newServiceAccountList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "Show the service accounts",
		Long:    `List shows for which project each service account is, when it was last read whole, and why the last try failed.`,
		Example: `  sluice backend account list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListServiceAccounts.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.ServiceAccount]{
				whole: map[string]any{"service_accounts": all}, rows: all, none: "There are no service accounts. `sluice backend account save` adds one.",
				table: grid[api.ServiceAccount]{[]string{"ID", "BACKEND", "PROJECT", "PAYER", "GROUP", "FROM", ">REACHES", "LAST READ (UTC)", ""}, func(a api.ServiceAccount) []string {
					last, word := "never", ""
					if a.Standing != nil {
						last, word = lastRead(*a.Standing), standingWord(*a.Standing)
						if a.Standing.Failing {
							word += ": " + a.Standing.Problem
						}
					}
					from := ""
					if a.From != nil {
						from = a.From.String()
					}
					return []string{a.ID, a.Backend, a.Organization, a.Payer, a.Group, from, count(int64(len(a.Accounts))), last, word}
				}},
			})
		}),
	}
}

func newServiceAccountSave(c *cli) *cobra.Command {
	var in api.SaveServiceAccountInput
	var fields []string
	var from string
	var secrets bool
	b := &in.Body
	cmd := &cobra.Command{
		Use:   "save ID",
		Short: "Verify a service account and put it in force",
		Long: `Save lets the backend try the credential at its vendor, really, and then puts all of it in force at once: the
credential, its payer, the source that is read with it, and that the project's billing group has what is
used. Where the vendor does not accept the credential nothing is changed.

Secret fields are read from standard input as a JSON object where --secrets-stdin is given, and kept
encrypted. They are not taken from arguments, where other users of the machine and the history of the
shell would see them.`,
		Example: `  sluice backend account save hyper-shop --backend hyper --project acme/shop --field Account=4711 --field Email=it@acme.example --secrets-stdin < key.json`,
		Args:    takes(1, 1, "ID"),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in.ID, b.Fields = args[0], map[string]string{}
			for _, f := range fields {
				name, value, ok := strings.Cut(f, "=")
				if !ok {
					return wrong(cmd, fmt.Sprintf("%q is no field; write it as name=value", f))
				}
				b.Fields[name] = value
			}
			if b.From, err = dayOf(cmd, from); err != nil {
				return err
			}
			if secrets {
				text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostSecret+1))
				if err != nil {
					return err
				}
				if len(text) > mostSecret || json.Unmarshal(text, &b.Secrets) != nil {
					return wrong(cmd, `what is on standard input is no JSON object of texts, such as {"Key": "…"}`)
				}
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				saved, err := api.SaveServiceAccount.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(saved, func(w io.Writer) {
					a := saved.Account
					fmt.Fprintf(w, "The vendor accepts %s, which reaches %s.\n", a.ID, counted(int64(len(a.Accounts)), "account", "accounts"))
					fmt.Fprintf(w, "Its bills are payer %s's; billing group %s of %s has what is used.\n", a.Payer, a.Group, a.Organization)
					fmt.Fprintf(w, "%s in force.\n", counted(int64(len(saved.Changes)), "change is", "changes are"))
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.Backend, "backend", "", "the backend that is asked, by its `name`")
	flags.StringVar(&b.Organization, "project", "", "the `unit` that it is for, as customer/unit")
	flags.StringVar(&b.Name, "name", "", "`text` for people")
	flags.StringVar(&b.Schema, "schema", "", "of the credential, where the backend has several")
	flags.StringArrayVar(&fields, "field", nil, "a field of the credential, as `name=value`; may be repeated")
	flags.BoolVar(&secrets, "secrets-stdin", false, "read the secret fields from standard input, as a JSON object")
	flags.StringVar(&b.Payer, "payer", "", "`id` of the payer whose months its bills are (default that of the service account)")
	flags.StringVar(&b.Group, "group", "", "billing `group` of the project, where it has several")
	flags.StringVar(&from, "from", "", "from which `day` on the project has it; given again it moves that day (default the first of this month)")
	flags.BoolVar(&b.InvoiceIDs, "invoice-ids", false, "the vendor's rows get invoice numbers when a month is final")
	flags.BoolVar(&b.Force, "force", false, "change months that are closed, too; needs --reason")
	flags.StringVar(&b.Reason, "reason", "", "with --force: why, in a `text` that auditors will read")
	return cmd
}

func newServiceAccountRemove(c *cli) *cobra.Command {
	var in api.RemoveServiceAccountInput
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Take a service account out of what is in force",
		Long: `Remove takes a service account out at once: its credential with what is sealed of it, its source, and the payer and
the enrolment that were made for it. What was loaded stays in its months, open or closed, and with whom it is: the
billing group has the payer's accounts until the month is over. It is refused where another source is read with its
credential. Saved again under the same ID it goes on where it ended.`,
		Example: `  sluice backend account remove hyper-shop`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			in.ID = args[0]
			done, err := api.RemoveServiceAccount.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.result(done, func(w io.Writer) {
				fmt.Fprintf(w, "Service account %s is removed, and its keys are forgotten.\n", done.ID)
				if done.Newest != "" {
					fmt.Fprintf(w, "What was loaded of it, up to %s, stays.\n", done.Newest)
				}
				if done.Until != nil {
					fmt.Fprintf(w, "Its project has the payer's accounts until %s.\n", *done.Until-1)
				}
			})
		}),
	}
	flags := cmd.Flags()
	flags.BoolVar(&in.Force, "force", false, "change months that are closed, too; needs --reason")
	flags.StringVar(&in.Reason, "reason", "", "with --force: why, in a `text` that auditors will read")
	return cmd
}
