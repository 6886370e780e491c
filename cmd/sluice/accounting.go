package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/accounting"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newAccounting(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "accounting",
		GroupID: "month",
		Short:   "Hand issued documents to accounting systems",
		Long: `Accounting writes the issued documents of a month as the files that accounting systems import: invoices or
journals. A mapping says in which accounts and codes what is on them is booked.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newAccountingSystems(c), newAccountingMapping(c), newAccountingExport(c))
	return cmd
}

func newAccountingSystems(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:     "systems",
		Short:   "List the accounting systems",
		Long:    `Systems lists the accounting systems that documents can be written for, and which have a mapping of their own.`,
		Example: `  sluice accounting systems`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			all, err := api.ListAccountingSystems.Call(ctx, at, struct{}{})
			if err != nil {
				return err
			}
			return c.write(listing[api.AccountingSystem]{
				whole: map[string]any{"systems": all}, rows: all,
				table: grid[api.AccountingSystem]{[]string{"SYSTEM", "MAPPING", "WRITES"}, func(s api.AccountingSystem) []string {
					mapping := "default"
					if s.Mapping > 0 {
						mapping = fmt.Sprintf("version %d", s.Mapping)
					}
					return []string{s.Name, mapping, s.Title + ": " + s.Files}
				}},
			})
		}),
	}
}

func systemNames() []string {
	var names []string
	for _, s := range accounting.Systems() {
		names = append(names, s.Name)
	}
	return names
}

// systemFlag gives a command --system.
func systemFlag(cmd *cobra.Command, system *string) {
	cmd.Flags().StringVar(system, "system", "", "`name` of the accounting system: "+strings.Join(systemNames(), ", "))
	registerCompletion(cmd, "system", cobra.FixedCompletions(systemNames(), cobra.ShellCompDirectiveNoFileComp))
}

// knownSystem refuses what is no system.
func knownSystem(cmd *cobra.Command, system string) error {
	if system == "" {
		return wrong(cmd, "name the accounting system with --system: "+strings.Join(systemNames(), ", "))
	}
	if _, err := accounting.ByName(system); err != nil {
		return wrong(cmd, err.Error())
	}
	return nil
}

func newAccountingMapping(c *cli) *cobra.Command {
	var system, save string
	var original, reset bool
	cmd := &cobra.Command{
		Use:   "mapping --system SYSTEM",
		Short: "Show or save the mapping of an accounting system",
		Long: `Mapping prints the mapping of an accounting system as YAML: the one that was saved, else the one that the
system comes with, which is what one's own begins with. --save puts a file in force, --reset goes back.`,
		Example: `  sluice accounting mapping --system datev > datev.yaml
  sluice accounting mapping --system datev --save datev.yaml
  sluice accounting mapping --system datev --reset`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := knownSystem(cmd, system); err != nil {
				return err
			}
			if (save != "" && (original || reset)) || original && reset {
				return wrong(cmd, "--save, --reset and --default do not go together")
			}
			of := api.OfSystem{System: system}
			var in api.AccountingMappingInput
			if save != "" {
				text, err := mappingFile(cmd, save)
				if err != nil {
					return err
				}
				in.OfSystem, in.Body.Mapping = of, text
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				switch {
				case save != "":
					m, err := api.SaveAccountingMapping.Call(ctx, at, in)
					return c.mappingDone(m, fmt.Sprintf("The mapping of %s is in force, version %d.", system, m.Version), err)
				case reset:
					_, err := api.RemoveAccountingMapping.Call(ctx, at, of)
					return c.mappingDone(api.AccountingMapping{System: system}, fmt.Sprintf("%s has the mapping that it comes with.", system), err)
				}
				m, err := api.ShowAccountingMapping.Call(ctx, at, api.AccountingMappingQuery{OfSystem: of, Default: original})
				return c.mappingDone(m, strings.TrimSuffix(m.Mapping, "\n"), err)
			})
		},
	}
	systemFlag(cmd, &system)
	flags := cmd.Flags()
	flags.BoolVar(&original, "default", false, "the one that the system comes with, whatever was saved")
	flags.StringVar(&save, "save", "", "put this `file` in force")
	flags.BoolVar(&reset, "reset", false, "go back to the one that the system comes with")
	return cmd
}

func (c *cli) mappingDone(m api.AccountingMapping, text string, err error) error {
	if err != nil {
		return err
	}
	return c.result(m, func(w io.Writer) { fmt.Fprintln(w, text) })
}

