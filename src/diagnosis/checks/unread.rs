//! What was not read cannot be judged.

use super::{Check, Collection, files};
use crate::analysis::CannotTell;

/// See the [module](self).
pub(super) struct Unread;

impl Check for Unread {
    fn id(&self) -> &'static str {
        "not-read"
    }

    fn run(&self, collection: &Collection<'_>) -> Vec<CannotTell> {
        let paths: Vec<&str> = collection.warnings.iter().map(|warning| warning.path.as_str()).collect();
        let Some(about) = files(&paths) else { return Vec::new() };
        vec![CannotTell {
            id: self.id(),
            about,
            why: "they were not read, or not wholly; the warnings say why".to_owned(),
            advice: "see the advice of each warning".to_owned(),
        }]
    }
}
