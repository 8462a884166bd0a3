//! Floor 0: a panic over one script is a bug, and must not keep the others from being checked, nor end a server. What nobody waits for
//! any more ends early.

mod demand;

pub use demand::{Cancelled, Demand, Wish, cancellable, still_wanted};

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics in [`guarded`] work from printing; those elsewhere do as before.
pub fn install() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !GUARDED.get() {
            return usual(panic);
        }
        let place = panic
            .location()
            .map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
        let message = panic.payload_as_str().unwrap_or("no message");
        SAID.set(Some(format!("{message}{place}")));
    }));
}

/// Does `work`. That it is [`Cancelled`] goes on to whoever has asked for it.
///
/// # Errors
/// What a panic in it said, with the place in the source.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    result.map_err(|thrown| match thrown.downcast::<Cancelled>() {
        Ok(cancelled) => cancelled.unwind(),
        Err(_) => SAID.take().unwrap_or_else(|| "no message".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{guarded, install};

    #[test]
    fn a_panic_is_caught_and_told() {
        install();
        assert_eq!(guarded(|| 1), Ok(1));
        let said = guarded(|| -> u8 { panic!("a rule broke on {}", "this") }).unwrap_err();
        assert!(said.starts_with("a rule broke on this (src/guard/mod.rs:"), "{said}");
        assert_eq!(guarded(|| 2), Ok(2), "the next one is done as before");
    }
}
