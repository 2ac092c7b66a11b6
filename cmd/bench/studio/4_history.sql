-- What loading each production from an archive of its own leaves: an import, a
-- count, and a line of history for each row; those of time sheets, half of all,
-- where they are asked for.
INSERT INTO imports (id, project_id, plan_id, source_sha, source_name, kind, author, accepted, done_at, summary, receipt)
SELECT load, project, '', '', name, 'load', 'studio', '', loaded, convert_to(format('{"create":{"entities":%s}}', shots), 'UTF8'),
  convert_to(format('{"import":"%s","created":{"entities":%s},"skipped":0,"diagnostics":null}', load, shots), 'UTF8')
FROM made;

INSERT INTO revisions (project_id, revision, changed_at)
SELECT project, 1, loaded FROM made UNION ALL SELECT '', 1, min(loaded) FROM made;

INSERT INTO history (done_at, project_id, author, cause, cause_id, place, table_name, row_key, action, field, value_before, value_after)
SELECT loaded, NULL, 'studio', 'load', load, format('studio/%s.jsonl:%s', of, line), of, key, done, '', '', ''
FROM (
  SELECT 'departments' AS of, id AS key, 'create' AS done, row_number() OVER () AS line FROM departments
  UNION ALL SELECT 'persons', id, 'create', row_number() OVER () FROM persons
  UNION ALL SELECT 'person_departments', person_id || '/' || department_id, 'link', row_number() OVER () FROM person_departments
  UNION ALL SELECT 'entity_types', id, 'create', row_number() OVER () FROM entity_types
  UNION ALL SELECT 'task_types', id, 'create', row_number() OVER () FROM task_types
  UNION ALL SELECT 'task_statuses', id, 'create', row_number() OVER () FROM task_statuses
  UNION ALL SELECT 'project_statuses', id, 'create', row_number() OVER () FROM project_statuses
) AS rows CROSS JOIN (SELECT loaded, load FROM made ORDER BY n LIMIT 1) AS first;

INSERT INTO history (done_at, project_id, author, cause, cause_id, place, table_name, row_key, action, field, value_before, value_after)
SELECT loaded, project, 'studio', 'load', load, format('%s/%s.jsonl:%s', name, of, line), of, key, done, '', '', ''
FROM made JOIN (
  SELECT 'projects' AS of, id AS project, id AS key, 'create' AS done, row_number() OVER () AS line FROM projects
  UNION ALL SELECT 'project_persons', project_id, project_id || '/' || person_id, 'link', row_number() OVER () FROM project_persons
  UNION ALL SELECT 'project_task_types', project_id, id, 'link', row_number() OVER () FROM project_task_types
  UNION ALL SELECT 'project_task_statuses', project_id, id, 'link', row_number() OVER () FROM project_task_statuses
  UNION ALL SELECT 'entities', project_id, id, 'create', row_number() OVER () FROM entities
) AS rows USING (project);

INSERT INTO history (done_at, project_id, author, cause, cause_id, place, table_name, row_key, action, field, value_before, value_after)
SELECT loaded, project, 'studio', 'load', load, format('%s/casting_links.jsonl:%s', name, i), 'casting_links', pg_temp.made_id(format('casting %s %s', before + i, c)), 'link', '', '', ''
FROM made CROSS JOIN LATERAL generate_series(1, shots) AS i CROSS JOIN LATERAL generate_series(0, least(2, assets) - 1) AS c
UNION ALL
SELECT loaded, project, 'studio', 'load', load, format('%s/tasks.jsonl:%s', name, t), 'tasks', pg_temp.made_id('task ' || t), 'create', '', '', '' FROM work
UNION ALL
SELECT loaded, project, 'studio', 'load', load, format('%s/tasks.jsonl:%s', name, t), 'task_assignees',
  pg_temp.made_id('task ' || t) || '/' || pg_temp.made_id('person ' || (37 * n + t % team) % persons), 'link', '', '', '' FROM work
UNION ALL
SELECT loaded, project, 'studio', 'load', load, format('%s/comments.jsonl:%s', name, t), 'comments', pg_temp.made_id('comment ' || 5 * t + line), 'create', '', '', '' FROM talk
UNION ALL
SELECT loaded, project, 'studio', 'load', load, format('%s/time_spents.jsonl:%s', name, 4 * t + j), 'time_spents', pg_temp.made_id('sheet ' || 4 * t + j), 'create', '', '', '' FROM sheets WHERE (SELECT sheet_lines FROM asked);
