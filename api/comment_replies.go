package api

import (
	"encoding/json"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var newReply = schema{"NewReplySchema", []field{{name: "text", required: true, min: 1}}}

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
	reply, err := c.pipe.Reply(c.ctx(), c.view.Project.ID, k.ID, body.text("text"))
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
