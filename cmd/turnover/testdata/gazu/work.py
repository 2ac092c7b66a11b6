"""Runs a production with an unmodified gazu: people, settings, tasks, comments,
time sheets, previews, and what artists, clients and vendors may not."""
import datetime
import os
import struct
import tempfile
import zlib

import gazu

host = os.environ["TURNOVER_HOST"] + "/api"
gazu.set_host(host)
gazu.log_in("admin@example.com", "correct horse")
gazu.cache.disable()


def refused(error, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except error:
        return
    raise SystemExit(f"{call.__name__}{args} is not refused")


# People and departments.
department = gazu.person.new_department("Animation FX", "#123456")
assert gazu.person.new_department("Animation FX")["id"] == department["id"]
assert gazu.person.get_department_by_name("Animation FX")["color"] == "#123456"


def person(name, role, departments=()):
    made = gazu.person.new_person(name, "Test", f"{name}@example.com", role=role, password="correct horse", departments=list(departments))
    assert "password" not in made, made
    return made


artist, manager, supervisor = person("artist", "user"), person("manager", "manager"), person("lead", "supervisor", [department])
client, vendor, stranger = person("client", "client"), person("vendor", "vendor"), person("stranger", "manager")
assert supervisor["departments"] == [department["id"]]
assert gazu.person.get_person_by_email("artist@example.com")["id"] == artist["id"]
assert gazu.person.get_person_by_full_name("artist Test")["id"] == artist["id"]
assert gazu.person.get_person(artist["id"])["type"] == "Person"
artist["phone"] = "555"
assert gazu.person.update_person(artist)["phone"] == "555"
gazu.person.add_person_to_department(artist, department)
assert gazu.person.get_person(artist["id"], relations=True)["departments"] == [department["id"]]
gazu.person.remove_person_from_department(artist, department)
assert gazu.person.get_organisation()["name"]
bot = gazu.person.new_bot("farm", "farm@example.com", role="admin")
assert bot["access_token"].startswith("trno_")
machine = gazu.client.create_client(host)
machine.tokens = {"access_token": bot["access_token"]}
assert gazu.person.all_persons(client=machine)

# A production and its settings.
show = gazu.project.new_project("show", "tvshow", task_types=gazu.task.all_task_types(), task_statuses=gazu.task.all_task_statuses())
assert show["first_episode_id"], show
show["description"] = "a series"
assert gazu.project.update_project(show)["description"] == "a series"
assert gazu.project.update_project_data(show, {"code": 7})["data"] == {"code": 7}
assert gazu.project.get_project_by_name("show")["id"] == show["id"]
for member in (artist, manager, supervisor, client, vendor):
    gazu.project.add_person_to_team(show, member)
assert len(gazu.project.get_team(show)) == 5
gazu.project.add_person_to_team(show, stranger)
gazu.project.remove_person_from_team(show, stranger)
review = gazu.task.new_task_type("Review pass", color="#FF0000", for_entity="Shot")
gazu.project.add_task_type(show, review, 3)
assert review["id"] in [t["id"] for t in gazu.task.all_task_types_for_project(show)]
gazu.project.remove_task_type(show, review)
assert review["id"] not in [t["id"] for t in gazu.task.all_task_types_for_project(show)]
hold = gazu.task.new_task_status("On Hold", "hold", "#00FF00")
gazu.project.add_task_status(show, hold)
assert hold["id"] in [s["id"] for s in gazu.task.all_task_statuses_for_project(show)]
gazu.project.remove_task_status(show, hold)
gazu.task.remove_task_status(hold)
gazu.project.add_asset_type(show, gazu.asset.all_asset_types()[0])
mood = gazu.project.add_metadata_descriptor(show, "Mood Board", "Shot", choices=["calm", "wild"])
assert mood["field_name"] == "mood_board", mood
assert gazu.project.get_metadata_descriptor_by_field_name(show, "mood_board")["id"] == mood["id"]
mood["name"] = "Mood"
assert gazu.project.update_metadata_descriptor(show, mood)["name"] == "Mood"
gazu.project.reorder_metadata_descriptors(show, "Shot", [mood])
assert gazu.project.all_metadata_descriptors(show)[0]["position"] == 1
gazu.project.remove_metadata_descriptor(show, mood)
assert gazu.project.all_metadata_descriptors(show) == []
assert gazu.project.get_milestones(show) == []

# Tasks.
sent = {"name": "SH010", "nb_frames": 24}
shot = gazu.client.post(f"data/projects/{show['id']}/shots", sent)
other = gazu.client.post(f"data/projects/{show['id']}/shots", {"name": "SH020"})
animation = gazu.task.get_task_type_by_name("Animation")
layout = gazu.task.get_task_type_by_name("Layout", for_entity="Shot")
todo, wip, wfa, retake, done = (gazu.task.get_task_status_by_short_name(s) for s in ("todo", "wip", "wfa", "retake", "done"))
assert gazu.task.get_default_task_status()["id"] == todo["id"]
assert gazu.task.get_task_status_by_name("Done")["id"] == done["id"]
task = gazu.task.new_task(shot, animation, assignees=[artist])
assert gazu.task.new_task(shot, animation)["id"] == task["id"]
assert task["assignees"] == [artist["id"]]
refused(gazu.exception.ParameterException, gazu.client.post, "data/tasks",
        {"entity_id": shot["id"], "project_id": show["id"], "task_type_id": animation["id"]})
made = gazu.task.create_shot_tasks(other, [animation, layout])
assert len(made) == 2 and len(gazu.task.create_shot_tasks(other, [animation])) == 1
assert gazu.task.get_task_by_entity(shot, animation)["id"] == task["id"]
assert [t["id"] for t in gazu.task.all_tasks_for_entity_and_task_type(shot, animation)] == [task["id"]]
assert len(gazu.task.all_tasks_for_project(show)) == 3
assert len(gazu.task.all_tasks_for_task_type(show, animation)) == 2
assert len(gazu.task.all_tasks_for_task_status(show, animation, todo)) == 2
full = gazu.task.get_task(task["id"])
assert full["project"]["name"] == "show" and full["entity"]["name"] == "SH010" and full["persons"][0]["id"] == artist["id"]
assert full["task_type"]["name"] == "Animation" and full["task_status"]["name"] == "Todo"
task["priority"] = 2
task["due_date"] = "2026-12-24"
changed = gazu.task.update_task(task)
assert changed["priority"] == 2 and changed["due_date"] == "2026-12-24T00:00:00", changed
assert gazu.task.update_task_data(task, {"note": "é"})["data"] == {"note": "é"}
gazu.task.assign_task(made[0], artist)
assert [t["id"] for t in gazu.task.all_tasks_for_person(artist)].count(made[0]["id"]) == 1
gazu.task.assign_tasks_to_person(made, vendor)
gazu.task.clear_assignations(made, person=artist)
assert gazu.task.get_task(made[0]["id"])["assignees"] == [vendor["id"]]
gazu.task.clear_assignations(made)
assert gazu.task.get_task(made[0]["id"])["assignees"] == []
gazu.task.assign_task(made[1], vendor)

# Comments drive status, retakes and dates.
started = gazu.task.start_task(task)
assert started["task_status"]["short_name"] == "wip" and started["person"]["email"] == "admin@example.com"
gazu.task.add_comment(task, wfa, "please look", person=artist, created_at="2030-01-02T10:00:00")
last = gazu.task.get_last_comment_for_task(task)
assert last["text"] == "please look" and last["person"]["id"] == artist["id"] and last["created_at"] == "2030-01-02T10:00:00"
now = gazu.task.get_task(task["id"])
assert now["end_date"] == "2030-01-02T10:00:00" and now["real_start_date"] and now["retake_count"] == 0, now
gazu.task.add_comment(task, retake, "again", created_at="2030-01-03T10:00:00", checklist=[{"text": "arm", "checked": False}])
now = gazu.task.get_task(task["id"])
assert now["retake_count"] == 1 and now["end_date"] is None and now["last_comment_date"] == "2030-01-03T10:00:00", now
approval = gazu.task.add_comment(task, done, "good", created_at="2030-01-04T10:00:00")
assert gazu.task.get_task(task["id"])["done_date"] == "2030-01-04T10:00:00"
assert [c["text"] for c in gazu.task.all_comments_for_task(task)][:3] == ["good", "again", "please look"]
assert gazu.task.get_comment(approval["id"])["object_id"] == task["id"]
approval["text"] = "very good"
assert gazu.task.update_comment(approval)["text"] == "very good"
reply = gazu.task.reply_to_comment(task, approval, "thanks")
assert gazu.task.get_comment(approval["id"])["replies"][0]["text"] == "thanks"
gazu.task.delete_comment_reply(task, approval, reply)
gazu.task.remove_comment(approval)
now = gazu.task.get_task(task["id"])
assert now["task_status"]["short_name"] == "retake" and now["done_date"] is None and now["end_date"] == "2030-01-02T10:00:00", now
many = gazu.task.add_tasks_batch_comments(made, {"task_status_id": wip["id"], "comment": "go"})
assert len(many) == 2
assert len(gazu.task.all_comments_for_project(show)) == 5

# Time sheets.
gazu.task.set_time_spent(task, artist, "2026-01-05", 120)
gazu.task.add_time_spent(task, artist, "2026-01-05", 30)
gazu.task.set_time_spent(task, artist, "2026-01-06", 60)
spent = gazu.task.get_time_spent(task)
assert spent["total"] == 210 and len(spent[artist["id"]]) == 2, spent
assert gazu.task.get_time_spent(task, "2026-01-05")["total"] == 150
assert gazu.task.get_task(task["id"])["duration"] == 210
assert len(gazu.person.get_time_spents_range(artist["id"], "2026-01-05", "2026-01-05")) == 1
gazu.task.remove_time_spent(spent[artist["id"]][0])
assert gazu.task.get_task(task["id"])["duration"] in (60, 150)

# Previews.
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


folder = tempfile.mkdtemp()
picture = os.path.join(folder, "frame é.png")
with open(picture, "wb") as f:
    f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0\0")) + chunk(b"IEND", b""))
comment, preview = gazu.task.publish_preview(task, wfa, comment="take 1", preview_file_path=picture, set_thumbnail=True)
assert preview["revision"] == 1 and preview["status"] == "ready" and (preview["width"], preview["height"]) == (2, 1), preview
assert preview["original_name"] == "frame é", preview
assert gazu.files.get_preview_file(preview["id"])["extension"] == "png"
assert gazu.shot.get_shot(shot["id"])["preview_file_id"] == preview["id"]
assert gazu.task.get_task(task["id"])["last_preview_file_id"] == preview["id"]
_, second = gazu.task.publish_preview(task, wfa, comment="take 2", preview_file_path=picture)
assert second["revision"] == 2
assert [p["revision"] for p in gazu.task.all_previews_for_task(task)] == [2, 1]
assert [len(c["previews"]) for c in gazu.task.all_comments_for_task(task) if c["text"] == "take 2"] == [1]
copy = os.path.join(folder, "copy.png")
gazu.files.download_preview_file(preview, copy)
assert open(copy, "rb").read() == open(picture, "rb").read()
page = os.path.join(folder, "page.png")
with open(page, "wb") as f:
    f.write(b"<html><script>alert(1)</script></html>")
bare = gazu.task.create_preview(task, gazu.task.add_comment(task, wfa, "a page"))
refused(gazu.exception.ParameterException, gazu.task.upload_preview_file, bare, page)
gazu.task.remove_preview_from_comment(task, comment, preview)
assert gazu.task.get_task(task["id"])["last_preview_file_id"] == second["id"]
assert gazu.shot.get_shot(shot["id"])["preview_file_id"] is None


def as_(name):
    other = gazu.client.create_client(host)
    gazu.log_in(f"{name}@example.com", "correct horse", client=other)
    return other


forbidden = gazu.exception.NotAllowedException
me = as_("artist")
assert gazu.user.is_authenticated(client=me)
assert [t["id"] for t in gazu.user.all_tasks_to_do(client=me)] == [task["id"]]
assert [p["name"] for p in gazu.user.all_open_projects(client=me)] == ["show"]
assert gazu.user.get_context(client=me)["projects"][0]["id"] == show["id"]
gazu.task.add_comment(task, wip, "mine", client=me)
refused(forbidden, gazu.task.add_comment, task, done, "I say", client=me)
refused(forbidden, gazu.task.add_comment, made[0], wip, "not mine", client=me)
refused(forbidden, gazu.task.update_task, {"id": task["id"], "priority": 3}, client=me)
refused(forbidden, gazu.task.assign_task, task, artist, client=me)
refused(forbidden, gazu.task.remove_task, task, client=me)
gazu.task.set_time_spent(task, artist, "2026-01-08", 60, client=me)
refused(forbidden, gazu.task.set_time_spent, task, vendor, "2026-01-08", 60, client=me)
assert all("daily_salary" not in p for p in gazu.person.all_persons(client=me))
refused(forbidden, gazu.person.new_person, "x", "y", "x@example.com", client=me)

lead = as_("lead")
refused(forbidden, gazu.task.assign_task, task, vendor, client=lead)  # of another department
boss = as_("manager")
gazu.task.assign_task(task, vendor, client=boss)
gazu.task.clear_assignations(task, person=vendor, client=boss)
gazu.task.add_comment(task, done, "approved", client=boss)

outside = as_("vendor")
assert [t["id"] for t in gazu.task.all_tasks_for_project(show, client=outside)] == [made[1]["id"]]
refused(forbidden, gazu.task.get_task, task["id"], client=outside)
gazu.task.add_comment(made[1], wfa, "delivered", client=outside)
watching = as_("client")
assert gazu.task.all_comments_for_task(task, client=watching) == []
gazu.task.add_comment(task, retake, "the client asks", client=watching)
assert [c["text"] for c in gazu.task.all_comments_for_task(task, client=watching)] == ["the client asks"]
refused(forbidden, gazu.task.all_tasks_for_project, show, client=as_("stranger"))

# The end.
refused(gazu.exception.ParameterException, gazu.person.remove_person, artist, force=True)
refused(gazu.exception.ParameterException, gazu.client.delete, f"data/tasks/{task['id']}")
gazu.task.remove_task(task)
refused(gazu.exception.RouteNotFoundException, gazu.task.get_task, task["id"])
gazu.project.close_project(show)
assert "show" not in [p["name"] for p in gazu.project.all_open_projects()]
gazu.project.remove_project(show, force=True)
assert gazu.project.get_project_by_name("show") is None
gazu.person.remove_person(stranger)
gazu.person.change_password_for_person(artist, "another horse")
refused(gazu.exception.AuthFailedException, gazu.log_in, "artist@example.com", "correct horse", client=gazu.client.create_client(host))
gazu.log_in("artist@example.com", "another horse", client=gazu.client.create_client(host))
