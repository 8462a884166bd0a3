//! Background jobs. They run programs only: what else they do comes before or after a failure beside them, as it happens.

use super::Family;
use crate::generated::shell::Feature;

pub const JOBS: Family = Family {
    weight: 6,
    needs: None,
    patterns: &[
        "STUB &\nwait",
        "STUB &\nwait $!",
        "STUB &\nwait $! || failed=1",
        "STUB & pid=$!\nwait \"$pid\" || LEAVE",
        "STUB & pid=$!\nCMD\nwait $pid",
        "STUB & pid=$!\nwait $pid; rc=$?\n[ $rc -eq 0 ] || LEAVE",
        "STUB &\nSTUB &\nwait",
        "STUB & a=$!\nSTUB & b=$!\nwait $a\nwait $b",
        "STUB & a=$!\nSTUB & b=$!\nwait $a || failed=1\nwait $b || failed=1\n[ $failed -eq 0 ] || LEAVE",
        "STUB & a=$!\nSTUB & b=$!\nwait $a $b",
        "STUB & a=$!\nSTUB & b=$!\nwait $a $b || LEAVE",
        "STUB & a=$!\nSTUB & b=$!\nwait $a && wait $b || LEAVE",
        "{ STUB; STUB; } &\nwait $!",
        "{ STUB && STUB; } &\nwait $! || LEAVE",
        "( STUB; STUB ) &\nwait $!",
        "( STUB || exit 1; STUB ) &\nwait $! || LEAVE",
        "STUB && STUB &\nwait $!",
        "STUB || STUB &\nwait $! || LEAVE",
        "STUB | STUB &\nwait $!",
        "{ STUB || exit 3; } &\nwait $!",
        "! STUB &\nwait $! || CMD",
        "STUB &\nCMD\nwait",
        "STUB & wait; CMD",
        "pids=\nfor x in a b; do STUB & pids=\"$pids $!\"; done\nfor p in $pids; do wait $p || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
        "pids=\nfor x in a b; do STUB & pids=\"$pids $!\"; done\nfor p in $pids; do wait $p; done",
        "pids=\nSTUB & pids=\"$pids $!\"\nSTUB & pids=\"$pids $!\"\nwait $pids",
        "FN() { STUB & wait $!; }\nFN || LEAVE",
        "STUB &\nif wait $!; then CMD; else LEAVE; fi",
    ],
};

pub const ARRAYS: Family = Family {
    weight: 2,
    needs: Some(Feature::Arrays),
    patterns: &[
        "pids=()\nfor x in a b; do STUB & pids+=($!); done\nfor p in \"${pids[@]}\"; do wait \"$p\" || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
        "pids=()\nSTUB & pids+=($!)\nSTUB & pids+=($!)\nfor p in \"${pids[@]}\"; do wait $p || LEAVE; done",
        "pids=()\nSTUB & pids+=($!)\nSTUB & pids+=($!)\nwait \"${pids[@]}\"",
        "pids=()\nSTUB & pids+=(\"$!\")\nfor i in \"${!pids[@]}\"; do wait \"${pids[$i]}\" || failed=1; done\n[ $failed -eq 0 ] || LEAVE",
    ],
};

pub const BASH: Family = Family {
    weight: 2,
    needs: Some(Feature::Bash),
    patterns: &[
        "STUB &\nwait -n || LEAVE",
        "STUB &\nCMD > >(STUB)\nwait $! || LEAVE",
        ": > >(STUB)\nwait $! || LEAVE",
        "coproc STUB < /dev/null\nwait",
        "coproc { STUB; STUB; } < /dev/null\nCMD\nwait",
        "coproc STUB < /dev/null\nwait $! || LEAVE",
        "coproc { STUB && STUB; } < /dev/null\npid=$!\nwait $pid",
        "wait -n 2> /dev/null || true",
        "STUB & pid=$!\nwait -n $pid || LEAVE",
    ],
};
