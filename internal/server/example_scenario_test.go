package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/pquerna/otp/totp"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
)

// ownerOfAll may do everything.
var ownerOfAll = access.Grant{Organization: access.Root, Role: access.Owner}

type fields map[string]any

// everything asks every operation, in an order in which each has something to show.
func (h *harvest) everything() {
	h.setUp()
	h.people()
	h.token = h.program("billing-export", nil, ownerOfAll)
	h.portal()
	h.reading()
	h.commitments()
	h.hooks()
	h.configuration()
	h.entries()
	h.items()
	h.files()
	h.invoices()
	h.payments()
	h.months()
	h.secrets()
	h.brands()
	h.handover()
	h.backends()
	h.onboarding()
	h.own()
}

// setUp makes the first user, by the link that the server prints.
func (h *harvest) setUp() {
	link, err := h.SetUpLink(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	h.ask("set-up", nil, fields{"token": afterHash(link), "email": "ayumi@akatsuki.example", "name": "Ayumi Tanaka", "password": passphrase})
	h.ask("sign-in-options", nil, nil)
	h.ask("sign-in", nil, fields{"email": "ayumi@akatsuki.example", "password": passphrase})
}

const passphrase = "plum harbour lantern 1912"

func afterHash(link string) string { return link[strings.IndexByte(link, '#')+1:] }

// people invites users and takes care of them.
func (h *harvest) people() {
	h.ask("list-roles", nil, nil)
	h.ask("list-permissions", nil, nil)
	h.ask("list-organizations", nil, nil)
	grant := []fields{{"organization": "aozora", "role": "customer-admin"}}
	invited := h.ask("invite-user", nil, fields{"email": "ken@aozora.example", "name": "Ken Mori", "locale": "ja", "external_id": "ken.mori", "grants": grant})
	ken := parameters{"id", invited.text("user", "id")}
	again := h.ask("invite-again", ken, nil)
	token := afterHash(again.text("link"))
	h.ask("show-invitation", parameters{"token", token}, nil)
	h.ask("accept-invitation", nil, fields{"token": token, "name": "Ken Mori", "password": passphrase})
	h.ask("list-users", nil, nil)
	h.ask("show-user", ken, nil)
	h.ask("change-user", ken, fields{"name": "Ken Mori-Sato"})
	h.ask("change-grants", ken, fields{"grants": append(grant, fields{"organization": "hokuto", "role": "customer-viewer"})})
	reset := h.ask("reset-user", ken, nil)
	h.ask("reset-password", nil, fields{"token": afterHash(reset.text("link")), "password": passphrase + "!"})
	h.ask("list-user-sessions", ken, nil)
	h.ask("revoke-user-sessions", ken, nil)
	h.ask("show-second-factor-rule", nil, nil)
	h.ask("change-second-factor-rule", nil, fields{"organization": "hanbit", "required": true})
	account := h.ask("create-service-account", nil, fields{"name": "erp", "grants": []fields{{"organization": access.Root, "role": "auditor"}}})
	erp := parameters{"id", account.text("id")}
	made := h.ask("create-user-token", erp, fields{"name": "nightly export", "days": 90, "scopes": []string{"invoices.read", "months.read"}})
	h.ask("list-user-tokens", erp, nil)
	h.ask("revoke-user-token", append(slices.Clone(erp), "token", made.text("id")), nil)
	h.ask("remove-user", erp, nil)

	provider := httptest.NewServer(nil)
	provider.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":"%[1]s/authorize","token_endpoint":"%[1]s/token","jwks_uri":"%[1]s/keys","response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}`, provider.URL)
	})
	h.t.Cleanup(provider.Close)
	h.sinks[provider.URL] = "https://login.example.com"
	h.ask("save-provider", parameters{"id", "corporate"}, fields{"name": "Akatsuki account", "issuer": provider.URL, "client_id": "sluice", "client_secret": "kept by the provider", "domains": []string{"akatsuki.example"}, "active": true})
	h.ask("list-providers", nil, nil)
	h.ask("remove-provider", parameters{"id", "corporate"}, nil)
}

// portal asks as a customer, and as one that sells on.
func (h *harvest) portal() {
	h.as(h.program("aozora-portal", nil, access.Grant{Organization: "aozora", Role: "customer-admin"}), func() {
		h.ask("list-portal-groups", nil, nil)
		h.ask("list-portal-months", nil, nil)
		bill := h.ask("list-bills", parameters{"period", closedMonth}, nil)
		id := parameters{"id", bill.text("items", "0", "id")}
		h.ask("show-bill", id, nil)
		h.ask("download-bill", append(slices.Clone(id), "format", "csv"), nil)
		h.ask("list-usage", parameters{"period", closedMonth, "by", "day,service"}, nil)
		h.ask("list-usage-values", parameters{"from", closedMonth, "dimension", "region"}, nil)
		h.ask("list-usage-dimensions", parameters{"from", closedMonth}, nil)
		h.ask("list-balances", parameters{"on", "2026-07-31"}, nil)
		h.ask("list-portal-commitments", parameters{"period", closedMonth}, nil)
		h.ask("list-portal-fees", parameters{"period", closedMonth}, nil)
		h.ask("show-overview", parameters{"period", closedMonth}, nil)
		h.ask("download-focus", parameters{"group", "aozora-main", "period", closedMonth, "format", "parquet"}, nil)
		h.ask("download-own-focus", parameters{"organization", "aozora", "period", closedMonth, "data_set", "invoice-detail"}, nil)
		report := parameters{"id", h.ask("create-report", nil, map[string]any{"name": "Services", "question": "by=service", "cadence": "monthly", "day": 3}).text("id")}
		h.makeReports(h.t)
		h.ask("list-reports", nil, nil)
		h.ask("show-report", report, nil)
		h.ask("change-report", report, map[string]any{"name": "By service"})
		h.ask("download-report", parameters{"id", h.ask("list-report-files", report, nil).text("items", "0", "id")}, nil)
		h.ask("remove-report", report, nil)
		h.ask("show-statement", parameters{"group", "aozora-main", "from", "2026-07-01", "to", "2026-12-31"}, nil)
	})
	h.as(h.program("pinecrest-portal", nil, access.Grant{Organization: "pinecrest", Role: "billing-admin"}), func() {
		h.ask("show-tier-margin", parameters{"group", "pinecrest-main", "period", closedMonth}, nil)
	})
}

// reading looks at what the demo has.
func (h *harvest) reading() {
	month := parameters{"period", closedMonth}
	for _, id := range []string{"list-months", "list-sources", "list-billing-groups", "list-payers", "list-accounts", "list-customers", "list-pools", "list-price-books", "list-schedules", "show-config", "download-config", "download-config-schema"} {
		h.ask(id, nil, nil)
	}
	for _, id := range []string{"show-month", "show-certificate", "show-readiness", "list-calendar", "list-findings", "show-margin", "show-needs", "compare-month", "list-month-settings", "reconcile-month", "show-original-cost", "download-original-cost", "show-drift"} {
		h.ask(id, month, nil)
	}
	h.ask("show-resale-margin", parameters{"period", closedMonth, "group", "pinecrest-main"}, nil)
	h.ask("show-dashboard", month, nil)
	h.ask("show-changes", parameters{"period", closedMonth, "customer", "aozora"}, nil)
	h.ask("show-profit", parameters{"from", closedMonth, "by", "customer"}, nil)
	h.ask("explore", parameters{"from", closedMonth, "by", "service", "where", "customer:in:aozora", "top", "3"}, nil)
	h.ask("list-explored", parameters{"from", closedMonth, "by", "customer,tag:Team", "top", "2"}, nil)
	h.ask("list-explore-values", parameters{"from", closedMonth, "dimension", "service", "contains", "storage"}, nil)
	h.ask("list-explore-dimensions", parameters{"from", closedMonth}, nil)
	h.ask("list-exchange-rates", parameters{"month", closedMonth}, nil)
	h.ask("list-charges", parameters{"period", closedMonth, "group", "aozora-main", "service", "AmazonS3", "limit", "2"}, nil)
	h.ask("explain-price", parameters{"id", closedMonth + "/1"}, nil)
	h.ask("explain-price-as", parameters{"id", closedMonth + "/1", "group", "aozora-main"}, nil)
	finding := h.send(http.MethodGet, api.Base+"/months/"+closedMonth+"/findings", nil)
	h.ask("waive-finding", parameters{"period", closedMonth, "id", said{h, finding.body}.text("items", "0", "id")}, fields{"reason": "The agreement with the provider allows it."})
}

func (h *harvest) commitments() {
	month := parameters{"period", closedMonth}
	all := h.ask("show-commitments", month, nil)
	id := all.text("commitments", "0", "id")
	h.ask("show-commitment", append(slices.Clone(month), "id", id), nil)
	h.ask("find-commitment", parameters{"id", id}, nil)
	h.ask("list-commitment-coverage", month, nil)
	h.ask("list-commitment-crossings", month, nil)
	h.ask("show-commitment-hours", append(slices.Clone(month), "commitment", id), nil)
	h.ask("list-commitment-flows", month, nil)
	h.ask("list-commitment-timeline", parameters{"on", "2026-10-06"}, nil)
	h.ask("preview-commitment-decision", nil, fields{"id": id, "policy": "reseller-keeps", "from": "2026-08"})
}

// hooks sets a webhook up and sends to it.
func (h *harvest) hooks() {
	sink := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	h.t.Cleanup(sink.Close)
	h.sinks[sink.URL] = "https://erp.example.com"
	made := h.ask("create-webhook", nil, fields{"organization": access.Root, "url": sink.URL + "/sluice", "kinds": []string{"invoice.*"}, "description": "ERP"})
	hook := parameters{"id", made.text("webhook", "id")}
	h.ask("list-webhooks", nil, nil)
	h.ask("show-webhook", hook, nil)
	h.ask("change-webhook", hook, fields{"kinds": []string{"*"}})
	h.ask("test-webhook", hook, nil)
	h.ask("rotate-webhook", hook, nil)
	delivery := ""
	for until := time.Now().Add(20 * time.Second); delivery == "" && time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if got := h.send(http.MethodGet, api.Base+"/webhooks/"+hook[1]+"/deliveries", nil); !strings.Contains(string(got.body), `"items":[]`) {
			delivery = said{h, got.body}.text("items", "0", "id")
		}
	}
	h.ask("list-deliveries", hook, nil)
	h.ask("replay-delivery", append(slices.Clone(hook), "delivery", delivery), nil)
	h.ask("replay-webhook", hook, fields{"since": time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)})
	h.ask("remove-webhook", hook, nil)
}

// configuration declares a customer, and books of prices.
func (h *harvest) configuration() {
	declared := fields{
		"provider_invoices": []fields{{"id": "G-2026-08", "payer": "111111111111", "month": "2026-08", "currency": "USD", "total": "5000", "exchange_rate": "151.25", "exchange_to": "JPY"}},
		"customers":         []fields{{"id": "tsubame", "name": "Tsubame Shipping K.K.", "contact": "billing@tsubame.example"}},
	}
	h.ask("plan-config", nil, fields{"config": declared})
	h.ask("apply-config", nil, fields{"config": declared})
	h.ask("take-named-exchange-rates", parameters{"period", "2026-08"}, fields{"dry_run": true})
	h.ask("list-resources", parameters{"kind", "customers"}, nil)
	one := parameters{"kind", "customers", "id", "tsubame"}
	h.ask("show-resource", one, nil)
	h.ask("put-resource", one, fields{"id": "tsubame", "name": "Tsubame Shipping K.K.", "contact": "accounts@tsubame.example"})
	h.ask("list-resource-versions", one, nil)
	h.ask("remove-resource", one, nil)
	h.ask("list-unmapped-accounts", parameters{"period", closedMonth}, nil)
	h.ask("map-accounts", parameters{"group", "aozora-main", "dry_run", "true"}, "account,name\n200000000091,Aozora staging\n200000000092,Aozora sandbox\n")
	h.ask("search", parameters{"q", "aozora", "limit", "5"}, nil)
	h.ask("test-price-books", nil, fields{})
	h.ask("lint-price-books", nil, fields{"month": closedMonth})
	h.ask("convert-price-book", parameters{"name", "discounts.csv", "format", "ripple"}, "billingGroupId,billingGroupName,Vendor,AccountId,AccountName,Service Premiums&Discounts\nalpha,Alpha Inc,aws,,,AmazonEC2:-0.05;otherServices:0.01\n")
	h.ask("dry-run-month", parameters{"period", closedMonth}, fields{"group": "aozora-main"})
	h.ask("show-price-book-use", parameters{"id", "standard", "period", closedMonth}, nil)
	h.ask("show-catalog", parameters{"period", closedMonth, "field", "usage_type", "service", "AmazonEC2", "prefix", "apn1", "limit", "5"}, nil)
	h.ask("check-price-book", nil, fields{"text": "id: standard\nrules:\n  - name: everything\n    match: {}\n    percent: \"3\"\n  - name: storage\n    match: {service: AmazonS3}\n    percent: \"5\"\n"})
	h.ask("download-resource", parameters{"kind", "price_books", "id", "standard"}, nil)
	h.ask("preview-invoice", parameters{"period", closedMonth}, fields{"group": "sakura-main", "settings": fields{"note": "Paid by direct debit"}})
}

// entries decides on what the provider charged aside.
func (h *harvest) entries() {
	month := parameters{"period", closedMonth}
	h.ask("list-entries", append(slices.Clone(month), "state", "open"), nil)
	h.ask("preview-entry-rules", month, nil)
	h.ask("follow-entry-rules", month, nil)
	added := h.ask("add-entry", month, fields{"account": "200000000003", "payer": "111111111111", "amount": "-100", "currency": "USD", "description": "Goodwill for the outage", "reason": "Agreed on the phone"})
	id := added.text("id")
	h.ask("show-entry", parameters{"id", id}, nil)
	ids := []string{id}
	h.ask("keep-entries", nil, fields{"ids": ids, "reason": "Ours"})
	h.ask("restore-entries", nil, fields{"ids": ids})
	h.ask("split-entry", parameters{"id", id}, fields{"parts": 4, "from": "2026-08"})
	h.ask("undo-entry", parameters{"id", id}, fields{"reason": "Divide it otherwise"})
	h.ask("allocate-entry", parameters{"id", id}, fields{"amounts": fields{"200000000003": "-60"}, "remainder": "200000000015"})
	h.ask("undo-entry", parameters{"id", id}, fields{})
	h.ask("apply-entries", nil, fields{"ids": ids, "into": "2026-08"})
	h.ask("restore-entries", nil, fields{"ids": ids})
}

func (h *harvest) items() {
	month := parameters{"period", "2026-08"}
	h.ask("add-item", month, fields{"group": "aozora-main", "label": "Workshop", "unit_price": "120000", "quantity": "2"})
	h.ask("list-items", month, nil)
	h.ask("download-items", month, nil)
	h.ask("remove-item", append(slices.Clone(month), "group", "aozora-main", "label", "Workshop"), nil)
	h.ask("import-items", append(slices.Clone(month), "name", "items.csv", "mode", "merge"), "billing_group_id,item_name,quantity,unit_cost\naozora-main,Migration,1,300000\n")
	h.ask("import-exchange-rates", parameters{"name", "rates.csv", "dry_run", "true"}, "month,from,to,rate\n2026-10,USD,JPY,152.10\n")
}

// files uploads an export.
func (h *harvest) files() {
	h.ask("ingest-month", parameters{"period", closedMonth}, fields{})
	const export = "BillingAccountId,SubAccountId,ProviderName,PublisherName,ChargeCategory,ServiceName,RegionId,ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingCurrency,BilledCost,EffectiveCost,ListCost,PricingQuantity,PricingUnit\n" +
		"111111111111,200000000003,AWS,Amazon,Usage,AmazonEC2,eu-west-1,2026-08-01T00:00:00Z,2026-08-01T01:00:00Z,2026-08-01T00:00:00Z,USD,1.5,1.25,2,3,Hrs\n"
	first := h.ask("upload-file", parameters{"id", "august.csv"}, export)
	h.ask("list-uploads", nil, nil)
	h.ask("remove-upload", parameters{"id", first.text("id")}, nil)
	second := h.ask("upload-file", parameters{"id", "august.csv"}, export)
	h.ask("ingest-files", parameters{"period", "2026-08"}, fields{"payer": "111111111111", "files": []string{second.text("id")}})
	h.ask("list-jobs", nil, nil)
	jobs := h.send(http.MethodGet, api.Base+"/jobs", nil)
	id := parameters{"id", said{h, jobs.body}.text("items", "0", "id")}
	h.ask("show-job", id, nil)
	h.ask("list-job-log", id, nil)
	h.ask("watch-job", id, nil)
}

// invoices issues a draft, and takes it back.
func (h *harvest) invoices() {
	month := parameters{"period", closedMonth}
	h.ask("list-invoices", month, nil)
	id := closedMonth + "/sakura-main"
	draft, ids := parameters{"id", id}, fields{"ids": []string{id}}
	h.ask("show-invoice", draft, nil)
	h.ask("list-formats", parameters{"limit", "3"}, nil)
	h.ask("download-invoice-schema", nil, nil)
	h.ask("download-invoice", append(slices.Clone(draft), "format", "csv"), nil)
	h.ask("list-invoice-gaps", append(slices.Clone(draft), "format", "pint-jp"), nil)
	h.ask("list-month-gaps", append(slices.Clone(month), "format", "xrechnung", "groups", "mueller-main"), nil)
	h.ask("download-documents", append(slices.Clone(month), "groups", "sakura-main", "columns", "invoice_id,kind,service_or_label,amount,currency"), nil)
	h.ask("download-group-settings", append(slices.Clone(month), "groups", "sakura-main"), nil)
	h.ask("preview-layout", nil, fields{"layout": fields{"id": "house", "colours": fields{"accent": "#1f3d66"}}, "language": "ja"})
	h.ask("compare-invoice", draft, nil)
	h.ask("accept-invoice", draft, fields{"reason": "The customer asked for it."})
	h.ask("change-month-settings", month, fields{"groups": []string{"sakura-main"}, "settings": fields{"note": "Thank you."}})
	h.ask("revert-month-settings", append(slices.Clone(month), "group", "sakura-main"), nil)
	h.ask("draft-month", month, fields{"groups": []string{"sakura-main"}})
	h.ask("approve-invoices", nil, ids)
	h.ask("issue-invoices", nil, fields{"ids": []string{id}, "on": "2026-10-06"})
	h.ask("publish-invoices", nil, ids)
	h.ask("unpublish-invoices", nil, ids)
	h.ask("mark-invoices-sent", nil, fields{"ids": []string{id}, "to": "keiri@sakura.example", "by": "mail", "on": "2026-10-06"})
	exported := h.ask("export-month", month, fields{"format": "csv"})
	h.ask("download-export", parameters{"id", exported.text("id")}, nil)
	h.exports(month)
	h.ask("void-invoice", draft, fields{"reason": "Sent to the wrong customer", "on": "2026-10-07"})
}

func (h *harvest) payments() {
	payment := h.ask("add-payment", nil, fields{"amount": "500000", "currency": "JPY", "customer": "aozora", "on": "2026-10-20", "key": "BANK-2026-10-20-0017", "method": "bank transfer"})
	id := parameters{"id", payment.text("id")}
	h.ask("list-payments", nil, nil)
	h.ask("reverse-payment", id, fields{"reason": "Booked twice", "on": "2026-10-21"})
	h.ask("import-payments", nil, "date,amount,key,currency,customer\n2026-10-22,1000000,BANK-18,JPY,hokuto\n")
	paid := h.ask("add-payment", nil, fields{"amount": "100", "currency": "EUR", "customer": "mueller", "on": "2026-10-20", "documents": []string{closedMonth + "/mueller-main=1"}})
	h.ask("allocate-payment", parameters{"id", paid.text("id")}, fields{})
	h.ask("post-prepaid", nil, fields{"group": "meihua-main", "kind": "top-up", "amount": "50000", "on": "2026-10-01", "key": "TOPUP-1"})
	h.ask("list-prepaid", parameters{"group", "meihua-main", "as_of", "2026-12-31"}, nil)
	h.ask("list-prepaid-balances", parameters{"group", "meihua-main", "as_of", "2026-12-31"}, nil)
	h.ask("list-ageing", parameters{"as_of", "2026-12-31", "by", "customer"}, nil)
	h.ask("show-account-statement", parameters{"holder", "aozora", "from", "2026-07-01", "to", "2026-12-31"}, nil)
	h.ask("list-reminders", parameters{"as_of", "2026-11-20"}, nil)
	due := said{h, h.send(http.MethodGet, api.Base+"/reminders", nil).body}
	h.ask("record-reminders", nil, fields{"reminders": []fields{{"invoice": due.text("items", "0", "invoice"), "step": 1, "place": "by post"}}})
	h.ask("write-off-invoice", parameters{"id", closedMonth + "/gruenwald-main"}, fields{"reason": "The customer is bankrupt", "on": "2026-11-02"})
}

func (h *harvest) months() {
	month := parameters{"period", closedMonth}
	h.ask("reopen-month", month, fields{"reason": "A late credit of the provider"})
	h.ask("close-month", month, fields{})
	running := said{h, h.send(http.MethodPost, api.Base+"/months/"+closedMonth+"/close", fields{}).body}
	h.ask("cancel-job", parameters{"id", running.text("id")}, nil)
	h.ended(running.text("id"))
	h.ask("retry-job", parameters{"id", running.text("id")}, nil)
	h.ended(running.text("id"))
	h.ask("run-schedules", nil, fields{"dry_run": true})
	h.ask("list-audit", parameters{"action", "invoice.*", "most", "1000"}, nil)
	h.ask("verify-audit", nil, nil)
	h.ask("export-audit", nil, nil)
}

// ended waits until a job does nothing any more.
func (h *harvest) ended(job string) {
	for {
		state := said{h, h.send(http.MethodGet, api.Base+"/jobs/"+job, nil).body}.text("state")
		if state != "queued" && state != "running" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (h *harvest) secrets() {
	h.ask("set-secret", parameters{"name", "source.prod-cur"}, fields{"value": "not shown again"})
	h.ask("list-secrets", nil, nil)
	h.ask("rotate-secrets", nil, nil)
	h.ask("remove-secret", parameters{"name", "source.prod-cur"}, nil)
}

// brands shows the reseller as it wants to be seen, and tells its customers something.
func (h *harvest) brands() {
	root := parameters{"organization", access.Root}
	h.ask("save-brand", root, fields{
		"name": "Akatsuki Cloud", "accent": "#0b6363", "domain": "billing.akatsuki.example", "mail_sender": fields{"name": "Akatsuki Billing", "address": "billing@akatsuki.example"},
		"support": fields{"email": "help@akatsuki.example", "phone": "+81 3 0000 0000", "url": "https://akatsuki.example/help"}, "footer": "Akatsuki Cloud K.K.\nTokyo", "language": "ja",
	})
	light := append(slices.Clone(root), "variant", "light")
	h.ask("save-brand-logo", light, smallPicture(h.t))
	drawn := h.got["save-brand-logo"]
	drawn.Request = quoted([]byte("(the file)"))
	h.got["save-brand-logo"] = drawn
	h.ask("list-brands", nil, nil)
	h.ask("show-brand", root, nil)
	h.ask("show-current-brand", nil, nil)
	h.ask("download-brand-logo", light, nil)
	seal := h.ask("add-artwork", parameters{"name", "kakuin.png"}, smallPicture(h.t))
	kept := h.got["add-artwork"]
	kept.Request = quoted([]byte("(the file)"))
	h.got["add-artwork"] = kept
	h.ask("list-artwork", nil, nil)
	h.ask("download-artwork", parameters{"id", seal.text("id")}, nil)
	h.ask("show-layout-words", parameters{"language", "ja"}, nil)
	made := h.ask("add-announcement", nil, fields{
		"level": "info", "words": []fields{
			{"language": "en", "title": "Invoices come on the 8th", "text": "From November on invoices are published on the 8th of the month."},
			{"language": "ja", "title": "請求書の発行日が変わります", "text": "11 月から、請求書は毎月 8 日に公開されます。"},
		}, "from": "2026-10-01T00:00:00Z", "customers": []string{"aozora", "hokuto"}, "enabled": true,
	})
	id := parameters{"id", made.text("id")}
	h.ask("list-announcements", nil, nil)
	h.ask("show-announcement", id, nil)
	h.as(h.program("aozora-reader", nil, access.Grant{Organization: "aozora", Role: "customer-viewer"}), func() {
		h.ask("list-portal-announcements", parameters{"language", "ja"}, nil)
		h.ask("dismiss-announcement", id, nil)
		h.ask("change-preferences", nil, fields{"language": "ja", "colour_scheme": "dark", "number_format": "1,234.5", "columns": fields{"invoices": []string{"number", "total", "due"}}})
		h.ask("show-preferences", nil, nil)
		view := h.ask("add-saved-view", nil, fields{"name": "EC2 by day", "page": "costs", "query": "month=2026-10&by=day,service&service=AmazonEC2", "shared": true})
		h.ask("list-saved-views", nil, nil)
		h.ask("change-saved-view", parameters{"id", view.text("id")}, fields{"name": "EC2, day by day"})
		h.ask("remove-saved-view", parameters{"id", view.text("id")}, nil)
	})
	h.ask("save-announcement", id, fields{"level": "warning", "words": []fields{{"language": "en", "title": "Invoices come on the 9th", "text": ""}}, "enabled": true})
	h.ask("remove-announcement", id, nil)
	h.ask("remove-brand-logo", light, nil)
	h.ask("remove-brand", root, nil)
}

// own is what the first user does about herself, in a browser.
func (h *harvest) own() {
	h.token = ""
	h.ask("show-me", nil, nil)
	made := h.ask("create-token", nil, fields{"name": "laptop", "days": 30, "scopes": []string{"invoices.read"}})
	h.ask("list-tokens", nil, nil)
	h.ask("revoke-token", parameters{"id", made.text("id")}, nil)

	begun := h.ask("begin-passkey", nil, fields{"name": "my phone"})
	origin, err := url.Parse(h.Origin())
	if err != nil {
		h.t.Fatal(err)
	}
	party := virtualwebauthn.RelyingParty{Name: "Sluice", ID: origin.Hostname(), Origin: h.Origin()}
	phone, credential := virtualwebauthn.NewAuthenticator(), virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	phone.Options.UserHandle = []byte(said{h, h.send(http.MethodGet, api.Base+"/me", nil).body}.text("id"))
	phone.AddCredential(credential)
	wanted, err := virtualwebauthn.ParseAttestationOptions(begun.json("options"))
	if err != nil {
		h.t.Fatal(err)
	}
	key := h.ask("finish-passkey", nil, fields{"handle": begun.text("handle"), "response": json.RawMessage(virtualwebauthn.CreateAttestationResponse(party, phone, credential, *wanted))})
	h.ask("list-passkeys", nil, nil)
	h.ask("rename-passkey", parameters{"id", key.text("id")}, fields{"name": "old phone"})
	asked := h.ask("begin-passkey-sign-in", nil, nil)
	question, err := virtualwebauthn.ParseAssertionOptions(asked.json("options"))
	if err != nil {
		h.t.Fatal(err)
	}
	credential.Counter++
	h.ask("finish-passkey-sign-in", nil, fields{"handle": asked.text("handle"), "response": json.RawMessage(virtualwebauthn.CreateAssertionResponse(party, phone, credential, *question))})

	seed := h.ask("enrol-totp", nil, nil)
	code, err := totp.GenerateCode(seed.text("seed"), time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	h.ask("confirm-totp", nil, fields{"code": code})
	codes := h.ask("renew-recovery-codes", nil, nil)
	pending := h.ask("sign-in", nil, fields{"email": "ayumi@akatsuki.example", "password": passphrase})
	h.ask("finish-sign-in", nil, fields{"pending": pending.text("pending"), "code": codes.text("recovery_codes", "0")})
	h.ask("list-sessions", nil, nil)
	h.ask("remove-passkey", parameters{"id", key.text("id")}, nil)
	h.ask("disable-totp", nil, nil)
	h.ask("revoke-other-sessions", nil, nil)
	h.ask("change-password", nil, fields{"current": passphrase, "password": passphrase + "!"})
	h.ask("sign-in", nil, fields{"email": "ayumi@akatsuki.example", "password": passphrase + "!"})
	all := said{h, h.send(http.MethodGet, api.Base+"/me/sessions", nil).body}
	h.ask("revoke-session", parameters{"id", all.text("items", "0", "id")}, nil)
	h.ask("sign-in", nil, fields{"email": "ayumi@akatsuki.example", "password": passphrase + "!"})
	h.ask("sign-out", nil, nil)
}
