package hierarchy

// AssetsReady counts the assets that are ready for a task of a type: those that
// another production shares, and those whose own step (ready_for) is at or behind
// the task's in the production's order. An omitted asset is not waited for.
func (s *Snapshot) AssetsReady(taskType ID, assets []*Entity) (ready int64) {
	priority := map[ID]int64{}
	for _, l := range s.ProjectTaskTypes {
		if l.Priority != nil {
			priority[l.TaskTypeID] = *l.Priority
		}
	}
	for _, a := range assets {
		if a.Canceled {
			continue
		}
		step, known := priority[a.ReadyFor]
		if !known {
			step = -1
		}
		if a.ProjectID != s.Project.ID && a.IsShared || priority[taskType] <= step {
			ready++
		}
	}
	return ready
}
