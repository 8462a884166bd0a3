//! Errors of the shell itself: what special builtins, redirections and statuses beyond 255 do differs among shells.

use super::Family;
use crate::generated::shell::Feature;

pub const SPECIAL: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        ": > PLACE/out",
        ": > PLACE/out || LEAVE",
        "if : > PLACE/out; then CMD; else LEAVE; fi",
        "( : > PLACE/out ) || LEAVE",
        "command : > PLACE/out || LEAVE",
        "eval 'v=1' > PLACE/out || LEAVE",
        "export v=1 > PLACE/out || LEAVE",
        "set -- a > PLACE/out || LEAVE",
        "exec 3> PLACE/out || LEAVE",
        "exec 3< PLACE/in\nCMD",
        ". PLACE/in || LEAVE",
        ". PLACE/in\nCMD",
        "command . PLACE/in || LEAVE",
        "if . PLACE/in; then CMD; else LEAVE; fi",
        "FN() { : > PLACE/out; CMD; }\nFN || LEAVE",
        "v=$(: > PLACE/out; CMD) || LEAVE",
        "> PLACE/out || LEAVE",
        "v=1 > PLACE/out || LEAVE",
        "true > PLACE/out || LEAVE",
        "! : > PLACE/out",
    ],
};

pub const NUMBERS: Family = Family {
    weight: 1,
    needs: None,
    patterns: &[
        "FN() { CMD || return 256; }\nFN || LEAVE",
        "FN() { CMD || return 257; }\nFN",
        "CMD || exit 256",
        "( CMD || exit 256 ) || LEAVE",
        "( CMD || exit 259 ) || LEAVE",
    ],
};

pub const IGNORED: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        "set -e; eval 'CMD; CMD' || LEAVE",
        "set -e; if eval 'CMD; CMD'; then CMD; else LEAVE; fi",
        "set -e; ! eval 'CMD; CMD'",
        "set -e; FN() { CMD; CMD; }\neval FN || LEAVE",
        "set -e; . ./LIB || LEAVE",
        "set -e; if . ./LIB; then CMD; else LEAVE; fi",
        "set -e; FN() { . ./LIB; CMD; }\nFN || LEAVE",
        "set -e; { STUB; STUB; } & wait $! || LEAVE",
        "set -e; FN() { { STUB; STUB; } & wait $!; }\nFN || LEAVE",
        "set -e; FN() { ( set -e; STUB; STUB ) & wait $!; }\nif FN; then CMD; fi",
        "set -e; v=$(set -e; CMD; CMD) || LEAVE",
        "set -e; if v=$(set -e; CMD; CMD); then CMD; else LEAVE; fi",
        "set -e; FN() { v=$(CMD; CMD); CMD; }\nFN || LEAVE",
        "set -e; trap 'STUB; STUB' EXIT; ! CMD",
    ],
};

pub const KEYWORD_FUNCTIONS: Family = Family {
    weight: 2,
    needs: Some(Feature::FunctionKeyword),
    patterns: &[
        "function FN { CMD; CMD; }\nFN || LEAVE",
        "function FN { CMD; CMD; }\nFN",
        "function FN { set +e; CMD; CMD; }\nFN\nCMD",
        "function FN { set -e; CMD; CMD; }\nFN\nCMD",
        "function FN { set -e; }\nFN\nCMD",
        "function FN { trap 'STUB' EXIT; CMD; CMD; }\nFN\nCMD",
        "function FN { trap 'RM' EXIT; CMD; }\nFN || LEAVE",
        "function FN { failed=1; }\nCMD || FN\n[ $failed -eq 0 ] || LEAVE",
    ],
};
