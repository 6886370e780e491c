package plugin

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/sluice-billing/sluice/backend"
	"github.com/sluice-billing/sluice/internal/billing"
)

// Protocols, as billing.Backend names them.
const (
	Sluice            = "sluice"
	Cloudforet        = "cloudforet"
	CloudforetBilling = "cloudforet-billing"
)

const (
	defaultIdle = 60 * time.Second
	defaultRows = 5_000_000
	reachTime   = 10 * time.Second
)

// Dial reaches a backend that is declared, and asks whether it is well. It fails with
// what to do where nobody listens, TLS does not agree, or the backend says that it is not
// ready. Which protocol it really speaks is seen by the first question.
func Dial(ctx context.Context, b billing.Backend) (Backend, error) {
	return dial(ctx, b)
}

func dial(ctx context.Context, b billing.Backend, options ...grpc.DialOption) (Backend, error) {
	fast := backoff.DefaultConfig
	fast.BaseDelay = 100 * time.Millisecond // what is asked again soon shall find a connection
	conn, err := backend.Dial(b.Address, append([]grpc.DialOption{
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: fast, MinConnectTimeout: reachTime}),
	}, options...)...)
	if err != nil {
		return nil, fmt.Errorf("backend %s: %w", b.Name, err)
	}
	c := &caller{Backend: b, conn: conn, idle: defaultIdle, most: defaultRows, told: map[billing.Period]int64{}}
	if b.IdleSeconds > 0 {
		c.idle = time.Duration(b.IdleSeconds) * time.Second
	}
	if b.MostRows > 0 {
		c.most = b.MostRows
	}
	adapter, err := c.adapter()
	if err == nil {
		err = c.reach(ctx)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return adapter, nil
}

func (c *caller) adapter() (Backend, error) {
	switch c.Protocol {
	case "", Sluice:
		c.Protocol = Sluice
		return &ours{caller: c}, nil
	case Cloudforet:
		return &cloudforet{caller: c}, nil
	case CloudforetBilling:
		return &spaceone{caller: c}, nil
	}
	return nil, fmt.Errorf("backend %s speaks %q, which Sluice does not; use %s, %s or %s", c.Name, c.Protocol, Sluice, Cloudforet, CloudforetBilling)
}

// reach asks for the health of whatever listens. Any answer is one: many backends know
// nothing of that question.
func (c *caller) reach(ctx context.Context) error {
	var health grpc_health_v1.HealthCheckResponse
	err := c.again(ctx, min(reachTime, c.idle), func(ctx context.Context) error {
		return c.conn.Invoke(ctx, grpc_health_v1.Health_Check_FullMethodName, &grpc_health_v1.HealthCheckRequest{}, &health)
	})
	switch status.Code(err) {
	case codes.OK:
		if health.GetStatus() == grpc_health_v1.HealthCheckResponse_NOT_SERVING {
			return fmt.Errorf("backend %s at %s says that it is not ready; look at its log, and try again", c.Name, c.Address)
		}
		return nil
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		return c.sentence(ctx, "how it is", err, Credential{})
	}
	return nil
}
