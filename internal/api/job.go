package api

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/sse"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/identity"
	"github.com/sluice-billing/sluice/internal/job"
)

// Job is long work: where it stands and, at the end, what came of it.
type Job struct {
	ID        string          `json:"id"`
	Operation string          `json:"operation" doc:"The operation that it does, such as close-month"`
	Title     string          `json:"title"`
	Period    string          `json:"period,omitempty" doc:"The month it is about"`
	By        string          `json:"by"`
	State     string          `json:"state" enum:"queued,running,done,failed,cancelled"`
	Attempt   int             `json:"attempt" doc:"How often it was begun"`
	Work      string          `json:"work,omitempty" doc:"What it is doing now"`
	Done      int64           `json:"done,omitempty" doc:"How many units of that are done"`
	Of        int64           `json:"of,omitempty" doc:"How many units that has; not there where it is not known"`
	Works     []JobWork       `json:"works,omitempty" doc:"All that it has worked on so far, each as far as it came"`
	Created   time.Time       `json:"created"`
	Started   *time.Time      `json:"started,omitempty"`
	Finished  *time.Time      `json:"finished,omitempty"`
	Result    json.RawMessage `json:"result,omitempty" doc:"What came of it, as the operation says"`
	Error     *Problem        `json:"error,omitempty" doc:"Why it failed"`
}

// JobWork is a part of a job's work.
type JobWork struct {
	Work string `json:"work" doc:"Such as rate 2026-10"`
	Done int64  `json:"done" doc:"How many units of it are done"`
	Of   int64  `json:"of" doc:"How many units it has; 0 where that is not known"`
}

// jobOperations are about long work.
var jobOperations = []described{ListJobs, ShowJob, CancelJob, RetryJob, ListJobLog, watching{}}

// order is what a job has as its input: the operation's, and who asked for it.
// What they may do is looked up anew when it begins.
type order struct {
	Who identity.Principal `json:"who"`
	In  json.RawMessage    `json:"in"`
}

// begin makes a job of a long operation. A repetition of a request finds the job
// that the first one made.
func (s *Service) begin(ctx context.Context, r Route, exclusive string, in any) (Job, error) {
	input, err := json.Marshal(in)
	if err != nil {
		return Job{}, err
	}
	data, err := json.Marshal(order{sessionOf(ctx).Who, input})
	if err != nil {
		return Job{}, err
	}
	j, err := s.Jobs.Enqueue(ctx, job.Order{
		Kind: r.ID, Organization: access.Root, Title: r.Title, Input: data, Exclusive: exclusive,
	})
	return jobOf(j), err
}

// work does what a job is about.
func (s *Service) work(ctx context.Context, j job.Job) (json.RawMessage, error) {
	var o order
	if err := json.Unmarshal(j.Input, &o); err != nil {
		return nil, err
	}
	u, err := s.People.User(ctx, o.Who.UserID)
	if err != nil || !u.Active {
		return nil, &Problem{Status: http.StatusForbidden, Code: "denied", Detail: "who ordered this cannot sign in any more; order it again"}
	}
	o.Who.Grants = nil // as they are now
	for _, g := range u.Grants {
		o.Who.Grants = append(o.Who.Grants, g.Grant)
	}
	session, err := s.session(ctx, o.Who)
	if err != nil {
		return nil, err
	}
	return s.byID[j.Kind].run(ctx, session, o.In)
}

// JobProblem is an error as jobs keep it.
func JobProblem(err error) json.RawMessage {
	p, _ := ProblemOf(err)
	p.complete()
	data, err := json.Marshal(p)
	if err != nil {
		return nil // texts and numbers can be written
	}
	return data
}

