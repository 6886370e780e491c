package sample

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// account is a linked account of the payer, or the payer itself.
type account struct {
	index  int // in totals
	id     string
	name   string
	region *region // where most of it runs
	moves  bool    // from or to another payer
}

// resource is something that is used: an instance, a volume, a bucket.
type resource struct {
	account     *account
	price       *price
	id          string
	key         string // all its lines' ids begin with it, so that they sort the same way in every interval
	zone        string
	tags        *tagSet
	hourly      units // of what is used evenly, else 0
	from, until int64 // hours of the month in which it is this payer's
}

// here tells whether the resource is this payer's in an interval.
func (r *resource) here(w *interval) bool { return r.from <= w.from && w.from < r.until }

// tagSet is a set of tags and the cost category that follows from it.
type tagSet struct {
	values     []string // aligned with tagColumns
	department string
	cur2       string // resource_tags as JSON
	focus      string // Tags as JSON
	categories string // cost_category as JSON
}

// fleet is everything one payer has. It depends on the seed, the payer, the
// size of a month and who moves, else not on the month, so months follow on
// each other.
type fleet struct {
	payer       *account
	accounts    []*account
	steady      []*resource // instances, serverless compute and volumes, by price
	bursty      []*resource // all the rest, by price
	commitments []*commitment
	order       []turn // of the commitments over what is steady
}

var (
	teamNames   = []string{"payments", "search", "platform", "mobile", "data", "ml", "web", "crm", "iot", "games", "media", "security"}
	stageNames  = []string{"prod", "staging", "dev", "sandbox"}
	projects    = []string{"alpha", "beta", "gamma", "delta", "omega", "atlas", "harbor", "kite"}
	departments = []string{"Engineering", "Marketing", "Research, \"Special\"", "Operations"}
)

const firstAccount = 200000000001

// newFleet builds a fleet for so many lines an interval.
func newFleet(o Options, perSlot, step int64) *fleet {
	rng := newRand(o.Seed, "fleet", o.Payer)
	f := &fleet{}
	for i := range o.Accounts {
		f.accounts = append(f.accounts, &account{
			id:     fmt.Sprintf("%012d", o.FirstAccount+i),
			name:   accountName(i),
			region: &regions[pick(rng, 1+rng.IntN(len(regions)))],
		})
	}
	f.payer = &account{id: o.Payer, name: "management-" + o.Payer, region: &regions[0]}
	tags := newTagSets(rng)
	hours := int64(o.Period.End().Sub(o.Period.Start()) / time.Hour)

	steady := int(perSlot * 45 / 100)
	for i := range steady {
		a := f.owner(rng, i)
		f.steady = append(f.steady, newSteady(rng, a, tags, i*100/steady, hours))
	}
	for i := range int(2*perSlot) + o.Accounts + 400 {
		a := f.owner(rng, i)
		f.bursty = append(f.bursty, newBursty(rng, a, tags, hours))
	}
	f.move(o, perSlot, hours)
	for i, a := range f.everyone() {
		a.index = i
	}
	slices.SortStableFunc(f.steady, byPrice)
	slices.SortStableFunc(f.bursty, byPrice)
	f.commit(o, perSlot, step)
	f.order = turns(f.commitments, f.steady)
	return f
}

// everyone is all accounts and the payer, by their index.
func (f *fleet) everyone() []*account { return append(slices.Clip(f.accounts), f.payer) }

// newSteady is something that is used in every interval: mostly instances, by
// its place of 100.
func newSteady(rng *rand.Rand, a *account, tags []*tagSet, place int, hours int64) *resource {
	r := &resource{account: a, tags: tags[rng.IntN(len(tags))], until: hours}
	switch {
	case place < 60:
		r.price = atHome(rng, instancePrices, a)
	case place < 72:
		r.price = atHome(rng, serverlessPrices, a)
	default:
		r.price = atHome(rng, meteredPrices[:2*len(regions)], a) // the two kinds of volumes
		gigabytes := units(8 << rng.IntN(8))
		r.hourly = (gigabytes * one / 744).down(r.price.usageDigits)
	}
	r.locate(rng)
	return r
}

