package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newCredential(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "credential",
		GroupID: "setup",
		Short:   "Keep what opens accounts at providers",
		Long: `Credential keeps by what Sluice comes into accounts at providers and vendors: roles and keys of AWS, keys of Google,
signatures of Azure, and what backends ask for. What is secret of them is sealed, and never shown. An organization
takes its own, else its customer's, else the reseller's.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newCredentialList(c), newCredentialSave(c), newCredentialVerify(c), newCredentialRemove(c), newCredentialResolve(c))
	return cmd
}

var credentialTable = grid[api.CredentialRow]{
	[]string{"CREDENTIAL", "OF", "PURPOSE", "PROVIDER", "SCHEMA", "ACCOUNT", "SECRETS", "SOURCES"},
	func(x api.CredentialRow) []string {
		sealed := "none"
		if x.Sealed {
			sealed = "sealed"
		}
		purpose := x.Purpose
		if x.BillingOnly {
			purpose += ", billing only"
		}
		return []string{x.ID, x.Organization, purpose, x.Provider, x.Schema, x.Account, sealed, strings.Join(x.Sources, ", ")}
	},
}

func newCredentialList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the credentials",
		Long:    `List shows the declared credentials, whose they are and what is read with them, never their secrets.`,
		Example: `  sluice credential list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListCredentials.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.CredentialRow]{whole: map[string]any{"credentials": all}, rows: all, none: "There are no credentials. `sluice credential save` keeps one.", table: credentialTable})
		}),
	}
}

func newCredentialSave(c *cli) *cobra.Command {
	var in api.SaveCredentialInput
	var stdin string
	var variables map[string]string
	b := &in.Body
	cmd := &cobra.Command{
		Use:   "save ID --schema SCHEMA",
		Short: "Try a credential, and keep it",
		Long: `Save tries a credential really, where there is somebody to ask, and puts it in force with its secrets sealed. It is
refused where it does not work, unless --unverified is given.

A secret field is read from standard input or from an environment variable, never from an argument, where other users
of the machine and the history of the shell would see it. Secrets that were saved before stay.`,
		Example: `  sluice credential save payer-a --schema aws-role --account 111122223333 --field role_arn=arn:aws:iam::111122223333:role/sluice --field external_id=quiet-river-17
  sluice credential save payer-b --schema aws-key --field access_key_id=AKIAIOSFODNN7EXAMPLE --secret-stdin secret_access_key < key.txt
  sluice credential save google --schema google-key --secret-stdin key < service-account.json
  sluice credential save factory --schema aws-account --purpose account --organization acme/factory --account 222233334444 --billing-only`,
		Args: takes(1, 1, "ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.ID = args[0]
			b.Secrets = map[string]string{}
			for field, variable := range variables {
				text, set := os.LookupEnv(variable)
				if !set {
					return wrong(cmd, fmt.Sprintf("the environment has no %s for the field %s", variable, field))
				}
				b.Secrets[field] = text
			}
			if stdin != "" {
				text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostSecret+1))
				if err != nil {
					return err
				}
				if len(text) > mostSecret {
					return wrong(cmd, fmt.Sprintf("the secret is longer than %d bytes", mostSecret))
				}
				b.Secrets[stdin] = strings.TrimRight(string(text), "\r\n")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				saved, err := api.SaveCredential.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.result(saved, func(w io.Writer) {
					if saved.Problem != "" {
						fmt.Fprintf(w, "Credential %s is saved, and does not work: %s.\n", in.ID, saved.Problem)
						return
					}
					fmt.Fprintf(w, "Credential %s is saved: %s.\n", in.ID, saved.Verified.Says)
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&b.Schema, "schema", "", "`schema` of its fields: aws-role, aws-key, aws-account, google-key, azure-sas, or backend/NAME")
	flags.StringVar(&b.Name, "name", "", "`text` for people")
	flags.StringVar(&b.Organization, "organization", "", "whose it is: `customer`, customer/unit (default reseller)")
	flags.StringVar(&b.Purpose, "purpose", "pricing", "`purpose`: pricing reads bills, account is one that is used")
	flags.StringVar(&b.Provider, "provider", "", "`provider` (default that of the schema)")
	flags.StringVar(&b.Account, "account", "", "`id` of the account (default what the provider says)")
	flags.BoolVar(&b.BillingOnly, "billing-only", false, "the account is known by its id alone")
	flags.StringToStringVar(&b.Fields, "field", nil, "`NAME=VALUE` of a field that is no secret; may be repeated")
	flags.StringVar(&stdin, "secret-stdin", "", "read this secret `field` from standard input")
	flags.StringToStringVar(&variables, "secret-env", nil, "`FIELD=VARIABLE`: read a secret field from the environment; may be repeated")
	flags.BoolVar(&b.Unverified, "unverified", false, "save it also where it does not work yet")
	_ = cmd.MarkFlagRequired("schema") // it is defined above
	return cmd
}

func newCredentialVerify(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "verify ID",
		Short:   "Try a credential",
		Long:    `Verify asks AWS, or the backend, whether a credential works, really. It fails where it does not, and says what to do.`,
		Example: `  sluice credential verify payer-a`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			v, err := api.VerifyCredential.Call(ctx, at, api.OneCredential{ID: args[0]})
			if err != nil {
				return err
			}
			if !v.OK {
				return fmt.Errorf("%s; %s", v.Says, v.Advice)
			}
			return c.result(v, func(w io.Writer) { fmt.Fprintf(w, "Credential %s: %s.\n", v.ID, v.Says) })
		}),
	}
}

func newCredentialRemove(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "remove ID",
		Short:   "Forget a credential",
		Long:    `Remove takes a credential out of the configuration and forgets its secrets. It is refused while a source names it.`,
		Example: `  sluice credential remove payer-b`,
		Args:    takes(1, 1, "ID"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			done, err := api.RemoveCredential.Call(ctx, at, api.OneCredential{ID: args[0]})
			if err != nil {
				return err
			}
			return c.result(done, func(w io.Writer) { fmt.Fprintf(w, "Credential %s is removed.\n", args[0]) })
		}),
	}
}

func newCredentialResolve(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "resolve ORGANIZATION PROVIDER",
		Short: "Say which credential an organization takes",
		Long: `Resolve says by which credential the bills of an organization are read at a provider, and where it was looked for: at
the organization itself, at those above it up to the reseller, then at its own account.`,
		Example: `  sluice credential resolve acme/factory aws`,
		Args:    takes(2, 2, "ORGANIZATION PROVIDER"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			r, err := api.ResolveCredential.Call(ctx, at, api.ResolvingQuery{Organization: args[0], Provider: args[1]})
			if err != nil {
				return err
			}
			return c.result(r, func(w io.Writer) {
				t := newTable("LOOKED FOR AT", "KIND", "WHAT IT HAS")
				for _, s := range r.Stops {
					t.add(s.Organization, s.Kind, s.Says)
				}
				t.write(w, "")
				if r.Credential != "" {
					fmt.Fprintf(w, "It takes credential %s.\n", r.Credential)
				} else {
					fmt.Fprintf(w, "It has none; `sluice credential save` keeps one.\n")
				}
			})
		}),
	}
}
