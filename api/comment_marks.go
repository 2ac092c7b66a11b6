package api

import "turnover/hierarchy"

// acknowledgeComment notes that the caller has read a comment, or takes it back.
func acknowledgeComment(c *call) (answer, error) {
	k, err := c.theComment()
	if err != nil {
		return answer{}, err
	}
	after, err := c.pipe.AcknowledgeComment(c.ctx(), c.view.Project.ID, k.ID)
	if err != nil {
		return answer{}, err
	}
	return c.oneComment(after)
}

var movedComment = schema{"MoveCommentSchema", []field{{name: "target_task_id", kind: idField, required: true}}}

// moveComment moves a comment to another task of the entity.
func moveComment(c *call) (answer, error) {
	body, err := movedComment.read(c)
	if err != nil {
		return answer{}, err
	}
	after, err := c.pipe.MoveComment(c.ctx(), c.view.Project.ID, hierarchy.ID(c.row.Key()), body.id("target_task_id"))
	if err != nil {
		return answer{}, err
	}
	return c.oneComment(after)
}
