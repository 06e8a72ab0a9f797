# Completions of dtx for bash: dtx itself says what can stand where the cursor is, as it is to be written there.
_dtx() {
    local cur=${COMP_WORDS[COMP_CWORD]} line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            $'\tfiles') compopt -o default ;;
            $'\tprograms') mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
            *) COMPREPLY+=("$line") ;;
        esac
    done < <(dtx complete -- "--line=${COMP_LINE:0:COMP_POINT}" "--part=$cur" 2>/dev/null)
}
complete -F _dtx dtx
