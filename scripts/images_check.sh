#!/usr/bin/env bash
# Builds every image with podman, starts each read-only and as nobody in particular, then runs the whole system twice, by
# compose and by the rendered manifests, and asks the golden question through Envoy. Needs root, podman, runc, netavark,
# aardvark-dns, iptables, catatonit and, where no registry is reached, debootstrap.
#
#   scripts/images_check.sh                          everything
#   scripts/images_check.sh images|compose|kube      one part; compose and kube take the images that are there
#
# HSC_IMAGES_HOME   where bases and layers are kept (default: a temporary folder, removed at the end)
# HSC_IMAGES_PULL   1 takes the published bases instead of stand-ins made from Debian's packages
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=(images compose kube)
home="${HSC_IMAGES_HOME:-}"
temporary=""
[[ -n "$home" ]] || temporary=1 home="$(mktemp -d)"
mkdir -p "$home"

export CONTAINERS_CONF="$home/containers.conf" CONTAINERS_STORAGE_CONF="$home/storage.conf"
cat > "$CONTAINERS_CONF" <<CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=1000:1000"]
cgroups = "enabled"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
CONF
cat > "$CONTAINERS_STORAGE_CONF" <<CONF
[storage]
driver = "overlay"
runroot = "$home/run"
graphroot = "$home/layers"
CONF

tag=check
services=(catalog prediction answer ingest wsbridge)
images=("${services[@]}" web envoy tools)
project=hsc-images-check
# Beside the original: its paths are told from there.
compose_file=compose/.images-check.yaml
port="$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
export HSC_ADDRESS="127.0.0.1:$port"

say() { echo "images-check: $*"; }
fail() { echo "images-check: $*" >&2; exit 1; }
start() { podman run --rm --read-only --tmpfs /tmp --user 65532:65532 --cap-drop ALL --security-opt no-new-privileges --network none "$@" 2>&1; }
until_true() { # until_true SECONDS WHAT COMMAND…
  local deadline=$((SECONDS + $1)) what="$2"
  shift 2
  until "$@" > /dev/null 2>&1; do
    [[ $SECONDS -lt $deadline ]] || fail "$what took too long"
    sleep 1
  done
}

# The core: services of no profile, each after those it depends on.
ORDER_OF_COMPOSE='
import graphlib, sys
from ruamel.yaml import YAML
services = YAML(typ="safe", pure=True).load(open(sys.argv[1]))["services"]
core = {name: each.get("depends_on", {}).keys() for name, each in services.items() if not each.get("profiles")}
print(*graphlib.TopologicalSorter(core).static_order())
'

clean() {
  local status=$?
  [[ $status -eq 0 ]] || podman ps --all --filter "name=$project" --format '{{.Names}}: {{.Status}}' >&2 || true
  if [[ $status -ne 0 ]]; then
    # Envoy writes its log every ten seconds.
    sleep 11
    for name in $(podman ps --all --filter "name=$project" --format '{{.Names}}' | grep -v -- -infra); do
      echo "--- $name" >&2
      podman logs --tail 8 "$name" >&2 || true
    done
  fi
  take_away > /dev/null 2>&1 || true
  rm -f "$compose_file"
  [[ -z "$temporary" ]] || rm -rf "$home"
}
take_away() {
  podman pod ls --filter "name=$project" --quiet | xargs --no-run-if-empty podman pod rm --force --time 5
  podman ps --all --filter "name=$project" --quiet | xargs --no-run-if-empty podman rm --force --time 5
  podman volume ls --filter "name=$project" --quiet | xargs --no-run-if-empty podman volume rm --force
  podman secret ls --filter "name=hsc-jit-secrets" --quiet | xargs --no-run-if-empty podman secret rm
  podman network ls --filter "name=$project" --quiet | xargs --no-run-if-empty podman network rm --force
}
trap clean EXIT

