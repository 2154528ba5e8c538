# shellcheck shell=bash
# shellcheck disable=SC2154  # set by ./dev
# The packages of web/package-lock.json and the page that is built with them: build/node, build/web. Sourced by ./dev; expects
# what deps/archives.sh expects, and that itself.

# npm checks every package against the lock's hash; no package's own script is run.
install_node_modules() {
  local dir=$root/build/node stamp node
  stamp="1 $(sha256sum <"$root/web/package-lock.json")"
  if [[ ! -f $dir/.stamp || $(<"$dir/.stamp") != "$stamp" ]]; then
    node=$(node_dir)
    say "fetching the packages of the page"
    rm -rf "$dir"
    mkdir -p "$dir"
    cp "$root/web/package.json" "$root/web/package-lock.json" "$dir/"
    (cd "$dir" && PATH=$node/bin:$PATH "$node/bin/npm" ci --ignore-scripts --no-audit --no-fund --silent --fetch-retries=5) ||
      die "could not fetch the packages of web/package-lock.json from npm; is the network up?"
    echo "$stamp" >"$dir/.stamp"
  fi
  ln -sfn build/node/node_modules "$root/node_modules" # where node looks for what sdk/ and web/ import
}

# The objects of contract/openapi.yaml as TypeScript. With --check it is only compared.
gen_openapi_types() {
  install_node_modules
  "$(node_dir)/bin/node" node_modules/openapi-typescript/bin/cli.js contract/openapi.yaml --output sdk/typescript/src/openapi.ts \
    --default-non-nullable false --empty-objects-unknown "$@" 2>&1 | { grep -v '^✨\|^🚀\|^$' >&2 || true; }
}

# Everything that the page, the SDK and their tests are made of.
web_sources() {
  cat "$root/deps/web.sh" "$root/deps/make_pose_task.py" "$root/deps/archives.lock"
  find "$root/web" "$root/sdk/typescript" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 | LC_ALL=C sort -z | xargs -0 cat
}

build_web_parts() {
  local node bundle name
  node=$(node_dir)/bin/node
  for name in sdk/typescript/tsconfig.test.json web/tsconfig.json web/test/tsconfig.json; do
    "$node" node_modules/typescript/bin/tsc -p "$name" --noEmit || return
  done
  bundle=("$node" node_modules/esbuild/bin/esbuild --bundle --format=esm --platform=node --log-level=warning
    --alias:plyo=./sdk/typescript/src/index.ts --out-extension:.js=.mjs)
  rm -rf build/node/{sdk_test,sdk_contract,web_test} build/web.part
  "${bundle[@]}" sdk/typescript/test/*.test.ts --outdir=build/node/sdk_test || return
  "${bundle[@]}" sdk/typescript/test/contract_runner.ts --outdir=build/node/sdk_contract || return
  "${bundle[@]}" web/test/*.test.ts --outdir=build/node/web_test || return
  "$node" node_modules/vite/bin/vite.js build --config web/vite.config.mjs --outDir ../build/web.part || return
  mkdir -p build/web.part/pose
  cp node_modules/@mediapipe/tasks-vision/wasm/vision_wasm_module_internal.{js,wasm} build/web.part/pose/ || return
  /usr/bin/python3 deps/make_pose_task.py "$deps_dir/models/pose_detection.tflite" "$deps_dir/models/pose_landmark_lite.tflite" \
    build/web.part/pose/pose_landmarker_lite.task || return
  build_reference_page || return
  rm -rf build/web
  mv build/web.part build/web
}

# The reference of the REST interface, which reads /openapi.yaml. Redoc would fetch its logo from another server; where there is none,
# it shows none.
build_reference_page() {
  local bundles=node_modules/redoc/bundles logo=https://cdn.redoc.ly/redoc/logo-mini.svg
  mkdir -p build/web.part/docs
  cp web/docs/* "$bundles/redoc.standalone.js.LICENSE.txt" build/web.part/docs/ || return
  grep -q "$logo" "$bundles/redoc.standalone.js" || { echo "redoc.standalone.js has another logo" >&2; return 1; }
  sed "s#$logo#data:,#" "$bundles/redoc.standalone.js" >build/web.part/docs/redoc.standalone.js
}

build_web() {
  local stamp
  stamp=$(web_sources | sha256sum | cut -c1-32)
  [[ -f build/web/index.html && -f build/node/.web-stamp && $(<build/node/.web-stamp) == "$stamp" ]] && return
  quietly "building the page" "$root/build/node/web.log" build_web_parts
  echo "$stamp" >build/node/.web-stamp
}