func jobOf(j job.Job) Job {
	out := Job{
		ID: j.ID, Operation: j.Kind, Title: j.Title, Period: periodOf(j), By: j.By, State: string(j.State), Attempt: j.Attempt,
		Work: j.Progress.Work, Done: j.Progress.Done, Of: j.Progress.Total,
		Created: j.Created, Started: whenSet(j.Started), Finished: whenSet(j.Finished), Result: j.Result,
	}
	for _, w := range j.Works {
		out.Works = append(out.Works, JobWork{w.Work, w.Done, w.Total})
	}
	if len(j.Error) > 0 {
		out.Error = new(Problem)
		if json.Unmarshal(j.Error, out.Error) != nil {
			out.Error = nil
		}
	}
	return out
}

// periodOf is the month in a job's input; empty where it is about none.
func periodOf(j job.Job) string {
	var o struct {
		In struct{ Period string } `json:"in"`
	}
	if json.Unmarshal(j.Input, &o) != nil {
		return ""
	}
	return o.In.Period
}

func whenSet(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// ByID names one thing.
type ByID struct {
	ID string `path:"id" maxLength:"200" doc:"Its id"`
}

// JobsQuery chooses jobs.
type JobsQuery struct {
	State string `query:"state" enum:"queued,running,done,failed,cancelled" doc:"Only jobs in this state"`
}

// ListJobs lists long work, the newest first.
var ListJobs = Listing[*Desk, JobsQuery, Job]{
	ID: "list-jobs", Path: "/jobs", Tag: "Jobs", Title: "List jobs", Needs: access.ReadJobs,
	About: "Long work of the last weeks, the newest first: where it stands and what came of it.",
	Key:   func(j Job) string { return j.ID },
	Do: func(ctx context.Context, d *Desk, in JobsQuery) ([]Job, error) {
		const most = 1000
		f := job.Filter{Limit: most}
		if in.State != "" {
			f.States = []job.State{job.State(in.State)}
		}
		jobs, err := d.jobs()
		if err != nil {
			return nil, err
		}
		found, err := jobs.List(ctx, f)
		all := make([]Job, len(found))
		for i, j := range found {
			all[i] = jobOf(j)
			all[i].Result = nil // the job alone shows it
		}
		return all, err
	},
}

// ShowJob returns a job.
var ShowJob = Operation[*Desk, ByID, Job]{
	ID: "show-job", Method: http.MethodGet, Path: "/jobs/{id}", Tag: "Jobs", Title: "Show a job", Needs: access.ReadJobs,
	About: "Where it stands and, at the end, its result or error.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Job, error) {
		jobs, err := d.jobs()
		if err != nil {
			return Job{}, err
		}
		j, err := jobs.Get(ctx, in.ID)
		return d.shown(j), jobError(err)
	},
}

// CancelJob asks a job to end.
var CancelJob = Operation[*Desk, ByID, Job]{
	ID: "cancel-job", Method: http.MethodPost, Path: "/jobs/{id}/cancel", Tag: "Jobs", Title: "Cancel a job", Needs: access.RunJobs,
	About: "It ends at the next point where it can; what was in force before stays in force.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Job, error) {
		jobs, err := d.jobs()
		if err != nil {
			return Job{}, err
		}
		j, err := jobs.Cancel(ctx, in.ID)
		return d.shown(j), jobError(err)
	},
}

// RetryJob puts a failed or cancelled job back into the queue.
var RetryJob = Operation[*Desk, ByID, Job]{
	ID: "retry-job", Method: http.MethodPost, Path: "/jobs/{id}/retry", Tag: "Jobs", Title: "Do a job again", Needs: access.RunJobs,
	About: "A job that failed or was cancelled goes on: what it had finished is not done twice.",
	Do: func(ctx context.Context, d *Desk, in ByID) (Job, error) {
		jobs, err := d.jobs()
		if err != nil {
			return Job{}, err
		}
		j, err := jobs.Retry(ctx, in.ID)
		return d.shown(j), jobError(err)
	},
}

// JobLine is a line of a job's log.
type JobLine struct {
	Seq   int64     `json:"seq"`
	At    time.Time `json:"at"`
	Level string    `json:"level"`
	Text  string    `json:"text"`
}

