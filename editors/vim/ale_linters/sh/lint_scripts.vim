" For ALE. Copy to ~/.vim/ale_linters/sh/lint_scripts.vim; it then runs beside the linters that ALE has for sh.
call ale#Set('sh_lint_scripts_executable', 'lint-scripts')

function! LintScriptsRoot(buffer) abort
    let l:config = ale#path#FindNearestFile(a:buffer, 'lint-scripts.toml')
    if !empty(l:config)
        return fnamemodify(l:config, ':h')
    endif
    let l:repository = ale#path#FindNearestDirectory(a:buffer, '.git')
    return empty(l:repository) ? expand('#' . a:buffer . ':p:h') : fnamemodify(l:repository, ':h:h')
endfunction

call ale#linter#Define('sh', {
\   'name': 'lint_scripts',
\   'aliases': ['lint-scripts'],
\   'lsp': 'stdio',
\   'executable': {buffer -> ale#Var(buffer, 'sh_lint_scripts_executable')},
\   'command': '%e lsp',
\   'project_root': function('LintScriptsRoot'),
\})
