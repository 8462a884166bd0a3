//! Pipelines and their statuses.

use super::Family;
use crate::generated::shell::Feature;

pub const PLAIN: Family = Family {
    weight: 8,
    needs: None,
    patterns: &[
        "CMD | CMD",
        "CMD | CMD | CMD",
        "CMD | CMD || failed=1",
        "CMD | CMD || LEAVE",
        "CMD | CMD && CLAIM",
        "! CMD | CMD",
        "if CMD | CMD; then CMD; else LEAVE; fi",
        "CMD | STUB > /dev/null",
        "{ CMD; CMD; } | STUB",
        "( CMD; CMD ) | STUB",
        "CMD | ( CMD; CMD )",
        "CMD | { CMD; exit 1; }",
        "CMD | { CMD || exit 0; }",
        "CMD | exit 4",
        "exit 4 | CMD",
        "CMD | if CMD; then CMD; fi",
        "CMD | for x in a b; do CMD; done",
        "CMD || CMD | CMD",
        "CMD | CMD; rc=$?\n[ $rc -eq 0 ] || LEAVE",
        "ASK | CMD",
        "CMD | ASK",
        // ksh waits for the last element alone: what else ran before an assignment would come at no certain time.
        "STUB | failed=1",
        "if ! CMD | CMD; then LEAVE; fi",
        "while CMD | CMD; do LEAVE; break; done",
    ],
};

pub const BLOCKS: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        "{\nBESIDE\n} | STUB",
        "STUB | {\nBESIDE\n}",
        "STUB | {\nBESIDE\n} || LEAVE",
        "(\nBESIDE\n) | STUB",
        "{\nBESIDE\n} | { STUB; STUB; }",
    ],
};

pub const PIPEFAIL: Family = Family {
    weight: 3,
    needs: Some(Feature::Pipefail),
    patterns: &[
        "set -o pipefail\nCMD | CMD",
        "set -o pipefail\nCMD | CMD || LEAVE",
        "set -o pipefail\nCMD | CMD | CMD; rc=$?\nset +o pipefail",
        "set -o pipefail; ! CMD | CMD; set +o pipefail",
        "if set -o pipefail && CMD | CMD; then CMD; else LEAVE; fi",
        "set -o pipefail\n{ CMD || true; } | CMD",
        "set -o pipefail\n(CMD || exit 0) | CMD | CMD",
        "(set -o pipefail; CMD | CMD)\nCMD | CMD",
    ],
};

pub const STATUSES: Family = Family {
    weight: 4,
    needs: Some(Feature::Bash),
    patterns: &[
        "CMD | CMD; if [ ${PIPESTATUS[0]} -ne 0 ]; then LEAVE; fi",
        "CMD | CMD\nst=(\"${PIPESTATUS[@]}\")\nif (( st[0] != 0 )); then LEAVE; fi",
        "CMD | CMD\nst=(\"${PIPESTATUS[@]}\")\n[ ${st[0]} -eq 0 ] || LEAVE\n[ ${st[1]} -eq 0 ] || LEAVE",
        "CMD | CMD | CMD; rc=${PIPESTATUS[1]}\n[ \"$rc\" -eq 0 ] || LEAVE",
        "CMD | CMD; [[ ${PIPESTATUS[0]} -eq 0 && ${PIPESTATUS[1]} -eq 0 ]] || LEAVE",
        "CMD | CMD\nrc=$?\n[ ${PIPESTATUS[0]} -eq 0 ] || LEAVE",
        "CMD | CMD\nst=${PIPESTATUS[0]}\nif [ $st != 0 ]; then LEAVE; fi",
        "CMD | CMD; (( PIPESTATUS[0] == 0 )) || LEAVE",
        "CMD | CMD; (( PIPESTATUS[0] || PIPESTATUS[1] )) && LEAVE",
        "CMD | CMD; exit ${PIPESTATUS[0]}",
        "CMD | CMD; for st in \"${PIPESTATUS[@]}\"; do [ $st -eq 0 ] || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
        "CMD; [ ${PIPESTATUS[0]} -eq 0 ] || LEAVE",
        "CMD | CMD || [ ${PIPESTATUS[0]} -eq 0 ]",
        "CMD |& CMD",
        "CMD |& CMD || LEAVE",
        "! CMD | CMD; [ ${PIPESTATUS[0]} -eq 0 ] || LEAVE",
        "CMD | CMD; [[ \"${PIPESTATUS[*]}\" == '0 0' ]] || LEAVE",
        "set +e; CMD | CMD; rc=${PIPESTATUS[0]}; set -e; [ $rc -eq 0 ] || LEAVE",
    ],
};
