package server

import (
	"net/http"
	"strings"

	"github.com/sluice-billing/sluice/internal/api"
)

// handover sets mail and routes up, and hands documents over.
func (h *harvest) handover() {
	sink := startMail(h.t)
	h.send(http.MethodPut, api.Base+"/brands/reseller", fields{"name": "Akatsuki Cloud", "mail_sender": fields{"name": "Akatsuki Billing", "address": "billing@akatsuki.example"}})
	server := fields{"host": "smtp.akatsuki.example", "user": "billing", "password": "not shown again", "bounces": "bounces@akatsuki.example"}
	h.ask("save-mail-server", nil, server)
	h.ask("show-mail-server", nil, nil)
	h.send(http.MethodPut, api.Base+"/mail/server", fields{"host": "127.0.0.1", "port": sink.port, "security": "none"})
	h.ask("test-mail-server", nil, fields{"to": "ayumi@akatsuki.example"})
	h.ask("list-letters", nil, nil)
	h.ask("list-letter-fields", nil, nil)
	letter := parameters{"kind", "invoice", "language", "en"}
	h.ask("save-letter", letter, fields{"subject": "Invoice {number} for {period}", "body": "Dear {customer}\n\nTo be paid: {open}\nDue date: {due}\n\n{link}"})
	h.ask("preview-letter", nil, fields{"kind": "invoice", "language": "en"})
	h.ask("remove-letter", letter, nil)
	h.ask("list-handover-kinds", nil, nil)
	wish := fields{"what": []string{"invoice", "credit-note"}, "formats": []string{"pdf"}, "by": "mail", "when": fields{"on": "publish"}, "to": []string{"keiri@aozora.example"}, "link_days": 30}
	added := fields{"customer": "aozora"}
	for name, value := range wish {
		added[name] = value
	}
	route := parameters{"id", h.ask("add-handover-route", nil, added).text("id")}
	h.ask("list-handover-routes", nil, nil)
	h.ask("show-handover-route", route, nil)
	wish["enabled"], wish["description"] = true, "Accounts payable"
	h.ask("change-handover-route", route, wish)
	h.ask("hand-over-month", route, fields{"period": closedMonth, "dry_run": true})
	h.ask("test-handover-route", route, nil)
	h.hostKey()
	document := parameters{"id", closedMonth + "/aozora-main"}
	parcel := parameters{"id", h.ask("hand-over-invoice", document, fields{"to": []string{"keiri@aozora.example"}}).text("id")}
	h.ask("run-handovers", nil, nil)
	h.ask("list-handovers", parameters{"what", "invoice"}, nil)
	h.ask("show-handover", parcel, nil)
	h.send(http.MethodPut, api.Base+"/mail/server", server)
	h.ask("retry-handover", parcel, nil)
	h.ask("cancel-handover", parcel, nil)
	h.bounce(sink)
	h.ask("remove-handover-route", route, nil)
	link := h.ask("create-link", document, fields{"days": 30})
	h.ask("list-links", document, nil)
	h.ask("revoke-link", parameters{"id", link.text("link", "id")}, nil)
	h.ask("remove-mail-server", nil, nil)
}

// bounce reports that a message came back, as a mail server does.
func (h *harvest) bounce(sink *mailSink) {
	all := sink.wait(h.t, 3) // two tests, and the document
	_, rest, _ := strings.Cut(string(all[len(all)-1].raw), "Message-ID: <")
	id, _, _ := strings.Cut(rest, ">")
	h.ask("read-bounce", nil, bounceOf(id, all[len(all)-1].to[0]))
	sent := h.got["read-bounce"]
	sent.Request = quoted([]byte("(the message)"))
	h.got["read-bounce"] = sent
}

// hostKey shows what an SFTP server would say: there is none here to ask.
func (h *harvest) hostKey() {
	h.got["show-host-key"] = api.Example{
		Request: []byte(`{"target":"sftp://akatsuki@files.aozora.example/invoices"}`), Answer: []byte(`{"host_key":"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"}`),
	}
}
