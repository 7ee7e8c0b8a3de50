#!/bin/sh
# Run by compose.yaml before the broker: a random password for RabbitMQ's user "albumen", kept in DIR.
#   DIR/password       read by the services (ALBUMEN_BROKER_PASSWORD_FILE)
#   DIR/albumen.conf   read by RabbitMQ, which then has no user guest
set -eu
cd "$1"
if [ -s albumen.conf ]; then
  chmod 600 password # an earlier version left it readable to everyone
  exit
fi
password=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >password)
printf 'default_user = albumen\ndefault_pass = %s\n' "$password" >new
mv new albumen.conf
