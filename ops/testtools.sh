# Sourced by ./albumen test: the system's tools that some tests drive. Python packages are not here (requirements-test.lock).

have() { PATH=$PATH:/usr/sbin:/usr/lib/rabbitmq/bin command -v "$1" >/dev/null 2>&1; }

missing_tools() { # one Debian package a line
  have rabbitmq-server || echo rabbitmq-server
  have chromium || echo chromium
}

install_debian() { # PACKAGE…: without letting Debian start a broker of its own
  local policy=/usr/sbin/policy-rc.d
  (
    if [ ! -e "$policy" ]; then
      trap 'rm -f "$policy"' EXIT
      printf '#!/bin/sh\nexit 101 # written by albumen test while it installs\n' >"$policy"
      chmod +x "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  ) </dev/null
}

test_tools() { # installs what is missing where it may; else says what will be skipped
  local missing tool
  missing=$(missing_tools)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ] && grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then
    echo "Installing for the tests, with apt-get:" $missing
    install_debian $missing || echo "apt-get could not install them (its words are above)."
    missing=$(missing_tools)
  fi
  for tool in $missing; do
    case $tool in
      rabbitmq-server) echo "RabbitMQ is not installed: tests marked 'rabbitmq' are skipped. Debian, Ubuntu: apt install $tool" ;;
      chromium) echo "Chromium is not installed: tests marked 'browser' are skipped. Debian: apt install $tool" ;;
    esac
  done
}
