package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/report"
)

// reportOperations are about reports by schedule: everybody's own.
var reportOperations = []described{ListReports, ShowReport, CreateReport, ChangeReport, RemoveReport, ListReportFiles, DownloadReport}

// Report is a question on usage that is asked again by schedule.
type Report struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	Organization string         `json:"organization,omitempty"`
	Question     string         `json:"question"`
	Cadence      report.Cadence `json:"cadence"`
	Day          int64          `json:"day,omitempty"`
	Due          time.Time      `json:"due"`               // next
	Problem      string         `json:"problem,omitempty"` // why it was not made last time
	Created      time.Time      `json:"created"`
}

func reportOf(r report.Report) Report {
	return Report{r.ID, r.Name, r.Organization, r.Question, r.When.Cadence, r.When.Day, r.Due, r.Problem, r.Created}
}

// ReportFile is what was made of a report.
type ReportFile struct {
	ID     string         `json:"id"`
	Period billing.Period `json:"period"`
	Made   time.Time      `json:"made"`
	Rows   int64          `json:"rows"`
	Bytes  int64          `json:"bytes"`
}

// reports are those of the server; on the command line there are none.
func (s *Session) reports() (*report.Reports, error) {
	if s.service == nil {
		return nil, &Problem{Code: "refused", Detail: "reports are made by a server; ask one with --server"}
	}
	return s.service.Reports, nil
}

// ListReports lists the caller's reports.
var ListReports = Listing[*Session, struct{}, Report]{
	ID: "list-reports", Path: "/reports", Tag: "Reports", Title: "List one's reports", Needs: access.ReadUsage,
	About: "The caller's reports, the oldest first: what they ask, when they are due next, and why one was not made last time.",
	Key:   func(r Report) string { return r.ID },
	Do: func(ctx context.Context, s *Session, _ struct{}) ([]Report, error) {
		reports, err := s.reports()
		if err != nil {
			return nil, err
		}
		own, err := reports.Of(ctx, s.Who.UserID)
		all := make([]Report, len(own))
		for i, r := range own {
			all[i] = reportOf(r)
		}
		return all, err
	},
}

// ShowReport returns one of the caller's reports.
var ShowReport = Operation[*Session, ByID, Report]{
	ID: "show-report", Method: http.MethodGet, Path: "/reports/{id}", Tag: "Reports", Title: "Show one of one's reports", Needs: access.ReadUsage,
	About: "What it asks, and when it is due next.",
	Do: func(ctx context.Context, s *Session, in ByID) (Report, error) {
		reports, err := s.reports()
		if err != nil {
			return Report{}, err
		}
		r, err := reports.One(ctx, s.Who.UserID, in.ID)
		return reportOf(r), err
	},
}

// ReportInput is a new report.
type ReportInput struct {
	Body struct {
		Name         string         `json:"name" minLength:"1" maxLength:"200"`
		Organization string         `json:"organization,omitempty" maxLength:"200" doc:"Only of this organization and what is below it; all of the caller's where it is not given"`
		Question     string         `json:"question,omitempty" maxLength:"2000" doc:"The query of /portal/usage, without its months, such as by=day,service"`
		Cadence      report.Cadence `json:"cadence" enum:"daily,weekly,monthly" doc:"Monthly reports are about the month before, the others about that of the day before, as far as it has come"`
		Day          int64          `json:"day,omitempty" minimum:"0" maximum:"28" doc:"Weekly: 1 for Monday to 7. Monthly: 1 to 28. Reports are made at six in the morning, UTC"`
	}
}

// CreateReport adds a report.
var CreateReport = Operation[*Session, ReportInput, Report]{
	ID: "create-report", Method: http.MethodPost, Path: "/reports", Tag: "Reports", Title: "Have a report made by schedule", Needs: access.ReadUsage, Creates: true,
	About: "Asks a question on usage again each day, week or month, and keeps the answers as CSV for 90 days. Each is made with the rights that the caller has at that moment. " +
		"It is refused where the question is, or where downloads are switched off.",
	Do: func(ctx context.Context, s *Session, in ReportInput) (Report, error) {
		b := in.Body
		return s.orderReport(ctx, report.Order{
			Name: b.Name, Organization: b.Organization, Question: b.Question, When: report.Schedule{Cadence: b.Cadence, Day: b.Day},
		}, func(reports *report.Reports, who json.RawMessage, o report.Order) (report.Report, error) {
			return reports.Create(ctx, s.Who.UserID, who, o)
		})
	},
}