// newBursty is something that is used now and then.
func newBursty(rng *rand.Rand, a *account, tags []*tagSet, hours int64) *resource {
	r := &resource{account: a, tags: tags[rng.IntN(len(tags))], price: atHome(rng, meteredPrices, a), until: hours}
	r.locate(rng)
	return r
}

// byPrice is the order of lines in the provider's files.
func byPrice(a, b *resource) int {
	return cmp.Or(strings.Compare(a.price.service.code, b.price.service.code),
		strings.Compare(a.price.usageType, b.price.usageType), strings.Compare(a.price.operation, b.price.operation))
}

// accountName is what the provider's organization calls its i-th account.
func accountName(i int) string {
	return teamNames[i%len(teamNames)] + "-" + stageNames[i/len(teamNames)%len(stageNames)] + "-" + strconv.Itoa(i+1)
}

// owner gives everyone something first, then more to the large accounts.
func (f *fleet) owner(rng *rand.Rand, i int) *account {
	if i < len(f.accounts) {
		return f.accounts[i]
	}
	return f.accounts[pick(rng, len(f.accounts))]
}

// pick returns an index below n; small ones are more likely.
func pick(rng *rand.Rand, n int) int { return rng.IntN(1 + rng.IntN(n)) }

// atHome picks a price, in the account's own region three times out of four.
func atHome(rng *rand.Rand, prices []*price, a *account) *price {
	kind := rng.IntN(len(prices) / len(regions))
	r := rng.IntN(len(regions))
	if rng.IntN(4) > 0 {
		r = slices.IndexFunc(regions, func(r region) bool { return r.code == a.region.code })
	}
	return prices[kind*len(regions)+r]
}

// locate gives a resource its id and zone.
func (r *resource) locate(rng *rand.Rand) {
	if r.price.resource != "" {
		name := strings.NewReplacer("REGION", r.price.region.code, "ACCOUNT", r.account.id).Replace(r.price.resource)
		r.id = fmt.Sprintf("%s%016x%x", name, rng.Uint64(), rng.IntN(16))
	}
	r.key = randomText(rng, keyLength)
	if r.price.instance != nil {
		r.zone = r.price.region.code + string(rune('a'+rng.IntN(3)))
	}
}

// newTagSets makes the sets that resources share; the first is empty, as on
// most lines.
func newTagSets(rng *rand.Rand) []*tagSet {
	sets := []*tagSet{newTagSet(make([]string, len(tagColumns)), ""), newTagSet(make([]string, len(tagColumns)), "")}
	for i := range 60 {
		team := teamNames[rng.IntN(len(teamNames))]
		stage := stageNames[pick(rng, len(stageNames))]
		values := []string{
			fmt.Sprintf("IAMUser:AIDA%016X:%s", rng.Uint64(), team),
			fmt.Sprintf("%s-%s-%02d", team, stage, i),
			stage,
			fmt.Sprintf("cc-%04d", 1000+rng.IntN(40)),
			projects[rng.IntN(len(projects))],
			team,
		}
		sets = append(sets, newTagSet(values, departments[rng.IntN(len(departments))]))
	}
	return sets
}

func newTagSet(values []string, department string) *tagSet {
	cur2, focus, categories := map[string]string{}, map[string]string{}, map[string]string{}
	for i, v := range values {
		if v != "" {
			cur2[snake(strings.ReplaceAll(tagColumns[i], ":", "_"))] = v
			focus[strings.TrimPrefix(tagColumns[i], "user:")] = v
		}
	}
	if department != "" {
		categories["department"] = department
	}
	return &tagSet{values, department, jsonMap(cur2), jsonMap(focus), jsonMap(categories)}
}

// newRand is the source of all that looks like chance: the same words, the
// same numbers.
func newRand(seed uint64, words ...string) *rand.Rand {
	hash := fnv.New64a()
	for _, w := range words {
		fmt.Fprintf(hash, "%d %s ", len(w), w)
	}
	return rand.New(rand.NewPCG(seed, hash.Sum64()))
}

// uuid draws an id in the form of a version 4 UUID.
func uuid(rng *rand.Rand) string {
	a, b := rng.Uint64(), rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

// stamp writes a time as the provider does in its columns.
func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }
