package pipeline

import (
	"fmt"

	"turnover/plan"
)

// decisions says what the configuration let a list do without asking. What the
// list says itself, and what was found in it, is not among them.
func decisions(made *plan.Plan, rules plan.Options, repairs int) (out []plan.Decision) {
	for _, word := range []string{"episode", "sequence", "scene", "shot", "asset"} {
		policy := rules.Create[word+"s"]
		if n := made.Summary[string(plan.Create)][word]; n > 0 && policy != plan.Hold {
			out = append(out, plan.Decision{Rule: fmt.Sprintf("create: {%ss: %s}", word, policy), What: "makes " + counted(n, word)})
		}
	}
	if n := made.Summary[string(plan.Omit)]["shot"]; n > 0 && rules.Omit != "" && rules.Omit != plan.OmitNone {
		out = append(out, plan.Decision{Rule: fmt.Sprintf("omit: {scope: %s, hold_over: %g%%}", rules.Omit, rules.HoldOver*100), What: "omits " + counted(n, "shot")})
	}
	if n := made.Summary[string(plan.Unlink)]["casting"]; n > 0 && rules.Casting == plan.CastReplace {
		out = append(out, plan.Decision{Rule: "casting: " + plan.CastReplace, What: "takes out " + counted(n, "casting") + " that the list does not name"})
	}
	if repairs > 0 {
		out = append(out, plan.Decision{Rule: "--repair", What: "reads " + counted(repairs, "damaged name") + " as was agreed"})
	}
	return out
}

func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
