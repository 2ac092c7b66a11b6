package pipeline

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"turnover/store"
)

// A DeliveryFilter narrows the delivery log. Empty fields do not narrow.
type DeliveryFilter struct {
	Entry, Occurrence, State string
	Since                    time.Time
}

// Deliveries lists what was delivered to whom, or is on its way, the newest
// occurrence first.
func (p *Pipeline) Deliveries(ctx context.Context, f DeliveryFilter) ([]Delivery, error) {
	prefix := "delivery/"
	if f.Entry != "" {
		prefix += f.Entry + "/"
		if f.Occurrence != "" {
			prefix += f.Occurrence + "/"
		}
	}
	out := []Delivery{}
	err := p.Store.Read(ctx, func(r store.Reader) error {
		records, err := r.Ledger(ctx, prefix)
		if err != nil {
			return err
		}
		for _, one := range records {
			var d Delivery
			if err := readMark(markOf(one), &d); err != nil {
				return err
			}
			if f.takes(d) {
				out = append(out, d)
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Delivery) int {
		return cmp.Or(strings.Compare(b.Occurrence, a.Occurrence), strings.Compare(a.Entry, b.Entry), strings.Compare(a.Kind, b.Kind), slices.Compare(a.To, b.To))
	})
	return out, err
}

func (f DeliveryFilter) takes(d Delivery) bool {
	return (f.Entry == "" || d.Entry == f.Entry) && (f.Occurrence == "" || d.Occurrence == f.Occurrence) && (f.State == "" || d.State == f.State) && !d.At.Before(f.Since)
}