build_images() {
  [[ -n "${HSC_IMAGES_PULL:-}" ]] || scripts/images_bases.sh "$home"
  local mounts=()
  for file in /etc/ssl/certs /etc/pip.conf; do
    [[ -n "${HSC_IMAGES_PULL:-}" || ! -e "$file" ]] || mounts+=(-v "$file:$file:ro")
  done
  local labels=(--build-arg "REVISION=$(git rev-parse HEAD 2> /dev/null || echo unknown)")
  for image in "${images[@]}"; do
    local file=Dockerfile
    case "$image" in
      web) file=web/Dockerfile ;;
      envoy) file=gateway/envoy/Dockerfile ;;
      tools) file=cli/Dockerfile ;;
    esac
    podman build --quiet --format docker --network host --isolation chroot "${mounts[@]}" "${labels[@]}" \
      --build-arg "SERVICE=$image" --file "$file" --tag "localhost/hsc-jit/$image:$tag" . > /dev/null
    say "$image: built, $(podman image inspect "localhost/hsc-jit/$image:$tag" --format '{{.Size}}' | numfmt --to=si)B"
  done
}

check_images() {
  for image in "${images[@]}"; do
    local name="localhost/hsc-jit/$image:$tag" status=0 said
    [[ "$(podman image inspect "$name" --format '{{.Config.User}}')" == 65532:65532 ]] || fail "$image runs as somebody else"
    for label in title licenses version revision; do
      [[ -n "$(podman image inspect "$name" --format "{{index .Labels \"org.opencontainers.image.$label\"}}")" ]] || fail "$image has no label $label"
    done
    case "$image" in
      envoy) start "$name" --mode validate --log-level error --config-path /etc/envoy/envoy.yaml || fail "envoy does not take its configuration" ;;
      tools) start "$name" --version > /dev/null || fail "hsc does not start" ;;
      web) start "$name" -t -q || fail "web does not take its configuration" ;;
      *)
        # It gets as far as its settings, and says in a line each which are wrong.
        said="$(start --env PORT=none "$name")" || status=$?
        { [[ $status -eq 2 && "$said" == *"setting PORT"* ]] && ! grep --quiet --invert-match '^setting ' <<< "$said"; } || fail "$image ended with $status: $said"
        ;;
    esac
    # Nothing of the machine that built it.
    [[ "$image" == envoy || "$image" == web ]] || start --entrypoint /app/bin/python "$name" -c \
      'import pathlib, sys; sys.exit(any(map(pathlib.Path.exists, map(pathlib.Path, ("/src", "/tools", "/part")))))' || fail "$image keeps what built it"
  done
  start --entrypoint /app/bin/python "localhost/hsc-jit/ingest:$tag" -c 'import hsc_ingest.worker' || fail "the worker cannot start"
  check_edge
  say "each starts read-only, as nobody in particular"
}

# What the bridge's image writes where callers are asked, Envoy takes.
check_edge() {
  local written="$home/edge"
  mkdir -p "$written"
  printf 'shop %s\n' "$(head -c 24 /dev/urandom | base64 | tr -d '+/=' | head -c 32)" > "$written/keys"
  chmod -R a+rwX "$written"
  rm -f "$written/envoy.yaml"
  start --volume "$written:/edge" --env HSC_API_KEYS_FILE=/edge/keys --entrypoint /app/bin/python "localhost/hsc-jit/wsbridge:$tag" \
    -m hsc_wsbridge.edge /app/share/hsc/envoy.yaml /edge/envoy.yaml || fail "the bridge's image cannot write Envoy's file"
  grep --quiet api_key_auth "$written/envoy.yaml" || fail "the file that was written asks nobody"
  start --volume "$written:/edge:ro" "localhost/hsc-jit/envoy:$tag" --mode validate --log-level error --config-path /edge/envoy.yaml ||
    fail "envoy does not take the file that asks callers"
}

# The samples' manuals are served by the page's server; whoever reads them is not who built them.
make_samples() {
  [[ -d "$home/samples" ]] || python -m hsc_samples build --base-url http://envoy:8000/samples "$home/samples" > /dev/null
  chmod -R a+rX "$home/samples"
}

golden() {
  until_true 120 "$1: the gateway's readiness" curl --fail --silent "http://$HSC_ADDRESS/ready"
  hsc import "$home/samples/catalogs" > "$home/import.log" 2>&1 || fail "$1: the samples are not imported: $(cat "$home/import.log")"
  hsc doctor --golden
  say "$1: the golden question is answered"
}

