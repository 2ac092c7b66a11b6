package watch

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"turnover/schedule"
)

// answerOf reads what the mark of a drop holds.
func answerOf(m *schedule.Mark) (schedule.Answer, error) {
	var a schedule.Answer
	if err := json.Unmarshal(m.Result, &a); err != nil {
		return a, fmt.Errorf("read the mark %q: %w", m.Key, err)
	}
	return a, nil
}

// withAnswer gives a mark another answer and keeps what else it holds.
func withAnswer(m schedule.Mark, state string, a schedule.Answer) (schedule.Mark, error) {
	all := map[string]json.RawMessage{}
	if m.Result != nil {
		if err := json.Unmarshal(m.Result, &all); err != nil {
			return m, fmt.Errorf("read the mark %q: %w", m.Key, err)
		}
	}
	ours, err := json.Marshal(a)
	if err == nil {
		err = json.Unmarshal(ours, &all)
	}
	if err == nil {
		m.Result, err = json.Marshal(all)
	}
	if err != nil {
		return m, fmt.Errorf("write the mark %q: %w", m.Key, err)
	}
	m.State = state
	return m, nil
}

// filed says whether nothing is left to do for a drop, and left whether its
// files lie where they were dropped all the same.
func filed(m *schedule.Mark) bool { return m != nil && strings.HasSuffix(m.State, schedule.Filed) }

func left(m *schedule.Mark) bool {
	return m != nil && strings.HasSuffix(m.State, schedule.Left)
}

// week names the folder of the archive that a time belongs to.
func week(at time.Time) string {
	year, n := at.UTC().ISOWeek()
	return fmt.Sprintf("%s/%04d-W%02d", archiveDir, year, n)
}