// ReportChange is what to change of a report; what is left out stays.
type ReportChange struct {
	ByID
	Body struct {
		Name         *string         `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Organization *string         `json:"organization,omitempty" maxLength:"200"`
		Question     *string         `json:"question,omitempty" maxLength:"2000"`
		Cadence      *report.Cadence `json:"cadence,omitempty" enum:"daily,weekly,monthly"`
		Day          *int64          `json:"day,omitempty" minimum:"0" maximum:"28"`
	}
}

// ChangeReport changes a report.
var ChangeReport = Operation[*Session, ReportChange, Report]{
	ID: "change-report", Method: http.MethodPatch, Path: "/reports/{id}", Tag: "Reports", Title: "Change one of one's reports", Needs: access.ReadUsage,
	About: "Changes what is given; the rest stays. What was made before stays, too.",
	Do: func(ctx context.Context, s *Session, in ReportChange) (Report, error) {
		reports, err := s.reports()
		if err != nil {
			return Report{}, err
		}
		r, err := reports.One(ctx, s.Who.UserID, in.ID)
		if err != nil {
			return Report{}, err
		}
		o, b := r.Order, in.Body
		set(&o.Name, b.Name)
		set(&o.Organization, b.Organization)
		set(&o.Question, b.Question)
		set(&o.When.Cadence, b.Cadence)
		set(&o.When.Day, b.Day)
		return s.orderReport(ctx, o, func(reports *report.Reports, who json.RawMessage, o report.Order) (report.Report, error) {
			return reports.Change(ctx, s.Who.UserID, in.ID, who, o)
		})
	},
}

func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

// orderReport records an order whose question the caller may ask now.
func (s *Session) orderReport(ctx context.Context, o report.Order, record func(*report.Reports, json.RawMessage, report.Order) (report.Report, error)) (Report, error) {
	reports, err := s.reports()
	if err != nil {
		return Report{}, err
	}
	who, err := json.Marshal(s.Who)
	if err != nil {
		return Report{}, err
	}
	if err := s.service.mayReport(ctx, s, o); err != nil {
		return Report{}, err
	}
	r, err := record(reports, who, o)
	var wrong *report.InvalidError
	if errors.As(err, &wrong) {
		err = invalid("body."+wrong.Field, "%s", wrong.Message)
	}
	return reportOf(r), err
}

// RemoveReport takes a report away.
var RemoveReport = Operation[*Session, ByID, Done]{
	ID: "remove-report", Method: http.MethodDelete, Path: "/reports/{id}", Tag: "Reports", Title: "Remove one of one's reports", Needs: access.ReadUsage,
	About: "It is not made any more, and what was made of it is gone.",
	Do: func(ctx context.Context, s *Session, in ByID) (Done, error) {
		reports, err := s.reports()
		if err != nil {
			return Done{}, err
		}
		err = reports.Remove(ctx, s.Who.UserID, in.ID)
		return Done{err == nil}, err
	},
}

// ListReportFiles lists what was made of a report.
var ListReportFiles = Listing[*Session, ByID, ReportFile]{
	ID: "list-report-files", Path: "/reports/{id}/files", Tag: "Reports", Title: "List what was made of one's report", Needs: access.ReadUsage,
	About: "The files of the last 90 days, the newest first.",
	Key:   func(f ReportFile) string { return f.ID },
	Do: func(ctx context.Context, s *Session, in ByID) ([]ReportFile, error) {
		reports, err := s.reports()
		if err != nil {
			return nil, err
		}
		files, err := reports.Files(ctx, s.Who.UserID, in.ID)
		all := make([]ReportFile, len(files))
		for i, f := range files {
			all[i] = ReportFile{f.ID, f.Period, f.Made, f.Rows, f.Bytes}
		}
		return all, err
	},
}

// DownloadReport returns a file of a report.
var DownloadReport = Download[*Session, ByID]{
	ID: "download-report", Path: "/report-files/{id}", Tag: "Reports", Title: "Download what was made of one's report", Needs: access.ReadUsage,
	About:      "The answer as CSV. Whoever has lost access to the organization since does not get it.",
	MediaTypes: []string{"text/csv"},
	Do: func(ctx context.Context, s *Session, in ByID) (File, error) {
		reports, err := s.reports()
		if err != nil {
			return File{}, err
		}
		data, f, r, err := reports.Read(ctx, s.Who.UserID, in.ID)
		if err == nil {
			err = s.service.mayReport(ctx, s, r.Order)
		}
		return File{"report-" + f.Period.String() + "-" + f.ID + ".csv", "text/csv", data}, err
	},
}
