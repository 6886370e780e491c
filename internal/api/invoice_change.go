package api

import (
	"context"
	"net/http"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/receivable"
)

// mostNamed is how large the body of a request may be that names documents, in
// bytes.
const mostNamed = 16 << 20

// onlyFirst says what bulk operations have in common.
const onlyFirst = "They are taken one by one in the order given. The first that is refused ends it: those before it stay done, and `refused` says why. Where already the first is refused nothing is done, and the answer is that problem."

// partly is how an operation ends that does things one by one, when it was refused
// after some were done: the answer has what was done, and why not more.
func (d *Desk) partly(ctx context.Context, done int, err error) (*Problem, error) {
	if err == nil || done == 0 || d.session.service == nil && failedInside(err) {
		return nil, err // here in the process, the caller has both
	}
	var p *Problem
	if s := d.session.service; s != nil {
		p, _ = s.problem(ctx, err).(*Problem)
	} else {
		p, _ = ProblemOf(err)
		p.complete()
	}
	return p, nil
}

func failedInside(err error) bool {
	_, inner := ProblemOf(err)
	return inner
}

// AsError is the problem as an error; nil where there is none.
func (p *Problem) AsError() error {
	if p == nil {
		return nil
	}
	return p
}

// DocumentsInput names documents.
type DocumentsInput struct {
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"100000" doc:"The documents, by id or number" example:"[\"2026-10/acme-main\"]"`
	}
}

// ForDocuments names documents.
func ForDocuments(ids []string) (in DocumentsInput) {
	in.Body.IDs = ids
	return in
}

// DocumentChange is what became of a document.
type DocumentChange struct {
	ID  string `json:"id" doc:"As it was named"`
	New bool   `json:"new" doc:"False: it was so before"`
}

// DocumentChanges are what became of documents.
type DocumentChanges struct {
	Changes []DocumentChange `json:"changes"`
	Refused *Problem         `json:"refused,omitempty" doc:"Why the document after the last of changes was refused; not there where all are done"`
}

// oneByOne does something to documents, until one is refused.
func (d *Desk) oneByOne(ctx context.Context, ids []string, do func(id string) (fresh bool, err error)) (DocumentChanges, error) {
	out := DocumentChanges{Changes: []DocumentChange{}}
	for _, id := range ids {
		fresh, err := do(id)
		if err != nil {
			out.Refused, err = d.partly(ctx, len(out.Changes), err)
			return out, err
		}
		out.Changes = append(out.Changes, DocumentChange{id, fresh})
	}
	return out, nil
}

// ApproveInvoices says that drafts may be issued.
var ApproveInvoices = Operation[*Desk, DocumentsInput, DocumentChanges]{
	ID: "approve-invoices", Method: http.MethodPost, Path: "/invoices/approve", Tag: "Invoices", Title: "Approve drafts", Needs: access.ApproveBills,
	About: "Records that the caller has looked at drafts as they are now. What is unexpected about a draft must be accepted first. A draft that is made again from other data or rules must be approved again. " +
		"Where the reseller's approval is required, only approved drafts are issued; where it is four-eyes, who issues a draft must be somebody else.\n\n" + onlyFirst,
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in DocumentsInput) (DocumentChanges, error) {
		return d.oneByOne(ctx, in.Body.IDs, func(id string) (bool, error) {
			_, fresh, err := d.Documents.Approve(ctx, id)
			return fresh, err
		})
	},
}

// PublishInvoices shows documents to customers.
var PublishInvoices = Operation[*Desk, DocumentsInput, DocumentChanges]{
	ID: "publish-invoices", Method: http.MethodPost, Path: "/invoices/publish", Tag: "Invoices", Title: "Publish documents", Needs: access.SendBills,
	About:  "Makes issued documents visible to the customer in the portal. Drafts are never visible, and are refused.\n\n" + onlyFirst,
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in DocumentsInput) (DocumentChanges, error) {
		return d.oneByOne(ctx, in.Body.IDs, func(id string) (bool, error) { return d.Documents.Publish(ctx, id, true) })
	},
}

// UnpublishInvoices takes documents out of the customers' sight.
var UnpublishInvoices = Operation[*Desk, DocumentsInput, DocumentChanges]{
	ID: "unpublish-invoices", Method: http.MethodPost, Path: "/invoices/unpublish", Tag: "Invoices", Title: "Unpublish documents", Needs: access.SendBills,
	About:  "Takes documents out of the portal again. They stay issued and due.\n\n" + onlyFirst,
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in DocumentsInput) (DocumentChanges, error) {
		return d.oneByOne(ctx, in.Body.IDs, func(id string) (bool, error) { return d.Documents.Publish(ctx, id, false) })
	},
}

// SentInput names documents, and says how they went to whom.
type SentInput struct {
	Body struct {
		IDs []string     `json:"ids" minItems:"1" maxItems:"100000" doc:"The documents, by id or number"`
		To  string       `json:"to" minLength:"1" maxLength:"1000" doc:"Whom they went to, such as an address of mail"`
		By  string       `json:"by,omitempty" maxLength:"200" default:"mail" doc:"How they went, such as post"`
		On  *billing.Day `json:"on,omitempty" doc:"The day they went; today, UTC, where it is not given"`
	}
}

// MarkInvoicesSent records that documents were sent.
var MarkInvoicesSent = Operation[*Desk, SentInput, DocumentChanges]{
	ID: "mark-invoices-sent", Method: http.MethodPost, Path: "/invoices/sent", Tag: "Invoices", Title: "Record that documents were sent", Needs: access.SendBills,
	About:  "Records that issued documents went to the customer: how, to whom and when. It sends nothing. A document can be sent several times; each is kept.\n\n" + onlyFirst,
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in SentInput) (DocumentChanges, error) {
		by, on := in.Body.By, dayOr(in.Body.On, d.Today())
		if by == "" {
			by = "mail"
		}
		return d.oneByOne(ctx, in.Body.IDs, func(id string) (bool, error) {
			return true, d.Documents.MarkSent(ctx, id, on, by+" to "+in.Body.To)
		})
	},
}

// IssueInput names drafts, and the date of their issue.
type IssueInput struct {
	Body struct {
		IDs []string     `json:"ids" minItems:"1" maxItems:"100000" doc:"The drafts, by id"`
		On  *billing.Day `json:"on,omitempty" doc:"The issue date; today, UTC, where it is not given"`
	}
}

// Issued are documents that were issued.
type Issued struct {
	Issued  []DocumentSummary `json:"issued" doc:"In the order in which they were issued"`
	Refused *Problem          `json:"refused,omitempty" doc:"Why the next draft was refused; not there where all are issued"`
}

// IssueInvoices makes drafts binding.
var IssueInvoices = Operation[*Desk, IssueInput, Issued]{
	ID: "issue-invoices", Method: http.MethodPost, Path: "/invoices/issue", Tag: "Invoices", Title: "Issue drafts", Needs: access.IssueBills,
	About: "Gives drafts the next numbers of their series and their date. An issued invoice never changes.\n\n" +
		"Previews, drafts that would become others if they were made now, drafts that somebody must approve first, drafts that are not what is expected and that nobody has accepted, " +
		"and drafts of a month whose certificate has a residue are refused. " + onlyFirst,
	Upload: mostNamed,
	Do: func(ctx context.Context, d *Desk, in IssueInput) (out Issued, err error) {
		issued, err := d.Documents.Issue(ctx, in.Body.IDs, dayOr(in.Body.On, d.Today()))
		out.Issued = make([]DocumentSummary, len(issued))
		for i, inv := range issued {
			out.Issued[i] = summaryOf(inv)
		}
		out.Refused, err = d.partly(ctx, len(issued), err)
		return out, err
	},
}

// AcceptDraftInput names a draft, and says why it is right.
type AcceptDraftInput struct {
	ByDocument
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"4000" doc:"Why it is right; auditors will read it"`
	}
}

