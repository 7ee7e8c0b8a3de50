# Sourced by ./albumen test: system tools that some tests use. (Python packages: requirements-test.lock.)

have() { PATH=$PATH:/usr/sbin:/usr/lib/rabbitmq/bin command -v "$1" >/dev/null 2>&1; }

missing_tools() { # one Debian package per line
  have rabbitmq-server || echo rabbitmq-server
  have chromium || echo chromium
}

install_debian() { # PACKAGE…: and keep Debian from starting a broker of its own
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

test_tools() { # installs missing tools where possible; otherwise says which tests will be skipped
  local missing tool
  missing=$(missing_tools)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ] && grep -qx 'ID=debian' /etc/os-release 2>/dev/null; then
    echo "Installing test tools with apt-get:" $missing
    install_debian $missing || echo "apt-get could not install them (see its output above)."
    missing=$(missing_tools)
  fi
  for tool in $missing; do
    case $tool in
      rabbitmq-server) echo "RabbitMQ is not installed: tests marked 'rabbitmq' are skipped. Debian, Ubuntu: apt install $tool" ;;
      chromium) echo "Chromium is not installed: tests marked 'browser' are skipped. Debian: apt install $tool" ;;
    esac
  done
}
