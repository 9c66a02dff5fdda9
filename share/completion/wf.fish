# Completion of wf in fish. Either this line belongs into ~/.config/fish/config.fish:
#
#     wf completion fish | source
#
# or this file into ~/.config/fish/completions.

function __wf_complete
    set -l current (commandline -ct)
    set -l words (commandline -opc)
    set -l lines (command wf complete-words fish -- $words[2..] "$current" 2>/dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path (string replace -- "$lines[2]" "" "$current")
        case folders
            __fish_complete_directories (string replace -- "$lines[2]" "" "$current")
        case words
            printf '%s\n' $lines[2..]
    end
end

complete -c wf -f -k -a '(__wf_complete)'
