//! [`Event`]: one parsed message of a log. It borrows everything from its block.

use crate::{Level, RawTimestamp};

/// One parsed message of a log. All texts are bytes of the message itself, in the charset of the file, but for numbers that
/// are decoded.
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

/// Provider and number of an event, which mean the same in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderEvent<'a> {
    /// The program that wrote it, as the message spells it.
    pub provider: &'a [u8],
    /// The number, without severity and facility.
    pub id: u16,
}

impl ProviderEvent<'_> {
    /// Returns whether the event is of this provider. Case does not count, nor does the prefix that Windows shows or
    /// leaves out: `WAS` is `Microsoft-Windows-WAS`. A table may cut a long name off: `Service Control M...`.
    pub fn is_of(&self, provider: &str) -> bool {
        let cut =
            self.provider.strip_suffix(b"...").or_else(|| self.provider.strip_suffix("\u{2026}".as_bytes()));
        if let Some(start) = cut.map(plain).filter(|start| start.len() >= CUT_NAME) {
            let name = plain(provider.as_bytes());
            return name.get(..start.len()).is_some_and(|name| name.eq_ignore_ascii_case(start));
        }
        plain(self.provider).eq_ignore_ascii_case(plain(provider.as_bytes()))
    }
}

/// Bytes of a name that was cut off and still names one provider.
const CUT_NAME: usize = 10;

/// The name of a provider without the prefix of the providers of Windows.
fn plain(provider: &[u8]) -> &[u8] {
    const PREFIX: &[u8] = b"Microsoft-Windows-";
    match provider.split_at_checked(PREFIX.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(PREFIX) && !rest.is_empty() => rest,
        _ => provider,
    }
}

#[cfg(test)]
mod tests {
    use super::ProviderEvent;

    #[test]
    fn a_provider_has_several_spellings() {
        let is = |own: &str, other: &str| ProviderEvent { provider: own.as_bytes(), id: 1 }.is_of(other);
        assert!(is("Microsoft-Windows-WAS", "WAS"));
        assert!(is("WAS", "Microsoft-Windows-WAS"));
        assert!(is("Service Control Manager", "Microsoft-Windows-Service Control Manager"));
        assert!(is("NETLOGON", "Netlogon"));
        assert!(!is("WAS", "WAS-ListenerAdapter"));
        assert!(!is("Microsoft-Windows-", ""));
        assert!(is("Service Control M...", "Service Control Manager"));
        assert!(is("Microsoft-Windows-Kernel-Powe...", "Microsoft-Windows-Kernel-Power"));
        assert!(!is("Microsoft-Windows...", "Microsoft-Windows-Kernel-Power"), "any of them");
        assert!(!is("Serv...", "Service Control Manager"), "too short");
    }
}