// AcceptedDraft is what was accepted of a draft.
type AcceptedDraft struct {
	Findings []month.Finding `json:"findings" doc:"What was unexpected and is accepted now; none where all is as expected, or was accepted before"`
	Refused  *Problem        `json:"refused,omitempty" doc:"Why not all is accepted"`
}

// AcceptInvoice accepts what is unexpected about a draft.
var AcceptInvoice = Operation[*Desk, AcceptDraftInput, AcceptedDraft]{
	ID: "accept-invoice", Method: http.MethodPost, Path: "/invoices/{id}/accept", Tag: "Invoices", Title: "Accept what is unexpected about a draft", Needs: access.WaiveFindings,
	About: "Waives all findings that keep a draft from being approved and issued: amounts out of the expected range, new services, missing accounts, nothing to pay. Who accepted them, when and why is kept. " +
		"It holds for exactly what was seen: a draft that is made again with other amounts must be accepted again. An issued document is refused.",
	Do: func(ctx context.Context, d *Desk, in AcceptDraftInput) (out AcceptedDraft, err error) {
		accepted, err := d.Documents.Accept(ctx, in.ID, in.Body.Reason)
		out.Findings = append([]month.Finding{}, accepted...)
		out.Refused, err = d.partly(ctx, len(accepted), err)
		return out, err
	},
}

// SettleInput names a document, with a reason and a day.
type SettleInput struct {
	ByDocument
	Body struct {
		Reason string       `json:"reason" minLength:"1" maxLength:"4000" doc:"Why; auditors will read it, and a credit note prints it"`
		On     *billing.Day `json:"on,omitempty" doc:"The day it counts from; today, UTC, where it is not given"`
	}
}

// VoidInvoice takes an issued invoice back.
var VoidInvoice = Operation[*Desk, SettleInput, DocumentSummary]{
	ID: "void-invoice", Method: http.MethodPost, Path: "/invoices/{id}/void", Tag: "Invoices", Title: "Take an issued invoice back", Needs: access.DraftBills, Creates: true,
	About: "Issues a credit note over all that is in force of an invoice and its notes, and names the invoice and the reason; the answer is that note. Neither document is ever changed. " +
		"What was prepaid goes back to the balance. The month of the billing group can be drafted and issued anew afterwards.\n\n" +
		"Refused where it is not issued or voided already, where the date is before that of the last document, and, with four-eyes, to who issued the invoice.",
	Do: func(ctx context.Context, d *Desk, in SettleInput) (DocumentSummary, error) {
		note, err := d.Documents.Void(ctx, in.ID, in.Body.Reason, dayOr(in.Body.On, d.Today()))
		return summaryOf(note), err
	},
}

// WriteOffInvoice gives up what is open of an invoice.
var WriteOffInvoice = Operation[*Desk, SettleInput, receivable.PaymentRecord]{
	ID: "write-off-invoice", Method: http.MethodPost, Path: "/invoices/{id}/write-off", Tag: "Invoices", Title: "Write off what is open of an invoice", Needs: access.IssueBills, Creates: true,
	About: "Settles what is still open of an issued invoice without money. The invoice itself does not change, and its tax is not corrected: for that it needs a credit note. " +
		"The entry stands among the payments; reversing it undoes the write-off. Refused where nothing is left to be paid.",
	Do: func(ctx context.Context, d *Desk, in SettleInput) (receivable.PaymentRecord, error) {
		return d.Receivables.WriteOff(ctx, in.ID, dayOr(in.Body.On, d.Today()), in.Body.Reason)
	},
}
