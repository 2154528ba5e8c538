# shellcheck shell=bash
# shellcheck disable=SC2054,SC2154  # lists for configure have commas; variables are set by ./dev
# Builds the minimal LGPL FFmpeg out of Debian's source package into build/deps/ffmpeg. Why: docs/decisions/codecs.md.
# Sourced by ./dev; expects what deps/archives.sh expects.

ffmpeg_flags=(
  --disable-everything --disable-autodetect --disable-programs --disable-doc --disable-network --disable-debug
  --disable-avdevice --disable-avfilter --disable-swresample --disable-postproc
  --enable-pic --enable-static --disable-shared --enable-pthreads --enable-zlib
  --enable-protocol=file,pipe
  # Containers of clips, raw streams as cameras send them, and sound alone, so that it can be named as what it is.
  --enable-demuxer=mov,matroska,avi,h264,hevc,mjpeg,image2,image2pipe,mpegts,mp3,aac,wav,flac,ogg
  --enable-muxer=mov,mp4,matroska,webm,avi
  --enable-libdav1d --enable-libopenh264
  --enable-decoder=h264,hevc,vp8,vp9,libdav1d,mjpeg,prores,mpeg4,ffv1,rawvideo,png
  # libopenh264 for the overlay; the others make the clips of tests and are free of patents.
  --enable-encoder=libopenh264,mjpeg,ffv1,rawvideo
  --enable-parser=h264,hevc,vp8,vp9,av1,mjpeg,mpeg4video,png,aac,mpegaudio
  --enable-bsf=h264_mp4toannexb,hevc_mp4toannexb,extract_extradata,vp9_superframe_split,vp9_superframe,av1_frame_split,av1_frame_merge,mjpeg2jpeg,null
)

# The version that apt would give, from sources of our own: the machine's configuration stays as it is.
ffmpeg_apt_config() {
  local dir=$cache_dir/apt source
  mkdir -p "$dir/sources" "$dir/lists/partial" "$dir/cache/archives/partial"
  rm -f "$dir/sources/"*
  for source in /etc/apt/sources.list.d/*.sources; do
    [[ -f $source ]] && sed 's/^Types:.*/Types: deb-src/' "$source" >"$dir/sources/${source##*/}"
  done
  for source in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $source ]] && sed -n 's/^deb /deb-src /p' "$source" >"$dir/sources/${source##*/}"
  done
  cat >"$dir/apt.conf" <<CONFIG
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$dir/sources";
Dir::State::Lists "$dir/lists";
Dir::Cache "$dir/cache";
APT::Sandbox::User "";
Acquire::Retries "5";
CONFIG
  echo "$dir/apt.conf"
}

# Leaves the unpacked and patched source in $1.
ffmpeg_source() {
  local target=$1 version file sha config dir=$cache_dir/archives/ffmpeg found
  version=$(lock_field ffmpeg version) file=$(lock_field ffmpeg file) sha=$(lock_field ffmpeg sha)
  mkdir -p "$dir"
  if ! archive_is_sound "$dir/$file" "$sha" || ! compgen -G "$dir/*.dsc" >/dev/null; then
    say "fetching Debian's source of ffmpeg"
    rm -f "$dir"/*
    config=$(ffmpeg_apt_config)
    APT_CONFIG=$config apt-get update -qq || die "apt-get could not read Debian's lists of sources; is the network up?"
    # apt checks the signature of the lists and with it every byte of the source.
    (cd "$dir" && APT_CONFIG=$config apt-get source -qq --download-only "ffmpeg=$version" >/dev/null 2>&1) ||
      (cd "$dir" && APT_CONFIG=$config apt-get source -qq --download-only ffmpeg >/dev/null) ||
      die "apt-get could not fetch Debian's source of ffmpeg"
  fi
  found=$(sed -n 's/^Version: //p' "$dir"/*.dsc | head -1)
  if [[ $found != "$version" ]]; then
    say "warning: Debian's ffmpeg is now $found, deps/archives.lock has $version; going on with Debian's"
  elif ! archive_is_sound "$dir/$file" "$sha"; then
    die "$file does not have the SHA-256 of deps/archives.lock; it was not used"
  fi
  dpkg-source --no-check -x "$dir"/*.dsc "$target" >/dev/null
}

build_ffmpeg() {
  local stamp built work
  stamp=$({
    printf '%s\n' "${ffmpeg_flags[@]}"
    lock_field ffmpeg version
    gcc -dumpfullversion
    dpkg-query -W -f '${Version}\n' libdav1d-dev libopenh264-dev
  } | sha256sum | cut -c1-16)
  unpacked ffmpeg "$stamp" && return
  built=$cache_dir/ffmpeg-$stamp
  if [[ ! -f $built/.stamp ]]; then
    work=$(mktemp -d "$cache_dir/ffmpeg-build.XXXXXX")
    ffmpeg_source "$work/source"
    say "building ffmpeg, about two minutes (log: $work/log)"
    (
      cd "$work/source" &&
        ./configure --prefix="$work/out" --cc="$(command -v ccache >/dev/null && echo "ccache gcc" || echo gcc)" "${ffmpeg_flags[@]}" &&
        nice make -j"$(nproc)" && make install
    ) >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; die "building ffmpeg failed; see $work/log"; }
    cp "$work/source/COPYING.LGPLv2.1" "$work/out/"
    sed -n 's/^Version: //p' "$cache_dir"/archives/ffmpeg/*.dsc | head -1 >"$work/out/VERSION"
    # Paths of the building folder say nothing where the libraries end up.
    rm -rf "$work/out/lib/pkgconfig" "$work/out/share" "$built"
    echo "$stamp" >"$work/out/.stamp"
    mv "$work/out" "$built"
    rm -rf "$work"
  fi
  rm -rf "$deps_dir/ffmpeg" "$deps_dir/ffmpeg.part"
  cp -a "$built" "$deps_dir/ffmpeg.part"
  mv "$deps_dir/ffmpeg.part" "$deps_dir/ffmpeg"
}
