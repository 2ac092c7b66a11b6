"""Every function of gazu.task: tasks, their comments with files, previews, time."""
import os
import struct
import tempfile
import zlib

import gazu
from called import log_in, names, note, refused

note(gazu.task)
log_in()
gazu.cache.disable()
project = gazu.project.get_project_by_name("tv")
wrong = gazu.exception.ParameterException
folder = tempfile.mkdtemp()


def file(name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(content)
    return path


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


notes, page = file("notes é.txt", b"notes"), file("page #1.html", b"<script>")
picture = file("take.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0\0")) + chunk(b"IEND", b""))

# What tasks are of.
artist = gazu.person.new_person("Tom", "Tasks", "tom@example.com", password="correct horse")
gazu.project.add_person_to_team(project, artist)
episode = gazu.shot.new_episode(project, "TE01")
sequence = gazu.shot.new_sequence(project, "TS010", episode=episode)
shot, other = (gazu.shot.new_shot(project, sequence, name, nb_frames=24) for name in ("TSH010", "TSH020"))
scene = gazu.scene.new_scene(project, sequence, "TSC01")
kind = gazu.asset.new_asset_type("Task props")
asset = gazu.asset.new_asset(project, kind, "Task chair", episode=episode)
gazu.casting.update_episode_casting(project, episode, [{"asset_id": asset["id"], "nb_occurences": 1}])

# Types and statuses.
animation, layout = (gazu.task.get_task_type_by_name(name, for_entity="Shot") for name in ("Animation", "Layout"))
assert gazu.task.get_task_type(animation["id"])["name"] == "Animation"
modelling = gazu.task.get_task_type_by_name("Modeling")
review = gazu.task.new_task_type("Task review", for_entity="Shot")
review["short_name"] = "trv"
assert gazu.task.update_task_type(review)["short_name"] == "trv"
assert gazu.task.get_task_type_by_short_name("trv")["id"] == review["id"]
gazu.task.remove_task_type(review)
assert gazu.task.get_task_type_by_short_name("trv") is None
todo, wip, wfa, retake, done = (gazu.task.get_task_status_by_short_name(s) for s in ("todo", "wip", "wfa", "retake", "done"))
assert gazu.task.get_default_task_status()["id"] == todo["id"]
assert gazu.task.get_task_status(wip["id"])["is_wip"]
assert gazu.task.get_task_status_by_name("Done")["id"] == done["id"]
parked = gazu.task.new_task_status("Parked", "prk", "#00FF00")
parked["color"] = "#0000FF"
assert gazu.task.update_task_status(parked)["color"] == "#0000FF"
gazu.task.remove_task_status(parked)
assert "Animation" in names(gazu.task.all_task_types()) and "Todo" in names(gazu.task.all_task_statuses())
assert "Animation" in names(gazu.task.all_task_types_for_project(project))
assert "Todo" in names(gazu.task.all_task_statuses_for_project(project))

# Tasks, and the lists that they are in.
task = gazu.task.new_task(shot, animation, assignees=[artist])
second = gazu.task.create_shot_tasks(shot, [layout])[0]
third = gazu.task.create_entity_tasks(other, [animation])[0]
model = gazu.task.create_asset_tasks(asset, [modelling])[0]
assert gazu.task.get_task_by_entity(shot, animation)["id"] == task["id"]
assert task["id"] in gazu.task.get_task_url(task)
for lists, entity, number in (
    (gazu.task.all_tasks_for_shot, shot, 2), (gazu.task.all_tasks_for_sequence, sequence, 0), (gazu.task.all_tasks_for_scene, scene, 0),
    (gazu.task.all_tasks_for_asset, asset, 1), (gazu.task.all_tasks_for_episode, episode, 0), (gazu.task.all_shot_tasks_for_sequence, sequence, 3),
    (gazu.task.all_shot_tasks_for_episode, episode, 3), (gazu.task.all_assets_tasks_for_episode, episode, 1),
    (gazu.task.all_task_types_for_shot, shot, 2), (gazu.task.all_task_types_for_asset, asset, 1), (gazu.task.all_task_types_for_scene, scene, 0),
    (gazu.task.all_task_types_for_sequence, sequence, 2), (gazu.task.all_task_types_for_episode, episode, 2),
):
    assert len(lists(entity)) == number, (lists.__name__, lists(entity))
