;;; lint-scripts-lsp-mode.el --- lint-scripts in lsp-mode  -*- lexical-binding: t -*-
;; Copy into the init file; then M-x lsp in a script. It runs beside the server that lsp-mode has for shell scripts.
;;; Code:
(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection '("lint-scripts" "lsp"))
                    :major-modes '(sh-mode bash-ts-mode)
                    :add-on? t
                    :server-id 'lint-scripts)))

(provide 'lint-scripts-lsp-mode)
;;; lint-scripts-lsp-mode.el ends here
