# One image for every process of the service; which one it is, is the command's choice (see docker-compose.yml).
FROM node:24.21.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# What runs needs no install script: whatever a package brings is in the lock, with its digest.
# The Node that the lock brings is for machines without one.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24.21.0-slim AS base
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json config.ts ./
# A simulated WeChat obeys whoever reaches it: it has an image of its own, and the service's has nothing of it.
FROM base AS simulator
COPY simulator ./simulator
USER node
CMD ["node", "simulator/main.ts"]

FROM base AS service
COPY main.ts ./
COPY connections ./connections
COPY ingress ./ingress
COPY models ./models
COPY operations ./operations
COPY wechat ./wechat
COPY workers ./workers
# The operator's pages show it.
COPY docs/runbook.md docs/runbook.zh-CN.md ./docs/
# Root owns the code and `node` runs it: the process cannot change what it executes.
USER node
# The ingress's admin listener. A container of workers says in its own healthcheck where to ask.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.ADMIN_PORT || 8082) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./operations/end-signals.ts", "ingress/main.ts"]
