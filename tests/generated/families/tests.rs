//! Tests and arithmetic on what is carried.

use super::Family;
use crate::generated::shell::Feature;

pub const BRACKETS: Family = Family {
    weight: 4,
    needs: None,
    patterns: &[
        "[ -z \"\" ] && CMD",
        "[ -n \"\" ] && CMD",
        "[ x = x ] && CMD",
        "[ x = y ] || CMD",
        "[ 1 -lt 2 ] && CMD",
        "[ ! -z \"\" ] || CMD",
        "[ x = x -a y = y ] && CMD",
        "[ x = y -o y = y ] && CMD",
        "[ \\( x = x \\) -a ! y = x ] && CMD",
        "if [ \"$rc\" -ne 0 ] || [ \"$failed\" -ne 0 ]; then LEAVE; fi",
        "if [ \"$rc\" -ne 0 ] && [ \"$failed\" -ne 0 ]; then LEAVE; fi",
        "if [ \"$rc\" -ne 0 -o \"$failed\" -ne 0 ]; then LEAVE; fi",
        "[ \"$rc\" -eq 0 -a \"$failed\" -eq 0 ] || LEAVE",
        "if [ \"$rc\" != 0 ]; then exit \"$rc\"; fi",
        "if [ ! \"$rc\" = 0 ]; then LEAVE; fi",
        "if ! [ \"$rc\" -eq 0 ]; then LEAVE; fi",
        "[ 0 -lt $rc ] && LEAVE",
        "[ $rc -ge 1 ] && LEAVE",
        "[ \"x$rc\" = x0 ] || LEAVE",
        "[ \"$rc\" ] && CMD",
        "test -n \"$rc\" && CMD",
        "test 0 -eq \"$failed\" || LEAVE",
        "[ $((rc + failed)) -eq 0 ] || LEAVE",
        "[ -d / ] && CMD",
        "[ -e /nonexistent ] || CMD",
    ],
};

pub const DOUBLE_BRACKETS: Family = Family {
    weight: 3,
    needs: Some(Feature::DoubleBracket),
    patterns: &[
        "if [[ $rc -ne 0 ]]; then LEAVE; fi",
        "[[ $rc -eq 0 && $failed -eq 0 ]] || LEAVE",
        "[[ $rc -ne 0 || $failed -ne 0 ]] && LEAVE",
        "[[ $rc == 0 ]] && CMD",
        "[[ $rc != 0 ]] && LEAVE",
        "[[ ! $rc -eq 0 ]] && LEAVE",
        "[[ ! ( $rc -eq 0 && $failed -eq 0 ) ]] && LEAVE",
        "[[ rc -eq 0 ]] || LEAVE",
        "[[ $rc -eq 0 ]] && [[ $failed -eq 0 ]] && CMD",
        "[[ x == x* ]] && CMD",
        "[[ -z ${v:-} || $rc -eq 0 ]] || CMD",
        "[[ $rc -gt 0 ]] && failed=1",
        "[[ $rc > 0 ]] && LEAVE",
    ],
};

pub const REGULAR_EXPRESSIONS: Family = Family {
    weight: 1,
    needs: Some(Feature::RegularExpression),
    patterns: &["[[ $rc =~ ^0$ ]] || LEAVE", "[[ $rc =~ [1-9] ]] && LEAVE"],
};

pub const ARITHMETIC: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        "exit $(( failed > 0 ))",
        "exit $(( failed ? 1 : 0 ))",
        "exit $(( failed != 0 || rc != 0 ))",
        "exit $(( (failed + rc) > 0 ))",
        "exit $(( !failed ))",
        "exit $(( failed * 2 ))",
        "failed=$(( failed | rc ))",
        "failed=$(( failed + (rc != 0) ))",
        "rc=$(( failed && 1 ))",
        "rc=$(( 1 - 1 ))",
        "rc=$(( 3 % 2 ))",
        "rc=$(( failed << 1 ))",
        "rc=$(( ~0 + 1 ))",
        "rc=$(( 0x10 - 16 ))",
        "CMD || : $(( failed += 1 ))\n[ $failed -eq 0 ] || LEAVE",
        "CMD || failed=$((failed += 1))\n[ $failed -eq 0 ] || LEAVE",
    ],
};

pub const ARITHMETIC_COMMANDS: Family = Family {
    weight: 4,
    needs: Some(Feature::ArithmeticCommand),
    patterns: &[
        "if (( rc )); then LEAVE; fi",
        "if (( rc != 0 )); then LEAVE; fi",
        "if (( failed > 0 )); then LEAVE; fi",
        "if (( failed || rc )); then LEAVE; fi",
        "(( failed == 0 )) || LEAVE",
        "(( failed == 0 ))",
        "(( failed += 1 ))",
        "(( failed++ ))",
        "CMD || (( failed++ ))",
        "CMD || (( failed++ )) || true",
        "CMD || (( ++failed ))",
        "CMD || (( failed |= 1 ))\n(( failed )) && LEAVE",
        "CMD || (( failed = 1, rc = 2 ))\n(( rc == 2 )) && LEAVE",
        "CMD; (( rc = $? ))\n[ $rc -eq 0 ] || LEAVE",
        "CMD; (( rc |= $? )) || true\nexit $rc",
        "CMD; (( $? == 0 )) || LEAVE",
        "CMD; (( ! $? )) && CLAIM",
        "let failed+=1",
        "CMD || let failed++",
        "let 'failed = failed ? 1 : 0' || true",
        "! (( failed ))",
        "(( failed == 0 && rc == 0 )) && CLAIM",
        "(( failed -= failed ))",
        "failed+=1",
        "(( rc > 0 ? 1 : 0 )) && LEAVE",
        "(( rc == 0 || (failed = 1) ))\n(( failed )) && LEAVE",
        "(( 1 && 0 )) || CMD",
        "(( 2#10 == 2 )) && CMD",
    ],
};

pub const TIMED: Family = Family {
    weight: 1,
    needs: Some(Feature::Time),
    patterns: &["time CMD", "time CMD || LEAVE", "time CMD | CMD"],
};
