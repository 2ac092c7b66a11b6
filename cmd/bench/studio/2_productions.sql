-- Productions with their teams, and the hierarchy: fifty shots a sequence, ten
-- sequences an episode, every second production without episodes.
INSERT INTO projects (id, name, production_type, production_style, project_status_id, fps, has_avatar, is_clients_isolated, is_preview_download_allowed,
  is_set_preview_automated, is_publish_default_for_artists, is_bot_collaboration_enabled, is_single_preview_per_revision, is_frame_in_numbering, created_at, updated_at)
SELECT project, name, CASE WHEN episodic THEN 'tvshow' ELSE 'featurefilm' END, '2d', pg_temp.made_id('project status'), '25', false, false, false,
  false, false, false, false, false, starts, starts
FROM made;

INSERT INTO project_persons (project_id, person_id)
SELECT project, pg_temp.made_id('person ' || (37 * n + i) % persons) FROM made CROSS JOIN LATERAL generate_series(0, team - 1) AS i;

INSERT INTO project_task_types (id, project_id, task_type_id, priority, created_at, updated_at)
SELECT pg_temp.made_id(format('project task type %s %s', n, i)), project, pg_temp.made_id('task type ' || i), i, starts, starts FROM made CROSS JOIN generate_series(1, 5) AS i;

INSERT INTO project_task_statuses (id, project_id, task_status_id, priority, created_at, updated_at)
SELECT pg_temp.made_id(format('project task status %s %s', n, status)), project, pg_temp.made_id('status ' || status), i, starts, starts
FROM made CROSS JOIN unnest(ARRAY['Todo', 'Wip', 'Feedback', 'Retake', 'Done']) WITH ORDINALITY AS statuses (status, i);

INSERT INTO entities (id, kind, twin, name, project_id, entity_type_id, status, canceled, is_casting_standby, is_shared, created_at, updated_at)
SELECT pg_temp.made_id(format('episode %s %s', n, e)), 'Episode', 0, 'E' || lpad(e::text, 3, '0'), project, pg_temp.made_id('entity type Episode'),
  'running', false, false, false, starts, starts
FROM made CROSS JOIN LATERAL generate_series(1, (shots + 499) / 500) AS e WHERE episodic;

INSERT INTO entities (id, kind, twin, name, project_id, entity_type_id, parent_id, status, canceled, is_casting_standby, is_shared, created_at, updated_at)
SELECT pg_temp.made_id(format('sequence %s %s', n, s)), 'Sequence', 0, 'SQ' || lpad((10 * CASE WHEN episodic THEN 1 + (s - 1) % 10 ELSE s END)::text, 5, '0'),
  project, pg_temp.made_id('entity type Sequence'), CASE WHEN episodic THEN pg_temp.made_id(format('episode %s %s', n, 1 + (s - 1) / 10)) END,
  'running', false, false, false, starts, starts
FROM made CROSS JOIN LATERAL generate_series(1, (shots + 49) / 50) AS s;

INSERT INTO entities (id, kind, twin, name, project_id, entity_type_id, status, canceled, is_casting_standby, is_shared, data, created_at, updated_at)
SELECT pg_temp.made_id(format('asset %s %s', n, a)), 'Asset', 0, 'Asset ' || lpad(a::text, 4, '0'), project,
  pg_temp.made_id('entity type ' || (ARRAY['Character', 'Prop', 'Environment'])[1 + a % 3]), 'running', false, false, false, '{}', starts, starts
FROM made CROSS JOIN LATERAL generate_series(0, assets - 1) AS a;

INSERT INTO entities (id, kind, twin, name, project_id, entity_type_id, parent_id, status, canceled, nb_frames, nb_entities_out, is_casting_standby, is_shared, data, created_at, updated_at)
SELECT pg_temp.made_id('shot ' || before + i), 'Shot', 0, 'SH' || lpad((10 * (1 + (i - 1) % 50))::text, 4, '0'), project, pg_temp.made_id('entity type Shot'),
  pg_temp.made_id(format('sequence %s %s', n, 1 + (i - 1) / 50)), 'running', i % 33 = 0, 24 + i % 97, least(2, assets), false, false,
  format('{"frame_in":1001,"frame_out":%s}', 1024 + i % 97), starts, starts
FROM made CROSS JOIN LATERAL generate_series(1, shots) AS i;

INSERT INTO casting_links (id, entity_in_id, entity_out_id, nb_occurences, created_at, updated_at)
SELECT pg_temp.made_id(format('casting %s %s', before + i, c)), pg_temp.made_id('shot ' || before + i), pg_temp.made_id(format('asset %s %s', n, (i + c) % assets)), 1 + c, starts, starts
FROM made CROSS JOIN LATERAL generate_series(1, shots) AS i CROSS JOIN LATERAL generate_series(0, least(2, assets) - 1) AS c;
