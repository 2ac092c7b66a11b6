"""A series: episodes, sequences, shots, and who plays in them."""
import gazu
from called import log_in, names, note, refused

note(gazu.shot, gazu.casting)
log_in()
project = gazu.project.get_project_by_name("tv")

# Made once, found again.
episode = gazu.shot.new_episode(project, "E02")
assert gazu.shot.new_episode(project, "E02")["id"] == episode["id"]
other = gazu.shot.new_episode(project, "E03")
assert gazu.shot.get_episode_by_name(project, "e02")["id"] == episode["id"]
assert gazu.shot.get_episode_by_name(project, "E%") is None
assert gazu.shot.get_episode(episode["id"])["project_name"] == "tv"
assert names(gazu.shot.all_episodes_for_project(project)) == ["E02", "E03"]

sequence = gazu.shot.new_sequence(project, "SQ010", episode=episode)
assert gazu.shot.new_sequence(project, "SQ010", episode=episode)["id"] == sequence["id"]
homonym = gazu.shot.new_sequence(project, "SQ010", episode=other)
assert homonym["id"] != sequence["id"]
assert gazu.shot.get_sequence_by_name(project, "SQ010", episode=other)["id"] == homonym["id"]
assert gazu.shot.get_sequence_by_name(project, "SQ099") is None
assert gazu.shot.get_sequence(sequence["id"])["episode_name"] == "E02"
assert gazu.shot.get_episode_from_sequence(sequence)["id"] == episode["id"]
assert names(gazu.shot.all_sequences_for_project(project)) == ["SQ010", "SQ010"]
assert names(gazu.shot.all_sequences_for_episode(episode)) == ["SQ010"]

shot = gazu.shot.new_shot(project, sequence, "SH010", nb_frames=48, frame_in=1001, frame_out=1048, description="d", data={"lens": 35})
assert shot["nb_frames"] == 48 and shot["data"] == {"lens": 35, "frame_in": 1001, "frame_out": 1048}, shot
assert gazu.shot.new_shot(project, sequence, "SH010", nb_frames=99)["nb_frames"] == 48
second = gazu.shot.new_shot(project, sequence["id"], "SH020")
far = gazu.shot.new_shot(project, homonym, "SH010")
assert gazu.shot.get_shot_by_name(sequence, "sh010")["id"] == shot["id"]
assert gazu.shot.get_shot(shot["id"])["episode_name"] == "E02"
assert gazu.shot.get_sequence_from_shot(shot)["id"] == sequence["id"]
assert names(gazu.shot.all_shots_for_project(project)) == ["SH010", "SH010", "SH020"]
assert names(gazu.shot.all_shots_for_episode(episode)) == ["SH010", "SH020"]
assert names(gazu.shot.all_shots_for_sequence(sequence)) == ["SH010", "SH020"]
assert gazu.shot.all_previews_for_shot(shot) == {}

# Where Kitsu's page of each is.
place = f"/productions/{project['id']}"
assert gazu.shot.get_episode_url(episode).endswith(f"{place}/episodes/{episode['id']}/shots")
assert gazu.shot.get_shot_url(shot).endswith(f"{place}/episodes/{episode['id']}/shots/{shot['id']}/")
assert sequence["id"] in gazu.shot.get_sequence_url(sequence)
assert gazu.shot.get_all_episodes_url(project).endswith("/episodes/")
assert gazu.shot.get_all_sequences_url(project).endswith("/sequences/")

# Changed.
shot["nb_frames"] = 50
shot["name"] = "SH011"
assert gazu.shot.update_shot(shot)["name"] == "SH011"
assert gazu.shot.update_shot_data(shot, {"note": "é"})["data"]["lens"] == 35
sequence["description"] = "the chase"
assert gazu.shot.update_sequence(sequence)["description"] == "the chase"
assert gazu.shot.update_sequence_data(sequence, {"mood": "dark"})["data"] == {"mood": "dark"}
episode["status"] = "complete"
assert gazu.shot.update_episode(episode)["status"] == "complete"
assert gazu.shot.update_episode_data(episode, {"air": "2026-05-01"})["data"] == {"air": "2026-05-01"}
refused(gazu.exception.ParameterException, gazu.shot.update_shot, {"id": second["id"], "name": "SH011"})

