// Package plan says what a shot list would change in a production: it resolves
// names to entities, compares, and reviews the outcome. All of it is pure.
package plan

import (
	"encoding/json"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// Action is what a change does to its entity; the words of the JSON contract.
type Action string

const (
	Create    Action = "create"
	Update    Action = "update"
	Move      Action = "move"
	Omit      Action = "omit"
	Reinstate Action = "reinstate"
	Link      Action = "link"
	Unlink    Action = "unlink"
)

// Actions lists all, in the order in which people read them.
func Actions() []Action { return []Action{Create, Update, Move, Omit, Reinstate, Link, Unlink} }

// A Plan is what one file would change. It names new entities by path: ids are
// given when it is applied. Equal plans have equal bytes.
type Plan struct {
	ID          string                    `json:"id"` // hash of grounds, source and options
	Project     string                    `json:"project"`
	ProjectID   hierarchy.ID              `json:"project_id"`
	Grounds     string                    `json:"grounds"` // hash of what was read: before-values and omission scopes
	Source      Source                    `json:"source"`
	Kind        string                    `json:"kind"`
	Held        bool                      `json:"held"`
	Gates       []Gate                    `json:"gates"`
	Summary     map[string]map[string]int `json:"summary"`   // action or "unchanged" → entity → count
	NewTasks    []NewTask                 `json:"new_tasks"` // what Change.Tasks names
	Changes     []Change                  `json:"changes"`
	Scopes      []Scope                   `json:"scopes"`            // what omission was judged upon
	Cuts        []Cut                     `json:"cuts"`              // to be stored with the import
	Standing    []Cut                     `json:"-"`                 // the file's other cuts: they are stored as they are
	CutChanges  []*ChangeList             `json:"cut_changes"`       // what differs from the cuts that are stored; unchanged shots are left out
	Pending     []Pending                 `json:"pending,omitempty"` // castings that will wait for their assets
	Settled     []string                  `json:"settled,omitempty"` // ids of those that waited and are linked now
	Profile     *importers.Profile        `json:"profile,omitempty"` // the list's layout, to be remembered of its source
	Diagnostics diag.List                 `json:"diagnostics"`
	Decisions   []Decision                `json:"decisions,omitempty"` // what no person decided, nor the list
}

// A Decision is what a rule of the configuration decided about a list, so that
// everybody can see which one to change.
type Decision struct {
	Rule string `json:"rule"` // as it stands in the configuration: "below: {project}/{episode}"
	What string `json:"what"` // for people: "episode E02, as its folder is called"
}

// Source is the file that the plan was made of.
type Source struct {
	Name   string `json:"name"`
	Format string `json:"format"`
	SHA256 string `json:"sha256"`
	From   string `json:"from,omitempty"` // who handed it over: Options.Source
}

// A Gate is a reason to ask a person before applying.
type Gate struct {
	Code    string `json:"code"`
	Summary string `json:"summary"`
	Detail  string `json:"detail"`
}

// A Change is one line of a plan. Before and After hold the fields that differ,
// by name, with "data.KEY" for custom fields; of a created row Before is empty.
// References to other rows are paths while they may be new.
type Change struct {
	Action  Action                     `json:"action"`
	Entity  string                     `json:"entity"` // "shot", "sequence", "episode", "scene", "asset", "casting", "task", "assignment", "comment", "time_spent", "scene_link"
	Path    string                     `json:"path"`
	ID      hierarchy.ID               `json:"entity_id"` // null for what is new
	Before  map[string]json.RawMessage `json:"before"`
	After   map[string]json.RawMessage `json:"after"`
	Place   string                     `json:"place"`
	Because string                     `json:"because"` // the rule that made it, for people
	Labels  []string                   `json:"labels"`
	Tasks   []string                   `json:"tasks,omitempty"` // of a created shot: the task types of NewTasks that it gets
}

// A NewTask is a task that shots get when they are made: "main", in the default
// status, assigned to nobody.
type NewTask struct {
	TaskType   string       `json:"task_type"`
	TaskTypeID hierarchy.ID `json:"task_type_id"`
	StatusID   hierarchy.ID `json:"task_status_id"`
}

// A Scope is a set of active shots that an omission was judged upon: the plan
// is stale if the set differs when it is applied.
type Scope struct {
	Path   string         `json:"path"` // of the sequence or episode; "" the whole project
	Active []hierarchy.ID `json:"active"`
}

// A Cut is one sequence's, episode's or film's ordered occurrences.
type Cut struct {
	Scope       string          `json:"scope"`
	Title       string          `json:"title"`
	FPS         string          `json:"fps"`
	Occurrences json.RawMessage `json:"occurrences"`
}
