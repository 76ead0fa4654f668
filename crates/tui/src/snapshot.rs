//! The state of the index that background work looks at.

use std::sync::Arc;

use spoglight_browse::index::EventIndex;
use spoglight_browse::survey::SharedFacts;
use spoglight_signatures::Library;

/// Index, source facts and signatures at one moment.
#[derive(Clone)]
pub(crate) struct Snapshot<'s> {
    pub(crate) index: Arc<EventIndex<'s>>,
    pub(crate) facts: SharedFacts,
    pub(crate) library: Arc<Library>,
}
