package probe

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/source"
)

// rows looks at the first rows of the newest delivery.
func (r *run) rows() {
	payer, err := month.PayerOf(r.config, r.source.Payer)
	if err != nil {
		says, advice, _ := strings.Cut(err.Error(), "; ")
		r.say(Payer, Failed, says, advice)
		return
	}
	dir, err := os.MkdirTemp("", "sluice-check-*")
	if err != nil {
		r.say(Format, Failed, "there is no room to look at a file: "+err.Error(), "free some space in the folder for temporary files")
		return
	}
	defer os.RemoveAll(dir)
	g, err := ingest.Look(r.ctx, ingest.Input{Place: r.place, Delivery: r.delivery, Payer: payer, Dir: dir, Engine: r.home.Engine}, r.options.Rows)
	if err != nil {
		says, advice, _ := strings.Cut(err.Error(), "; ")
		r.say(Format, Failed, says, cmp.Or(advice, "have the provider deliver the month again, or correct the kind of the source"))
		return
	}
	r.format(g)
	r.hours(g)
	r.resources(g)
	r.payer(g)
}

func (r *run) format(g ingest.Glance) {
	says := fmt.Sprintf("%s in %s; %d rows were looked at", g.Format, strings.Join(slices.Sorted(maps.Keys(g.Currencies)), ", "), g.Rows)
	d := r.delivery
	switch {
	case g.Rows == 0:
		r.say(Format, Warning, g.Format+": the export has a header and no rows", "wait for the next delivery, and check again")
	case len(d.Integrations) > 0:
		r.say(Format, Warning, says+"; the export is made for "+strings.Join(d.Integrations, ", "),
			"Sluice reads it, but such exports are overwritten in place, and change with what they are made for; make one without integration for billing")
	case r.source.Kind == source.AWSCUR && overwritten(d):
		r.say(Format, Warning, says+"; the report overwrites its files", "make a report that keeps its versions, so that what was billed can be read again")
	default:
		r.ok(Format, "%s", says)
	}
}

func (r *run) hours(g ingest.Glance) {
	coarse := g.Daily + g.Longer
	switch {
	case g.Usage == 0:
		r.skip(Hourly, "the rows that were looked at have no usage")
	case !r.ofAWS():
		r.skip(Hourly, "days are enough for this provider")
	case g.Hourly == 0 && coarse > 0:
		r.say(Hourly, Failed, fmt.Sprintf("none of %d lines of usage is of an hour", g.Usage),
			"make the export anew with hourly granularity; of days, reservations and savings plans cannot be given to their owners")
	case g.Hourly == 0:
		r.say(Hourly, Warning, "the lines of usage do not say how long they are", "make the export anew with all columns")
	default:
		r.ok(Hourly, "%d of %d lines of usage are of an hour", g.Hourly, g.Usage)
	}
}

func (r *run) resources(g ingest.Glance) {
	switch {
	case g.Usage == 0:
		r.skip(ResourceIDs, "the rows that were looked at have no usage")
	case g.Resources > 0:
		r.ok(ResourceIDs, "%d of %d lines of usage say which resource was used", g.Resources, g.Usage)
	case r.ofAWS():
		r.say(ResourceIDs, Failed, fmt.Sprintf("none of %d lines of usage says which resource was used", g.Usage),
			"make the export anew with resource ids; without them reservations cannot be followed, and prices not explained")
	default:
		r.say(ResourceIDs, Warning, fmt.Sprintf("none of %d lines of usage says which resource was used", g.Usage), "export the detailed usage, where the provider has it")
	}
}

func (r *run) payer(g ingest.Glance) {
	want, account := r.source.Payer, r.delivery.Account
	var others []string
	for id := range g.Payers {
		if id != want {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	switch {
	case len(g.Payers) == 0:
		r.ok(Payer, "the rows name no payer, and are taken as those of %s", want)
	case len(others) == len(g.Payers):
		r.say(Payer, Failed, fmt.Sprintf("the rows are of payer %s, but the source is declared for %s", strings.Join(others, ", "), want), "write payer: "+others[0]+" into the source and declare that payer, or read another export")
	case len(others) > 0:
		r.say(Payer, Warning, fmt.Sprintf("some rows are of payer %s, and not of %s", strings.Join(others, ", "), want), "their lines hold the close of the month until somebody has looked at them")
	case account != "" && account != want && r.ofAWS():
		r.say(Payer, Warning, fmt.Sprintf("the rows are of payer %s, but the export is one of account %s, and has the lines of that account alone", want, account), "make the export in the paying account")
	default:
		r.ok(Payer, "the rows are of %s", want)
	}
}
