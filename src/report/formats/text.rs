//! Pictures of the script, for people.

use super::{Format, Way};
use crate::report::pictures;

pub(super) static FORMAT: Format = Format {
    name: "text",
    about: "pictures of the script, for people",
    way: Way::EachScript(pictures),
    aside: None,
};
