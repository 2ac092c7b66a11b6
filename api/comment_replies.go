package api

import (
	"encoding/json"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var newReply = schema{"NewReplySchema", []field{{name: "text", required: true, min: 1}, {name: "person_id", kind: idField}}}

// replyToComment answers in the thread of a comment. Whose reply it is, is for
// those who decide about the task to say.
func replyToComment(c *call) (answer, error) {
	k, err := c.theComment()
	if err != nil {
		return answer{}, err
	}
	if !c.acts(c.task) {
		return answer{}, errForbidden
	}
	body, err := newReply.read(c)
	if err != nil {
		return answer{}, err
	}
	author := c.who.person.ID
	if id := body.id("person_id"); id != "" && c.directs(c.task) {
		author = id
	}
	reply, err := c.pipe.Reply(c.ctx(), c.view.Project.ID, k.ID, author, body.text("text"))
	if err != nil {
		return answer{}, err
	}
	return ok(json.RawMessage(reply))
}

func removeReply(c *call) (answer, error) {
	if _, err := c.theComment(); err != nil {
		return answer{}, err
	}
	err := c.pipe.RemoveReply(c.ctx(), c.view.Project.ID, hierarchy.ID(c.row.Key()), c.r.PathValue("reply_id"), func(author string) error {
		if c.standing(nil).Allows(accounts.Manages) || author == string(c.who.person.ID) {
			return nil
		}
		return errForbidden
	})
	if err != nil {
		return answer{}, err
	}
	return gone()
}
