"""Every function of gazu.project, gazu.asset and gazu.entity that is served."""
import os
import tempfile

import gazu
from called import log_in, names, note, refused

note(gazu.project, gazu.asset, gazu.entity)
log_in()
gazu.cache.disable()
gone = gazu.exception.RouteNotFoundException

# A production and its settings.
show = gazu.project.new_project("settings", "tvshow", task_types=gazu.task.all_task_types(), task_statuses=gazu.task.all_task_statuses())
assert gazu.project.get_project(show["id"])["name"] == "settings"
assert "settings" in names(gazu.project.all_projects()) and "settings" in names(gazu.project.all_open_projects())
assert gazu.project.get_project_by_name("settings")["id"] == show["id"]
assert show["id"] in gazu.project.get_project_url(show)
show["description"] = "a series"
assert gazu.project.update_project(show)["description"] == "a series"
assert gazu.project.update_project_data(show, {"code": 7})["data"] == {"code": 7}
assert "Open" in names(gazu.project.all_project_status()) and gazu.project.get_project_status_by_name("Open")
member = gazu.person.new_person("Pro", "Member", "pro@example.com")
gazu.project.add_person_to_team(show, member)
assert gazu.project.update_team_member_role(show, member, "supervisor")["role"] == "supervisor"
assert [p["id"] for p in gazu.project.get_team(show)] == [member["id"]]
gazu.project.remove_person_from_team(show, member)
assert gazu.project.get_team(show) == []
review = gazu.task.new_task_type("Settings review", for_entity="Shot")
gazu.project.add_task_type(show, review, 3)
assert "Settings review" in names(gazu.project.get_project_task_types(show))
gazu.project.remove_task_type(show, review)
hold = gazu.task.new_task_status("Settings hold", "shold", "#00FF00")
gazu.project.add_task_status(show, hold)
assert "Settings hold" in names(gazu.project.get_project_task_statuses(show))
gazu.project.remove_task_status(show, hold)
mood = gazu.project.add_metadata_descriptor(show, "Mood Board", "Shot", choices=["calm", "wild"])
assert gazu.project.get_metadata_descriptor(show, mood["id"])["field_name"] == "mood_board"
assert gazu.project.get_metadata_descriptor_by_field_name(show, "mood_board")["id"] == mood["id"]
mood["name"] = "Mood"
assert gazu.project.update_metadata_descriptor(show, mood)["name"] == "Mood"
gazu.project.reorder_metadata_descriptors(show, "Shot", [mood])
assert len(gazu.project.all_metadata_descriptors(show)) == 1
gazu.project.remove_metadata_descriptor(show, mood)
assert gazu.project.get_milestones(show) == []
assert gazu.project.all_status_automations(show) == [] and gazu.project.get_preview_background_files(show) == []

