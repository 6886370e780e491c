package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/provision"
)

// exportFlags are the options by which a command says which export of AWS it is about.
func exportFlags(cmd *cobra.Command, w *api.ExportPlan) {
	flags := cmd.Flags()
	flags.StringVar(&w.Payer, "payer", "", "account `id` of the payer")
	flags.StringVar(&w.Kind, "kind", provision.CUR2, "`kind` of the export: "+strings.Join(provision.Kinds, ", "))
	flags.StringVar(&w.Export, "export", "sluice-hourly", "`name` of the export")
	flags.StringVar(&w.Bucket, "bucket", "", "`bucket` that it goes to")
	flags.StringVar(&w.Region, "region", provision.BillingRegion, "`region` of the bucket")
	flags.StringVar(&w.Prefix, "prefix", "exports", "`folder` in the bucket")
	flags.StringVar(&w.BucketOwner, "bucket-owner", "", "`account` that has the bucket, where it is not the payer")
	flags.StringVar(&w.BillingView, "billing-view", "", "`ARN` of a billing view other than the payer's own bill")
	flags.BoolVar(&w.SplitCosts, "split-costs", false, "with the shares of containers in the costs of their machines")
}

func newSourceTemplate(c *cli) *cobra.Command {
	var in api.TemplateInput
	var out string
	b := &in.Body
	cmd := &cobra.Command{
		Use:   "template --payer ID --bucket BUCKET --principal ARN",
		Short: "Write what opens a payer's bills to Sluice, and nothing else",
		Long: `Template writes what the administrator of a payer's account runs: a CloudFormation template, a Terraform module, or
plain policies for a user with access keys. It makes the bucket, the export by the hour and resource, and a role that
reads the export's folder and nothing else, for who knows the external id.

The steps, and what the credential needs, are printed; a single file is printed too where --out is not given.`,
		Example: `  sluice source template --payer 111122223333 --bucket acme-billing --principal arn:aws:iam::999988887777:role/sluice --out acme/
  sluice source template --payer 111122223333 --bucket acme-billing --format policy --out acme/
  sluice source template --payer 222233334444 --identity --principal 999988887777 > identity.yaml`,
		Args: takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			made, err := api.MakeSourceTemplate.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.template(made, out)
		}),
	}
	exportFlags(cmd, &b.ExportPlan)
	templateFlags(cmd, b)
	cmd.Flags().StringVar(&out, "out", "", "`file` to write to, or folder, as of several files; standard output when not given")
	return cmd
}

func templateFlags(cmd *cobra.Command, b *api.TemplateWish) {
	flags := cmd.Flags()
	flags.StringVar(&b.Format, "format", "cloudformation", "`format` to write: cloudformation, terraform, policy")
	flags.StringVar(&b.Principal, "principal", "", "`ARN` of the role or user that Sluice runs as, or its account id")
	flags.StringVar(&b.ExternalID, "external-id", "", "`text` that the role asks for (default a new one)")
	flags.StringVar(&b.RoleName, "role-name", "", "`name` of the role (default sluice-billing, or sluice-identity)")
	flags.BoolVar(&b.ExistingBucket, "existing-bucket", false, "the bucket is there already")
	flags.BoolVar(&b.BySluice, "by-sluice", false, "leave the export out, and let Sluice make it")
	flags.BoolVar(&b.Invitations, "invitations", false, "let Sluice list accounts and invite some into the organization")
	flags.BoolVar(&b.ForCustomer, "for-customer", false, "the payer is a customer's own")
	flags.BoolVar(&b.Identity, "identity", false, "only say which account it is; no bills are read")
}

// template writes files where they are wanted, and says what to do with them.
func (c *cli) template(made api.SourceTemplate, out string) error {
	if c.output().program {
		return c.result(made, nil)
	}
	if out == "" && len(made.Files) > 1 {
		return fmt.Errorf("these are %d files; name a folder with --out", len(made.Files))
	}
	steps := &page{w: c.stdout}
	if out == "" {
		if _, err := io.WriteString(c.stdout, made.Files[0].Text); err != nil {
			return err
		}
		steps.w = c.stderr
	} else {
		written, err := writeTemplate(made.Files, out)
		if err != nil {
			return err
		}
		for _, path := range written {
			fmt.Fprintln(steps, path)
		}
	}
	c.finish()
	for i, step := range made.Steps {
		fmt.Fprintf(steps, "%d. %s.\n", i+1, strings.ToUpper(step[:1])+step[1:])
	}
	return steps.err
}

// writeTemplate writes files to a file or into a folder, and returns where they are.
func writeTemplate(files []provision.File, out string) ([]string, error) {
	folder := isFolder(out)
	if !folder && len(files) > 1 {
		return nil, fmt.Errorf("these are %d files; name a folder with --out, as %s/", len(files), out)
	}
	var written []string
	for _, f := range files {
		path := out
		if folder {
			if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
				return written, fmt.Errorf("the server calls a file %q, which is not in %s", f.Name, out)
			}
			path = filepath.Join(out, filepath.FromSlash(f.Name))
		}
		if err := writeDownload(path, api.File{Data: []byte(f.Text)}); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

func newSourceExport(c *cli) *cobra.Command {
	var in api.CreateExportInput
	cmd := &cobra.Command{
		Use:   "export --payer ID --bucket BUCKET",
		Short: "Make an export at AWS",
		Long: `Export makes a payer's export by the hour and resource through AWS's API, unless there is one of its name. The bucket
and its policy must be there, and the credential must be allowed to: "sluice source template --by-sluice" does that.`,
		Example: `  sluice source export --payer 111122223333 --bucket acme-billing --kind focus --export sluice-focus`,
		Args:    takes(0, 0, ""),
		RunE: c.placed(func(ctx context.Context, at api.Place, _ []string) error {
			made, err := api.CreateExport.Call(ctx, at, in)
			if err != nil {
				return err
			}
			return c.result(made, func(w io.Writer) {
				fmt.Fprintf(w, "%s.\nThe source's url is %s\n", strings.ToUpper(made.Says[:1])+made.Says[1:], made.URL)
			})
		}),
	}
	exportFlags(cmd, &in.Body.ExportPlan)
	cmd.Flags().StringVar(&in.Body.Credential, "credential", "", "`id` of the credential that makes it (default the payer's, else the reseller's)")
	return cmd
}
