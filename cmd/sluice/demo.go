package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sample"
)

const defaultDemoDir = "./sluice-demo"

// demoDay is when the demo takes place: after its last month, whenever it is run.
var demoDay = time.Date(2026, time.October, 7, 9, 0, 0, 0, time.UTC)

func newDemo(c *cli) *cobra.Command {
	var seed uint64
	var serve bool
	var listen string
	cmd := &cobra.Command{
		Use:     "demo",
		GroupID: "try",
		Short:   "Bill three months of an invented reseller",
		Long: `Demo makes an invented reseller with two payers, twelve customers and three months of exports, and bills
it: it applies the configuration, closes all three months, and writes the invoices as PDF. Everything lies
in one folder, ./sluice-demo or what --dir names, and can be looked at with the other commands. SLUICE_DIR
and SLUICE_SERVER do not apply here, so that the demo is never mixed with your own months.

The same seed gives the same invoices.

With --serve it then answers at http://localhost:8080, or at the next port that is free, and prints with which
addresses and passwords to sign in, as people of the reseller and of its customers. Such a demo goes on where
this one ends: the first days of October are there, July and August are issued and paid in part, and every part
of the portal is switched on. A make-believe vendor with its billing backend runs beside it, and the key of an
account there that waits to be added is printed, too. The next start in the same folder takes it up as it was
left. Everybody knows the passwords, so it answers this machine alone.`,
		Example: `  sluice demo
  sluice demo --serve
  sluice demo --seed 7 --dir /tmp/demo`,
		Args: takes(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if serve {
				return runServedDemo(c, cmd, seed, listen)
			}
			return runDemo(c, cmd, seed)
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 1, "another seed makes other usage")
	cmd.Flags().BoolVar(&serve, "serve", false, "then serve it, with people who can sign in")
	cmd.Flags().StringVar(&listen, "listen", "", "with --serve: `address` on this machine to answer at (default 127.0.0.1:8080)")
	return cmd
}

// demoMonth is what the demo says of a month. Amounts are exact.
type demoMonth struct {
	Period   billing.Period      `json:"period"`
	Invoices int                 `json:"invoices"`
	Proved   bool                `json:"proved"`
	Totals   []proof.Disposition `json:"totals"`
}

type demoSummary struct {
	Dir    string      `json:"dir"`
	Config string      `json:"config"`
	Months []demoMonth `json:"months"`
	Files  []string    `json:"files"`

	noPDF   error // why there are no PDF
	residue error // of the first month that has one
}

func runDemo(c *cli, cmd *cobra.Command, seed uint64) error {
	if err := c.demoDir(cmd); err != nil {
		return err
	}
	if err := checkDemoDir(cmd, c.dir); err != nil {
		return err
	}
	s := demoSummary{Dir: c.dir, Config: filepath.Join(c.dir, "reseller.yaml"), Files: []string{}}
	err := c.open(cmd, app.Options{Dir: c.dir, Now: func() time.Time { return demoDay }}, func(ctx context.Context, a *app.App) error {
		if err := sample.Demo(ctx, c.dir, seed); err != nil {
			return err
		}
		months, err := applyDemo(ctx, a, s.Config)
		if err != nil {
			return err
		}
		if err := payAhead(ctx, a, billing.DayOf(demoDay)); err != nil {
			return err
		}
		for _, month := range months {
			if err := s.close(ctx, a, month); err != nil {
				return err
			}
		}
		return s.export(ctx, a, months[len(months)-1])
	})
	if err != nil {
		return err
	}
	return errors.Join(c.result(s, s.write), s.residue)
}

// demoDir chooses the demo's folder, which is never a person's own.
func (c *cli) demoDir(cmd *cobra.Command) error {
	if cmd.Flags().Changed("server") {
		return c.onlyHere(cmd)
	}
	if !cmd.Flags().Changed("dir") {
		c.dir = defaultDemoDir
	}
	return nil
}

// checkDemoDir refuses a folder that holds anything but a demo, and one that people
// have worked in.
func checkDemoDir(cmd *cobra.Command, dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if isServedDemo(dir) {
		e := wrong(cmd, dir+" holds a demo that is served")
		e.hint = "`sluice demo --serve` takes it up again; name another folder with --dir for one that is not served"
		return e
	}
	if _, err := os.Stat(filepath.Join(dir, "expected-totals.json")); err != nil {
		e := wrong(cmd, fmt.Sprintf("%s is not empty and holds no demo", dir))
		e.hint = "name another folder with --dir"
		return e
	}
	return nil
}

// applyDemo puts the demo's configuration in force, in the place of that of an
// earlier demo, and returns its months.
func applyDemo(ctx context.Context, a *app.App, file string) ([]billing.Period, error) {
	wanted, err := config.Load(file)
	if err != nil {
		return nil, err
	}
	changes, err := a.Plan(ctx, wanted, true)
	if err != nil {
		return nil, err
	}
	if err := a.Apply(ctx, changes); err != nil {
		return nil, err
	}
	return sample.DemoMonths(), nil
}

// payAhead records what one customer has paid in advance; again, it changes nothing.
func payAhead(ctx context.Context, a *app.App, on billing.Day) error {
	group, amount := sample.DemoPrepaid()
	_, err := a.Receivables.PostPrepaid(ctx, invoice.LedgerEntry{
		Key: "demo", Kind: invoice.LedgerTopUp, Group: group, Amount: amount, On: on,
	})
	return err
}

func (s *demoSummary) close(ctx context.Context, a *app.App, month billing.Period) error {
	certificate, err := a.Pipeline.Close(ctx, month, false)
	if err != nil {
		return err
	}
	if !certificate.Proved() && s.residue == nil {
		s.residue = &residueError{month, len(certificate.Residues)}
	}
	invoices, err := a.Documents.Invoices(ctx, month)
	if err != nil {
		return err
	}
	s.Months = append(s.Months, demoMonth{month, len(invoices), certificate.Proved(), certificate.Totals})
	return nil
}

// export writes the PDFs of a month. A program that was built without fonts
// still shows the rest.
func (s *demoSummary) export(ctx context.Context, a *app.App, month billing.Period) error {
	var files []string
	err := here(ctx, a, func(ctx context.Context, at api.Place) (err error) {
		files, err = exportAll(ctx, at, month, exportOptions{format: "pdf", out: filepath.Join(s.Dir, "invoices")})
		return err
	})
	if ctx.Err() != nil {
		return err
	}
	s.Files, s.noPDF = files, err
	return nil
}

func (s *demoSummary) write(w io.Writer) {
	t := newTable("MONTH", ">INVOICES", ">THE PROVIDER BILLS", ">OF IT FOR CUSTOMERS", ">CHARGED TO THEM", "", "CERTIFICATE")
	for _, m := range s.Months {
		proof := "zero residue"
		if !m.Proved {
			proof = "has a residue"
		}
		for _, d := range m.Totals {
			digits := d.Currency.Digits()
			t.add(m.Period.String(), count(int64(m.Invoices)), grouped(d.Cost.Fixed(digits)), grouped(d.Customers.Fixed(digits)),
				grouped(d.Sell.Fixed(digits)), string(d.Currency), proof)
		}
	}
	t.write(w, "")
	fmt.Fprintln(w)
	if s.noPDF != nil {
		fmt.Fprintf(w, "No PDF: %v\n", s.noPDF)
	} else {
		fmt.Fprintf(w, "%s in %s\n", counted(int64(len(s.Files)), "PDF", "PDFs"), filepath.Join(s.Dir, "invoices"))
	}
	fmt.Fprintf(w, "The configuration is %s.\n", s.Config)
	last := s.Months[len(s.Months)-1].Period
	fmt.Fprintf(w, `
Try next:
  %[3]s status %[2]s --dir %[1]s
  %[3]s reconcile %[2]s --dir %[1]s
  %[3]s invoice list %[2]s --dir %[1]s
  %[3]s invoice show %[2]s/hokuto-main --dir %[1]s
  %[3]s entry list %[2]s --dir %[1]s
  %[3]s book list --dir %[1]s
  %[3]s line why %[2]s/11243 --dir %[1]s
  %[3]s line why %[2]s/9815 --dir %[1]s
  %[3]s commitment list %[2]s --dir %[1]s
  %[3]s margin %[2]s --dir %[1]s
  %[3]s margin %[2]s --tier pinecrest-main --dir %[1]s
  %[3]s profit --from %[2]s --by project --dir %[1]s
  %[3]s invoice compare --all %[2]s --dir %[1]s
  %[3]s invoice accept %[2]s/hokuto-main --reason "one account moved to the laboratory" --dir %[1]s
  %[3]s invoice issue --all %[2]s --date 2026-10-07 --dir %[1]s
  %[3]s prepaid list meihua-main --dir %[1]s
`, s.Dir, last, os.Args[0]) // as it was called: after make run that is bin/sluice
}
