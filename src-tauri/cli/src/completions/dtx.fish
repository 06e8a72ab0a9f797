# Completions of dtx for fish: dtx itself says what can stand where the cursor is. What fits to what is typed, and how it is
# written there, fish knows best.
function __dtx_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l typed ''
    string match -q -- '-*' "$current"; and set typed $current
    for line in (dtx complete -- $words[2..] "$typed" 2>/dev/null)
        switch $line
            case \tfiles
                __fish_complete_path $current
            case \tprograms
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end
complete -c dtx -f -a '(__dtx_complete)'
