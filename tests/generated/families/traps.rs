//! Traps.

use super::Family;
use crate::generated::shell::Feature;

pub const EXIT: Family = Family {
    weight: 4,
    needs: None,
    patterns: &[
        "trap 'RM' EXIT",
        "trap 'STUB' EXIT",
        "trap 'STUB || true' EXIT",
        "trap 'exit 1' EXIT",
        "trap 'exit 0' EXIT",
        "trap 'exit $failed' EXIT",
        "trap 'exit' EXIT",
        "trap - EXIT",
        "trap '' EXIT",
        "trap 'STUB; exit' EXIT",
        "trap '[ $? -eq 0 ] || RM' EXIT",
        "trap 'if [ $? -eq 0 ]; then STUB; fi' EXIT",
        "trap 'rc=$?; STUB; exit $rc' EXIT",
        "trap 'rc=$?; RM; exit $rc' EXIT",
        "trap 'set +e; STUB; STUB' EXIT",
        "trap 'STUB && STUB' EXIT",
        "FN() { RM; }\ntrap FN EXIT",
        "FN() { rc=$?; STUB; exit $rc; }\ntrap FN EXIT",
        "FN() { st=$?; [ $st -eq 0 ] || CLAIM; RM; }\ntrap FN EXIT",
        "FN() { STUB || exit 3; }\ntrap 'FN' EXIT",
        "trap 'STUB' EXIT\ntrap 'RM' EXIT",
        "trap 'STUB' EXIT\ntrap - EXIT",
        "FN() { trap 'RM' EXIT; }\nFN",
        "trap 'RM' 0",
    ],
};

pub const SUBSHELLS: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        "( trap 'STUB' EXIT; CMD )",
        "( trap 'exit 0' EXIT; CMD )",
        "( trap 'exit 1' EXIT; CMD ) || CMD",
        "( trap 'STUB' EXIT; CMD; exit 0 ) || LEAVE",
        "( CMD; trap - EXIT )",
        "v=$(trap 'STUB' EXIT; CMD)",
        "( trap 'rc=$?; RM; exit $rc' EXIT; CMD; CMD ) || LEAVE",
        "CMD | ( trap 'exit 0' EXIT; CMD )",
    ],
};

pub const SIGNALS: Family = Family {
    weight: 1,
    needs: None,
    patterns: &[
        "trap 'STUB; exit 1' INT TERM",
        "trap '' HUP\nCMD",
        "trap 'RM' INT TERM EXIT",
        "trap - INT TERM\nCMD",
    ],
};

pub const ERRTRACE: Family = Family {
    weight: 5,
    needs: Some(Feature::Bash),
    patterns: &[
        "trap 'rc=$?' ERR",
        "trap 'echo bad; exit' ERR",
        "trap 'return 0' ERR",
        "FN() { echo bad >&2; exit 1; }\ntrap FN ERR",
        "set -E; FN() { CMD; CMD; }\ntrap 'exit 1' ERR\nFN",
        "set -E; FN() { CMD; CMD; }\ntrap 'failed=1' ERR\nFN || LEAVE",
        "FN() { trap 'exit 2' ERR; CMD; CMD; }\nFN",
        "( set -E; trap 'exit 4' ERR; CMD ) || LEAVE",
        "set -E; trap 'exit 4' ERR; v=$(CMD; CMD)",
        "set -E; trap 'exit 4' ERR; ( CMD; CMD )",
        "trap 'failed=1' ERR\nCMD\ntrap - ERR\n[ $failed -eq 0 ] || LEAVE",
        "FN() { return 1; }\ntrap 'STUB' ERR\nCMD && FN",
        "trap 'STUB' ERR EXIT",
    ],
};

pub const RETURN: Family = Family {
    weight: 1,
    needs: Some(Feature::Bash),
    patterns: &[
        "FN() { trap 'STUB' RETURN; CMD; }\nFN",
        "FN() { trap 'STUB' RETURN; CMD || return 1; }\nFN || LEAVE",
        "FN() { trap 'RM' RETURN; CMD; CMD; }\nFN\ntrap - RETURN",
        "trap 'STUB' RETURN\nFN() { CMD; }\nFN",
    ],
};

pub const ERR: Family = Family {
    weight: 3,
    needs: Some(Feature::ErrTrap),
    patterns: &[
        "trap - ERR",
        "trap 'exit 1' ERR",
        "trap 'exit 0' ERR",
        "trap 'failed=1' ERR",
        "trap 'STUB' ERR",
        "trap 'RM' ERR",
        "trap 'exit $?' ERR",
        "trap 'rc=$?; exit $rc' ERR",
        "FN() { failed=1; }\ntrap FN ERR",
        "FN() { CMD; CMD; }\ntrap 'exit 1' ERR\nFN",
        "( trap 'exit 0' ERR; CMD; CMD )",
        "trap 'exit 4' ERR; ( CMD; CMD ) || LEAVE",
        "trap 'exit 4' ERR; ! { CMD; CMD; }",
        "trap 'exit 4' ERR; CMD | CMD",
        "trap 'exit 4' ERR; CMD && CMD",
    ],
};