check_compose() {
  make_samples
  python -c 'import runpy; print(runpy.run_path("scripts/environment.py")["made"]())' > "$home/compose.env"
  {
    echo "HSC_PORT=$port"
    echo "HSC_VERSION=$tag"
    echo "HSC_SAMPLES=$home/samples"
  } >> "$home/compose.env"
  chmod 0600 "$home/compose.env"
  HSC_ADMIN_TOKEN="$(sed -n 's/^HSC_ADMIN_TOKEN=//p' "$home/compose.env")"
  export HSC_ADMIN_TOKEN
  # What an older podman does not know, or this machine does not grant, is left out.
  cp compose/compose.yaml "$compose_file"
  podman create --help | grep --quiet -- --health-startup-interval || sed -i '/^ *start_interval:/d' "$compose_file"
  [[ "$(ulimit -Hn)" == unlimited || "$(ulimit -Hn)" -ge 65536 ]] || sed -i '/^ *ulimits:/d' "$compose_file"
  local compose=(uv tool run --quiet --from podman-compose==1.6.0 podman-compose --in-pod false
    --env-file "$home/compose.env" --file "$compose_file" --project-name "$project")
  export HSC_PORT="$port" HSC_VERSION="$tag" HSC_SAMPLES="$home/samples"
  # By hand in the order that compose is told, each once those before it are healthy: where systemd keeps no timers podman
  # does not ask for anybody's health, and an older one cannot wait for it.
  local service container
  for service in $(python -c "$ORDER_OF_COMPOSE" "$compose_file"); do
    "${compose[@]}" up --detach --no-build --no-deps "$service" >> "$home/compose.log" 2>&1 || fail "$service does not come up: $(tail -n 5 "$home/compose.log")"
    container="${project}_${service}_1"
    [[ "$(podman inspect "$container" --format '{{.HostConfig.ReadonlyRootfs}}')" == true ]] || fail "$service can write to its root"
    [[ "$(podman inspect "$container" --format '{{.Config.User}}')" =~ ^(65532:65532|postgres|redis)$ ]] || fail "$service runs as somebody else"
    if [[ "$service" == settings || "$service" == edge ]]; then
      [[ "$(podman wait "$container")" == 0 ]] || fail "$service is not content: $(podman logs "$container" 2>&1)"
    elif [[ "$(podman inspect "$container" --format '{{.Config.Healthcheck}}')" != "<nil>" ]]; then
      until_true 90 "compose: the health of $service" podman healthcheck run "$container"
    fi
    say "compose: $service is up"
  done
  golden compose
  take_away > /dev/null 2>&1
}

check_kube() {
  make_samples
  podman network create "$project" > /dev/null
  python scripts/images_kube.py --images "$tag" --project "$project" --port "$port" --samples "$home/samples" --out "$home/kube"
  HSC_ADMIN_TOKEN="$(cat "$home/kube/admin-token")"
  export HSC_ADMIN_TOKEN
  # One after the other, each found under its own name as by its Service.
  local name
  for name in $(cat "$home/kube/order"); do
    podman kube play --network "$project:alias=$name" "$home/kube/$name.yaml" > "$home/kube.log" 2>&1 ||
      fail "$name is not played ($?): $(tail -n 5 "$home/kube.log")"
    local container="$project-$name-$name"
    [[ "$(podman inspect "$container" --format '{{.HostConfig.ReadonlyRootfs}}')" == true ]] || fail "$name can write to its root"
    if [[ "$(podman inspect "$container" --format '{{.Config.Healthcheck}}')" != "<nil>" ]]; then
      until_true 120 "kube: the health of $name" podman healthcheck run "$container"
    fi
    say "kube: $name is up"
  done
  golden kube
  take_away > /dev/null 2>&1
}

take_away > /dev/null 2>&1 || true
for part in "${parts[@]}"; do
  case "$part" in
    images) build_images; check_images ;;
    compose) check_compose ;;
    kube) check_kube ;;
    *) fail "there is no part $part" ;;
  esac
done
