# MStore Counter: the server with the built web app.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# The lockfile first: dependencies are installed again only when it changes.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/server ./server
# What browser and server share; the rest of src/ is in dist/.
COPY --from=build /app/src/contract ./src/contract
COPY --from=build /app/src/domain ./src/domain
RUN mkdir /data && chown node: /data
USER node
ENV DATA_DIR=/data PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself as the first process: it gets SIGTERM and drains.
CMD ["node", "server/main.ts"]
