package schema

import (
	"sync"

	"turnover/hierarchy"
	"turnover/store"
)

// nounKeys are the primary keys of links that have no id of their own.
var nounKeys = map[string][]string{
	"person_departments":  {"person_id", "department_id"},
	"project_persons":     {"project_id", "person_id"},
	"project_asset_types": {"project_id", "asset_type_id"},
	"task_assignees":      {"task_id", "person_id"},
	"instance_castings":   {"entity_id", "asset_instance_id"},
}

// nounForeign are the references that must hold. Who made, edited or assigned
// something, previews and the status of a project are not among them: archives
// name rows there that they do not bring.
var nounForeign = map[string][]Foreign{
	"person_departments":    {{"person_id", "persons"}, {"department_id", "departments"}},
	"project_persons":       {{"project_id", "projects"}, {"person_id", "persons"}},
	"project_task_types":    {{"project_id", "projects"}, {"task_type_id", "task_types"}},
	"project_task_statuses": {{"project_id", "projects"}, {"task_status_id", "task_statuses"}},
	"project_asset_types":   {{"project_id", "projects"}, {"asset_type_id", "entity_types"}},
	"metadata_descriptors":  {{"project_id", "projects"}},
	"entities": {{"project_id", "projects"}, {"entity_type_id", "entity_types"},
		{"parent_id", "entities"}, {"source_id", "entities"}},
	"casting_links":     {{"entity_in_id", "entities"}, {"entity_out_id", "entities"}},
	"asset_instances":   {{"asset_id", "entities"}, {"scene_id", "entities"}},
	"instance_castings": {{"entity_id", "entities"}, {"asset_instance_id", "asset_instances"}},
	"tasks": {{"project_id", "projects"}, {"task_type_id", "task_types"},
		{"task_status_id", "task_statuses"}, {"entity_id", "entities"}},
	"task_assignees":   {{"task_id", "tasks"}, {"person_id", "persons"}},
	"comments":         {{"task_id", "tasks"}, {"task_status_id", "task_statuses"}},
	"time_spents":      {{"task_id", "tasks"}, {"person_id", "persons"}},
	"preview_files":    {{"task_id", "tasks"}},
	"attachment_files": {{"task_id", "tasks"}, {"comment_id", "comments"}},
	"subscriptions":    {{"task_id", "tasks"}, {"person_id", "persons"}},
}

// nounUnique are the rules of uniqueness; the first column is always one by
// which few rows are found.
var nounUnique = map[string][]Unique{
	"persons":               {{Columns: []string{"email"}, Taken: "a person with the e-mail {email} exists already"}},
	"projects":              {{Columns: []string{"name"}, Taken: "a project named {name} exists already"}},
	"task_statuses":         {{Columns: []string{"short_name"}, Taken: "a task status with the short name {short_name} exists already"}},
	"project_task_types":    {{Columns: []string{"project_id", "task_type_id"}, Taken: "the project has the task type already"}},
	"project_task_statuses": {{Columns: []string{"project_id", "task_status_id"}, Taken: "the project has the task status already"}},
	"entities": {
		{Columns: []string{"project_id", "kind", "parent_id", "name", "twin"}, Nulls: true, Where: "kind <> 'Asset'"},
		{Columns: []string{"project_id", "kind", "entity_type_id", "name", "twin"}, Nulls: true, Where: "kind = 'Asset'"},
	},
	"casting_links":   {{Columns: []string{"entity_in_id", "entity_out_id"}, Taken: "the asset is cast there already"}},
	"asset_instances": {{Columns: []string{"scene_id", "asset_id", "number"}, Taken: "the scene has an instance {number} of the asset already"}},
	"tasks":           {{Columns: []string{"entity_id", "task_type_id", "name"}, Taken: "the entity has a task {name} of this type already"}},
	"time_spents":     {{Columns: []string{"task_id", "date", "person_id"}, Taken: "the person has time on this task on {date} already"}},
	"preview_files":   {{Columns: []string{"task_id", "name", "revision"}, Taken: "the task has a preview {name} of revision {revision} already"}},
	"subscriptions":   {{Columns: []string{"task_id", "person_id"}, Taken: "the person follows the task already"}},
}

