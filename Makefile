# slcpi: a BOSH CPI for SoftLayer. `make help` lists the targets.
#   SAN=1   address and undefined-behaviour sanitizers (build/san)
#   CI=1    the same flags; kept for scripts that set it

,        := ,
CC       ?= cc
CLANG    ?= clang
PREFIX   ?= /usr/local
VERSION  := $(shell cat VERSION)

B        := build$(if $(SAN),/san)
WARN     := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
OPT      := $(if $(SAN),-O1 -fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer,-O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
CPPFLAGS += -iquote . -I/usr/include/lua5.4 -D_GNU_SOURCE -DSLCPI_VERSION='"$(VERSION)"'
CFLAGS   += -std=c11 -g $(OPT) $(WARN)
LDFLAGS  += $(if $(SAN),-fsanitize=address$(,)undefined,-Wl$(,)-z$(,)relro$(,)-z$(,)now)
LUA_LIBS := -Wl,--wrap=strbuf_new,--wrap=strbuf_free -l:liblua5.4-cjson.a -l:liblua5.4.a -lm -ldl
LIBS     := $(LUA_LIBS) -lmd -lpthread

CORE     := $(filter-out core/main.c core/bin2c.c,$(wildcard core/*.c))
CORE_O   := $(CORE:%.c=$(B)/%.o)
SIM_O    := $(patsubst %.c,$(B)/%.o,$(wildcard tests/simulator/*.c))
SIM_CORE := $(addprefix $(B)/core/,json.o json_text.o ljson.o ljson_encode.o lsys.o lfiles.o clock.o files.o text.o limits.o rpc.o embed.o)
# Preloaded into slcpi, or loaded, by specs.
LAYERS   := $(patsubst tests/support/%.c,$(B)/%.so,$(wildcard tests/support/*.c))
UNIT     := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*_test.c))
FUZZ     := $(patsubst tests/fuzz/%,build/fuzz/%,$(basename $(wildcard tests/fuzz/*_fuzz.*)))
C_FILES  := $(wildcard core/*.[ch] tests/*.c tests/support/*.c tests/unit/*.[ch] tests/fuzz/*.c tests/simulator/*.[ch])
LUA_SRC  := $(shell find scripts lualib -name '*.lua' ! -path 'lualib/meta/*' 2>/dev/null | LC_ALL=C sort)
# Where Debian has it; it is built in, so that the executable needs nothing beside it.
ARGPARSE ?= /usr/share/lua/5.4/argparse.lua
LUA_SRC  += lualib/argparse.lua=$(ARGPARSE)
SIM_SRC  := $(shell find tests/simulator -name '*.lua' ! -name '*_spec.lua' 2>/dev/null | LC_ALL=C sort)

.PHONY: all help deps demo test crash-test fault-test memory-test bench bench-flood lint format reference fuzz install deb release clean
all: $(B)/slcpi $(B)/slsim $(B)/slcpi-test

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

# --- the machine -------------------------------------------------------------------------------
DEPS := build-essential liblua5.4-dev lua-cjson-dev libcurl4-openssl-dev libmd-dev \
        libedit-dev libmicrohttpd-dev lua-argparse lua-busted libcmocka-dev ca-certificates openssl \
        python3-softlayer tinyproxy-bin debootstrap debhelper lintian ruby zlib1g-dev socat iproute2 \
        openssh-server openssh-client s3cmd python3-swiftclient
LINT_DEPS := lua-check clang-tidy clang-format
ifneq ($(filter lint format,$(MAKECMDGOALS)),)
  DEPS += $(LINT_DEPS)
endif
ifneq ($(filter fuzz,$(MAKECMDGOALS)),)
  DEPS += clang libclang-rt-14-dev
endif

deps: ## installs the Debian packages that are missing (as root), or prints the line that does
	@missing=$$(for p in $(DEPS); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" != 0 ]; then \
	  echo "slcpi needs some packages; as root: apt-get install -y --no-install-recommends" $$missing; exit 1; fi; \
	export DEBIAN_FRONTEND=noninteractive; \
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing; } >build-deps.log 2>&1 \
	  || { cat build-deps.log; exit 1; }; rm -f build-deps.log

# --- objects -----------------------------------------------------------------------------------
$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
-include $(shell find $(B) -name '*.d' -type f 2>/dev/null)

build/bin2c: core/bin2c.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=c11 -O1 $(WARN) -o $@ $<

# The list of names is part of the recipe's input: a removed script leaves the table too.
$(B)/gen/%.names: FORCE
	@mkdir -p $(@D); echo '$($*_SRC)' | cmp -s - $@ || echo '$($*_SRC)' > $@
FORCE:
$(B)/gen/LUA.c: build/bin2c $(filter-out %argparse.lua,$(LUA_SRC)) $(B)/gen/LUA.names
	build/bin2c $(LUA_SRC) > $@
$(B)/gen/SIM.c: build/bin2c $(SIM_SRC) $(B)/gen/SIM.names
	build/bin2c --strip tests/simulator/ $(SIM_SRC) > $@
$(B)/gen/%.o: $(B)/gen/%.c
	$(CC) $(CPPFLAGS) -std=c11 -c -o $@ $<

$(B)/slcpi: $(B)/core/main.o $(CORE_O) $(B)/gen/LUA.o
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/slsim: $(SIM_O) $(SIM_CORE) $(B)/gen/SIM.o
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lmicrohttpd
$(B)/slcpi-test: $(B)/tests/main.o $(CORE_O) $(B)/gen/LUA.o
	$(CC) $(LDFLAGS) -Wl,-E -o $@ $^ -Wl,--whole-archive -l:liblua5.4.a -Wl,--no-whole-archive $(LIBS)
$(LAYERS): $(B)/%.so: tests/support/%.c
	$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -fno-omit-frame-pointer -I/usr/include/lua5.4 -shared -fPIC -o $@ $<
$(B)/unit/%: tests/unit/%.c $(CORE_O) $(B)/gen/LUA.o
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

# --- what people run ---------------------------------------------------------------------------
demo: deps ## a machine's and two disks' whole life against the simulator; VIA="tls proxy iam" goes these ways
	@$(MAKE) --no-print-directory -s -j4 all
	@B=$(B) DEMO_VIA="$(VIA)" tests/demo.sh

test: deps ## all tests; ends with the line "N passed, N failed"
	@$(MAKE) --no-print-directory -s -j4 all $(UNIT) $(LAYERS)
	@B=$(B) tests/run.sh

crash-test: deps ## kill -9 at every API call of every action, then the same request again; CASE=N or ACTION=name for fewer
	@$(MAKE) --no-print-directory -s -j4 all
	@SLCPI_BUILD=$(B) $(B)/slcpi-test tests/crash/main.lua $(if $(CASE),--case=$(CASE),$(ACTION))

# Each seed draws a story of requests and what goes wrong at each; SEED=123 shows one in full.
fault-test: deps ## random fault schedules, SEEDS=500 of them (or FIRST=501, or one with SEED=123)
	@$(MAKE) --no-print-directory -s -j4 all $(LAYERS)
	@SLCPI_BUILD=$(B) SEEDS="$(SEEDS)" FIRST="$(FIRST)" SEED="$(SEED)" $(B)/slcpi-test tests/fault/run.lua

# With sanitizers, which tell crashes and leaks.
memory-test: deps ## one allocation fails, each in turn, in info, has_vm and create_vm; METHOD=has_vm AT=123, SEED=2
	@$(MAKE) --no-print-directory -s -j4 SAN=1 all build/san/failing_malloc.so
	@SLCPI_BUILD=build/san SEED="$(SEED)" build/san/slcpi-test tests/memory/main.lua $(METHOD) $(AT)

bench: deps all ## speed and memory, as ratios to a floor measured in the same run
	@B=$(B) tests/bench/run.sh
	@$(B)/slcpi-test tests/bench/completion.lua

bench-flood: deps all ## a hundred create_vm at once against the API's rate limit: time, calls, refusals
	@B=$(B) tests/bench/flood.sh

lint: deps ## luacheck, clang-tidy, clang-format
	luacheck -q lualib scripts tests examples docs
	clang-format --dry-run -Werror $(C_FILES)
	clang-tidy --quiet --warnings-as-errors='*' $(filter %.c,$(C_FILES)) -- $(CPPFLAGS) -std=c11

format:
	clang-format -i $(C_FILES)

reference: deps ## writes docs/reference.md anew, from the comments in lualib and scripts
	@$(MAKE) --no-print-directory -s $(B)/slcpi-test
	@$(B)/slcpi-test docs/generate/main.lua > $(B)/reference.md && mv $(B)/reference.md docs/reference.md

# A run starts from tests/fuzz/corpus; what it finds stays below build/fuzz. Lua's garbage looks like
# a leak after an input, so leaks are told at the end only.
TIME ?= 60
FUZZ_FLAGS   = -max_total_time=$(TIME) -timeout=20 -rss_limit_mb=2048 -detect_leaks=0 -print_final_stats=1
fuzz: deps ## runs each fuzz target for TIME seconds (60)
	@$(MAKE) --no-print-directory -s $(FUZZ)
	@for f in $(notdir $(FUZZ)); do mkdir -p build/fuzz/$$f.corpus; seeds=tests/fuzz/corpus/$$f; \
	  build/fuzz/$$f $(FUZZ_FLAGS) -artifact_prefix=build/fuzz/$$f. -dict=$$seeds.dict build/fuzz/$$f.corpus $$seeds \
	    || exit 1; done
FUZZ_CC   = @mkdir -p $(@D); $(CLANG) $(CPPFLAGS) -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
              -fno-sanitize-recover=all -o $@ $(filter %.c,$^) $(LIBS)
build/fuzz/%: tests/fuzz/%.c $(CORE) $(B)/gen/LUA.c
	$(FUZZ_CC)
build/fuzz/answer_fuzz: tests/fuzz/answer_fuzz.c $(filter-out core/http.c,$(CORE)) $(B)/gen/LUA.c
	$(FUZZ_CC)
build/fuzz/request_fuzz build/fuzz/state_fuzz: build/fuzz/%: tests/fuzz/lua_target.c tests/simulator/host.c $(CORE) $(B)/gen/LUA.c tests/fuzz/%.lua
	$(FUZZ_CC)
build/fuzz/%: tests/fuzz/lua_target.c tests/simulator/host.c $(CORE) $(B)/gen/SIM.c tests/fuzz/%.lua
	$(FUZZ_CC)

# The executable holds the libraries; the copy is for reading, and for editors.
INSTALL  ?= install
SHARE    := $(DESTDIR)$(PREFIX)/share
install: $(B)/slcpi $(B)/slsim ## slcpi and slsim below $(PREFIX), man pages, completions, the libraries' sources in share/slcpi
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin
	$(INSTALL) -s -m 0755 $(B)/slcpi $(B)/slsim $(DESTDIR)$(PREFIX)/bin
	find lualib -name '*.lua' -exec $(INSTALL) -D -m 0644 {} $(SHARE)/slcpi/{} \;
	cp -rT stemcells $(SHARE)/slcpi/stemcells
	$(INSTALL) -D -m 0644 -t $(SHARE)/man/man1 docs/slcpi.1 docs/slsim.1
	$(INSTALL) -D -m 0644 completions/slcpi.bash $(SHARE)/bash-completion/completions/slcpi
	$(INSTALL) -D -m 0644 completions/slcpi.zsh $(SHARE)/zsh/site-functions/_slcpi
	$(INSTALL) -D -m 0644 completions/slcpi.fish $(SHARE)/fish/vendor_completions.d/slcpi.fish

# From a copy, so that the package's build finds and leaves nothing here.
deb: deps ## a Debian package in build/deb
	@rm -rf build/deb && mkdir -p build/deb/slcpi
	@tar --exclude=./build --exclude=./.git -cf - . | tar -C build/deb/slcpi -xf -
	@cd build/deb/slcpi && dpkg-buildpackage -b -us -uc >../build.log 2>&1 || { cat ../build.log; exit 1; }
	@rm -rf build/deb/slcpi; ls build/deb/*.deb

# Its sources are fetched, not built here; a compiled release is for the system it was compiled on.
release: ## the BOSH release, into build/release; COMPILED=1 STEMCELL=ubuntu-jammy/1.785 a compiled one; SOURCES=DIR offline
	@COMPILED="$(COMPILED)" STEMCELL="$(STEMCELL)" SOURCES="$(SOURCES)" release/build.sh

clean:
	rm -rf build
