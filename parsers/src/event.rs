//! [`Event`]: one message of a log, taken apart. It borrows everything from the block it lies in.

use crate::{Level, RawTimestamp};

/// One message of a log. All texts are bytes of the message itself, in the charset of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// When it was written, as the line says it; `None` if the message carries no stamp.
    pub stamp: Option<RawTimestamp>,
    /// How grave its writer thought it.
    pub level: Level,
    /// The level as it is written, which may be in the language of the JVM.
    pub level_word: &'a [u8],
    /// Name of the thread, without the brackets around it.
    pub thread: &'a [u8],
    /// Class that wrote it.
    pub class: &'a [u8],
    /// Method that wrote it, as written: with or without `()`.
    pub method: &'a [u8],
    /// `Key:value` fields, in the order of the line. ECE's session fields differ by version, so they are read by
    /// name.
    pub fields: Vec<(&'a [u8], &'a [u8])>,
    /// What it says, on its first line.
    pub message: &'a [u8],
    /// The lines below the first: exception text, stack trace, SQL, XML; with their line ends.
    pub rest: &'a [u8],
}

impl<'a> Event<'a> {
    /// Value of the field `name`, if the message has it; an empty value is `Some(b"")`.
    pub fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| *value)
    }
}
