"""Every function of gazu.person and gazu.user that is served, and lists of persons."""
import datetime
import os
import tempfile

import gazu
from called import log_in, names, note, refused

note(gazu.person, gazu.user)
log_in()
gazu.cache.disable()
wrong = gazu.exception.ParameterException
project = gazu.project.get_project_by_name("tv")

# Departments, persons and bots.
department = gazu.person.new_department("People", "#123456")
assert gazu.person.get_department(department["id"])["name"] == "People"
assert gazu.person.get_department_by_name("People")["id"] == department["id"]
department["color"] = "#654321"
assert gazu.person.update_department(department)["color"] == "#654321"
assert "People" in names(gazu.person.all_departments())
assert gazu.person.all_organisations()[0]["name"] == gazu.person.get_organisation()["name"]
pia = gazu.person.new_person("Pia", "People", "pia@example.com", desktop_login="pia", password="correct horse")
gazu.person.add_person_to_department(pia, department)
assert gazu.person.get_person(pia["id"], relations=True)["departments"] == [department["id"]]
gazu.person.remove_person_from_department(pia, department)
gazu.person.remove_department(department)
assert gazu.person.get_department_by_name("People") is None
assert gazu.person.get_person_by_email("pia@example.com")["id"] == pia["id"]
assert gazu.person.get_person_by_full_name("Pia People")["id"] == pia["id"]
assert gazu.person.get_person_by_desktop_login("pia")["id"] == pia["id"]
assert pia["id"] in gazu.person.get_person_url(pia)
pia["phone"] = "555"
assert gazu.person.update_person(pia)["phone"] == "555"
gazu.person.change_password_for_person(pia, "correct horse")
bot = gazu.person.new_bot("render", "render@example.com")
bot["active"] = False
assert gazu.person.update_bot(bot)["active"] is False
gazu.person.remove_bot(bot)
assert pia["id"] in [p["id"] for p in gazu.person.all_persons()]


def send(path, text):
    name = os.path.join(tempfile.mkdtemp(), "list.csv")
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)
    return gazu.client.upload(path, name)


# Persons of a list: who is there stays as they are, or is updated.
head = "First Name;Last Name;Email;Role;Active\n"
made = send("import/csv/persons", head + "Zoé;List;zoe@example.com;Supervisor;yes\nPia;Other;PIA@example.com;;\n")
assert [p["last_name"] for p in made] == ["List", "People"] and made[0]["role"] == "supervisor", made
assert send("import/csv/persons?update=true", head + "Pia;Other;PIA@example.com;;\n")[0]["last_name"] == "Other"
refused(wrong, send, "import/csv/persons", head + "New;One;new@example.com;;\nA;B;;king;perhaps\n")
assert gazu.person.get_person_by_email("new@example.com") is None

# Estimations of a list.
gazu.project.add_person_to_team(project, pia)
episode = gazu.shot.new_episode(project, "PE01")
sequence = gazu.shot.new_sequence(project, "PS010", episode=episode)
shot = gazu.shot.new_shot(project, sequence, "PSH010", nb_frames=24)
scene = gazu.scene.new_scene(project, sequence, "PSC01")
kind = gazu.asset.new_asset_type("People props")
asset = gazu.asset.new_asset(project, kind, "People chair")
animation = gazu.task.get_task_type_by_name("Animation")
task = gazu.task.new_task(shot, animation, assignees=[pia])
path = f"import/csv/projects/{project['id']}/task-types/{animation['id']}/estimations"
assert send(path, "Parent,Entity,Estimation,Start date\nPS010,PSH010,2.5,2024-05-10\n") == [None]
now = gazu.task.get_task(task["id"])
assert (now["estimation"], now["due_date"]) == (1200, "2024-05-14T00:00:00"), now
path = f"import/csv/projects/{project['id']}/episodes/{episode['id']}/task-types/{animation['id']}/estimations"
refused(wrong, send, path, "Parent,Entity,Estimation\nPS010,PSH010,1\nPS010,nowhere,1\n")
assert gazu.task.get_task(task["id"])["estimation"] == 1200

# Time by day, week, month and year.
gazu.task.set_time_spent(task, pia, "2026-01-05", 60)
assert len(gazu.person.get_time_spents_range(pia["id"], "2026-01-01", "2026-01-31")) == 1
assert len(gazu.person.get_time_spents_by_date(pia, "2026-01-05")) == 1
assert gazu.person.get_week_time_spents(pia, 2026, 2) and gazu.person.get_year_time_spents(pia, 2026)
assert gazu.person.get_all_month_time_spents(pia["id"], datetime.date(2026, 1, 1))

# What one works on oneself.
gazu.log_in("pia@example.com", "correct horse")
assert gazu.user.is_authenticated()
assert names(gazu.user.all_open_projects()) == ["tv"]
assert gazu.user.get_context()["projects"][0]["id"] == project["id"]
assert [t["id"] for t in gazu.user.all_tasks_to_do()] == [task["id"]]
assert gazu.user.all_done_tasks() == [] and gazu.user.all_tasks_requiring_feedback() == []
assert names(gazu.user.all_episodes_for_project(project)) == ["PE01"]
assert names(gazu.user.all_sequences_for_project(project)) == ["PS010"]
assert names(gazu.user.all_shots_for_sequence(sequence)) == ["PSH010"]
assert gazu.user.all_scenes_for_sequence(sequence) == []
assert gazu.user.all_asset_types_for_project(project) == [] and gazu.user.all_assets_for_asset_type_and_project(project, kind) == []
assert [t["id"] for t in gazu.user.all_tasks_for_shot(shot)] == [task["id"]]
assert names(gazu.user.all_task_types_for_shot(shot)) == ["Animation"]
for function, entity in ((gazu.user.all_tasks_for_asset, asset), (gazu.user.all_tasks_for_scene, scene), (gazu.user.all_tasks_for_sequence, sequence),
                         (gazu.user.all_task_types_for_asset, asset), (gazu.user.all_task_types_for_scene, scene), (gazu.user.all_task_types_for_sequence, sequence)):
    assert function(entity) == [], function.__name__
assert gazu.user.get_task_time_spent(task, "2026-01-05")["duration"] == 60
assert len(gazu.user.get_time_spents_by_date("2026-01-05")) == 1 and len(gazu.user.get_timespents_range("2026-01-01", "2026-01-31")) == 1
assert gazu.user.check_task_subscription(task) is False
assert gazu.user.subscribe_to_task(task)["person_id"] == pia["id"]
assert gazu.user.check_task_subscription(task) is True
gazu.user.unsubscribe_from_task(task)
assert gazu.user.all_notifications() == [] and gazu.user.mark_all_notifications_as_read()["success"]
assert gazu.user.all_filters() == [] and gazu.user.all_filter_groups() == []
refused(gazu.exception.NotAllowedException, send, "import/csv/persons", head)
refused(gazu.exception.NotAllowedException, send, path, "Parent,Entity\n")

# The end.
log_in()
refused(wrong, gazu.person.remove_person, pia, force=True)
gazu.person.remove_person(made[0])
assert gazu.person.get_person_by_email("zoe@example.com") is None
