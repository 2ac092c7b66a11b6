package api

import (
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
	"turnover/reports"
)

var statsRoutes = []route{
	{http.MethodGet, "/data/projects/{project_id}/episodes/stats", inProject, accounts.InTeam, showEpisodeStats},
	{http.MethodGet, "/data/projects/{project_id}/episodes/retake-stats", inProject, accounts.InTeam, showRetakeStats},
	{http.MethodPost, "/actions/projects/{project_id}/task-types/{task_type_id}/set-shot-nb-frames", inProject, accounts.Manages, setShotFrames},
}

// statsQuery narrows to the caller's own tasks where they are a vendor.
func (c *call) statsQuery() (q reports.KitsuStatsQuery) {
	if c.vendor() {
		q.AssignedTo = c.who.person.ID
	}
	return q
}

// showEpisodeStats counts tasks by episode, task type and status. It needs no
// database: the tasks are in memory.
func showEpisodeStats(c *call) (answer, error) {
	stats, err := reports.KitsuEpisodeStats(c.view.TaskFacts(), c.statsQuery())
	if err != nil {
		return answer{}, err
	}
	return ok(stats)
}

func showRetakeStats(c *call) (answer, error) {
	if err := c.notClient(); err != nil {
		return answer{}, err
	}
	stats, err := reports.KitsuRetakeStats(c.view.TaskFacts(), c.statsQuery())
	if err != nil {
		return answer{}, err
	}
	return ok(stats)
}

// notClient refuses those whom Kitsu shows no figures of work: clients.
func (c *call) notClient() error {
	if c.standing(nil).Effective() == accounts.Client {
		return errForbidden
	}
	return nil
}

// setShotFrames takes the number of frames of shots from the previews of a task
// type, and says what each has now.
func setShotFrames(c *call) (answer, error) {
	taskType, err := c.askedID("task_type_id", c.r.PathValue("task_type_id"))
	if err != nil {
		return answer{}, err
	}
	var episode hierarchy.ID
	if text := c.query.Get("episode_id"); text != "" {
		if episode, err = c.askedID("episode_id", text); err != nil {
			return answer{}, err
		}
	}
	set, err := c.pipe.FramesFromPreviews(c.ctx(), c.view.Project.ID, taskType, episode)
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, s := range set {
			if !yield(shotFrames(s)) {
				return
			}
		}
	}))
}

func shotFrames(s pipeline.ShotFrames) (o object) {
	o.set("id", s.Shot)
	o.set("nb_frames", s.Frames)
	return o
}

// askedID reads an id that must be one.
func (c *call) askedID(name, text string) (hierarchy.ID, error) {
	id, is := canonicalID(text)
	if !is {
		return "", badParameter("Invalid UUID format for %s: %s", name, text)
	}
	return id, nil
}
