package source

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocloud.dev/blob"

	"github.com/sluice-billing/sluice/internal/billing"
)

// The folders by which providers name a month. Case differs between exports,
// and month= is not padded with a zero.
var (
	rangeFolder  = regexp.MustCompile(`^(\d{4})(\d{2})\d{2}-\d{8}$`)
	periodFolder = regexp.MustCompile(`(?i)^billing_period=(\d{4})-(\d{2})$`)
	yearFolder   = regexp.MustCompile(`(?i)^year=(\d{4})$`)
	monthFolder  = regexp.MustCompile(`(?i)^month=(\d{1,2})$`)
)

// namesMonth tells whether a folder's name is, or is part of, a month's.
func namesMonth(folder string) bool {
	return rangeFolder.MatchString(folder) || periodFolder.MatchString(folder) ||
		yearFolder.MatchString(folder) || monthFolder.MatchString(folder)
}

// ofOtherMonth tells whether a folder's name says that it holds nothing of
// the period.
func ofOtherMonth(folder string, period billing.Period) bool {
	if m := rangeFolder.FindStringSubmatch(folder); m != nil {
		return m[1]+"-"+m[2] != period.String()
	}
	if m := periodFolder.FindStringSubmatch(folder); m != nil {
		return m[1]+"-"+m[2] != period.String()
	}
	if m := yearFolder.FindStringSubmatch(folder); m != nil {
		return m[1] != strconv.Itoa(period.Year())
	}
	if m := monthFolder.FindStringSubmatch(folder); m != nil {
		month, err := strconv.Atoi(m[1])
		return err != nil || month != int(period.Month())
	}
	return false
}

// segments are the parts of a key between slashes. A leading slash and double
// slashes give no empty parts: keys are compared so, but never asked for so.
func segments(key string) []string {
	return slices.DeleteFunc(strings.Split(key, "/"), func(s string) bool { return s == "" })
}

// folderOf is the key up to and with its last slash.
func folderOf(key string) string { return key[:strings.LastIndexByte(key, '/')+1] }

// survey is what a walk through the place's folders found for one period.
type survey struct {
	place     *Place
	layout    *layout
	period    billing.Period
	manifests []candidate
	loose     map[string][]string  // data files that need no manifest, by the path of their report
	modified  map[string]time.Time // when each of them was written
}

// candidate is a manifest that may be the current one of its report.
type candidate struct {
	key      string
	modified time.Time
	report   string // where the report lives and the manifest's name: the same for all its versions
	dated    bool   // below a folder that names the month
	inMonth  bool   // directly in that folder, not in a version's folder below
}

// maxDepth bounds the walk; the deepest layout has seven folders below its prefix.
const maxDepth = 20

func (p *Place) survey(ctx context.Context, l *layout, period billing.Period) (*survey, error) {
	s := &survey{place: p, layout: l, period: period, loose: map[string][]string{}, modified: map[string]time.Time{}}
	if err := s.walk(ctx, p.root, 0); err != nil {
		return nil, err
	}
	return s, nil
}

// walk looks for manifests, folder by folder, leaving out what belongs to
// other months.
func (s *survey) walk(ctx context.Context, folder string, depth int) error {
	if depth > maxDepth {
		return nil
	}
	inside := segments(folder)
	if _, month, loose := s.layout.looseFile(strings.Join(append(inside, "any.csv"), "/")); loose && month != s.period.String() {
		return nil // no file in it could be of the period
	}
	var below []string
	found := len(s.manifests)
	list := s.place.bucket.List(&blob.ListOptions{Prefix: folder, Delimiter: "/"})
	for {
		object, err := list.Next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("folder %q of %s cannot be listed: %w", folder, s.place.name, err)
		}
		switch {
		case object.IsDir:
			below = append(below, object.Key)
		case s.layout.isManifest != nil && s.layout.isManifest(path.Base(object.Key)):
			s.manifests = append(s.manifests, newCandidate(object))
		default:
			if report, month, loose := s.layout.looseFile(strings.Join(segments(object.Key), "/")); loose && month == s.period.String() {
				s.loose[report] = append(s.loose[report], object.Key)
				s.modified[object.Key] = object.ModTime
			}
		}
	}
	if s.layout.inMonth && len(s.manifests) > found && len(inside) > 0 && namesMonth(inside[len(inside)-1]) {
		return nil // the versions' folders hold copies only
	}
	hasMetadata := slices.Contains(below, folder+"metadata/")
	for _, f := range below {
		if hasMetadata && f == folder+"data/" {
			continue // its manifests are in metadata
		}
		if ofOtherMonth(path.Base(f), s.period) {
			continue
		}
		if err := s.walk(ctx, f, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func newCandidate(object *blob.ListObject) candidate {
	home := segments(folderOf(object.Key))
	c := candidate{key: object.Key, modified: object.ModTime}
	if first := slices.IndexFunc(home, namesMonth); first >= 0 {
		c.dated = true
		c.inMonth = namesMonth(home[len(home)-1])
		// Parquet reports repeat their name above year=; their manifest may also
		// lie where those of CSV reports do, and is the same report's.
		repeated := first >= 2 && home[first-1] == home[first-2] && yearFolder.MatchString(home[first])
		home = home[:first]
		if repeated {
			home = home[:first-1]
		}
	}
	c.report = strings.Join(append(slices.Clone(home), path.Base(object.Key)), "/")
	return c
}

// current picks one manifest for each report, by where they lie.
func (s *survey) current() []candidate {
	best := map[string]candidate{}
	for _, c := range s.manifests {
		b, known := best[c.report]
		if !known || s.supersedes(c, b) {
			best[c.report] = c
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b candidate) int { return strings.Compare(a.key, b.key) })
}

// supersedes tells which of two versions of a report's month is current: the
// newer. Where the layout says so, the manifest in the month's folder comes before
// the copies in version folders, however new. Equal times are decided by key,
// because version folders begin with their time.
func (s *survey) supersedes(a, b candidate) bool {
	if s.layout.inMonth {
		if a.dated && b.dated && a.inMonth != b.inMonth {
			return a.inMonth
		}
		if above, below := folderOf(a.key), folderOf(b.key); above != below {
			if strings.HasPrefix(below, above) {
				return true
			}
			if strings.HasPrefix(above, below) {
				return false
			}
		}
	}
	if !a.modified.Equal(b.modified) {
		return a.modified.After(b.modified)
	}
	return a.key > b.key
}

// unmanaged returns the files that need no manifest by the folder of their
// report, without those whose report has one after all.
func (s *survey) unmanaged() map[string][]string {
	loose := map[string][]string{}
	for home, keys := range s.loose {
		managed := slices.ContainsFunc(s.manifests, func(c candidate) bool {
			return home == "" || strings.HasPrefix(strings.Join(segments(c.key), "/"), home+"/")
		})
		if !managed {
			loose[home] = s.newestRun(keys)
		}
	}
	return loose
}

// newestRun leaves the files of the run that wrote last; of equal times, the last in
// the alphabet.
func (s *survey) newestRun(keys []string) []string {
	run := func(key string) string { return s.layout.run(strings.Join(segments(key), "/")) }
	last := slices.MaxFunc(keys, func(a, b string) int {
		return cmp.Or(s.modified[a].Compare(s.modified[b]), strings.Compare(run(a), run(b)))
	})
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return run(key) != run(last) })
}
