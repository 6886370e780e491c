FROM golang:1.26-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN make fonts build

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data sluice \
 && install -d -o sluice -g sluice /data
COPY --from=build /src/bin/sluice /usr/local/bin/sluice
USER sluice
ENV SLUICE_DIR=/data
VOLUME /data
ENTRYPOINT ["sluice"]
