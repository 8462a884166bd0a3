//! `if`, loops, `case`, groups.

use super::Family;
use crate::generated::shell::Feature;

pub const CONDITIONS: Family = Family {
    weight: 12,
    needs: None,
    patterns: &[
        "if CMD; then\nBODY\nfi",
        "if CMD; then\nBODY\nelse\nBODY\nfi",
        "if ! CMD; then\nBODY\nfi",
        "if CMD; then\nBODY\nelif CMD; then\nBODY\nelse\nBODY\nfi",
        "if CMD && CMD; then\nBODY\nelse\nBODY\nfi",
        "if CMD || CMD; then\nBODY\nfi",
        "if CMD; CMD; then\nBODY\nfi",
        "if ( CMD; CMD ); then\nBODY\nfi",
        "if { CMD; CMD; }; then\nBODY\nfi",
        "if ASK; then\nBODY\nfi",
        "if ASK; then\nBODY\nelse\nBODY\nfi",
        "if ! ASK; then\nBODY\nfi",
        "if CMD; then :; else\nBODY\nfi",
        "if CMD | CMD; then\nBODY\nfi",
        "if CMD; then CMD; fi",
        "if CMD; then CMD; else LEAVE; fi",
        "if ! CMD; then LEAVE; fi",
        "if ! CMD; then exit $?; fi",
        "if CMD; then CMD; else exit $?; fi",
        "if CMD; then if CMD; then CLAIM; else LEAVE; fi; fi",
        "if CMD; then :; fi && CMD",
        "if CMD; then CMD; fi || LEAVE",
        "if false; then CMD; fi",
        "if CMD; then false; fi || LEAVE",
    ],
};

pub const LOOPS: Family = Family {
    weight: 9,
    needs: None,
    patterns: &[
        "while CMD; do CMD; break; done",
        "until ! CMD; do LEAVE; break; done",
        "for x in a b; do CMD || continue; CMD; done",
        "for x in a b; do CMD || break; done\nCLAIM",
        "for x in a b; do CMD || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
        "for x in a b; do for y in c d; do CMD || break 2; done; done",
        "for x in a b; do for y in c d; do CMD || continue 2; done; CMD; done",
        "for x in a b; do for y in c; do CMD || break 2; done; done && CLAIM",
        "for x in a b; do if CMD; then break; fi; done",
        "for x in a b c; do if CMD; then ok=1; break; fi; CMD; done",
        "for x in a b; do CMD && CMD; done",
        "for x in a b; do CMD; done || LEAVE",
        "for x in a b; do CMD; done && CLAIM",
        "for x in a b; do CMD; CMD; done",
        "for x in; do CMD; done",
        "for x in a b; do ASK || continue; CMD; done",
        "for x in a b; do CMD & done\nwait",
        "while ASK; do CMD; break; done",
        "while false; do CMD; done",
        "until CMD; do break; done",
        "while CMD && CMD; do LEAVE; break; done",
        "for x in a b; do CMD; break; done",
        "while :; do CMD && break; LEAVE; break; done",
        "while true; do CMD || break; CMD; break; done",
        "for x in a b; do CMD; rc=$?; done\n[ $rc -eq 0 ] || LEAVE",
        "for x in a b; do CMD || rc=$?; done\nexit $rc",
        "for x in a b; do ( CMD ); done",
        "COUNTER=0\nwhile ! STUB; do\n    COUNTER=$((COUNTER + 1))\n    if [ $COUNTER -ge 3 ]; then LEAVE; break; fi\ndone",
        "COUNTER=0\nuntil STUB; do\n    COUNTER=$((COUNTER + 1))\n    if [ $COUNTER -ge 2 ]; then exit 1; fi\ndone",
        "COUNTER=0\nuntil CMD; do\n    COUNTER=$((COUNTER + 1))\n    if [ $COUNTER -ge 2 ]; then break; fi\n    CMD\ndone",
        "COUNTER=0\nuntil CMD || [ $COUNTER -ge 2 ]; do\n    COUNTER=$((COUNTER + 1))\ndone",
        "COUNTER=0\nwhile [ $COUNTER -lt 3 ]; do\n    if CMD; then break; fi\n    COUNTER=$((COUNTER + 1))\ndone\n[ $COUNTER -lt 3 ] || LEAVE",
        "for x in 1 2 3; do\n    CMD && break\n    [ $x -lt 3 ] || exit 1\ndone",
        "for x in 1 2 3; do\n    if CMD; then ok=yes; break; fi\n    ok=no\ndone\n[ $ok = yes ] || LEAVE",
    ],
};

pub const LOOP_BLOCKS: Family = Family {
    weight: 7,
    needs: None,
    patterns: &[
        "for x in a b; do\nLOOP\ndone",
        "for x in a; do\nLOOP\ndone",
        "for x in a b c; do\nLOOP\ndone || failed=1",
        "for x in a b; do\nLOOP\ndone || LEAVE",
        "for x in \"$@\"; do\nLOOP\ndone",
        "COUNTER=0\nwhile [ \"$COUNTER\" -lt 2 ]; do\nCOUNTER=$((COUNTER + 1))\nLOOP\ndone",
        "COUNTER=0\nuntil [ \"$COUNTER\" -ge 2 ]; do\nCOUNTER=$((COUNTER + 1))\nLOOP\ndone || LEAVE",
        "while CMD; do\nSUB\nbreak\ndone",
        "until CMD; do\nSUB\nbreak\ndone",
        "for x in a b; do\nLOOP\ndone > /dev/null",
        "for x in $(STUB; echo a b); do\nLOOP\ndone",
    ],
};

