package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/abiquo"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/config"
)

func newImport(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "import",
		GroupID: "setup",
		Short:   "Take over what another product keeps of customers",
		Long: `Import reads customers, their accounts and prices out of the file of another product, and writes them as a
configuration. "sluice book import" reads price books alone.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newImportAbiquo(c))
	return cmd
}

var noteTable = grid[abiquo.Note]{
	[]string{"WHERE", "ENTERPRISE", "PROPERTY", "VALUE", "BECAME", "SETTING", "AS", "WHY"},
	func(n abiquo.Note) []string {
		return []string{n.Where, n.Enterprise, n.Property, n.Value, string(n.Became), n.Setting, n.As, n.Why}
	},
}

func newImportAbiquo(c *cli) *cobra.Command {
	var o abiquo.Options
	var out string
	var apply, reseller bool
	cmd := &cobra.Command{
		Use:   "abiquo FILE",
		Short: "Make a configuration of Abiquo's enterprises",
		Long: `Abiquo reads enterprises with their billing properties, credentials and price factors, in JSON as Abiquo's API has
them or as properties in sections such as [Acme], and writes the same as a configuration in YAML: reseller,
customers, units, sources, billing groups and price books. It reads no secrets, and applies nothing unless
--apply is given. What is declared of the reseller stays then, unless --with-reseller is given, too.

Beside it stands what became of each property: taken, assumed where the file does not say it, by-hand with
what there is to do, or left. With --out both go into a folder, as abiquo.yaml and notes.txt; else the
configuration goes to standard output and what is to be done by hand to standard error.`,
		Example: `  sluice import abiquo enterprises.json > reseller.yaml
  sluice import abiquo enterprises.properties --out taken-over/
  sluice import abiquo enterprises.json --reseller "Cloud Reseller" --currency USD --apply`,
		Args: takes(1, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return wrong(cmd, err.Error())
			}
			read, err := abiquo.Import(filepath.Base(args[0]), data, o)
			if err != nil {
				return &argumentError{message: err.Error()}
			}
			if out != "" {
				if err := writeTakenOver(out, read); err != nil {
					return err
				}
			}
			if apply {
				return c.applyTakenOver(cmd, read, reseller)
			}
			return c.takenOver(read, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Reseller, "reseller", "", "`name` of the enterprise whose installation this is (default the reseller above all others)")
	flags.StringVar(&o.Currency, "currency", "", "`currency` of enterprises without currency_code")
	flags.BoolVar(&o.NetPrices, "net-prices", false, "lines of AWS cost less by the partner's discount, which has no lines of its own")
	flags.StringVarP(&out, "out", "o", "", "write the configuration and the notes into a `folder`")
	flags.BoolVar(&apply, "apply", false, "put the configuration in force")
	flags.BoolVar(&reseller, "with-reseller", false, "with --apply, put what the file says of the reseller in the place of what is declared")
	return cmd
}

// writeTakenOver writes the configuration and the notes into a folder.
func writeTakenOver(folder string, read abiquo.Result) error {
	return errors.Join(
		writeFile(filepath.Join(folder, "abiquo.yaml"), func(w io.Writer) error { return config.Write(w, read.Config) }),
		writeFile(filepath.Join(folder, "notes.txt"), func(w io.Writer) error {
			p := &page{w: w}
			noteTable.tabled(read.Notes).write(p, "")
			return p.err
		}),
	)
}

// takenOver writes the configuration, and beside it what is to be done by hand.
func (c *cli) takenOver(read abiquo.Result, out string) error {
	problems := config.Check(read.Config)
	if c.output().program {
		said := []string{}
		for _, p := range problems {
			said = append(said, p.String())
		}
		return c.result(map[string]any{"config": read.Config, "notes": read.Notes, "problems": said}, nil)
	}
	report := &page{w: c.stderr}
	counts := map[abiquo.Became]int64{}
	for _, n := range read.Notes {
		if counts[n.Became]++; n.Became == abiquo.ByHand {
			fmt.Fprintf(report, "by hand: %s: %s: %s %s: %s\n", n.Where, n.Enterprise, n.Property, n.Value, n.Why)
		}
	}
	for _, p := range problems {
		fmt.Fprintf(report, "problem: %s\n", p)
	}
	fmt.Fprintf(report, "%s with %s; properties: %d taken, %d assumed, %d by hand, %d left\n",
		counted(int64(len(read.Config.Customers)), "customer", "customers"), counted(int64(len(read.Config.BillingGroups)), "billing group", "billing groups"),
		counts[abiquo.Taken], counts[abiquo.Assumed], counts[abiquo.ByHand], counts[abiquo.Left])
	if report.err != nil || out != "" {
		return report.err
	}
	return config.Write(c.stdout, read.Config)
}

// applyTakenOver puts the configuration in force. A reseller that is declared, with its
// address and its bank, stays as it is unless its replacement is asked for: the file
// knows little more than a name.
func (c *cli) applyTakenOver(cmd *cobra.Command, read abiquo.Result, reseller bool) error {
	return c.freshPlace(cmd, func(ctx context.Context, at api.Place) error {
		in := api.ApplyInput{}
		in.Body.Config = api.Configuration(read.Config)
		if !reseller {
			declared, err := api.ShowConfig.Call(ctx, at, api.Sections{Kinds: []string{"reseller"}})
			if err != nil {
				return err
			}
			if declared.Reseller != nil {
				in.Body.Config.Reseller = nil
				fmt.Fprintln(c.stderr, "what is declared of the reseller stays; --with-reseller puts what the file says in its place")
			}
		}
		done, err := api.ApplyConfig.Call(ctx, at, in)
		if err != nil {
			return err
		}
		return c.changed(done.Changes, func(w io.Writer, n string) { fmt.Fprintf(w, "%s applied\n", n) })
	})
}
