package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cloud.google.com/go/storage"
	"gocloud.dev/blob/gcsblob"
	"gocloud.dev/gcp"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

const (
	googleTokens = "https://oauth2.googleapis.com/token"
	googleScope  = "https://www.googleapis.com/auth/devstorage.read_only"
	googleTries  = 5 // of one request, by Google's library; the place has its own patience
)

// GoogleKey reads the JSON key of a service account. Other kinds of credentials in
// such a file, which could run programs or ask any address, are refused.
func GoogleKey(key []byte) (email string, err error) {
	account, err := googleAccountOf(key)
	return account.Email, err
}

func googleAccountOf(key []byte) (jwt.Config, error) {
	var says struct {
		Type         string `json:"type"`
		ClientEmail  string `json:"client_email"`
		PrivateKey   string `json:"private_key"`
		PrivateKeyID string `json:"private_key_id"`
	}
	if json.Unmarshal(key, &says) != nil || says.Type != "service_account" || says.ClientEmail == "" || !strings.HasPrefix(says.PrivateKey, "-----BEGIN") {
		return jwt.Config{}, errors.New("is not the JSON key of a service account; make one in the console of Google Cloud, under IAM, service accounts, keys")
	}
	// The key's own token_uri is not asked: it could be anywhere.
	return jwt.Config{Email: says.ClientEmail, PrivateKey: []byte(says.PrivateKey), PrivateKeyID: says.PrivateKeyID, Scopes: []string{googleScope}, TokenURL: googleTokens}, nil
}

// openGCS opens a bucket of Google Cloud Storage: with a key, else with what the
// environment has. A server named as endpoint gets the token, too.
func openGCS(ctx context.Context, u *url.URL, key []byte) (*Place, error) {
	name := "gs://" + u.Host + "/" + rootOf(u)
	query, err := parameters(u, "endpoint", "anonymous")
	if err != nil {
		return nil, err
	}
	endpoint := strings.TrimSuffix(query.Get("endpoint"), "/")
	client, err := googleClient(ctx, key, endpoint, query.Get("anonymous") == "true")
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	var options gcsblob.Options
	if endpoint != "" {
		options.ClientOptions = append(options.ClientOptions, option.WithEndpoint(endpoint+"/storage/v1/"))
	}
	// JSON for reading, too, so that one address serves for all.
	options.ClientOptions = append(options.ClientOptions, storage.WithJSONReads())
	bucket, err := gcsblob.OpenBucket(ctx, client, u.Host, &options)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	var inner *storage.Client
	if bucket.As(&inner) {
		inner.SetRetry(storage.WithMaxAttempts(googleTries))
	}
	return inBucket(ctx, bucket, u, true, func(err error) *Trouble { return troubleOfGCS(err, u) })
}

func googleClient(ctx context.Context, key []byte, endpoint string, anonymous bool) (*gcp.HTTPClient, error) {
	if anonymous && len(key) == 0 {
		return gcp.NewAnonymousHTTPClient(gcp.DefaultTransport()), nil
	}
	if len(key) == 0 {
		found, err := gcp.DefaultCredentials(ctx)
		if err != nil {
			return nil, errors.New("there are no credentials of Google here; name a credential in the source, or set GOOGLE_APPLICATION_CREDENTIALS")
		}
		return gcp.NewHTTPClient(gcp.DefaultTransport(), gcp.CredentialsTokenSource(found))
	}
	account, err := googleAccountOf(key)
	if err != nil {
		return nil, fmt.Errorf("the credential %w", err)
	}
	if endpoint != "" {
		account.TokenURL = endpoint + "/token"
	}
	return gcp.NewHTTPClient(gcp.DefaultTransport(), account.TokenSource(context.WithoutCancel(ctx)))
}

// troubleOfGCS says for people why a bucket of Google could not be listed.
func troubleOfGCS(err error, u *url.URL) *Trouble {
	t := &Trouble{err: err}
	var refused *oauth2.RetrieveError
	var answer *googleapi.Error
	switch {
	case errors.As(err, &refused):
		t.What, t.Says = TroubleKeys, "the key of the service account is not taken"
		var why struct {
			Error       string `json:"error"`
			Description string `json:"error_description"`
		}
		if json.Unmarshal(refused.Body, &why) == nil && why.Error != "" {
			t.Says += " (" + strings.TrimSpace(why.Error+" "+why.Description) + ")"
		}
		t.Advice = "make a new key for the service account, and save the credential again"
	case errors.Is(err, storage.ErrBucketNotExist), errors.As(err, &answer) && answer.Code == http.StatusNotFound:
		t.What, t.Says, t.Advice = TroubleNoBucket, "there is no bucket "+u.Host, "correct the bucket in the source's address"
	case errors.As(err, &answer) && answer.Code == http.StatusForbidden:
		t.What, t.Says = TroubleDenied, "access to the bucket "+u.Host+" is denied"
		t.Advice = "give the service account the role Storage Object Viewer on the bucket"
	case errors.As(err, &answer) && answer.Code == http.StatusUnauthorized:
		t.What, t.Says = TroubleKeys, "Google does not take the credentials"
		t.Advice = "save the credential again with a key that is active"
	case errors.As(err, &answer):
		t.What, t.Says, t.Advice = TroubleOther, fmt.Sprintf("the bucket %s cannot be listed (%d)", u.Host, answer.Code), "check the bucket's name and the credentials, and try again"
	default:
		t.What, t.Says, t.Advice = TroubleUnreachable, "the server of the bucket "+u.Host+" does not answer", "check the network and, where there is one, the endpoint in the source's address"
	}
	return t
}
