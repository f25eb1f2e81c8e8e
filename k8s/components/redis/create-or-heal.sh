#!/bin/sh
# Makes one cluster of the nodes, whatever they are now: strangers to each other after they were made, out of each other's sight after all
# of them got new addresses at once, or without what was on a disk. Does nothing to a cluster that is well; may be run at any time.
# Expects REDIS_NODES (names, with a space between), REDIS_USERNAME and REDISCLI_AUTH_FILE; REDIS_PORT if it is another than 6379.
set -eu

port=${REDIS_PORT:-6379}
REDISCLI_AUTH=$(head -n 1 "$REDISCLI_AUTH_FILE")
export REDISCLI_AUTH

ask() {
  node=$1
  shift
  redis-cli --no-auth-warning --user "$REDIS_USERNAME" -h "$node" -p "$port" "$@" | tr -d '\r'
}

address() {
  getent ahosts "$1" | {
    read -r ip _ || { echo "the name $1 has no address" >&2 && exit 1; }
    printf '%s' "$ip"
  }
}

slots_known_to() {
  ask "$1" CLUSTER INFO | sed -n 's/^cluster_slots_assigned://p'
}

# Whether the first node is in touch with the second.
sees() {
  id=$(ask "$2" CLUSTER MYID)
  ask "$1" CLUSTER NODES | awk -v id="$id" '$1 == id && $3 !~ /fail|handshake|noaddr/ && ($8 == "connected" || $3 ~ /myself/) { seen = 1 } END { exit !seen }'
}

for node in $REDIS_NODES; do
  tries=0
  until [ "$(ask "$node" PING 2>/dev/null)" = PONG ]; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || { echo "$node does not answer" >&2 && exit 1; }
    sleep 1
  done
done

# Whoever knows most of the cluster speaks for it.
base=""
slots=0
total=0
for node in $REDIS_NODES; do
  total=$((total + 1))
  known=$(slots_known_to "$node")
  if [ "$known" -gt "$slots" ]; then
    base=$node
    slots=$known
  fi
done

if [ "$slots" -eq 0 ]; then
  echo "no node has any slots: making a cluster of $total"
  members=""
  for node in $REDIS_NODES; do
    members="$members $(address "$node"):$port"
  done
  # shellcheck disable=SC2086 # one word each
  redis-cli --no-auth-warning --user "$REDIS_USERNAME" --cluster create $members --cluster-replicas 1 --cluster-yes
  base=${REDIS_NODES%% *}
fi

introduced=""
# Who is met again is known by its id, at its new address.
for node in $REDIS_NODES; do
  if ! sees "$base" "$node"; then
    introduced=yes
    echo "introducing $node to $base"
    ask "$base" CLUSTER MEET "$(address "$node")" "$port" >/dev/null
  fi
done
tries=0
for node in $REDIS_NODES; do
  until sees "$base" "$node"; do
    tries=$((tries + 1))
    [ "$tries" -le 30 ] || { echo "$base does not see $node" >&2 && exit 1; }
    sleep 1
  done
done

# A master whose disk was lost and that was back at once, as somebody else, is never seen to fail: nobody asks for who has no address any
# more. So its replica is told to take over.
take_over() {
  ask "$base" CLUSTER NODES | awk '
    $3 ~ /master/ && $3 ~ /noaddr/ && NF > 8 { lost[$1] = 1 }
    $3 ~ /slave/ && $3 !~ /fail|noaddr/ { at[$4] = $2 }
    END { for (id in lost) if (id in at) { sub(/:[0-9]+@.*/, "", at[id]); print at[id] } }' | while read -r replica; do
    echo "$replica takes over from a master that is no more"
    ask "$replica" CLUSTER FAILOVER TAKEOVER >/dev/null
  done
}

[ -z "$introduced" ] || sleep 2
take_over
sleep 1

# Whose disk was lost has come back as a master of nothing (eight words), as it says itself: it replicates a master without replicas.
for node in $REDIS_NODES; do
  ask "$node" CLUSTER NODES | awk '$3 ~ /myself,master/ && NF == 8 { idle = 1 } END { exit !idle }' || continue
  lonely=$(ask "$base" CLUSTER NODES | awk '
    $3 ~ /master/ && $3 !~ /fail|noaddr/ && NF > 8 { masters[$1] = 1 }
    $3 ~ /slave/ && $3 !~ /fail|noaddr/ { replicas[$4] = 1 }
    END { for (m in masters) if (!(m in replicas)) { print m; exit } }')
  if [ -n "$lonely" ]; then
    tries=0
    # Until gossip has told it of its master.
    until [ "$(ask "$node" CLUSTER REPLICATE "$lonely")" = OK ]; do
      tries=$((tries + 1))
      [ "$tries" -le 20 ] || { echo "$node cannot replicate $lonely" >&2 && exit 1; }
      sleep 1
    done
    echo "$node replicates $lonely"
    sleep 2
  fi
done

# Who was somebody else before: its former self has no slots left and no address, or its name is another's now.
for node in $REDIS_NODES; do
  ask "$node" CLUSTER NODES | awk '
    { host = $2; sub(/^[^,]*,?/, "", host); hosts[$1] = host }
    $3 !~ /fail|noaddr|handshake/ { alive[host] = 1 }
    $3 ~ /fail|noaddr/ && $3 !~ /myself|handshake/ && NF == 8 { gone[$1] = $3 }
    END { for (id in gone) if (gone[id] ~ /noaddr/ || hosts[id] in alive) print id }' | while read -r id; do
    echo "$node forgets $id"
    ask "$node" CLUSTER FORGET "$id" >/dev/null
  done
done

# To the others gossip tells the new addresses of those whom they miss, after the node timeout.
all_seen_by() {
  ask "$1" CLUSTER NODES | awk -v total="$total" '$3 !~ /fail|handshake|noaddr/ && ($8 == "connected" || $3 ~ /myself/) { seen++ } END { exit seen < total }'
}

serves_all() {
  ask "$1" CLUSTER INFO | awk -F: '/^cluster_state:ok/ { ok++ } /^cluster_slots_ok:16384/ { ok++ } END { exit ok != 2 }'
}

for node in $REDIS_NODES; do
  tries=0
  until all_seen_by "$node" && serves_all "$node"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 60 ]; then
      echo "the cluster is not well:" >&2
      ask "$node" CLUSTER NODES >&2
      exit 1
    fi
    sleep 1
  done
done
echo "the cluster is well"
