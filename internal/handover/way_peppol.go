package handover

import (
	"context"
	"errors"
	"strings"

	"github.com/sluice-billing/sluice/internal/secret"
)

// peppolWay gives e-invoices to an access point.
var peppolWay = way{by: ByPeppol, check: checkPeppol, send: sendPeppol}

func checkPeppol(h *Handovers, r Route, _ secret.Text) error {
	switch {
	case h.material.Peppol == nil:
		return &RefusedError{"by", "is peppol, and this installation has no access point"}
	case len(r.Formats) != 1:
		return &RefusedError{"formats", "are several; one e-invoice is sent of a document"}
	}
	return nil
}

func sendPeppol(ctx context.Context, h *Handovers, p parcel) (Receipt, error) {
	if h.material.Peppol == nil {
		return Receipt{}, errors.New("this installation has no access point; set one up")
	}
	formats := h.formatsOf(p.route.Wish, p.handover.What)
	if p.document.id == "" || len(p.files) != 1 || len(formats) != 1 {
		return Receipt{}, &FinalError{errors.New("only e-invoices go by Peppol, and not " + p.handover.What + " in " + strings.Join(formats, ", "))}
	}
	receipt, err := h.material.Peppol(ctx, p.document.id, formats[0], p.files[0])
	if receipt.Detail == "" {
		receipt.Detail = "the access point"
	}
	return receipt, err
}
