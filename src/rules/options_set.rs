//! Commands that turn errexit on or off: what the rules about where it holds share.

use super::Context;
use crate::syntax::Command;

/// `set -e` and its like, with the sign `-`; `set +e` with `+`.
pub(super) fn sets_errexit(cx: &Context<'_>, command: &Command, sign: char) -> bool {
    let name = command.as_simple().and_then(|simple| simple.words.first());
    if name.and_then(|name| cx.literal(name)).as_deref() != Some("set") {
        return false;
    }
    let words = cx.literals(command);
    let [_, Some(flags), rest @ ..] = words.as_slice() else { return false };
    let letters = flags.strip_prefix(sign).unwrap_or_default();
    let named = letters.ends_with('o') && rest.first() == Some(&Some("errexit".to_owned()));
    letters.contains('e') || named
}