assert len(gazu.task.all_tasks_for_entity_and_task_type(shot, animation)) == 1
assert {t["id"] for t in gazu.task.all_tasks_for_project(project, episode=episode)} >= {task["id"], second["id"], third["id"]}
assert len(gazu.task.all_tasks_for_task_type(project, animation, episode=episode)) == 2
assert task["id"] in [t["id"] for t in gazu.task.all_tasks_for_task_status(project, animation, todo)]
assert [t["id"] for t in gazu.task.all_tasks_for_person(artist)] == [task["id"]]
assert [t["id"] for t in gazu.task.all_tasks_for_person_and_type(artist, animation)] == [task["id"]]
assert gazu.task.all_done_tasks_for_person(artist) == []
assert task["id"] in [t["id"] for t in gazu.task.all_open_tasks()]
task["priority"], task["estimation"], task["start_date"], task["due_date"] = 2, 480, "2026-01-05", "2026-01-09"
assert gazu.task.update_task(task)["priority"] == 2
assert gazu.task.update_task_data(task, {"note": "é"})["data"] == {"note": "é"}
gazu.task.assign_task(second, artist)
gazu.task.assign_tasks_to_person([third], artist)
gazu.task.clear_assignations([second, third])
assert gazu.task.get_task(second["id"])["assignees"] == []

# Figures over all.
before = gazu.task.get_open_tasks_stats()[project["id"]]
assert before["amount"] >= 4 and before["amount"] == sum(row["amount"] for row in before["task_types"]), before
dates = {row["person_id"]: row for row in gazu.task.get_persons_tasks_dates()}
assert dates[artist["id"]]["min_date"] == "2026-01-05T00:00:00" and dates[artist["id"]]["max_date"] == "2026-01-09T00:00:00", dates

# Comments with files, read by people, moved and gone.
gazu.task.start_task(task)
comment = gazu.task.add_comment(task, wfa, "see there", attachments=[notes, page], checklist=[{"text": "arm", "checked": False}], links=["https://example.com"])
assert sorted(names(comment["attachment_files"])) == ["notes é.txt", "page _1.html"], comment
added = gazu.task.add_attachment_files_to_comment(task, comment, [picture])
assert len(added) == 3, added
listed = gazu.task.get_last_comment_for_task(task)
assert listed["id"] == comment["id"] and len(listed["attachment_files"]) == 3 and listed["checklist"][0]["text"] == "arm"
for attachment in listed["attachment_files"]:
    copy = os.path.join(folder, "copy")
    gazu.files.download_attachment_file(attachment, copy)
    assert os.path.getsize(copy) == attachment["size"] > 0, attachment
assert open(copy, "rb").read() in (b"notes", b"<script>", open(picture, "rb").read())
assert len(gazu.files.get_all_attachment_files_for_task(task)) == 3
assert len(gazu.files.get_all_attachment_files_for_project(project)) >= 3
gazu.task.delete_comment_attachment(task, comment, listed["attachment_files"][0])
assert len(gazu.task.get_comment(comment["id"])["attachment_files"]) == 2
refused(gazu.exception.RouteNotFoundException, gazu.files.get_attachment_file, listed["attachment_files"][0]["id"])
refused(wrong, gazu.task.add_attachment_files_to_comment, task, comment, [notes] * 19)
me = gazu.client.get_current_user()["id"]
assert gazu.task.acknowledge_comment(task, comment)["acknowledgements"] == [me]
assert gazu.task.get_comment(comment["id"])["acknowledgements"] == [me]
assert gazu.task.acknowledge_comment(task, comment)["acknowledgements"] == []
comment["text"] = "see here"
assert gazu.task.update_comment(comment)["text"] == "see here"
reply = gazu.task.reply_to_comment(task, comment, "I saw", person=artist)
assert reply["person_id"] == artist["id"]
gazu.task.delete_comment_reply(task, comment, reply)
assert gazu.task.get_comment(comment["id"])["replies"] == []
refused(wrong, gazu.task.move_comment_to_task, task, comment, third)
moved = gazu.task.move_comment_to_task(task, comment, second)
assert moved["id"] == comment["id"] and moved["object_id"] == second["id"] and len(moved["attachment_files"]) == 2, moved
assert gazu.task.get_task(second["id"])["task_status"]["short_name"] == "wfa"
assert gazu.task.get_task(task["id"])["task_status"]["short_name"] == "wip"
gazu.task.remove_comment(comment)
assert gazu.files.get_all_attachment_files_for_task(second) == []
assert len(gazu.task.add_tasks_batch_comments([task, second], {"task_status_id": wip["id"], "comment": "go"})) == 2
made = gazu.task.batch_comments([{"task_status_id": wip["id"], "text": "one", "task_id": task["id"], "attachment_files": [notes]},
                                 {"task_status_id": wfa["id"], "text": "two", "task_id": third["id"], "preview_files": [picture]}])
