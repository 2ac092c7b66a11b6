"""Imports and exports lists and cuts with an unmodified gazu."""
import os
import tempfile

import gazu

gazu.set_host(os.environ["TURNOVER_HOST"] + "/api")
gazu.log_in("admin@example.com", "correct horse")
project = gazu.project.get_project_by_name("tv")
folder = tempfile.mkdtemp()


def written(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(text)
    return path


shots = gazu.shot.import_shots_with_csv(project, written("shots.csv", "Episode;Sequence;Name;Frames\nE01;SQ01;SH01;48\nE01;SQ01;SH02;24\n"))
assert [s["name"] for s in shots] == ["SH01", "SH02"], shots
gazu.cache.clear_all()
by_name = {s["name"]: s for s in gazu.shot.all_shots_for_project(project)}
assert by_name["SH01"]["nb_frames"] == 48, by_name

out = os.path.join(folder, "out.csv")
gazu.shot.export_shots_with_csv(project, out)
with open(out) as f:
    lines = f.read().splitlines()
assert lines[0].startswith("Project;Episode;Sequence;Name;"), lines
assert lines[1].startswith("tv;E01;SQ01;SH01;"), lines
again = gazu.shot.import_shots_with_csv(project, out)
assert [s["id"] for s in again] == [s["id"] for s in shots], again

try:
    gazu.shot.import_shots_with_csv(project, written("bad.csv", "Episode;Sequence;Name;Frames\nE01;SQ01;SH03;48\nE01;SQ01;SH04;many\n"))
    raise SystemExit("a bad list is taken")
except (gazu.exception.ParameterException, gazu.exception.UploadFailedException):
    pass
gazu.cache.clear_all()
assert len(gazu.shot.all_shots_for_project(project)) == 2, "half of a bad list is there"

cut = """TITLE: cut
001  AX       V     C        01:00:00:00 01:00:02:00 00:00:00:00 00:00:02:00
* FROM CLIP NAME: tv_E01-SQ01-SH01.mov
002  AX       V     C        01:00:00:00 01:00:01:00 00:00:02:00 00:00:03:00
* FROM CLIP NAME: tv_E01-SQ02-SH01.mov
"""
episode = gazu.client.get("data/entities/" + gazu.client.get("data/entities/" + shots[0]["parent_id"])["parent_id"])
done = gazu.shot.import_otio(project, written("cut.edl", cut), episode=episode)
assert [s["name"] for s in done["created_shots"]] == ["SH01"], done
assert [s["id"] for s in done["updated_shots"]] == [shots[0]["id"]], done
assert done["updated_shots"][0]["nb_frames"] == 50, done
