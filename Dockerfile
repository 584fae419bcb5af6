# The image of every service: code server, web servers, daemon, runs and the command line. See deploy/README.md.
#
#   docker build --tag kwaliteitsmonitor:0.1.0 .
#
# It holds the code and its libraries at the versions of deploy/docker/requirements.lock, by their hashes, and no secret.

FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/kwaliteitsmonitor
COPY deploy/docker/requirements.lock /build/requirements.lock
RUN /opt/kwaliteitsmonitor/bin/pip install --no-deps --require-hashes --only-binary :all: -r /build/requirements.lock
# What builds the package is named by its hash as well, and is not in the image that runs.
COPY deploy/docker/build.lock /build/build.lock
RUN python -m venv /build/venv \
 && /build/venv/bin/pip install --no-deps --require-hashes --only-binary :all: -r /build/build.lock
COPY pyproject.toml README.md dagster.yaml /build/source/
COPY pipelines /build/source/pipelines
COPY assets /build/source/assets
COPY kwaliteitsmonitor /build/source/kwaliteitsmonitor
COPY schemas /build/source/schemas
COPY institutions /build/source/institutions
RUN /build/venv/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /build/wheel /build/source \
 && /opt/kwaliteitsmonitor/bin/pip install --no-deps --no-index /build/wheel/*.whl \
 && /opt/kwaliteitsmonitor/bin/pip uninstall --yes pip setuptools \
 && /opt/kwaliteitsmonitor/bin/python -m compileall -q -x "olefile2[.]py$" /opt/kwaliteitsmonitor/lib

FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="kwaliteitsmonitor" \
      org.opencontainers.image.description="Validates a university's deliveries and publishes its indicators and spending"

# Fonts for the charts and the PDF; certificates for sources and mail. No compiler, no shell tools beyond the base.
# Debian keeps one version of a package: naming it would break the build at each of its mendings.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 kwaliteitsmonitor \
 && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin kwaliteitsmonitor \
 && install -d -o 10001 -g 10001 -m 700 /workspace /dagster /backup /spill

COPY --from=build /opt/kwaliteitsmonitor /opt/kwaliteitsmonitor
COPY deploy/docker/start.py deploy/docker/healthy.py /opt/kwaliteitsmonitor/share/
COPY dagster.yaml deploy/docker/storage.yaml deploy/docker/workspace.yaml /opt/kwaliteitsmonitor/share/

ENV PATH=/opt/kwaliteitsmonitor/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DAGSTER_HOME=/dagster DAGSTER_DISABLE_TELEMETRY=1 \
    KWALITEITSMONITOR_OUT=/workspace TMPDIR=/spill

USER 10001:10001
WORKDIR /workspace
VOLUME ["/workspace", "/dagster", "/spill"]
EXPOSE 3000 4200

# What is healthy differs by service: a web server answers, a code server has loaded, the daemon has a fresh heartbeat.
HEALTHCHECK --interval=30s --timeout=20s --start-period=120s --retries=3 \
  CMD ["python", "/opt/kwaliteitsmonitor/share/healthy.py"]
# It takes secrets from files, sets up DAGSTER_HOME, and becomes the command.
ENTRYPOINT ["python", "/opt/kwaliteitsmonitor/share/start.py"]
CMD ["dagster", "code-server", "start", "-m", "pipelines.definitions", "--host", "0.0.0.0", "--port", "4200"]
