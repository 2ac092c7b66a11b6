package pipeline

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"turnover/hierarchy"
)

var descriptorForm = form{"name": 120, "data_type": 0, "choices": 0, "for_client": 0, "position": 0, "departments": 0}

var (
	describedKinds = []string{"Asset", "Shot", "Sequence", "Episode", "Scene", "Edit", "Project", "Task"}
	dataTypes      = []string{"string", "number", "list", "taglist", "boolean", "checklist", "date", "url", "textarea", "person"}
	notOfASlug     = regexp.MustCompile(`[^\p{L}\p{N}]+`)
)

// AddDescriptor names a custom field of one kind of entity; its key in the data
// is the name in lower case with "_" between words.
func (p *Pipeline) AddDescriptor(ctx context.Context, project hierarchy.ID, fields Fields) (made *hierarchy.MetadataDescriptor, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		made = &hierarchy.MetadataDescriptor{ID: p.NewID(), ProjectID: project, EntityType: fields["entity_type"].Text(),
			TaskTypeID: hierarchy.ID(fields["task_type_id"].Text()), DataType: hierarchy.Ptr("string"), ForClient: hierarchy.Ptr(false),
			Choices: hierarchy.Data("[]"), Departments: hierarchy.Data("[]"),
			Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
		if !slices.Contains(describedKinds, made.EntityType) {
			return usage("an entity type is one of %v, not %q", describedKinds, made.EntityType)
		}
		if err := descriptorForm.set(made, fields); err != nil {
			return err
		}
		made.FieldName = strings.Trim(notOfASlug.ReplaceAllString(strings.ToLower(made.Name), "_"), "_")
		if made.Position == nil {
			made.Position = hierarchy.Ptr(int64(1 + len(t.descriptors(made.EntityType))))
		}
		if err := t.checkDescriptor(made); err != nil {
			return err
		}
		t.add(hierarchy.Create{Origin: t.origin, Row: made})
		return nil
	})
	return made, err
}

func (t *tracking) descriptors(entityType string) (out []*hierarchy.MetadataDescriptor) {
	for _, d := range t.snap.Descriptors {
		if d.EntityType == entityType {
			out = append(out, d)
		}
	}
	return out
}

func (t *tracking) checkDescriptor(d *hierarchy.MetadataDescriptor) error {
	if d.FieldName == "" {
		return usage("a field's name has a letter or a digit")
	}
	if d.DataType == nil || !slices.Contains(dataTypes, *d.DataType) {
		return usage("a data type is one of %v", dataTypes)
	}
	for _, other := range t.descriptors(d.EntityType) {
		same := other.Name == d.Name || other.FieldName == d.FieldName
		if same && other.ID != d.ID && other.TaskTypeID == d.TaskTypeID {
			return &ConflictError{Ref: hierarchy.RefOf(other), Reason: fmt.Sprintf("%ss have a field %q already", d.EntityType, other.Name)}
		}
	}
	return nil
}

// descriptor finds a descriptor of the production; ErrNotFound.
func (t *tracking) descriptor(id hierarchy.ID) (*hierarchy.MetadataDescriptor, error) {
	for _, d := range t.snap.Descriptors {
		if d.ID == id {
			return d, nil
		}
	}
	return nil, fmt.Errorf("descriptor %s of %q: %w", id, t.snap.Project.Name, ErrNotFound)
}

// UpdateDescriptor sets fields of a descriptor. Its key stays: the data of
// entities has it.
func (p *Pipeline) UpdateDescriptor(ctx context.Context, project, id hierarchy.ID, fields Fields) (after *hierarchy.MetadataDescriptor, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, err := t.descriptor(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		if err := descriptorForm.set(after, fields); err != nil {
			return err
		}
		if err := t.checkDescriptor(after); err != nil {
			return err
		}
		if t.update(before, after) {
			after.UpdatedAt = t.origin.At
		}
		return nil
	})
	return after, err
}

// RemoveDescriptor deletes a descriptor; the data of entities stays.
func (p *Pipeline) RemoveDescriptor(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		d, err := t.descriptor(id)
		if err == nil {
			t.add(hierarchy.Delete{Origin: t.origin, Row: d})
		}
		return err
	})
}

// OrderDescriptors gives descriptors of one kind of entity the positions in
// which they are listed, and gives them back so.
func (p *Pipeline) OrderDescriptors(ctx context.Context, project hierarchy.ID, entityType string, ids []hierarchy.ID) (after []*hierarchy.MetadataDescriptor, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		for i, id := range ids {
			before, err := t.descriptor(id)
			if err != nil {
				return err
			}
			if before.EntityType != entityType || slices.Contains(ids[:i], id) {
				return usage("the descriptor %s is listed twice or is not of kind %q", id, entityType)
			}
			now := hierarchy.Clone(before)
			now.Position = hierarchy.Ptr(int64(i + 1))
			t.update(before, now)
			after = append(after, now)
		}
		return nil
	})
	return after, err
}
