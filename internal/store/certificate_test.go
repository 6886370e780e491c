package store

import "testing"

func TestCertificate(t *testing.T) {
	s := openNew(t)
	rate(t, s, "01A", october)
	_, err := s.Certificate(t.Context(), october)
	notFound(t, err, "2026-10")

	for _, document := range []string{`{"residue": "1"}`, `{ "residue":"0" }`} {
		ok(t, s.PutCertificate(t.Context(), october, "01A", []byte(document)))
		got, err := s.Certificate(t.Context(), october)
		ok(t, err)
		if string(got) != document {
			t.Errorf("certificate is %s, want %s", got, document)
		}
	}

	rate(t, s, "01B", october) // has not been proved yet
	_, err = s.Certificate(t.Context(), october)
	notFound(t, err, "2026-10")
}

func TestCertificateRefuses(t *testing.T) {
	s := openNew(t)
	rate(t, s, "01A", october)
	notFound(t, s.PutCertificate(t.Context(), october, "01X", []byte(`{}`)), "01X")
	refused(t, s.PutCertificate(t.Context(), september, "01A", []byte(`{}`)), "01A", "2026-10")
	refused(t, s.PutCertificate(t.Context(), october, "01A", nil), "JSON")
}
