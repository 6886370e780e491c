package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/backend/backendv1"
	"github.com/sluice-billing/sluice/internal/billing"
)

func said(rows []*backendv1.Row, last *backendv1.CostsResponse) func(*backendv1.CostsRequest, backendv1.Backend_CostsServer) error {
	return func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
		if err := s.Send(batch(rows...)); err != nil || last == nil {
			return err
		}
		return s.Send(last)
	}
}

// A backend that lies is found out, each time with a sentence to act on.
func TestLies(t *testing.T) {
	t.Parallel()
	day := func(date, cost, currency string) []*backendv1.Row {
		return []*backendv1.Row{{Date: "2026-10-01", Cost: "1"}, {Date: date, Cost: cost, Currency: currency}}
	}
	const row = "backend hyper told a row that cannot be billed: row 2 of the task "
	const after = "; nothing of the month is taken; report it to who wrote the backend"
	const lost = "; nothing of the month is taken, try again, and report it to who wrote the backend"
	tests := []struct {
		name string
		rows []*backendv1.Row
		last *backendv1.CostsResponse
		want string
	}{
		{"rows", day("2026-10-02", "2", ""), summary(3, map[string]string{"EUR": "3"}), "backend hyper says that it told 3 rows, and told 2" + lost},
		{"sum", day("2026-10-02", "2", ""), summary(2, map[string]string{"EUR": "3.01"}), "backend hyper says that it told 3.01 EUR, and its rows come to 3" + lost},
		{"currency without rows", day("2026-10-02", "2", ""), summary(2, map[string]string{"EUR": "3", "USD": "5"}), "backend hyper says that it told 5 USD, and its rows come to 0" + lost},
		{"sum that is none", day("2026-10-02", "2", ""), summary(2, map[string]string{"EUR": "three"}), `backend hyper sums up to "three" EUR, which is no decimal number; report it to who wrote the backend`},
		{"month before", day("2026-09-30", "2", ""), nil, row + "is of 2026-09-30, and 2026-10 was asked for" + after},
		{"month after", day("2026-11-01", "2", ""), nil, row + "is of 2026-11-01, and 2026-10 was asked for" + after},
		{"date", day("31.10.2026", "2", ""), nil, row + `has the date "31.10.2026", which is none` + "; it writes dates as 2026-10-31"},
		{"no such day", day("2026-10-32", "2", ""), nil, row + `has the date "2026-10-32", which is none` + "; it writes dates as 2026-10-31"},
		{"no cost", day("2026-10-02", "", ""), nil, row + `has the cost "", which is no decimal number` + after},
		{"comma", day("2026-10-02", "1,5", ""), nil, row + `has the cost "1,5", which is no decimal number` + after},
		{"NaN", day("2026-10-02", "NaN", ""), nil, row + `has the cost "NaN", which is no decimal number` + after},
		{"infinity", day("2026-10-02", "-Infinity", ""), nil, row + `has the cost "-Infinity", which is no decimal number` + after},
		{"billion digits", day("2026-10-02", "1e999999999", ""), nil, row + `has the cost "1e999999999", which is no decimal number` + after},
		{"currency", day("2026-10-02", "2", "EURO"), nil, row + `has the currency "EURO", which ISO 4217 does not know` + after},
		{"no such currency", day("2026-10-02", "2", "QQQ"), nil, row + `has the currency "QQQ", which ISO 4217 does not know` + after},
		{"no currency at all", day("2026-10-02", "2", "X"+"XX"), nil, row + `has the currency "X` + `XX", which ISO 4217 does not know` + after},
		{"currency of tests", day("2026-10-02", "2", "XTS"), nil, row + `has the currency "XTS", which ISO 4217 does not know` + after},
		{"category", []*backendv1.Row{{Date: "2026-10", Cost: "1"}, {Date: "2026-10", Cost: "1", Category: "Gift"}}, nil,
			row + `has the category "Gift"; it knows Usage, Purchase, Tax, Credit and Adjustment`},
		{"no summary", day("2026-10-02", "2", ""), nil, "backend hyper ended a task twice before all of it was told; look at its log, and try again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := reached(t, billing.Backend{Address: serving(t, crooked{costs: said(test.rows, test.last)})})
			_, _, err := rowsOf(t, b, task("all"))
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	t.Run("rows after the summary", func(t *testing.T) {
		b := reached(t, billing.Backend{Address: serving(t, crooked{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			return errors.Join(s.Send(summary(0, nil)), s.Send(batch(&backendv1.Row{Date: "2026-10", Cost: "1"})))
		}})})
		_, _, err := rowsOf(t, b, task("all"))
		if err == nil || !strings.Contains(err.Error(), "told something after its summary") {
			t.Errorf("got %v", err)
		}
	})
}

// Rows that name no currency have that of the backend, else of the configuration; the two
// must not contradict each other.
func TestCurrencyOfRows(t *testing.T) {
	silent := crooked{
		describe: func(*backendv1.DescribeRequest) (*backendv1.DescribeResponse, error) {
			return &backendv1.DescribeResponse{Revision: 1, Name: "x", Version: "1"}, nil
		},
		costs: said([]*backendv1.Row{{Date: "2026-10", Cost: "1"}}, summary(1, map[string]string{"": "1"})),
	}
	_, _, err := rowsOf(t, reached(t, billing.Backend{Address: serving(t, silent)}), task("all"))
	if err == nil || !strings.Contains(err.Error(), "row 1 of the task names no currency, and neither does the backend; give the backend a currency in the configuration") {
		t.Errorf("got %v", err)
	}
	rows, total, err := rowsOf(t, reached(t, billing.Backend{Address: serving(t, silent), Currency: "CHF"}), task("all"))
	if err != nil || rows[0].Currency != "CHF" || total.Cost["CHF"].String() != "1" {
		t.Errorf("%+v, %+v, %v", rows, total, err)
	}
	_, err = reached(t, billing.Backend{Address: serving(t, crooked{}), Currency: "USD"}).Describe(t.Context())
	if err == nil || err.Error() != "backend hyper says that its rows are in EUR, and the configuration says USD; remove the currency of the backend there, or correct it" {
		t.Errorf("got %v", err)
	}
}

// A backend that floods is stopped.
func TestFloods(t *testing.T) {
	t.Parallel()
	t.Run("message", func(t *testing.T) {
		large := &backendv1.Row{Date: "2026-10", Cost: "1", Description: strings.Repeat("x", mostMessage)}
		b := reached(t, billing.Backend{Address: serving(t, crooked{costs: said([]*backendv1.Row{large}, nil)})})
		_, _, err := rowsOf(t, b, task("all"))
		if err == nil || err.Error() != "backend hyper sent more in one message than is taken when it was asked for its costs; let it send smaller parts" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("tasks", func(t *testing.T) {
		b := reached(t, billing.Backend{Address: serving(t, crooked{plan: func(*backendv1.PlanRequest) (*backendv1.PlanResponse, error) {
			answer := &backendv1.PlanResponse{}
			for i := range mostTasks + 1 {
				answer.Tasks = append(answer.Tasks, &backendv1.Task{Id: fmt.Sprint(i)})
			}
			return answer, nil
		}})})
		_, err := b.Tasks(t.Context(), credential, october, time.Time{})
		if err == nil || err.Error() != "backend hyper tells the month in 10001 tasks, more than 10000; report it to who wrote the backend" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("task twice", func(t *testing.T) {
		b := reached(t, billing.Backend{Address: serving(t, crooked{plan: func(*backendv1.PlanRequest) (*backendv1.PlanResponse, error) {
			return &backendv1.PlanResponse{Tasks: []*backendv1.Task{{Id: "a"}, {Id: "a"}}}, nil
		}})})
		_, err := b.Tasks(t.Context(), credential, october, time.Time{})
		if err == nil || err.Error() != `backend hyper has task "a" of 2026-10 twice, and would charge it twice; report it to who wrote it` {
			t.Errorf("got %v", err)
		}
	})
	t.Run("empty messages", func(t *testing.T) {
		b := reached(t, billing.Backend{Address: serving(t, crooked{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			for {
				if err := s.Send(batch()); err != nil {
					return err
				}
			}
		}})})
		_, _, err := rowsOf(t, b, task("all"))
		if err == nil || !strings.Contains(err.Error(), "backend hyper sent 10000 messages without a row") {
			t.Errorf("got %v", err)
		}
	})
}

// A backend that hangs is left after the idle time, in whatever question.
func TestHangs(t *testing.T) {
	ended := make(chan struct{}, 2)
	hanging := crooked{
		verify: func(ctx context.Context, _ *backendv1.VerifyRequest) (*backendv1.VerifyResponse, error) {
			<-ctx.Done()
			ended <- struct{}{}
			return nil, ctx.Err()
		},
		costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
			s.Send(batch(&backendv1.Row{Date: "2026-10", Cost: "1"}))
			<-s.Context().Done()
			ended <- struct{}{}
			return nil
		},
	}
	b := reached(t, billing.Backend{Address: serving(t, hanging), IdleSeconds: 1})
	b.(*ours).idle = 50 * time.Millisecond
	_, err := b.Verify(t.Context(), credential)
	if err == nil || !strings.Contains(err.Error(), "did not answer for") || !strings.Contains(err.Error(), "a trial of the credential; look at its log, or raise idle_seconds") {
		t.Errorf("got %v", err)
	}
	rows, _, err := rowsOf(t, b, task("all"))
	if len(rows) != 1 || err == nil || !strings.Contains(err.Error(), "did not answer for") {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	<-ended
	<-ended // the backend's own work ends, too
}

// Who asks may stop at any time.
func TestStopped(t *testing.T) {
	b := reached(t, billing.Backend{Address: serving(t, crooked{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
		s.Send(batch(&backendv1.Row{Date: "2026-10", Cost: "1"}))
		<-s.Context().Done()
		return nil
	}})})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var total Total
	var last error
	for _, err := range b.Rows(ctx, credential, october, task("all"), &total) {
		stop()
		last = err
	}
	if !errors.Is(last, context.Canceled) || !strings.HasPrefix(last.Error(), "asking backend hyper for its costs was stopped") {
		t.Errorf("got %v", last)
	}
}

// A stream that breaks is asked for again from its start, once; rows that came before are
// not yielded twice.
func TestDies(t *testing.T) {
	t.Parallel()
	five := func(s backendv1.Backend_CostsServer, from, to int) {
		for i := from; i < to; i++ {
			s.Send(batch(&backendv1.Row{Date: "2026-10", Cost: fmt.Sprint(i)}))
		}
	}
	broke := status.Error(codes.Unavailable, "error reading from server: EOF")
	tests := []struct {
		name  string
		costs func(attempt int, s backendv1.Backend_CostsServer) error
		rows  int
		want  string
	}{
		{"once", func(attempt int, s backendv1.Backend_CostsServer) error {
			if attempt == 1 {
				five(s, 0, 3)
				return broke
			}
			five(s, 0, 5)
			return s.Send(summary(5, map[string]string{"EUR": "10"})) // 0+1+2+3+4
		}, 5, ""},
		{"without a status", func(attempt int, s backendv1.Backend_CostsServer) error {
			five(s, 0, 3)
			if attempt == 1 {
				return nil
			}
			return s.Send(summary(3, map[string]string{"EUR": "3"}))
		}, 3, ""},
		{"twice", func(_ int, s backendv1.Backend_CostsServer) error {
			five(s, 0, 3)
			return broke
		}, 3, "the connection to backend hyper broke off when it was asked for its costs; look at its log, and try again"},
		{"and tells something else", func(attempt int, s backendv1.Backend_CostsServer) error {
			five(s, attempt, attempt+3)
			if attempt == 1 {
				return broke
			}
			return s.Send(summary(3, map[string]string{"EUR": "9"}))
		}, 3, "backend hyper lost its connection, and told other rows when it was asked again; nothing of the month is taken, try again later"},
		{"and tells less", func(attempt int, s backendv1.Backend_CostsServer) error {
			five(s, 0, 4-attempt)
			if attempt == 1 {
				return broke
			}
			return s.Send(summary(2, map[string]string{"EUR": "1"}))
		}, 3, "backend hyper lost its connection, and told other rows when it was asked again; nothing of the month is taken, try again later"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			attempt := 0
			b := reached(t, billing.Backend{Address: serving(t, crooked{costs: func(_ *backendv1.CostsRequest, s backendv1.Backend_CostsServer) error {
				attempt++
				return test.costs(attempt, s)
			}})})
			rows, _, err := rowsOf(t, b, task("all"))
			if len(rows) != test.rows || attempt != 2 || test.want == "" && err != nil || test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("%d rows, %d attempts\ngot  %v\nwant %s", len(rows), attempt, err, test.want)
			}
		})
	}
}

// A backend that is busy is asked again; what it says is shown when it stays so.
func TestBusy(t *testing.T) {
	t.Parallel()
	asked := 0
	b := reached(t, billing.Backend{Address: serving(t, crooked{verify: func(context.Context, *backendv1.VerifyRequest) (*backendv1.VerifyResponse, error) {
		if asked++; asked == 1 {
			return nil, status.Error(codes.Unavailable, "starting")
		}
		return &backendv1.VerifyResponse{}, nil
	}})})
	if _, err := b.Verify(t.Context(), credential); err != nil || asked != 2 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}

// Each version of the contract that is not ours is refused with what to update.
func TestRevisions(t *testing.T) {
	for revision, want := range map[int32]string{
		0: "backend hyper speaks no revision of the contract, and is too old for this Sluice; update the backend",
		2: "backend hyper needs revision 2 of the contract, and this Sluice speaks 1; update Sluice, or use an older backend",
	} {
		b := reached(t, billing.Backend{Address: serving(t, crooked{describe: func(r *backendv1.DescribeRequest) (*backendv1.DescribeResponse, error) {
			if r.GetRevision() != 1 {
				t.Errorf("asked for revision %d", r.GetRevision())
			}
			return &backendv1.DescribeResponse{Revision: revision, Name: "x", Version: "1"}, nil
		}})})
		_, err := b.Verify(t.Context(), credential)
		if err == nil || err.Error() != want {
			t.Errorf("revision %d: got %v", revision, err)
		}
	}
}
