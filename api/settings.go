package api

import (
	"encoding/json"
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var settingRoutes = []route{
	{http.MethodGet, "/data/projects/{project_id}/team", inProject, accounts.InTeam, listTeam},
	{http.MethodPost, "/data/projects/{project_id}/team", inProject, accounts.Manages, joinTeam},
	{http.MethodPut, "/data/projects/{project_id}/team/{person_id}", inProject, accounts.Manages, changeTeamRole},
	{http.MethodDelete, "/data/projects/{project_id}/team/{person_id}", inProject, accounts.Manages, leaveTeam},
	{http.MethodGet, "/data/projects/{project_id}/settings/task-types", inProject, accounts.InTeam, listProjectTaskTypes},
	{http.MethodPost, "/data/projects/{project_id}/settings/task-types", inProject, accounts.Manages, enableTaskType},
	{http.MethodDelete, "/data/projects/{project_id}/settings/task-types/{task_type_id}", inProject, accounts.Manages, disableTaskType},
	{http.MethodGet, "/data/projects/{project_id}/settings/task-status", inProject, accounts.InTeam, listProjectStatuses},
	{http.MethodPost, "/data/projects/{project_id}/settings/task-status", inProject, accounts.Manages, enableTaskStatus},
	{http.MethodDelete, "/data/projects/{project_id}/settings/task-status/{task_status_id}", inProject, accounts.Manages, disableTaskStatus},
	{http.MethodPost, "/data/projects/{project_id}/settings/asset-types", inProject, accounts.Manages, enableAssetType},
	{http.MethodGet, "/data/projects/{project_id}/settings/asset-types", inProject, accounts.InTeam, listEnabledAssetTypes},
	{http.MethodDelete, "/data/projects/{project_id}/settings/asset-types/{asset_type_id}", inProject, accounts.Manages, disableAssetType},
	{http.MethodGet, "/data/projects/{project_id}/metadata-descriptors", inProject, accounts.InTeam, listDescriptors},
	{http.MethodPost, "/data/projects/{project_id}/metadata-descriptors", inProject, accounts.Manages, createDescriptor},
	{http.MethodPost, "/data/projects/{project_id}/metadata-descriptors/reorder", inProject, accounts.Manages, orderDescriptors},
	{http.MethodGet, "/data/projects/{project_id}/metadata-descriptors/{descriptor_id}", inProject, accounts.InTeam, showDescriptor},
	{http.MethodPut, "/data/projects/{project_id}/metadata-descriptors/{descriptor_id}", inProject, accounts.Manages, updateDescriptor},
	{http.MethodDelete, "/data/projects/{project_id}/metadata-descriptors/{descriptor_id}", inProject, accounts.Manages, removeDescriptor},
	{http.MethodGet, "/data/metadata-descriptors", nowhere, accounts.Person, listAllDescriptors},
	{http.MethodGet, "/data/projects/{project_id}/milestones", inProject, accounts.InTeam, listNone},
}

// listNone answers what Kitsu has lists of and turnover has none of.
func listNone(*call) (answer, error) { return ok([]object{}) }

// listTeam lists the people of a team.
func listTeam(c *call) (answer, error) {
	departments := map[hierarchy.ID][]hierarchy.ID{}
	for _, l := range c.view.PersonDepartments {
		departments[l.PersonID] = append(departments[l.PersonID], l.DepartmentID)
	}
	member := map[hierarchy.ID]bool{}
	for _, l := range c.view.Team {
		member[l.PersonID] = true
	}
	return ok(list(func(yield func(object) bool) {
		for _, p := range c.view.Persons {
			if member[p.ID] && !yield(c.personObject(p, append([]hierarchy.ID{}, departments[p.ID]...))) {
				return
			}
		}
	}))
}

var newMember = schema{"TeamSchema", []field{{name: "person_id", kind: idField, required: true}, {name: "role"}}}

func joinTeam(c *call) (answer, error) {
	body, err := newMember.read(c)
	if err != nil {
		return answer{}, err
	}
	return c.join(body.id("person_id"), body.text("role"))
}

// join puts a person into the team and answers the production.
func (c *call) join(person hierarchy.ID, role string) (answer, error) {
	if role != "" && !accounts.Role(role).Known() {
		return answer{}, badParameter("unknown role %.40q: use one of %v", role, accounts.Roles())
	}
	if role == string(accounts.Admin) {
		return answer{}, badParameter("an admin is one everywhere: the role of a team is another")
	}
	if err := c.pipe.Join(c.ctx(), c.view.Project.ID, person, role); err != nil {
		return answer{}, err
	}
	return c.answerProject(http.StatusCreated)
}

var teamRole = schema{"TeamRoleSchema", []field{{name: "role"}}}

func changeTeamRole(c *call) (answer, error) {
	body, err := teamRole.read(c)
	if err != nil {
		return answer{}, err
	}
	found := false
	for _, l := range c.view.Team {
		found = found || l.PersonID == c.pathID("person_id")
	}
	if !found {
		return answer{}, errNotFound
	}
	got, err := c.join(c.pathID("person_id"), body.text("role"))
	got.status = http.StatusOK
	return got, err
}

func leaveTeam(c *call) (answer, error) {
	if err := c.pipe.Leave(c.ctx(), c.view.Project.ID, c.pathID("person_id")); err != nil {
		return answer{}, err
	}
	return gone()
}

var newProjectTaskType = schema{"ProjectTaskTypeSchema", []field{{name: "task_type_id", kind: idField, required: true}, {name: "priority", kind: intField}}}

func enableTaskType(c *call) (answer, error) {
	body, err := newProjectTaskType.read(c)
	if err != nil {
		return answer{}, err
	}
	if err := c.pipe.EnableTaskType(c.ctx(), c.view.Project.ID, body.id("task_type_id"), body.number("priority")); err != nil {
		return answer{}, err
	}
	return c.answerProject(http.StatusCreated)
}

func disableTaskType(c *call) (answer, error) {
	if err := c.pipe.DisableTaskType(c.ctx(), c.view.Project.ID, c.pathID("task_type_id")); err != nil {
		return answer{}, err
	}
	return gone()
}

func listProjectStatuses(c *call) (answer, error) {
	on := map[hierarchy.ID]bool{}
	for _, l := range c.view.ProjectTaskStatuses {
		on[l.TaskStatusID] = true
	}
	var rows []*hierarchy.TaskStatus
	for _, s := range c.view.TaskStatuses {
		if on[s.ID] {
			rows = append(rows, s)
		}
	}
	return collection[*hierarchy.TaskStatus]{rows: rows, object: sharedObject[*hierarchy.TaskStatus]("TaskStatus")}.answer(c)
}

var newProjectStatus = schema{"ProjectTaskStatusSchema", []field{{name: "task_status_id", kind: idField, required: true}}}

func enableTaskStatus(c *call) (answer, error) {
	body, err := newProjectStatus.read(c)
	if err != nil {
		return answer{}, err
	}
	if err := c.pipe.EnableTaskStatus(c.ctx(), c.view.Project.ID, body.id("task_status_id")); err != nil {
		return answer{}, err
	}
	return c.answerProject(http.StatusCreated)
}

func disableTaskStatus(c *call) (answer, error) {
	if err := c.pipe.DisableTaskStatus(c.ctx(), c.view.Project.ID, c.pathID("task_status_id")); err != nil {
		return answer{}, err
	}
	return gone()
}

var newAssetType = schema{"ProjectAssetTypeSchema", []field{{name: "asset_type_id", kind: idField, required: true}}}

func enableAssetType(c *call) (answer, error) {
	body, err := newAssetType.read(c)
	if err != nil {
		return answer{}, err
	}
	if err := c.pipe.EnableAssetType(c.ctx(), c.view.Project.ID, body.id("asset_type_id")); err != nil {
		return answer{}, err
	}
	return c.answerProject(http.StatusCreated)
}

func disableAssetType(c *call) (answer, error) {
	if err := c.pipe.DisableAssetType(c.ctx(), c.view.Project.ID, c.pathID("asset_type_id")); err != nil {
		return answer{}, err
	}
	return gone()
}

// listEnabledAssetTypes lists the types of assets that a production has: all,
// where it was given none.
func listEnabledAssetTypes(c *call) (answer, error) {
	on := map[hierarchy.ID]bool{}
	for _, l := range c.view.ProjectAssetTypes {
		on[l.AssetTypeID] = true
	}
	all, err := c.assetTypes()
	return answer{http.StatusOK, list(func(yield func(object) bool) {
		for _, t := range all {
			if (len(on) == 0 || on[t.ID]) && !yield(assetTypeObject(t)) {
				return
			}
		}
	})}, err
}

func descriptorObject(d *hierarchy.MetadataDescriptor) object {
	var o object
	o.fields(d, "choices", "departments")
	o.set("choices", orEmpty(d.Choices))
	o.set("departments", orEmpty(d.Departments))
	o.set("type", "MetadataDescriptor")
	return o
}

// descriptorsFor leaves clients the fields that are for clients.
func (c *call) descriptorsFor() []*hierarchy.MetadataDescriptor {
	if c.standing(nil).Effective() != accounts.Client {
		return c.view.Descriptors
	}
	var out []*hierarchy.MetadataDescriptor
	for _, d := range c.view.Descriptors {
		if d.ForClient != nil && *d.ForClient {
			out = append(out, d)
		}
	}
	return out
}

func listDescriptors(c *call) (answer, error) {
	return collection[*hierarchy.MetadataDescriptor]{rows: c.descriptorsFor(), object: descriptorObject}.answer(c)
}

func listAllDescriptors(c *call) (answer, error) {
	views, err := c.ownViews()
	if err != nil {
		return answer{}, err
	}
	var rows []*hierarchy.MetadataDescriptor
	for _, v := range views {
		rows = append(rows, c.at(v).descriptorsFor()...)
	}
	return collection[*hierarchy.MetadataDescriptor]{rows: rows, object: descriptorObject}.answer(c)
}

func showDescriptor(c *call) (answer, error) {
	for _, d := range c.descriptorsFor() {
		if d.ID == c.pathID("descriptor_id") {
			return ok(descriptorObject(d))
		}
	}
	return answer{}, errNotFound
}

var newDescriptor = schema{"MetadataDescriptorSchema", []field{
	{name: "name", required: true, min: 1}, {name: "entity_type"}, {name: "data_type"}, {name: "choices", kind: listField},
	{name: "for_client", kind: boolField}, {name: "departments", kind: listField}, {name: "task_type_id", kind: idField},
}}

func createDescriptor(c *call) (answer, error) {
	body, err := newDescriptor.read(c)
	if err != nil {
		return answer{}, err
	}
	fields := pipeline.Fields(body)
	if _, sent := fields["entity_type"]; !sent {
		fields["entity_type"] = hierarchy.ValueOf("Asset") // as in Kitsu
	}
	made, err := c.pipe.AddDescriptor(c.ctx(), c.view.Project.ID, fields)
	if err != nil {
		return answer{}, err
	}
	return created(descriptorObject(made))
}

func updateDescriptor(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	after, err := c.pipe.UpdateDescriptor(c.ctx(), c.view.Project.ID, c.pathID("descriptor_id"), sentFields(sent))
	if err != nil {
		return answer{}, err
	}
	return ok(descriptorObject(after))
}

func removeDescriptor(c *call) (answer, error) {
	if err := c.pipe.RemoveDescriptor(c.ctx(), c.view.Project.ID, c.pathID("descriptor_id")); err != nil {
		return answer{}, err
	}
	return gone()
}

var descriptorOrder = schema{"ReorderSchema", []field{{name: "entity_type", required: true}, {name: "descriptor_ids", kind: listField, required: true}}}

func orderDescriptors(c *call) (answer, error) {
	body, err := descriptorOrder.read(c)
	if err != nil {
		return answer{}, err
	}
	ids, err := sentIDs(map[string]json.RawMessage{"descriptor_ids": json.RawMessage(body["descriptor_ids"])}, "descriptor_ids")
	if err != nil {
		return answer{}, err
	}
	after, err := c.pipe.OrderDescriptors(c.ctx(), c.view.Project.ID, body.text("entity_type"), ids)
	if err != nil {
		return answer{}, err
	}
	rows := []object{}
	for _, d := range after {
		rows = append(rows, descriptorObject(d))
	}
	return ok(rows)
}
