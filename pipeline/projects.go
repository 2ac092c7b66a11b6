package pipeline

import (
	"context"
	"slices"

	"turnover/hierarchy"
	"turnover/store"
)

// A LinkedProject is a project with what lists of projects show beside it, as ids.
type LinkedProject struct {
	*hierarchy.Project
	Status       string // name of its status; "" where it has none
	Team         []*hierarchy.ProjectPerson
	TaskTypes    []*hierarchy.ProjectTaskType
	TaskStatuses []*hierarchy.ProjectTaskStatus
	AssetTypes   []*hierarchy.ProjectAssetType
	Descriptors  []*hierarchy.MetadataDescriptor
	FirstEpisode hierarchy.ID // by name; "" where there is none
}

// openNames are those of the statuses under which work goes on, as in Kitsu;
// closedName is the other that a fresh database gets.
var openNames = []string{"Open", "open", "Active"}

const closedName = "Closed"

// Open tells whether work goes on: a production without a status is open.
func (p *LinkedProject) Open() bool { return p.Status == "" || slices.Contains(openNames, p.Status) }

// Has tells whether a person is of the team.
func (p *LinkedProject) Has(person hierarchy.ID) bool {
	return slices.ContainsFunc(p.Team, func(l *hierarchy.ProjectPerson) bool { return l.PersonID == person })
}

// LinkedProjects lists all projects by name: one question a table.
func (p *Pipeline) LinkedProjects(ctx context.Context) (out []*LinkedProject, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		projects, err := r.Projects(ctx)
		if err != nil {
			return err
		}
		byID := map[hierarchy.ID]*LinkedProject{}
		for _, project := range projects {
			one := &LinkedProject{Project: project}
			byID[project.ID] = one
			out = append(out, one)
		}
		return fillLinks(ctx, r, byID)
	})
	return out, err
}

func fillLinks(ctx context.Context, r store.Reader, byID map[hierarchy.ID]*LinkedProject) error {
	statuses, first := map[hierarchy.ID]string{}, map[hierarchy.ID]string{}
	for _, ask := range []struct {
		table string
		where map[string]any
	}{{table: "project_statuses"}, {table: "project_persons"}, {table: "project_task_types"}, {table: "project_task_statuses"},
		{table: "project_asset_types"},
		{table: "metadata_descriptors"}, {"entities", map[string]any{"kind": hierarchy.Episode}}} {
		for row, err := range r.Rows(ctx, ask.table, ask.where) {
			if err != nil {
				return err
			}
			switch row := row.(type) {
			case *hierarchy.ProjectStatus:
				statuses[row.ID] = row.Name
			case *hierarchy.ProjectPerson:
				byID[row.ProjectID].Team = append(byID[row.ProjectID].Team, row)
			case *hierarchy.ProjectTaskType:
				byID[row.ProjectID].TaskTypes = append(byID[row.ProjectID].TaskTypes, row)
			case *hierarchy.ProjectTaskStatus:
				byID[row.ProjectID].TaskStatuses = append(byID[row.ProjectID].TaskStatuses, row)
			case *hierarchy.ProjectAssetType:
				byID[row.ProjectID].AssetTypes = append(byID[row.ProjectID].AssetTypes, row)
			case *hierarchy.MetadataDescriptor:
				byID[row.ProjectID].Descriptors = append(byID[row.ProjectID].Descriptors, row)
			case *hierarchy.Entity:
				one := byID[row.ProjectID]
				if one.FirstEpisode == "" || row.Name < first[row.ProjectID] {
					one.FirstEpisode, first[row.ProjectID] = row.ID, row.Name
				}
			}
		}
	}
	for _, one := range byID {
		one.Status = statuses[one.ProjectStatusID]
	}
	return nil
}
