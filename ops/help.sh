# Sourced by ./albumen to show help or the version: installs nothing and works with any Python.

wants_help() { # ARGUMENT…: whether --help, -h or an abbreviation argparse accepts is among them, before any --
  local argument
  if [ "${1:-}" = --version ]; then return 0; fi
  for argument in "$@"; do
    case $argument in
      --) return 1 ;;
      -h | --h | --he | --hel | --help) return 0 ;;
    esac
  done
  return 1
}

any_python() { # sets PYTHON, or explains what to install
  for PYTHON in "$VENV/bin/python" ${ALBUMEN_PYTHON:+"$ALBUMEN_PYTHON"} python3 python3.13 python3.12 python3.11 python; do
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && return
  done
  # shellcheck source=ops/setup.sh
  . "$ROOT/ops/setup.sh"
  find_python
}

explain() { # ARGUMENT…: as typed by the user
  any_python
  export PYTHONPATH=$ROOT PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1
  case $1 in
    setup) printf '%s\n' 'usage: albumen setup [--gpu | --cpu]' '' 'Install what Albumen needs without starting it.' && exit ;;
    build) exec "$PYTHON" -m ops.build --help ;;
    test) exec "$PYTHON" "$ROOT/ops/check.py" --help ;;
    *) exec "$PYTHON" -m services.cli "$@" ;;
  esac
}
