# One image for each Python service: docker build --build-arg SERVICE=catalog|prediction|answer|ingest|wsbridge .
# The worker is ingest's image with another entry point: /app/bin/python -m hsc_ingest.worker
# With an extra that has a lock of its own: docker build --build-arg SERVICE=answer --build-arg EXTRAS=embedding .
ARG PYTHON_IMAGE=docker.io/library/python:3.11-slim-bookworm

# What the service needs: its part of the lock, and our own packages as wheels.
FROM ${PYTHON_IMAGE} AS parts
ARG SERVICE
ARG EXTRAS=""
WORKDIR /src
COPY compose/build.lock compose/build.lock
RUN python3 -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r compose/build.lock
ENV PATH=/tools/bin:${PATH}
COPY pyproject.toml requirements.lock ./
COPY cli cli
COPY compose compose
COPY gateway gateway
COPY libs libs
COPY services services
RUN set -eu; folder="$(find "$PWD/services" "$PWD/gateway" -maxdepth 1 -name "${SERVICE:?catalog, prediction, answer, ingest or wsbridge}")" \
 && lock="${EXTRAS:+${folder}/requirements-${EXTRAS}.lock}" \
 && mkdir /part \
 && cp "${lock:-requirements.lock}" /part/all.lock \
 && uv pip compile --quiet --no-cache --no-header --no-annotate ${EXTRAS:+--extra "${EXTRAS}"} -c /part/all.lock -o /tmp/all.txt "${folder}/pyproject.toml" \
 && grep --invert-match '^-e' /tmp/all.txt > /part/third-party.txt \
 && for package in $(sed -n 's|^-e file://||p' /tmp/all.txt) "${folder}"; do env --chdir="${package}" hatchling build --target wheel --directory /part/wheels || exit 1; done

# Of its own, so that a change of our code does not install everything anew.
FROM ${PYTHON_IMAGE} AS app
ARG SERVICE
COPY --from=parts /tools /tools
COPY --from=parts /part/third-party.txt /part/all.lock /part/
ENV PATH=/tools/bin:${PATH} UV_LINK_MODE=copy
# The hashes are the lock's: what it does not know, or knows with another hash, ends the build.
RUN uv venv --quiet --python "$(command -v python3)" /app \
 && uv pip install --quiet --no-cache --compile-bytecode --python /app/bin/python --no-deps --require-hashes \
      -c /part/all.lock -r /part/third-party.txt
COPY --from=parts /part/wheels /part/wheels
RUN uv pip install --quiet --no-cache --compile-bytecode --python /app/bin/python --no-deps --no-index /part/wheels/*.whl \
 && printf '#!/app/bin/python\nfrom hsc_%s.main import main\n\nmain()\n' "${SERVICE}" > /app/bin/serve \
 && chmod 0755 /app/bin/serve \
 && mkdir /blobs /edge
COPY --chmod=0755 compose/healthy.py /app/bin/healthy

FROM ${PYTHON_IMAGE}
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="hsc-jit ${SERVICE}" \
      org.opencontainers.image.description="The ${SERVICE} service of HSC-JIT" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=app /app /app
# Where a volume for BLOB_URL=file:///blobs goes: a new one takes its owner from here.
COPY --from=app --chown=65532:65532 /blobs /blobs
# Where Envoy's configuration is written for it (hsc_wsbridge.edge).
COPY --from=app --chown=65532:65532 /edge /edge
ENV PATH=/app/bin:${PATH} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
ENTRYPOINT ["/app/bin/serve"]
