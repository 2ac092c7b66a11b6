package accounts

import (
	"sync"
	"time"
)

// Attempts bounds how often log-ins may fail: a bucket a key (an e-mail, an
// address) that empties with each failure and fills again with time. The memory
// is bounded too; beyond it the key with the fewest failures is forgotten.
type Attempts struct {
	Most  int           // failures in a row
	Every time.Duration // after which one more is allowed
	Keys  int           // buckets kept at once

	mu      sync.Mutex
	buckets map[string]bucket
}

// A bucket stands at used failures at an instant.
type bucket struct {
	used float64
	at   time.Time
}

// Wait says how long a key has to wait before another try; 0 is not at all.
func (a *Attempts) Wait(key string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	over := a.level(key, now) - float64(a.Most) + 1
	if over <= 0 {
		return 0
	}
	return time.Duration(over * float64(a.Every))
}

// Fail counts a failure.
func (a *Attempts) Fail(key string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.buckets == nil {
		a.buckets = map[string]bucket{}
	}
	if _, there := a.buckets[key]; !there && len(a.buckets) >= a.Keys {
		a.forget(now)
	}
	a.buckets[key] = bucket{min(a.level(key, now)+1, float64(a.Most)), now}
}

// Succeed forgets a key's failures.
func (a *Attempts) Succeed(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.buckets, key)
}

func (a *Attempts) level(key string, now time.Time) float64 {
	b, ok := a.buckets[key]
	if !ok {
		return 0
	}
	return max(0, b.used-float64(now.Sub(b.at))/float64(a.Every))
}

// forget drops what is over, and where all still count, the one with the fewest
// failures: an attacker with many keys must not push out the worst of them.
func (a *Attempts) forget(now time.Time) {
	least, fewest := "", float64(a.Most)+1
	for key := range a.buckets {
		level := a.level(key, now)
		if level == 0 {
			delete(a.buckets, key)
			continue
		}
		if level < fewest || level == fewest && key < least {
			least, fewest = key, level
		}
	}
	if len(a.buckets) >= a.Keys {
		delete(a.buckets, least)
	}
}
