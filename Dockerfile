FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements.lock /build/requirements.lock
RUN python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install --require-hashes --only-binary :all: -r /build/requirements.lock
COPY app /srv/app
RUN /opt/venv/bin/python -m compileall -q /srv/app

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 peerloop \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin peerloop \
 && install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/app /srv/app
COPY alembic.ini pyproject.toml /srv/
COPY alembic /srv/alembic
COPY docs/openapi.json /srv/docs/openapi.json
WORKDIR /srv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PEERLOOP_ENVIRONMENT=production \
    PEERLOOP_HOST=0.0.0.0 \
    PEERLOOP_PORT=8000 \
    PEERLOOP_DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/api/health', timeout=2)"]
CMD ["sh", "-c", "alembic upgrade head && exec python -m app.main"]
