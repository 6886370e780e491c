package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
)

func newMail(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "mail",
		GroupID: "setup",
		Short:   "Set up by which server mail goes",
		Long: `Mail sets up the mail server that letters to customers go by, and tries it. Letters come from the sender of
the brand; what they say is in "sluice letter", and who gets them in "sluice handover".`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newMailServer(c), newMailTest(c), newMailBounce(c))
	return cmd
}

// sellerOption is the option that names whose mail it is.
func sellerOption(cmd *cobra.Command, of *api.OfSeller) {
	cmd.Flags().StringVar(&of.Organization, "of", "reseller", "whose mail it is: the reseller's, or that of a `customer` that sells on")
}

func newMailServer(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "server",
		Short: "Show or set the mail server",
		Long:  `Server shows or sets the mail server that letters go by.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newMailServerShow(c), newMailServerSet(c), newMailServerDelete(c))
	return cmd
}

func newMailServerShow(c *cli) *cobra.Command {
	var of api.OfSeller
	cmd := &cobra.Command{
		Use:     "show",
		Short:   "Show the mail server",
		Long:    `Show prints the mail server that letters go by, without its password and key.`,
		Example: `  sluice mail server show`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			server, err := api.ShowMailServer.Call(ctx, at, of)
			if err != nil {
				return err
			}
			return c.mailServer(server)
		}),
	}
	sellerOption(cmd, &of)
	return cmd
}

func (c *cli) mailServer(s api.MailServer) error {
	return c.result(s, func(w io.Writer) {
		if s.Version == 0 {
			fmt.Fprintln(w, "No mail server is set. `sluice mail server set` sets one.")
			return
		}
		port := ""
		if s.Port > 0 {
			port = fmt.Sprint(s.Port)
		}
		t := &table{titles: []string{"SETTING", "VALUE"}}
		for _, row := range [][]string{
			{"host", s.Host}, {"port", port}, {"security", string(s.Security)}, {"user", s.User}, {"password", kept(s.HasPassword)}, {"helo", s.HELO},
			{"from", s.From}, {"bounces", s.Bounces}, {"dkim domain", s.DKIMDomain}, {"dkim selector", s.DKIMSelector}, {"dkim key", kept(s.HasKey)},
		} {
			if row[1] != "" {
				t.rows = append(t.rows, row)
			}
		}
		t.write(w, "")
	})
}

func kept(is bool) string {
	if is {
		return "is kept"
	}
	return ""
}

// passwordVariable holds the password of the mail server, where it is not on standard
// input.
const passwordVariable = "SLUICE_MAIL_PASSWORD"

func newMailServerSet(c *cli) *cobra.Command {
	var in api.MailServerInput
	var key, from string
	var asks bool
	cmd := &cobra.Command{
		Use:   "set HOST",
		Short: "Set the mail server",
		Long: `Set keeps the mail server that letters go by, in the place of the one before. The password is read from
standard input where --password-stdin is given, else it is that of SLUICE_MAIL_PASSWORD, else the one before
stays. It is not taken from an argument, where other users of the machine and the history of the shell would
see it.

A key for DKIM is given as a file with its private half as PEM. Password and key are kept encrypted.`,
		Example: `  sluice mail server set smtp.example.com --user billing --password-stdin < password.txt
  sluice mail server set localhost --security none --from "Akatsuki Billing <billing@akatsuki.example>"
  sluice mail server set smtp.example.com --dkim-domain example.com --dkim-selector s1 --dkim-key key.pem`,
		Args: takes(1, 1, "HOST"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Body.Host = args[0]
			if err := mailSecrets(cmd, &in, asks, key); err != nil {
				return err
			}
			if _, err := mail.ParseAddress(from); from != "" && err != nil {
				return wrong(cmd, fmt.Sprintf("%q is no address such as \"Akatsuki Billing <billing@akatsuki.example>\"", from))
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				if err := writeFrom(ctx, at, in.OfSeller, from); err != nil {
					return err
				}
				saved, err := api.SaveMailServer.Call(ctx, at, in)
				if err != nil {
					return err
				}
				return c.mailServer(saved)
			})
		},
	}
	sellerOption(cmd, &in.OfSeller)
	flags := cmd.Flags()
	flags.IntVar(&in.Body.Port, "port", 0, "its port, where it is not 587, 465 or 25")
	flags.StringVar(&in.Body.Security, "security", "starttls", "how the way there is kept secret: starttls, tls or none")
	flags.StringVar(&in.Body.User, "user", "", "`name` to sign in with")
	flags.BoolVar(&asks, "password-stdin", false, "read the password from standard input")
	flags.StringVar(&from, "from", "", "`address` that letters come from, with a name: the sender of the brand")
	flags.StringVar(&in.Body.HELO, "helo", "", "`name` by which this machine calls itself")
	flags.StringVar(&in.Body.Bounces, "bounces", "", "`address` for reports of what could not be delivered")
	flags.StringVar(&in.Body.DKIMDomain, "dkim-domain", "", "`domain` of the signing key")
	flags.StringVar(&in.Body.DKIMSelector, "dkim-selector", "", "`name` of the signing key in its domain")
	flags.StringVar(&key, "dkim-key", "", "`file` with the signing key as PEM")
	return cmd
}

// writeFrom makes an address the sender of the brand; nothing where none is given.
func writeFrom(ctx context.Context, at api.Place, of api.OfSeller, from string) error {
	if from == "" {
		return nil
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return err
	}
	in := api.BrandInput{OfBrand: api.OfBrand{Organization: of.Organization}}
	b, err := api.ShowBrand.Call(ctx, at, in.OfBrand)
	if err != nil {
		return err
	}
	in.Body.Name, in.Body.Accent, in.Body.AccentDark, in.Body.Domain = b.Name, b.Accent, b.AccentDark, b.Domain
	in.Body.Support.Email, in.Body.Support.Phone, in.Body.Support.URL = b.Support.Email, b.Support.Phone, b.Support.URL
	in.Body.Footer, in.Body.Language = b.Footer, b.Language
	in.Body.Sender.Name, in.Body.Sender.Address = sender.Name, sender.Address
	_, err = api.SaveBrand.Call(ctx, at, in)
	return err
}

// mailSecrets reads the secrets of a mail server from where nobody else sees them.
func mailSecrets(cmd *cobra.Command, in *api.MailServerInput, asks bool, key string) error {
	if asks {
		text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostSecret+1))
		if err != nil {
			return err
		}
		if len(text) > mostSecret {
			return wrong(cmd, fmt.Sprintf("the password is longer than %d bytes", mostSecret))
		}
		in.Body.Password = new(strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"))
	} else if text, set := os.LookupEnv(passwordVariable); set {
		in.Body.Password = &text
	}
	if key == "" {
		return nil
	}
	pem, err := os.ReadFile(key)
	if err != nil {
		return wrong(cmd, err.Error())
	}
	in.Body.DKIMKey = new(string(pem))
	return nil
}

func newMailServerDelete(c *cli) *cobra.Command {
	var of api.OfSeller
	cmd := &cobra.Command{
		Use:     "delete",
		Short:   "Forget the mail server",
		Long:    `Delete forgets the mail server with its password and key. Letters wait until there is another one.`,
		Example: `  sluice mail server delete`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			done, err := api.RemoveMailServer.Call(ctx, at, of)
			if err != nil {
				return err
			}
			return c.result(done, func(w io.Writer) { fmt.Fprintln(w, "The mail server is forgotten.") })
		}),
	}
	sellerOption(cmd, &of)
	return cmd
}

// errNotTaken is how a test ends whose letter the mail server did not take; the result
// says why.
var errNotTaken = errors.New("the mail server did not take the letter")

func newMailTest(c *cli) *cobra.Command {
	var in api.TestMailInput
	cmd := &cobra.Command{
		Use:     "test ADDRESS",
		Short:   "Send a test letter",
		Long:    `Test sends a letter that says it is a test, and prints what the mail server said.`,
		Example: `  sluice mail test ayumi@akatsuki.example`,
		Args:    takes(1, 1, "ADDRESS"),
		RunE: c.placed(func(ctx context.Context, at api.Place, args []string) error {
			in.Body.To = args[0]
			tried, err := api.TestMailServer.Call(ctx, at, in)
			if err != nil {
				return err
			}
			err = c.result(tried, func(w io.Writer) {
				said := "did not take it: "
				if tried.Good {
					said = "took it: "
				}
				fmt.Fprintf(w, "The mail server %s%s\n", said, tried.Says)
			})
			if err == nil && !tried.Good {
				err = errNotTaken
			}
			return err
		}),
	}
	sellerOption(cmd, &in.OfSeller)
	return cmd
}

func newMailBounce(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "bounce [FILE]",
		Short: "Take in a message that came back",
		Long: `Bounce reads a message as it came to the address for bounces, from a file or from standard input, such as from
the filter of a mail server. Where it reports that a letter could not be delivered, the hand-over of that
letter is marked as bounced. Anything else is left alone.`,
		Example: `  sluice mail bounce < report.eml`,
		Args:    takes(0, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var raw []byte
			var err error
			if len(args) == 1 {
				raw, err = os.ReadFile(args[0])
			} else {
				raw, err = io.ReadAll(cmd.InOrStdin())
			}
			if err != nil {
				return wrong(cmd, err.Error())
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				out, err := api.ReadBounce.Call(ctx, at, api.BounceInput{RawBody: raw})
				if err != nil {
					return err
				}
				none := "It is about no letter that was sent from here."
				if !out.Report {
					none = "It is no report of a mail server."
				}
				return c.handovers(out, out.Parcels, none)
			})
		},
	}
}