# Who plays. What plays in a shot plays in its episode.
types = {t["name"]: t for t in gazu.asset.all_asset_types()}
hero = gazu.asset.new_asset(project, types["Character"], "Hero", episode=episode)
assert gazu.asset.new_asset(project, types["Character"], "Hero")["id"] == hero["id"]
chair = gazu.asset.new_asset(project, types["Prop"], "Chair", description="red", extra_data={"cost": 3})
assert names(gazu.asset.all_assets_for_project(project)) == ["Chair", "Hero"]
assert gazu.asset.get_asset(hero["id"])["asset_type_name"] == "Character"

sent = [{"asset_id": chair["id"], "nb_occurences": 3, "label": "animate"}, {"asset_id": hero["id"], "nb_occurences": 1}]
gazu.casting.update_shot_casting(project, shot, sent)
cast = gazu.casting.get_shot_casting(shot)
assert [(c["asset_name"], c["nb_occurences"], c["label"]) for c in cast] == [("Hero", 1, ""), ("Chair", 3, "animate")], cast
assert names(gazu.asset.all_assets_for_shot(shot)) == ["Chair", "Hero"]
assert gazu.shot.get_shot(shot["id"])["nb_entities_out"] == 2
assert [c["asset_name"] for c in gazu.casting.get_episode_casting(episode)] == ["Hero", "Chair"]
assert set(gazu.casting.get_sequence_casting(sequence)) == {shot["id"]}
assert set(gazu.casting.get_sequence_shots_casting(project, sequence)) == {shot["id"]}
assert set(gazu.casting.get_episode_shots_casting(project, episode)) == {shot["id"]}
assert gazu.casting.get_episode_shots_casting(project, other) == {}
assert set(gazu.casting.get_project_shots_casting(project)) == {shot["id"]}
assert episode["id"] in gazu.casting.get_episodes_casting(project)
places = gazu.casting.get_asset_cast_in(hero)
assert [(p["shot_name"], p["episode_name"]) for p in places] == [("SH011", "E02")], places

answer = gazu.casting.cast_asset(project, [second, far], chair, nb_occurences=2, label="fixed")
assert [c["nb_occurences"] for c in answer[second["id"]]] == [2], answer
assert gazu.casting.cast_asset(project, second, chair, nb_occurences=5)[second["id"]][0]["label"] == "fixed"
assert [c["asset_name"] for c in gazu.casting.get_episode_casting(other)] == ["Chair"]
assert gazu.casting.uncast_asset(project, [far], chair) == {far["id"]: []}
assert gazu.casting.get_episode_casting(other) == []

gazu.casting.update_asset_casting(project, hero, [{"asset_id": chair["id"], "nb_occurences": 1}])
assert [c["asset_name"] for c in gazu.casting.get_asset_casting(hero)] == ["Chair"]
assert set(gazu.casting.get_asset_type_casting(project, types["Character"])) == {hero["id"]}
assert any(p.get("asset_name") == "Hero" for p in gazu.casting.get_asset_cast_in(chair))

links = gazu.casting.all_entity_links_for_project(project)
assert len(links) == 6 and links[0]["type"] == "EntityLink", links
first = gazu.casting.all_entity_links_for_project(project, page=1, limit=2)
assert first["total"] == 6 and first["nb_pages"] == 3 and len(first["data"]) == 2, first
for link in links:
    if link["entity_in_id"] == shot["id"] and link["entity_out_id"] == hero["id"]:
        gazu.casting.delete_entity_link(link)
assert [c["asset_name"] for c in gazu.casting.get_shot_casting(shot)] == ["Chair"]
gazu.casting.update_episode_casting(project, episode, [])
assert gazu.casting.get_shot_casting(shot) == [] and gazu.casting.get_episode_casting(episode) == []
refused(gazu.exception.ParameterException, gazu.casting.update_shot_casting, project, shot, [{"asset_id": second["id"], "nb_occurences": 1}])

# Out of the cut, back, gone.
second["canceled"] = True
gazu.shot.update_shot(second)
assert gazu.shot.restore_shot(second)["canceled"] is False
gazu.shot.remove_shot(second)
refused(gazu.exception.RouteNotFoundException, gazu.shot.get_shot, second["id"])
refused(gazu.exception.ParameterException, gazu.shot.remove_sequence, sequence)
refused(gazu.exception.ParameterException, gazu.shot.remove_episode, episode)
gazu.shot.remove_sequence(homonym, force=True)
gazu.shot.remove_episode(other)
gazu.shot.remove_shot(shot, force=True)
gazu.shot.remove_episode(episode, force=True)
assert gazu.shot.all_episodes_for_project(project) == [] and gazu.shot.all_shots_for_project(project) == []
