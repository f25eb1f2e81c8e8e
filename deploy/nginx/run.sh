#!/bin/sh
# NGINX 1.22 or newer in front of the gateways that a name in DNS stands for, over TLS and HTTP/2. Looks the name up again and again: when
# gateways come or go, or the certificate is replaced, NGINX reads its configuration anew: what is under way is answered, and connections that
# are kept are closed. (NGINX itself follows a name only since 1.27.3, or without least_conn and without taking out what fails.)
#
#   TIDEMARK_UPSTREAM      name and port of the gateways: gateway:8080
#   TIDEMARK_PORT          where clients come: 8443
#   TIDEMARK_CERTIFICATES  a folder with tls.crt (the chain, too) and tls.key
#   TIDEMARK_HSTS          what Strict-Transport-Security says: max-age=31536000; nothing for not to say it
#   TIDEMARK_RUN, TIDEMARK_LOG, TIDEMARK_TEMPLATE, TIDEMARK_WATCH_SECONDS  as below
set -eu

: "${TIDEMARK_UPSTREAM:?name and port of the gateways}"
: "${TIDEMARK_CERTIFICATES:?a folder with tls.crt and tls.key}"
port=${TIDEMARK_PORT:-8443}
template=${TIDEMARK_TEMPLATE:-/etc/tidemark/nginx/nginx.conf.template}
export TIDEMARK_RUN="${TIDEMARK_RUN:-/run/nginx}" TIDEMARK_LOG="${TIDEMARK_LOG:-/dev/stdout}" TIDEMARK_LISTEN TIDEMARK_GATEWAYS
configuration=$TIDEMARK_RUN/nginx.conf

for file in tls.crt tls.key; do
  [ -r "$TIDEMARK_CERTIFICATES/$file" ] || {
    echo "$TIDEMARK_CERTIFICATES/$file is not there, or user $(id -u) may not read it" >&2
    exit 1
  }
done

# Whether NGINX is this version or newer.
at_least() {
  version=$(nginx -v 2>&1 | sed -n 's/.*nginx\/\([0-9.]*\).*/\1/p')
  [ "$(printf '%s\n%s\n' "$1" "$version" | sort -t . -k 1,1n -k 2,2n -k 3,3n | head -n 1)" = "$1" ]
}

# Since 1.25.1 HTTP/2 is a directive of its own, and the older form a warning.
if at_least 1.25.1; then
  TIDEMARK_LISTEN="$port ssl"
  http2="http2 on;"
else
  TIDEMARK_LISTEN="$port ssl http2"
  http2=""
fi
cat >"$TIDEMARK_RUN/server-tls.conf" <<CONF
$http2
ssl_certificate $TIDEMARK_CERTIFICATES/tls.crt;
ssl_certificate_key $TIDEMARK_CERTIFICATES/tls.key;
ssl_protocols TLSv1.2 TLSv1.3;
ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
ssl_prefer_server_ciphers off;
ssl_session_cache shared:tls:10m;
ssl_session_timeout 1d;
ssl_session_tickets off;
CONF
rm -f "$TIDEMARK_RUN/hsts.map"
[ -z "${TIDEMARK_HSTS:-}" ] || printf 'on "%s";\n' "$TIDEMARK_HSTS" >"$TIDEMARK_RUN/hsts.map"

addresses() {
  getent ahosts "${TIDEMARK_UPSTREAM%:*}" | awk '{ print $1 }' | sort -u
}

# A line for each address. One alone twice, and never taken out: a read goes to it once more. None: until there are, clients are told so.
servers() {
  awk -v port="${TIDEMARK_UPSTREAM##*:}" '
    NF { address[n++] = ($1 ~ /:/ ? "[" $1 "]" : $1) ":" port }
    END {
      if (n == 0) address[n++] = "127.0.0.1:1"
      if (n == 1) printf "server %s max_fails=0;\nserver %s max_fails=0;\n", address[0], address[0]
      else for (i = 0; i < n; i++) printf "server %s max_fails=2 fail_timeout=2s;\n", address[i]
    }'
}

render() {
  TIDEMARK_GATEWAYS=$(printf '%s\n' "$1" | servers)
  # shellcheck disable=SC2016 # names, for envsubst
  envsubst '${TIDEMARK_LISTEN} ${TIDEMARK_GATEWAYS} ${TIDEMARK_RUN} ${TIDEMARK_LOG}' <"$template" >"$configuration.new"
  mv "$configuration.new" "$configuration"
}

certificates() {
  cat "$TIDEMARK_CERTIFICATES/tls.crt" "$TIDEMARK_CERTIFICATES/tls.key" 2>/dev/null | cksum
}

follow() {
  known=$1
  certificate=$(certificates)
  while sleep "${TIDEMARK_WATCH_SECONDS:-2}" && kill -0 $$ 2>/dev/null; do
    now=$(addresses || true)
    # A name without any address says nothing about those that were there: they may be back before DNS knows.
    [ -n "$now" ] || now=$known
    read_again=$(certificates)
    [ "$now" != "$known" ] || [ "$read_again" != "$certificate" ] || continue
    render "$now"
    if nginx -t -q -e stderr -c "$configuration"; then
      echo "reading the configuration anew; gateways: $(echo $now)" >&2
      kill -HUP $$
      known=$now
      certificate=$read_again
    fi
  done
}

first=$(addresses || true)
render "$first"
follow "$first" &
exec nginx -e stderr -c "$configuration"
