//! [`Event`]: one parsed message of a log. It borrows everything from its block.

use crate::{Level, RawTimestamp};

/// One parsed message of a log. All texts are bytes of the message itself, in the charset of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// Timestamp as the line shows it; `None` if the message has none.
    pub stamp: Option<RawTimestamp>,
    /// Level of the message.
    pub level: Level,
    /// The level as written, possibly in the language of the JVM.
    pub level_word: &'a [u8],
    /// Name of the thread, without the brackets around it.
    pub thread: &'a [u8],
    /// Class that wrote the message.
    pub class: &'a [u8],
    /// Method that wrote the message, as written: with or without `()`.
    pub method: &'a [u8],
    /// `Key:value` fields, in the order of the line. ECE's session fields differ by version, so they are read by
    /// name.
    pub fields: Vec<(&'a [u8], &'a [u8])>,
    /// Tags before the text, as the line shows them: `[exception=...][REQUEST_URL=...]`, `la-lgr`. They are among
    /// `fields`, too.
    pub tags: &'a [u8],
    /// The text on the first line.
    pub message: &'a [u8],
    /// The lines below the first, with their line ends: exception text, stack trace, SQL, XML.
    pub rest: &'a [u8],
}

impl<'a> Event<'a> {
    /// Value of the field `name`, if the message has it; an empty value is `Some(b"")`.
    pub fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| *value)
    }
}
