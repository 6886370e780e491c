package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newHelp stands for cobra's help, which takes an unknown command for success.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		GroupID: "setup",
		Short:   "Show the help of a command",
		Long:    `Help shows what a command does, its options, examples and exit codes.`,
		Example: `  sluice help close
  sluice help exit-codes`,
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return wrong(cmd, fmt.Sprintf("there is no help on %q", strings.Join(args, " ")))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			found, _, err := cmd.Root().Find(args)
			if err == nil {
				for _, child := range found.Commands() {
					names = append(names, child.Name()+"\t"+child.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}
