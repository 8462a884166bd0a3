-- Neovim 0.7 to 0.10. Copy to ~/.config/nvim/plugin/lint-scripts.lua
local clients = {}

-- The nearest directory with a configuration or a repository; else that of the script.
local function root_of(script)
  local directory = vim.fn.fnamemodify(script, ":p:h")
  local from = vim.fn.escape(directory, " ,;") .. ";"
  local config = vim.fn.findfile("lint-scripts.toml", from)
  if config ~= "" then
    return vim.fn.fnamemodify(config, ":p:h")
  end
  local repository = vim.fn.finddir(".git", from)
  if repository ~= "" then
    return vim.fn.fnamemodify(repository, ":p:h:h")
  end
  return directory
end

-- One server for each root.
local function client_for(root)
  local id = clients[root]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client({ name = "lint-scripts", cmd = { "lint-scripts", "lsp" }, root_dir = root })
    clients[root] = id
  end
  return id
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = { "sh", "bash", "ksh" },
  callback = function(event)
    local id = client_for(root_of(vim.api.nvim_buf_get_name(event.buf)))
    if id then
      vim.lsp.buf_attach_client(event.buf, id)
    end
  end,
})
