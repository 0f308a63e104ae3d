# docker build --tag placet .
#
# Runs as nobody in particular, with a root file system that may be read-only: it writes to /var/lib/placet (the
# SQLite file, when there is one) and /tmp alone. Settings come from the environment and from files in
# /run/secrets; the policy is expected at /etc/placet/policy.yml. See docs/deployment.md.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN sh deploy/install.sh /opt/placet

FROM python:3.11-slim-bookworm
# What installs packages has no business beside a service.
RUN python -m pip uninstall --yes pip setuptools wheel \
 && groupadd --gid 10001 placet \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/placet --shell /usr/sbin/nologin placet \
 && install --directory --owner=placet --group=placet --mode=0700 /var/lib/placet \
 && install --directory --mode=0755 /etc/placet
COPY --from=build /opt/placet /opt/placet
COPY deploy/healthcheck.py /opt/placet/healthcheck.py
ENV PATH=/opt/placet/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PLACET_HOST=0.0.0.0 \
    PLACET_PORT=8080 \
    PLACET_POLICY=/etc/placet/policy.yml \
    PLACET_LOG_FORMAT=json
USER 10001:10001
WORKDIR /var/lib/placet
VOLUME /var/lib/placet
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "/opt/placet/healthcheck.py"]
ENTRYPOINT ["placet"]
CMD ["serve"]
