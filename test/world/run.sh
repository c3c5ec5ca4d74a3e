#!/usr/bin/env bash
# Runs the stories of test/world in a world of their own: Linux namespaces with a network that leads nowhere else, a name
# server, a host name and a process table. Whatever was started in it ends with it.
# Arguments go to vitest: test/world/run.sh stories
set -euo pipefail
cd "$(dirname "$0")/../.."
here="$PWD/test/world"

skip() {
  echo "test:world skipped: $1"
  # Where it is required, not to have run is to have failed.
  [ -z "${CI:-}${WORLD_REQUIRED:-}" ] || exit 1
  exit 0
}

if [ "${1:-}" != --inside ]; then
  [ "$(uname)" = Linux ] || skip "it needs Linux namespaces"
  [ "$(id -u)" = 0 ] || skip "it needs root, to create network namespaces"
  missing=""
  for program in unshare:util-linux ip:iproute2 dnsmasq:dnsmasq-base nginx:nginx-light pgbouncer:pgbouncer openssl:openssl tinyproxy:tinyproxy-bin microsocks:microsocks stunnel:stunnel4; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${program%%:*}" >/dev/null || missing="$missing ${program##*:}"
  done
  if [ -n "$missing" ]; then
    echo "test:world needs more programs: apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
  namespaces=(unshare --net --mount --uts --pid --fork --mount-proc --kill-child)
  "${namespaces[@]}" true 2>/dev/null || skip "this machine does not allow root to create namespaces"

  # What comes from a registry is fetched before the door closes.
  lock=$(sha256sum <test/clients/ace/package-lock.json | cut -d' ' -f1)
  if [ "$(cat test/clients/ace/node_modules/.installed-lock 2>/dev/null)" != "$lock" ]; then
    npm ci --prefix test/clients/ace --ignore-scripts --no-audit --no-fund
    printf %s "$lock" >test/clients/ace/node_modules/.installed-lock
  fi
  exec "${namespaces[@]}" "$here/run.sh" --inside "$@"
fi
shift

export PATH="$PATH:/usr/sbin:/sbin"
WORLD_DIR=$(mktemp -d /tmp/callboard-world-XXXXXX)
export WORLD_DIR
trap 'rm -rf "$WORLD_DIR"' EXIT
chmod 755 "$WORLD_DIR" # the databases run as another user

hostname laptop
ip link set lo up
# Every address of these networks is here: a part of the public internet, and a private network.
ip address add 93.184.0.1/16 dev lo
ip address add 10.20.0.1/16 dev lo

echo "nameserver 10.20.0.53" >"$WORLD_DIR/resolv.conf"
echo "hosts: files dns" >"$WORLD_DIR/nsswitch.conf"
cat >"$WORLD_DIR/hosts" <<HOSTS
127.0.0.1   localhost
::1         localhost ip6-localhost ip6-loopback
127.0.1.1   laptop
127.0.0.1   database.acme.example
127.0.0.1   receiver.laptop.test
93.184.20.30 only-in-hosts.partner.example
HOSTS
for file in resolv.conf nsswitch.conf hosts; do
  mount --bind "$WORLD_DIR/$file" "$(readlink -f "/etc/$file")"
done

status=0
node_modules/.bin/vitest run --config test/world/vitest.config.ts "$@" || status=$?
exit "$status"
