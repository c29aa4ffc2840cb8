# Starts PostgreSQL, and stops it when standard input ends: that is, when the process that started
# this script closes it or dies, however it dies.
#
# Arguments: server directory, bin directory, port, durable|disposable, then a command to put in
# front of PostgreSQL's programs (may be empty). Prints "ready" or "failed", then waits.
dir=$1
bin=$2
port=$3
kind=$4
shift 4

# An interrupt from the terminal reaches us too, but our parent wants to finish its work first. A
# dead parent must not kill us either: there is still a server to stop.
trap '' INT TERM HUP PIPE
echo $$ >"$dir/supervisor.pid"

data=$dir/data
options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories="
initdb_options=
if [ "$kind" = disposable ]; then
  initdb_options=--no-sync
  options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
fi

start() {
  if [ ! -f "$data/PG_VERSION" ]; then
    rm -rf "$data" "$data.new" || return 1
    "$@" "$bin/initdb" -D "$data.new" -U powersync -A scram-sha-256 --pwfile="$dir/password" \
      --encoding=UTF8 --locale=C $initdb_options </dev/null || return 1
    mv "$data.new" "$data" || return 1
  fi
  "$@" "$bin/pg_ctl" -D "$data" -l "$dir/postgres.log" -w -t 120 -o "$options" start </dev/null
}

stop() {
  pid=$1
  if [ "$kind" = disposable ]; then signal=QUIT; else signal=INT; fi
  kill -$signal "$pid" 2>/dev/null
  tries=0
  while [ -f "$data/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -eq 600 ]; then kill -QUIT "$pid"; fi
    sleep 0.05
  done
}

if start "$@" >"$dir/start.log" 2>&1; then
  server=$(head -n 1 "$data/postmaster.pid")
  echo ready
  read -r _
  stop "$server"
  if [ "$kind" = disposable ]; then rm -rf "$dir"; fi
else
  echo failed
fi
rm -f "$dir/supervisor.pid"
