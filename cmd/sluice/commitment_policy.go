package main

import (
	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/billing"
)

func newCommitmentPolicy(c *cli) *cobra.Command {
	var d decision
	cmd := &cobra.Command{
		Use:   "policy ID POLICY --from MONTH",
		Short: "Say whom a commitment helps, and who pays its fees",
		Long: `Policy says what becomes of all of a commitment that is not given away, from a month on. ID is its id, or an
end of it that no other has. POLICY is one of

  group           it helps its owner's billing group, the owner first; without an entry it is this
  account         it helps its owner's account alone
  reseller-keeps  it helps nobody: usage is on demand, and the reseller pays the fees
  as-applied      it helps whom the provider applied it to
  fixed-price     it helps its owner's group, at --price for an hour used; the reseller pays the fees

` + decisionHelp,
		Example: `  sluice commitment policy 4f6e01c2 reseller-keeps --from 2026-10 --dry-run
  sluice commitment policy 4f6e01c2 fixed-price --price 0.07 --from 2026-10 --yes`,
		Args: takes(2, 2, "ID and POLICY"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var offered []string
			if len(args) == 1 {
				for _, p := range billing.Policies {
					offered = append(offered, string(p))
				}
			}
			return offered, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			d.policy = args[1]
			return d.run(c, cmd, args[0])
		},
	}
	d.flags(cmd)
	return cmd
}
