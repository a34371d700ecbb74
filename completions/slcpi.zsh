#compdef slcpi
# zsh: completion of slcpi, which knows itself what may come next.
_slcpi() {
  local -a found
  found=("${(@f)$(${(Q)words[1]} complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  found=(${found:#})
  if (( $#found )); then compadd -Q -- $found; else _files; fi
}
_slcpi "$@"
