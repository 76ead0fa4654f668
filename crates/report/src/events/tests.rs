use super::*;
use crate::RenderOptions;
use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_engine::merge::MergeRequest;

#[test]
fn sources_have_short_names() {
    let analysis = analyze(&["../../samples/cases/untrusted-certificate".into()], &Settings::default(), &())
        .expect("an analysis");
    let layout = Layout::of(&analysis.sources, &RenderOptions::default(), ShownZone::Source);
    let names = |end: &str| {
        let at = analysis.sources.iter().position(|source| source.path.ends_with(end)).expect("a source");
        layout.label(at).to_owned()
    };
    for (path, name) in [
        ("eg_log_ECEAPP01_ApplicationServer.log", "ApplicationServer"),
        ("eg_log_dal_connpool_ECEAPP01_ApplicationServer.log", "dal_connpool_ApplicationServer"),
        ("catalina.2026-11-21.log", "catalina"),
        ("localhost_access_log.2026-11-21.txt", "localhost_access_log"),
        ("pg2A-pim2_dump.txt", "pg2A-pim2_dump"),
        ("u_ex261121.log", "u_ex261121"),
        ("CCBU.2026-11-21T12-01-19.417.startup.log", "CCBU.startup"),
    ] {
        assert_eq!(names(path), name, "{path}");
    }
}

/// The lines that a terminal shows of a case.
fn on_terminal(paths: &[std::path::PathBuf], columns: Option<usize>, zone: ShownZone, wrap: bool) -> String {
    let settings = Settings::default();
    let mut collected = Collection::read(paths, &settings, &()).expect("the library");
    let request = MergeRequest::default();
    collected.stage(&request);
    let table_width = columns.unwrap_or(usize::MAX);
    let look = RenderOptions { table_width, ..RenderOptions::default() };
    let mut layout = Layout::of(&collected.sources, &look, zone);
    layout.wrap = wrap;
    let form = by_name("text").expect("text");
    let mut days = DayLines::default();
    let mut out = Vec::new();
    let render = |entry: &PlacedEvent<'_>, out: &mut Vec<u8>| form.write(entry, &layout, out);
    collected
        .merge(&request, 1, &(), &render, &mut |_, text| {
            if columns.is_some() {
                return days.write(text, &mut out);
            }
            out.extend_from_slice(text);
            Ok(())
        })
        .expect("events");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn no_line_of_a_terminal_is_wider_than_it_and_none_is_lost() {
    let paths = ["../../samples/cases/untrusted-certificate".into()];
    let all = on_terminal(&paths, None, ShownZone::Source, false).lines().count();
    for zone in [ShownZone::Of(Tz::UTC), ShownZone::Of(Tz::America__New_York), ShownZone::Source] {
        for columns in [40, 50, 60, 79, 80, 100, 120, 160, 200] {
            let cut = on_terminal(&paths, Some(columns), zone, false);
            let is_day = |line: &&str| line.len() == 10 && !line.contains(':');
            assert_eq!(cut.lines().filter(|line| !is_day(line)).count(), all, "{columns}");
            let wrapped = on_terminal(&paths, Some(columns), zone, true);
            for line in cut.lines().chain(wrapped.lines()) {
                assert!(line.width() <= columns, "{columns} columns, {}: {line}", line.width());
            }
        }
    }
}

#[test]
fn a_pipe_has_the_date_in_every_line_and_a_terminal_once() {
    let paths =
        ["../../samples/cases/untrusted-certificate/PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log".into()];
    let piped = on_terminal(&paths, None, ShownZone::Source, false);
    assert!(piped.lines().all(|line| line.starts_with("2026-11-21 ")), "{piped}");
    assert!(piped.lines().all(|line| line.contains("PCCEADSA")), "{piped}");
    let shown = on_terminal(&paths, Some(80), ShownZone::Source, false);
    assert_eq!(shown.matches("2026-11-21").count(), 1, "{shown}");
    assert!(shown.starts_with("2026-11-21\n12:01:18"), "{shown}");
    assert!(!shown.contains("PCCEADSA"), "the only server is not named: {shown}");
    assert!(shown.contains("SSLHandshakeException: PKIX"), "{shown}");
}
