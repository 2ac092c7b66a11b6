"""A film: sequences without episodes."""
import gazu
from called import log_in, names, note, refused

note(gazu.shot, gazu.casting)
log_in()
project = gazu.project.get_project_by_name("film")
sequence = gazu.shot.new_sequence(project, "SQ020")
assert gazu.shot.new_sequence(project, "SQ020")["id"] == sequence["id"]
assert gazu.shot.get_episode_from_sequence(sequence) is None
shot = gazu.shot.new_shot(project, sequence, "0010", nb_frames=12)
assert shot["name"] == "0010", "a name is text"
assert gazu.shot.get_shot(shot["id"])["episode_id"] is None
assert gazu.shot.get_shot_url(shot).endswith(f"/productions/{project['id']}/shots/{shot['id']}/")
assert sequence["id"] in gazu.shot.get_sequence_url(sequence)

types = {t["name"]: t for t in gazu.asset.all_asset_types()}
assets = [gazu.asset.new_asset(project, types["Prop"], name) for name in ("Cup", "Table")]
gazu.casting.update_shot_casting(project, shot, [{"asset_id": a["id"], "nb_occurences": 1, "label": "fixed"} for a in assets])
assert list(gazu.casting.get_project_shots_casting(project)) == [shot["id"]]
assert gazu.casting.get_asset_cast_in(assets[0])[0]["episode_id"] == "None", "as Kitsu says it"
gazu.casting.update_shot_casting(project, shot, [{"asset_id": assets[1]["id"], "nb_occurences": 0}])
assert [(c["asset_name"], c["nb_occurences"]) for c in gazu.casting.get_shot_casting(shot)] == [("Table", 0)]

# A name as it is: no wildcard, no SQL.
for name in ("100%", "a_b", "'; DROP TABLE entities; --", "é"):
    made = gazu.shot.new_shot(project, sequence, name)
    assert gazu.shot.get_shot_by_name(sequence, name)["id"] == made["id"]
assert gazu.shot.get_shot_by_name(sequence, "a%") is None
refused(gazu.exception.RouteNotFoundException, gazu.shot.new_shot, project, {"id": project["id"]}, "SH")
gazu.shot.remove_sequence(sequence, force=True)
assert names(gazu.shot.all_shots_for_project(project)) == []
