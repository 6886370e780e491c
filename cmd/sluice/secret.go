package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/secret"
)

func newSecret(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "secret",
		GroupID: "setup",
		Short:   "Keep passwords and keys of other systems",
		Long: `Secret keeps what nobody may read: the keys of buckets, the passwords of other systems. They are encrypted
in the records; the master key is in the file master.key of the installation's folder, in the file that
SLUICE_MASTER_KEY_FILE names, or in SLUICE_MASTER_KEY. No command shows a secret again.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newSecretList(c), newSecretSet(c), newSecretDelete(c), newSecretRotate(c))
	return cmd
}

func newSecretList(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "Show which secrets there are",
		Long:    `List shows the names of the secrets, and who set each when. It does not show what they are.`,
		Example: `  sluice secret list`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListSecrets.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[secret.Named]{
				whole: struct {
					Secrets []secret.Named `json:"secrets"`
				}{all},
				rows: all, none: "There are no secrets.",
				table: grid[secret.Named]{[]string{"SECRET", "SET (UTC)", "BY"}, func(n secret.Named) []string {
					return []string{n.Name, n.UpdatedAt.Format("2006-01-02 15:04"), n.By}
				}},
			})
		}),
	}
}

// mostSecret is the longest secret that is read, in bytes.
const mostSecret = 64 << 10

func newSecretSet(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "set NAME",
		Short: "Keep a secret under a name",
		Long: `Set reads a secret from standard input and keeps it under a name, in the place of the one that was there.
A line feed at its end is left out. It is not taken from an argument, where other users of the machine and
the history of the shell would see it.`,
		Example: `  sluice secret set source/prod-cur < secret-key.txt`,
		Args:    takes(1, 1, "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostSecret+1))
			if err != nil {
				return err
			}
			if len(text) > mostSecret {
				return wrong(cmd, fmt.Sprintf("the secret is longer than %d bytes", mostSecret))
			}
			in := api.SecretInput{Name: args[0]}
			in.Body.Value = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				if _, err := api.SetSecret.Call(ctx, at, in); err != nil {
					return err
				}
				return c.secretDone(args[0], "is set")
			})
		},
	}
}

func newSecretDelete(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "delete NAME",
		Short:   "Forget a secret",
		Long:    `Delete forgets a secret. What used it cannot do so any more.`,
		Example: `  sluice secret delete source/prod-cur`,
		Args:    takes(1, 1, "NAME"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			if _, err := api.RemoveSecret.Call(ctx, at, api.ByName{Name: args[0]}); err != nil {
				return err
			}
			return c.secretDone(args[0], "is deleted")
		}),
	}
}

func (c *cli) secretDone(name, what string) error {
	return c.result(struct {
		Name string `json:"name"`
		Done string `json:"done"`
	}{name, what}, func(w io.Writer) { fmt.Fprintf(w, "Secret %s %s.\n", name, what) })
}

func newSecretRotate(c *cli) *cobra.Command {
	var master bool
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Encrypt all secrets with a new key",
		Long: `Rotate makes a new data key and encrypts every secret in the records with it: named secrets, signing keys of
webhooks, seeds of one-time codes. Old data keys stay, so that backups still open. Servers go on running.

With --master it makes a new master key and encrypts the data keys with it. Where the master key is a file,
the file is replaced; copy it to the other servers and to where backups of it are kept. Where it is in
SLUICE_MASTER_KEY, give the new one in SLUICE_MASTER_KEY_NEW, and put it in the place of the old one
afterwards. The master key is at hand in the installation's folder alone, not at a server.`,
		Example: `  sluice secret rotate
  sluice secret rotate --master`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if master {
				return c.with(cmd, func(ctx context.Context, a *app.App) error {
					keys, err := a.Keys(ctx)
					if err != nil {
						return err
					}
					return c.rotated("master key", keys.RotateMaster(ctx, a.User))
				})
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				_, err := api.RotateSecrets.Call(ctx, at, struct{}{})
				return c.rotated("data key", err)
			})
		},
	}
	cmd.Flags().BoolVar(&master, "master", false, "the master key, not the data key")
	return cmd
}

func (c *cli) rotated(what string, err error) error {
	if err != nil {
		return err
	}
	return c.result(struct {
		Rotated string `json:"rotated"`
	}{what}, func(w io.Writer) { fmt.Fprintf(w, "The %s is a new one.\n", what) })
}
