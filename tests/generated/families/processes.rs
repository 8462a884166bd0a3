//! Other shells, files that are read along, redirections, subshells.

use super::Family;
use crate::generated::shell::Feature;

pub const INNER_SHELLS: Family = Family {
    weight: 5,
    needs: None,
    patterns: &[
        "sh -c 'STUB; STUB'",
        "sh -ec 'STUB; STUB'",
        "sh -e -c 'STUB; STUB' || LEAVE",
        "sh -c 'STUB && STUB' || LEAVE",
        "bash -c 'STUB | STUB'",
        "bash -ec 'STUB; STUB' || LEAVE",
        "bash -euo pipefail -c 'STUB | STUB'",
        "bash -o pipefail -c 'STUB | STUB' || LEAVE",
        "sh -c 'set -e; STUB; STUB'",
        "bash -c 'set -e; v=$(STUB; STUB); STUB'",
        "sh -c 'STUB || exit 3; STUB'",
        "sh -c 'exit 3' || CMD",
        "v=$(sh -c 'STUB; STUB')",
        "sh << 'END'\nSTUB\nSTUB\nEND",
        "bash -e << 'END'\nSTUB\nSTUB\nEND",
        "bash << 'END' || failed=1\nset -e\nSTUB\nSTUB\nEND",
        "bash -s << 'END'\nSTUB || exit 1\nSTUB\nEND",
        "STUB | sh -c 'STUB; STUB'",
        "env sh -c 'STUB; STUB'",
        "exec sh -c 'STUB; STUB'",
    ],
};

pub const SOURCED: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        ". ./LIB",
        ". ./LIB || LEAVE",
        ". ./LIB\nCMD",
        "if . ./LIB; then CMD; else LEAVE; fi",
        ". \"$(dirname \"$0\")/LIB\"",
        ". \"${0%/*}/LIB\"\nCMD",
        "( . ./LIB )",
        "FN() { . ./LIB; }\nFN",
    ],
};

pub const REDIRECTIONS: Family = Family {
    weight: 4,
    needs: None,
    patterns: &[
        "STUB > PLACE/out",
        "STUB > PLACE/out || LEAVE",
        "STUB < PLACE/in",
        "CMD 2>> PLACE/log",
        "{ CMD; CMD; } > PLACE/out",
        "{ CMD; CMD; } > PLACE/out || LEAVE",
        "( CMD; CMD ) > PLACE/out",
        "for x in a b; do CMD; done > PLACE/out",
        "for x in a b; do CMD; done < PLACE/in || LEAVE",
        "while read -r x; do :; done < PLACE/in",
        "if CMD; then CMD; fi > PLACE/out",
        "FN() { CMD; CMD; }\nFN > PLACE/out",
        "FN() { CMD; } > PLACE/out\nFN || LEAVE",
        "echo x > PLACE/out",
        "echo x > PLACE/out || LEAVE",
        "printf x >> PLACE/out && CMD",
        "cd PLACE && cd .. || LEAVE",
        "( cd PLACE || exit 3; CMD ) || LEAVE",
        "( cd PLACE && CMD )",
        "( cd PLACE; CMD )",
        "( cd PLACE || exit 1; CMD )",
        "CMD | STUB > PLACE/out",
        "STUB > PLACE/out | CMD",
        "CMD > /dev/null 2>&1 || LEAVE",
        "{ CMD; CMD; } > /dev/null",
        "case x in x) CMD ;; esac > PLACE/out",
        "[ -n x ] > PLACE/out && CMD",
        "v=$(STUB < PLACE/in)",
        "v=$(CMD > PLACE/out) || LEAVE",
        "read -r v < PLACE/in || LEAVE",
    ],
};

pub const SUBSHELLS: Family = Family {
    weight: 4,
    needs: None,
    patterns: &[
        "( CMD; exit $? )",
        "( CMD || exit 0; CMD ) || LEAVE",
        "( CMD && CMD )",
        "( ! CMD )",
        "( ! CMD ) || LEAVE",
        "( CMD; CMD ) && CMD || LEAVE",
        "( CMD )",
        "( CMD; failed=1 )\n[ $failed -eq 0 ] || LEAVE",
        "( exit 3 )",
        "( exit 3 ) || rc=$?",
        "( exit 1 ) || CMD",
        "( CMD || failed=1; exit $failed )",
        "( CMD || failed=1; exit $failed ) || LEAVE",
        "( rc=0; CMD || rc=$?; exit $rc )\n[ $? -eq 0 ] || LEAVE",
        "( ( CMD; CMD ) )",
        "( CMD | CMD )",
        "( CMD; true )",
    ],
};

pub const SOURCE: Family = Family {
    weight: 1,
    needs: Some(Feature::Source),
    patterns: &["source ./LIB", "source ./LIB || LEAVE", "source \"$(dirname \"$0\")/LIB\"\nCMD"],
};
