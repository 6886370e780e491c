package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"gocloud.dev/blob/azureblob"
)

// AzureSignature checks a shared access signature, and returns it as it is sent.
func AzureSignature(text string) (string, error) {
	signature := strings.TrimPrefix(strings.TrimSpace(text), "?")
	values, err := url.ParseQuery(signature)
	if err != nil || values.Get("sig") == "" || values.Get("sv") == "" {
		return "", errors.New("is no shared access signature; it is written sv=…&sig=…")
	}
	for _, need := range "rl" { // read, list
		if permissions := values.Get("sp"); permissions != "" && !strings.ContainsRune(permissions, need) {
			return "", fmt.Errorf("is a shared access signature with the permissions %q; make one that may read and list (sp=rl)", permissions)
		}
	}
	return signature, nil
}

// EndOfAzureSignature is when a shared access signature ends, UTC; zero where it does
// not say.
func EndOfAzureSignature(signature string) time.Time {
	values, err := url.ParseQuery(strings.TrimPrefix(strings.TrimSpace(signature), "?"))
	if err != nil {
		return time.Time{}
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(form, values.Get("se")); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// openAzure opens a container of Azure Blob Storage: with a shared access signature,
// else with what the environment has.
func openAzure(ctx context.Context, u *url.URL, signature string) (*Place, error) {
	name := "azblob://" + u.Host + "/" + rootOf(u)
	query, err := parameters(u, "storage_account", "domain", "endpoint")
	if err != nil {
		return nil, err
	}
	service, err := azureService(query)
	if err != nil {
		return nil, fmt.Errorf("%s %w", name, err)
	}
	client, err := azureClient(service, u.Host, signature)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	bucket, err := azureblob.OpenBucket(ctx, client, nil)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", name, err)
	}
	return inBucket(ctx, bucket, u, false, func(err error) *Trouble { return troubleOfAzure(err, u) })
}

// azureService is the address of the storage account.
func azureService(query url.Values) (string, error) {
	account, domain := query.Get("storage_account"), cmp.Or(query.Get("domain"), "blob.core.windows.net")
	switch {
	case account == "" || strings.Trim(account, "abcdefghijklmnopqrstuvwxyz0123456789") != "":
		return "", errors.New("names no storage account; write azblob://container/prefix?storage_account=NAME")
	case strings.Trim(domain, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "":
		return "", errors.New("has a domain that is none; write it as blob.core.windows.net")
	case query.Get("endpoint") != "":
		return strings.TrimSuffix(query.Get("endpoint"), "/") + "/" + account, nil
	}
	return "https://" + account + "." + domain, nil
}

func azureClient(service, name, signature string) (*container.Client, error) {
	address, err := url.JoinPath(service, name)
	if err != nil {
		return nil, err
	}
	options := &container.ClientOptions{ClientOptions: azcore.ClientOptions{Retry: policy.RetryOptions{MaxRetries: 3, RetryDelay: 200 * time.Millisecond, MaxRetryDelay: 5 * time.Second}}}
	if signature == "" {
		identity, err := azidentity.NewDefaultAzureCredential(nil)
		if err != nil {
			return nil, errors.New("there are no credentials of Azure here; name a credential in the source")
		}
		return container.NewClient(address, identity, options)
	}
	if signature, err = AzureSignature(signature); err != nil {
		return nil, fmt.Errorf("the credential %w", err)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	options.Transport = &http.Client{
		Transport: signing{signature, u.Host, http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { // nobody else gets the signature
			return http.ErrUseLastResponse
		},
	}
	return container.NewClientWithNoCredential(address, options)
}

// signing adds the signature to requests on their way out, so that no error that
// names an address has it.
type signing struct {
	signature, host string
	next            http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (s signing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != s.host {
		return nil, fmt.Errorf("the storage account sends requests on to %s, which does not get the signature", r.URL.Host)
	}
	signed := r.Clone(r.Context())
	signed.URL.RawQuery = strings.TrimPrefix(signed.URL.RawQuery+"&"+s.signature, "&")
	response, err := s.next.RoundTrip(signed)
	if response != nil {
		response.Request = r
	}
	return response, err
}

// troubleOfAzure says for people why a container could not be listed.
func troubleOfAzure(err error, u *url.URL) *Trouble {
	t := &Trouble{err: err}
	var answer *azcore.ResponseError
	var noToken *azidentity.AuthenticationFailedError
	account := u.Query().Get("storage_account")
	switch {
	case errors.As(err, &answer) && (answer.ErrorCode == "ContainerNotFound" || answer.StatusCode == http.StatusNotFound):
		t.What, t.Says, t.Advice = TroubleNoBucket, "the storage account "+account+" has no container "+u.Host, "correct the container in the source's address"
	case errors.As(err, &answer) && (answer.ErrorCode == "AuthenticationFailed" || answer.StatusCode == http.StatusUnauthorized):
		t.What, t.Says = TroubleKeys, "Azure does not take the signature ("+answer.ErrorCode+")"
		t.Advice = "make a shared access signature that has not ended, and save the credential again"
	case errors.As(err, &answer) && answer.StatusCode == http.StatusForbidden:
		t.What, t.Says = TroubleDenied, "access to the container "+u.Host+" is denied ("+answer.ErrorCode+")"
		t.Advice = "make a shared access signature that may read and list, or give the identity the role Storage Blob Data Reader; look at the firewall of the storage account, too"
	case errors.As(err, &answer):
		t.What, t.Says, t.Advice = TroubleOther, fmt.Sprintf("the container %s cannot be listed (%d %s)", u.Host, answer.StatusCode, answer.ErrorCode), "check its name and the credentials, and try again"
	case errors.As(err, &noToken) || strings.Contains(err.Error(), "DefaultAzureCredential"):
		t.What, t.Says, t.Advice = TroubleKeys, "there are no credentials of Azure here", "name a credential in the source, or run Sluice where Azure gives it an identity"
	default:
		t.What, t.Says = TroubleUnreachable, "the storage account "+account+" does not answer"
		t.Advice = "check the account's name, the network and, where there is one, the endpoint in the source's address"
	}
	return t
}
