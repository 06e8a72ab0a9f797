# Completions of dtx for bash: dtx itself says what can stand where the cursor is.
_dtx() {
    local cur=${COMP_WORDS[COMP_CWORD]} line candidate whole
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files) compopt -o default ;;
            :programs) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
            :word*) whole=${line#:word} ;;
            *)
                candidate=${line%%$'\t'*}
                # bash has split the word at some characters, and replaces the last part alone.
                candidate=${candidate:$((${#whole} > ${#cur} ? ${#whole} - ${#cur} : 0))}
                printf -v candidate '%q' "$candidate"
                COMPREPLY+=("$candidate")
                ;;
        esac
    done < <(dtx complete -- "--line=${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _dtx dtx