// ListJobLog lists what a job said.
var ListJobLog = Listing[*Desk, ByID, JobLine]{
	ID: "list-job-log", Path: "/jobs/{id}/log", Tag: "Jobs", Title: "Read the log of a job", Needs: access.ReadJobs,
	About: "What it said, the oldest first.",
	Key:   func(l JobLine) string { return strconv.FormatInt(l.Seq, 10) },
	Do: func(ctx context.Context, d *Desk, in ByID) ([]JobLine, error) {
		const most = 10000
		jobs, err := d.jobs()
		if err != nil {
			return nil, err
		}
		lines, err := jobs.Log(ctx, in.ID, 0, most)
		all := make([]JobLine, len(lines))
		for i, l := range lines {
			all[i] = JobLine{int64(l.Seq), l.At, l.Level, l.Text}
		}
		return all, jobError(err)
	},
}

// shown is a job as the caller may see it: what came of it is for who ordered it, and
// for those who could have.
func (d *Desk) shown(j job.Job) Job {
	out := jobOf(j)
	o, known := d.session.service.byID[j.Kind]
	if j.By != d.User && (!known || d.May(o.route().Needs) != nil) {
		out.Result = nil
	}
	return out
}

// jobs is the queue of the server.
func (d *Desk) jobs() (*job.Queue, error) {
	if d.session.service == nil {
		return nil, errors.New("only a server has jobs; on the command line work is done at once")
	}
	return d.session.service.Jobs, nil
}

func jobError(err error) error {
	switch {
	case errors.Is(err, job.ErrNotFound):
		return &Problem{Code: "not-found", Detail: err.Error()}
	case errors.Is(err, job.ErrOver), errors.Is(err, job.ErrOpen):
		return &Problem{Code: "refused", Detail: err.Error()}
	}
	return err
}

// watching is the operation that sends what happens to a job while it does.
type watching struct{}

func (watching) route() Route {
	return Route{
		ID: "watch-job", Method: http.MethodGet, Path: "/jobs/{id}/events", Tag: "Jobs", Title: "Watch a job", Needs: access.ReadJobs, For: ForReseller,
		About: "Server-sent events: `job` with the job whenever it changes; the last one is that of its end.",
	}
}

func (w watching) register(on huma.API, s *Service) {
	op := s.document(w.route())
	gate[*Desk](s, &op, w.route())
	sse.Register(on, op, map[string]any{"job": Job{}, "problem": Problem{}}, func(ctx context.Context, in *ByID, send sse.Sender) {
		d, err := reach[*Desk](ctx, sessionOf(ctx), w.route())
		if err != nil {
			return // the gate has let somebody else through
		}
		for j, err := range repeated(ctx, s.Jobs.Watch(ctx, in.ID)) {
			if err != nil {
				p, _ := ProblemOf(jobError(err))
				_ = send.Data(*p)
				return
			}
			if send.Data(d.shown(j)) != nil {
				return
			}
		}
	})
}

func (watching) run(context.Context, *Session, json.RawMessage) (json.RawMessage, error) {
	return nil, errors.New("a job is watched, not run")
}

// stillThere is how long nothing is sent at most: proxies cut what is silent longer.
const stillThere = 20 * time.Second

// repeated tells what it is told, and the last of it again where nothing new comes.
func repeated(ctx context.Context, told iter.Seq2[job.Job, error]) iter.Seq2[job.Job, error] {
	type news struct {
		job job.Job
		err error
	}
	return func(yield func(job.Job, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		fresh := make(chan news)
		go func() {
			defer close(fresh)
			for j, err := range told {
				select {
				case fresh <- news{j, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		var last news
		for {
			select {
			case n, more := <-fresh:
				if !more {
					return
				}
				last = n
			case <-time.After(stillThere):
			}
			if last.job.ID == "" && last.err == nil {
				continue
			}
			if !yield(last.job, last.err) {
				return
			}
		}
	}
}
