-- Neovim 0.11 and later. Copy to ~/.config/nvim/lsp/lint-scripts.lua, and put into init.lua: vim.lsp.enable("lint-scripts")
return {
  cmd = { "lint-scripts", "lsp" },
  filetypes = { "sh", "bash", "ksh" },
  root_markers = { "lint-scripts.toml", ".git" },
}
