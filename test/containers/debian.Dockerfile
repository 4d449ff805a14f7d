# The images that the Dockerfile and docker-compose.yml name, for a machine that reaches package registries and no image registry:
# their programs from Debian, PyPI and npm, laid out as in those. The context is put together by debian-images.ts.
FROM scratch AS debian
ADD base.tar /
# A network may have a certificate of its own.
COPY ca-certificates.crt /etc/ssl/certs/
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["bash"]

FROM debian AS node
COPY --chmod=755 node /usr/local/bin/
ADD npm.tgz /usr/local/lib/node_modules/
RUN mv /usr/local/lib/node_modules/package /usr/local/lib/node_modules/npm \
  && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && useradd --uid 1000 --user-group --create-home node
CMD ["node"]

FROM debian AS redis
RUN apt-get update \
  && apt-get install --yes --no-install-recommends redis-server \
  && install --directory --owner=redis --group=redis /data
# Docker's Redis has no protected mode: its network is the container's.
RUN printf '%s\n' '#!/bin/sh' 'shift' 'exec redis-server --protected-mode no "$@"' > /usr/local/bin/entrypoint \
  && chmod 755 /usr/local/bin/entrypoint
USER redis
WORKDIR /data
VOLUME /data
ENTRYPOINT ["entrypoint"]
CMD ["redis-server"]

FROM node AS mongo
# Its mongod is linked against libcurl.
RUN apt-get update && apt-get install --yes --no-install-recommends libcurl4
RUN npm install --global --ignore-scripts --omit=optional mongosh@2.12.0
COPY --chmod=755 mongod /usr/local/bin/
RUN useradd --system mongodb && install --directory --owner=mongodb /data/db
USER mongodb
VOLUME /data/db
CMD ["mongod"]
