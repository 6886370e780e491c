package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// maxManifest bounds what is read into memory; real ones have some kilobytes.
const maxManifest = 10 << 20

// manifest is what an export says of itself, whoever wrote it. What it does not
// say is empty.
type manifest struct {
	place string // for people
	key   string
	etag  string

	name    string // of the report
	id      string // the same for all versions of a report, wherever their copies lie
	account string
	version string         // the provider's own name of this delivery
	month   billing.Period // that it is about
	names   []string       // of the data files, in its order: s3://bucket/key or a key
	columns []string       // category/name where it has categories

	integrations []string  // services that the files are made for, such as ATHENA
	modified     time.Time // of the manifest itself, UTC
}

// readManifest returns nil where the manifest is of an export of another kind.
func (p *Place) readManifest(ctx context.Context, l *layout, key string) (*manifest, error) {
	m, text, err := p.manifestText(ctx, key)
	if err != nil {
		return nil, err
	}
	if ours, err := l.read(m, text); err != nil || !ours {
		return nil, err
	}
	return m, nil
}

// manifestText reads a manifest of which nothing is taken yet.
func (p *Place) manifestText(ctx context.Context, key string) (m *manifest, text []byte, err error) {
	file, err := p.stat(ctx, key)
	if err != nil {
		return nil, nil, fmt.Errorf("manifest %s in %s cannot be read: %w", key, p.name, err)
	}
	if file.Size > maxManifest {
		return nil, nil, fmt.Errorf("manifest %s has %d bytes; more than %d are not read, it is no manifest of an export", key, file.Size, maxManifest)
	}
	body, err := p.Open(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	defer body.Close()
	text, err = io.ReadAll(body)
	if err != nil {
		return nil, nil, err
	}
	return &manifest{place: p.name, key: key, etag: file.ETag, modified: file.modified}, text, nil
}

// decode reads a manifest that is JSON.
func (m *manifest) decode(text []byte, into any) error {
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), into); err != nil {
		return fmt.Errorf("manifest %s in %s is not well formed; copy it again or have the provider deliver again: %w", m.key, m.place, err)
	}
	return nil
}

func (m *manifest) report() string {
	if m.name != "" {
		return m.name
	}
	if name := strings.TrimSuffix(path.Base(m.key), "-Manifest.json"); name != "manifest.json" {
		return name
	}
	return strings.Trim(folderOf(m.key), "/")
}

// identity is the same for all versions of a report and differs between
// reports, wherever their copies lie. What the provider says comes first; a
// report's folder is next; a manifest copied without its folders has its name.
func (m *manifest) identity(c candidate) string {
	switch {
	case m.id != "":
		return m.id
	case c.dated:
		return c.report
	default:
		return m.report()
	}
}

// period is the month the manifest is about: what it says, or else what the
// folders say that it or its files lie in.
func (m *manifest) period() (billing.Period, error) {
	if !m.month.IsZero() {
		return m.month, nil
	}
	for _, name := range append([]string{m.key}, m.names...) {
		for _, folder := range segments(name) {
			if month := periodFolder.FindStringSubmatch(folder); month != nil {
				return m.parsePeriod(month[1] + "-" + month[2])
			}
			if month := rangeFolder.FindStringSubmatch(folder); month != nil {
				return m.parsePeriod(month[1] + "-" + month[2])
			}
		}
	}
	return billing.Period{}, fmt.Errorf("manifest %s does not say which month it is about; keep the provider's folders, such as BILLING_PERIOD=2024-09", m.key)
}

func (m *manifest) parsePeriod(text string) (billing.Period, error) {
	period, err := billing.ParsePeriod(text)
	if err != nil {
		return billing.Period{}, fmt.Errorf("manifest %s: %w", m.key, err)
	}
	return period, nil
}

// versionOf is the provider's own name of this delivery, or else a hash that
// changes when the manifest or a file does.
func (m *manifest) versionOf(files []File) string {
	if m.version != "" {
		return m.version
	}
	return hashOf(files, m.etag)
}

// hashOf is a hash over the keys and ETags of the files in any order, and over
// what else is given.
func hashOf(files []File, more ...string) string {
	lines := make([]string, 0, len(files))
	for _, f := range files {
		lines = append(lines, f.Key+"\x00"+f.ETag)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(append(lines, more...), "\n")))
	return hex.EncodeToString(sum[:])
}