// mappingFile reads a mapping that is at hand, and refuses it where it cannot be read.
func mappingFile(cmd *cobra.Command, path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", wrong(cmd, err.Error())
	}
	if _, err := accounting.ParseMapping(text); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return string(text), nil
}

func newAccountingExport(c *cli) *cobra.Command {
	var in api.AccountingInput
	var mapping, out string
	cmd := &cobra.Command{
		Use:   "export PERIOD --system SYSTEM --out FILE",
		Short: "Write the issued documents of a month for an accounting system",
		Long: `Export writes the documents of a month that the reseller has issued. What is booked of each is what it says.
Drafts are left out and named. Where the mapping does not say where something is booked, nothing is written,
and the error says what to add.

--out is a file, or a folder, which a path is that exists as one or ends in a slash. Where a system takes several
files, they are written into a folder, or into one ZIP archive where the name ends in .zip.`,
		Example: `  sluice accounting export 2026-10 --system datev --mapping datev.yaml --out accounting/
  sluice accounting export 2026-10 --system xero --customer aozora --out aozora.csv
  sluice accounting export 2026-10 --system generic`,
		Args:              takes(1, 1, "PERIOD"),
		ValidArgsFunction: c.completePeriod,
		RunE: forMonth(func(cmd *cobra.Command, p billing.Period) error {
			if err := knownSystem(cmd, in.Body.System); err != nil {
				return err
			}
			if mapping != "" {
				text, err := mappingFile(cmd, mapping)
				if err != nil {
					return err
				}
				in.Body.Mapping = text
			}
			in.Period = p
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				made, files, err := api.SaveAccounting(ctx, at, in)
				if err != nil {
					return err
				}
				written, err := c.writeAccounting(files, out, in.Body.System+"-"+p.String())
				return errors.Join(err, c.accounted(made, written))
			})
		}),
	}
	systemFlag(cmd, &in.Body.System)
	flags := cmd.Flags()
	flags.StringVar(&mapping, "mapping", "", "`file` with the mapping; what was saved, else what the system comes with, when not given")
	flags.StringSliceVar(&in.Body.Groups, "group", nil, "only documents of this billing group, by its `id`; can be given several times")
	flags.StringVar(&in.Body.Customer, "customer", "", "only documents of this customer, by its `id`")
	flags.StringVar(&in.Body.Seller, "seller", "", "the books of this customer that sells on, by its `id`; the reseller's when not given")
	flags.StringVar(&out, "out", "", "`file` or folder to write to; standard output when not given")
	return cmd
}

// writeAccounting writes files where they are wanted, and returns where that is; nothing
// for standard output.
func (c *cli) writeAccounting(files []accounting.File, out, name string) ([]string, error) {
	result := accounting.Result{Files: files}
	switch {
	case out == "" && len(files) == 1:
		_, err := c.stdout.Write(files[0].Data)
		return nil, err
	case out == "":
		return nil, fmt.Errorf("these are %d files; name a folder with --out", len(files))
	case isFolder(out):
		var written []string
		for _, f := range files {
			path, err := inFolder(out, api.File{Name: f.Name})
			if err == nil {
				err = writeDownload(path, api.File{Data: f.Data})
			}
			if err != nil {
				return written, err
			}
			written = append(written, path)
		}
		return written, nil
	case len(files) > 1 && filepath.Ext(out) != ".zip":
		return nil, fmt.Errorf("these are %d files; name a folder with --out, or a file that ends in .zip", len(files))
	}
	bundle, err := result.Bundle(name)
	if err != nil {
		return nil, err
	}
	return []string{out}, writeDownload(out, api.File{Data: bundle.Data})
}

// accounted says what was written, and on the side what was not.
func (c *cli) accounted(made api.AccountingExport, files []string) error {
	notes := &page{w: c.stderr}
	if files != nil {
		whole := struct {
			Files     []string           `json:"files"`
			Documents int                `json:"documents"`
			Left      []api.LeftDocument `json:"left"`
			Notes     []string           `json:"notes"`
		}{files, made.Documents, made.Left, made.Notes}
		if err := c.result(whole, func(w io.Writer) {
			for _, file := range files {
				fmt.Fprintln(w, file)
			}
		}); err != nil || c.output().program {
			return err
		}
	}
	c.finish()
	fmt.Fprintf(notes, "%s\n", counted(int64(made.Documents), "document", "documents"))
	for _, l := range made.Left {
		fmt.Fprintf(notes, "left out: %s: %s\n", l.ID, l.Reason)
	}
	for _, n := range made.Notes {
		fmt.Fprintf(notes, "note: %s\n", n)
	}
	return notes.err
}
