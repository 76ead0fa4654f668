//! [`Subject`]: a message as a filter sees it.

use std::borrow::Cow;

use spoglight_parsers::Level;

/// A field of a message, other than its level and its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The server.
    Host,
    /// Name of the log file.
    Source,
    /// The program that wrote it.
    Process,
    /// Name of the format of the log.
    Format,
    /// Thread, by name or number.
    Thread,
    /// Class, logger or component.
    Class,
    /// Method or function.
    Method,
    /// Session, call or request.
    Session,
    /// Number of the process.
    Pid,
}

impl Field {
    /// All fields, in the order in which they are told to a user.
    pub const ALL: [Field; 9] = [
        Field::Host,
        Field::Source,
        Field::Process,
        Field::Format,
        Field::Thread,
        Field::Class,
        Field::Method,
        Field::Session,
        Field::Pid,
    ];

    /// Name in a filter, lower case.
    pub fn name(self) -> &'static str {
        match self {
            Field::Host => "host",
            Field::Source => "source",
            Field::Process => "process",
            Field::Format => "format",
            Field::Thread => "thread",
            Field::Class => "class",
            Field::Method => "method",
            Field::Session => "session",
            Field::Pid => "pid",
        }
    }

    /// Whether the line must be parsed for it. The others are the same for the whole source.
    pub fn is_parsed(self) -> bool {
        match self {
            Field::Host | Field::Source | Field::Process | Field::Format => false,
            Field::Thread | Field::Class | Field::Method | Field::Session | Field::Pid => true,
        }
    }
}

/// What of a message a filter looks at, besides its level and where it comes from: others need not be worked out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// A field that only a parsed line has: thread, class, method, session or pid.
    pub parsed: bool,
    /// The text of the message.
    pub text: bool,
    /// The signatures that hit in it.
    pub findings: bool,
}

/// What a filter is asked about: a message.
pub trait Subject {
    /// How grave it is.
    fn level(&self) -> Level;

    /// The whole message with the lines below it, as UTF-8 as far as it could be decoded. Asked at most once for each
    /// [`Query::matches`], and only if [`Needs::text`].
    fn text(&self) -> Cow<'_, [u8]>;

    /// A field, if the message has it.
    fn field(&self, field: Field) -> Option<Cow<'_, [u8]>>;

    /// Ids of the signatures that hit in it.
    fn findings(&self) -> &[&str];
}
