package csvfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/sluice-billing/sluice/backend"
)

// errNotThere says that there is no such file.
var errNotThere = errors.New("there is no such file")

// elsewhere is the host that a server leads to.
type elsewhere string

// Error says what to do.
func (e elsewhere) Error() string {
	return "it leads on to " + string(e) + "; name that address in base_url, if it is right"
}

// client waits for answers, not for whole files: those end with the question.
var client = &http.Client{
	Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
	},
	// A credential is for the place that was named, and is not carried to another.
	CheckRedirect: func(next *http.Request, before []*http.Request) error {
		if len(before) > 3 || next.URL.Host != before[0].URL.Host || next.URL.Scheme != before[0].URL.Scheme {
			return elsewhere(next.URL.Host)
		}
		return nil
	},
}

// open opens a file, and tries again where the network or the server fails.
func open(ctx context.Context, a backend.Access, address string) (body io.ReadCloser, err error) {
	wait := retry.WithMaxRetries(3, retry.NewExponential(200*time.Millisecond))
	err = retry.Do(ctx, wait, func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		switch a.Schema {
		case basic:
			request.SetBasicAuth(a.Fields["username"], a.Fields["password"])
		case bearer:
			request.Header.Set("Authorization", "Bearer "+a.Fields["token"])
		}
		answer, err := client.Do(request)
		if err != nil {
			var cause *url.Error
			if errors.As(err, &cause) {
				err = cause.Err
			}
			var leads elsewhere
			if errors.As(err, &leads) {
				return fmt.Errorf("%s cannot be fetched: %w", address, leads)
			}
			return retry.RetryableError(fmt.Errorf("%s cannot be fetched: %w; correct base_url, or try again later", address, err))
		}
		if err := judge(answer, address); err != nil {
			answer.Body.Close()
			return err
		}
		body = answer.Body
		return nil
	})
	return body, err
}

// judge says what is wrong with an answer.
func judge(answer *http.Response, address string) error {
	switch code := answer.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return backend.Refused(fmt.Sprintf("the server of %s does not let this credential in (%s); correct it", address, answer.Status))
	case code == http.StatusNotFound:
		return fmt.Errorf("%s: %w; correct base_url", address, errNotThere)
	case code == http.StatusTooManyRequests || code >= http.StatusInternalServerError:
		return retry.RetryableError(backend.Busy(fmt.Sprintf("the server of %s cannot answer now (%s); try again later", address, answer.Status)))
	default:
		return fmt.Errorf("the server of %s answered %s; correct base_url", address, answer.Status)
	}
}
