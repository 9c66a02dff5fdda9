# Completion of wf in bash, 3.2 or newer. One of these lines belongs into ~/.bashrc:
#
#     source <(wf completion bash)
#     source /path/to/wflite/share/completion/wf.bash
#
# bash splits words at ":" and "=" as well, which are part of ids and options here; so the words are put together again first, and of what is
# offered only the part behind the last split goes back.
# shellcheck shell=bash

_wf() {
  local rest=${COMP_LINE:0:COMP_POINT} trimmed piece lead answer line value
  local -a words=()
  local count=0 index
  for ((index = 0; index <= COMP_CWORD; index++)); do
    piece=${COMP_WORDS[index]}
    trimmed=${rest#"${rest%%[![:space:]]*}"}
    # The cursor may stand within it.
    [[ $trimmed == "$piece"* ]] || piece=$trimmed
    if ((index > 0)) && [[ $trimmed == "$rest" ]]; then
      lead=${words[count - 1]}
      words[count - 1]+=$piece
    else
      lead=
      words[count]=$piece
      count=$((count + 1))
    fi
    rest=${trimmed#"$piece"}
  done
  local current=${words[count - 1]}
  [[ $piece == [=:]* ]] && lead=$current
  COMPREPLY=()
  answer=$(command wf complete-words bash -- "${words[@]:1}" 2>/dev/null) || return 0
  case $answer in
  files* | folders*)
    local action=file
    [[ $answer == folders* ]] && action=directory
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -A "$action" -- "${current#"$lead"}")
    return 0
    ;;
  esac
  # The quote that is open at the end: there nothing of a name may end it, or mean something to the shell.
  local quote=${current//[!\"\']/}
  quote=${quote:0:1}
  if [[ -n $quote ]]; then
    piece=${current//[!$quote]/}
    ((${#piece} % 2 == 1)) || quote=
  fi
  while IFS= read -r line; do
    value=${line%%$'\t'*}
    if [[ $value == *[![:alnum:]_.,:=@%/+-]* ]]; then
      case $quote in
      \") value=$(printf '%s' "$value" | sed 's/[\\"$`]/\\&/g') ;;
      \') value=$(printf '%s' "$value" | sed "s/'/'\\\\''/g") ;;
      *) printf -v value %q "$value" ;;
      esac
    fi
    COMPREPLY+=("${value#"$lead"}")
  done < <(printf '%s\n' "$answer" | sed 1d)
  # A word that ends in "=" goes on.
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}

complete -o nosort -F _wf wf 2>/dev/null || complete -F _wf wf
