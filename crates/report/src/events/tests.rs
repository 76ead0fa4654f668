use super::*;
use crate::Look;
use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;

#[test]
fn sources_have_short_names() {
    let analysis = analyze(&["../../samples/cases/untrusted-certificate".into()], &Settings::default(), &())
        .expect("an analysis");
    let layout = Layout::of(&analysis.sources, &Look::default(), ShownZone::Source);
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
