package probe

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/source"
)

// open opens the source's place.
func (r *run) open() bool {
	var access source.Access
	if r.opened != nil {
		var err error
		if access, err = r.opened.Access(r.ctx); err != nil {
			r.say(Credential, Failed, err.Error(), "name another credential in the source")
			return false
		}
	}
	place, err := source.Open(r.ctx, r.source.URL, access)
	var trouble *source.Trouble
	switch {
	case errors.As(err, &trouble):
		r.troubled(trouble)
		return false
	case err != nil:
		says, advice, _ := strings.Cut(err.Error(), "; ")
		r.say(Bucket, Failed, says, cmp.Or(advice, "correct the source's address"))
		return false
	}
	r.place, r.report.Place = place, place.String()
	r.ok(Bucket, "%s can be listed", place)
	if strings.HasPrefix(place.String(), "s3://") {
		r.ok(Region, "it answers where it is asked%s", inRegion(r.source.URL))
	} else {
		r.skip(Region, "only buckets of S3 have one to be given")
	}
	return true
}

func inRegion(address string) string {
	if u, err := url.Parse(address); err == nil && u.Query().Get("region") != "" {
		return ", in " + u.Query().Get("region")
	}
	return ""
}

// troubled says at which step a bucket could not be listed.
func (r *run) troubled(t *source.Trouble) {
	r.report.Place = t.Place
	switch t.What {
	case source.TroubleKeys:
		r.report.Steps = nil // what was said of the credential did not hold at the bucket
		r.say(Credential, Failed, t.Says, t.Advice)
	case source.TroubleRole:
		r.report.Steps = nil
		r.say(Role, Failed, t.Says, t.Advice)
	case source.TroubleRegion:
		r.ok(Bucket, "it is there")
		r.say(Region, Failed, t.Says, t.Advice)
	default:
		r.say(Bucket, Failed, t.Says, t.Advice)
	}
}

// mostMonths is how far back an export is looked for.
const mostMonths = 13

// find looks for the newest delivery of the source's kind.
func (r *run) find() bool {
	period := billing.PeriodOf(r.home.Now().UTC())
	for range mostMonths {
		billing.Step(r.ctx, "look for "+period.String()+" in "+r.place.String(), 0, 0)
		deliveries, err := r.place.Deliveries(r.ctx, r.source.Kind, period)
		if err != nil {
			r.ok(Prefix, "something lies there")
			says, advice, _ := strings.Cut(err.Error(), "; ")
			r.say(Manifest, Failed, says, cmp.Or(advice, "have the provider deliver the month again"))
			return false
		}
		if len(deliveries) > 0 {
			r.found(deliveries)
			return true
		}
		period = period.Previous()
	}
	r.missing()
	return false
}

func (r *run) found(all []source.Delivery) {
	r.delivery = all[0]
	for _, d := range all {
		if d.Delivered.After(r.delivery.Delivered) {
			r.delivery = d
		}
	}
	d := r.delivery
	r.ok(Prefix, "exports lie there")
	var bytes int64
	for _, f := range d.Files {
		bytes += f.Size
	}
	says := fmt.Sprintf("report %s has %s in %d files of %d.%d MB", d.Report, d.Period, len(d.Files), bytes/1_000_000, bytes%1_000_000/100_000)
	if len(all) == 1 {
		r.ok(Manifest, "%s", says)
		return
	}
	var names []string
	for _, x := range all {
		names = append(names, x.Report)
	}
	r.say(Manifest, Warning, fmt.Sprintf("%d reports have %s: %s; all of them are loaded", len(all), d.Period, strings.Join(names, ", ")),
		"where they are of the same account every line counts twice; then name the folder of one of them in the source's address")
}

// missing says what there is where no export of the kind is.
func (r *run) missing() {
	found, err := r.place.Reports(r.ctx, ingest.KindOf)
	if err != nil {
		says, advice, _ := strings.Cut(err.Error(), "; ")
		r.say(Prefix, Failed, says, cmp.Or(advice, "try again"))
		return
	}
	if found.Objects == 0 {
		advice := "correct the folder in the source's address, or wait: the first delivery of a new export may take 24 hours"
		if folders, err := r.place.Folders(r.ctx); err == nil && len(folders) > 0 {
			advice += "; at the top there are " + strings.Join(folders, ", ")
		}
		r.say(Prefix, Failed, "nothing lies below "+r.place.String(), advice)
		return
	}
	r.ok(Prefix, "%d objects lie there", found.Objects)
	for _, x := range found.Reports {
		if x.Kind == r.source.Kind {
			r.say(Manifest, Failed, fmt.Sprintf("the newest month of report %s is %s, more than %d months ago", x.Name, x.Months[0].Period, mostMonths-1), "see that the export still is there at the provider")
			return
		}
	}
	for _, x := range found.Reports {
		r.say(Manifest, Failed, fmt.Sprintf("there is report %s of kind %s, but the source is of kind %s", x.Name, x.Kind, r.source.Kind), "write kind: "+x.Kind+" into the source")
		return
	}
	r.say(Manifest, Failed, fmt.Sprintf("none of %d objects is the manifest or file of an export of kind %s", found.Objects, r.source.Kind),
		"see that the folder is that of an export, and that its type is one that Sluice reads; the first delivery of a new export may take 24 hours")
}

// stale is how old the newest delivery of a month may be that is not over.
const stale = 48 * time.Hour

// freshness looks at when the newest delivery came.
func (r *run) freshness() {
	now, d := r.home.Now().UTC(), r.delivery
	current := billing.PeriodOf(now)
	state := Failed
	if !r.ofAWS() {
		state = Warning // others deliver as their customers have set it up
	}
	const advice = "see at the provider whether the export still is delivered; permissions of its bucket that were changed stop it"
	age := now.Sub(d.Delivered)
	switch {
	case d.Period == current && age > stale:
		r.say(Freshness, state, fmt.Sprintf("%s was delivered last on %s UTC, %d hours ago; a month that is not over comes at least once a day", d.Period, d.Delivered.Format("2006-01-02 15:04"), int64(age/time.Hour)), advice)
	case d.Period == current || d.Period == current.Previous() && now.Sub(current.Start()) <= stale:
		r.ok(Freshness, "%s was delivered on %s UTC", d.Period, d.Delivered.Format("2006-01-02 15:04"))
	default:
		r.say(Freshness, state, fmt.Sprintf("the newest month is %s, and nothing of %s has come", d.Period, current), advice)
	}
}

// ofAWS tells whether the source's payer is one of AWS.
func (r *run) ofAWS() bool {
	for _, p := range r.config.Payers {
		if p.ID == r.source.Payer {
			return p.Provider == "aws"
		}
	}
	return false
}

// overwritten tells whether a legacy report of AWS writes its files over those of the
// delivery before: they then lie in no folder of their version.
func overwritten(d source.Delivery) bool {
	return !strings.Contains(path.Dir(d.Files[0].Key)+"/", "/"+d.Version+"/")
}
