// Package api answers HTTP: Kitsu's routes with Kitsu's shapes, on the pipeline.
// It has no rule of its own: what is read comes from pipeline.Views, what is
// written goes through the pipeline's requests, and what a caller may do is one
// word of package accounts in the table of routes.
//
// To add a route:
//
//   - Write a line in a table of routes, in the file of its noun (shots.go), and
//     name a new table in routes() in route.go. A line is verb, path, scope, right,
//     function. The scope says how the production is found (in the path, by an
//     entity's id, by the query) and fills call.view and call.entity; the right is
//     checked before the function runs.
//   - To read, take everything from call.view: it is in memory, so there is no
//     question to the database for each row. Answer with entityObject and the
//     like, which write Kitsu's keys, or build an object.
//     A list goes through call.visibleOf and call.visibleTasks, which leave a
//     vendor what is theirs.
//   - To write, describe the body as a schema, call one method of call.pipe, and
//     answer with what it gives. Add the method beside CreateEntity in
//     pipeline/track_*.go: it decides on hierarchy.Changes inside one
//     transaction. Errors of the pipeline become answers in fault.go.
//   - The table of rights (rights_test.go) walks every route by itself; the replay
//     (replay_test.go) runs the recorded requests whose path a route serves.
package api
