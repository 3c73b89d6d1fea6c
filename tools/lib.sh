# Shell functions that ./run and ./test share. Sourced, never run; expects `set -euo pipefail` and the repository root
# as the working directory. Every function may be killed at any point and called again.

readonly DOORWARD_NODE_LEAST="20.19"    # what the published SDK and the tests need
readonly DOORWARD_NODE_PINNED="20.20.2" # installed from the npm registry where the release's own is older

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Runs a command with its output in a log, and says every 30 s that it still works. On failure shows the log's end.
#   step "what it does" LOG COMMAND...
step() {
  local what=$1 log=$2 started=$SECONDS pid status=0 waited=0
  shift 2
  mkdir -p "$(dirname "$log")"
  say "$what"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill '"$pid"' 2>/dev/null; exit 130' INT TERM HUP
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    if [ $((waited % 30)) = 0 ]; then
      say "$what: $((SECONDS - started)) s, $(tail -c 400 "$log" | tr '\r' '\n' | grep -v '^ *$' | tail -n 1 | cut -c1-100)"
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM HUP
  if [ "$status" != 0 ]; then
    tail -n 60 "$log" >&2
    die "$what failed with status $status; the whole output is in $log"
  fi
}

# The release as tools/packages names it: debian-12, debian-13, ubuntu-24.04.
release_name() {
  local id version
  id=$(. /etc/os-release && printf %s "${ID:-}")
  version=$(. /etc/os-release && printf %s "${VERSION_ID:-}")
  case "$id-$version" in
    debian-12 | debian-13 | ubuntu-24.04) printf '%s' "$id-$version" ;;
    *) die "Doorward builds on Debian 12, Debian 13 and Ubuntu 24.04; this is ${id:-unknown} ${version:-}." \
         "Add its package names to tools/packages and its name to release_name in tools/lib.sh." ;;
  esac
}

# Package names for the given uses on this release, one a line.
package_names() {
  local release
  release=$(release_name) || exit 1
  awk -v release="$release" -v uses=" $* " '
    /^#/ || NF == 0 { next }
    index(uses, " " $1 " ") {
      for (i = 2; i <= NF; ++i) {
        split($i, pair, "=")
        if (pair[2] == "") print $i
        else if (pair[1] == release) print pair[2]
      }
    }' tools/packages | sort -u
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@" || sudo "$@"
  else
    die "installing packages needs root or sudo; run as root once: $*"
  fi
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local try
  as_root dpkg --configure -a # finishes what a killed installation left
  for try in 1 2 3 4 5; do
    if as_root apt-get -q -o Acquire::Retries=3 update; then break; fi
    [ "$try" != 5 ] || die "apt-get update failed five times"
    sleep $((try * 3)) # another apt-get may hold the lists
  done
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \
    install --no-install-recommends "$@"
}

# Installs the packages of the given uses that are missing; asks the network only when one is.
install_packages() {
  local name missing=()
  command -v apt-get >/dev/null || die "this machine has no apt-get; Doorward supports Debian and Ubuntu releases"
  local names
  names=$(package_names "$@") || exit 1
  for name in $names; do
    [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$name" 2>/dev/null | cut -c1-2)" = ii ] || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return 0
  say "missing packages: ${missing[*]}"
  step "installing ${#missing[@]} packages" build/logs/packages.log apt_install "${missing[@]}"
}

# True when the program prints a version (v1.2.3) of at least MAJOR.MINOR.
version_at_least() {
  local program=$1 least=$2 have
  have=$("$program" --version 2>/dev/null | head -n 1 | sed 's/^v//') || return 1
  [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$least" "$have" | sort -V | head -n 1)" = "$least" ]
}

# Puts a Node.js of at least DOORWARD_NODE_LEAST and npm on PATH: the machine's own, or the pinned one in
# build/toolchain/node, which comes as a registry package and needs the release's npm to fetch it.
ensure_node() {
  local tool=$PWD/build/toolchain/node
  if version_at_least node "$DOORWARD_NODE_LEAST" && command -v npm >/dev/null; then return 0; fi
  command -v npm >/dev/null || install_packages node
  if version_at_least node "$DOORWARD_NODE_LEAST"; then return 0; fi
  local machine
  case "$(uname -m)" in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) die "no pinned Node.js for $(uname -m); install Node.js $DOORWARD_NODE_LEAST or newer" ;;
  esac
  local bin=$tool/node_modules/node-linux-$machine/bin
  if ! version_at_least "$bin/node" "$DOORWARD_NODE_LEAST"; then
    rm -rf "$tool" && mkdir -p "$tool" && printf '{"private":true}\n' >"$tool/package.json"
    step "installing Node.js $DOORWARD_NODE_PINNED into build/toolchain" build/logs/node.log \
      npm install --prefix "$tool" --no-audit --no-fund --ignore-scripts "node-linux-$machine@$DOORWARD_NODE_PINNED"
  fi
  version_at_least "$bin/node" "$DOORWARD_NODE_LEAST" ||
    die "Node.js $DOORWARD_NODE_LEAST or newer could not be installed; see build/logs/node.log"
  export PATH="$bin:$PATH"
}

# Takes the lock of one build folder for the rest of the script; waits, with a word, while another script has it.
lock_build() {
  mkdir -p build
  exec 9>"build/.$1.lock"
  if ! flock -n 9; then
    say "waiting for another Doorward script that builds in build/$1"
    until flock -w 30 9; do say "still waiting for the lock on build/$1"; done
  fi
}
unlock_build() { exec 9>&-; }

# Configures and builds one preset. A folder whose configuration was cut off is configured anew by CMake itself.
build_preset() {
  local preset=$1
  shift
  if [ ! -f "build/$preset/build.ninja" ] || [ ! -f "build/$preset/CMakeCache.txt" ]; then
    rm -rf "build/$preset/CMakeCache.txt" "build/$preset/CMakeFiles"
    step "configuring the $preset build" "build/logs/$preset-configure.log" cmake --preset "$preset"
  fi
  step "building ($preset)" "build/logs/$preset-build.log" ninja -C "build/$preset" "$@"
}
