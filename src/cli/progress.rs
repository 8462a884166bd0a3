//! How far a run is, for somebody who waits at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer scripts are done before anybody could read it.
const FEW: usize = 50;

/// A bar on standard error, where that is a terminal; nothing elsewhere.
pub struct Progress(ProgressBar);

impl Progress {
    /// Over this many scripts.
    pub fn over(scripts: usize) -> Self {
        let target = if scripts < FEW { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len} scripts, {per_sec}");
        let bar = ProgressBar::with_draw_target(Some(scripts as u64), target);
        Self(bar.with_style(style.expect("the template is well formed")))
    }

    /// One more is done.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Does what may write to the terminal.
    pub fn aside(&self, work: impl FnOnce()) {
        self.0.suspend(work);
    }
}

impl Drop for Progress {
    /// What is written next stands where the bar was.
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
