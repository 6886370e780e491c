package hyper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/sluice-billing/sluice/backend"
)

// mostAnswer bounds an answer of the vendor, in bytes.
const mostAnswer = 16 << 20

var client = &http.Client{
	Timeout: time.Minute,
	Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 8,
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // what is signed is not sent elsewhere
}

// ask gets a resource of the vendor, and reads it. It tries again where the network or the
// vendor fails.
func (v Vendor) ask(ctx context.Context, a backend.Access, path string, into any) error {
	address := v.Address
	if named := a.Options["base_url"]; named != "" {
		address = named
	}
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return fmt.Errorf("option base_url %q is no address of the vendor; write https://host", address)
	}
	for _, name := range []string{"Account", "Email", "Key"} {
		if a.Fields[name] == "" {
			return backend.Refused(fmt.Sprintf("the credential has no %s; save it again with Account, Email and Key", name))
		}
	}
	wait := retry.WithMaxRetries(3, retry.NewExponential(200*time.Millisecond))
	return retry.Do(ctx, wait, func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(address, "/")+path, nil)
		if err != nil {
			return err
		}
		Sign(request, a.Fields["Account"], a.Fields["Email"], a.Fields["Key"], time.Now())
		answer, err := client.Do(request)
		if err != nil {
			var cause *url.Error
			if errors.As(err, &cause) {
				err = cause.Err
			}
			return retry.RetryableError(fmt.Errorf("the vendor at %s cannot be reached: %w; correct base_url, or try again later", base.Host, err))
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
		if err != nil {
			return retry.RetryableError(fmt.Errorf("the vendor's answer broke off: %w; try again later", err))
		}
		if err := judge(answer, body); err != nil {
			return err
		}
		if len(body) > mostAnswer {
			return fmt.Errorf("the vendor's answer at %s has more than %d bytes; report it to the vendor", path, mostAnswer)
		}
		if err := json.Unmarshal(body, into); err != nil {
			return fmt.Errorf("the vendor's answer at %s cannot be read: %w; report it to the vendor", path, err)
		}
		return nil
	})
}

// judge says what is wrong with an answer, in the vendor's own words where it has some.
func judge(answer *http.Response, body []byte) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body[:min(len(body), mostAnswer)], &said) != nil || said.Error == "" {
		said.Error = "it says nothing more"
	}
	text := fmt.Sprintf("the vendor answered %s: %s", answer.Status, said.Error)
	switch code := answer.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return backend.Refused(text + "; correct Account, Email and Key")
	case code == http.StatusTooManyRequests || code >= http.StatusInternalServerError:
		return retry.RetryableError(backend.Busy(text + "; try again later"))
	}
	return errors.New(text + "; correct base_url, or update the backend")
}
