#!/usr/bin/env bash
# Puts this run's images into a cluster one Deployment after the other, asks the golden question, and on any failure
# takes back what it changed and nothing else.
#
#   scripts/roll_out.sh FOLDER     files digest-NAME, each with the digest of REGISTRY/NAME, at any depth
#
# KUBECONFIG_DATA   the cluster's kubeconfig (absent: the machine's own)
# HSC_ADDRESS       the gateway, for the golden question
# REGISTRY          where the images are
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
folder="$1"
: "${REGISTRY:?where the images are}" "${HSC_ADDRESS:?the gateway of this cluster}"
namespace=hsc-jit
changed=()
rest="$(mktemp -d)"

if [[ -n "${KUBECONFIG_DATA:-}" ]]; then
  export KUBECONFIG="$rest/kubeconfig"
  (umask 077 && printf '%s' "$KUBECONFIG_DATA" > "$KUBECONFIG")
fi

go_back() {
  local status=$?
  if [[ $status -ne 0 && ${#changed[@]} -gt 0 ]]; then
    for deployment in "${changed[@]}"; do
      # To the very image that stood there: a revision may have been made by somebody else meanwhile.
      mapfile -t before < "$rest/before-$deployment"
      kubectl set image "deployment/$deployment" "${before[@]}" --namespace "$namespace" || true
    done
    for deployment in "${changed[@]}"; do
      kubectl rollout status "deployment/$deployment" --namespace "$namespace" --timeout 180s || true
    done
    echo "roll-out: taken back: ${changed[*]}" >&2
  fi
  rm -rf "$rest"
}
trap go_back EXIT

digest_of() {
  local file digest
  file="$(find "$folder" -type f -name "digest-$1" | head -n 1)"
  [[ -n "$file" ]] || { echo "roll-out: no digest of $1" >&2; exit 1; }
  digest="$(cat "$file")"
  [[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "roll-out: $1 has no digest but '$digest'" >&2; exit 1; }
  echo "$digest"
}
image_in() { # image_in DEPLOYMENT KIND CONTAINER
  kubectl get deployment "$1" --namespace "$namespace" --output "jsonpath={.spec.template.spec.$2[?(@.name=='$3')].image}"
}

# What is called goes before who calls.
for deployment in catalog ingest worker prediction answer wsbridge web envoy; do
  name="$deployment"
  [[ "$deployment" != worker ]] || name=ingest
  digest="$(digest_of "$name")"
  images=("$deployment=$REGISTRY/$name@$digest")
  stands="$(image_in "$deployment" containers "$deployment")"
  before=("$deployment=$stands")
  # Where callers are asked, the bridge's image writes Envoy's file.
  if [[ "$deployment" == envoy ]] && stands="$(image_in envoy initContainers edge)" && [[ -n "$stands" ]]; then
    digest="$(digest_of wsbridge)"
    images+=("edge=$REGISTRY/wsbridge@$digest")
    before+=("edge=$stands")
  fi
  [[ "${before[*]}" != "${images[*]}" ]] || continue
  printf '%s\n' "${before[@]}" > "$rest/before-$deployment"
  changed+=("$deployment")
  kubectl set image "deployment/$deployment" "${images[@]}" --namespace "$namespace"
  kubectl rollout status "deployment/$deployment" --namespace "$namespace" --timeout 180s
done
hsc doctor --golden
# The night's backup, where there is one: nobody waits for it, so it follows what has proven itself.
if kubectl get cronjob backup --namespace "$namespace" > /dev/null 2>&1; then
  digest="$(digest_of tools)"
  kubectl set image cronjob/backup "backup=$REGISTRY/tools@$digest" --namespace "$namespace"
fi
echo "roll-out: ${changed[*]:-nothing} changed, the golden question is answered"
