//! The formats, one file each, and the choice among them.

mod access_log;
mod cisco_log;
mod ece;
mod icm_trace;
mod identity_service;
mod iis;
mod juli;
mod mod_jk;
mod procrun;
mod simple_formatter;
mod stamped;
mod text;
mod wildfly;

use crate::Format;
use crate::format::{HEAD_BYTES, first_line};

/// Every format but the fallback. A new format is one line here.
pub const ALL: &[&dyn Format] = &[
    &ece::Ece,
    &juli::Juli,
    &access_log::AccessLog,
    &cisco_log::CiscoLog,
    &icm_trace::IcmTrace,
    &identity_service::IdentityService,
    &iis::Iis,
    &mod_jk::ModJk,
    &procrun::Procrun,
    &simple_formatter::SimpleFormatter,
    &wildfly::Wildfly,
    &stamped::Stamped,
];

/// The fallback: text in which no stamp is known. Every line is kept.
pub const TEXT: &dyn Format = &text::Text;

/// The format that fits most lines of `head`, the first bytes of a file; [`TEXT`] if none fits any.
///
/// The name of the file plays no part: collected files are renamed, and one name holds different formats on
/// different versions. A file may begin in the middle of a stack trace, so some 64 KiB make a good head.
pub fn detect(head: &[u8]) -> &'static dyn Format {
    let mut points = vec![0u32; ALL.len()];
    let mut rest = head;
    while !rest.is_empty() {
        let (line, below) = first_line(rest);
        let line = line.get(..HEAD_BYTES).unwrap_or(line);
        for (format, points) in ALL.iter().zip(&mut points) {
            if format.begin(line).is_some() {
                *points += format.weight();
            }
        }
        rest = below;
    }
    // the first of the best: the order of ALL decides a draw
    let mut best = (0, TEXT);
    for (format, points) in ALL.iter().zip(points) {
        if points > best.0 {
            best = (points, *format);
        }
    }
    best.1
}

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().chain([TEXT]).find(|format| format.name() == name)
}
