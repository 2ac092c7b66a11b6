"""Does to a watch folder what people, programs and shares do.

Arguments: the folder, how many productions have one in it, and how many files
come at once. Each list makes one shot. Prints as JSON what must have been taken
in the end: "lists", [path, sha256] each, and "junk", what must lie there still.
"""
import hashlib
import json
import os
import pathlib
import sys
import threading
import time

root, productions, flood = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
lists, junk, number = [], [], iter(range(10, 10**7, 10))
mutex = threading.Lock()


def text(filler=0):
    with mutex:
        n = next(number)
    comment = "a note, " * filler
    return f'Sequence,Name,Nb Frames,Description\nSQ{n // 500:03d},SH{n:05d},24,"{comment}"\n'.encode()


def taken(path, content):
    with mutex:
        lists.append([path.relative_to(root).as_posix(), hashlib.sha256(content).hexdigest()])


def place(n, name):
    return root / f"film{n % productions}" / name


def slow(n):
    """A copy in pieces, with pauses within lines that last longer than a file has to stand still."""
    path, content = place(n, f"slow{n}.csv"), text(400)
    with open(path, "wb") as file:
        for at in range(0, len(content), 1000):
            file.write(content[at:at + 1000])
            file.flush()
            time.sleep(1.5 if at == 1000 else 0.2)
    taken(path, content)


def renamed(n):
    path, content = place(n, f"renamed{n}.csv"), text()
    aside = path.with_name(path.name + ".part")
    aside.write_bytes(content)
    time.sleep(1.5)
    aside.rename(path)
    taken(path, content)


def rewritten(n):
    """Written in place again before it has stood still, with as many bytes."""
    path, content = place(n, f"rewritten{n}.csv"), text()
    path.write_bytes(content.replace(b"24", b"99"))
    time.sleep(0.3)
    with open(path, "r+b") as file:
        file.write(content)
    taken(path, content)


def locked(n):
    path, content = place(n, f"locked{n}.csv"), text()
    lock = path.with_name(["~$" + path.name, f".~lock.{path.name}#"][n % 2])
    lock.write_bytes(b"somebody")
    path.write_bytes(content.replace(b"24", b"77"))
    time.sleep(2)
    path.write_bytes(content)
    lock.unlink()
    taken(path, content)


def duplicates(n):
    content = text()
    for copy in "abc":
        path = place(n, f"same{n}{copy}.csv")
        path.write_bytes(content)
        taken(path, content)


def again(n):
    """The same file once more when the first was taken."""
    path, content = place(n, f"again{n}.csv"), text()
    for _ in range(2):
        path.write_bytes(content)
        taken(path, content)
        while path.exists():
            time.sleep(0.1)


def litter(n):
    for name in (f"._cut{n}.edl", f"~$book{n}.xlsx", ".DS_Store", f"half{n}.csv.crdownload"):
        path = place(n, name)
        path.write_bytes(b"\0\1\2")
        junk.append(path.relative_to(root).as_posix())


def at_once():
    for n in range(flood):
        path, content = place(n, f"flood{n:04d}.csv"), text()
        path.write_bytes(content)
        taken(path, content)


for n in range(productions):
    litter(n)
threads = [threading.Thread(target=f, args=(n,)) for n in range(4) for f in (slow, renamed, rewritten, locked, duplicates, again)]
for one in threads:
    one.start()
for one in threads:
    one.join()
at_once()
for _ in range(3):  # the share goes away and comes back
    time.sleep(1)
    os.rename(root, str(root) + ".gone")
    time.sleep(1)
    os.rename(str(root) + ".gone", root)
print(json.dumps({"lists": lists, "junk": sorted(set(junk))}))
