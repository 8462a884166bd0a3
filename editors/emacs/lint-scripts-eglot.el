;;; lint-scripts-eglot.el --- lint-scripts in eglot  -*- lexical-binding: t -*-
;; Copy into the init file; then M-x eglot in a script, or (add-hook 'sh-base-mode-hook #'eglot-ensure) (sh-mode-hook below Emacs 29).
;;; Code:
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '((sh-mode bash-ts-mode) . ("lint-scripts" "lsp"))))

(provide 'lint-scripts-eglot)
;;; lint-scripts-eglot.el ends here
