package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/audit"
	"github.com/sluice-billing/sluice/internal/secret"
)

// recordOperations are about the audit and about secrets.
var recordOperations = []described{ListAudit, VerifyAudit, ExportAudit, ListSecrets, SetSecret, RemoveSecret, RotateSecrets}

// AuditQuery chooses entries of the audit.
type AuditQuery struct {
	Since   time.Time `query:"since" doc:"From then on"`
	Until   time.Time `query:"until" doc:"Before then"`
	By      string    `query:"by" maxLength:"300" doc:"Of this person or program"`
	Action  string    `query:"action" maxLength:"100" doc:"Such as invoice.issue; all that begin so where it ends with *"`
	Subject string    `query:"subject" maxLength:"300" doc:"Such as 2026-10/acme; all that begin so where it ends with *"`
	Before  int64     `query:"before" minimum:"0" doc:"Before the entry with this number; the newest where it is not given"`
	Most    int       `query:"most" minimum:"1" maximum:"100000" default:"10000" doc:"How many entries to look through at most"`
}

// ListAudit lists who did what.
var ListAudit = Listing[*Desk, AuditQuery, audit.Entry]{
	ID: "list-audit", Path: "/audit", Tag: "Audit", Title: "List who did what", Needs: access.ReadAudit,
	About: "The newest entries first: who did what to which thing, from where, why, and what it was before and after. Each entry has the hash of the one before.",
	Key:   func(e audit.Entry) string { return strconv.FormatInt(e.Seq, 10) },
	Do: func(ctx context.Context, d *Desk, in AuditQuery) ([]audit.Entry, error) {
		return d.Store.AuditPage(ctx, audit.Filter{Since: in.Since, Until: in.Until, By: in.By, Action: in.Action, Subject: in.Subject}, in.Before, in.Most)
	},
}

// Verified is what came of a check of the audit.
type Verified struct {
	audit.Proof
	Good  bool   `json:"good"`
	Wrong string `json:"wrong,omitempty" doc:"The first thing that is wrong"`
}

// AuditNoted is what the audit must still have.
type AuditNoted struct {
	Head string `query:"head" maxLength:"100" doc:"An entry that was noted before, as number:hash, and must still be there"`
}

// VerifyAudit checks the chain.
var VerifyAudit = Operation[*Desk, AuditNoted, Verified]{
	ID: "verify-audit", Method: http.MethodGet, Path: "/audit/proof", Tag: "Audit", Title: "Check the audit", Needs: access.ReadAudit,
	About: "Whether every entry is there and as it was written, by the chain of their hashes. An export can be checked without the server, too: `sluice audit verify FILE`.",
	Do: func(ctx context.Context, d *Desk, in AuditNoted) (Verified, error) {
		var heads []audit.Head
		if in.Head != "" {
			head, err := audit.ParseHead(in.Head)
			if err != nil {
				return Verified{}, invalid("query.head", "%v", err)
			}
			heads = append(heads, head)
		}
		proof, err := audit.VerifyRecords(ctx, d.Store, heads...)
		var broken *audit.BrokenError
		if errors.As(err, &broken) {
			return Verified{Proof: proof, Wrong: broken.Error()}, nil
		}
		return Verified{Proof: proof, Good: err == nil}, err
	},
}

// AuditFormat is how to write the audit down.
type AuditFormat struct {
	Format string `query:"format" enum:"jsonl,csv" default:"jsonl" doc:"JSON lines, which can be checked, or CSV"`
}

// ExportAudit returns the whole audit as a file.
var ExportAudit = Download[*Desk, AuditFormat]{
	ID: "export-audit", Path: "/audit/file", Tag: "Audit", Title: "Export the audit", Needs: access.ReadAudit,
	About:      "All entries, the oldest first. The last line has the head of the chain.",
	MediaTypes: []string{"application/jsonl", "text/csv"},
	Do: func(ctx context.Context, d *Desk, in AuditFormat) (File, error) {
		var out bytes.Buffer
		if in.Format == "csv" {
			_, err := audit.ExportCSV(ctx, &out, d.Store.AuditFrom(ctx, 1))
			return File{"audit.csv", "text/csv", out.Bytes()}, err
		}
		_, err := audit.ExportLines(ctx, &out, d.Store.AuditFrom(ctx, 1), d.Now())
		return File{"audit.jsonl", "application/jsonl", out.Bytes()}, err
	},
}

// ListSecrets lists the names of secrets.
var ListSecrets = Listing[*Desk, struct{}, secret.Named]{
	ID: "list-secrets", Path: "/secrets", Tag: "System", Title: "List the names of secrets", Needs: access.WriteSecrets,
	About: "Names, and when they were set; a secret itself is never returned.",
	Key:   func(n secret.Named) string { return n.Name },
	Do: func(ctx context.Context, d *Desk, _ struct{}) ([]secret.Named, error) {
		keys, err := d.Keys(ctx)
		if err != nil {
			return nil, err
		}
		names, err := keys.Names(ctx)
		return append([]secret.Named{}, names...), err
	},
}

// SecretInput is a secret.
type SecretInput struct {
	Name string `path:"name" maxLength:"128" doc:"Such as source.prod-cur"`
	Body struct {
		Value string `json:"value" minLength:"1" maxLength:"65536" writeOnly:"true" doc:"Kept encrypted, and never shown"`
	}
}

// SetSecret keeps a secret.
var SetSecret = Operation[*Desk, SecretInput, Done]{
	ID: "set-secret", Method: http.MethodPut, Path: "/secrets/{name}", Tag: "System", Title: "Set a secret", Needs: access.WriteSecrets,
	About: "Keeps it encrypted under the installation's key. It can be used and replaced, not read.",
	Do: func(ctx context.Context, d *Desk, in SecretInput) (Done, error) {
		keys, err := d.Keys(ctx)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, keys.Set(ctx, in.Name, secret.TextOf(in.Body.Value), d.User)
	},
}

// ByName names a secret.
type ByName struct {
	Name string `path:"name" maxLength:"128" doc:"Such as source.prod-cur"`
}

// RemoveSecret forgets a secret.
var RemoveSecret = Operation[*Desk, ByName, Done]{
	ID: "remove-secret", Method: http.MethodDelete, Path: "/secrets/{name}", Tag: "System", Title: "Forget a secret", Needs: access.WriteSecrets,
	About: "What used it fails from then on.",
	Do: func(ctx context.Context, d *Desk, in ByName) (Done, error) {
		keys, err := d.Keys(ctx)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, keys.Delete(ctx, in.Name, d.User)
	},
}

// RotateSecrets encrypts everything with a new key.
var RotateSecrets = Operation[*Desk, struct{}, Done]{
	ID: "rotate-secrets", Method: http.MethodPost, Path: "/secrets/rotate", Tag: "System", Title: "Encrypt all secrets with a new key", Needs: access.WriteSecrets,
	About: "Makes a new key, and encrypts every secret with it anew.",
	Do: func(ctx context.Context, d *Desk, _ struct{}) (Done, error) {
		keys, err := d.Keys(ctx)
		if err != nil {
			return Done{}, err
		}
		return Done{true}, keys.Rotate(ctx, d.User)
	},
}
