# Writes what zsh offers for each line to a file, "--" after each. Arguments: the script of completions, the file, lines.
zmodload zsh/zpty
zpty shell zsh -f -i
ask() { zpty -w shell "$1" }
ask 'autoload -Uz compinit && compinit -u -D'
ask "source ${(q)1}; out=${(q)2}"
# What would be offered is written down instead.
ask 'compadd() {
  if (( ${@[(I)-[OAD]]} )); then builtin compadd "$@"; return; fi
  local -a found
  builtin compadd -O found "$@"
  (( $#found )) && print -rl -- $found >> $out
  return $(( $#found == 0 ))
}'
ask 'next() { print -r -- -- >> $out; zle kill-whole-line }; zle -N next; bindkey "^T" next'
ask 'finish() { exit }; zle -N finish; bindkey "^Y" finish'
shift 2
for line in "$@"; do zpty -w -n shell "ddlint $line"$'\t\x14'; done
zpty -w -n shell $'\x19'
while zpty -r shell line; do :; done
