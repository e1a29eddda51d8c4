# The commands of Orbita; docs/running/install.md and CONTRIBUTING.md say more.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; \
	done || true)
LAUNCHER = $(or $(PYTHON),python3) -m orbita.launcher
PYTEST = .venv/bin/python -m pytest
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: run install develop test test-long check bench messages audit lock

run: ## Install what is missing and run the whole product in the foreground
	@exec $(LAUNCHER) run

install: ## Install what `make run` would install
	@exec $(LAUNCHER) install

develop: ## The same, with what tests and checks need
	@$(LAUNCHER) install-dev

test: develop ## All tests; ARGS="…" goes to pytest
	@exec $(PYTEST) -n 2 --dist worksteal -m "not long" $(ARGS)

test-long: develop ## The proofs that take minutes
	@exec $(PYTEST) -m long $(ARGS)

check: develop ## Everything that is checked without running the product
	@exec .venv/bin/python -m orbita.launcher.checks

bench: develop ## Measure, print a table and write bench.json; ARGS="--only imports"
	@exec .venv/bin/python -m benchmarks $(ARGS)

messages: develop ## Bring the translations (.po) to what the code says
	@exec .venv/bin/python -m orbita.launcher.catalogue

audit: develop ## Ask for known holes in the packages; needs the network
	@exec .venv/bin/pip-audit --strict --require-hashes -r requirements.txt

lock: develop ## Write the lock files anew
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-node.in -o requirements-node.txt