pub const CASES: Family = Family {
    weight: 5,
    needs: None,
    patterns: &[
        "case \"$rc\" in 0)\nBODY\n;; *)\nBODY\n;; esac",
        "case \"$failed\" in 0)\nBODY\n;; *)\nBODY\n;; esac",
        "case word in word)\nBODY\n;; esac",
        "case $(STUB) in '')\nBODY\n;; *)\nBODY\n;; esac",
        "case x in x) ;; *) CMD ;; esac || LEAVE",
        "STUB\ncase $? in 0) CMD ;; *) ;; esac",
        "case $(STUB) in '') ;; *) CMD ;; esac || LEAVE",
        "if STUB; case x in x) ;; esac; then CMD; fi",
        "CMD\ncase $? in 0) ;; *) LEAVE ;; esac",
        "CMD\ncase $? in 0) CMD ;; *) LEAVE ;; esac",
        "CMD; rc=$?; case $rc in 0) CLAIM ;; *) LEAVE ;; esac",
        "CMD; rc=$?; case \"$rc\" in (0) : ;; (*) exit $rc ;; esac",
        "case $rc in 0) CMD ;; esac",
        "case x in y) CMD ;; z) CMD ;; esac",
        "case x in [a-z]) CMD ;; *) LEAVE ;; esac",
        "case x in x|y) CMD ;; *) LEAVE ;; esac",
        "case $rc in 0) CMD || LEAVE ;; *) CMD ;; esac || LEAVE",
        "CMD; case $? in 0) ;; *) failed=1 ;; esac",
        "CMD\ncase $? in [1-9]*) LEAVE ;; esac",
        "CMD && ok=true || ok=false\ncase $ok in true) CMD ;; false) LEAVE ;; esac",
    ],
};

pub const FALL_THROUGH: Family = Family {
    weight: 1,
    needs: Some(Feature::Bash),
    patterns: &["case $rc in 0) CMD ;;& *) CMD ;; esac", "case x in x) CMD ;;& y) CMD ;; x) LEAVE ;; esac"],
};

pub const GROUPS: Family = Family {
    weight: 7,
    needs: None,
    patterns: &[
        "{\nBODY\n}",
        "{\nBODY\n} || failed=1",
        "{\nBODY\n} || LEAVE",
        "{\nBODY\n} && CMD",
        "{\nBODY\n} || true",
        "! {\nBODY\n}",
        "{\nBODY\n} > /dev/null",
        "(\nSUB\n)",
        "(\nSUB\n) || failed=1",
        "(\nSUB\n) || LEAVE",
        "(\nSUB\n) && CMD",
        "(\nSUB\n) || true",
        "! (\nSUB\n)",
        "rc=0\n(\nSUB\n) || rc=$?",
    ],
};

pub const ARITHMETIC_LOOPS: Family = Family {
    weight: 2,
    needs: Some(Feature::ArithmeticFor),
    patterns: &[
        "for (( i = 0; i < 2; i++ )); do CMD || LEAVE; done",
        "for (( COUNTER = 0; COUNTER < 2; COUNTER++ )); do\nLOOP\ndone",
        "for (( COUNTER = 0; COUNTER < 3; COUNTER++ )); do CMD && break; done\n(( COUNTER < 3 )) || LEAVE",
        "for (( ; ; )); do CMD || LEAVE; break; done",
        "for (( COUNTER = 3; COUNTER; COUNTER-- )); do\n    if CMD; then break; fi\ndone\nif (( COUNTER == 0 )); then LEAVE; fi",
    ],
};

pub const COUNTED: Family = Family {
    weight: 1,
    needs: Some(Feature::ArithmeticCommand),
    patterns: &[
        "COUNTER=0\nwhile (( COUNTER < 2 )); do\n(( ++COUNTER ))\nLOOP\ndone",
        "COUNTER=0\nwhile (( COUNTER++ < 2 )); do\nLOOP\ndone",
        "attempt=1\nuntil STUB; do\n    if (( attempt >= 3 )); then LEAVE; break; fi\n    (( attempt++ ))\ndone",
    ],
};

pub const SELECT: Family = Family {
    weight: 1,
    needs: Some(Feature::Select),
    patterns: &[
        "select x in a b; do CMD; break; done <<< 1",
        "select x in $(STUB) a; do LEAVE; done < /dev/null || CMD",
    ],
};

pub const READERS: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        "CMD | while read -r x; do CMD; done",
        "echo a | while read -r x; do CMD; done",
        "echo a | while read -r x; do CMD || LEAVE; done || LEAVE",
        "echo a | while read -r x; do CMD || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
        "while read -r x; do CMD; done < /dev/null",
        "while read -r x <&4; do\nLOOP\ndone 4<< END\na\nb\nEND",
        "while IFS= read -r x; do CMD || failed=1; done << END\na\nEND",
        "while getopts ab x; do CMD; done",
        "set -- -a -b\nOPTIND=1\nwhile getopts ab x; do case $x in a) CMD ;; *) LEAVE ;; esac; done",
        "read -r v < /dev/null || CMD",
        "echo a | { read -r x; CMD; }",
    ],
};

pub const FALLING: Family = Family {
    weight: 1,
    needs: Some(Feature::FallThrough),
    patterns: &[
        "case $rc in 0) CMD ;& 1) CMD ;; *) LEAVE ;; esac",
        "case x in x) CMD && CMD ;& y) CMD ;; esac",
    ],
};
