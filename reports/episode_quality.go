package reports

import (
	"fmt"

	"turnover/hierarchy"
)

// The flaws that the episode report finds, beside those on statuses: DQ3xx.
var (
	withoutEpisode = flaw{"DQ301", "Shot of a series without episode", "Give its sequence an episode; Kitsu's statistics leave it out."}
	openInClosed   = flaw{"DQ302", "Open tasks in an episode that is complete or canceled", "Finish them, omit their shots, or set the episode running."}
	beginUnknown   = flaw{"DQ303", "Task since when is not known", "Give the task its created_at; it is counted in the last week only."}
	episodeStrange = flaw{"DQ304", "Episode with a status that is none of the four", "Set it to running, complete, standby or canceled."}
)

// flawsOf adds what is doubtful about a task.
func (b *episodeBook) flawsOf(t *hierarchy.Task, e, episode *hierarchy.Entity, h *taskHistory, steps []statusStep) {
	if episode == nil && b.s.dim.Project.Episodic() {
		if !b.lost[e.ID] {
			b.found.add(qualityFinding{flaw: withoutEpisode, entity: e.ID})
		}
		b.lost[e.ID] = true
	}
	if len(steps) == 0 {
		b.found.add(qualityFinding{flaw: beginUnknown, entity: e.ID, task: t.ID, taskType: t.TaskTypeID})
	}
	if h.undated > 0 {
		b.found.add(qualityFinding{flaw: commentUndated, entity: e.ID, task: t.ID, taskType: t.TaskTypeID, detail: fmt.Sprintf("comments: %d", h.undated)})
	}
	historyFlaws(b.s, b.found, t, h)
}

// episodeFlaws adds what is doubtful about episodes.
func (b *episodeBook) episodeFlaws() {
	known := map[string]bool{}
	for _, s := range hierarchy.EpisodeStatuses {
		known[s] = true
	}
	for _, k := range b.progressKeys(b.byEpisode) {
		e := b.s.dim.Entity(k.episode)
		if e == nil {
			continue
		}
		status := episodeStatus(e)
		if !known[status] {
			b.found.add(qualityFinding{flaw: episodeStrange, entity: e.ID, detail: fmt.Sprintf("its status is %q", status)})
		}
		p := b.byEpisode[k]
		if open := p.all().count - p.stages[stageDone].count; open > 0 && (status == "complete" || status == "canceled") {
			b.found.add(qualityFinding{flaw: openInClosed, entity: e.ID, detail: fmt.Sprintf("it is %s; tasks not done: %d", status, open)})
		}
	}
}
