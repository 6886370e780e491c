package handover

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluice-billing/sluice/internal/secret"
)

// azureWay puts files into a container of Azure Blob Storage, one request for each
// file (Put Blob), with a shared access signature.
var azureWay = way{
	by: ByBucket, scheme: "azblob", secret: true, asks: "a shared access signature (sv=…&sig=…) that may create and write in the container", check: checkAzure, send: sendAzure,
}

var azureParameters = []string{"storage_account", "domain", "endpoint"}

func checkAzure(h *Handovers, r Route, plain secret.Text) error {
	u, err := checkTarget(r, false, azureParameters...)
	if err != nil {
		return err
	}
	if why := h.refuseEndpoint(u); why != "" {
		return &RefusedError{"target", why}
	}
	if _, err := azureContainer(u); err != nil {
		return &RefusedError{"target", err.Error()}
	}
	if !plain.IsZero() {
		if _, err := signatureOfAzure(plain); err != nil {
			return &RefusedError{"secret", err.Error()}
		}
	}
	return nil
}

// azureContainer is the address of the container of a target.
func azureContainer(target *url.URL) (string, error) {
	account, domain := target.Query().Get("storage_account"), target.Query().Get("domain")
	if account == "" || strings.Trim(account, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return "", errors.New("names no storage account; write azblob://container/prefix?storage_account=NAME")
	}
	if endpoint := target.Query().Get("endpoint"); endpoint != "" {
		return endpoint + "/" + account + "/" + target.Host, nil
	}
	if domain == "" {
		domain = "blob.core.windows.net"
	}
	if strings.Trim(domain, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return "", errors.New("has a domain that is none")
	}
	return "https://" + account + "." + domain + "/" + target.Host, nil
}

func signatureOfAzure(plain secret.Text) (string, error) {
	signature := strings.TrimPrefix(strings.TrimSpace(plain.Reveal()), "?")
	values, err := url.ParseQuery(signature)
	if err != nil || values.Get("sig") == "" || values.Get("sv") == "" {
		return "", errors.New("is no shared access signature; it is written sv=…&sig=…")
	}
	return signature, nil
}

func sendAzure(ctx context.Context, h *Handovers, p parcel) (Receipt, error) {
	target, err := checkTarget(p.route, false, azureParameters...)
	if err != nil {
		return Receipt{}, &FinalError{err}
	}
	container, err := azureContainer(target)
	if err != nil {
		return Receipt{}, &FinalError{fmt.Errorf("the target of the route %w", err)}
	}
	signature, err := signatureOfAzure(p.secret)
	if err != nil {
		return Receipt{}, &FinalError{fmt.Errorf("the secret of the route %w", err)}
	}
	folder := p.folder(target)
	for _, f := range p.files {
		name, err := place(folder, f)
		if err != nil {
			return Receipt{}, err
		}
		to, err := url.Parse(container)
		if err != nil {
			return Receipt{}, &FinalError{errors.New("the target of the route is no address")}
		}
		to = to.JoinPath(strings.Split(name, "/")...)
		to.RawQuery = signature
		header := http.Header{"X-Ms-Blob-Type": {"BlockBlob"}, "X-Ms-Version": {"2021-12-02"}}
		if err := h.put(ctx, h.client, http.MethodPut, to, header, f, sayAzure); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{Detail: "azblob://" + target.Host + "/" + folder}, nil
}

// sayAzure is the code and the first line of the message of an answer.
func sayAzure(answer []byte) string {
	var says struct {
		Code    string
		Message string
	}
	if xml.Unmarshal(answer, &says) != nil {
		return ""
	}
	line, _, _ := strings.Cut(says.Message, "\n")
	return shortened(says.Code + " " + line)
}
