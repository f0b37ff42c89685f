# The page in a container: CPU only, not as root, the library on a volume.
# The steps are those of `make serve`; make carries them out.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends make \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 listener \
 && mkdir /app /library \
 && chown listener /app /library

USER listener
WORKDIR /app

# pip's own settings, for instance an index that holds CPU builds of torch.
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1

COPY --chown=listener . .
RUN PIP_EXTRA_INDEX_URL="${PIP_EXTRA_INDEX_URL}" make venv

ENV PATH="/app/.venv/bin:${PATH}" \
    MLV_LIBRARY=/library \
    MLV_HOST=0.0.0.0 \
    MLV_PORT=8050
VOLUME /library
EXPOSE 8050
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8050/healthz', timeout=4)"]

# Starts gunicorn: one process, threads (docs/adr/0008-one-process-gthread.md).
CMD ["musiclatentvis", "serve"]
