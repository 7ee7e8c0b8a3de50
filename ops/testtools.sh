# Sourced by ./albumen test: system tools that some tests use. (Python packages: requirements-test.lock.)

have() { PATH=$PATH:/usr/sbin:/usr/lib/rabbitmq/bin command -v "$1" >/dev/null 2>&1; }

missing_tools() { # one Debian package per line
  have rabbitmq-server || echo rabbitmq-server
  have openssl || echo openssl # certificates for RabbitMQ over TLS
  have nginx || echo nginx-light # reverse proxies
  have caddy || echo caddy
  have strace || echo strace # records writes, for power cuts
  have prometheus || echo prometheus # reads the metrics
  have exiftool || echo libimage-exiftool-perl
  have chromium || echo chromium
  have chromium-headless-shell || echo chromium-headless-shell # the same without a window: a quarter less work
}

install_debian() { # PACKAGE…, as many as there are; and keep Debian from starting a broker of its own
  local policy=/usr/sbin/policy-rc.d
  (
    if [ ! -e "$policy" ]; then
      trap 'rm -f "$policy"' EXIT
      printf '#!/bin/sh\nexit 101 # written by albumen test while it installs\n' >"$policy"
      chmod +x "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || exit
    failed=0
    for tool in "$@"; do
      apt-get install -y -qq --no-install-recommends "$tool" >/dev/null || failed=1
    done
    exit $failed
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
      openssl) echo "OpenSSL's command is not installed: tests marked 'rabbitmq' fail. Debian, Ubuntu: apt install $tool" ;;
      nginx-light | caddy) echo "$tool is not installed: the tests of reverse proxies are skipped. Debian, Ubuntu: apt install $tool" ;;
      strace) echo "strace is not installed: the tests of power cuts fail. Debian, Ubuntu: apt install $tool" ;;
      prometheus) echo "Prometheus is not installed: the tests of metrics, alerts and the dashboard are skipped. Debian, Ubuntu: apt install $tool" ;;
      libimage-exiftool-perl) echo "ExifTool is not installed: the comparison with it is skipped. Debian, Ubuntu: apt install $tool" ;;
      chromium-headless-shell) echo "$tool is not installed: chromium takes its place, which is slower." ;;
      chromium) echo "Chromium is not installed: tests marked 'browser' are skipped. Debian: apt install $tool" ;;
    esac
  done
}
