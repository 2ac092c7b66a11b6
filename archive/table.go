// Package archive reads and writes productions as folders of JSON Lines: one
// file a table, one row a line, with the field names of Kitsu's API. It is for
// exchange, not for back-up: history and records are not part of it.
package archive

import (
	"turnover/hierarchy"
)

// A file is one table of an archive.
type file struct {
	name string // without ".jsonl"
	make func() hierarchy.Noun
	kind hierarchy.Kind // of entities
}

// files lists the archive's tables, parents before children. Scene links are
// apart: they are written from the shots' source_id and only checked when read.
func files() []file {
	entity := func(name string, k hierarchy.Kind) file {
		return file{name, func() hierarchy.Noun { return &hierarchy.Entity{Kind: k, Status: "running"} }, k}
	}
	return []file{
		{"studios", func() hierarchy.Noun { return &hierarchy.Studio{} }, ""},
		{"departments", func() hierarchy.Noun { return &hierarchy.Department{} }, ""},
		{"persons", func() hierarchy.Noun { return &hierarchy.Person{Active: true} }, ""},
		{"person_departments", func() hierarchy.Noun { return &hierarchy.PersonDepartment{} }, ""},
		{"entity_types", func() hierarchy.Noun { return &hierarchy.EntityType{} }, ""},
		{"task_types", func() hierarchy.Noun { return &hierarchy.TaskType{} }, ""},
		{"task_statuses", func() hierarchy.Noun { return &hierarchy.TaskStatus{} }, ""},
		{"project_statuses", func() hierarchy.Noun { return &hierarchy.ProjectStatus{} }, ""},
		{"projects", func() hierarchy.Noun { return &hierarchy.Project{} }, ""},
		{"project_persons", func() hierarchy.Noun { return &hierarchy.ProjectPerson{} }, ""},
		{"project_task_types", func() hierarchy.Noun { return &hierarchy.ProjectTaskType{} }, ""},
		{"project_task_statuses", func() hierarchy.Noun { return &hierarchy.ProjectTaskStatus{} }, ""},
		{"project_asset_types", func() hierarchy.Noun { return &hierarchy.ProjectAssetType{} }, ""},
		{"metadata_descriptors", func() hierarchy.Noun { return &hierarchy.MetadataDescriptor{} }, ""},
		entity("episodes", hierarchy.Episode),
		entity("sequences", hierarchy.Sequence),
		entity("scenes", hierarchy.Scene),
		entity("shots", hierarchy.Shot),
		entity("assets", hierarchy.Asset),
		{"casting_links", func() hierarchy.Noun { return &hierarchy.Casting{NbOccurences: 1} }, ""},
		{"asset_instances", func() hierarchy.Noun { return &hierarchy.AssetInstance{Active: true} }, ""},
		{"instance_castings", func() hierarchy.Noun { return &hierarchy.InstanceCasting{} }, ""},
		{"tasks", func() hierarchy.Noun { return &hierarchy.Task{Difficulty: 3} }, ""},
		{"comments", func() hierarchy.Noun { return &hierarchy.Comment{} }, ""},
		{"time_spents", func() hierarchy.Noun { return &hierarchy.TimeSpent{} }, ""},
		{"preview_files", func() hierarchy.Noun { return &hierarchy.PreviewFile{Revision: 1, Position: 1} }, ""},
	}
}

const sceneLinks = "scene_shot_links"

// A sceneLink says in which scene a shot lies; the shot's source_id is what counts.
type sceneLink struct {
	SceneID hierarchy.ID `json:"scene_id"`
	ShotID  hierarchy.ID `json:"shot_id"`
}

// required fields may not be null or empty, beside the key.
var required = map[string][]string{
	"studios": {"name"}, "departments": {"name"}, "entity_types": {"name"}, "task_types": {"name"},
	"task_statuses": {"name", "short_name"}, "project_statuses": {"name"}, "projects": {"name"},
	"project_task_types": {"project_id", "task_type_id"}, "project_task_statuses": {"project_id", "task_status_id"},
	"project_asset_types":  {"project_id", "asset_type_id"},
	"metadata_descriptors": {"project_id", "name", "field_name", "entity_type"},
	"entities":             {"name", "project_id", "entity_type_id"},
	"casting_links":        {"entity_in_id", "entity_out_id"},
	"asset_instances":      {"asset_id", "scene_id", "name"},
	"tasks":                {"name", "project_id", "task_type_id", "task_status_id", "entity_id"},
	"comments":             {"task_id"}, "time_spents": {"task_id", "person_id", "date"}, "preview_files": {"task_id"},
}

// references name the table that a field's id must be found in. Those that
// archives may leave out (authors, previews, project statuses) are not here.
var references = map[string]map[string]string{
	"person_departments":    {"person_id": "persons", "department_id": "departments"},
	"task_types":            {"department_id": "departments"},
	"project_persons":       {"project_id": "projects", "person_id": "persons"},
	"project_task_types":    {"project_id": "projects", "task_type_id": "task_types"},
	"project_task_statuses": {"project_id": "projects", "task_status_id": "task_statuses"},
	"project_asset_types":   {"project_id": "projects", "asset_type_id": "entity_types"},
	"metadata_descriptors":  {"project_id": "projects"},
	"entities":              {"project_id": "projects", "entity_type_id": "entity_types", "parent_id": "entities", "source_id": "entities"},
	"casting_links":         {"entity_in_id": "entities", "entity_out_id": "entities"},
	"asset_instances":       {"asset_id": "entities", "scene_id": "entities"},
	"instance_castings":     {"entity_id": "entities", "asset_instance_id": "asset_instances"},
	"tasks":                 {"project_id": "projects", "task_type_id": "task_types", "task_status_id": "task_statuses", "entity_id": "entities"},
	"task_assignees":        {"task_id": "tasks", "person_id": "persons"},
	"comments":              {"task_id": "tasks", "task_status_id": "task_statuses"},
	"time_spents":           {"task_id": "tasks", "person_id": "persons"},
	"preview_files":         {"task_id": "tasks"},
}

// uniques are sets of fields that no two rows may share. Entities are not
// here: archives may contradict their uniqueness, and such twins load.
var uniques = map[string][]string{
	"projects":              {"name"},
	"persons":               {"email"},
	"task_statuses":         {"short_name"},
	"entity_types":          {"name"},
	"project_task_types":    {"project_id", "task_type_id"},
	"project_task_statuses": {"project_id", "task_status_id"},
	"project_asset_types":   {"project_id", "asset_type_id"},
	"casting_links":         {"entity_in_id", "entity_out_id"},
	"asset_instances":       {"scene_id", "asset_id", "number"},
	"tasks":                 {"name", "task_type_id", "entity_id"},
	"time_spents":           {"person_id", "task_id", "date"},
	"preview_files":         {"name", "task_id", "revision"},
}

// linkTables hold links: their rows are linked, not created.
var linkTables = map[string]bool{
	"person_departments": true, "project_persons": true, "project_task_types": true,
	"project_task_statuses": true, "project_asset_types": true, "casting_links": true, "instance_castings": true, "task_assignees": true,
}
