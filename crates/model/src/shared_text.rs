//! [`shared_text`]: names of formats, charsets and components, which many sources have in common.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Different texts that are shared. A log may have anything in the place of a name.
const SHARED: usize = 256;

/// Longest text that is shared, in bytes.
const LONGEST: usize = 80;

static TEXTS: Mutex<BTreeSet<Arc<str>>> = Mutex::new(BTreeSet::new());

/// Returns the text, in the same memory for all that ask for it: the first 256 different ones. Further ones take memory of
/// their own.
pub fn shared_text(text: &str) -> Arc<str> {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = texts.get(text) {
        return Arc::clone(known);
    }
    let new: Arc<str> = text.into();
    if texts.len() < SHARED && text.len() <= LONGEST {
        texts.insert(Arc::clone(&new));
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_their_memory() {
        let (one, other) = (shared_text("tomcat-juli"), shared_text(&String::from("tomcat-juli")));
        assert!(Arc::ptr_eq(&one, &other));
        let long = "x".repeat(LONGEST + 1);
        assert!(!Arc::ptr_eq(&shared_text(&long), &shared_text(&long)));
        for at in 0..2 * SHARED {
            assert_eq!(*shared_text(&at.to_string()), at.to_string());
        }
        assert!(TEXTS.lock().unwrap().len() <= SHARED);
    }
}
