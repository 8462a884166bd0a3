//! Options, and where they hold.

use super::Family;
use crate::generated::shell::Feature;

pub const OPTIONS: Family = Family {
    weight: 4,
    needs: None,
    patterns: &[
        "set -e",
        "set +e",
        "set -o errexit",
        "set +o errexit",
        "set errexit",
        "set -e -- a b",
        "set -- -e",
        "set -eu",
        "CMD || set -e",
        "( set -e )\nCMD",
        "( set +e; CMD; CMD )",
        "v=$(set +e; CMD; CMD)",
        "v=$(set -e; CMD; CMD)",
        "if set +e; then CMD; fi",
        "case $- in *e*) : ;; esac\nCMD",
    ],
};

pub const REGIONS: Family = Family {
    weight: 5,
    needs: None,
    patterns: &[
        "set +e\nCMD\nrc=$?\nset -e\n[ $rc -eq 0 ] || LEAVE",
        "set +e\nCMD\nset -e",
        "set +e\nBODY\nset -e",
        "set +e; CMD; rc=$?; set -e; if [ $rc -ne 0 ]; then LEAVE; fi",
        "FN() { set -e; CMD; CMD; }\nFN",
        "FN() { set -e; CMD; CMD; }\nFN || LEAVE",
        "FN() { set +e; CMD; CMD; }\nFN\nCMD",
        "FN() { set +e; CMD; set -e; CMD; }\nFN",
        "( set -e; CMD; CMD ) || LEAVE",
        "( set -e; CMD; CMD )\nCMD",
        "if ( set -e; CMD; CMD ); then CMD; else LEAVE; fi",
        "set +e; ( set -e; CMD; CMD ); rc=$?; set -e\n[ $rc -eq 0 ] || LEAVE",
        "{ set -e; CMD; CMD; } || LEAVE",
        "eval 'set -e; CMD; CMD' || LEAVE",
    ],
};

pub const LOCAL: Family = Family {
    weight: 2,
    needs: Some(Feature::Local),
    patterns: &[
        "FN() { local rc; CMD; rc=$?; return $rc; }\nFN || LEAVE",
        "FN() { local rc=0; CMD || rc=$?; CMD; return $rc; }\nFN",
        "FN() { local failed=0; CMD || failed=1; return $failed; }\nFN || LEAVE",
        "FN() { local failed=0; CMD || failed=1; }\nFN; [ $failed -eq 0 ] || LEAVE",
        "FN() { local rc=$?; CMD; return $rc; }\nCMD; FN",
        "FN() { local v=$(CMD); CMD; }\nFN",
        "FN() { local v=$(CMD) || return 1; CMD; }\nFN || LEAVE",
        "FN() { local v; v=$(CMD) || return 1; CMD; }\nFN || LEAVE",
    ],
};

pub const LOCAL_OPTIONS: Family = Family {
    weight: 1,
    needs: Some(Feature::LocalOptions),
    patterns: &[
        "FN() { local -; set +e; CMD; CMD; }\nFN\nCMD",
        "FN() { local -; set -e; CMD; CMD; }\nFN\nCMD",
        "FN() { local -; set -e; CMD; CMD; }\nFN || LEAVE\nCMD",
    ],
};

pub const PIPEFAIL: Family = Family {
    weight: 2,
    needs: Some(Feature::Pipefail),
    patterns: &[
        "set -o pipefail",
        "set +o pipefail",
        "set -euo pipefail",
        "set -eu -o pipefail",
        "set -o errexit -o pipefail",
        "set -o errexit pipefail",
        "( set -o pipefail; CMD | CMD ) || LEAVE",
        "if set -o pipefail; CMD | CMD; then CMD; else LEAVE; fi",
        "FN() { set -o pipefail; CMD | CMD; }\nFN || LEAVE\nCMD | CMD",
        "v=$(set -o pipefail; CMD | CMD) || LEAVE",
    ],
};

pub const BASH: Family = Family {
    weight: 2,
    needs: Some(Feature::Bash),
    patterns: &[
        "shopt -s inherit_errexit",
        "shopt -u inherit_errexit",
        "shopt -s inherit_errexit\nv=$(CMD; CMD)",
        "shopt -so errexit",
        "shopt -uo errexit",
        "shopt -s errexit 2> /dev/null || true",
        "shopt -s lastpipe",
        "shopt -s lastpipe\nCMD | CMD || LEAVE",
        "shopt -s lastpipe\necho a | while read -r x; do CMD || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
        "set -o posix\nv=$(CMD; CMD)\nset +o posix",
        "set -E",
        "set +E",
        "set -eE",
        "set -Eeuo pipefail",
    ],
};
