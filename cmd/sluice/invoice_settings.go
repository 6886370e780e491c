package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/desk"
)

func newInvoiceSettings(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "settings",
		Short: "Show and change what a month's invoices are made with",
		Long: `Settings of an invoice are in three layers. The master is the billing group's own settings with those of its
template before them; the configuration declares both. A month has a copy of the master since its first final
draft, and can be changed for that month alone: changes of the master do not reach it, until it is reverted. A
document freezes what it was made with.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newSettingsShow(c), newSettingsSet(c), newSettingsRevert(c), newSettingsExport(c))
	return cmd
}

// chosen are the billing groups that a command is for.
type chosen struct {
	groups   []string
	customer string
	template string
	all      bool
}

func (o *chosen) flags(c *cli, cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.groups, "group", nil, "a billing group, by its `id`; may be repeated")
	cmd.Flags().StringVar(&o.customer, "customer", "", "all billing groups of this customer, by its `id`")
	cmd.Flags().StringVar(&o.template, "template", "", "all billing groups that name this template, by its `id`")
	cmd.Flags().BoolVar(&o.all, "all", false, "all billing groups")
	registerCompletion(cmd, "group", c.completeGroup)
}

// ids are the chosen groups; nil where nothing is said.
func (o chosen) ids(ctx context.Context, cmd *cobra.Command, at api.Place) ([]string, error) {
	declared, err := api.ListBillingGroups.Call(ctx, at, struct{}{})
	if err != nil {
		return nil, err
	}
	if err := declaredGroups(cmd, declared, o.groups); err != nil {
		return nil, err
	}
	ids := slices.Clone(o.groups)
	for _, g := range declared {
		if o.all || o.customer != "" && g.Customer == o.customer || o.template != "" && g.Template == o.template {
			ids = append(ids, g.ID)
		}
	}
	if len(ids) == 0 && (o.customer != "" || o.template != "") {
		return nil, wrong(cmd, "no billing group is of that customer or template")
	}
	return ids, nil
}

func newSettingsShow(c *cli) *cobra.Command {
	var o chosen
	cmd := &cobra.Command{
		Use:   "show PERIOD",
		Short: "Show the settings of a month",
		Long: `Show writes what the documents of a month are made with, for each billing group or for those that are chosen,
and names what the master has otherwise.`,
		Example: `  sluice invoice settings show 2026-10
  sluice invoice settings show 2026-10 --group acme-main --json`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			return c.place(cmd, func(ctx context.Context, at api.Place) error { return showSettings(ctx, c, cmd, at, p, o) })
		}),
	}
	o.flags(c, cmd)
	return cmd
}

func showSettings(ctx context.Context, c *cli, cmd *cobra.Command, at api.Place, p billing.Period, o chosen) error {
	ids, err := o.ids(ctx, cmd, at)
	if err != nil {
		return err
	}
	all, err := api.ListMonthSettings.Call(ctx, at, api.InMonth{Period: p})
	if err != nil {
		return err
	}
	if ids != nil {
		all = slices.DeleteFunc(all, func(s desk.MonthSettings) bool { return !slices.Contains(ids, s.Group) })
	}
	return c.write(listing[desk.MonthSettings]{
		whole: map[string]any{"settings": all},
		rows:  all,
		show: func(w io.Writer) {
			for _, s := range all {
				writeSettings(w, s)
			}
		},
	})
}

func writeSettings(w io.Writer, s desk.MonthSettings) {
	from := "the master's, nothing is saved for the month yet"
	switch {
	case s.Edited:
		from = fmt.Sprintf("changed for this month, version %d", s.Version)
	case s.Saved:
		from = fmt.Sprintf("copied from the master, version %d", s.Version)
	}
	fmt.Fprintf(w, "%s %s: %s\n", s.Group, s.Period, from)
	var text bytes.Buffer
	if err := config.WriteSettings(&text, s.Settings); err == nil {
		for line := range strings.Lines(text.String()) {
			fmt.Fprint(w, "  "+line)
		}
	}
	if s.Saved && len(s.Differs) > 0 {
		fmt.Fprintf(w, "  The master has otherwise: %s\n", strings.Join(s.Differs, ", "))
	}
}

func newSettingsSet(c *cli) *cobra.Command {
	var o chosen
	var file string
	var set []string
	cmd := &cobra.Command{
		Use:   "set PERIOD [--file FILE] [--set NAME=VALUE]",
		Short: "Change settings of a month for some billing groups",
		Long: `Set changes what the documents of one month are made with, for all chosen billing groups or for none. What the
file, or --set, gives a name replaces that setting whole; null takes it away. Values are YAML, as under "invoice"
in the configuration. Drafts show it when they are made again; other months and the master stay as they are.`,
		Example: `  sluice invoice settings set 2026-10 --group acme-main --set 'discount={percent: 3}'
  sluice invoice settings set 2026-10 --template standard --file october.yaml`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			over, err := settingsGiven(cmd, file, set)
			if err != nil {
				return err
			}
			return changeSettings(c, cmd, p, o, func(ctx context.Context, at api.Place, ids []string) error {
				in := api.SettingsInput{InMonth: api.InMonth{Period: p}}
				in.Body.Groups, in.Body.Settings = ids, over
				_, err := api.ChangeMonthSettings.Call(ctx, at, in)
				return err
			})
		}),
	}
	o.flags(c, cmd)
	cmd.Flags().StringVar(&file, "file", "", "read settings from a YAML `file`; - is standard input")
	cmd.Flags().StringArrayVar(&set, "set", nil, "a setting, as `NAME=VALUE`; may be repeated")
	return cmd
}

// settingsGiven reads the settings of a file, and those of --set over them.
func settingsGiven(cmd *cobra.Command, file string, set []string) (map[string]json.RawMessage, error) {
	over := map[string]json.RawMessage{}
	add := func(name string, data []byte) error {
		given, err := config.MonthSettings(name, data)
		for key, value := range given {
			over[key] = value
		}
		return err
	}
	if file != "" {
		data, err := readFile(cmd, file)
		if err != nil {
			return nil, err
		}
		if err := add(file, data); err != nil {
			return nil, err
		}
	}
	for _, one := range set {
		name, value, found := strings.Cut(one, "=")
		if !found {
			return nil, wrong(cmd, fmt.Sprintf("--set %q has no =; write a name, =, and its value in YAML", one))
		}
		if err := add("--set", []byte(name+": "+value+"\n")); err != nil {
			return nil, err
		}
	}
	if len(over) == 0 {
		return nil, wrong(cmd, "no setting is given; name some with --set or --file")
	}
	return over, nil
}

func readFile(cmd *cobra.Command, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(cmd.InOrStdin())
	}
	return os.ReadFile(file)
}

func newSettingsRevert(c *cli) *cobra.Command {
	var o chosen
	cmd := &cobra.Command{
		Use:   "revert PERIOD",
		Short: "Take the master's settings for a month again",
		Long: `Revert puts what the chosen billing groups' masters say now in the place of their settings of a month. Drafts
show it when they are made again.`,
		Example: `  sluice invoice settings revert 2026-10 --group acme-main
  sluice invoice settings revert 2026-10 --all`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			return changeSettings(c, cmd, p, o, func(ctx context.Context, at api.Place, ids []string) error {
				in := api.RevertInput{InMonth: api.InMonth{Period: p}, Groups: ids, All: o.all}
				if o.all {
					in.Groups = nil
				}
				_, err := api.RevertMonthSettings.Call(ctx, at, in)
				return err
			})
		}),
	}
	o.flags(c, cmd)
	return cmd
}

// changeSettings changes settings of the chosen groups, and shows what the month
// needs then.
func changeSettings(c *cli, cmd *cobra.Command, p billing.Period, o chosen, change func(context.Context, api.Place, []string) error) error {
	return c.place(cmd, func(ctx context.Context, at api.Place) error {
		ids, err := o.ids(ctx, cmd, at)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return wrong(cmd, "no billing group is chosen; name some with --group, --customer or --template, or take --all")
		}
		if err := change(ctx, at, ids); err != nil {
			return err
		}
		needs, err := api.ShowNeeds.Call(ctx, at, api.InMonth{Period: p})
		if err != nil {
			return err
		}
		return c.result(needs, func(w io.Writer) {
			fmt.Fprintf(w, "The settings of %s are changed for %s.\n", p, counted(int64(len(ids)), "billing group", "billing groups"))
			writeNeeds(w, needs)
		})
	})
}
