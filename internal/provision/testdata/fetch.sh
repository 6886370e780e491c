#!/bin/sh
# Fetches what templates are checked with: cfn-lint into .tools/cfnlint, and the AWS
# provider of Terraform into .tools/terraform, where terraform is installed. A mirror
# of providers that is on this machine already is used as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../../.tools
mkdir -p "$tools/terraform"
[ "$tools/cfnlint/bin/cfn-lint" -nt "$here/requirements.txt" ] || {
	python3 -m venv "$tools/cfnlint"
	"$tools/cfnlint/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
	touch "$tools/cfnlint/bin/cfn-lint"
}
[ ! -e "$tools/terraform/plugins" ] || exit 0
for there in "${SLUICE_TERRAFORM_PLUGINS:-/opt/tf-plugins}" /usr/share/terraform/plugins "$HOME/.terraform.d/plugins"; do
	[ -d "$there/registry.terraform.io/hashicorp/aws" ] || continue
	ln -s "$there" "$tools/terraform/plugins"
	exit 0
done
command -v terraform >/dev/null || exit 1
wanted=$(mktemp -d)
trap 'rm -rf "$wanted"' EXIT
cat >"$wanted/versions.tf" <<-'EOF'
	terraform {
	  required_providers {
	    aws = { source = "hashicorp/aws", version = "~> 5.100" }
	  }
	}
EOF
terraform -chdir="$wanted" providers mirror "$wanted/plugins" >/dev/null
mv "$wanted/plugins" "$tools/terraform/plugins"
