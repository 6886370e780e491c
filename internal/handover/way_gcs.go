package handover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"github.com/sluice-billing/sluice/internal/secret"
)

// gcsWay puts files into a bucket of Google Cloud Storage by its JSON interface, one
// request for each file.
var gcsWay = way{by: ByBucket, scheme: "gs", secret: true, asks: "the JSON key of a service account that may write there", check: checkGCS, send: sendGCS}

const (
	gcsEndpoint = "https://storage.googleapis.com"
	gcsTokens   = "https://oauth2.googleapis.com/token"
	gcsScope    = "https://www.googleapis.com/auth/devstorage.read_write"
)

func checkGCS(h *Handovers, r Route, plain secret.Text) error {
	u, err := checkTarget(r, false, "endpoint")
	if err != nil {
		return err
	}
	if why := h.refuseEndpoint(u); why != "" {
		return &RefusedError{"target", why}
	}
	if !plain.IsZero() {
		if _, err := keyOfGCS(plain); err != nil {
			return &RefusedError{"secret", err.Error()}
		}
	}
	return nil
}

// serviceAccount is what is needed of the key file of one.
type serviceAccount struct {
	Type         string `json:"type"`
	ClientEmail  string `json:"client_email"`
	PrivateKey   string `json:"private_key"`
	PrivateKeyID string `json:"private_key_id"`
}

func keyOfGCS(plain secret.Text) (account serviceAccount, err error) {
	if json.Unmarshal([]byte(plain.Reveal()), &account) != nil || account.Type != "service_account" || account.ClientEmail == "" || !strings.HasPrefix(account.PrivateKey, "-----BEGIN") {
		return account, errors.New("is not the JSON key of a service account, as the console of Google Cloud writes it")
	}
	return account, nil
}

func sendGCS(ctx context.Context, h *Handovers, p parcel) (Receipt, error) {
	target, err := checkTarget(p.route, false, "endpoint")
	if err != nil {
		return Receipt{}, &FinalError{err}
	}
	account, err := keyOfGCS(p.secret)
	if err != nil {
		return Receipt{}, &FinalError{fmt.Errorf("the secret of the route %w", err)}
	}
	endpoint, tokens := gcsEndpoint, gcsTokens // the key's own token_uri is not asked: it could be anywhere
	if own := target.Query().Get("endpoint"); own != "" {
		endpoint, tokens = own, own+"/token"
	}
	config := jwt.Config{Email: account.ClientEmail, PrivateKey: []byte(account.PrivateKey), PrivateKeyID: account.PrivateKeyID, Scopes: []string{gcsScope}, TokenURL: tokens}
	token, err := config.TokenSource(context.WithValue(ctx, oauth2.HTTPClient, h.client)).Token()
	if err != nil {
		return Receipt{}, tokenProblem(ctx, err)
	}
	to, err := url.Parse(endpoint + "/upload/storage/v1/b/" + url.PathEscape(target.Host) + "/o")
	if err != nil {
		return Receipt{}, &FinalError{errors.New("the endpoint of the route is no address")}
	}
	folder := p.folder(target)
	for _, f := range p.files {
		name, err := place(folder, f)
		if err != nil {
			return Receipt{}, err
		}
		to.RawQuery = url.Values{"uploadType": {"media"}, "name": {name}}.Encode()
		header := http.Header{"Authorization": {"Bearer " + token.AccessToken}}
		if err := h.put(ctx, h.client, http.MethodPost, to, header, f, sayGCS); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{Detail: "gs://" + target.Host + "/" + folder}, nil
}

// tokenProblem says why Google gave no token for the key.
func tokenProblem(ctx context.Context, err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return unanswered(ctx, err)
	}
	err = fmt.Errorf("the key of the service account is not taken: %s %s", refused.ErrorCode, refused.ErrorDescription)
	if refused.Response != nil && refused.Response.StatusCode >= 500 {
		return err
	}
	return &FinalError{err}
}

// sayGCS is the message of an answer.
func sayGCS(answer []byte) string {
	var says struct {
		Error struct{ Message string }
	}
	if json.Unmarshal(answer, &says) != nil {
		return ""
	}
	return shortened(says.Error.Message)
}
