package server

import (
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/awsstub"
)

// onboarding opens a payer, loads its past, and invites accounts. AWS is a stub.
func (h *harvest) onboarding() {
	stub := awsstub.Start(h.t, "")
	organization := stub.Organization(invitingPayer)
	stub.Env(h.t)
	stub.On("ListExports", func(map[string]any) (any, error) { return map[string]any{"Exports": []any{}}, nil })
	stub.On("CreateExport", func(map[string]any) (any, error) {
		return map[string]any{"ExportArn": "arn:aws:bcm-data-exports:us-east-1:" + invitingPayer + ":export/sluice-hourly-1a2b3c4d"}, nil
	})
	h.access()
	h.invitations(organization)
	h.ask("import-abiquo", parameters{"name", "enterprises.properties", "currency", "JPY"}, abiquoExample)
	of := parameters{"organization", "aozora"}
	for _, id := range []string{"show-spend", "show-spend-bills", "show-spend-registers", "show-spend-estimate"} {
		h.ask(id, of, nil)
		h.ask("show-own"+id[len("show"):], of, nil)
	}
}

const abiquoExample = `[Akatsuki Cloud]
reseller = true

[Kaede Works]
key_node = true
parent = Akatsuki Cloud
amazon_bucket = kaede-billing
amazon_bucket_region = ap-northeast-1
amazon_bucket_prefix = cur
amazon_report_name = hourly
amazon_billing_compress_format = GZIP
amazon_mpa = shared
`

// access makes the credential of a payer and what opens it.
func (h *harvest) access() {
	h.ask("make-source-template", nil, fields{
		"format": "cloudformation", "payer": invitingPayer, "bucket": "akatsuki-billing", "region": "ap-northeast-1",
		"principal": "arn:aws:iam::999988887777:role/sluice", "external_id": "k3J9wq7Zt2Lb5Xh8", "invitations": true,
	})
	one := parameters{"id", "payer-a"}
	h.ask("save-credential", one, fields{
		"name": "Payer A", "organization": "reseller", "purpose": "pricing", "provider": "aws", "schema": "aws-key", "account": invitingPayer,
		"fields": fields{"access_key_id": awsstub.AccessKey(invitingPayer)}, "secrets": fields{"secret_access_key": awsstub.SecretKey()},
	})
	h.ask("list-credentials", nil, nil)
	h.ask("verify-credential", one, nil)
	h.ask("resolve-credential", parameters{"organization", "aozora", "provider", "aws"}, nil)
	h.ask("create-export", nil, fields{"payer": invitingPayer, "bucket": "akatsuki-billing", "region": "us-east-1", "credential": "payer-a"})
	h.ask("discover-source", nil, fields{"source": "exports-111111111111"})
	h.ask("check-source", nil, fields{"source": "exports-111111111111"})
	h.ask("load-history", parameters{"name", "exports-111111111111"}, fields{"from": closedMonth})
	h.ask("list-source-states", nil, nil)
}

// invitations invites accounts into the payer's organization, one of which joins.
func (h *harvest) invitations(organization *awsstub.Organization) {
	asked := fields{"payer": invitingPayer, "target": invitedGuest, "customer": "aozora", "name": "film archive", "language": "ja"}
	first := h.ask("invite-account", nil, asked)
	one := parameters{"id", first.text("invitation", "id")}
	h.ask("list-account-invitations", nil, nil)
	h.ask("show-account-invitation", one, nil)
	h.ask("change-account-invitation", one, fields{"relationship": "rs-1a2b3c4d5e6f7"})
	h.ask("make-invitation-page", one, nil)
	h.ask("revoke-invitation-page", one, nil)
	second := h.ask("resend-account-invitation", one, nil)
	organization.Accept(second.text("invitation", "handshake"), "")
	h.ask("follow-account-invitations", nil, nil)
	payer := parameters{"payer", invitingPayer}
	h.ask("sync-payer-accounts", payer, nil)
	h.ask("list-payer-accounts", payer, nil)
	h.ask("list-account-events", nil, nil)
	h.ask("list-account-readings", nil, nil)
	other := h.send(http.MethodPost, api.Base+"/account-invitations", fields{"payer": invitingPayer, "target": "600000000002", "customer": "aozora"})
	h.ask("cancel-account-invitation", parameters{"id", said{h, other.body}.text("invitation", "id")}, nil)
	start := time.Date(time.Now().Year(), time.Now().Month()+2, 1, 0, 0, 0, 0, time.UTC)
	transfer := h.ask("invite-transfer", nil, fields{"payer": invitingPayer, "target": "600000000003", "name": "Suzume", "customer": "suzume", "start": start.Format(time.DateOnly)})
	organization.Accept(transfer.text("invitation", "handshake"), "")
	h.ask("follow-account-invitations", nil, nil)
	h.ask("list-payer-transfers", payer, nil)
	h.ask("end-transfer", parameters{"id", transfer.text("invitation", "id")}, fields{"last_month": start.AddDate(0, 6, 0).Format("2006-01")})
	h.ask("remove-credential", parameters{"id", "payer-a"}, nil)
}
