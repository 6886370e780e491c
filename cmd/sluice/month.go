package main

import "github.com/spf13/cobra"

func newMonth(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "month",
		GroupID: "month",
		Short:   "See whether a month is final, and open it again",
		Long: `Month tells whether the providers have closed a month, when they usually do, and opens a month again that
was closed too early.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newMonthReadiness(c), newMonthCalendar(c), newMonthReopen(c))
	return cmd
}