assert len(made[0]["attachment_files"]) == 1 and len(made[1]["previews"]) == 1, made
assert gazu.task.all_previews_for_task(third)[0]["status"] == "ready"
assert len(gazu.task.batch_comments([{"task_status_id": wip["id"], "text": "three"}], task=second)) == 1
made = gazu.task.create_multiple_comments(project, [{"task_status_id": wip["id"], "text": "four", "object_id": second["id"], "attachment_files": [notes, page]}])
assert len(made[0]["attachment_files"]) == 2, made
assert len(gazu.task.all_comments_for_task(task)) == 3
assert len(gazu.task.all_comments_for_project(project)) >= 6

# Previews.
comment, first = gazu.task.publish_preview(task, wfa, comment="take 1", preview_file_path=picture, attachments=[notes], set_thumbnail=True)
assert first["revision"] == 1 and len(comment["attachment_files"]) == 1
extra = gazu.task.add_extra_preview(task, comment, first, preview_file_path=picture)
assert (extra["revision"], extra["position"]) == (1, 2), extra
begun = gazu.task.create_extra_preview(task, comment, first)
gazu.task.remove_preview_from_comment(task, comment, begun)
comment = gazu.task.add_comment(task, wfa, "take 2")
assert gazu.task.add_preview(task, comment, preview_file_path=picture, revision=5)["revision"] == 5
begun = gazu.task.create_preview(task, gazu.task.add_comment(task, wfa, "take 3"))
assert gazu.task.upload_preview_file(begun, picture)["status"] == "ready"
gazu.task.set_main_preview(begun)
assert gazu.shot.get_shot(shot["id"])["preview_file_id"] == begun["id"]
assert [p["revision"] for p in gazu.task.all_previews_for_task(task)] == [6, 5, 1, 1]
assert len(gazu.task.all_preview_files_for_project(project)) >= 5

# Who follows; nobody is notified.
assert gazu.user.check_task_subscription(task) is False
gazu.user.subscribe_to_task(task)
assert gazu.user.check_task_subscription(task) is True and gazu.task.get_task(task["id"])["is_subscribed"]
assert [s["task_id"] for s in gazu.task.all_subscriptions_for_project(project)] == [task["id"]]
gazu.user.unsubscribe_from_task(task)
assert gazu.task.all_subscriptions_for_project(project) == [] and gazu.task.all_notifications_for_project(project) == []

# Time.
gazu.task.set_time_spent(task, artist, "2026-01-05", 120)
gazu.task.add_time_spent(task, artist, "2026-01-05", 30)
assert gazu.task.get_time_spent(task)["total"] == 150
spent = gazu.task.get_task_time_spent_for_date(task, "2026-01-05")
assert spent["total"] == 150
gazu.task.remove_time_spent(spent[artist["id"]][0])
assert gazu.task.get_time_spent(task)["total"] == 0

# The end: files go with what they belong to.
gazu.task.remove_task(task)
gazu.task.remove_tasks_batch(project, [second])
gazu.task.remove_tasks_for_type(project, modelling)
refused(gazu.exception.RouteNotFoundException, gazu.task.get_task, model["id"])
