# Completions of dtx for fish: dtx itself says what can stand where the cursor is.
function __dtx_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (dtx complete -- $words[2..] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path $current
            case ':programs'
                __fish_complete_command
            case ':word*'
            case '*'
                echo $line
        end
    end
end
complete -c dtx -f -a '(__dtx_complete)'
