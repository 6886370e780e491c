package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// output is a form that results are written in.
type output struct {
	name  string // of --format
	about string // for the help
	// program says that a program reads it: nobody is asked, no progress is shown,
	// and an error is JSON, too.
	program bool
	// offered says that only commands with an option of its name write it.
	offered bool
	write   func(out io.Writer, r result) error
}

// outputs are all there are. The first is written where none is asked for.
var outputs = []*output{&textOutput, &jsonOutput, &ndjsonOutput, &csvOutput}

func outputNames() []string {
	names := make([]string, len(outputs))
	for i, o := range outputs {
		names[i] = o.name
	}
	return names
}

// asked is the output that was asked for, and with which option.
type asked struct {
	output *output
	option string
}

// take takes an output over from an option. Two different ones are refused.
func (a *asked) take(o *output, option string) error {
	if a.output != nil && a.output != o {
		if o.program {
			a.output = o // a program reads the error as well
		}
		return &argumentError{message: fmt.Sprintf("%s and %s are two formats; leave one out", a.option, option)}
	}
	a.output, a.option = o, option
	return nil
}

// otherwise sets what is written where no output was asked for.
func (a *asked) otherwise(o *output) {
	if a.output == nil {
		a.output = o
	}
}

// options defines --format, and --json for short.
func (a *asked) options(root *cobra.Command) {
	names := outputNames()
	root.PersistentFlags().Func("format", "`format` of the result: "+strings.Join(names, ", ")+` (default text); see "sluice help formats"`, func(name string) error {
		for _, o := range outputs {
			if o.name == name {
				return a.take(o, "--format "+name)
			}
		}
		return &argumentError{message: fmt.Sprintf("%q is no format of a result; use one of %s", name, strings.Join(names, ", "))}
	})
	a.short(root.PersistentFlags().BoolFunc, &jsonOutput, "write the result as JSON")
	registerCompletion(root, "format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// short defines an option that asks for an output by its name.
func (a *asked) short(define func(name, usage string, set func(string) error), o *output, usage string) {
	define(o.name, usage, func(text string) error {
		if yes, err := strconv.ParseBool(text); err != nil || !yes {
			return err
		}
		return a.take(o, "--"+o.name)
	})
}

// offersCSV gives a command the option --csv.
func (c *cli) offersCSV(cmd *cobra.Command) {
	c.asked.short(cmd.Flags().BoolFunc, &csvOutput, "write the result as CSV")
}

// writable refuses an output that the command does not offer.
func (c *cli) writable(cmd *cobra.Command) error {
	if o := c.output(); o.offered && cmd.Flags().Lookup(o.name) == nil {
		return wrong(cmd, fmt.Sprintf("%s does not write %s; leave out --format %s", cmd.CommandPath(), strings.ToUpper(o.name), o.name))
	}
	return nil
}

func (c *cli) output() *output {
	if c.asked.output == nil {
		return outputs[0]
	}
	return c.asked.output
}

// write writes what a command found in the form that was asked for.
func (c *cli) write(r result) error {
	c.finish()
	page := &page{w: c.stdout}
	return errors.Join(c.output().write(page, r), page.err)
}

// result writes what a command found that is no list.
func (c *cli) result(whole any, show func(io.Writer)) error { return c.write(single{whole, show}) }

// newFormats is a page of the help, no command.
func newFormats() *cobra.Command {
	var text strings.Builder
	text.WriteString("Every command that prints a result writes it in the format that --format names:\n\n")
	t := newTable("", "")
	for _, o := range outputs {
		t.add(o.name, o.about)
	}
	t.write(&text, "    ")
	text.WriteString(`
--json is short for --format json, and --csv, of commands that have it, for --format csv. Some commands
have a --format of their own, which is that of a file they read or write: book import, generate and invoice
export. They take --json.`)
	return &cobra.Command{Use: "formats", Short: "What results are written in", Long: text.String()}
}
