package handover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/sluice-billing/sluice/internal/webhook"
)

// keptAnswer is how much of a server's answer is looked at.
const keptAnswer = 4096 // bytes

// askFirst is from which size on a server is asked whether it takes a file.
const askFirst = 1 << 20 // bytes

// put sends the bytes of a file by one request. The answer's words are read by say,
// which says in a few of them what went wrong.
func (h *Handovers) put(ctx context.Context, client *http.Client, method string, to *url.URL, header http.Header, f File, say func(answer []byte) string) error {
	content, size, err := f.open()
	if err != nil {
		return err
	}
	defer content.Close()
	request, err := http.NewRequestWithContext(ctx, method, to.String(), io.NopCloser(content))
	if err != nil {
		return &FinalError{errors.New("the target of the route is no address")}
	}
	request.Header, request.ContentLength = header, size
	switch {
	case size == 0:
		request.Body = http.NoBody
	case size > askFirst:
		request.Header.Set("Expect", "100-continue")
	}
	request.Header.Set("Content-Type", f.MediaType)
	request.Header.Set("User-Agent", "Sluice-Handover/1")
	response, err := client.Do(request)
	if err != nil {
		return unanswered(ctx, err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, keptAnswer))
	if response.StatusCode >= 200 && response.StatusCode <= 299 {
		return err
	}
	refused := fmt.Errorf("put %s into the bucket: the server answers %s %s", f.Name, response.Status, say(answer))
	later := response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusRequestTimeout
	if !later {
		return &FinalError{refused}
	}
	return refused
}

// unanswered says why there was no answer, without the address: it may hold a secret.
func unanswered(ctx context.Context, err error) error {
	if errors.Is(err, webhook.ErrPrivate) {
		return &FinalError{webhook.ErrPrivate}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	return fmt.Errorf("the bucket's server could not be asked: %w", err)
}
