# Any Python from 3.9 on starts these; the environments they need are made on first use.
PYTHON ?= python3
IN_ENVIRONMENT = $(PYTHON) dev/environments.py

.PHONY: serve demo check test bench screenshots package manifest format lock clean

serve:  ## the local SOAR's page, with the simulator, or with your server if SERVE_URL=https://... is set
	@$(IN_ENVIRONMENT) -m dev.soar serve

demo:  ## six stories against the simulator and the local SOAR, through the app's real entry point
	@$(IN_ENVIRONMENT) -m dev.demo

check:  ## format, lint, types, Splunk's hooks and the tests that your uncommitted changes can touch
	@$(PYTHON) -m dev.check --changed

test:  ## format, lint, types, Splunk's hooks and all tests, or one file or test with ARGS=tests/test_check.py
	@$(PYTHON) -m dev.check $(ARGS)

bench:  ## speed and memory next to the minimum that the same work takes
	@$(IN_ENVIRONMENT) -m dev.bench

screenshots:  ## every widget as headless Chromium draws it; the README and the guides show some
	@$(IN_ENVIRONMENT) -m dev.screenshots

package:  ## the installable dist/*.tgz, built and verified
	@$(IN_ENVIRONMENT) -m dev.package

manifest:  ## tanium_tr.json, README.md, docs/permissions.md and docs/actions.md from the actions' declarations
	@$(IN_ENVIRONMENT) -m dev.manifest

format:  ## Python, Markdown and the widgets' template
	@$(IN_ENVIRONMENT) -m dev.hooks

lock:  ## dev/requirements.txt from dev/requirements.in (needs uv)
	@uv pip compile --quiet --universal --python-version 3.9 --generate-hashes --custom-compile-command "make lock" \
		dev/requirements.in --output-file dev/requirements.txt

clean:
	@rm -rf .venvs dist build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
