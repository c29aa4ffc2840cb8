# Starts PostgreSQL, and stops it when standard input ends: that is, when the process that started
# this script closes it or dies, however it dies.
#
# Arguments: server directory, bin directory, port, durable|disposable. Prints "ready" or "failed",
# then waits. Prints "stopped" when the server has ended, for whatever reason.
dir=$1
bin=$2
port=$3
kind=$4

# An interrupt from the terminal reaches us too, but our parent wants to finish its work first. A
# dead parent must not kill us either: there is still a server to stop.
trap '' INT TERM HUP PIPE
echo $$ >"$dir/supervisor.pid"

# PostgreSQL refuses to run as root or as a user without a name (as containers may have); in a user
# namespace of its own it is nobody.
set --
if [ "$(id -u)" = 0 ] || ! id -un >/dev/null 2>&1; then
  if unshare -U true 2>/dev/null; then set -- unshare -U; fi
fi

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
      --encoding=UTF8 --locale=C $initdb_options </dev/null >"$dir/start.log" 2>&1 || return 1
    mv "$data.new" "$data" || return 1
  fi
  rm -f "$dir/start.log"
  if [ -f "$dir/postgres.log" ]; then mv "$dir/postgres.log" "$dir/postgres.log.1"; fi
  # In a session of its own, so that an interrupt from the terminal does not reach it.
  if command -v setsid >/dev/null; then set -- setsid "$@"; fi
  rm -f "$dir/server.pid"
  {
    "$@" "$bin/postgres" -D "$data" $options </dev/null >"$dir/postgres.log" 2>&1 &
    echo $! >"$dir/server.pid.new"
    mv "$dir/server.pid.new" "$dir/server.pid"
    wait $!
    echo stopped
  } &
  while [ ! -f "$dir/server.pid" ]; do sleep 0.01; done
  server=$(cat "$dir/server.pid")
  while kill -0 "$server" 2>/dev/null; do
    case $(sed -n 8p "$data/postmaster.pid" 2>/dev/null) in
      ready*) return 0 ;;
    esac
    sleep 0.05
  done
  return 1
}

stop() {
  if [ "$kind" = disposable ]; then signal=QUIT; else signal=INT; fi
  kill -$signal "$server" 2>/dev/null
  tries=0
  while kill -0 "$server" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -eq 600 ]; then kill -QUIT "$server" 2>/dev/null; fi
    sleep 0.05
  done
}

if start "$@"; then
  echo ready
  read -r _
  stop
  if [ "$kind" = disposable ]; then rm -rf "$dir"; fi
else
  echo failed
fi
rm -f "$dir/supervisor.pid"
