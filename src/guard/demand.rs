//! Work that ends early when nobody wants what it is for any more.
//!
//! Who asks for something holds a [`Wish`] for it; who works on it, in whatever depth, asks [`still_wanted`] now and then. When the last
//! wish is gone, that question unwinds the stack up to [`cancellable`]. Work that nobody has put under a [`Demand`], as that of the
//! command line, is always wanted.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

thread_local! {
    static UNDER: RefCell<Option<Demand>> = const { RefCell::new(None) };
}

/// How many want something.
#[derive(Clone, Debug, Default)]
pub struct Demand(Arc<State>);

#[derive(Debug, Default)]
struct State {
    wishes: AtomicUsize,
    is_over: AtomicBool,
    /// What it is a part of.
    whole: Option<Demand>,
}

impl Demand {
    /// A demand for something that is of no use without something else.
    pub fn part_of(whole: &Self) -> Self {
        Self(Arc::new(State { whole: Some(whole.clone()), ..State::default() }))
    }

    /// One more wants it.
    #[must_use = "the wish ends where it is dropped"]
    pub fn wish(&self) -> Wish {
        self.0.wishes.fetch_add(1, Ordering::Relaxed);
        Wish { demand: self.clone(), _whole: self.0.whole.as_ref().map(|whole| Box::new(whole.wish())) }
    }

    /// It is of no use any more, whoever wants it.
    pub fn end(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    /// Whether it is of no use any more.
    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Relaxed)
    }

    /// Whether somebody wants it, and it is of use.
    pub fn is_there(&self) -> bool {
        !self.is_over()
            && self.0.wishes.load(Ordering::Relaxed) > 0
            && self.0.whole.as_ref().is_none_or(Self::is_there)
    }

    /// Does `work` for those who want this, and for nobody else.
    pub fn meet<T>(&self, work: impl FnOnce() -> T) -> T {
        let _outer = Outer(UNDER.replace(Some(self.clone())));
        still_wanted();
        work()
    }
}

/// Brings back what the thread has worked for before.
struct Outer(Option<Demand>);

impl Drop for Outer {
    fn drop(&mut self) {
        UNDER.set(self.0.take());
    }
}

/// Somebody wants something, as long as this is kept.
#[derive(Debug)]
pub struct Wish {
    demand: Demand,
    _whole: Option<Box<Wish>>,
}

impl Drop for Wish {
    fn drop(&mut self) {
        self.demand.0.wishes.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Unwinds the work under way on this thread if nobody wants it any more.
#[inline]
pub fn still_wanted() {
    if UNDER.with_borrow(|demand| demand.as_ref().is_some_and(|demand| !demand.is_there())) {
        Cancelled.unwind()
    }
}

/// Nobody has wanted it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl Cancelled {
    /// Goes on to whoever can tell it. This is no panic: no hook hears of it.
    #[cold]
    pub fn unwind(self) -> ! {
        panic::resume_unwind(Box::new(self))
    }
}

/// Does `work`, which may end early.
///
/// # Errors
/// When it did.
pub fn cancellable<T>(work: impl FnOnce() -> T) -> Result<T, Cancelled> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|thrown| match thrown.downcast::<Cancelled>() {
        Ok(cancelled) => *cancelled,
        Err(panic) => panic::resume_unwind(panic),
    })
}

#[cfg(test)]
mod tests {
    use super::{Cancelled, Demand, cancellable, still_wanted};
    use crate::guard::{guarded, install};

    #[test]
    fn work_ends_with_the_last_wish() {
        install();
        let demand = Demand::default();
        let mut wishes = vec![demand.wish(), demand.wish()];
        let mut done = 0;
        let ended = cancellable(|| {
            guarded(|| {
                demand.meet(|| {
                    for _ in 0..10 {
                        still_wanted();
                        done += 1;
                        wishes.pop();
                    }
                });
            })
        });
        assert_eq!((ended, done), (Err(Cancelled), 2));
        still_wanted();
        assert_eq!(cancellable(|| demand.meet(|| 1)), Err(Cancelled), "it does not even begin");
        let _wish = demand.wish();
        assert_eq!(cancellable(|| demand.meet(|| 1)), Ok(1), "somebody wants it again");
        demand.end();
        assert_eq!(cancellable(|| demand.meet(|| 1)), Err(Cancelled), "it is of no use to them");
    }

    #[test]
    fn a_part_is_wanted_as_long_as_the_whole() {
        let whole = Demand::default();
        let part = Demand::part_of(&whole);
        assert!(!part.is_there());
        let wish = part.wish();
        assert!(part.is_there() && whole.is_there());
        whole.end();
        assert!(!part.is_there());
        drop(wish);
        assert!(!whole.is_there());
    }

    #[test]
    fn what_is_done_meanwhile_for_others_is_theirs() {
        let (outer, inner) = (Demand::default(), Demand::default());
        let (wish, _other) = (outer.wish(), inner.wish());
        let ended = cancellable(|| {
            outer.meet(|| {
                drop(wish);
                inner.meet(still_wanted);
                still_wanted();
            });
        });
        assert_eq!(ended, Err(Cancelled));
    }

    #[test]
    fn a_panic_is_a_panic() {
        install();
        let said = guarded(|| cancellable(|| -> u8 { panic!("a rule broke") })).unwrap_err();
        assert!(said.starts_with("a rule broke"), "{said}");
    }
}
