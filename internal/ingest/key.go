package ingest

import (
	"sync"

	"github.com/sluice-billing/sluice/internal/lake"
)

// keySet numbers the distinct pricing keys of a load, from 0.
type keySet struct {
	mu      sync.Mutex
	numbers map[[lake.KeyTexts]string]int32
	keys    [][lake.KeyTexts]string
}

func newKeySet() *keySet { return &keySet{numbers: map[[lake.KeyTexts]string]int32{}} }

func (s *keySet) number(key [lake.KeyTexts]string) int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.numbers[key]
	if !ok {
		n = int32(len(s.keys))
		s.numbers[key] = n
		s.keys = append(s.keys, key)
	}
	return n
}
