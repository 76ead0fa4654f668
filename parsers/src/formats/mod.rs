//! The formats, one file each, and the choice among them.

mod format_set;
mod log4j_short;
mod text;

use crate::{Format, ProviderEvent};
pub use format_set::FormatSet;

/// Declares the modules of the formats and the list of them.
macro_rules! formats {
    ($($module:ident::$format:ident),+ $(,)?) => {
        $(mod $module;)+

        /// Every format but the fallback. Of formats that fit a file equally well, the first wins.
        pub const ALL: &[&dyn Format] = &[$(&$module::$format),+];
    };
}

// A new format is one file and one line here.
formats! {
    ece::Ece,
    juli::Juli,
    access_log::AccessLog,
    portico::Portico,
    cisco_log::CiscoLog,
    mivr::Mivr,
    icm_trace::IcmTrace,
    sdl::Sdl,
    cti_os::CtiOs,
    vxml::Vxml,
    identity_service::IdentityService,
    firewall::Firewall,
    iis::Iis,
    w3c_time::W3cTime,
    iis_native::IisNative,
    mod_jk::ModJk,
    tomcat_console::TomcatConsole,
    procrun::Procrun,
    simple_formatter::SimpleFormatter,
    sql_server::SqlServer,
    tomcat_json::TomcatJson,
    access_json::AccessJson,
    access_custom::AccessCustom,
    jdk_logger::JdkLogger,
    egain_console::EgainConsole,
    ant::Ant,
    windows_events_csv::WindowsEventsCsv,
    windows_events_text::WindowsEventsText,
    windows_events_xml::WindowsEventsXml,
    windows_events_list::WindowsEventsList,
    windows_events_table::WindowsEventsTable,
    jvm_crash::JvmCrash,
    jvm_gc::JvmGc,
    jvm_threads::JvmThreads,
    log4j_xml::Log4jXml,
    wildfly::Wildfly,
    log4j::Log4j,
    log4j_time::Log4jTime,
    log4j_open_date::OPEN,
    log4j_day_first::DAY_FIRST,
    log4j_month_first::MONTH_FIRST,
    log4j_year_first::YEAR_FIRST,
    juli_cut::JuliCut,
    log4j_plain::Log4jPlain,
    stamped::Stamped,
}

/// The fallback: text without a known timestamp. Every line is kept.
pub const TEXT: &dyn Format = &text::Text;

/// Returns the built-in format that fits most lines of `sample`; [`TEXT`] if none fits any.
pub fn detect(sample: &[u8]) -> &'static dyn Format {
    FormatSet::new(ALL, sample).main()
}

/// Returns whether a line begins with a timestamp, in brackets or not, whatever follows it.
pub fn is_stamped(line: &[u8]) -> bool {
    stamped::Stamped.begin(line).is_some()
}

/// Returns the format of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().chain([TEXT]).find(|format| format.name() == name)
}

/// Provider and number of the event that a message is, whatever its format.
pub fn event_key(message: &[u8]) -> Option<ProviderEvent<'_>> {
    let line = crate::format::first_line(message).0;
    let mut formats = ALL.iter().filter(|format| format.has_event_keys());
    formats.find(|format| format.begin(line).is_some())?.event_key(message)
}
