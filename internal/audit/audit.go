// Package audit proves what the audit says: that none of its entries was changed,
// taken away or put elsewhere since it was added, in the records or in an export
// that is checked without them.
//
// Each entry has the hash of the one before it, so that the last one stands for
// all. Who can write to the records past this program can make a whole new chain;
// it does not end in the hash that was noted elsewhere. An export ends with that
// hash, the head, for that purpose.
package audit

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/store"
)

// Entry says who did what to which thing, and Filter which entries are asked for.
type (
	Entry  = store.AuditEntry
	Filter = store.AuditFilter
)

// Head is the place and the hash of an entry. It is written as seq:hash.
type Head store.AuditHead

// String writes the head as seq:hash.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }

// ParseHead reads what String writes.
func ParseHead(text string) (Head, error) {
	number, hash, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || seq < 1 || len(hash) != 64 || strings.Trim(hash, "0123456789abcdef") != "" {
		return Head{}, fmt.Errorf("%q is no head of an audit: give the number of an entry and its hash, such as 7:5f70bf18a086…, as an export ends with", text)
	}
	return Head{seq, hash}, nil
}

// Proof is what an audit that is whole comes to.
type Proof struct {
	From      int64 `json:"from"` // number of the first entry; 1 unless only a part was given
	Entries   int64 `json:"entries"`
	Unchained int64 `json:"unchained,omitempty"` // of before there was a chain; the next entry chains them
	Head      Head  `json:"head"`                // the last entry
}

// BrokenError says where an audit is not what it was.
type BrokenError struct {
	Seq int64  // the first entry that is wrong or missing
	Why string // for people
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("the audit is broken at entry %d: %s", e.Seq, e.Why)
}

// Verify checks entries, the oldest first, from wherever they begin. Each of the
// heads, which were noted before, must be among them, but for those before the
// first one. It returns a *BrokenError for the first thing that is wrong, and the
// error of reading them.
func Verify(ctx context.Context, entries iter.Seq2[Entry, error], heads ...Head) (Proof, error) {
	v := verifying{noted: map[int64]string{}}
	for _, h := range heads {
		if h.Seq > 0 {
			v.noted[h.Seq] = h.Hash
		}
	}
	for e, err := range entries {
		if err != nil {
			return v.proof, err
		}
		if err := ctx.Err(); err != nil {
			return v.proof, err
		}
		if why := v.next(e); why != "" {
			return v.proof, &BrokenError{e.Seq, why}
		}
		if gap := v.proof.Head.Seq; gap != e.Seq {
			return v.proof, &BrokenError{gap + 1, fmt.Sprintf("it is missing: entry %d comes next", e.Seq)}
		}
	}
	for _, h := range heads {
		if h.Seq > v.proof.Head.Seq {
			return v.proof, &BrokenError{v.proof.Head.Seq + 1, fmt.Sprintf("it is missing, with all that follow: there were %d", h.Seq)}
		}
	}
	return v.proof, nil
}

// verifying is one Verify under way.
type verifying struct {
	proof Proof
	noted map[int64]string
}

// next takes the next entry. It says what is wrong with it; where one before it is
// missing it says nothing, and the proof does not come to its number.
func (v *verifying) next(e Entry) (why string) {
	last := v.proof.Head
	begins := v.proof.Entries == 0
	noted, isNoted := v.noted[e.Seq]
	switch {
	case e.Seq < 1:
		return "there is no such number"
	case !begins && e.Seq <= last.Seq:
		return fmt.Sprintf("it comes after entry %d: the order was changed, or it is there twice", last.Seq)
	case !begins && e.Seq != last.Seq+1:
		return ""
	case e.Hash == "" && last.Hash == "" && e.Previous == "" && !isNoted:
		v.proof.Unchained++ // checked once they are chained
	case e.Hash == "":
		return "its hash is gone"
	case e.Digest() != e.Hash:
		return "it was changed: what it says does not have its hash"
	case v.proof.Unchained > 0:
		return "those before it are not chained: their hashes were taken away"
	case e.Seq == 1 && e.Previous != "":
		return "it is the first, and yet names one before it: those were taken away"
	case !begins && e.Previous != last.Hash:
		return fmt.Sprintf("it does not follow entry %d as it is now: one of the two was replaced", last.Seq)
	case isNoted && noted != e.Hash:
		return "it is not the one that was noted: the chain was made anew from here or from before it"
	}
	if begins {
		v.proof.From = e.Seq
	}
	v.proof.Entries++
	v.proof.Head = Head{e.Seq, e.Hash}
	return ""
}

// VerifyRecords checks the whole audit of the records, and that it ends where they
// noted that it does.
func VerifyRecords(ctx context.Context, s *store.Store, heads ...Head) (Proof, error) {
	head, err := s.AuditHead(ctx) // before the entries: more may be added meanwhile
	if err != nil {
		return Proof{}, err
	}
	proof, err := Verify(ctx, s.AuditFrom(ctx, 1), append([]Head{Head(head)}, heads...)...)
	if err == nil && proof.Entries > 0 && proof.From != 1 {
		err = &BrokenError{1, fmt.Sprintf("it is missing: the first entry that is there is %d", proof.From)}
	}
	return proof, err
}
