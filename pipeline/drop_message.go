package pipeline

import (
	"maps"
	"slices"
	"strings"

	"turnover/exporters"
	"turnover/plan"
	"turnover/schedule"
)

// longestMessage is how many characters of a message are kept.
const longestMessage = 400

// dropMessage says in one line what came of a drop.
func dropMessage(state string, made *plan.Plan) string {
	switch state {
	case schedule.Applied:
		return oneLine(changesInWords(made))
	case schedule.Nothing:
		return oneLine(made.Project + " has all of it already")
	case schedule.Rejected:
		return oneLine((&InputError{made.Source.Name, made.Diagnostics}).Error())
	}
	var gates []string
	for _, g := range made.Gates {
		text := g.Code + " " + g.Summary
		if g.Detail != "" {
			text += ": " + g.Detail
		}
		gates = append(gates, text)
	}
	return oneLine(strings.Join(gates, "; "))
}

// oneLine takes what could break a line or a terminal out of a text, and its end
// where it is long.
func oneLine(text string) string {
	runes := []rune(exporters.Visible(text))
	if len(runes) > longestMessage {
		return string(runes[:longestMessage-1]) + "…"
	}
	return string(runes)
}

var past = map[plan.Action]string{plan.Create: "created", plan.Update: "updated", plan.Move: "moved", plan.Omit: "omitted",
	plan.Reinstate: "reinstated", plan.Link: "linked", plan.Unlink: "unlinked"}

// changesInWords gives "created 3 shots, 21 tasks; updated 1 shot".
func changesInWords(made *plan.Plan) string {
	var parts []string
	for _, action := range plan.Actions() {
		counts := made.Summary[string(action)]
		var some []string
		for _, entity := range slices.Sorted(maps.Keys(counts)) {
			if n := counts[entity]; n > 0 {
				some = append(some, counted(n, strings.ReplaceAll(entity, "_", " ")))
			}
		}
		if len(some) > 0 {
			parts = append(parts, past[action]+" "+strings.Join(some, ", "))
		}
	}
	if len(parts) == 0 {
		return "no shot changed; the cut did"
	}
	return strings.Join(parts, "; ")
}
