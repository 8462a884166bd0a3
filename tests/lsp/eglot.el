;;; eglot.el --- drives Emacs as a user would  -*- lexical-binding: t -*-
;; Opens a script, reads the diagnostics, hovers, applies all safe fixes, saves. Prints what it has seen as one JSON document.
;; Environment: LSP_SETUP, LSP_FILE, LSP_LINE. Run with --batch; for Emacs below 29, eglot has to be on the load path.
(require 'json)
(require 'eglot)
(require 'flymake)
(require 'sh-script)
(load (getenv "LSP_SETUP"))

(setq eglot-sync-connect 60
      eglot-confirm-server-initiated-edits nil
      eglot-send-changes-idle-time 0
      eglot-autoshutdown nil
      make-backup-files nil
      create-lockfiles nil
      auto-save-default nil)

(defun test-wait (what holds)
  "Wait until HOLDS, or end with WHAT was not to be had."
  (let ((rounds 0))
    (while (not (funcall holds))
      (when (> (setq rounds (1+ rounds)) 1200)
        (message "waited in vain for %s" what)
        (kill-emacs 1))
      (accept-process-output nil 0.05))))

(with-current-buffer (find-file-noselect (getenv "LSP_FILE"))
  (sh-mode)
  (let ((project-find-functions (list (lambda (directory) (cons 'transient directory)))))
    (call-interactively #'eglot))
  (flymake-start)
  (test-wait "diagnostics" #'flymake-diagnostics)
  (let* ((found (mapcar (lambda (it)
                          (save-excursion
                            (goto-char (flymake-diagnostic-beg it))
                            `((line . ,(line-number-at-pos)) (column . ,(1+ (current-column)))
                              (message . ,(flymake-diagnostic-text it)))))
                        (flymake-diagnostics)))
         (server (eglot-current-server))
         (hover (progn
                  (goto-char (point-min))
                  (forward-line (1- (string-to-number (getenv "LSP_LINE"))))
                  (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams))))
         (actions (jsonrpc-request
                   server :textDocument/codeAction
                   (list :textDocument (eglot--TextDocumentIdentifier)
                         :range (list :start '(:line 0 :character 0) :end '(:line 0 :character 0))
                         :context '(:diagnostics [] :only ["source.fixAll"]))))
         (action (aref actions 0)))
    (unless (plist-get action :edit)
      (setq action (jsonrpc-request server :codeAction/resolve action)))
    ;; Newer versions want to know who asks.
    (condition-case nil
        (eglot--apply-workspace-edit (plist-get action :edit))
      (wrong-number-of-arguments
       (eglot--apply-workspace-edit (plist-get action :edit) this-command)))
    (save-buffer)
    (princ (json-encode `((found . ,(vconcat found))
                          (hover . ,(plist-get (plist-get hover :contents) :value)))))
    (princ "\n")
    (eglot-shutdown server nil 60)
    (kill-emacs 0)))
