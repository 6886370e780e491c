package provision

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed terraform/*.tmpl
var terraformFiles embed.FS

// terraformTemplates write a module. What they put between quotes was checked to have
// neither quotes nor what Terraform would take for a template of its own.
var terraformTemplates = template.Must(template.ParseFS(terraformFiles, "terraform/*.tmpl"))

// terraformModule is what the templates are given.
type terraformModule struct {
	Plan
	Account  string
	Provider string // region of the module's provider
	Elsewhere,
	MakesBucket, MakesExport, MakesRole bool
	IsCUR           bool
	Native          bool // the provider has an own resource for the export, with all of its fields
	Table           string
	Columns         []string
	Settings        [][2]string // names as wide as the widest, and values
	Elements        []string
	TypeName        string // where it is not native
	RoleDescription string
	Description     string
	ReplacedDays    int
	UnfinishedDays  int
	Owner           string
	What            string
}

// Terraform is a plan as root modules, one for each account, in folders of their own
// where there are two. An error is a *ProblemsError.
func Terraform(p Plan) (Made, error) {
	p, err := p.check()
	if err != nil {
		return Made{}, err
	}
	made := Made{Files: p.bucketPolicyFile(), Steps: p.existing()}
	modules := p.modules()
	for _, s := range modules {
		folder := "sluice-" + s.name
		files, err := p.module(s, folder)
		if err != nil {
			return Made{}, err
		}
		made.Files = append(made.Files, files...)
		made.Steps = append(made.Steps, fmt.Sprintf("with the rights of an administrator of %s, run terraform init and terraform apply in folder %s; it makes %s", p.owner(s.account), folder, s.what))
	}
	made.Steps = append(made.Steps, p.last()...)
	return made, nil
}

func (p Plan) module(s stack, folder string) ([]File, error) {
	m := terraformModule{
		Plan: p, Account: s.account, Provider: s.region, Elsewhere: s.bucket && p.Region != s.region,
		MakesBucket: s.bucket, MakesExport: s.export, MakesRole: len(s.role) > 0, IsCUR: p.Kind == CUR,
		Table: p.table(), Columns: p.columns(), Elements: p.elements(),
		RoleDescription: roleDescription, Description: exportDescription, ReplacedDays: replacedDays, UnfinishedDays: unfinishedDays,
		Owner: p.owner(s.account), What: s.what,
	}
	widest := 0
	for _, set := range p.settings() {
		widest = max(widest, len(set.name))
	}
	for _, set := range p.settings() {
		m.Settings = append(m.Settings, [2]string{fmt.Sprintf("%-*s", widest, set.name), set.value})
	}
	// The provider's resources lack the owner of a bucket, and the view of a report.
	m.Native = !p.foreign() && (p.Kind != CUR || p.BillingView == "")
	m.TypeName = "AWS::BCMDataExports::Export"
	if m.IsCUR {
		m.TypeName = "AWS::CUR::ReportDefinition"
	}
	var files []File
	for _, name := range []string{"main.tf", "variables.tf", "outputs.tf", "versions.tf"} {
		var text strings.Builder
		if err := terraformTemplates.ExecuteTemplate(&text, name+".tmpl", m); err != nil {
			return nil, fmt.Errorf("a module could not be written: %w", err)
		}
		files = append(files, File{folder + "/" + name, text.String()})
	}
	if s.bucket {
		files = append(files, File{folder + "/bucket-policy.json", p.bucketPolicy().text()})
	}
	if s.export && !m.Native {
		desired, err := p.desired()
		if err != nil {
			return nil, err
		}
		files = append(files, File{folder + "/export.json", desired})
	}
	if m.MakesRole {
		files = append(files, File{folder + "/role-policy.json", documentOf(s.role...).text()}, File{folder + "/trust-policy.json", p.trust().text()})
	}
	return files, nil
}
