//! Command and process substitutions.

use super::Family;
use crate::generated::shell::Feature;

pub const ASSIGNED: Family = Family {
    weight: 8,
    needs: None,
    patterns: &[
        "v=$(CMD)",
        "v=$(STUB) || LEAVE",
        "v=$(CMD) || failed=1",
        "v=$(CMD; CMD)",
        "v=$(CMD; CMD) || LEAVE",
        "v=$(CMD || true)",
        "v=$(CMD | CMD)",
        "v=$(CMD | CMD) || LEAVE",
        "v=$(CMD || echo none)",
        "v=$(CMD && CMD) || LEAVE",
        "v=$(CMD; echo x)",
        "v=$(exit 0; CMD)",
        "v=$(CMD; exit 0)",
        "v=$(CMD || exit 4; CMD)",
        "v=x w=$(CMD)",
        "v=$(CMD) w=x",
        "v=$(CMD) w=$(CMD)",
        "v=\"a$(CMD)b\"",
        "v=$(CMD)$(CMD)",
        "v=\"${v:-$(CMD)}\"",
        "v=`CMD`",
        "v=$(CMD)\n[ $? -eq 0 ] || LEAVE",
        "v=$(CMD); rc=$?; [ $rc -eq 0 ] || LEAVE",
        "if v=$(CMD); then CMD; else LEAVE; fi",
        "if ! v=$(CMD); then LEAVE; fi",
        "v=$(ASK && CMD)",
        "v=$(CMD) && CMD || LEAVE",
        "! v=$(CMD)",
        "rc=0; v=$(CMD) || rc=$?; exit $rc",
        "v=$((0 + $(STUB; echo 1)))",
        "v=$(v=$(CMD); CMD)",
        "v=$(v=$(CMD) || exit 3; CMD) || LEAVE",
        "v=$( ( CMD; CMD ) )",
        "v=$(trap 'exit 0' EXIT; CMD)",
        "$(STUB)",
        "$(STUB) || LEAVE",
    ],
};

pub const WORDS: Family = Family {
    weight: 6,
    needs: None,
    patterns: &[
        "CMD \"$(CMD)\"",
        "CMD \"$(CMD)\" || LEAVE",
        ": \"$(CMD)\"",
        "echo \"$(CMD)\" > /dev/null",
        "v=$(CMD) STUB",
        "if [ -z \"$(STUB)\" ]; then CMD; fi",
        "[ \"$(STUB)\" = \"\" ] || CMD",
        "for x in $(STUB); do LEAVE; done",
        "case $(STUB) in '') CMD ;; *) CMD ;; esac",
        "STUB > /dev/null$(STUB)",
        "set -- $(STUB)\nCMD",
        "eval \"$(STUB)\"",
        ": \"${v:=$(CMD)}\"",
        "echo \"$(CMD)$(CMD)\" > /dev/null && CMD",
        "printf '%s' \"$(CMD || echo none)\" > /dev/null",
        "cd \"$(STUB; echo .)\" || LEAVE",
        "CMD \"$(CMD || exit 1)\"",
        "test -n \"$(STUB)\" || CMD",
        "export v=$(CMD)",
        "export v=$(STUB) || LEAVE",
        "export v; v=$(STUB) || LEAVE",
    ],
};

pub const DECLARED: Family = Family {
    weight: 2,
    needs: Some(Feature::Bash),
    patterns: &[
        "declare v=$(CMD)",
        "declare v=$(STUB) || LEAVE",
        "declare -a v=($(CMD))",
        "declare -i v=$(STUB; echo 1)",
        "( readonly COUNTER=$(CMD) )",
        "FN() { local -r v=$(CMD); CMD; }\nFN",
        "FN() { local v; v=$(CMD); CMD; }\nFN || LEAVE",
        "FN() { local v=$(CMD) && CMD; }\nFN",
    ],
};

pub const BASH: Family = Family {
    weight: 4,
    needs: Some(Feature::Bash),
    patterns: &[
        "mapfile -t all < <(CMD)",
        "mapfile -t all < <(CMD)\nwait $! || LEAVE",
        "[[ -n \"$(STUB)\" ]] || CMD",
        "[[ \"$(STUB)\" == x ]] && CMD",
        "for x in \"$(CMD)\"; do CMD; done",
        "v=(\"$(CMD)\" \"$(CMD)\")",
        "v=$(< /dev/null) || LEAVE",
        "v[0]=$(CMD)",
        "v+=$(CMD)",
        "(( $(STUB; echo 0) )) || CMD",
    ],
};

pub const BLOCKS: Family = Family {
    weight: 3,
    needs: None,
    patterns: &[
        "v=$(\nSUB\n)",
        "v=$(\nSUB\n) || failed=1",
        "v=$(\nSUB\n) || LEAVE",
        "if v=$(\nSUB\n); then CMD; fi",
    ],
};

pub const HERE_STRINGS: Family = Family {
    weight: 1,
    needs: Some(Feature::HereString),
    patterns: &["read -r v <<< \"$(CMD)\" || true", "STUB <<< \"$(CMD)\""],
};

pub const PROCESSES: Family = Family {
    weight: 2,
    needs: Some(Feature::ProcessSubstitution),
    patterns: &[
        "while read -r x; do CMD; done < <(CMD)",
        "while read -r x; do CMD; done < <(CMD; echo a)",
        "while read -r x; do CMD || failed=1; done < <(echo a)\n[ $failed -eq 0 ] || LEAVE",
        "read -r v < <(CMD) || LEAVE",
    ],
};

pub const TYPESET: Family =
    Family { weight: 1, needs: Some(Feature::Typeset), patterns: &["typeset v=$(CMD)"] };

pub const OUTPUTS: Family = Family {
    weight: 2,
    needs: Some(Feature::ProcessSubstitution),
    patterns: &[
        "CMD > >(STUB)",
        "CMD > >(STUB) || LEAVE",
        "STUB > >(STUB; STUB) 2>&1",
        "{ CMD; CMD; } > >(STUB) || LEAVE",
        "if CMD > >(STUB); then CMD; else LEAVE; fi",
        "CMD 2> >(STUB >&2)",
    ],
};

pub const HERE_DOCUMENTS: Family = Family {
    weight: 1,
    needs: Some(Feature::SubstitutionInHereDocument),
    patterns: &["STUB << END\n$(CMD)\nEND", "STUB << END || LEAVE\n$(CMD)\nEND"],
};
