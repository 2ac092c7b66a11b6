#!/bin/sh
# kitsu_up.sh FOLDER COMMAND...: runs a server, its output in FOLDER/log, until
# standard input ends, which is when the measuring program ends, in whatever way;
# then it stops it and removes the folder. It prints the server's process id.
folder=$1
shift
cd "$folder" || exit 1
"$@" >log 2>&1 </dev/null &
server=$!
echo $server
cat >/dev/null
kill $server 2>/dev/null
wait $server
cd / && rm -rf "$folder"
