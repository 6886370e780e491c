package letter

import (
	"bytes"
	"fmt"
	"mime"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Attachment is a file that goes with a message.
type Attachment struct {
	Name      string // of the file, in any script, without a path
	MediaType string // such as application/pdf
	Data      []byte
}

// mostName is the longest name of a file, in bytes; file systems take no longer ones.
const mostName = 255

func (a Attachment) check() error {
	switch {
	case a.Name == "" || a.Name == "." || a.Name == ".." || len(a.Name) > mostName:
		return fmt.Errorf("an attachment has a name of %d bytes; it must have 1 to %d", len(a.Name), mostName)
	case oneLine(a.Name) != a.Name || strings.ContainsAny(a.Name, `/\`):
		return fmt.Errorf("the attachment %q has signs in its name that no file should have", a.Name)
	}
	if kind, parameters, err := mime.ParseMediaType(a.MediaType); err != nil || !strings.Contains(kind, "/") || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") || mime.FormatMediaType(kind, parameters) == "" {
		return fmt.Errorf("the attachment %s has no media type such as application/pdf, but %q", a.Name, a.MediaType)
	}
	return nil
}

// addTo puts the file into a message, with headers of its own: go-mail would write the
// name in a way that no standard has.
func (a Attachment) addTo(m *gomail.Msg) {
	kind, parameters, _ := mime.ParseMediaType(a.MediaType)
	m.AttachReadSeeker("file", bytes.NewReader(a.Data), func(f *gomail.File) {
		f.Header.Set("Content-Type", mime.FormatMediaType(kind, parameters))
		f.Header.Set("Content-Disposition", "attachment;"+fileName(a.Name))
		f.Header.Set("Content-Transfer-Encoding", "base64")
	})
}

// pieceLength keeps each line of a header below the 78 characters of RFC 5322.
const pieceLength = 54

// fileName writes a name as RFC 2231 says: as it is where it is plain, else in UTF-8
// with percent signs, in pieces where it is long.
func fileName(name string) string {
	if plainName(name) {
		return "\r\n filename=\"" + name + "\""
	}
	var pieces []string
	piece := "UTF-8''"
	for _, letter := range name {
		sign := string(letter)
		if letter >= 0x80 || !isToken(byte(letter)) {
			sign = "%" + strings.ReplaceAll(fmt.Sprintf("% X", sign), " ", "%")
		}
		if len(piece)+len(sign) > pieceLength {
			pieces, piece = append(pieces, piece), ""
		}
		piece += sign
	}
	pieces = append(pieces, piece)
	if len(pieces) == 1 {
		return "\r\n filename*=" + pieces[0]
	}
	var b strings.Builder
	for i, p := range pieces {
		if i > 0 {
			b.WriteByte(';')
		}
		fmt.Fprintf(&b, "\r\n filename*%d*=%s", i, p)
	}
	return b.String()
}

// plainName tells whether a name can stand between quotes in one line.
func plainName(name string) bool {
	return len(name) <= pieceLength && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' })
}

// isToken tells whether a byte needs no percent sign (attribute-char of RFC 2231).
func isToken(c byte) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune(`*'%()<>@,;:\"/[]?=`, rune(c))
}
