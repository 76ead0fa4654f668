//! [`Subject`]: a message as a filter sees it.

use std::borrow::Cow;

use spoglight_parsers::Level;

/// A field of a message, other than its level and its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Name of the server.
    Host,
    /// Name of the log file.
    Source,
    /// The process that wrote the message.
    Process,
    /// Name of the format of the log.
    Format,
    /// Thread, by name or number.
    Thread,
    /// Class, logger or component.
    Class,
    /// Method or function.
    Method,
    /// Id of a session, call or request.
    Session,
    /// Id of the operating system's process.
    Pid,
}

impl Field {
    /// All fields, in the order in which help lists them.
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

    /// Name in a filter, in lower case.
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

    /// Returns whether the line must be parsed for the field. The other fields are the same for the whole source.
    pub(crate) fn is_parsed(self) -> bool {
        match self {
            Field::Host | Field::Source | Field::Process | Field::Format => false,
            Field::Thread | Field::Class | Field::Method | Field::Session | Field::Pid => true,
        }
    }
}

/// The parts of a message that a filter needs, besides its level and its source: the others need not be computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// A field that only a parsed line has: thread, class, method, session or pid.
    pub parsed: bool,
    /// The text of the message and the lines below it.
    pub text: bool,
    /// The signatures found in the message.
    pub findings: bool,
}

/// A message that a filter can test.
pub trait Subject {
    /// The level of the message.
    fn level(&self) -> Level;

    /// The whole message with the lines below it, as UTF-8 as far as it could be decoded. Called at most once for
    /// each [`Query::matches`](crate::Query::matches), and only if [`Needs::text`].
    fn text(&self) -> Cow<'_, [u8]>;

    /// The value of a field, if the message has it.
    fn field(&self, field: Field) -> Option<Cow<'_, [u8]>>;

    /// Ids of the signatures found in the message.
    fn findings(&self) -> &[&str];
}
