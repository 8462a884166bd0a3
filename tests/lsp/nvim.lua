-- Drives Neovim (0.7 and later) as a user would: opens a script, reads the diagnostics, hovers, applies all safe fixes.
-- Prints what it has seen as one JSON document. Environment: LSP_SETUP, LSP_FILE, LSP_LINE.
local file = vim.env.LSP_FILE

local function die(why)
  io.stderr:write(why .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, holds)
  if not vim.wait(60000, holds, 20) then
    die("waited in vain for " .. what)
  end
end

vim.cmd("filetype on")
vim.cmd("luafile " .. vim.fn.fnameescape(vim.env.LSP_SETUP))
vim.cmd("edit " .. vim.fn.fnameescape(file))
local buffer = vim.api.nvim_get_current_buf()
local clients = vim.lsp.get_clients or vim.lsp.get_active_clients
wait("the server", function()
  return #clients() > 0
end)
local client = clients()[1]
wait("diagnostics", function()
  return #vim.diagnostic.get(buffer) > 0
end)

local seen = { found = {} }
for _, found in ipairs(vim.diagnostic.get(buffer)) do
  table.insert(seen.found, {
    line = found.lnum + 1,
    column = found.col + 1,
    severity = found.severity,
    source = found.source,
    message = found.message,
  })
end

local document = vim.lsp.util.make_text_document_params(buffer)
local hover = client.request_sync("textDocument/hover", {
  textDocument = document,
  position = { line = tonumber(vim.env.LSP_LINE) - 1, character = 1 },
}, 60000, buffer)
seen.hover = hover.result.contents.value

local actions = client.request_sync("textDocument/codeAction", {
  textDocument = document,
  range = { start = { line = 0, character = 0 }, ["end"] = { line = 0, character = 0 } },
  context = { diagnostics = {}, only = { "source.fixAll" } },
}, 60000, buffer)
local action = actions.result[1]
if not action then
  die("nothing is fixed")
end
if not action.edit then
  action = client.request_sync("codeAction/resolve", action, 60000, buffer).result
end
vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
wait("what is left", function()
  return #vim.diagnostic.get(buffer) < #seen.found
end)
seen.left = #vim.diagnostic.get(buffer)
vim.cmd("silent write")

client.stop()
wait("the end of the server", function()
  return client.is_stopped()
end)
io.stdout:write(vim.json.encode(seen) .. "\n")
vim.cmd("qall!")
