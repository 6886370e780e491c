package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/audit"
	"github.com/sluice-billing/sluice/internal/billing"
)

func newAudit(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "audit",
		GroupID: "setup",
		Short:   "See and prove who did what",
		Long: `Audit shows who did what to which thing, and why. Entries are only ever added. Each has the hash of the
one before it, so that what was changed or taken away can be found, also without the installation.`,
	}
	onlyCommands(cmd)
	cmd.AddCommand(newAuditList(c), newAuditVerify(c), newAuditExport(c))
	return cmd
}

// auditFlags are the options that say which entries are asked for.
type auditFlags struct{ since, by, action, subject string }

func (f *auditFlags) define(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.since, "since", "", "from a `day` on, UTC")
	cmd.Flags().StringVar(&f.by, "by", "", "of one `person` or process")
	cmd.Flags().StringVar(&f.action, "action", "", "of one `action`, such as invoice.issue; invoice.* is all that begin so")
	cmd.Flags().StringVar(&f.subject, "subject", "", "about one `thing`, such as customers/acme; 2026-10/* is all that begin so")
}

func (f *auditFlags) filter(cmd *cobra.Command) (filter api.AuditQuery, err error) {
	filter = api.AuditQuery{By: f.by, Action: f.action, Subject: f.subject}
	if f.since != "" {
		day, err := billing.ParseDay(f.since)
		if err != nil {
			return filter, wrong(cmd, err.Error())
		}
		filter.Since = day.Time()
	}
	return filter, nil
}

func newAuditList(c *cli) *cobra.Command {
	var flags auditFlags
	var before int64
	var limit int
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Show who did what, the newest first",
		Long: `List shows entries of the audit, the newest first. With --json they have all there is: how who did it came,
from where and with which token, the reason, and what the thing was before and after.`,
		Example: `  sluice audit list
  sluice audit list --action 'invoice.*' --since 2026-11-01
  sluice audit list --subject customers/acme --json
  sluice audit list --before 4711`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			in, err := flags.filter(cmd)
			if err != nil {
				return err
			}
			in.Before = before
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				entries, err := auditEntries(ctx, at, in, limit)
				if err != nil {
					return err
				}
				return c.write(listing[audit.Entry]{
					whole: struct {
						Entries []audit.Entry `json:"entries"`
					}{entries},
					rows: entries, none: "There are no such entries.", table: auditTable, csv: auditTable,
				})
			})
		},
	}
	flags.define(cmd)
	cmd.Flags().Int64Var(&before, "before", 0, "older than the entry of that `number`: the next page")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so `many`; 0 is all")
	c.offersCSV(cmd)
	return cmd
}

// auditEntries are so many entries, the newest first; all where limit is 0.
func auditEntries(ctx context.Context, at api.Place, in api.AuditQuery, limit int) ([]audit.Entry, error) {
	const most = 100_000 // that are asked for at a time
	entries := []audit.Entry{}
	for {
		if in.Most = most; limit > 0 {
			in.Most = min(limit-len(entries), most)
		}
		more, err := api.ListAudit.Call(ctx, at, in)
		if entries = append(entries, more...); err != nil || len(more) < in.Most || len(entries) == limit {
			return entries, err
		}
		in.Before = more[len(more)-1].Seq
	}
}

var auditTable = grid[audit.Entry]{
	[]string{">NO.", "AT (UTC)", "BY", "ACTION", "SUBJECT", "DETAIL"},
	func(e audit.Entry) []string {
		return []string{strconv.FormatInt(e.Seq, 10), e.At.Format("2006-01-02 15:04:05"), e.By, e.Action, e.Subject, strings.TrimSpace(e.Detail)}
	},
}

func newAuditVerify(c *cli) *cobra.Command {
	var noted string
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Prove that the audit is whole",
		Long: `Verify goes through the audit of the records, or through a file that audit export wrote, without the
installation. It says which entry is the first that was changed, taken away or put elsewhere.

Who can write to the records past this program can make the whole chain anew. Such a chain does not
have the hashes of before: keep the head that export and verify print where nobody who can write to the
records can change it, and give it with --head.`,
		Example: `  sluice audit verify
  sluice audit verify audit-2026.jsonl
  sluice audit verify --head 4711:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef`,
		Args: takes(0, 1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var heads []audit.Head
			if noted != "" {
				head, err := audit.ParseHead(noted)
				if err != nil {
					return wrong(cmd, err.Error())
				}
				heads = append(heads, head)
			}
			if len(args) == 0 {
				return c.place(cmd, func(ctx context.Context, at api.Place) error {
					v, err := api.VerifyAudit.Call(ctx, at, api.AuditNoted{Head: noted})
					if err == nil && !v.Good {
						err = errors.New(v.Wrong)
					}
					return c.proved(v.Proof, err)
				})
			}
			file, err := os.Open(args[0])
			if err != nil {
				return wrong(cmd, err.Error())
			}
			defer file.Close()
			return c.proved(audit.Verify(cmd.Context(), audit.Lines(file), heads...))
		},
	}
	cmd.Flags().StringVar(&noted, "head", "", "an entry that was noted before, as `number:hash`, and must still be there")
	return cmd
}

func (c *cli) proved(proof audit.Proof, err error) error {
	if err != nil {
		return err
	}
	return c.result(proof, func(w io.Writer) {
		if proof.Entries == 0 {
			fmt.Fprintln(w, "The audit has no entries.")
			return
		}
		fmt.Fprintf(w, "Whole: entries %d to %d, each as it was added.\n", proof.From, proof.Head.Seq)
		if proof.Unchained > 0 {
			fmt.Fprintf(w, "Of before there was a chain, and not proved: %s. The next entry chains them.\n", counted(proof.Unchained, "entry", "entries"))
			return
		}
		if proof.From > 1 {
			fmt.Fprintf(w, "Those before %d are not in the file.\n", proof.From)
		}
		fmt.Fprintf(w, "Head: %s\n", proof.Head)
	})
}

func newAuditExport(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export --out FILE",
		Short: "Write the audit to a file",
		Long: `Export writes all entries of the audit, the oldest first: as JSON lines, which audit verify proves without
the installation, or as CSV where the name ends with .csv. It prints the head: number and hash of the last
entry. Keep it apart from the file and the records.`,
		Example: `  sluice audit export --out audit-2026.jsonl
  sluice audit export --out audit-2026.csv`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return wrong(cmd, "say where to write it, with --out")
			}
			return c.place(cmd, func(ctx context.Context, at api.Place) error {
				in := api.AuditFormat{Format: "jsonl"}
				if strings.HasSuffix(out, ".csv") {
					in.Format = "csv"
				}
				file, err := api.ExportAudit.Call(ctx, at, in)
				if err != nil {
					return err
				}
				head, err := audit.HeadOf(file.Data, in.Format == "csv")
				if err != nil {
					return err
				}
				err = writeFile(out, func(w io.Writer) error {
					_, err := w.Write(file.Data)
					return err
				})
				if err != nil {
					return err
				}
				return c.result(struct {
					File string     `json:"file"`
					Head audit.Head `json:"head"`
				}{out, head}, func(w io.Writer) {
					fmt.Fprintf(w, "%s: %s\nHead: %s\n", out, counted(head.Seq, "entry", "entries"), head)
				})
			})
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "the `file`, which is overwritten")
	return cmd
}
