package provision

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Which says which export is meant: by its ARN, else by its name, else the one that
// goes to the bucket and prefix. Kind decides whom AWS asks.
type Which struct {
	Kind   string // one of Kinds
	Name   string
	ARN    string // of Data Exports
	Bucket string
	Prefix string // without slashes around it
}

func (w Which) String() string {
	switch {
	case w.Name != "":
		return "export " + w.Name
	case w.ARN != "":
		return "export " + w.ARN
	}
	return fmt.Sprintf("an export to s3://%s/%s", w.Bucket, w.Prefix)
}

// Health is how an export is doing, as AWS says.
type Health struct {
	Found   bool
	Kind    string // of what AWS has; empty where Sluice cannot read it
	Name    string
	ARN     string // empty for reports
	Bucket  string
	Prefix  string
	Columns int // that it selects; 0 for reports, which have all
	// Works says that AWS delivers it, or will deliver it for the first time.
	Works bool
	// Last is the last delivery, UTC; zero where there was none, or AWS does not say.
	Last     time.Time
	Findings []Finding
}

// Finding is something that is wrong with an export. Its sentences are for people.
type Finding struct {
	// Serious findings keep bills away, or make them wrong; others are worth a look.
	Serious bool
	About   string // status, granularity, resources, format, artifacts or versioning
	Says    string
	Advice  string
}

func (h *Health) find(serious bool, about, says, advice string) {
	h.Findings = append(h.Findings, Finding{serious, about, says, advice})
}

// ExportHealth asks AWS how an export is doing: whether there is one, whether it is
// delivered and, where not, why, and whether it has hours and resources. That there is
// none is no error. An error says what could not be asked, and what to do.
func ExportHealth(ctx context.Context, c aws.Config, which Which) (Health, error) {
	c = inBillingRegion(c)
	which.Prefix = strings.Trim(which.Prefix, "/")
	switch which.Kind {
	case CUR:
		return reportHealth(ctx, c, which)
	case CUR2, FOCUS:
		return dataExportHealth(ctx, c, which)
	}
	return Health{}, fmt.Errorf("AWS knows nothing of exports of kind %s; ask about %s", which.Kind, strings.Join(Kinds, ", "))
}

// goesTo says whether an export of a bucket and prefix is the one that is meant.
func (w Which) goesTo(bucket, prefix string) bool {
	return w.Bucket == bucket && (w.Prefix == "" || w.Prefix == strings.Trim(prefix, "/") || strings.HasPrefix(w.Prefix, strings.Trim(prefix, "/")+"/"))
}

// none is what is said when there is no such export.
func none(which Which) Health {
	h := Health{Kind: which.Kind}
	h.find(true, "status", "the account has no "+strings.TrimPrefix(which.String(), "an ")+" of kind "+which.Kind, "see that the credential is of the payer, and make the export from a template or with Sluice")
	return h
}

const notHourly = "hours are needed to give commitments to their owners; make the export anew with granularity HOURLY"

const noResources = "resources are needed to explain prices and to follow tags; make the export anew with resource ids"
