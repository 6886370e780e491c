package letter

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"
)

const bounces = "testdata/bounce.txtar"

func said(b Bounce, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	text := b.MessageID + "\n"
	for _, r := range b.Recipients {
		text += fmt.Sprintf("%s %s %s: %s\n", r.Address, r.Action, r.Status, r.Diagnostic)
	}
	return text
}

func TestBounces(t *testing.T) {
	archive, err := txtar.ParseFile(bounces)
	ok(t, err)
	for i := 0; i+1 < len(archive.Files); i += 2 {
		raw, want := archive.Files[i], archive.Files[i+1]
		for name, text := range map[string][]byte{raw.Name: raw.Data, raw.Name + " with CRLF": bytes.ReplaceAll(raw.Data, []byte("\n"), []byte("\r\n"))} {
			b, err := ReadBounce(bytes.NewReader(text))
			if got := said(b, err); got != string(want.Data) {
				t.Errorf("%s says\n%swant\n%s", name, got, want.Data)
			}
		}
	}
}

// A report on our own message, as sent, names its id.
func TestBounceOfOurs(t *testing.T) {
	w, err := message().Write()
	ok(t, err)
	report := "Content-Type: multipart/report; boundary=bb; report-type=delivery-status\r\n\r\n--bb\r\nContent-Type: message/delivery-status\r\n\r\n" +
		"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; ann@acme.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--bb\r\nContent-Type: message/rfc822\r\n\r\n" +
		string(w.Raw) + "\r\n--bb--\r\n"
	b, err := ReadBounce(strings.NewReader(report))
	ok(t, err)
	if b.MessageID != w.MessageID || b.Recipients[0].Address != w.To[0] {
		t.Errorf("%+v of %s", b, w.MessageID)
	}
}

// However a report is made, it takes no more than it may, and holds nothing that could
// end a line.
func FuzzBounce(f *testing.F) {
	archive, err := txtar.ParseFile(bounces)
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(file.Data)
	}
	many := "Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n--b\nContent-Type: message/delivery-status\n\n"
	f.Add([]byte(many + strings.Repeat("Final-Recipient: rfc822; a@b.c\nAction: failed\n\n", 1500)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := ReadBounce(bytes.NewReader(raw))
		if err != nil {
			if errors.Is(err, ErrNoBounce) != (err == ErrNoBounce) || len(b.Recipients) > 0 {
				t.Errorf("%v with %+v", err, b)
			}
			return
		}
		if len(b.Recipients) == 0 || len(b.Recipients) > mostReported || strings.ContainsAny(b.MessageID, "<> \r\n") {
			t.Errorf("%d recipients of %q", len(b.Recipients), b.MessageID)
		}
		for _, r := range b.Recipients {
			if !isAddress(r.Address) || !slices.Contains(actions, r.Action) || oneLine(r.Diagnostic) != r.Diagnostic || utf8.RuneCountInString(r.Diagnostic) > mostDiagnostic+1 {
				t.Errorf("recipient %+q", r)
			}
		}
	})
}
