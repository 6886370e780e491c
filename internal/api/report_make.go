package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/report"
	"github.com/sluice-billing/sluice/internal/view"
)

// mostReported is how many rows a report has at most.
const mostReported = 1_000_000

// MakeReports makes the reports that are due; it is a duty of servers.
func (s *Service) MakeReports(ctx context.Context) error {
	return s.Reports.MakeDue(ctx, func(ctx context.Context, r report.Report, period billing.Period) ([]byte, int64, error) {
		session, err := s.sessionOfReport(ctx, r)
		if err != nil {
			return nil, 0, err
		}
		rows, err := s.report(ctx, session, r.Order, period, mostReported)
		if err != nil {
			return nil, 0, err
		}
		var out bytes.Buffer
		table, err := tableOf(rows)
		if err == nil {
			err = deliver.WriteRows(&out, "the report", table)
		}
		return out.Bytes(), int64(len(rows)), err
	})
}

// sessionOfReport is the user of a report, with the grants of now.
func (s *Service) sessionOfReport(ctx context.Context, r report.Report) (*Session, error) {
	var who identity.Principal
	if err := json.Unmarshal(r.Who, &who); err != nil {
		return nil, err
	}
	u, err := s.People.User(ctx, r.User)
	if err != nil || !u.Active {
		return nil, &Problem{Status: http.StatusForbidden, Code: "denied", Detail: "who ordered this cannot sign in any more"}
	}
	who.Grants = nil
	for _, g := range u.Grants {
		who.Grants = append(who.Grants, g.Grant)
	}
	return s.session(ctx, who)
}

// mayReport is an error unless the caller may ask an order's question now, and take
// the answer away.
func (s *Service) mayReport(ctx context.Context, session *Session, o report.Order) error {
	_, err := s.report(ctx, session, o, o.When.Period(time.Now()), 1)
	return err
}

// report asks an order's question about a month as its user, as over HTTP, and
// returns the first rows of the answer, at most so many.
func (s *Service) report(ctx context.Context, session *Session, o report.Order, period billing.Period, most int) ([]json.RawMessage, error) {
	if _, err := reach[*view.View](ctx, session, Route{Needs: access.ReadUsage, Feature: access.FeatureDownload}); err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(o.Question)
	if err != nil {
		return nil, invalid("body.question", "is no query such as by=day,service")
	}
	query.Set("period", period.String())
	query.Set("limit", strconv.Itoa(min(most, mostLimit)))
	if o.Organization != "" {
		query.Set("organization", o.Organization)
	}
	all := []json.RawMessage{}
	for {
		var page Page[json.RawMessage]
		if err := s.askAs(ctx, session, ListUsage.Path+"?"+query.Encode(), &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == "" || len(all) >= most {
			return all[:min(len(all), most)], nil
		}
		query.Set("cursor", page.Next)
	}
}

// askAs asks an operation that reads as somebody, and reads its answer.
func (s *Service) askAs(ctx context.Context, session *Session, path string, into any) error {
	r, err := http.NewRequestWithContext(context.WithValue(ctx, serviceKey{}, s), http.MethodGet, Base+path, http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	a := newAnswer()
	s.operations.ServeHTTP(a, withRequest(r, session))
	if a.status != http.StatusOK {
		refused := &Problem{Status: a.status, Code: "refused"}
		if err := json.Unmarshal(a.body.Bytes(), refused); err != nil {
			return err
		}
		return refused
	}
	return json.Unmarshal(a.body.Bytes(), into)
}
