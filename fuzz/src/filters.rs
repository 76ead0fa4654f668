//! Filters, as a user types them: each is read or refused with the place of its fault, and completed at every place.

use std::borrow::Cow;

use spoglight_parsers::Level;
use spoglight_query::{Field, Query, Subject, complete};

struct Message<'a>(&'a [u8]);

impl Subject for Message<'_> {
    fn level(&self) -> Level {
        Level::Error
    }

    fn text(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.0)
    }

    fn field(&self, field: Field) -> Option<Cow<'_, [u8]>> {
        (field != Field::Pid).then(|| Cow::Borrowed(self.0.get(..self.0.len() / 2).unwrap_or_default()))
    }

    fn findings(&self) -> &[&str] {
        &["tls-pkix-path-building"]
    }
}

/// Checks a filter, and after a NUL the message that it is used on.
pub fn check(data: &[u8]) {
    let (text, message) = super::halves(data);
    for cursor in [0, text.len() / 2, text.len(), text.len() + 1] {
        let completion = complete(text, cursor, &|name| vec![format!("{name}\" 1"), "x".to_owned()]);
        assert!(text.get(completion.from..completion.to).is_some() || completion.options.is_empty());
    }
    match Query::parse(text) {
        Ok(query) => {
            let is_hit = query.matches(&Message(message));
            assert!(is_hit || !query.is_all());
            assert!(!is_hit || query.needle().is_none_or(|needle| needle.is_match(message)), "{text:?}");
            let _ = query.needs();
        }
        Err(error) => {
            assert!(text.get(error.at.clone()).is_some() && !error.what.is_empty(), "{error:?}");
            assert!(!error.to_string().is_empty());
        }
    }
    // a value that is quoted is itself
    if let Ok(query) = Query::field_is(Field::Thread, text) {
        assert!(
            query.matches(&Message(&[text.as_bytes(), text.as_bytes()].concat())) || text.is_empty(),
            "{text:?}"
        );
    }
}