# Types of assets, and assets.
kind = gazu.asset.new_asset_type("Settings props")
assert gazu.asset.get_asset_type(kind["id"])["name"] == "Settings props"
assert gazu.asset.get_asset_type_by_name("Settings props")["id"] == kind["id"]
kind["name"] = "Settings things"
assert gazu.asset.update_asset_type(kind)["name"] == "Settings things"
assert "Settings things" in names(gazu.asset.all_asset_types())
gazu.project.add_asset_type(show, kind)
episode = gazu.shot.new_episode(show, "E01")
sequence = gazu.shot.new_sequence(show, "SQ010", episode=episode)
shot, spare = (gazu.shot.new_shot(show, sequence, name, nb_frames=24) for name in ("SH010", "SH020"))
scene = gazu.scene.new_scene(show, sequence, "SC01")
chair, table = (gazu.asset.new_asset(show, kind, name, extra_data={"legs": 4}, episode=episode) for name in ("Chair", "Table"))
assert gazu.asset.new_asset(show, kind, "Chair", episode=episode)["id"] == chair["id"]
assert gazu.asset.get_asset(chair["id"])["asset_type_name"] == "Settings things"
assert gazu.asset.get_asset_by_name(show, "Chair", asset_type=kind)["id"] == chair["id"]
assert gazu.asset.get_asset_type_from_asset(chair)["id"] == kind["id"]
assert gazu.asset.get_episode_from_asset(chair)["id"] == episode["id"]
chair["description"] = "oak"
assert gazu.asset.update_asset(chair)["description"] == "oak"
assert gazu.asset.update_asset_data(chair, {"arms": 2})["data"] == {"legs": 4, "arms": 2}
gazu.casting.update_shot_casting(show, shot, [{"asset_id": chair["id"], "nb_occurences": 2}])
assert names(gazu.asset.all_assets_for_project(show)) == ["Chair", "Table"]
assert len(gazu.asset.all_assets_for_open_projects()) >= 2
assert names(gazu.asset.all_assets_for_project_and_type(show, kind)) == ["Chair", "Table"]
assert names(gazu.asset.all_assets_for_episode(episode)) == ["Chair", "Table"]
assert names(gazu.asset.all_assets_for_shot(shot)) == ["Chair"]
assert names(gazu.asset.all_asset_types_for_shot(shot)) == ["Settings things"]
assert "Settings things" in names(gazu.asset.all_asset_types_for_project(show))
assert chair["id"] in gazu.asset.get_asset_url(chair) and show["id"] in gazu.asset.get_all_assets_url(show)
assert gazu.asset.get_asset_type_url(show, kind)
instance = gazu.scene.new_scene_asset_instance(scene, chair)
gazu.shot.add_asset_instance_to_shot(shot, instance)
assert gazu.asset.get_asset_instance(instance["id"])["name"] == "Chair_0001"
assert gazu.asset.disable_asset_instance(instance)["active"] is False and gazu.asset.enable_asset_instance(instance)["active"] is True
assert len(gazu.asset.all_asset_instances_for_shot(shot)) == 1
assert len(gazu.asset.all_scene_asset_instances_for_asset(chair)) == 1 and len(gazu.asset.all_shot_asset_instances_for_asset(chair)) == 1
path = os.path.join(tempfile.mkdtemp(), "assets.csv")
gazu.asset.export_assets_with_csv(show, path)
assert "Chair" in open(path, encoding="utf-8").read()
with open(path, "w", encoding="utf-8") as f:
    f.write("Episode;Type;Name\nE01;Settings things;Lamp\n")
gazu.asset.import_assets_with_csv(show, path)
lamp = gazu.asset.get_asset_by_name(show, "Lamp")

# Quotas.
animation = gazu.task.get_task_type_by_name("Animation")
assert gazu.project.get_project_quotas(show, animation) is not None
assert gazu.project.get_project_person_quotas(show, member) is not None

# Entities of all kinds; many go in one request.
assert gazu.entity.get_entity(shot["id"])["name"] == "SH010"
assert gazu.entity.get_entity_by_name("SH010", project=show)["id"] == shot["id"]
assert len(gazu.entity.all_entities()) >= 5
assert gazu.entity.get_entity_type(kind["id"])["name"] == "Settings things"
assert gazu.entity.get_entity_type_by_name("Shot")["id"] == shot["entity_type_id"]
assert "Shot" in names(gazu.entity.all_entity_types())
spoken = gazu.entity.new_entity_type("Settings words")
gazu.entity.remove_entity_type(spoken)
assert gazu.entity.all_entities_with_tasks_linked_to_entity(shot) == []
gazu.task.new_task(shot, animation)
assert gazu.entity.remove_entities(show, [shot, spare, lamp]) == [shot["id"], spare["id"], lamp["id"]]
assert gazu.shot.get_shot(shot["id"])["canceled"] is True
refused(gone, gazu.shot.get_shot, spare["id"])
assert gazu.entity.remove_entities(show, [shot, lamp], force=True) == [shot["id"], lamp["id"]]
refused(gone, gazu.shot.get_shot, shot["id"])
gazu.entity.remove_entity(table, force=True)
gazu.asset.remove_asset(chair, force=True)
assert gazu.asset.all_assets_for_project(show) == []
gazu.project.close_project(show)
gazu.project.remove_project(show, force=True)
gazu.asset.remove_asset_type(kind)  # no production has it any more
refused(gone, gazu.project.get_project, show["id"])
