-- What all productions share. made has a row for each production, work one for
-- each task, sheets one for each time sheet: the tables are filled from them.
CREATE FUNCTION pg_temp.made_id(of text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT md5($1)::uuid::text';

-- In thousandths of all shots: six productions of 60, fourteen of 25, eighty of 3.625.
CREATE TEMP TABLE made AS
WITH weights AS (
  SELECT n, CASE WHEN n <= 6 THEN 60 WHEN n <= 20 THEN 25 ELSE 3.625 END AS weight FROM generate_series(1, 100) AS n
), ends AS (
  SELECT n, floor(sum(weight) OVER (ORDER BY n) * (SELECT shots FROM asked) / 1000)::bigint AS last FROM weights
), sizes AS (
  SELECT n, last, last - lag(last, 1, 0) OVER (ORDER BY n) AS shots FROM ends
), studio AS (
  SELECT least(2000, greatest(20, (SELECT shots FROM asked) / 50)) AS persons
)
SELECT n, pg_temp.made_id('production ' || n) AS project, pg_temp.made_id('load ' || n) AS load, last - shots AS before, shots,
  greatest(1, shots / 50) AS assets, n % 2 = 1 AS episodic, DATE '2022-01-03' + 14 * (n % 40) AS starts,
  TIMESTAMPTZ '2022-01-03 09:00Z' + interval '1 day' * (14 * (n % 40) + 720) AS loaded,
  persons, least(persons, 20 + shots / 100) AS team, format('Production %s', lpad(n::text, 3, '0')) AS name
FROM sizes CROSS JOIN studio
WHERE n = (SELECT production FROM asked) OR (SELECT production FROM asked) = 0;

CREATE TEMP VIEW work AS
SELECT m.*, i, k, 5 * (m.before + i - 1) + k AS t, (3 * i + 7 * k) % 10 AS stage,
  m.starts + ((i - 1) * 600 / m.shots)::int + 14 * k AS begun, (3 * i + 7 * k) % 10 IN (0, 2, 4, 6) AND i % 4 = 0 AS retaken
FROM made AS m CROSS JOIN LATERAL generate_series(1, m.shots) AS i CROSS JOIN generate_series(0, 4) AS k;

CREATE TEMP VIEW sheets AS
SELECT w.*, j, (37 * w.n + (w.t + j / 2) % w.team) % w.persons AS person, w.begun + j AS day, 30 + 15 * ((w.t + j) % 9) AS minutes
FROM work AS w CROSS JOIN generate_series(0, 3) AS j;

-- Even stages were spoken about: sent for feedback and done, or sent and given back.
CREATE TEMP VIEW talk AS
SELECT w.*, s.line, s.status, w.begun + s.after AS said
FROM work AS w CROSS JOIN (VALUES (0, 'Feedback', interval '4 days 10 hours'), (1, 'Retake', interval '4 days 16 hours'),
  (2, 'Feedback', interval '5 days 9 hours'), (3, 'Done', interval '6 days 9 hours'), (4, 'Retake', interval '6 days 9 hours')) AS s (line, status, after)
WHERE w.stage % 2 = 0 AND (s.line = 2 OR s.line < 2 AND w.retaken OR s.line = 3 AND w.stage < 8 OR s.line = 4 AND w.stage = 8);

INSERT INTO departments (id, name, archived, created_at, updated_at)
SELECT pg_temp.made_id('department ' || n), 'Department ' || n, false, TIMESTAMPTZ '2022-01-03 09:00Z', TIMESTAMPTZ '2022-01-03 09:00Z' FROM generate_series(1, 5) AS n;

INSERT INTO persons (id, first_name, last_name, email, active, archived, role, is_bot, has_avatar, created_at, updated_at)
SELECT pg_temp.made_id('person ' || n), 'Person', n::text, format('person%s@example.com', n), true, false, 'user', false, false,
  TIMESTAMPTZ '2022-01-03 09:00Z', TIMESTAMPTZ '2022-01-03 09:00Z'
FROM generate_series(0, (SELECT max(persons) FROM made) - 1) AS n;

INSERT INTO person_departments (person_id, department_id)
SELECT pg_temp.made_id('person ' || n), pg_temp.made_id('department ' || 1 + n % 5) FROM generate_series(0, (SELECT max(persons) FROM made) - 1) AS n;

INSERT INTO entity_types (id, name, archived, created_at, updated_at)
SELECT pg_temp.made_id('entity type ' || name), name, false, TIMESTAMPTZ '2022-01-03 09:00Z', TIMESTAMPTZ '2022-01-03 09:00Z'
FROM unnest(ARRAY['Episode', 'Sequence', 'Scene', 'Shot', 'Character', 'Prop', 'Environment']) AS name;

INSERT INTO task_types (id, name, color, priority, for_entity, allow_timelog, archived, department_id, created_at, updated_at)
SELECT pg_temp.made_id('task type ' || n), name, '#000000', n, 'Shot', true, false, pg_temp.made_id('department ' || n),
  TIMESTAMPTZ '2022-01-03 09:00Z', TIMESTAMPTZ '2022-01-03 09:00Z'
FROM unnest(ARRAY['Layout', 'Animation', 'Lighting', 'Effects', 'Compositing']) WITH ORDINALITY AS types (name, n);

INSERT INTO task_statuses (id, name, short_name, color, priority, is_default, is_wip, is_feedback_request, is_done, is_retake,
  is_artist_allowed, is_client_allowed, for_concept, archived, created_at, updated_at)
SELECT pg_temp.made_id('status ' || name), name, lower(name), '#000000', n, name = 'Todo', name = 'Wip', name = 'Feedback', name = 'Done', name = 'Retake',
  true, false, false, false, TIMESTAMPTZ '2022-01-03 09:00Z', TIMESTAMPTZ '2022-01-03 09:00Z'
FROM unnest(ARRAY['Todo', 'Wip', 'Feedback', 'Retake', 'Done']) WITH ORDINALITY AS statuses (name, n);

INSERT INTO project_statuses (id, name, color, created_at, updated_at)
VALUES (pg_temp.made_id('project status'), 'Open', '#000000', TIMESTAMPTZ '2022-01-03 09:00Z', TIMESTAMPTZ '2022-01-03 09:00Z');
