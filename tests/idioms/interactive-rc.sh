# What an interactive shell reads when it starts.
case $- in
  *i*) ;;
  *) return ;;
esac
HISTCONTROL=ignoreboth
shopt -s histappend checkwinsize
if [ -x /usr/bin/dircolors ]; then
  eval "$(dircolors -b)"
fi
alias ll='ls -l'
export EDITOR=vi
