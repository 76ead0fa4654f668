//! The formats, one file each, and the choice among them.

mod access_custom;
mod access_json;
mod access_log;
mod ant;
mod cisco_log;
mod ece;
mod egain_console;
mod format_set;
mod icm_trace;
mod identity_service;
mod iis;
mod jdk_logger;
mod juli;
mod jvm_crash;
mod jvm_gc;
mod jvm_threads;
mod log4j;
mod log4j_plain;
mod log4j_time;
mod log4j_xml;
mod mod_jk;
mod portico;
mod procrun;
mod simple_formatter;
mod sql_server;
mod stamped;
mod text;
mod tomcat_json;
mod wildfly;
mod windows_events_csv;
mod windows_events_text;

use crate::Format;
pub use format_set::FormatSet;

/// Every format but the fallback. A new format is one line here.
pub const ALL: &[&dyn Format] = &[
    &ece::Ece,
    &juli::Juli,
    &access_log::AccessLog,
    &portico::Portico,
    &cisco_log::CiscoLog,
    &icm_trace::IcmTrace,
    &identity_service::IdentityService,
    &iis::Iis,
    &mod_jk::ModJk,
    &procrun::Procrun,
    &simple_formatter::SimpleFormatter,
    &sql_server::SqlServer,
    &tomcat_json::TomcatJson,
    &access_json::AccessJson,
    &access_custom::AccessCustom,
    &jdk_logger::JdkLogger,
    &egain_console::EgainConsole,
    &ant::Ant,
    &windows_events_csv::WindowsEventsCsv,
    &windows_events_text::WindowsEventsText,
    &jvm_crash::JvmCrash,
    &jvm_gc::JvmGc,
    &jvm_threads::JvmThreads,
    &log4j_xml::Log4jXml,
    &wildfly::Wildfly,
    &log4j::Log4j,
    &log4j_time::Log4jTime,
    &log4j_plain::Log4jPlain,
    &stamped::Stamped,
];

/// The fallback: text in which no stamp is known. Every line is kept.
pub const TEXT: &dyn Format = &text::Text;

/// The built-in format that fits most lines of `sample`; [`TEXT`] if none fits any.
pub fn detect(sample: &[u8]) -> &'static dyn Format {
    FormatSet::of(ALL, sample).main()
}

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().chain([TEXT]).find(|format| format.name() == name)
}
