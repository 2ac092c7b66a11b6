-- Five tasks a shot, with whom they were given to, four time sheets and what was said.
INSERT INTO tasks (id, name, project_id, task_type_id, task_status_id, entity_id, priority, difficulty, duration, estimation, completion_rate, retake_count, sort_order,
  real_start_date, end_date, done_date, last_comment_date, nb_assets_ready, created_at, updated_at)
SELECT pg_temp.made_id('task ' || t), 'main', project, pg_temp.made_id('task type ' || 1 + k),
  pg_temp.made_id('status ' || CASE WHEN stage < 7 THEN 'Done' WHEN stage = 7 THEN 'Feedback' WHEN stage = 8 THEN 'Retake' ELSE 'Wip' END),
  pg_temp.made_id('shot ' || before + i), 0, 3, 120 + 15 * (t % 9 + (t + 1) % 9 + (t + 2) % 9 + (t + 3) % 9), 300, 0, (stage = 8 OR retaken)::int, 0,
  begun + interval '9 hours', CASE WHEN stage < 8 THEN begun + interval '5 days 9 hours' END, CASE WHEN stage < 7 THEN begun + interval '6 days 9 hours' END,
  CASE WHEN stage % 2 = 0 THEN begun + interval '6 days 9 hours' END, 0, starts, starts
FROM work;

INSERT INTO task_assignees (task_id, person_id)
SELECT pg_temp.made_id('task ' || t), pg_temp.made_id('person ' || (37 * n + t % team) % persons) FROM work;

INSERT INTO time_spents (id, task_id, person_id, date, duration, created_at, updated_at)
SELECT pg_temp.made_id('sheet ' || 4 * t + j), pg_temp.made_id('task ' || t), pg_temp.made_id('person ' || person), day, minutes, day + interval '18 hours', day + interval '18 hours'
FROM sheets;

INSERT INTO comments (id, task_id, task_status_id, person_id, text, created_at, updated_at)
SELECT pg_temp.made_id('comment ' || 5 * t + line), pg_temp.made_id('task ' || t), pg_temp.made_id('status ' || status),
  pg_temp.made_id('person ' || (37 * n + (t + 7) % team) % persons), 'as said', said, said
FROM talk;
