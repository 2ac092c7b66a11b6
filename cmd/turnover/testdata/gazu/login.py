"""Logs in and works on shots with an unmodified gazu."""
import os

import gazu

host = os.environ["TURNOVER_HOST"]
gazu.set_host(host + "/api")
assert gazu.client.host_is_up()
assert gazu.client.host_is_valid()
assert gazu.client.get_api_version()

try:
    gazu.log_in("admin@example.com", "wrong horse")
    raise SystemExit("a wrong password is good")
except gazu.exception.AuthFailedException:
    pass
answer = gazu.log_in("admin@example.com", "correct horse")
assert answer["login"], answer
assert gazu.client.get_current_user()["email"] == "admin@example.com"
assert gazu.user.is_authenticated()

project = gazu.project.get_project_by_name("tv")
assert project["type"] == "Project", project
assert [p["id"] for p in gazu.project.all_open_projects()] == [project["id"]]
assert gazu.project.get_project(project["id"])["name"] == "tv"
assert gazu.shot.all_shots_for_project(project) == []

made = gazu.client.post(f"data/projects/{project['id']}/shots", {"name": "SH010", "nb_frames": 24, "data": {"frame_in": 1}})
shot = gazu.shot.get_shot(made["id"])
shot["nb_frames"] = 48
assert gazu.shot.update_shot(shot)["nb_frames"] == 48
assert gazu.shot.update_shot_data(shot, {"note": "é"})["data"] == {"frame_in": 1, "note": "é"}
gazu.cache.clear_all()
assert [s["name"] for s in gazu.shot.all_shots_for_project(project)] == ["SH010"]
gazu.shot.remove_shot(shot)
try:
    gazu.cache.clear_all()
    gazu.shot.get_shot(made["id"])
    raise SystemExit("the shot is still there")
except gazu.exception.RouteNotFoundException:
    pass

gazu.refresh_access_token()
assert gazu.user.is_authenticated()
gazu.log_out()
