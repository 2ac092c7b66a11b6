"""A film made in layout scenes: shots come out of scenes, and show what is in them."""
import gazu
from called import log_in, names, note, refused

note(gazu.scene, gazu.shot)
log_in()
project = gazu.project.get_project_by_name("film")
sequence = gazu.shot.new_sequence(project, "SQ010")
scene = gazu.scene.new_scene(project, sequence, "SC01")
assert gazu.scene.new_scene(project, sequence["id"], "SC01")["id"] == scene["id"]
second = gazu.scene.new_scene(project, sequence, "SC02")
assert gazu.scene.get_scene(scene["id"])["sequence_name"] == "SQ010"
assert gazu.scene.get_scene_by_name(sequence, "sc01")["id"] == scene["id"]
assert gazu.scene.get_scene_by_name(sequence, "SC99") is None
assert gazu.scene.get_sequence_from_scene(scene["id"])["id"] == sequence["id"]
for all_of in (gazu.scene.all_scenes(), gazu.scene.all_scenes(project), gazu.scene.all_scenes_for_project(project), gazu.scene.all_scenes_for_sequence(sequence)):
    assert names(all_of) == ["SC01", "SC02"], all_of
scene["description"] = "the kitchen"
assert gazu.scene.update_scene(scene)["description"] == "the kitchen"

shot = gazu.shot.new_shot(project, sequence, "SH010", nb_frames=24)
assert gazu.scene.add_shot_to_scene(scene, shot)["source_id"] == scene["id"]
assert names(gazu.scene.all_shots_for_scene(scene)) == ["SH010"]
gazu.scene.add_shot_to_scene(second, shot)
assert gazu.scene.all_shots_for_scene(scene) == []
gazu.scene.remove_shot_from_scene(scene, shot)
assert names(gazu.scene.all_shots_for_scene(second)) == ["SH010"], "it is in another scene"
gazu.scene.remove_shot_from_scene(second, shot)
assert gazu.scene.all_shots_for_scene(second) == []
refused(gazu.exception.RouteNotFoundException, gazu.scene.add_shot_to_scene, scene, sequence)

types = {t["name"]: t for t in gazu.asset.all_asset_types()}
chair = gazu.asset.new_asset(project, types["Prop"], "Big chair")
one = gazu.scene.new_scene_asset_instance(scene, chair, description="by the door")
two = gazu.scene.new_scene_asset_instance(scene, chair["id"])
assert (one["name"], two["name"], two["number"]) == ("Big_chair_0001", "Big_chair_0002", 2), (one, two)
assert [i["id"] for i in gazu.scene.all_asset_instances_for_scene(scene)[chair["id"]]] == [one["id"], two["id"]]
assert gazu.scene.get_asset_instance_by_name(scene, "big_chair_0002")["id"] == two["id"]
assert gazu.scene.get_asset_instance_by_name(second, "Big_chair_0002") is None
assert gazu.scene.all_camera_instances_for_scene(scene) == {}
assert gazu.scene.update_asset_instance_name(two, "Throne")["name"] == "Throne"
assert gazu.scene.update_asset_instance_data(two["id"], {"matrix": [1, 0, 0]})["data"] == {"matrix": [1, 0, 0]}

gazu.shot.add_asset_instance_to_shot(shot, two)
gazu.shot.add_asset_instance_to_shot(shot, two)
assert [i["name"] for i in gazu.shot.all_asset_instances_for_shot(shot)[chair["id"]]] == ["Throne"]
assert gazu.shot.get_shot(shot["id"])["instance_casting"] == [two["id"]]
gazu.shot.remove_asset_instance_from_shot(shot, two)
assert gazu.shot.get_asset_instances_for_shot(shot) == {}
gazu.shot.add_asset_instance_to_shot(shot, one)

# What is deleted takes its instances along.
refused(gazu.exception.ParameterException, gazu.shot.remove_sequence, sequence)
gazu.shot.remove_sequence(sequence, force=True)
assert gazu.scene.all_scenes(project) == [] and gazu.shot.all_shots_for_project(project) == []
