#compdef wf
# Completion of wf in zsh. Either this line belongs into ~/.zshrc, after compinit:
#
#     source <(wf completion zsh)
#
# or this file, under the name _wf, into a folder of $fpath.

_wf() {
  local -a lines values shown
  local line
  lines=("${(@f)$(command wf complete-words zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  case $lines[1] in
    files|folders)
      compset -P '*='
      if [[ $lines[1] == files ]]; then _files; else _files -/; fi
      return
      ;;
    words) ;;
    *) return 1 ;;
  esac
  lines=("${(@)lines[2,-1]}")
  local -a ends goes
  local -a ends_shown goes_shown
  for line in $lines; do
    local value=${line%%$'\t'*} text=${line#*$'\t'}
    local display=$value
    [[ -n $text && $text != $line ]] && display="$value  -- $text"
    if [[ $value == *= ]]; then
      goes+=("$value") goes_shown+=("$display")
    else
      ends+=("$value") ends_shown+=("$display")
    fi
  done
  local found=1
  (($#ends)) && compadd -V wf -l -d ends_shown -a ends && found=0
  (($#goes)) && compadd -V wf -l -S '' -d goes_shown -a goes && found=0
  return found
}

# As a file of $fpath its body is the function; where it is sourced, it is told to zsh here.
if [[ $funcstack[1] == _wf ]]; then
  _wf "$@"
else
  compdef _wf wf
fi
