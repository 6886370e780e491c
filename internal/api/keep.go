package api

import (
	"container/list"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// answers keeps what was answered, by who asked what at which revision of the
// records: as long as nothing was changed, the same is answered. The oldest ones are
// forgotten. It is safe for use by several goroutines.
type answers struct {
	mu     sync.Mutex
	byKey  map[string]*list.Element // of *kept
	recent list.List
	size   int // bytes
	making singleflight.Group
}

type kept struct {
	key    string
	answer *answer
}

const mostKept = 64 << 20 // bytes

// or returns what is kept under a key, else what is made now, once for all who ask
// meanwhile; without a key it is made for each. What is no success is not kept.
func (a *answers) or(key string, make func() *answer) *answer {
	if key == "" {
		return make()
	}
	if known := a.get(key); known != nil {
		return known
	}
	made, _, _ := a.making.Do(key, func() (any, error) {
		now := make()
		if now.status == http.StatusOK {
			a.put(key, now)
		}
		return now, nil
	})
	return made.(*answer)
}

func (a *answers) get(key string) *answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.byKey[key]
	if e == nil {
		return nil
	}
	a.recent.MoveToFront(e)
	return e.Value.(*kept).answer
}

func (a *answers) put(key string, what *answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byKey == nil {
		a.byKey = map[string]*list.Element{}
	}
	if a.byKey[key] != nil || what.body.Len() > mostKept/8 {
		return
	}
	a.byKey[key] = a.recent.PushFront(&kept{key, what})
	for a.size += what.body.Len(); a.size > mostKept; {
		last := a.recent.Remove(a.recent.Back()).(*kept)
		delete(a.byKey, last.key)
		a.size -= last.answer.body.Len()
	}
}

// keepsake is under what the answer to a request is kept; empty where it is not:
// of an operation that does not follow from the records and the day alone, or of
// nobody.
func (s *Service) keepsake(r *http.Request) string {
	session := sessionOf(r.Context())
	if session == nil {
		return ""
	}
	if _, pattern := s.bounds.Handler(r); !s.kept[pattern] {
		return ""
	}
	revision, err := s.Home.Store.Revision(r.Context())
	if err != nil {
		return ""
	}
	return strings.Join([]string{
		session.Who.UserID, session.Who.TokenID, session.Who.SessionID, strconv.FormatInt(revision, 36),
		time.Now().UTC().Format(time.DateOnly), r.Header.Get("Accept"), r.URL.RequestURI(),
	}, "\x00")
}
