# make serve   the page on http://127.0.0.1:8050 (first start: the demo is imported)
# make test    every test, those in a real browser included
# Others: lint, bench, fuzz, evaluate, demo-audio, pretrained, screenshots, messages, lock, clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

LIBRARY ?= library
HOST ?= 127.0.0.1
PORT ?= 8050
TESTS ?= tests
N ?= 10000
CORPUS := Rendered by tools/render_demo.py (--corpus training --hours 9 --seed 1): written and generated \
  melodies in 24 playing styles, sampled instruments.

.DEFAULT_GOAL := serve
.PHONY: serve test lint bench fuzz evaluate demo-audio pretrained screenshots messages lock venv test-venv bench-venv browser synthesizer clean

serve: venv
	$(BIN)/musiclatentvis serve --library "$(LIBRARY)" --host "$(HOST)" --port "$(PORT)"

test: test-venv browser
	$(BIN)/python -m pytest $(TESTS)

lint: test-venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: bench-venv browser
	$(BIN)/python -m benchmarks

# Damaged files by the thousand, in every format: make fuzz N=10000
fuzz: test-venv
	$(BIN)/python -m tools.fuzz --count $(N)

demo-audio: venv synthesizer
	$(BIN)/python tools/render_demo.py --out data/demo

# Both shipped encoders beside every baseline, on rendered melodies and styles that neither has learned from: any
# melody on any instrument in any key, then each on its own instrument in its own key.
evaluate: evaluate-evaluation evaluate-repertoire
evaluate-%: venv synthesizer
	test -f corpus/$*/metadata.csv || \
	  $(BIN)/python tools/render_demo.py --corpus $* --hours 4 --seed 5 --out corpus/$*
	$(BIN)/musiclatentvis import corpus/$* --metadata corpus/$*/metadata.csv --library corpus/$*-library
	$(BIN)/musiclatentvis encode paper --library corpus/$*-library
	$(BIN)/musiclatentvis encode contrast --library corpus/$*-library
	$(BIN)/musiclatentvis evaluate --library corpus/$*-library --out corpus/$*-report

# The weights that ship with the project, from nine rendered hours that do not: about half an hour.
pretrained: venv synthesizer
	$(BIN)/python tools/render_demo.py --corpus training --hours 9 --seed 1 --out corpus/training
	$(BIN)/musiclatentvis import corpus/training --metadata corpus/training/metadata.csv --library corpus/library
	$(BIN)/musiclatentvis train --recipe paper --library corpus/library --out encoders/pretrained --origin "$(CORPUS)"
	$(BIN)/musiclatentvis train --recipe contrast --library corpus/library --out encoders/pretrained --origin "$(CORPUS)"
	@echo "Delete the old folders there, and put the id of the new default into encoders/pretrained/default."

screenshots: test-venv browser
	$(BIN)/python -m tools.screenshots

# Brings language/zh.po in step with the texts of the code.
messages: test-venv
	$(BIN)/python -m tools.messages

lock: test-venv bench-venv
	$(BIN)/python -m tools.lock

venv: $(VENV)/serve.stamp
test-venv: $(VENV)/test.stamp
bench-venv: $(VENV)/bench.stamp

# The environment follows constraints.txt and setup.cfg and nothing else; each stamp
# remembers when its part was last installed.
$(VENV)/serve.stamp: constraints.txt setup.cfg | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/test.stamp $(VENV)/bench.stamp: $(VENV)/%.stamp: constraints.txt setup.cfg | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable ".[$*]"
	@touch $@

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3.11" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

browser synthesizer:
	@tools/install_debian.sh $@

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
