//! Timelines: the events of any log, in every form, are as harmless as the form promises, and a secret in them is masked.

use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_engine::event::PlacedEvent;
use spoglight_engine::merge::MergeRequest;
use spoglight_report::RenderOptions;
use spoglight_report::events::{self, Layout, ShownZone};

/// A value that no text around it changes.
const SECRET: &str = "Zq7xW1kP9vT";

/// Checks bytes as a log, with a line that has a secret below it.
pub fn check(data: &[u8]) {
    let folder = super::folder();
    let path = folder.path().join("x.log");
    let log = [data, b"\n2026-11-21 10:00:00.000 oops password=", SECRET.as_bytes(), b" \n"].concat();
    std::fs::write(&path, &log).expect("a file");
    let settings = Settings { threads: 1, ..Settings::default() };
    let mut collection = Collection::read(&[path], &settings, &()).expect("the library");
    let request = MergeRequest::default();
    collection.stage(&request);
    let look = RenderOptions { table_width: 80, ..RenderOptions::default() };
    let mut layout = Layout::of(&collection.sources, &look, ShownZone::Of(chrono_tz::UTC));
    for is_full in [false, true] {
        layout.full = is_full;
        for form in events::ALL {
            let render = |event: &PlacedEvent<'_>, out: &mut Vec<u8>| form.write(event, &layout, out);
            let mut shown = Vec::new();
            let summary = collection.merge(&request, 1, &(), &render, &mut |_, text| {
                shown.extend_from_slice(text);
                Ok(())
            });
            // what is no text has no events
            let _ = summary.expect("memory");
            // a form adds names, times and quotation marks to each event, and escapes one byte to six at most
            assert!(shown.len() <= 4096 + 640 * log.len(), "{} of {}", shown.len(), log.len());
            let shown = String::from_utf8(shown).expect("text on a terminal is UTF-8");
            match form.name() {
                "json" => {
                    for line in shown.lines() {
                        let _: serde_json::Value = serde_json::from_str(line).expect("JSON");
                    }
                    super::is_shown(&shown);
                }
                "csv" => super::is_shown(&shown.replace("\r\n", "\n").replace('\t', " ")),
                _ => super::is_shown(&shown),
            }
            // a file of another character set has other bytes
            let is_text = collection.sources.iter().all(|source| source.charset.name() == Some("UTF-8"));
            assert!(!is_text || !shown.contains(SECRET), "{}: {shown}", form.name());
        }
    }
}
