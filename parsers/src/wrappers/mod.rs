//! Prefixes that other programs put in front of the lines of a log, one file for each program: `grep`, `docker`,
//! syslog, mail.
//!
//! A wrapper only takes a line apart; whether a file is wrapped is decided by what is below its prefixes.

/// What a wrapper knows of the lines around one.
pub struct WrapperContext<'c> {
    /// Returns whether a message of a known layout begins with these bytes.
    pub begins: &'c dyn Fn(&[u8]) -> bool,
    /// The name on the line before; empty if there was none.
    pub last: &'c [u8],
}

/// A line without its prefix. All texts are parts of the line, also empty ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unwrapped<'l> {
    /// The server that the prefix names; empty if none.
    pub host: &'l [u8],
    /// The file, container or program that the prefix names; empty if none.
    pub name: &'l [u8],
    /// The line of the log.
    pub text: &'l [u8],
}

/// A kind of prefix.
///
/// To add one, add a file in `wrappers/` with a unit struct that implements this trait, and one line in
/// `wrappers/mod.rs`. Lines are passed without their line end.
pub trait Wrapper: Sync {
    /// Short name: `grep`, `docker-compose`.
    fn name(&self) -> &'static str;

    /// The program that writes the prefix, for users.
    fn title(&self) -> &'static str;

    /// A prefix, as tests put it in front of a line.
    fn example(&self) -> &'static str;

    /// Takes a line apart; `None` if it has no such prefix.
    fn split<'l>(&self, line: &'l [u8], context: &WrapperContext<'_>) -> Option<Unwrapped<'l>>;

    /// Returns whether the line is of the program that writes the prefix, and not of a log: a separator, a summary.
    fn is_noise(&self, _line: &[u8]) -> bool {
        false
    }

    /// The name that a heading gives to the lines below it.
    fn heading<'l>(&self, _line: &'l [u8]) -> Option<&'l [u8]> {
        None
    }

    /// Whether it has headings instead of prefixes.
    fn has_headings(&self) -> bool {
        false
    }

    /// Whether the program writes only some lines of a log, so that others may be missing.
    fn is_selection(&self) -> bool {
        false
    }

    /// Whether its names are those of files, containers or programs; false if they only are the same on lines that belong
    /// together.
    fn names_sources(&self) -> bool {
        true
    }

    /// Whether ordinary text never has this prefix on most of its lines, so that it is removed from lines of an unknown
    /// layout, too.
    fn is_unmistakable(&self) -> bool {
        false
    }
}

/// Declares the modules of the wrappers and the list of them. A module may have several.
macro_rules! wrappers {
    ($($module:ident: $($wrapper:ident),+;)+) => {
        $(mod $module;)+

        /// Every wrapper. Of those that fit a file equally well, the first wins.
        pub const WRAPPERS: &[&dyn Wrapper] = &[$($(&$module::$wrapper),+),+];
    };
}

// A new wrapper is one file and one line here.
wrappers! {
    compose: Compose;
    kubectl: KubectlPrefix;
    syslog: Syslog;
    timestamps: Timestamps;
    search: Search, SearchNumbered;
    line_numbers: LineNumbers;
    headings: Headings;
    mail: MailQuote;
    quotation: Quotation;
    indent: Indent;
}

#[cfg(test)]
mod tests;
