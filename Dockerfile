# One image for every part: web, work, clock and migrate are commands of the same program. PostgreSQL and Redis are
# elsewhere (DATABASE_URL, REDIS_URL): no server and no sandbox enters it.
FROM python:3.13-slim AS packages
COPY requirements/run.txt /tmp/run.txt
RUN python -m venv /opt/loonbrug \
 && /opt/loonbrug/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check \
      --require-hashes --no-deps --only-binary :all: --requirement /tmp/run.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin loonbrug
COPY --from=packages /opt/loonbrug /opt/loonbrug
COPY connectors /app/connectors
COPY docs/ops/runbooks /app/docs/ops/runbooks
COPY domain /app/domain
COPY mappings /app/mappings
COPY sync /app/sync
COPY web /app/web
COPY words /app/words
COPY workers /app/workers
COPY pyproject.toml LICENSE NOTICE /app/
RUN /opt/loonbrug/bin/python -m compileall -q /app
ENV PATH=/opt/loonbrug/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    LOONBRUG_HTTP=0.0.0.0:8080
WORKDIR /tmp
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["python", "-m", "workers"]
CMD ["web"]