// nounIndexes serve a production's streams in their order, and the search for
// what refers to a row that shall go.
var nounIndexes = map[string][][]string{
	"project_persons":      {{"person_id"}},
	"project_asset_types":  {{"asset_type_id"}},
	"metadata_descriptors": {{"project_id"}},
	"entities":             {{"project_id", "name"}, {"parent_id"}, {"source_id"}},
	"casting_links":        {{"entity_out_id"}},
	"asset_instances":      {{"asset_id"}},
	"instance_castings":    {{"asset_instance_id"}},
	"tasks":                {{"project_id", "id"}},
	"task_assignees":       {{"person_id"}},
	"comments":             {{"task_id", "created_at", "id"}},
	"time_spents":          {{"person_id", "date"}},
	"preview_files":        {{"task_id", "created_at", "id"}},
	"attachment_files":     {{"task_id"}, {"comment_id"}},
	"subscriptions":        {{"person_id"}},
}

// nounReindexes are indexes that came later.
var nounReindexes = map[string][]Reindex{
	// All that quotas look at, in the order of the stream: without it each sheet is
	// a look for its row in a large table.
	"time_spents": {{Since: 9, Make: []string{"task_id", "date", "person_id", "id", "duration"}}},
}

// nounSince are the migrations that make the tables of later nouns.
var nounSince = map[string]int{"asset_instances": 4, "instance_castings": 4, "attachment_files": 5, "project_asset_types": 6, "subscriptions": 5}

// columnSince are the migrations that add later columns to tables.
var columnSince = map[string]map[string]int{"comments": {"acknowledgements": 5}}

// A Revision counts the changes of one project, or, with Project "", of what all
// projects share.
type Revision struct {
	Project   string
	Revision  int64
	ChangedAt hierarchy.Time
}

var tables = sync.OnceValue(func() []*Table {
	var out []*Table
	for _, n := range hierarchy.Tables() {
		t := nounTable(n)
		t.Foreign, t.Unique, t.Indexes = nounForeign[t.Name], nounUnique[t.Name], nounIndexes[t.Name]
		t.Reindex, t.Since = nounReindexes[t.Name], nounSince[t.Name]
		out = append(out, t)
	}
	return append(out, records()...)
})

func records() []*Table {
	imports := recordTable("imports", store.ImportRecord{}, "id")
	imports.Indexes = [][]string{{"project_id", "done_at"}}
	plans := recordTable("plans", store.PlanRecord{}, "id")
	plans.Indexes = [][]string{{"project_id", "done_at"}}
	history := recordTable("history", hierarchy.HistoryRow{}, "seq")
	history.Auto = true
	history.Indexes = [][]string{{"table_name", "row_key"}, {"project_id", "done_at"}, {"cause_id"}}
	// A production's lines are read by their numbers, never by their time. A row's
	// key finds its lines by itself, and an index that begins with the table would be
	// read through for all productions.
	history.Reindex = []Reindex{{Since: 7, Drop: []string{"project_id", "done_at"}, Make: []string{"project_id", "seq"}},
		{Since: 8, Drop: []string{"table_name", "row_key"}, Make: []string{"row_key"}}}
	memos := recordTable("memos", store.Memo{}, "id")
	memos.Indexes = [][]string{{"project_id", "kind"}}
	memos.Since = 2
	cuts := recordTable("cuts", store.CutRecord{}, "id")
	cuts.Unique = []Unique{{Columns: []string{"project_id", "scope", "revision"}, Nulls: true}}
	keys := recordTable("api_keys", store.APIKey{}, "id")
	keys.Indexes = [][]string{{"person_id"}}
	accounts := []*Table{
		recordTable("accounts", store.Account{}, "person_id"), keys,
		recordTable("revocations", store.Revocation{}, "token_id"), recordTable("secrets", store.Secret{}, "name"),
	}
	for _, t := range accounts {
		t.Since = 3
	}
	return append([]*Table{
		recordTable("sources", store.SourceRecord{}, "sha256"), imports, plans, cuts,
		recordTable("ledger", store.LedgerRecord{}, "row_key"),
		recordTable("revisions", Revision{}, "project_id"), history, memos,
	}, accounts...)
}

// Tables lists all tables: the nouns' as hierarchy.Tables has them, then the
// records'. Nobody changes them.
func Tables() []*Table { return tables() }

var byName = sync.OnceValue(func() map[string]*Table {
	m := map[string]*Table{}
	for _, t := range Tables() {
		m[t.Name] = t
	}
	return m
})

// TableNamed finds a table; nil where there is none.
func TableNamed(name string) *Table { return byName()[name] }
