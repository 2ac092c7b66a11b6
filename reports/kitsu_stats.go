package reports

import (
	"slices"
	"strconv"

	"turnover/hierarchy"
)

// A KitsuStatsQuery asks as Kitsu's statistics routes do.
type KitsuStatsQuery struct {
	// AssignedTo narrows to the tasks of one person, as vendors and
	// only_assigned requests have it; "" is all.
	AssignedTo hierarchy.ID
}

// A KitsuStatus counts the tasks of one status.
type KitsuStatus struct {
	Name     string `json:"name"` // the status's short name
	Color    string `json:"color"`
	Count    int64  `json:"count"`
	Frames   int64  `json:"frames"`
	Drawings int64  `json:"drawings"`
}

// KitsuEpisodeStatistics are keyed by episode id, task type id and status id;
// "all" stands beside the ids of episodes and task types.
type KitsuEpisodeStatistics map[string]map[string]map[string]*KitsuStatus

// KitsuEpisodeStats answers as Kitsu's .../episodes/stats: tasks of entities
// two levels under an episode; empty for a film.
func KitsuEpisodeStats(facts hierarchy.Facts, q KitsuStatsQuery) (KitsuEpisodeStatistics, error) {
	out := KitsuEpisodeStatistics{}
	err := kitsuTasks(facts, q, func(t *hierarchy.Task, b bucket, status *hierarchy.TaskStatus, nodes [4][2]string) {
		for _, n := range nodes {
			types := child(out, n[0])
			statuses := child(types, n[1])
			st := statuses[string(status.ID)]
			if st == nil {
				st = &KitsuStatus{Name: status.ShortName, Color: status.Color}
				statuses[string(status.ID)] = st
			}
			st.Count += b.count
			st.Frames += b.frames
			st.Drawings += b.drawings
		}
	})
	return out, err
}

// child gives a map's inner map, made where it is not there yet.
func child[M ~map[string]I, I ~map[string]V, V any](m M, key string) I {
	if m[key] == nil {
		m[key] = I{}
	}
	return m[key]
}

// A KitsuBucket counts tasks.
type KitsuBucket struct {
	Count    int64 `json:"count"`
	Frames   int64 `json:"frames"`
	Drawings int64 `json:"drawings"`
}

// A KitsuTake is the state of all tasks at one take.
type KitsuTake struct {
	Done   KitsuBucket `json:"done"`
	Retake KitsuBucket `json:"retake"`
	Other  KitsuBucket `json:"other"`
}

// A KitsuRetake is one node of the retake statistics.
type KitsuRetake struct {
	MaxRetakeCount int64                `json:"max_retake_count"`
	Evolution      map[string]KitsuTake `json:"evolution"` // by take, from "1"; {} under "all"
	KitsuTake
}

// KitsuRetakeStatistics are keyed by episode id and task type id; "all" stands
// beside the ids.
type KitsuRetakeStatistics map[string]map[string]*KitsuRetake

// KitsuRetakeStats answers as Kitsu's .../episodes/retake-stats. The node of
// all episodes and task types is always there.
func KitsuRetakeStats(facts hierarchy.Facts, q KitsuStatsQuery) (KitsuRetakeStatistics, error) {
	nodes := map[string]map[string]*retakeNode{"all": {"all": {}}}
	err := kitsuTasks(facts, q, func(t *hierarchy.Task, b bucket, status *hierarchy.TaskStatus, at [4][2]string) {
		for _, n := range at {
			types := child(nodes, n[0])
			if types[n[1]] == nil {
				types[n[1]] = &retakeNode{}
			}
			types[n[1]].add(t, b, status)
		}
	})
	out := KitsuRetakeStatistics{}
	for episode, types := range nodes {
		out[episode] = map[string]*KitsuRetake{}
		for taskType, n := range types {
			out[episode][taskType] = n.kitsu(episode != "all")
		}
	}
	return out, err
}

func (n *retakeNode) kitsu(evolves bool) *KitsuRetake {
	out := &KitsuRetake{MaxRetakeCount: n.most, Evolution: map[string]KitsuTake{}, KitsuTake: n.now().kitsu()}
	if evolves {
		n.evolution(min(n.most, maxTakes), func(take int64, s stages) bool {
			out.Evolution[strconv.FormatInt(take, 10)] = s.kitsu()
			return true
		})
	}
	return out
}

func (s stages) kitsu() KitsuTake {
	return KitsuTake{s.done.kitsu(), s.retake.kitsu(), s.other.kitsu()}
}

func (b bucket) kitsu() KitsuBucket { return KitsuBucket{b.count, b.frames, b.drawings} }

// kitsuTasks visits the tasks that Kitsu's statistics count, with the four
// nodes that each belongs to.
func kitsuTasks(facts hierarchy.Facts, q KitsuStatsQuery, visit func(*hierarchy.Task, bucket, *hierarchy.TaskStatus, [4][2]string)) error {
	s, err := newScope(facts.Dimensions(), Query{})
	if err != nil {
		return err
	}
	return eachTask(facts, func(t *hierarchy.Task) error {
		e := s.dim.Entity(t.EntityID)
		_, episode := s.above(e)
		status := s.statuses[t.TaskStatusID]
		if episode == nil || status == nil || q.AssignedTo != "" && !slices.Contains(t.Assignees, q.AssignedTo) {
			return nil
		}
		ep, tt := string(episode.ID), string(t.TaskTypeID)
		visit(t, bucketOf(t, e), status, [4][2]string{{"all", "all"}, {"all", tt}, {ep, "all"}, {ep, tt}})
		return nil
	})
}
