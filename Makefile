.PHONY: help build test race lint fmt demo nightly fuzz volume readers bench bench-full bench-kitsu bench-go cross clean
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## the binary, into dist/
	go build -trimpath -o dist/turnover ./cmd/turnover

test: ## all tests; PostgreSQL and Python readers are used where they are
	go test ./...

race: ## all tests with the race detector
	go test -race ./...

lint: ## formatting, vet and golangci-lint where it is installed
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run make fmt"; exit 1; }
	go vet ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else echo "golangci-lint is not installed: skipped"; fi

fmt: ## format the code
	gofmt -w .

demo: ## the main job on the bundled example, in ./turnover-demo
	go run ./cmd/turnover demo

BENCH ?=
bench: ## turnover beside its peers, small sizes: docs/benchmarks.md
	go run ./cmd/bench -page docs/benchmarks.md $(BENCH)

bench-full: ## the same with all sizes
	go run ./cmd/bench -classes small,full -page docs/benchmarks.md $(BENCH)

BEFORE ?= HEAD
bench-go: ## Go benchmarks of the hot code, of the commit BEFORE and of what is here, compared by benchstat
	.ci/benchstat $(BEFORE)

cross: ## builds for Windows and macOS
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 go build -o /dev/null ./cmd/turnover
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go build -o /dev/null ./cmd/turnover

FUZZTIME ?= 10m
nightly: ## what takes long: fuzzing of every parser, many kills, many files, Spark, a million time sheets, the race detector
	TURNOVER_KILLS=200 go test -count=1 -timeout 90m ./cmd/turnover -run 'Kill|AtOnce|FullDisk|Restarts'
	TURNOVER_SCALE=1000 go test -count=1 -timeout 60m ./cmd/turnover -run 'TestServiceScale' -v
	.ci/spark
	$(MAKE) volume
	$(MAKE) fuzz FUZZTIME=$(FUZZTIME)
	go test -race -timeout 60m ./...

fuzz: ## every fuzz target for FUZZTIME each
	.ci/fuzz $(FUZZTIME)

VOLUME ?= 1000000
volume: ## time and peak memory of publishing and reporting VOLUME time sheets; beside DuckDB's where TURNOVER_PYTHON has it
	TURNOVER_VOLUME=$(VOLUME) go test -count=1 -timeout 120m ./cmd/turnover -run TestVolume -v

readers: ## docs/readers.md: what other readers make of the corpus, beside ours
	go test ./cmd/turnover -count=1 -run TestReadersPage -update

clean: ## remove what was built
	rm -rf dist turnover-demo
