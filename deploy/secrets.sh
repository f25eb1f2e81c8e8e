#!/bin/sh
# Makes the secrets of docker-compose.yml, each once: run again, it leaves alone what is there. They are in volumes, one for each that reads
# them, and nowhere else: not in the repository, not in the environment of a container, not on a command line. `deploy/rotate` calls the rest.
#
#   secrets.sh [create]              what is missing
#   secrets.sh add-redis-password    one more for the cache-services, which take the new one; both are valid. Prints their hashes
#   secrets.sh drop-redis-password   only the newer one is valid. Prints its hash
#   secrets.sh add-token-key         one more that the gateways take tokens of
#   secrets.sh swap-token-keys       they seal with that one; tokens of the former are taken still
#   secrets.sh new-database-passwords
set -eu
umask 077

root=${SECRETS:-/secrets}

random() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# Redis and its clients compare hashes: what is in users.acl tells nobody a password.
hash() {
  sha256sum | cut -d ' ' -f 1
}

# put FILE OWNER: standard input, there at once or not at all.
put() {
  cat >"$root/$1.new"
  chown "$2" "$root/$1.new"
  chmod 0400 "$root/$1.new"
  mv "$root/$1.new" "$root/$1"
}

# once FILE OWNER: a random one, where there is none.
once() {
  [ -s "$root/$1" ] || random | put "$1" "$2"
}

copy() {
  [ "$(cat "$root/$1")" = "$(cat "$root/$2" 2>/dev/null)" ] || put "$2" "$3" <"$root/$1"
}

redis=999:999
postgres=999:999
tidemark=10001:10001
nobody=65534:65534
nginx=101:101
grafana=472:472

# users HASH…: who may do what. The cache-services: what their scripts and clients do and no more, with any of these passwords. A probe:
# nothing but ask whether anybody is there. The exporter: figures, no keys.
users() {
  passwords=""
  for hash in "$@"; do
    passwords="$passwords #$hash"
  done
  put redis/users.acl $redis <<ACL
user default off
user admin on #$(hash <"$root/redis-cluster/admin-password") ~* &* +@all
user replica on #$(hash <"$root/redis/replica-password") +psync +replconf +ping
user probe on #$(hash <"$root/redis/probe-password") +ping
user exporter on #$(hash <"$root/redis-exporter/plain") -@all +ping +info +client|setname +cluster|info +slowlog|len +slowlog|get +latency|latest
user tidemark on$passwords ~* -@all +@connection -@dangerous -@admin +get +set +getrange +del +unlink +exists +persist +pexpire +pttl +time +xadd +xrange +xrevrange +xread +xtrim +eval +evalsha +script|load +script|exists +wait +info +role +cluster|nodes +cluster|info +cluster|myid +cluster|slots +cluster|shards
ACL
}

# For local use: nobody but who trusts this very certificate will take it.
certificate() {
  command -v openssl >/dev/null || { echo "openssl is not in this image: bring a certificate of your own (TIDEMARK_CERTIFICATES)" >&2 && exit 1; }
  folder=$(mktemp -d)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=localhost" \
    -addext "subjectAltName=DNS:localhost,DNS:nginx,IP:127.0.0.1,IP:::1" -addext "extendedKeyUsage=serverAuth" \
    -keyout "$folder/key" -out "$folder/crt" 2>"$folder/log" || { cat "$folder/log" >&2 && exit 1; }
  put nginx/tls.key $nginx <"$folder/key"
  put nginx/tls.crt $nginx <"$folder/crt"
  chmod 0444 "$root/nginx/tls.crt"
  rm -rf "$folder"
}

database_passwords() {
  for role in reader writer capture monitor; do
    "$1" "postgres/$role-password" $postgres
  done
  for role in reader writer capture; do
    copy "postgres/$role-password" "data-retrieval-service/$role-password" $tidemark
  done
  copy postgres/monitor-password postgres-exporter/password $nobody
}

anew() {
  random | put "$1" "$2"
}

# Each service's user enters its own folder, and no other is mounted there.
for folder in "$root"/*/; do
  chmod 0755 "$folder"
done

case ${1:-create} in
  create)
    once gateway/token-key $tidemark
    # Nobody seals with it, until it is its turn.
    once gateway/other-token-key $tidemark

    once postgres/superuser-password $postgres
    database_passwords once

    once cache-service/password $tidemark
    once redis-cluster/admin-password $redis
    once redis/probe-password $redis
    once redis/replica-password $redis
    once redis-exporter/plain $nobody
    if [ ! -s "$root/redis/replication.conf" ]; then
      printf 'masteruser replica\nmasterauth %s\n' "$(cat "$root/redis/replica-password")" | put redis/replication.conf $redis
    fi
    if [ ! -s "$root/redis-exporter/passwords.json" ]; then
      for node in 1 2 3 4 5 6; do
        printf '"redis://redis-%d:6379": "%s"\n' $node "$(cat "$root/redis-exporter/plain")"
      done | paste -s -d , - | sed 's/.*/{&}/' | put redis-exporter/passwords.json $nobody
    fi
    [ -s "$root/redis/users.acl" ] || users "$(hash <"$root/cache-service/password")"

    [ -s "$root/nginx/tls.key" ] || certificate
    once grafana/admin-password $grafana
    ;;
  add-redis-password)
    former=$(hash <"$root/cache-service/password")
    anew cache-service/password $tidemark
    users "$former" "$(hash <"$root/cache-service/password")"
    echo "$passwords"
    ;;
  drop-redis-password)
    users "$(hash <"$root/cache-service/password")"
    echo "$passwords"
    ;;
  add-token-key)
    anew gateway/other-token-key $tidemark
    ;;
  swap-token-keys)
    mv "$root/gateway/token-key" "$root/gateway/former"
    mv "$root/gateway/other-token-key" "$root/gateway/token-key"
    mv "$root/gateway/former" "$root/gateway/other-token-key"
    ;;
  new-database-passwords)
    database_passwords anew
    ;;
  *)
    echo "secrets.sh: no such command: $1" >&2
    exit 2
    ;;
esac
